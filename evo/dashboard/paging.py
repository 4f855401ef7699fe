"""Long lists a page at a time: which page is meant, and links to the others."""

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from evo.dashboard.components import Child, address_with, aria, link

MOST_DIGITS = 15
"""A longer number of a page is past the last; `int` refuses very long ones."""


def last_page(count: int, rows: int) -> int:
    """Return the number of the last page of a list of `count`, `rows` on each; an empty list has one page."""
    return max(1, -(-count // rows))


def nearest_page(page: str, last: int) -> int:
    """Return the page that an address names, or the nearest there is."""
    if not page.isdecimal():
        return 1
    return max(1, min(int(page), last)) if len(page) <= MOST_DIGITS else last


def page_links(path: str, query: Mapping[str, str], page: int, last: int, known: bool = True) -> Component | None:
    """Return links to the first, the previous, the next and the last page; None where there is one alone.

    Where it is not `known` how many there are, `last` is the last one that is known to be there.
    """
    if last == 1:
        return None
    there = {"first": 1, "previous": page - 1, "next": page + 1} | ({"last": last} if known else {})
    parts: list[Child] = []
    for text, number in there.items():
        usable = number != page and 1 <= number <= last
        to = address_with(path, query, page=number)
        parts.append(html.Li(link(text, to) if usable else html.Span(text, className="soft")))
    parts.insert(2, html.Li(f"page {page:,} of {last:,}" if known else f"page {page:,}"))
    return aria(html.Nav(html.Ul(parts), className="paging"), label="Pages of the list")
