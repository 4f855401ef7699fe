"""People's notes stay in a run's file: beside a run that goes on, of a run and of a candidate, and can be removed."""

import sqlite3
from contextlib import closing

import pytest

from evo.store import RunStore, StoreError
from evo.store.notes import add_note, read_notes, remove_note


def test_notes_of_a_run_and_of_a_candidate_are_read_back_in_their_order(make, store):
    make.placed(store, 0, gap=0.5)
    add_note(store.path, "  too slow? ", 0)
    written = add_note(store.path, "tried on the machine of line 3\nwith \x1b[1m")
    assert [(note.id, note.candidate, note.text) for note in written] == [
        (1, 0, "too slow?"),
        (2, None, "tried on the machine of line 3\nwith \x1b[1m"),
    ]
    with store.snapshot() as connection:
        assert read_notes(connection) == written


def test_the_run_goes_on_writing_beside_a_note(make, store):
    make.placed(store, 0, gap=0.5)
    add_note(store.path, "good so far", 0)
    make.placed(store, 1, gap=0.4)
    assert len(add_note(store.path, "better", 1)) == 2


def test_a_note_is_removed_by_its_number_and_an_unknown_one_is_named(make, store):
    make.placed(store, 0, gap=0.5)
    add_note(store.path, "one")
    add_note(store.path, "two")
    assert [note.text for note in remove_note(store.path, 1)] == ["two"]
    with pytest.raises(StoreError, match=r"has no note 1; its notes: 2\."):
        remove_note(store.path, 1)


def test_a_note_without_text_is_refused(store):
    with pytest.raises(ValueError, match="some text"):
        add_note(store.path, " \n ")


def test_a_run_of_an_earlier_version_gets_the_table_when_it_is_opened(tmp_path, make):
    with make.store(tmp_path / "run.sqlite"):
        pass
    with closing(sqlite3.connect(tmp_path / "run.sqlite")) as plain:
        plain.executescript(
            "DROP TABLE notes; DROP TABLE baselines; ALTER TABLE run DROP COLUMN signatures;"
            "DELETE FROM schema_changes WHERE version >= 9"
        )
    with RunStore.open(tmp_path / "run.sqlite") as store:
        assert len(add_note(store.path, "late")) == 1
