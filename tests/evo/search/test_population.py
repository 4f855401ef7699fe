"""What a step does to the islands is decided by the seed and the order alone."""

from dataclasses import replace

import numpy as np
import pytest

from evaluators import Evaluation, Facts, Failure, FailureKind, Gap, Outcome, Seconds
from evo.core.records import Broken, Candidate, Operator, Proposal, Usage
from evo.search.population import SEED, Handover, ParentSelection, Population, Strategy, improved
from islands import Axis, Elite, GridArchive, Island, Migration
from problems import Split

OPERATORS = (Operator("one", "embedded", 1, weight=3.0), Operator("two", "embedded", 2, weight=1.0))


def outcome(fitness: float, place: float = 0.5, size: int = 10, digest: str = "d") -> Outcome:
    gap = Gap(-fitness, None, None)
    facts = Facts(digest, size)
    return Evaluation(Split.TRAIN, facts, np.zeros(1), np.zeros(1), gap, {"m": place, "size": float(size)}, Seconds())


def population(islands: int = 3, every: int = 1000, entropy: int = 7) -> Population:
    made = [Island(f"i{k}", GridArchive[Candidate]([Axis("m", 0.0, 1.0, 10)])) for k in range(islands)]
    return Population(made, Migration(every, 1), OPERATORS, entropy, ParentSelection(2))


def planted(islands: int = 3, every: int = 1000) -> Population:
    made = population(islands, every)
    for ordinal, place in enumerate((0.1, 0.5, 0.9)):
        made.add(seed(ordinal), "source", outcome(-1.0, place, digest=str(ordinal)))
    return made


def seed(ordinal: int) -> Proposal:
    return Proposal(ordinal, 0, SEED, (), 7)


def test_a_seed_goes_to_every_island_and_others_to_their_own() -> None:
    made = population()
    assert [p.island for p in made.add(seed(0), "s", outcome(-1.0))] == [0, 1, 2]
    proposal = made.propose(4)
    placed = made.add(proposal, "s", outcome(-0.5, digest="e"))
    assert [(p.island, p.status, p.displaced) for p in placed] == [(1, "improved", 0)]
    assert improved(placed)


def test_a_failure_is_placed_nowhere() -> None:
    made = planted()
    assert made.add(made.propose(3), "s", Failure(FailureKind.TIMEOUT, "slow")) == ()


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
    first = made.add(made.propose(3), "s", outcome(-0.1, digest="e"))
    assert all(p.source_island is None for p in first)
    assert made.migrate(3) == ()
    made.add(made.propose(4), "s", outcome(-0.2, 0.7, digest="f"))
    migrants = made.migrate(4)
    assert [(p.source_island, p.island) for p in migrants] == [(0, 1), (1, 2), (2, 0)]
    assert migrants[0].candidate == 3


def test_bests_are_remembered_in_order_and_ties_go_to_the_smaller() -> None:
    made = planted()
    made.add(made.propose(3), "s", outcome(-0.5, size=9, digest="a"))
    made.add(made.propose(4), "s", outcome(-0.5, size=9, digest="b"))
    made.add(made.propose(5), "s", outcome(-0.5, size=8, digest="c"))
    assert [best.ordinal for best in made.bests] == [0, 3, 5]


def test_finalists_are_the_fittest_one_per_syntax_and_all_bests() -> None:
    made = planted()
    made.add(made.propose(3), "s", outcome(-0.5, digest="same"))
    made.add(made.propose(4), "s", outcome(-0.5, digest="same"))
    names = [candidate.ordinal for candidate in made.finalists(1)]
    assert names == [3, 0]


def test_operators_without_weight_are_refused() -> None:
    with pytest.raises(ValueError, match="weight > 0"):
        Population([], Migration(1, 1), [Operator("o", "embedded", 1, weight=0.0)], 0, ParentSelection(1))


BY_MODEL = (Operator("hint", "llm", 1), Operator("mend", "llm", 1, task="repair"))


