"""`evo note` keeps what people write beside a run, also by a candidate, and lists it."""

import json

import pytest

from evo.cli.app import status


@pytest.fixture
def run(tmp_path, make):
    folder = tmp_path / "toy_s0"
    folder.mkdir()
    with make.store(folder / "run.sqlite") as store:
        make.placed(store, 0, gap=0.5)
    return ["--runs", str(tmp_path)]


def test_a_note_on_the_run_and_one_on_a_candidate_are_listed(run, capsys):
    assert status(["note", "-m", "first try", *run]) == 0
    assert status(["note", "best", "-m", "good\non small ones", *run]) == 0
    capsys.readouterr()
    assert status(["note", *run]) == 0
    named, first, second = capsys.readouterr().out.splitlines()
    assert named == "notes of toy_s0:"
    assert first.startswith("1  20")
    assert first.endswith("run: first try")
    assert second.endswith(r"candidate 0: good\non small ones")
    assert status(["show", "toy_s0", "0", *run]) == 0
    assert r"note: good\non small ones" in capsys.readouterr().out


def test_notes_are_json_for_programs_and_can_be_removed(run, capsys):
    status(["note", "-m", "first try", *run])
    capsys.readouterr()
    assert status(["note", "--json", *run]) == 0
    (note,) = json.loads(capsys.readouterr().out)["notes"]
    assert (note["candidate"], note["text"]) == (None, "first try")
    assert status(["note", "--remove", str(note["id"]), *run]) == 0
    assert "No notes in toy_s0" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["-m", " "], "Expected some text after --message."),
        (["-m", "a", "--remove", "1"], "not both"),
        (["--remove", "7"], "has no note 7; its notes: none."),
        (["12345", "-m", "who?"], "12345"),
    ],
)
def test_what_cannot_be_noted_is_said_in_one_line(run, capsys, asked, told):
    assert status(["note", *asked, *run]) != 0
    (line,) = capsys.readouterr().err.splitlines()
    assert told in line
