"""Seeds against length: the best of several runs, at budgets or along curves, and at equal totals."""

from itertools import combinations
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.sweeps import SpendUnit, SweepArm, arms, compare
from evo.sweeps.surface import median_best, surfaces
from evo.sweeps.tables import comparison_tables, surface_table

GAPS = st.lists(st.integers(0, 9).map(float), min_size=1, max_size=7)


@given(GAPS, st.data())
def test_the_best_of_several_is_the_median_over_all_choices(gaps: list[float], drawn: st.DataObject) -> None:
    count = drawn.draw(st.integers(1, len(gaps)))
    assert median_best(gaps, count) == median(min(chosen) for chosen in combinations(gaps, count))


def test_budgets_that_were_swept_are_the_lengths(make_run) -> None:
    ends = {(100, 1): 0.4, (100, 2): 0.2, (300, 1): 0.3, (300, 2): 0.1}
    runs = [
        make_run(
            seed,
            asked={"seed": str(seed), "budget.candidates": str(length)},
            budget=float(length),
            points=((1, 0.5), (length, end)),
        )
        for (length, seed), end in ends.items()
    ]
    (surface,) = surfaces(arms(runs), SpendUnit.CANDIDATES)
    assert {(point.runs, point.length): point.gap for point in surface.grid} == {
        (1, 100.0): pytest.approx(0.3),
        (1, 300.0): pytest.approx(0.2),
        (2, 100.0): 0.2,
        (2, 300.0): 0.1,
    }


def test_with_one_budget_the_lengths_are_fractions_along_the_curves(make_run) -> None:
    points = {1: ((1, 0.8), (30, 0.4), (80, 0.1)), 2: ((1, 0.6), (15, 0.3), (80, 0.3))}
    arm = SweepArm("a", {seed: make_run(seed, points=each) for seed, each in points.items()})
    (surface,) = surfaces([arm], SpendUnit.CANDIDATES)
    assert [(point.length, point.gap) for point in surface.grid if point.runs == 2] == [
        (10.0, 0.6),
        (20.0, 0.3),
        (40.0, 0.3),
        (80.0, 0.1),
    ]
    assert [(point.runs, point.length, point.total) for point in surface.equal_totals] == [
        (1, 80.0, 80.0),
        (2, 40.0, 80.0),
    ]
    assert [point.gap for point in surface.equal_totals] == pytest.approx([0.2, 0.3])


def test_one_seed_has_no_surface(make_run) -> None:
    assert surfaces([SweepArm("a", {1: make_run(1)})], SpendUnit.CANDIDATES) == ()


def test_arms_that_differ_by_more_than_the_budget_have_surfaces_of_their_own(make_run) -> None:
    runs = [
        make_run(seed, asked={"strategy": way, "budget.candidates": str(length)}, budget=float(length))
        for way in "ab"
        for length in (100, 300)
        for seed in (1, 2)
    ]
    assert [surface.name for surface in surfaces(arms(runs), SpendUnit.CANDIDATES)] == ["strategy=a", "strategy=b"]


def test_tables_show_the_surface_and_the_share_of_valid_replies(make_run) -> None:
    runs = {seed: make_run(seed, replies=(10, seed, 0)) for seed in (4, 8)}
    comparison = compare([SweepArm("a", runs)])
    titles = {table.title: table for table in comparison_tables(comparison, ())}
    assert titles["best of several runs"].columns[-1].name == "10 candidates"
    assert len(titles["more seeds or longer runs"].rows) == 2
    assert titles["replies of models that became a candidate"].rows == (("a", 20, 12, 0, 0.6, 0.4, 0.8),)
    assert {row[-1] for row in surface_table(comparison).rows} == {"grid", "equal_totals"}


def test_runs_without_models_have_no_table_of_replies(make_run) -> None:
    titles = [table.title for table in comparison_tables(compare([SweepArm("a", {1: make_run(1)})]), ())]
    assert titles == ["gaps of what the runs found", "best gap on train so far"]
