"""Files that are no run, disks that are full, locks that others hold: one clear line each."""

import multiprocessing
import resource
import sqlite3
from contextlib import closing
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

import pytest
from sqlalchemy import Connection

from evo.store import RunStore, State, StoreError
from evo.store.connection import Database, Mode
from evo.store.migrations import MIGRATIONS, first_tables, install, is_current, upgrade
from evo.store.tables import metadata

FORK = multiprocessing.get_context("fork")


def refused(action) -> str:
    with pytest.raises(StoreError) as caught:
        action()
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_an_existing_file_is_never_overwritten(make, path):
    path.write_text("precious")
    assert "exists already" in refused(lambda: make.store(path))
    assert path.read_text() == "precious"


def test_a_draft_that_a_kill_left_is_replaced_and_none_is_left(make, path):
    for name in ("run.sqlite.part", "run.sqlite.part-wal"):
        path.with_name(name).write_text("half of a record")
    make.store(path).close()
    assert [file.name for file in path.parent.glob("*.part*")] == []
    with RunStore.open(path, readonly=True) as store:
        assert store.header() == make.header()


@pytest.mark.parametrize("readonly", [True, False])
def test_a_missing_file_is_not_created_by_opening(path, readonly):
    assert "no such file" in refused(lambda: RunStore.open(path, readonly))
    assert not path.exists()


@pytest.mark.parametrize("folder", ["absent", "/proc"])
def test_a_folder_that_cannot_be_written_is_named(make, tmp_path, folder):
    assert "folder" in refused(lambda: make.store(tmp_path / folder / "run.sqlite"))


@pytest.mark.parametrize("readonly", [True, False])
@pytest.mark.parametrize(
    ("content", "says"), [(b"", "holds no run"), (b"# notes\n" * 200, "is not a database")], ids=["empty", "text"]
)
def test_a_file_that_is_no_database_is_refused(path, content, says, readonly):
    path.write_bytes(content)
    assert says in refused(lambda: RunStore.open(path, readonly))


@pytest.mark.parametrize("readonly", [True, False])
def test_a_database_of_another_program_is_refused_and_left_alone(path, readonly):
    with closing(sqlite3.connect(path)) as foreign, foreign:
        foreign.execute("CREATE TABLE candidates (name TEXT)")
    assert "another program" in refused(lambda: RunStore.open(path, readonly))
    with closing(sqlite3.connect(path)) as foreign:
        assert foreign.execute("SELECT name FROM sqlite_master").fetchall() == [("candidates",)]


@pytest.mark.parametrize("readonly", [True, False])
def test_a_database_of_a_newer_version_is_refused(make, path, readonly):
    make.store(path).close()
    with closing(sqlite3.connect(path)) as newer, newer:
        newer.execute("INSERT INTO schema_changes VALUES (99, 'later', '2030-01-01')")
    assert "newer version (tables 99" in refused(lambda: RunStore.open(path, readonly))


@pytest.mark.parametrize("since", [30, 4096])
def test_a_damaged_file_is_named(make, path, since):
    with make.store(path) as store:
        make.placed(store, 0, gap=0.5)
    content = bytearray(path.read_bytes())
    content[since:] = b"\xff" * (len(content) - since)
    path.write_bytes(content)

    def read() -> None:
        with RunStore.open(path, readonly=True) as store:
            store.history()

    assert "damaged" in refused(read)


