"""`evo draw`, and drawings by `evo apply` and `evo solve`: kept in the run's folder, or written to the user's files."""

import json
from pathlib import Path

import pytest

from evo.cli.app import status
from evo.config.compose import compose
from evo.core.errors import UserError
from evo.core.svg import check_drawing
from evo.runs.drawings import FOLDER, INDEX, best_pair, kept_drawings
from evo.store import RunStore
from evo.tools.drawing import draw_recorded
from problems import Split


def test_a_run_ends_with_drawings_of_its_winner_and_of_the_best_baseline(runs: Path) -> None:
    with RunStore.open_folder(runs / "toy_run") as store:
        best = store.header().best
    found, rival = best_pair(kept_drawings(runs / "toy_run"), best)
    assert (found.name, found.candidate, found.split) == (f"found #{best}", best, Split.VALIDATION)
    assert (rival.name, rival.candidate, rival.instance) == ("WSPT", None, found.instance)
    assert found.objective >= rival.objective
    assert f"weighted completion time {int(found.objective):,}" in found.svg


def test_any_candidate_is_drawn_and_kept(runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "one.svg"
    command = ["draw", "toy_run", "1", "--split", "train", "--instance", "2", "--to", str(file), "--runs", str(runs)]
    assert status([*command, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["candidate"], told["instance"], told["file"]) == (1, "toy-1-train-2", str(file))
    kept = kept_drawings(runs / "toy_run")[-1]
    assert (kept.candidate, kept.split, kept.position) == (1, Split.TRAIN, 2)
    assert kept.svg == file.read_text(encoding="utf-8")


def test_a_baseline_is_drawn_by_its_name_on_the_instance_of_the_runs_end(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    position = kept_drawings(runs / "toy_run")[0].position
    assert status(["draw", "toy_run", "--baseline", "LW", "--runs", str(runs)]) == 0
    assert f"LW on toy-1-validation-{position}: objective" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["best", "--instance", "2"], "Expected an instance from 0 to 1 of validation, got 2."),
        (["--baseline", "WSTP"], "Unknown baseline 'WSTP' of toy; nearest: WSPT."),
        (
            ["1", "--baseline", "WSPT"],
            "Expected a candidate or a baseline to draw, got both: leave out 1 or WSPT.",
        ),
        (["999"], "No candidate '999'"),
    ],
)
def test_what_cannot_be_drawn_is_told_in_one_line(
    arguments: list[str], message: str, runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(["draw", "toy_run", *arguments, "--runs", str(runs)]) != 0
    told = capsys.readouterr().err
    assert message in told
    assert told.count("\n") == 1


def test_instances_that_are_no_longer_those_of_the_run_are_not_drawn(runs: Path) -> None:
    others = compose(["problem=toy", "problem.seed=2", "problem.validation=2"])
    with pytest.raises(UserError, match="The instances of validation are no longer those of the run: toy has changed"):
        draw_recorded(others, runs / "toy_run")


def test_a_damaged_or_hostile_folder_of_drawings_shows_nothing(runs: Path, tmp_path: Path) -> None:
    (good,) = [one for one in kept_drawings(runs / "toy_run") if one.name == "WSPT"]
    place = tmp_path / FOLDER
    assert kept_drawings(tmp_path) == ()
    place.mkdir()
    values = {**{name: getattr(good, name) for name in ("name", "candidate", "split", "position", "instance")}}
    whole = {**values, "objective": 1.0}
    (tmp_path / "outside.svg").write_text(good.svg)
    (place / "candidate-1-train-0.svg").write_text(good.svg.replace("<desc>", "<script/><desc>"))
    (place / "candidate-2-train-0.svg").write_text(good.svg)
    index = {
        "../outside.svg": whole,
        "candidate-1-train-0.svg": whole,
        "candidate-2-train-0.svg": {**whole, "split": "elsewhere"},
        "candidate-3-train-0.svg": whole,
        "candidate-4-train-0.svg": 4,
    }
    (place / INDEX).write_text(json.dumps(index))
    assert kept_drawings(tmp_path) == ()
    (place / INDEX).write_text("{")
    assert kept_drawings(tmp_path) == ()


def test_own_instances_are_drawn_by_apply_and_by_solve(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    jobs, rule = tmp_path / "jobs.csv", tmp_path / "rule.py"
    jobs.write_text("job,p,d\nfirst,3,4\nsecond,5,5\n<third>,2,6\n")
    rule.write_text("def priority(p, d, t, n_left, p_mean, p_max, w_late, d_mean, late_share):\n    return d\n")
    applied, solved = tmp_path / "applied.svg", tmp_path / "solved.svg"
    assert status(["apply", str(rule), str(jobs), "problem=smtt", "--to", str(applied)]) == 0
    assert status(["solve", str(jobs), "problem=smtt", "--to", str(solved)]) == 0
    assert "&lt;third&gt;" in check_drawing(applied.read_text())
    assert "total tardiness" in check_drawing(solved.read_text())
    capsys.readouterr()
    assert status(["solve", str(jobs), "problem=smtt", "--to", str(tmp_path / "x.png")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_several_instances_are_drawn_into_numbered_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text("p,d\n3,4\n5,5\n")
    assert status(["solve", str(tmp_path / "*.csv"), "problem=smtt", "--to", str(tmp_path / "all.svg")]) == 0
    assert sorted(path.name for path in tmp_path.glob("*.svg")) == ["all-0.svg", "all-1.svg"]
