"""A problem of one function, written by an author that is a function too: run, resumed, replayed, evaluated."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import evo
from evo.tools.own_problem import OwnProblem

ROOT = Path(__file__).parents[3]
SIZES = [[3, 9, 7, 1], [4, 4, 4, 9], [8, 1, 1, 5], [2, 2, 9, 6], [5, 5, 1, 3], [7, 2, 6, 9], [1, 8, 3, 3], [6, 6, 2, 4]]
LIMIT = 10
REPLY = """```python
def solve(instance):
    chosen, total = [], 0
    for place in sorted(range(len(instance)), key=lambda place: SIGN * instance[place]):
        if total + instance[place] <= 10:
            chosen.append(place)
            total += instance[place]
    return {"chosen": chosen}
```"""


def first_alone(instance):
    return {"chosen": [instance.index(instance[0])]}


@evo.problem(instances=SIZES, start=first_alone, minimise=False)
def filled(solution, instance):
    """Choose places of an instance such that the sum is large, but no more than 10."""
    chosen = solution["chosen"]
    total = sum(instance[place] for place in chosen)
    assert len(set(chosen)) == len(chosen), "each place once"
    assert total <= LIMIT, f"more than {LIMIT}"
    return total


def author(prompt):
    """Take the small ones first, or the large ones."""
    return REPLY.replace("SIGN", "-1" if len(prompt) % 2 else "1")


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> evo.Run:
    folder = tmp_path_factory.mktemp("runs") / "run"
    return evo.run(filled, author=author, candidates=6, overrides=["evaluator.workers=1"], folder=folder)


def test_what_the_author_wrote_is_better_than_the_start(run):
    assert run.best.gaps[evo.Split.TRAIN] < 0
    assert run.best.rule([9, 1, 3]) in ({"chosen": [0, 1]}, {"chosen": [1, 2]})
    assert run.verdict.finding is evo.Finding.TOO_FEW


def test_the_shell_goes_on_with_it_and_replays_it(run, tmp_path):
    for arguments in (["resume", str(run.folder), "budget.candidates=9"], ["replay", "--evaluate", str(run.folder)]):
        command = [sys.executable, "-c", "from evo.cli import main; main()", *arguments]
        ended = subprocess.run(command, capture_output=True, text=True, env=shell_environment(), cwd=tmp_path)
        assert (ended.returncode, ended.stderr) == (0, "")
    assert "identical" in ended.stdout
    assert len(run.candidates(frame=False)) == 10


def shell_environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def test_a_source_is_scored_on_it(run, tmp_path):
    trial = evo.evaluate(run.source, filled, references=tmp_path)
    assert trial.failure is None
    broken = evo.evaluate("def solve(instance):\n    return {'chosen': [0, 1, 2, 3]}\n", filled, references=tmp_path)
    assert broken.failure is not None
    assert "more than 10" in broken.failure.message


def test_it_scores_as_its_function_does():
    assert isinstance(filled, OwnProblem)
    assert filled({"chosen": [0, 2]}, [3, 9, 7]) == 10


def test_without_an_author_that_writes_programs_nothing_is_made(tmp_path):
    with pytest.raises(evo.UserError, match=r"Expected llm=\.\.\. for filled"):
        evo.run(filled, candidates=3, folder=tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"instances": SIZES[:3]}, "at least 4 instances"),
        ({"instances": {"train": [1], "test": [2]}}, "instances of validation, got none"),
        ({"instances": {"tests": [1]}}, "got 'tests'"),
        ({"instances": [{1: 2}] * 4}, "texts as keys"),
        ({"name": "No Name"}, "Expected a name"),
        ({"scale": 0}, "scale > 0"),
    ],
)
def test_a_wrong_statement_is_told_in_a_line(changes, words):
    with pytest.raises(ValueError, match=words):
        evo.problem(**{"instances": SIZES, "start": first_alone, **changes})(filled.score)
