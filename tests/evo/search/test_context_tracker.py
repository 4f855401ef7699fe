"""What prompts are told: both ways of the lineage, as it stood, and of the training instances alone."""

import numpy as np
import pytest

from evaluators import Evaluation, Facts, Failure, FailureKind, Gap, InstanceSet, Outcome, Seconds
from evo.core.context import Insight
from evo.core.records import Candidate, Operator, Proposal, Request
from evo.search.context_tracker import ContextTracker
from evo.search.population import SEED
from problems import Instance, Reference, Split

OPERATOR = Operator("hint", "llm", 2)
SIZES = (20, 20, 400)


def instance(position: int, size: int) -> Instance:
    return Instance(f"i{position}", f"n={size}", (np.arange(size),), float(size))


TRAIN = InstanceSet(
    Split.TRAIN,
    tuple(instance(position, size) for position, size in enumerate(SIZES)),
    tuple(Reference(100.0, 100.0, True, "exact") for _ in SIZES),
)


def scored(*gaps: float) -> Evaluation:
    found = np.array(gaps)
    gap = Gap(float(found.mean()), None, None)
    return Evaluation(Split.TRAIN, Facts("d", 9), 100 * (1 + found), found, gap, {}, Seconds())


def candidate(ordinal: int, outcome: Evaluation) -> Candidate:
    return Candidate(ordinal, f"source {ordinal}", outcome.facts, outcome.fitness)


class Run:
    """A context that is written one candidate after the other."""

    def __init__(self) -> None:
        self.context = ContextTracker(TRAIN)
        self.placed: list[Outcome] = []

    def place(
        self, outcome: Outcome, *parents: int, insight: str = "", source: str = "", operator: Operator = OPERATOR
    ) -> int:
        ordinal = len(self.placed)
        operator = operator if parents else SEED
        proposal = Proposal(ordinal, 0, operator, tuple(self.candidate(parent) for parent in parents), 1)
        insights = [Insight(ordinal, True, insight)] if insight else []
        request = Request(proposal, "m", instruction=f"do {ordinal}")
        self.context.add(request, source or f"source {'abcdefgh'[ordinal]}", outcome, insights)
        self.placed.append(outcome)
        return ordinal

    def candidate(self, ordinal: int) -> Candidate:
        outcome = self.placed[ordinal]
        assert isinstance(outcome, Evaluation)
        return candidate(ordinal, outcome)

    def portrait(self, ordinal: int, last: int | None = None):
        known = self.context.context([self.candidate(ordinal)], len(self.placed) if last is None else last)
        return known.parents[0]


@pytest.fixture
def run() -> Run:
    made = Run()
    made.place(scored(0.2, 0.4, 0.6))
    return made


def test_gaps_are_told_by_family_beside_those_of_the_best(run):
    better = run.place(scored(0.1, 0.1, 0.1), 0)
    portrait = run.portrait(0)
    assert portrait.families == pytest.approx({"n=20": 0.3, "n=400": 0.6})
    assert portrait.best == run.portrait(better).families == pytest.approx({"n=20": 0.1, "n=400": 0.1})


def test_the_worst_instance_is_the_worst_of_those_small_enough_to_be_shown(run):
    worst = run.portrait(0).worst
    assert (worst.instance.name, worst.gap, worst.reference) == ("i1", 0.4, 100.0)
    assert worst.value == pytest.approx(140.0)


def test_descendants_are_told_newest_first_with_their_change_and_failures_with_their_reason(run):
    run.place(scored(0.1, 0.1, 0.1), 0)
    run.place(Failure(FailureKind.TIMEOUT, "too slow"), 0)
    failed, better = run.portrait(0).descendants
    assert (failed.ordinal, failed.change, failed.failure, failed.message) == (2, None, FailureKind.TIMEOUT, "too slow")
    assert (better.ordinal, better.operator, better.instruction) == (1, "hint", "do 1")
    assert better.change == pytest.approx(-0.3)


def test_what_models_tried_is_told_before_edits(run):
    run.place(scored(0.1, 0.1, 0.1), 0)
    run.place(scored(0.1, 0.1, 0.1), 0, operator=Operator("grow", "embedded", 1, move="grow"))
    assert [step.ordinal for step in run.portrait(0).descendants] == [1, 2]


