"""A user's own SQL: answered, limited, and refused where it could do harm."""

import sqlite3
import time

import pytest

from evo.analysis.sql import query_table, run_query
from evo.store import StoreError

ENDLESS = "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT {} FROM n"


@pytest.fixture
def run_file(make, store, path):
    for ordinal in range(3):
        make.placed(store, ordinal, 0.5 - ordinal / 10)
    return path


def test_a_select_gives_columns_and_rows_while_the_run_is_being_written(run_file):
    found = run_query(run_file, "SELECT ordinal, operator FROM candidates WHERE ordinal > 0 ORDER BY ordinal")
    assert found.columns == ("ordinal", "operator")
    assert found.rows == ((1, "vary"), (2, "vary"))


def test_recursion_json_and_the_schema_can_be_read(run_file):
    assert run_query(run_file, ENDLESS.format("i") + " LIMIT 3").rows == ((1,), (2,), (3,))
    each = "SELECT count(*) FROM evaluations e, json_each(e.gaps) g"
    assert run_query(run_file, each).rows == ((9,),)
    assert ("candidates",) in run_query(run_file, "SELECT name FROM sqlite_master WHERE type = 'table'").rows


def test_no_more_rows_than_wanted_are_fetched(run_file):
    assert len(run_query(run_file, ENDLESS.format("i"), most=7).rows) == 7


def test_comments_and_a_last_semicolon_are_allowed(run_file):
    assert run_query(run_file, "-- how many\nSELECT count(*) FROM candidates; -- all").rows == ((3,),)


def test_columns_of_equal_name_are_numbered(run_file):
    assert run_query(run_file, "SELECT 1 AS a, 2 AS a, 3 AS b").columns == ("a", "a:2", "b")


def test_values_that_json_cannot_hold_come_as_text(run_file):
    row = run_query(run_file, "SELECT 9e999, -9e999, x'00ff', CAST(x'ff41' AS TEXT), NULL").rows[0]
    assert row == ("inf", "-inf", "00ff", "\ufffdA", None)


@pytest.mark.parametrize(
    "sql",
    [
        "ATTACH 'other.sqlite' AS o",
        "PRAGMA writable_schema = ON",
        "PRAGMA table_info(run)",
        "SELECT * FROM pragma_database_list",
        "UPDATE run SET seed = 1",
        "DELETE FROM candidates",
        "INSERT INTO blobs VALUES ('a', 'b')",
        "DROP TABLE candidates",
        "CREATE TABLE t (a)",
        "CREATE TEMP TABLE t (a)",
        "WITH t AS (SELECT 1) DELETE FROM candidates",
        "SELECT load_extension('/tmp/evil.so')",
        "SELECT printf('%.*c', 1000000000, 'a')",
        "SELECT instr(zeroblob(4000000), zeroblob(2000000) || x'01')",
        "SELECT replace(source, 'a', 'b') FROM candidates",
        "SELECT rtrim(zeroblob(4000000), zeroblob(2000000))",
        "VACUUM INTO 'copy.sqlite'",
        "BEGIN IMMEDIATE",
        "REINDEX",
    ],
)
def test_whatever_is_not_reading_is_refused(run_file, sql):
    before = sqlite3.connect(run_file).execute("SELECT group_concat(sql) FROM sqlite_master").fetchone()
    with pytest.raises(StoreError, match=r"^sql: only reading is allowed.*\.$"):
        run_query(run_file, sql)
    after = sqlite3.connect(run_file)
    assert after.execute("SELECT group_concat(sql) FROM sqlite_master").fetchone() == before
    assert after.execute("SELECT count(*), (SELECT seed FROM run) FROM candidates").fetchone() == (3, 7)
    assert sorted(file.name.partition("-")[0] for file in run_file.parent.iterdir()) == ["run.sqlite"] * 3 + [
        "run.sqlite.lock"
    ]


