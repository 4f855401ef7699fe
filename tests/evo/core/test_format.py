"""Gaps as people read them."""

from dataclasses import replace

from evaluators import Gap
from evo.core.format import interval, named, percent


def test_a_figure_is_per_cent_and_nothing_is_nothing() -> None:
    assert percent(0.01234) == "1.234%"
    assert percent(None) == ""


def test_an_interval_shows_both_ends_only_where_they_differ_in_print() -> None:
    assert interval(0.01, 0.025) == "1.000–2.500%"
    assert interval(0.01, 0.010000001) == interval(0.01, None) == "1.000%"


def test_every_aggregate_is_named_and_an_absent_one_is_left_out() -> None:
    gap = Gap(0.01, 0.02, None, upper=Gap(0.015, 0.03, None))
    assert named(replace(gap, lower=(0.5, -0.25))).startswith("mean gap 1.000–1.500% / 50.000% / -25.000%, ")
    assert named(gap) == "mean gap 1.000–1.500%, ratio of sums 2.000–3.000%"
