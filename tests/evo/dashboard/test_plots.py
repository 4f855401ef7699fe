"""What plotly is given to draw."""

from evo.analysis.archives import IslandArchive, ShownAxis, ShownElite
from evo.analysis.progress import Point
from evo.dashboard.plots import bars, curve, heatmap

HOSTILE = '<a href="javascript:alert(1)">&'
AXIS = ShownAxis("a", (0.0, 0.5, 1.0))


def test_words_in_a_figure_are_no_markup() -> None:
    points = (Point(1, 0.5, 0.1, 10, 0.2, 0), Point(2, 1.0, 0.2, 20, 0.1, 1))
    axis = ShownAxis(HOSTILE, (0.0, 1.0))
    archive = IslandArchive(0, HOSTILE, (axis, axis), (ShownElite((0, 0), 4, 0.1),))
    drawn = [
        curve({HOSTILE: points, "other": points}, "candidates"),
        heatmap(archive, {(0, 0): ShownElite((0, 0), 4, 0.1)}),
        bars({0.0: 1.0}, 1.0, HOSTILE, HOSTILE),
    ]
    for figure in drawn:
        assert "<a" not in figure.to_json().replace("\\u003c", "<")


def test_a_curve_over_dollars_leaves_out_points_without_a_price() -> None:
    points = (Point(1, 0.5, 0.1, 10, 0.2, 0), Point(2, 1.0, None, 20, 0.1, 1))
    assert list(curve({"run": points}, "dollars").data[0].x) == [0.1]
    assert list(curve({"run": points}, "seconds").data[0].y) == [20.0, 10.0]


def test_gaps_far_apart_are_drawn_on_a_log_scale_and_zero_never_is() -> None:
    wide = (Point(1, 0, 0, 0, 0.5, 0), Point(2, 1, 0, 0, 0.01, 1))
    to_zero = (*wide, Point(3, 2, 0, 0, 0.0, 2))
    assert curve({"run": wide}, "candidates").layout.yaxis.type == "log"
    assert curve({"run": to_zero}, "candidates").layout.yaxis.type is None


def test_an_empty_cell_has_no_colour_and_one_axis_is_one_row() -> None:
    archive = IslandArchive(0, "one", (AXIS,), (ShownElite((1,), 7, 0.25),))
    drawn = heatmap(archive, {(1, 0): archive.elites[0]}).data[0]
    assert [list(row) for row in drawn.z] == [[None, 25.0]]
    assert [list(row) for row in drawn.text] == [["", "#7: 25.000%"]]


def test_a_cell_tells_the_gaps_of_all_levels_and_has_the_colour_of_the_first() -> None:
    archive = IslandArchive(0, "one", (AXIS,), (ShownElite((1,), 7, 0.25, (0.5,)),))
    drawn = heatmap(archive, {(1, 0): archive.elites[0]}).data[0]
    assert [list(row) for row in drawn.z] == [[None, 25.0]]
    assert [list(row) for row in drawn.text] == [["", "#7: 25.000% / 50.000%"]]


def test_colours_of_gaps_far_apart_stand_for_logarithms() -> None:
    archive = IslandArchive(0, "two", (AXIS, AXIS), ())
    best = {(0, 0): ShownElite((0, 0), 1, 0.01), (1, 1): ShownElite((1, 1), 2, 10.0)}
    drawn = heatmap(archive, best).data[0]
    assert [list(row) for row in drawn.z] == [[0.0, None], [None, 3.0]]
    assert list(drawn.colorbar.ticktext)[:2] == ["1", "10"]


def test_figures_of_no_runs_and_empty_archives_can_be_drawn() -> None:
    assert curve({}, "candidates").data == ()
    assert curve({"run": ()}, "candidates").data[0].x == ()
    assert [list(row) for row in heatmap(IslandArchive(0, "e", (AXIS,), ()), {}).data[0].z] == [[None, None]]
