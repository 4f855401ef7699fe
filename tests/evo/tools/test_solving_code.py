"""An exported candidate with its kernel makes the solutions that the problem makes, with numpy alone."""

import ast
import json
import math
import subprocess
import sys
from pathlib import Path
from types import FunctionType
from typing import ClassVar

import numpy as np
import pytest

from evo.core.errors import UserError
from evo.tools.kernel_source import bundled
from evo.tools.solving_code import solving_code
from problems import Exportable, Instance, Problem, Sense, Split
from problems.jobshop import JobShop
from problems.obp import Obp
from problems.obp.vector import ObpVector
from problems.pods import Pods
from problems.pods.problem import PodsOrder
from problems.scored import ScoredProblem
from problems.smtt import Smtt
from problems.smtt.algorithm import SmttAlgorithm
from problems.smtt.program import SmttProgram
from problems.toy import Toy, ToyAlgorithm, ToyProgram
from problems.vmr import Vmr

SMALL_SHOPS = ((6, 5, 3),)
PROBLEMS: list[Problem] = [
    Smtt(train=((20, 1),)),
    SmttAlgorithm(train=((20, 1),)),
    JobShop(train=SMALL_SHOPS),
    JobShop(train=SMALL_SHOPS, schedule="active"),
    Obp(train=(("weibull", 100, 60, 4), ("uniform", 150, 60, 4))),
    ObpVector(train=(("weibull", 100, 60, 4),)),
    Pods(train=((4, 4, 1),)),
    PodsOrder(train=((4, 4, 1),)),
    Vmr(train=((5, 2),)),
    Toy(),
    ToyAlgorithm(),
    SmttProgram(train=((20, 1),)),
    ToyProgram(),
]
FEW = 3


def exported(problem: Problem, source: str) -> str:
    solving = solving_code(problem)
    return "\n\n".join(("\n".join(sorted(solving.imports | {"import math"})), source, solving.text))


def arguments(problem: Problem, instance: Instance) -> dict[str, object]:
    """Return an instance as JSON holds it; an array of one entry that is a setting, such as a capacity, as a number."""
    named = problem.construction.arguments if isinstance(problem, Exportable) else None
    names = named or [parameter.name for parameter in problem.signatures[0].parameters]
    values = [array.tolist() for array in instance.arrays]
    scalar = {name for name in names if name in ("capacity", "limit") and named and "an integer" in named[name]}
    return {name: value[0] if name in scalar else value for name, value in zip(names, values, strict=True)}


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: type(problem).__name__)
def test_an_exported_file_makes_the_solutions_that_the_problem_makes(problem: Problem, tmp_path: Path) -> None:
    instances = problem.instances(Split.TRAIN)[:FEW]
    source = problem.baselines[problem.seeds[-1]]
    file = tmp_path / "rule.py"
    file.write_text(exported(problem, source), encoding="utf-8")
    given = json.dumps([arguments(problem, instance) for instance in instances])
    done = subprocess.run([sys.executable, "-I", file], input=given, capture_output=True, text=True, check=True)
    namespace: dict[str, object] = {"math": math}
    exec(source, namespace)
    functions = [namespace[signature.name] for signature in problem.signatures]
    assert all(isinstance(function, FunctionType) for function in functions)
    expected = [problem.construct(functions, instance).tolist() for instance in instances]  # type: ignore[arg-type]
    assert json.loads(done.stdout) == expected


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: type(problem).__name__)
def test_an_exported_file_imports_nothing_but_numpy(problem: Problem) -> None:
    tree = ast.parse(exported(problem, problem.baselines[problem.seeds[-1]]))
    names = [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert {name.partition(".")[0] for name in names} <= {"json", "math", "numpy", "sys"}


def test_an_exported_file_refuses_fractions(tmp_path: Path) -> None:
    problem = Toy()
    file = tmp_path / "rule.py"
    file.write_text(exported(problem, problem.baselines["WSPT"]), encoding="utf-8")
    given = json.dumps([{"p": [1.5, 2], "w": [1, 1]}])
    done = subprocess.run([sys.executable, "-I", file], input=given, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "Expected whole numbers in p." in done.stderr


class Bare:
    """A problem of rules that says nothing of its construction."""

    name = "bare"
    kind = Toy.kind
    signatures = Toy.signatures


def test_a_problem_without_construction_is_named() -> None:
    with pytest.raises(UserError, match="bare has no `construction`"):
        solving_code(Bare())  # type: ignore[arg-type]


RNG = np.random.default_rng(0)


def drawing() -> float:
    """Return a number that depends on a state."""
    return float(RNG.random())


def test_a_function_that_needs_an_object_with_a_state_is_refused() -> None:
    with pytest.raises(ValueError, match="got RNG, a Generator"):
        bundled(drawing)


class Routes(ScoredProblem):
    """Answers are lists of lists of several lengths."""

    name = "routes"
    sense = Sense.MAXIMISE
    values: ClassVar[dict[str, list[object]]] = {split: [[[1], [2, 3]]] for split in Split}
    baselines: ClassVar[dict[str, str]] = {"same": "def solve(instance):\n    return instance + ['end', True]\n"}
    seeds = ("same",)

    @staticmethod
    def score(solution: object, instance: object) -> float:  # noqa: ARG004 the same for all
        return 1.0


def test_an_exported_program_of_plain_values_takes_and_returns_them_as_they_are(tmp_path: Path) -> None:
    problem = Routes()
    file = tmp_path / "program.py"
    file.write_text(exported(problem, problem.baselines["same"]), encoding="utf-8")
    given = json.dumps([{"instance": [[1], [2, 3]]}])
    done = subprocess.run([sys.executable, "-I", file], input=given, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [[[1], [2, 3], "end", True]]


def test_it_says_which_names_a_candidate_must_not_define_itself() -> None:
    assert {"filled", "whole", "solution"} <= solving_code(SmttAlgorithm()).names
