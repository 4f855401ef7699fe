import ast
from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import pytest

from evaluators.language import interpret_algorithm
from evaluators.work import RunError
from evo.authors.embedded.algorithms import AlgorithmVariation
from evo.authors.embedded.algorithms.modules import bare
from evo.authors.embedded.algorithms.variation import MAX_SYNTAX
from evo.authors.embedded.moves import MOVES
from problems import Kind, Parameter, Signature
from problems.obp import ObpVector
from problems.smtt import SmttProgram
from problems.smtt.heuristics import ALGORITHMS

SOLVE = Signature("solve", tuple(Parameter(name, "int64 array of shape (n,)") for name in ("p", "d", "out")), "nothing")
PARENTS = [ALGORITHMS[name] for name in ("MDD+insertion", "EDD+API", "MDDC")]


class Algorithms(SmttProgram):
    """Single machine total tardiness, by algorithms."""

    kind: ClassVar[Kind] = Kind.ALGORITHM
    signatures: ClassVar[tuple[Signature, ...]] = (SOLVE,)
    baselines: ClassVar[Mapping[str, str]] = {"SPT": ALGORITHMS["SPT"], "API": ALGORITHMS["API"]}


VARIATION = AlgorithmVariation(Algorithms())


def draft(move: str, seed: int, *parents: str) -> str:
    return next(VARIATION.sources(move, parents or PARENTS, np.random.default_rng(seed)))


def valid(source: str) -> bool:
    """Whether it gives a sequence of five jobs within 20,000 operations; a draft outside the language raises."""
    p, d, out = np.array([3, 9, 2, 6, 4]), np.array([12, 9, 2, 20, 7]), np.zeros(5, dtype=np.int64)
    try:
        interpret_algorithm(source, SOLVE).run(20_000, (p, d), out)
    except RunError:
        return False
    return sorted(out.tolist()) == list(range(5))


@pytest.mark.parametrize("move", MOVES)
def test_drafts_are_algorithms_and_most_give_a_sequence(move: str) -> None:
    drafts = [draft(move, seed) for seed in range(8)]
    assert sum(map(valid, drafts)) >= 6
    assert len({bare(source) for source in drafts}) > 4


@pytest.mark.parametrize("move", MOVES)
def test_drafts_compute_something_else_than_their_parents_and_are_bounded(move: str) -> None:
    for seed in range(4):
        source = draft(move, seed)
        assert bare(source) not in {bare(parent) for parent in PARENTS}
        assert sum(1 for _ in ast.walk(ast.parse(source))) <= MAX_SYNTAX


@pytest.mark.parametrize("move", MOVES)
def test_the_same_seed_gives_the_same_draft(move: str) -> None:
    assert [draft(move, seed) for seed in range(2)] == [draft(move, seed) for seed in range(2)]


def test_what_an_edit_leaves_alone_stays_verbatim() -> None:
    kept = sum("late[k] = t - d[job]" in draft("tune", seed) for seed in range(10))
    assert kept >= 8


def test_a_lineage_stays_valid() -> None:
    source, lived = PARENTS[0], 0
    for seed in range(15):
        made = draft(sorted(MOVES)[seed % len(MOVES)], seed, source, *PARENTS[1:])
        if valid(made):
            source, lived = made, lived + 1
    assert lived >= 10


def test_a_function_that_changed_loses_its_docstring_and_others_keep_theirs() -> None:
    for seed in range(5):
        made = draft("tune", seed)
        assert not made.startswith('"""')
        assert "Repeat insertion passes until" in made


def test_crossing_brings_steps_of_the_literature_where_there_is_one_parent() -> None:
    drafts = [draft("cross", seed, PARENTS[0]) for seed in range(12)]
    assert any("exchange_neighbours(" in source or "write(" in source for source in drafts)


def test_there_is_no_draft_of_what_is_not_understood() -> None:
    unknown = "def solve(p, d, out):\n    out[p.prod()] = 1\n"
    assert not list(VARIATION.sources("grow", [unknown], np.random.default_rng(1)))


@pytest.mark.parametrize("move", MOVES)
def test_an_algorithm_of_one_statement_keeps_one(move: str) -> None:
    """Joins of two pipelines may take nothing from either."""
    problem = ObpVector()
    variation = AlgorithmVariation(problem)
    parents = [problem.baselines["FunSearch OR"], problem.baselines["worst fit"]]
    for seed in range(25):
        source = next(variation.sources(move, parents, np.random.default_rng(seed)), None)
        assert source is None or len(bare(source).splitlines()) > 1
