"""What plotly is given to draw."""

from evo.analysis.archives import IslandArchive, ShownAxis, ShownElite
from evo.analysis.progress import Point
from evo.analysis.rivals import Baseline
from evo.dashboard.plots import (
    MOST_DOTS,
    Curve,
    bars,
    cut_of,
    gap_colour,
    gap_curves,
    heatmap,
    short,
    spans_of,
    thinned,
)

HOSTILE = '<a href="javascript:alert(1)">&'
AXIS = ShownAxis("a", (0.0, 0.5, 1.0))


def test_words_in_a_figure_are_no_markup() -> None:
    points = (Point(1, 0.5, 0.1, 10, 0.2, 0), Point(2, 1.0, 0.2, 20, 0.1, 1))
    axis = ShownAxis(HOSTILE, (0.0, 1.0))
    archive = IslandArchive(0, HOSTILE, (axis, axis), (ShownElite((0, 0), 4, 0.1),))
    drawn = [
        gap_curves([Curve(HOSTILE, points, Baseline(HOSTILE, 0.2, ())), Curve("other", points)], "candidates"),
        heatmap(archive, {(0, 0): ShownElite((0, 0), 4, 0.1)}),
        bars({0.0: 1.0}, 1.0, HOSTILE, HOSTILE),
    ]
    for figure in drawn:
        assert "<a" not in figure.to_json().replace("\\u003c", "<")


def test_a_curve_over_dollars_leaves_out_points_without_a_price() -> None:
    points = (Point(1, 0.5, 0.1, 10, 0.2, 0), Point(2, 1.0, None, 20, 0.1, 1))
    assert list(gap_curves([Curve("run", points)], "dollars").data[0].x) == [0.1]
    assert list(gap_curves([Curve("run", points)], "seconds").data[0].y) == [20.0, 10.0]


def test_gaps_far_apart_are_drawn_on_a_log_scale_and_zero_never_is() -> None:
    wide = (Point(1, 0, 0, 0, 0.5, 0), Point(2, 1, 0, 0, 0.01, 1))
    to_zero = (*wide, Point(3, 2, 0, 0, 0.0, 2))
    assert gap_curves([Curve("run", wide)], "candidates").layout.yaxis.type == "log"
    assert gap_curves([Curve("run", to_zero)], "candidates").layout.yaxis.type is None


def test_gaps_are_cut_at_twice_the_best_baseline_or_the_best_where_that_is_larger() -> None:
    points = (Point(1, 0, 0, 0, 0.5, 0), Point(2, 1, 0, 0, 0.06, 1))
    assert cut_of([Curve("run", points, Baseline("EDD", 0.08, ()))]) == 0.16
    assert cut_of([Curve("run", points, Baseline("EDD", 0.01, ()))]) == 0.12
    assert cut_of([Curve("run", points)]) == float("inf")
    assert cut_of([Curve("run", (Point(1, 0, 0, 0, 0.0, 0),), Baseline("EDD", 0.0, ()))]) == float("inf")


def test_a_cut_curve_ends_at_the_cut_and_shows_the_baseline_and_the_candidates_below() -> None:
    points = (Point(1, 0, 0, 0, 0.5, 0), Point(2, 1, 0, 0, 0.06, 1), Point(3, 2, 0, 0, 0.05, 2))
    scored = (*points, Point(4, 3, 0, 0, 0.15, 3), Point(5, 4, 0, 0, 0.17, 4))
    drawn = gap_curves([Curve("run", points, Baseline("EDD", 0.08, ()), scored)], "candidates")
    dots, _, baseline = drawn.data
    assert list(dots.customdata) == [1, 2, 3]
    assert list(baseline.y) == [8.0, 8.0]
    assert "EDD" in baseline.name
    assert drawn.layout.yaxis.range[1] == 16.0


