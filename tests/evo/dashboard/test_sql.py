"""A user's own SQL: answered, cut, refused, and in the address."""

import json
from urllib.parse import quote

import pytest
from plotly.utils import PlotlyJSONEncoder
from selenium.webdriver.common.keys import Keys

from evo.dashboard.pages.sql import EXAMPLES, view
from evo.dashboard.run_folder import RunFolder

COUNTING = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) SELECT i FROM n"


def seen(runs, question: str, page: str = "") -> str:
    asked = {"run": "toy_one", "q": question, "page": page}
    return json.dumps(view(RunFolder(runs), asked), cls=PlotlyJSONEncoder, ensure_ascii=False)


def test_a_question_is_answered(seen_runs):
    told = seen(seen_runs, "SELECT count(*) AS seeds FROM candidates WHERE operator = 'seed'")
    assert '"1 row."' in told
    assert '"seeds"' in told


@pytest.mark.parametrize("question", EXAMPLES.values(), ids=list(EXAMPLES))
def test_every_example_is_answered(seen_runs, question):
    assert '"role": "alert"' not in seen(seen_runs, question)


@pytest.mark.parametrize(
    "question",
    [
        "DELETE FROM candidates",
        "SELECT 1; SELECT 2",
        "SELECT nothing FROM candidates",
        "ATTACH 'other.sqlite' AS other",
        "PRAGMA table_info(candidates)",
        "hello",
    ],
)
def test_what_is_no_reading_is_refused_in_one_line(seen_runs, question):
    assert '"role": "alert"' in seen(seen_runs, question)


@pytest.mark.parametrize(
    ("rows", "page", "said"),
    [
        (50, "", '"50 rows."'),
        (51, "", "Rows 1 to 50; there are more."),
        (100, "2", "Rows 51 to 100, the last one."),
        (101, "2", "Rows 51 to 100; there are more."),
        (101, "3", "Rows 101 to 101, the last one."),
        (3, "2", "No rows on this page: there are 3."),
        (3, "x", '"3 rows."'),
        (1, "", '"1 row."'),
    ],
)
def test_a_long_answer_is_shown_a_page_at_a_time(seen_runs, rows, page, said):
    assert said in seen(seen_runs, COUNTING.format(rows=rows), page=page)


def test_a_page_of_an_answer_leads_to_its_neighbours_and_to_all_rows(seen_runs):
    told = seen(seen_runs, COUNTING.format(rows=200), page="2")
    assert all(f"&page={page}" in told for page in (1, 3))
    assert '"/sql.csv?run=toy_one&q=' in told


def test_no_rows_are_said_to_be_none(seen_runs):
    assert "No rows." in seen(seen_runs, "SELECT 1 WHERE 0")


def test_large_numbers_keep_their_digits_and_nothing_is_null(seen_runs):
    told = seen(seen_runs, "SELECT 9223372036854775807, NULL, 0.1 + 0.2")
    assert all(value in told for value in ('"9223372036854775807"', '"NULL"', '"0.30000000000000004"'))


def test_the_button_puts_the_question_into_the_address_and_an_error_is_said_at_once(browser, dashboard):
    browser.open(f"{dashboard}/sql?run=toy_one", "Examples")
    text = browser.wait_for("#sql-text")
    browser.driver.execute_script("arguments[0].select()", text)
    text.send_keys("SELECT 6 * 7 AS answer")
    browser.wait_for("main form button").click()
    browser.wait_for_words("42")
    assert browser.driver.current_url == f"{dashboard}/sql?q=SELECT+6+*+7+AS+answer&run=toy_one"
    assert browser.faults() == []
    browser.driver.back()
    browser.wait_for_address("run=toy_one")
    browser.open(f"{dashboard}/sql?run=toy_one&q={quote('SELEC 1')}", "syntax error")
    assert browser.wait_for("[role=alert]").text.startswith("sql: ")
    browser.wait_for(".choices a").click()
    browser.wait_for_words("gap_scaled")
    browser.wait_for("tbody td")
    assert browser.complaints() == []
    assert browser.hosts() == {"127.0.0.1"}


def test_a_question_asked_in_the_moment_in_which_the_button_is_there_is_answered(browser, dashboard):
    button = "!location.search.includes('q=') && document.querySelector('main form button')"
    typed = "document.execCommand('insertText', false, 'SELECT 6\\n* 7 AS answer')"
    with browser.as_soon_as(button, f"document.querySelector('#sql-text').select(); {typed}; found.click()"):
        browser.driver.get(f"{dashboard}/sql?run=toy_one")
        browser.wait_for_words("42")
    assert browser.driver.current_url == f"{dashboard}/sql?q=SELECT+6%0D%0A*+7+AS+answer&run=toy_one"
    assert browser.wait_for("#sql-text").get_attribute("value") == "SELECT 6\n* 7 AS answer"
    assert browser.complaints() == []


def test_an_example_chosen_in_the_moment_in_which_it_is_there_is_answered(browser, dashboard):
    example = "[...document.querySelectorAll('main .choices a')].find(link => link.innerText === 'failures')"
    with browser.as_soon_as(example, "found.click()"):
        browser.driver.get(f"{dashboard}/sql?run=toy_one")
        browser.wait_for_address("FROM+failures")
        browser.wait_for("main [aria-current]")
    assert browser.wait_for("#sql-text").get_attribute("value") == EXAMPLES["failures"]


def test_ctrl_enter_asks_as_the_button_does(browser, dashboard):
    browser.open(f"{dashboard}/sql?run=toy_one", "Examples")
    text = browser.wait_for("#sql-text")
    browser.driver.execute_script("arguments[0].select()", text)
    text.send_keys("SELECT 6 * 7 AS answer", Keys.CONTROL, Keys.ENTER)
    browser.wait_for_words("42")
    assert browser.complaints() == []