def test_a_second_parent_is_not_told_what_came_of_the_first(run):
    other = run.place(scored(0.5, 0.5, 0.5))
    run.place(scored(0.1, 0.1, 0.1), 0, other)
    assert len(run.portrait(0).descendants) == 1
    assert run.portrait(other).descendants == ()


def test_ancestors_are_told_nearest_first_and_a_seed_is_no_step(run):
    child = run.place(scored(0.2, 0.2, 0.2), 0)
    grandchild = run.place(scored(0.1, 0.1, 0.1), child)
    assert [step.ordinal for step in run.portrait(grandchild).ancestors] == [grandchild, child]
    assert run.portrait(0).ancestors == ()


def test_what_came_later_is_not_told(run):
    run.place(scored(0.2, 0.2, 0.2), 0, insight="one")
    before = run.portrait(0)
    run.place(scored(0.1, 0.1, 0.1), 0, insight="two")
    assert run.portrait(0, last=1) == before
    assert run.portrait(0) != before


def test_insights_come_from_the_candidate_its_descendants_and_its_ancestors(run):
    child = run.place(scored(0.2, 0.2, 0.2), 0, insight="of the child")
    grandchild = run.place(scored(0.1, 0.1, 0.1), child, insight="of the grandchild")
    assert [said.text for said in run.portrait(0).insights] == ["of the child"]
    assert [said.text for said in run.portrait(child).insights] == ["of the child", "of the grandchild"]
    assert [said.text for said in run.portrait(grandchild).insights] == ["of the grandchild", "of the child"]


def test_changes_are_told_by_family(run):
    change = run.context.change(run.candidate(0), scored(0.1, 0.1, 0.9))
    assert change == pytest.approx({"n=20": -0.2, "n=400": 0.3})


class TestBestPrograms:
    def best(self, run: Run, parent: int, last: int | None = None) -> list[int]:
        told = run.context.context([run.candidate(parent)], len(run.placed) if last is None else last)
        return [candidate.ordinal for candidate in told.best]

    def test_the_fittest_come_first_and_the_parents_are_not_among_them(self, run):
        for gap in (0.3, 0.1, 0.2, 0.4):
            run.place(scored(gap, gap, gap), 0)
        assert self.best(run, 0) == [2, 3, 1]
        assert self.best(run, 2) == [3, 1, 0]

    def test_of_those_that_differ_in_numbers_alone_the_fittest_is_told(self, run):
        for gap, source in ((0.3, "x * 0.5"), (0.1, "x * 1.25e-3"), (0.2, "x2 * 0.5")):
            run.place(scored(gap, gap, gap), 0, source=source)
        assert self.best(run, 0) == [2, 3]
        assert self.best(run, 1) == [3, 0]

    def test_what_came_later_is_not_told(self, run):
        run.place(scored(0.3, 0.3, 0.3), 0)
        run.place(scored(0.1, 0.1, 0.1), 0)
        assert self.best(run, 0, last=1) == [1]


def test_what_was_tried_is_told_with_the_lines_that_it_added(run):
    before = run.place(scored(0.3, 0.3, 0.3), 0, source='def f(x):\n    """A."""\n    y = x\n    return y\n')
    after = 'def f(x):\n    """B."""\n    # as said\n    y = x * x\n    z = 1\n    return y\n'
    run.place(scored(0.2, 0.2, 0.2), before, source=after)
    (step,) = run.portrait(before).descendants
    assert step.added == "y = x * x; z = 1"


def test_steps_that_set_constants_alone_are_not_told(run):
    before = run.place(scored(0.3, 0.3, 0.3), 0, source="x * 0.5")
    run.place(scored(0.2, 0.2, 0.2), before, source="x * 0.75")
    run.place(scored(0.2, 0.2, 0.2), before, source="x * 0.5 * 1.1", operator=Operator("t", "embedded", 1, move="tune"))
    assert run.portrait(before).descendants == ()


def test_of_steps_to_one_structure_the_fittest_is_told(run):
    for gap, source in ((0.3, "x + 0.5"), (0.1, "x + 1.5"), (0.2, "x + 2")):
        run.place(scored(gap, gap, gap), 0, source=source)
    assert [step.ordinal for step in run.portrait(0).descendants] == [2]
