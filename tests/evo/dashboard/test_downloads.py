"""Files of comma-separated values: what they hold, and that spreadsheets take no text in them for a formula."""

import csv
import io
from urllib.parse import quote

import pytest

from evo.dashboard.app import make_app
from evo.dashboard.downloads import csv_text
from evo.dashboard.run_folder import RunFolder
from evo.dashboard.server import guarded


@pytest.fixture(scope="module")
def fetched(seen_runs):
    """Return a function that gives the answer to an address."""
    client = guarded(make_app(RunFolder(seen_runs)), "127.0.0.1").server.test_client()
    return lambda address: client.get(address, headers={"Host": "127.0.0.1"})


def rows_of(answer):
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_all_candidates_that_are_wanted_are_in_the_file_in_their_order(fetched):
    rows = rows_of(fetched("/candidates.csv?run=toy_one&sort=gap"))
    assert len(rows) == 32
    gaps = [float(row["gap_train"]) for row in rows if row["gap_train"]]
    assert gaps == sorted(gaps)
    assert {row["island"] for row in rows} == {"behaviour", "first", "second"}
    only = rows_of(fetched("/candidates.csv?run=toy_one&operator=seed"))
    assert {row["operator"] for row in only} == {"seed"}


def test_all_rows_of_an_answer_are_in_the_file(fetched):
    counting = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 3000) SELECT i FROM n"
    assert [row["i"] for row in rows_of(fetched(f"/sql.csv?run=toy_one&q={quote(counting)}"))][-1] == "3000"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/sql.csv?run=toy_one&q=DELETE FROM run", "sql: "),
        ("/sql.csv?run=no&q=SELECT 1", "No run 'no' in "),
        ("/candidates.csv?run=../toy_one", "No run '../toy_one' in "),
        ("/candidates.csv?run=toy_one&status=no", "Expected status to be one of new, "),
        ("/candidates.csv?run=toy_one&island=no", "No island 'no': expected "),
        ("/candidates.csv?run=toy_one&low=few", "Expected a gap from so many per cent, such as 1.5, got 'few'."),
        ("/candidates.csv?run=toy_one&high=nan", "Expected a gap to so many per cent"),
        ("/candidates.csv?run=toy_one&sort=colour", "Expected sort to be one of candidate, gap, validation, size"),
    ],
)
def test_what_cannot_be_had_is_said_in_one_line(fetched, address, said):
    answer = fetched(address)
    assert answer.status_code == 400
    assert said in answer.text
    assert answer.text.count("\n") == 1
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_a_strange_host_gets_no_file(seen_runs):
    client = guarded(make_app(RunFolder(seen_runs)), "127.0.0.1").server.test_client()
    assert client.get("/candidates.csv", headers={"Host": "evil.example"}).status_code == 403


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://evil.example")'])
def test_a_text_that_spreadsheets_would_compute_has_an_apostrophe_before_it(text):
    (row,) = csv.reader(io.StringIO(csv_text(["a"], [[text]]).partition("\r\n")[2]))
    assert row == [f"'{text}"]
    assert csv_text([text], []).startswith(("'", "\"'"))


def test_numbers_stay_numbers_and_nothing_is_empty():
    assert csv_text(["a", "b", "c"], [[-0.5, None, "x"]]) == "a,b,c\r\n-0.5,,x\r\n"