@pytest.mark.parametrize("sql", ["SELECT 1; SELECT 2", "SELECT 1; DROP TABLE run", "SELECT 1; -- two\nDELETE FROM run"])
def test_several_statements_are_refused(run_file, sql):
    with pytest.raises(StoreError, match="got several statements"):
        run_query(run_file, sql)


@pytest.mark.parametrize("sql", ["", "  \n", "-- a comment", "/* another */", ";"])
def test_nothing_to_ask_is_told(run_file, sql):
    with pytest.raises(StoreError, match="got nothing that gives rows"):
        run_query(run_file, sql)


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELECT colour FROM candidates", "no such column: colour"),
        ("SELECT * FROM candidate", "no such table: candidate"),
        ("SELEC 1", "syntax error"),
        ("SELECT ?", "binding"),
        ("SELECT 1 \x00", "null character"),
        ("SELECT '\udcff'", "surrogates"),
        ("SELECT " + ", ".join("1" for _ in range(300)), "too many columns"),
        ("SELECT '" + "a" * 200_000 + "'", "too big|too large"),
    ],
)
def test_a_mistake_is_told_in_one_line(run_file, sql, told):
    with pytest.raises(StoreError, match=told) as error:
        run_query(run_file, sql)
    assert "\n" not in str(error.value)
    assert str(error.value).startswith("sql: ")


@pytest.mark.parametrize(
    "sql",
    [
        ENDLESS.format("count(*)"),
        ENDLESS.format("i") + " WHERE i < 0",
        "SELECT count(*) FROM candidates a" + "".join(f", candidates c{i}" for i in range(20)),
    ],
)
def test_what_takes_too_long_is_broken_off(run_file, sql):
    began = time.monotonic()
    with pytest.raises(StoreError, match=r"took more than 0\.2 s"):
        run_query(run_file, sql, seconds=0.2)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("blob", ["randomblob(3000000000)", "zeroblob(5000000)", "hex(zeroblob(4000000))"])
def test_gigabytes_in_a_value_are_refused(run_file, blob):
    with pytest.raises(StoreError, match=r"larger than 4 MiB|allocation"):
        run_query(run_file, f"SELECT {blob}")


def test_gigabytes_in_many_rows_are_refused(run_file):
    with pytest.raises(StoreError, match="larger than 64 MiB"):
        run_query(run_file, ENDLESS.format("zeroblob(4000000)"))


@pytest.mark.parametrize(
    "sql",
    ["SELECT " + ", ".join(["hex(zeroblob(2000000))"] * 200), ENDLESS.format("randomblob(100000)") + " ORDER BY 1"],
)
def test_gigabytes_in_a_row_or_a_sort_are_refused(run_file, sql):
    with pytest.raises(StoreError, match="more than 512 MiB of memory"):
        run_query(run_file, sql)


def test_a_missing_or_foreign_file_is_told(tmp_path):
    with pytest.raises(StoreError, match="no such file"):
        run_query(tmp_path / "run.sqlite", "SELECT 1")
    (tmp_path / "run.sqlite").write_text("not a database, " * 100)
    with pytest.raises(StoreError, match="is not a database"):
        run_query(tmp_path / "run.sqlite", "SELECT * FROM run")


def test_a_select_is_answered_with_its_own_columns(run, values):
    run.add(0, 0.5)
    answer = query_table(run.store, "SELECT ordinal, operator FROM candidates", 5, 10.0)
    assert values(answer, "ordinal", "operator") == [(0, "vary")]
    assert answer.notes == ()


def test_more_rows_than_asked_for_are_left_out_and_said_to_be(run):
    answer = query_table(run.store, "VALUES (1), (2), (3)", 2, 10.0)
    assert answer.rows == ((1,), (2,))
    assert "only the first 2 rows" in answer.notes[0]


def test_writing_is_refused(run):
    with pytest.raises(StoreError, match="only reading"):
        query_table(run.store, "DELETE FROM candidates", 5, 10.0)
