"""Scores are made outside the sandbox and every gap is named."""

import numpy as np
import pytest

from evaluators import Evaluation, Failure, FailureKind, InstanceSet, score
from evaluators.scoring import aggregate, lower_gaps, relative_gaps
from problems import Instance, Reference, Sense, Split
from problems.toy import Toy


def instance_set(values: list[float], scale: float = 1.0, proven: bool = False) -> InstanceSet:
    instances = tuple(Instance(f"i{k}", "f", (np.arange(k + 1),), scale) for k in range(len(values)))
    return InstanceSet(
        Split.TRAIN, instances, tuple(Reference(v, v if proven else None, proven, "by hand") for v in values)
    )


def test_a_gap_is_relative_to_the_reference_or_to_the_scale_when_that_is_larger() -> None:
    known = instance_set([10.0, 0.0, 2.0], scale=5.0)
    gaps = relative_gaps(Sense.MINIMISE, np.array([11.0, 1.0, 3.0]), known)
    assert gaps.tolist() == [0.1, 0.2, 0.2]


def test_when_the_problem_maximises_a_smaller_value_is_a_gap() -> None:
    gaps = relative_gaps(Sense.MAXIMISE, np.array([9.0]), instance_set([10.0]))
    assert gaps.tolist() == [0.1]


def test_the_three_aggregates_differ_where_references_are_small() -> None:
    known = instance_set([100.0, 0.0], scale=10.0)
    values = np.array([110.0, 5.0])
    gap = aggregate(Sense.MINIMISE, values, known)
    assert gap.scaled == pytest.approx((0.1 + 0.5) / 2)
    assert gap.ratio == pytest.approx(0.15)
    assert gap.mean == pytest.approx(0.1)


def test_aggregates_that_would_divide_by_nothing_are_absent() -> None:
    known = instance_set([0.0], scale=1.0)
    gap = aggregate(Sense.MINIMISE, np.array([0.0]), known)
    assert (gap.scaled, gap.ratio, gap.mean) == (0.0, None, None)


def bounded_set(*references: Reference) -> InstanceSet:
    instances = tuple(Instance(f"i{k}", "f", (np.arange(k + 1),), 1.0) for k in range(len(references)))
    return InstanceSet(Split.TRAIN, instances, references)


def test_where_a_reference_is_only_bounded_the_gap_is_an_interval() -> None:
    known = bounded_set(Reference(100.0, 80.0, False, "descent"), Reference(10.0, 10.0, True, "exact"))
    gap = aggregate(Sense.MINIMISE, np.array([110.0, 12.0]), known)
    assert (gap.scaled, gap.ratio) == pytest.approx(((0.1 + 0.2) / 2, 12 / 110))
    assert gap.upper is not None
    assert (gap.upper.scaled, gap.upper.ratio) == pytest.approx(((30 / 80 + 0.2) / 2, 32 / 90))


def test_the_upper_end_is_not_made_up_where_a_bound_is_missing() -> None:
    known = bounded_set(Reference(100.0, 80.0, False, "descent"), Reference(10.0, None, False, "descent"))
    assert aggregate(Sense.MINIMISE, np.array([110.0, 12.0]), known).upper is None


def test_proven_references_leave_nothing_open() -> None:
    assert aggregate(Sense.MINIMISE, np.array([11.0]), instance_set([10.0], proven=True)).upper is None


def test_a_value_better_than_a_bound_is_an_error_of_ours() -> None:
    with pytest.raises(ValueError, match=r"i0.*dual bound"):
        relative_gaps(Sense.MINIMISE, np.array([79.0]), bounded_set(Reference(100.0, 80.0, False, "descent")))


def test_a_value_better_than_a_proven_optimum_is_an_error_of_ours() -> None:
    with pytest.raises(ValueError, match=r"i0.*proven optimum"):
        relative_gaps(Sense.MINIMISE, np.array([9.0]), instance_set([10.0], proven=True))


def test_an_infeasible_solution_is_an_invalid_result_that_names_its_instance() -> None:
    problem = Toy()
    instances = tuple(problem.instances(Split.TRAIN))
    known = InstanceSet(Split.TRAIN, instances, tuple(problem.reference(i) for i in instances))
    solutions = [np.arange(problem.solution_shape(i).shape[0]) for i in instances]
    solutions[3] = np.zeros_like(solutions[3])
    outcome = score(problem, known, solutions)
    assert isinstance(outcome, Failure)
    assert outcome.kind is FailureKind.INVALID_RESULT
    assert outcome.instance == instances[3].name
    assert not isinstance(outcome, Evaluation)


def test_every_instance_needs_its_reference() -> None:
    known = instance_set([1.0, 2.0])
    with pytest.raises(ValueError, match="one reference per instance"):
        InstanceSet(Split.TRAIN, known.instances, known.references[:1])


def test_the_gaps_of_lower_levels_are_means_in_the_scale_of_the_instance_and_may_be_below_zero() -> None:
    references = (
        Reference(4.0, 4.0, True, "staged", lower=(3.0, 0.0)),
        Reference(2.0, 2.0, True, "staged", lower=(1.0, 2.0)),
    )
    instances = tuple(Instance(f"i{k}", "f", (np.arange(k + 1),), 10.0) for k in range(2))
    known = InstanceSet(Split.TRAIN, instances, references)
    values = np.array([[2.0, 0.0], [2.0, 0.0]])
    assert lower_gaps(Sense.MAXIMISE, values, known) == pytest.approx(((0.1 - 0.1) / 2, (0.0 + 0.2) / 2))


def test_one_level_has_no_gaps_below() -> None:
    assert lower_gaps(Sense.MINIMISE, np.zeros((0, 0)), instance_set([1.0])) == ()
