"""Which instance a run draws at its end, and which drawings are read."""

import json
import os

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


def test_a_pipe_in_the_place_of_a_drawing_or_of_the_index_is_passed_over(tmp_path) -> None:
    values = {"name": "LW", "candidate": None, "split": "train", "position": 0, "instance": "one", "objective": 1.0}
    (tmp_path / FOLDER).mkdir()
    os.mkfifo(tmp_path / FOLDER / "baseline-0-train-0.svg")
    (tmp_path / FOLDER / INDEX).write_text(json.dumps({"baseline-0-train-0.svg": values}))
    assert kept_drawings(tmp_path) == ()
    (tmp_path / FOLDER / INDEX).unlink()
    os.mkfifo(tmp_path / FOLDER / INDEX)
    assert kept_drawings(tmp_path) == ()


@pytest.mark.parametrize("text", ["", "3", "[]", "[" * 100_000])
def test_a_damaged_index_names_no_drawing(tmp_path, text: str) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / INDEX).write_text(text)
    assert kept_drawings(tmp_path) == ()
