"""The history of a cell."""

import pytest

from evo.analysis.cells import cell
from evo.core.errors import UserError


@pytest.fixture
def held(run, takes, is_refused):
    run.add(0, 0.5, placements=[takes(0), takes(0, island=1)])
    run.add(1, 0.6, [0], placements=[is_refused(1)])
    run.add(2, 0.4, [0], placements=[takes(2, displaced=0)])
    run.add(3, 0.3, [2], placements=[takes(3, cell=(4, 4)), takes(2, island=1, displaced=0, source=0)])
    return run.store


def test_holders_follow_each_other_on_each_island(held, values):
    answer = cell(held, "1,2")
    assert values(answer, "candidate", "island", "since", "until", "gap", "displaced_by", "came_from_island") == [
        (0, 0, 0, 2, 0.5, 2, None),
        (2, 0, 2, None, 0.4, None, None),
        (0, 1, 0, 3, 0.5, 2, None),
        (2, 1, 3, None, 0.4, None, 0),
    ]
    assert answer.edges == ((0, 2), (0, 2))
    assert "1 more were offered" in answer.notes[0]


def test_one_island_may_be_asked_for(held, values):
    assert values(cell(held, "1,2", island=1), "candidate", "since") == [(0, 0), (2, 3)]


@pytest.mark.parametrize("name", ["1,2", "[1, 2]", "(1,2)", "1 2"])
def test_a_cell_is_written_in_several_ways(name, held):
    assert len(cell(held, name).rows) == 4


@pytest.mark.parametrize(
    ("name", "island", "says"),
    [
        ("5,4", None, "Nobody ever held cell '5,4'; nearest: 4,4; 1,2."),
        ("4,4", 1, "Nobody ever held cell '4,4' on island 1; nearest: 1,2."),
        ("1,2", 7, "Nobody holds a cell on island 7: the run has placed none there."),
        ("1", None, "Cell '1': expected 2 numbers, got 1."),
        ("first", None, "Cell 'first': expected whole numbers, one for each axis, such as 3,4."),
        ("1,-2", None, "Cell '1,-2': expected whole numbers, one for each axis, such as 3,4."),
    ],
)
def test_a_wrong_cell_is_told_what_there_is(name, island, says, held):
    with pytest.raises(UserError) as told:
        cell(held, name, island)
    assert str(told.value) == says


def test_islands_may_have_cells_of_different_lengths(run, takes):
    run.add(0, 0.5, placements=[takes(0, cell=(1, 2)), takes(0, island=1, cell=(3,))])
    with pytest.raises(UserError, match="nearest: 1,2"):
        cell(run.store, "9,9")
    with pytest.raises(UserError, match="nearest: 3"):
        cell(run.store, "9")
    with pytest.raises(UserError, match="expected 1 or 2 numbers, got 3"):
        cell(run.store, "9,9,9")
