"""Optima from the shell: coverage of references, and instances of one's own."""

import json
from pathlib import Path

import numpy as np
import pytest

from evo.cli.app import status

JOBS = "# p d\n3 5\n2 1\n7 9\n4 6\n"


def solved(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, object]]:
    assert status(["solve", *arguments, "problem=smtt", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["instances"]
    assert isinstance(found, list)
    return found


def test_references_are_counted_then_computed_then_kept(
    small: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def known(*options: str) -> list[int]:
        assert status(["references", *small, "--runs", str(tmp_path), "--json", *options]) == 0
        return [split["known"] for split in json.loads(capsys.readouterr().out)["splits"]]

    assert known() == [0, 0, 0]
    assert known("--compute") == [3, 2, 2]
    assert known() == [3, 2, 2]


def test_coverage_is_laid_out_for_people(small: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["references", *small, "--runs", str(tmp_path), "--compute"]) == 0
    printed = capsys.readouterr().out
    assert all(word in printed for word in ("validation", "proven", "Smith's rule"))


@pytest.mark.parametrize("method", ["exact", "mip"])
def test_a_text_is_solved_and_the_sequence_has_the_value(
    method: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "jobs.txt").write_text(JOBS)
    (found,) = solved(capsys, str(tmp_path / "jobs.txt"), "--method", method)
    assert (found["value"], found["bound"], found["proven"]) == (11, 11, True)
    assert found["sequence"] == [1, 0, 3, 2]
    assert set(found) >= {"method", "seconds", "versions"}


def test_every_instance_of_an_archive_is_solved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    p = np.array([[3, 2, 7, 4], [5, 5, 5, 5]])
    np.savez(tmp_path / "jobs.npz", processing_times=p, due_dates=np.array([[5, 1, 9, 6], [0, -5, 5, 40]]))
    first, second = solved(capsys, str(tmp_path / "jobs.npz"))
    assert first["value"] == 11
    assert second["value"] == (5 + 5) + (10 - 0) + (15 - 5)


def test_one_instance_shows_its_sequence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "jobs.txt").write_text(JOBS)
    assert status(["solve", str(tmp_path / "jobs.txt"), "problem=smtt"]) == 0
    printed = capsys.readouterr().out
    assert "jobs: 11, proven optimal" in printed
    assert printed.endswith("sequence: 1 0 3 2\n")


def test_a_limit_leaves_a_bound_and_never_a_wrong_proof(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(1)
    p = rng.integers(1, 101, (1, 800))
    np.savez(tmp_path / "a.npz", processing_times=p, due_dates=(p.sum() * rng.uniform(0.2, 0.5, (1, 800))).astype(int))
    (found,) = solved(capsys, str(tmp_path / "a.npz"), "--time-limit", "0.001")
    assert isinstance(found["value"], int)
    assert isinstance(found["bound"], int)
    assert not found["proven"]
    assert 0 < found["bound"] < found["value"]


@pytest.mark.parametrize(
    ("content", "arguments", "said"),
    [
        ("3 x\n", ["problem=smtt"], "line 1: Expected two numbers"),
        ("-3 1\n", ["problem=smtt"], "processing times >= 0"),
        (JOBS, ["problem=smtt", "--method", "simplex"], "exact, mip"),
        (JOBS, ["problem=toy"], "no exact method"),
    ],
)
def test_what_cannot_be_solved_is_said_in_one_line(
    content: str, arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "jobs.txt").write_text(content)
    assert status(["solve", str(tmp_path / "jobs.txt"), *arguments]) in (1, 2)
    printed = capsys.readouterr().err
    assert said in printed
    assert printed.count("\n") == 1


def test_a_file_that_is_not_there_is_told_with_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["solve", str(tmp_path / "none.txt"), "problem=smtt"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "none.txt: No such file or directory; name a file" in said