def add_remarks(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE run ADD COLUMN remarks TEXT")


def test_migrations_are_applied_once_in_order_and_recorded(make, path):
    make.store(path).close()
    newer = (*MIGRATIONS, add_remarks)
    with closing(Database(path, Mode.WRITE, 1.0)) as database:
        with database.transaction() as connection:
            assert is_current(connection, path)
            assert not is_current(connection, path, newer)
        for _ in range(2):
            with database.transaction() as connection:
                upgrade(connection, path, newer)
    with closing(sqlite3.connect(path)) as plain:
        assert plain.execute("SELECT version, name FROM schema_changes").fetchall() == [
            (1, "first_tables"),
            (2, "bounds_and_provenance"),
            (3, "what_models_were_asked"),
            (4, "lower_levels"),
            (5, "islands_and_own_code"),
            (6, "emitters"),
            (7, "repeated_answers"),
            (8, "looks_at_test"),
            (9, "notes"),
            (10, "what_functions_mean"),
            (11, "scores_of_baselines"),
            (12, "add_remarks"),
        ]
        assert plain.execute("SELECT remarks FROM run").fetchall() == [(None,)]


def test_a_run_of_the_first_version_is_upgraded_when_it_is_read(path):
    with closing(Database(path, Mode.CREATE, 1.0)) as database, database.transaction() as connection:
        install(connection, path, (first_tables,))
    RunStore.open(path, readonly=True).close()
    with closing(sqlite3.connect(path)) as plain:
        assert plain.execute("SELECT count(*) FROM schema_changes").fetchone() == (len(MIGRATIONS),)
        assert plain.execute("SELECT versions, bound_gap_scaled FROM instances, evaluations").fetchall() == []
        assert plain.execute("SELECT instruction, purpose, helps FROM candidates, calls, insights").fetchall() == []


def test_a_migration_that_fails_leaves_the_file_as_it_was(make, path):
    def half(connection: Connection) -> None:
        add_remarks(connection)
        raise ArithmeticError

    make.store(path).close()
    with (
        closing(Database(path, Mode.WRITE, 1.0)) as database,
        pytest.raises(ArithmeticError),
        database.transaction() as c,
    ):
        upgrade(c, path, (*MIGRATIONS, half))
    RunStore.open(path).close()
    with closing(sqlite3.connect(path)) as plain, pytest.raises(sqlite3.OperationalError, match="remarks"):
        plain.execute("SELECT remarks FROM run")


def test_a_full_disk_is_said_and_what_was_recorded_stays(make, store):
    make.placed(store, 0, gap=0.5)
    with store.snapshot() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
    request = make.request(1)
    store.record_intent(request)
    assert "the disk is full" in refused(lambda: store.record_draft(request, make.draft("x" * 100_000)))
    assert [step.state for step in store.history().steps] == [State.PLACED, State.PROPOSED]
    with store.snapshot() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 100000")
    store.record_draft(request, make.draft("x" * 100_000))
    assert store.history().steps[1].state is State.DRAFTED


def write_past_a_limit(make, path: Path, pipe: Pipe) -> None:
    with make.store(path) as store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 200_000, resource.RLIM_INFINITY))
        try:
            for ordinal in range(100):
                store.record_intent(make.request(ordinal))
                store.record_draft(make.request(ordinal), make.draft(f"{ordinal}" * 10_000))
                pipe.send(ordinal)
        except StoreError as error:
            pipe.send(str(error))


def test_a_file_that_may_not_grow_is_said_and_what_was_recorded_stays(make, path):
    here, there = FORK.Pipe(duplex=False)
    writer = FORK.Process(target=write_past_a_limit, args=(make, path, there))
    writer.start()
    there.close()
    *drafted, message = received(here)
    writer.join()
    assert message == f"{path}: the disk cannot be read or written."
    with RunStore.open(path, readonly=True) as store:
        assert [step.ordinal for step in store.history().steps if step.source is not None] == drafted


def test_a_lock_that_another_program_holds_is_said(make, path):
    make.store(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "locked" in refused(lambda: RunStore.open(path, patience=0.05))
        with RunStore.open(path, readonly=True) as reader:
            assert reader.history().steps == ()


def hold(path: Path, pipe: Pipe) -> None:
    with RunStore.open(path):
        pipe.send("open")
        pipe.recv()


def test_a_second_process_may_read_but_not_write(make, path):
    make.store(path).close()
    here, there = FORK.Pipe()
    holder = FORK.Process(target=hold, args=(path, there))
    holder.start()
    assert here.recv() == "open"
    assert "another process" in refused(lambda: RunStore.open(path))
    RunStore.open(path, readonly=True).close()
    holder.kill()
    holder.join()
    RunStore.open(path).close()


def received(pipe: Pipe) -> list:
    """Read until every writer has closed its end."""
    messages = []
    while True:
        try:
            messages.append(pipe.recv())
        except EOFError:
            return messages


def test_the_tables_have_the_columns_that_migrations_make(make, path):
    make.store(path).close()
    with closing(sqlite3.connect(path)) as plain:
        for table in metadata.sorted_tables:
            made = {name for _, name, *_ in plain.execute(f"PRAGMA table_info({table.name})")}
            assert {column.name for column in table.columns} == made