def test_of_very_many_candidates_one_is_drawn_in_each_cell_of_a_grid() -> None:
    few = [Point(at, at, 0, 0, 0.5, at) for at in range(MOST_DOTS)]
    many = [Point(at, at, 0, 0, 0.5, at) for at in range(20 * MOST_DOTS)]
    assert thinned(few, "candidates", 1.0) == tuple(few)
    assert len(thinned(many, "candidates", 1.0)) < MOST_DOTS


def test_dollars_are_offered_where_some_were_spent_or_a_price_is_unknown() -> None:
    def spent(dollars):
        return spans_of([Curve("run", (Point(1, 0, dollars, 0, 0.5, 0),))])

    assert spent(0.0) == ("candidates", "seconds")
    assert spent(0.5) == spent(None) == ("candidates", "seconds", "dollars")


def test_colours_of_gaps_go_from_the_smallest_to_the_cut_and_no_further() -> None:
    assert gap_colour(0.9, 0.1, 0.5) == gap_colour(0.5, 0.1, 0.5) != gap_colour(0.1, 0.1, 0.5)
    assert gap_colour(0.1, 0.1, 0.1) == gap_colour(0.1, 0.1, 0.5)
    assert gap_colour(None, 0.1, 0.5) == "#c8ccd0"


def test_gaps_above_the_cut_have_its_colour_and_their_own_number() -> None:
    archive = IslandArchive(0, "one", (AXIS,), ())
    drawn = heatmap(archive, {(0, 0): ShownElite((0,), 1, 0.1), (1, 0): ShownElite((1,), 2, 9.0)}, cut=0.2).data[0]
    assert [list(row) for row in drawn.z] == [[10.0, 20.0]]
    assert [list(row) for row in drawn.text] == [["10", "900"]]
    assert "20 and more in one colour" in drawn.colorbar.title.text


def test_numbers_of_cells_are_short() -> None:
    assert [short(gap) for gap in (0.0012, 0.0999, 0.1, 9.99, 12.0, -0.5)] == ["0.12", "9.99", "10", "999", "1k", "-50"]


def test_an_empty_cell_has_no_colour_and_one_axis_is_one_row() -> None:
    archive = IslandArchive(0, "one", (AXIS,), (ShownElite((1,), 7, 0.25),))
    drawn = heatmap(archive, {(1, 0): archive.elites[0]}).data[0]
    assert [list(row) for row in drawn.z] == [[None, 25.0]]
    assert [list(row) for row in drawn.customdata] == [["", "#7: 25.000%"]]


def test_a_cell_tells_the_gaps_of_all_levels_and_has_the_colour_of_the_first() -> None:
    archive = IslandArchive(0, "one", (AXIS,), (ShownElite((1,), 7, 0.25, (0.5,)),))
    drawn = heatmap(archive, {(1, 0): archive.elites[0]}).data[0]
    assert [list(row) for row in drawn.z] == [[None, 25.0]]
    assert [list(row) for row in drawn.customdata] == [["", "#7: 25.000% / 50.000%"]]


def test_colours_of_gaps_far_apart_stand_for_logarithms() -> None:
    archive = IslandArchive(0, "two", (AXIS, AXIS), ())
    best = {(0, 0): ShownElite((0, 0), 1, 0.01), (1, 1): ShownElite((1, 1), 2, 10.0)}
    drawn = heatmap(archive, best).data[0]
    assert [list(row) for row in drawn.z] == [[0.0, None], [None, 3.0]]
    assert list(drawn.colorbar.ticktext)[:2] == ["1", "10"]


def test_figures_of_no_runs_and_empty_archives_can_be_drawn() -> None:
    assert gap_curves([], "candidates").data == ()
    assert gap_curves([Curve("run", (), Baseline("EDD", 0.1, ()))], "candidates").data[0].x == ()
    assert [list(row) for row in heatmap(IslandArchive(0, "e", (AXIS,), ()), {}).data[0].z] == [[None, None]]
