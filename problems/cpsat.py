"""CP-SAT of OR-Tools, where it is installed: in a process of its own, as it cannot live beside highspy."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

from problems.contract import SolverError


def run_apart(module: str, question: Mapping[str, object]) -> Any:
    """Return what `main` of a module of ours answers in a process of its own; both ways by JSON.

    Raises:
        SolverError: its process failed.
    """
    code = f"import sys; sys.path[:] = {sys.path!r}; from {module} import main; main()"
    command = [sys.executable, "-s", "-P", "-c", code]  # its path is ours, not the folder where it starts
    run = subprocess.run(command, input=json.dumps(question), capture_output=True, text=True)
    if run.returncode != 0:
        raise SolverError(f"CP-SAT failed: {(run.stderr.strip().splitlines() or ['it said nothing'])[-1]}")
    return json.loads(run.stdout)


def answer_apart(solve: Callable[..., Mapping[str, object]]) -> None:
    """Answer the question that `run_apart` put to this process."""
    json.dump(solve(**json.load(sys.stdin)), sys.stdout)
