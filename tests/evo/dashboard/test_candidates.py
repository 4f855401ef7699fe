"""The list of candidates as a page."""

import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from evo.analysis.candidate_list import CandidateFilter, Order, list_candidates
from evo.dashboard.pages.candidates import ROWS


def test_the_newest_come_first_and_the_rest_are_counted(says, seen_runs):
    told = says(seen_runs, "/candidates", run="toy_one")
    assert "32 candidates; " in told
    assert told.index("#31\n") < told.index("#30\n")


def test_a_long_list_is_shown_a_page_at_a_time(says, seen_runs, growing):
    for place in range(ROWS):
        growing.placed(0.5 + place / 1000)
    told = says(seen_runs, "/candidates", run="going_on")
    assert "page 1 of 2" in told
    assert "/candidates?run=going_on&page=2" in told
    assert f"#{growing.next - 1}\n" in told
    assert f"#{growing.next - 1}\n" not in says(seen_runs, "/candidates", run="going_on", page="2")


def test_it_is_sorted_and_filtered_by_the_address(says, seen_runs, store):
    told = says(seen_runs, "/candidates", run="toy_one", sort="gap", operator="seed")
    seeds = list_candidates(store, CandidateFilter(operator="seed"), Order.GAP, False, 9)
    assert f"{len(seeds)} candidates; " in told
    places = [told.index(f"#{one.ordinal}\n") for one in seeds]
    assert places == sorted(places)
    assert "/candidates?run=toy_one&sort=-gap&operator=seed" in told


def test_islands_are_meant_by_name(says, seen_runs, store):
    count = len(list_candidates(store, CandidateFilter(island=1), Order.CANDIDATE, False, 99))
    assert f"{count} candidates; " in says(seen_runs, "/candidates", run="toy_one", island="first")


@pytest.mark.parametrize(
    ("query", "said"), [({"low": "a"}, "such as 1.5"), ({"status": "a"}, "one of new"), ({"sort": "a"}, "minus")]
)
def test_what_cannot_be_listed_is_said_in_one_line(says, seen_runs, query, said):
    assert said in says(seen_runs, "/candidates", run="toy_one", **query)


def test_a_choice_is_shown_at_once_and_a_text_after_enter(browser, dashboard):
    browser.open(f"{dashboard}/candidates?run=toy_one&sort=gap", "32 candidates")
    Select(browser.wait_for("select[name=operator]")).select_by_value("seed")
    browser.wait_for_address("operator=seed")
    browser.wait_for_words("2 candidates")
    assert "sort=gap" in browser.driver.current_url
    assert browser.wait_for("select[name=operator]").get_attribute("value") == "seed"
    browser.wait_for("input[name=text]").send_keys("no such words", Keys.ENTER)
    browser.wait_for_words("0 candidates")
    assert browser.complaints() == []
    assert browser.faults() == []