def asking(operators: tuple[Operator, ...], strategy: Strategy = Strategy.EVOLVE, adaptive: bool = False) -> Population:
    made = [Island(f"i{k}", GridArchive[Candidate]([Axis("m", 0.0, 1.0, 10)])) for k in range(3)]
    population = Population(
        made, Migration(1000, 1), operators, 7, ParentSelection(2, ("small", "large"), adaptive, strategy)
    )
    for ordinal, place in enumerate((0.1, 0.5, 0.9)):
        population.add(seed(ordinal), "source", outcome(-1.0, place, digest=str(ordinal)))
    return population


def test_a_failed_candidate_is_offered_for_repair_once_beside_its_parent() -> None:
    made = asking(BY_MODEL)
    assert {made.propose(ordinal).operator.name for ordinal in range(3, 30)} == {"hint"}
    failed = made.propose(3)
    made.add(failed, "broken source", Failure(FailureKind.RUNTIME_ERROR, "division by zero"))
    repair = next(p for p in map(made.propose, range(4, 99)) if p.operator.name == "mend")
    assert repair.broken == Broken(3, "broken source", FailureKind.RUNTIME_ERROR, "division by zero")
    assert repair.parents == failed.parents[:1]
    made.add(repair, "still broken", Failure(FailureKind.RUNTIME_ERROR, "again"))
    assert {made.propose(ordinal).operator.name for ordinal in range(100, 130)} == {"hint"}


@pytest.mark.parametrize("failure", [FailureKind.TWIN, FailureKind.VIOLATION, FailureKind.MEMORY])
def test_what_no_edit_mends_is_not_offered(failure: FailureKind) -> None:
    made = asking(BY_MODEL)
    made.add(made.propose(3), "source", Failure(failure, "no"))
    assert all(made.propose(ordinal).broken is None for ordinal in range(4, 60))


def test_an_empty_cell_beside_an_elite_is_named_by_its_ranges() -> None:
    made = asking((Operator("explore", "llm", 1, task="explore"), Operator("hint", "llm", 1, weight=1e-9)))
    proposal = made.propose(3)
    (wanted,) = proposal.target
    assert wanted.measure == "m"
    elites = {0: 1, 1: 5, 2: 9}  # ordinal: cell
    beside = elites[proposal.parents[0].ordinal]
    assert round(10 * wanted.low) in (beside - 1, beside + 1)
    assert wanted.high == pytest.approx(wanted.low + 0.1)


def test_parents_across_islands_come_from_different_ones() -> None:
    made = asking((Operator("join", "llm", 3, across=True),))
    made.islands[1].archive.add(Elite(Candidate(50, "one", Facts("a", 1), 0.0), 0.0, 1, {"m": 0.35}))
    drawn = [{parent.ordinal for parent in made.propose(ordinal).parents} for ordinal in range(3, 60)]
    assert all(len(made.propose(ordinal).parents) == 3 for ordinal in range(3, 9))
    assert any(50 in parents for parents in drawn)


def test_sampling_draws_from_the_seeds_alone_and_mends_nothing() -> None:
    made = asking(BY_MODEL, Strategy.SAMPLE)
    made.add(made.propose(3), "better", outcome(-0.1, 0.3, digest="x"))
    made.add(made.propose(4), "broken", Failure(FailureKind.RUNTIME_ERROR, "no"))
    proposals = [made.propose(ordinal) for ordinal in range(5, 99)]
    assert {parent.ordinal for proposal in proposals for parent in proposal.parents} == {0, 1, 2}
    assert {proposal.operator.name for proposal in proposals} == {"hint"}


def test_models_compete_and_the_one_that_places_more_for_its_cost_is_asked_more() -> None:
    made = asking(BY_MODEL[:1], adaptive=True)
    first = [made.propose(ordinal).model for ordinal in range(3, 203)]
    assert 70 < first.count("small") < 130
    for ordinal in range(3, 63):
        proposal = replace(made.propose(ordinal), model="small" if ordinal % 2 else "large")
        better = outcome(-0.9 + ordinal / 1000, digest=str(ordinal)) if ordinal % 2 else outcome(-2.0)
        made.add(proposal, "source", better, Usage(100, 10, 0.001))
    later = [made.propose(ordinal).model for ordinal in range(203, 403)]
    assert later.count("small") > 150


