"""Which page of a long list is meant, and the links to the others."""

import json

import pytest
from plotly.io.json import to_json_plotly

from evo.dashboard.paging import last_page, nearest_page, page_links


@pytest.mark.parametrize(("count", "last"), [(0, 1), (1, 1), (50, 1), (51, 2), (100, 2), (101, 3)])
def test_a_list_has_as_many_pages_as_it_needs_and_one_at_least(count, last):
    assert last_page(count, 50) == last


@pytest.mark.parametrize(
    ("asked", "page"), [("", 1), ("0", 1), ("2", 2), ("3", 3), ("4", 3), ("-1", 1), ("²", 1), ("9" * 5_000, 3)]
)
def test_a_page_that_is_not_there_means_the_nearest(asked, page):
    assert nearest_page(asked, 3) == page


def addresses(*about, **known):
    """Return the addresses of the links, in their order."""
    found = json.loads(to_json_plotly(page_links("/calls", {"run": "a", "page": "2"}, *about, **known)))
    stack, told = [found], []
    while stack:
        one = stack.pop()
        if isinstance(one, dict) and "href" in one:
            told.append(one["href"])
        stack += (
            reversed(list(one.values())) if isinstance(one, dict) else reversed(one) if isinstance(one, list) else ()
        )
    return told


def test_links_lead_to_the_first_the_previous_the_next_and_the_last():
    assert addresses(3, 9) == [f"/calls?run=a&page={page}" for page in (1, 2, 4, 9)]
    assert addresses(1, 2) == ["/calls?run=a&page=2"] * 2
    assert addresses(2, 2) == ["/calls?run=a&page=1"] * 2
    assert page_links("/calls", {}, 1, 1) is None


def test_where_nobody_knows_how_many_there_are_no_link_leads_to_the_last():
    assert addresses(3, 4, known=False) == [f"/calls?run=a&page={page}" for page in (1, 2, 4)]
