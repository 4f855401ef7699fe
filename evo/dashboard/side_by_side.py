"""Two sources beside each other, the lines that differ marked by sign and by colour."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from dash import html
from dash.development.base_component import Component

from evo.core.foreign_text import visible
from evo.dashboard.components import aria

CONTEXT = 3
"""So many equal lines stand before and after a change."""
MOST = 2_000
"""Rows of a comparison on a page."""
SHADES = {"-": "var(--removed)", "+": "var(--added)"}


WIDTHS = ("3rem", "1.5rem", "")
WORDS = re.compile(r"[\w.]+|\s+|.")
MOST_WORDS = 300
"""Lines of more are not compared word by word."""
CHANGED = {"background": "none", "color": "inherit", "fontWeight": 700, "textDecoration": "underline"}


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of a source with its number; `sign` is "-" or "+" where the other source has it not, else " "."""

    number: int
    sign: str
    words: str


LinePair = tuple[SourceLine | None, SourceLine | None]
"""What stands left and right; None: nothing stands there."""


def side_by_side(before: str, after: str) -> tuple[tuple[LinePair, ...], ...]:
    """Return the parts that differ, with a few equal lines around; none where the sources have equal lines."""
    left, right = visible(before).splitlines(), visible(after).splitlines()
    matcher = SequenceMatcher(None, left, right)
    return tuple(
        tuple(row for part in group for row in _rows(part, left, right))
        for group in matcher.get_grouped_opcodes(CONTEXT)
    )


def _rows(part: tuple[str, int, int, int, int], left: list[str], right: list[str]) -> Iterator[LinePair]:
    tag, start, end, other_start, other_end = part
    signs = (" ", " ") if tag == "equal" else ("-", "+")
    yield from zip_longest(
        (SourceLine(number + 1, signs[0], left[number]) for number in range(start, end)),
        (SourceLine(number + 1, signs[1], right[number]) for number in range(other_start, other_end)),
    )


def comparison_table(before: str, after: str, names: tuple[str, str]) -> Component:
    """Return a table of two columns, the source called `names[0]` on the left."""
    groups = side_by_side(before, after)
    if not groups:
        return html.P("The same lines.")
    body: list[Component] = []
    for position, group in enumerate(groups):
        if position > 0:
            body.append(html.Tr(html.Td("…", colSpan=6)))
        body += [html.Tr([*_cells(one, other), *_cells(other, one)]) for one, other in group]
    if len(body) > MOST:
        body = [*body[:MOST], html.Tr(html.Td(f"… {len(body) - MOST:,} more lines", colSpan=6))]
    head = html.Tr([html.Th(name, colSpan=3, scope="colgroup") for name in names])
    columns = html.Colgroup([html.Col(style={"width": width} if width else {}) for width in WIDTHS * 2])
    whole = html.Table([columns, html.Thead(head), html.Tbody(body)], style={"width": "100%", "tableLayout": "fixed"})
    label = f"{names[0]} beside {names[1]}"
    return aria(html.Div(whole, className="wide", tabIndex=0, role="region"), label=label)


def mark_changes(words: str, other: str) -> list[tuple[str, bool]]:
    """Return the parts of a line in turn, and whether each is new against the other line."""
    ours, theirs = WORDS.findall(words), WORDS.findall(other)
    if max(len(ours), len(theirs)) > MOST_WORDS:
        return [(words, False)]
    steps = SequenceMatcher(None, theirs, ours, autojunk=False).get_opcodes()
    return [("".join(ours[start:end]), tag != "equal") for tag, _, _, start, end in steps if end > start]


def _cells(line: SourceLine | None, other: SourceLine | None) -> list[Component]:
    if line is None:
        return [html.Td(colSpan=3)]
    shade = {"background": SHADES[line.sign]} if line.sign in SHADES else {}
    parts = (
        mark_changes(line.words, other.words) if other is not None and line.sign in SHADES else [(line.words, False)]
    )
    words = [html.Mark(part, style=CHANGED) if new else part for part, new in parts]
    code = html.Code(words, style={"whiteSpace": "pre-wrap", "overflowWrap": "anywhere", "background": "none"})
    return [
        html.Td(line.number, className="figure", style=shade),
        html.Td(html.Code(line.sign, style={"background": "none"}), style=shade),
        html.Td(code, style=shade),
    ]