def handing_over(replies: int, per_reply: int = 0, models: tuple[str, ...] = ("small", "other", "large")) -> Population:
    drawing = ParentSelection(models=models, adaptive=True, per_reply=per_reply, handover=Handover("large", replies))
    operators = (Operator("hint", "llm", 1), Operator("grow", "embedded", 1))[: 1 + bool(per_reply)]
    islands = [Island("only", GridArchive[Candidate]([Axis("m", 0.0, 1.0, 10)]))]
    made = Population(islands, Migration(1000, 1), operators, 7, drawing)
    for ordinal, place in enumerate((0.1, 0.5, 0.9)):
        made.add(seed(ordinal), "source", outcome(-1.0, place, digest=str(ordinal)))
    return made


def test_the_strong_model_writes_all_replies_after_the_handover_and_none_before() -> None:
    made = handing_over(40)
    models = [made.propose(ordinal).model for ordinal in range(3, 103)]
    assert set(models[:40]) == {"small", "other"}
    assert set(models[40:]) == {"large"}


def test_replies_are_counted_without_the_edits_between_them() -> None:
    made = handing_over(5, per_reply=3, models=("small", "large"))
    models = [made.propose(ordinal).model for ordinal in range(3, 43)]
    assert [model for model in models if model] == ["small"] * 5 + ["large"] * 5
    assert models[::4].count("") == 0


def test_who_has_taken_over_goes_on_from_the_population_and_edits_do_as_before() -> None:
    made = handing_over(10, per_reply=1)
    proposals = [made.propose(ordinal) for ordinal in range(3, 203)]
    assert {one.emitter for one in proposals if one.model not in ("", "large")} == {"map", "sample", "champion"}
    assert {one.emitter for one in proposals if one.model == "large"} == {"map", "champion"}
    assert {one.emitter for one in proposals[20:] if not one.model} == {"map", "sample", "champion"}


def test_a_handover_before_the_start_is_refused() -> None:
    with pytest.raises(ValueError, match="replies >= 0"):
        Handover("large", -1)


def test_odds_are_told_with_a_proposal() -> None:
    assert asking(BY_MODEL).propose(3).odds == {"hint": 1.0}


def test_where_nothing_else_is_there_the_seeds_are_refined_too() -> None:
    islands = [Island("only", GridArchive[Candidate]([Axis("m", 0.0, 1.0, 10)]))]
    made = Population(
        islands, Migration(1000, 1), [Operator("tune", "embedded", 1, refines=True)], 7, ParentSelection()
    )
    made.add(seed(0), "source", outcome(-1.0))
    assert {made.propose(ordinal).operator.name for ordinal in range(1, 40)} == {"tune"}


def test_what_refines_is_not_asked_of_the_seeds_where_other_operators_are() -> None:
    islands = [Island("only", GridArchive[Candidate]([Axis("m", 0.0, 1.0, 10)]))]
    operators = [Operator("tune", "embedded", 1, refines=True), Operator("grow", "embedded", 1)]
    made = Population(islands, Migration(1000, 1), operators, 7, ParentSelection())
    made.add(seed(0), "source", outcome(-1.0))
    proposals = [made.propose(ordinal) for ordinal in range(1, 200)]
    assert {(one.emitter, one.operator.name) for one in proposals} == {
        ("map", "tune"), ("map", "grow"), ("sample", "grow"), ("champion", "tune"), ("champion", "grow"),
    }  # fmt: skip


def test_a_run_opens_with_the_fittest_seed_and_goes_on_as_usual() -> None:
    islands = [Island("only", GridArchive[Candidate]([Axis("m", 0.0, 1.0, 10)]))]
    operators = [Operator("tune", "embedded", 1, move="tune"), Operator("grow", "embedded", 2, move="grow")]
    made = Population(islands, Migration(1000, 1), operators, 7, ParentSelection(opening=6))
    for ordinal, fitness in enumerate((-3.0, -1.0, -2.0)):
        made.add(seed(ordinal), "source", outcome(fitness, 0.3 * ordinal, digest=str(ordinal)))
    opened = [made.propose(ordinal) for ordinal in range(3, 9)]
    assert {(one.emitter, one.operator.name) for one in opened} == {("opening", "grow")}
    assert {parent.ordinal for one in opened for parent in one.parents} == {1}
    assert "opening" not in {made.propose(ordinal).emitter for ordinal in range(9, 60)}
