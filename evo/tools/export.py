"""A candidate of a run as a plain Python file that needs nothing of ours, with where it comes from.

With its kernel, the file takes instances and returns solutions.
"""

import ast
import json
import re
from dataclasses import dataclass
from pathlib import Path

from evaluators import Evaluation
from evaluators.source import Refused, check_import, parse
from evo.analysis.candidates import CandidateRecord, find_candidate, header, show
from evo.analysis.instance_sets import instances_by_split
from evo.analysis.lineage import count_ancestors
from evo.core.errors import UserError
from evo.core.foreign_source import visible_source
from evo.core.foreign_text import visible
from evo.core.format import named
from evo.store import InstanceRow, RunHeader, RunStore
from evo.tools.solving_code import solving_code
from problems import Kind, Problem, Split

FOREIGN = (
    "Foreign code, which evo ran in a sandbox only: a language model, or edits of such code, wrote it. "
    "Read it before you run it."
)


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """The text of a file; `foreign` where it is a whole program, or may be one: Python that nothing confines."""

    text: str
    foreign: bool


def export(folder: Path, identity: str = "best", problem: Problem | None = None) -> ExportedFile:
    """Return a candidate as a file; a program says in its first line that it is foreign code.

    With the problem of the run the file also makes solutions, by the problem's kernel in plain Python.

    Raises:
        StoreError: the run cannot be read, or holds no candidate with a score.
        UserError: there is no such candidate, it imports what candidates may not import, or the problem says nothing of
            how solutions are made apart from it.
    """
    with RunStore.open_folder(folder) as store:
        run = header(store)
        record = show(store, find_candidate(store, identity))
        forebears = count_ancestors(store, record.step.ordinal)
        instances = instances_by_split(store)
    if record.step.source is None:
        raise UserError(f"Candidate {record.step.ordinal} has no source: its author wrote none.")
    source = visible_source(record.step.source.strip())
    check_imports(source, record.step.ordinal)
    foreign = json.loads(run.result or "{}").get("kind") not in (Kind.RULE, Kind.ALGORITHM)
    gaps = [_gap_line(record, split, instances[split]) for split in Split]
    solving = None if problem is None else solving_code(problem)
    if solving is not None and (clashing := sorted(solving.names & _top_level(source))):
        raise UserError(
            f"Candidate {record.step.ordinal} defines {clashing[0]}, as the kernel does: leave --with-kernel out."
        )
    usage = () if solving is None else ("", *solving.usage)
    told = [
        *([FOREIGN, ""] if foreign else []),
        *provenance(run, record, forebears),
        *gaps,
        *record.beside_test,
        *(line for function in record.functions for line in ("", *function.lines)),
        *usage,
    ]
    docstring = visible("\n".join(told)).replace("\\", "/").replace('"""', "'''")
    imports = set(missing_imports(source)) | (set() if solving is None else solving.imports)
    parts = [f'"""{docstring}\n"""', "\n".join(sorted(imports)), f"\n{source}"]
    if solving is not None:
        parts.append(f"\n{solving.text}")
    return ExportedFile("\n\n".join(part for part in parts if part) + "\n", foreign)


def _top_level(source: str) -> set[str]:
    return {node.name for node in parse(source).body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def check_imports(source: str, ordinal: int) -> None:
    """Refuse a source that names modules which no candidate may import: its record was changed.

    Raises:
        UserError: it does, or it is no Python.
    """
    try:
        for node in ast.walk(parse(source)):
            check_import(node)
    except Refused as error:
        seen = f"`evo show {ordinal}` shows it"
        raise UserError(f"Candidate {ordinal} is not exported: {error.message} {seen}.") from error


def provenance(run: RunHeader, record: CandidateRecord, forebears: int) -> list[str]:
    """Return the lines that say what this is and where it comes from."""
    step = record.step
    return [
        f"A heuristic for {run.problem}, found by evo {run.version}: candidate {step.ordinal} of run {run.uid}.",
        "",
        f"started {run.started}, seed {run.seed}, isolation {run.isolation}, run {run.status}",
        f"written by {step.model} ({step.operator}) from {len(step.parents)} parents; {forebears} ancestors in all",
    ]


def missing_imports(source: str) -> list[str]:
    """Return the imports that plain Python needs and the language of rules does not ask for."""
    wanted = (("math", "import math"), ("np", "import numpy as np"), ("numpy", "import numpy"))
    return [
        line
        for name, line in wanted
        if re.search(rf"\b{name}\.", source) and not re.search(rf"^\s*(import|from) .*\b{name}\b", source, re.MULTILINE)
    ]


def _gap_line(record: CandidateRecord, split: Split, instances: tuple[InstanceRow, ...]) -> str:
    outcome = record.outcomes.get(split)
    if not isinstance(outcome, Evaluation):
        return f"{split}: not scored"
    names = f"{instances[0].name} to {instances[-1].name}"
    return f"{split}: {named(outcome.gap, 4)} over {len(instances)} instances, {names}"
