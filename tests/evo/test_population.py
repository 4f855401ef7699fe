"""What a step does to the islands is decided by the seed and the order alone."""

import numpy as np
import pytest

from evaluators import Evaluation, Facts, Failure, FailureKind, Gap, Outcome, Seconds
from evo.candidate import Candidate, Operator, Proposal
from evo.population import SEED, Population, improved
from islands import Axis, GridArchive, Island, Migration
from problems import Split

OPERATORS = (Operator("one", "embedded", 1, weight=3.0), Operator("two", "embedded", 2, weight=1.0))


def outcome(fitness: float, place: float = 0.5, size: int = 10, digest: str = "d") -> Outcome:
    gap = Gap(-fitness, None, None)
    facts = Facts(digest, size)
    return Evaluation(Split.TRAIN, facts, np.zeros(1), np.zeros(1), gap, {"m": place, "size": float(size)}, Seconds())


def population(islands: int = 3, every: int = 1000, entropy: int = 7) -> Population:
    made = [Island(f"i{k}", GridArchive[Candidate]([Axis("m", 0.0, 1.0, 10)])) for k in range(islands)]
    return Population(made, Migration(every, 1), OPERATORS, entropy, tournament=2)


def planted(islands: int = 3, every: int = 1000) -> Population:
    made = population(islands, every)
    for ordinal, place in enumerate((0.1, 0.5, 0.9)):
        made.place(seed(ordinal), "source", outcome(-1.0, place, digest=str(ordinal)))
    return made


def seed(ordinal: int) -> Proposal:
    return Proposal(ordinal, 0, SEED, (), 7)


def test_a_seed_goes_to_every_island_and_others_to_their_own() -> None:
    made = population()
    assert [p.island for p in made.place(seed(0), "s", outcome(-1.0))] == [0, 1, 2]
    proposal = made.propose(4)
    placed = made.place(proposal, "s", outcome(-0.5, digest="e"))
    assert [(p.island, p.status, p.displaced) for p in placed] == [(1, "improved", 0)]
    assert improved(placed)


def test_a_failure_is_placed_nowhere() -> None:
    made = planted()
    assert made.place(made.propose(3), "s", Failure(FailureKind.TIMEOUT, "slow")) == ()


def test_islands_take_turns_and_operators_come_by_weight() -> None:
    made = planted()
    proposals = [made.propose(ordinal) for ordinal in range(3, 403)]
    assert [p.island for p in proposals[:4]] == [0, 1, 2, 0]
    ones = sum(p.operator.name == "one" for p in proposals)
    assert 260 < ones < 340
    assert all(len(p.parents) == p.operator.parents for p in proposals)


def test_proposals_depend_on_the_seed_and_the_archive_only() -> None:
    assert [planted().propose(k) for k in range(3, 20)] == [planted().propose(k) for k in range(3, 20)]
    drawn = {tuple(parent.ordinal for parent in planted().propose(k).parents) for k in range(3, 60)}
    assert len(drawn) > 3


def test_migration_comes_with_the_step_whose_turn_it_is() -> None:
    made = planted(every=5)
    first = made.place(made.propose(3), "s", outcome(-0.1, digest="e"))
    assert all(p.source_island is None for p in first)
    second = made.place(made.propose(4), "s", outcome(-0.2, 0.7, digest="f"))
    migrants = [p for p in second if p.source_island is not None]
    assert [(p.source_island, p.island) for p in migrants] == [(0, 1), (1, 2), (2, 0)]
    assert migrants[0].candidate == 3


def test_bests_are_remembered_in_order_and_ties_go_to_the_smaller() -> None:
    made = planted()
    made.place(made.propose(3), "s", outcome(-0.5, size=9, digest="a"))
    made.place(made.propose(4), "s", outcome(-0.5, size=9, digest="b"))
    made.place(made.propose(5), "s", outcome(-0.5, size=8, digest="c"))
    assert [best.ordinal for best in made.bests] == [0, 3, 5]


def test_finalists_are_the_fittest_one_per_syntax_and_all_bests() -> None:
    made = planted()
    made.place(made.propose(3), "s", outcome(-0.5, digest="same"))
    made.place(made.propose(4), "s", outcome(-0.5, digest="same"))
    names = [candidate.ordinal for candidate in made.finalists(1)]
    assert names == [3, 0]


def test_operators_without_weight_are_refused() -> None:
    with pytest.raises(ValueError, match="weight > 0"):
        Population([], Migration(1, 1), [Operator("o", "embedded", 1, weight=0.0)], 0, 1)
