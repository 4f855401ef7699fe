"""Which instance a run draws at its end, and which drawings are read."""

import pytest

from evo.runs.drawings import FOLDER, INDEX, kept_drawings, telling_instance


@pytest.mark.parametrize(
    ("found", "rival", "position"),
    [
        ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], 1),
        ([0.0, 0.1, 0.0], [0.0, 0.2, 0.0], 1),
        ([0.5, 0.1, 0.2, 0.0], [0.1, 0.3, 0.3, 0.0], 2),
        ([0.1], [0.1], 0),
    ],
    ids=["they differ nowhere: the middle", "on one", "the median of three", "there is one"],
)
def test_it_is_the_median_of_those_where_found_and_baseline_differ(
    found: list[float], rival: list[float], position: int
) -> None:
    assert telling_instance(found, rival) == position


@pytest.mark.parametrize("text", ["", "3", "[]", "[" * 100_000])
def test_a_damaged_index_names_no_drawing(tmp_path, text: str) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / INDEX).write_text(text)
    assert kept_drawings(tmp_path) == ()
