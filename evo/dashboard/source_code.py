"""Sources on a page: in colours, with buttons to copy and to keep them, and what differs between two, token by token.

What a candidate says reaches the page as text in elements of ours; no markup comes from it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

from dash import html
from dash.development.base_component import Component
from pygments.lexers import PythonLexer  # type: ignore[import-untyped]  # its package states no types
from pygments.token import Comment, Keyword, Name, Number, String, Token  # type: ignore[import-untyped]

from evo.core.foreign_text import visible
from evo.dashboard.components import Child, aria, cut

COLOURS = {
    Comment: "comment",
    Keyword: "keyword",
    Name.Function: "name",
    Number: "number",
    Token.Operator.Word: "keyword",
    String: "string",
}
"""Classes of `assets/evo.css` by kind of token; all others have the colour of the page."""
MOST_COLOURED = 20_000
"""Letters; a longer source has one colour, for each token is an element."""
MOST_LETTERS = 100_000
CONTEXT = 2
"""So many equal lines stand before and after a change."""
MOST_TOKENS = 1_500
"""A changed part of more is shown as a whole: comparing takes time by the square."""
MOST_KEPT = 320
"""Letters of an equal part that are shown whole."""
MOST_LINES = 2_000
"""Lines of a difference on a page."""
TOKENS = re.compile(r"\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+|\w+|\s+|.")
LEAST_KEPT = 3
"""Fewer tokens between two changes, blanks not counted, are told as part of them: they say nothing alone."""


class DiffKind(StrEnum):
    """What became of a piece of a source."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class DiffPart:
    """A stretch of text and what became of it."""

    kind: DiffKind
    text: str


def code_block(source: str, label: str, identity: str, file: str, *beside: Child) -> Component:
    """Return a source in colours, its buttons and what stands beside them above it.

    `identity` is the id of the text, `file` what it is kept as.
    """
    pre = aria(html.Pre(html.Code(coloured(source), id=identity), tabIndex=0, role="region"), label=label)
    copy = html.Button("Copy", type="button")
    setattr(copy, "data-copy", identity)
    keep = html.Button("Download", type="button")
    setattr(keep, "data-keep", identity)
    setattr(keep, "data-file", file)
    return html.Div([html.Div([html.P([*beside]), copy, keep], className="buttons"), pre], className="code")


def coloured(source: str) -> list[Component | str]:
    """Return a source as texts, those of a kind that has a colour each in an element."""
    shown = cut(source, MOST_LETTERS)
    if len(shown) > MOST_COLOURED:
        return [shown]
    tokens = ((_colour(kind), text) for kind, text in PythonLexer(stripnl=False, ensurenl=False).get_tokens(shown))
    parts: list[Component | str] = []
    for colour, of_colour in groupby(tokens, key=lambda token: token[0]):
        text = "".join(text for _, text in of_colour)
        parts.append(html.Span(text, className=f"token-{colour}") if colour else text)
    return parts


def _colour(kind: object) -> str:
    return next((colour for parent, colour in COLOURS.items() if kind in parent), "")


def source_difference(before: str, after: str, label: str) -> Component:
    """Return what differs between two sources in one text: what is gone struck out, what is new underlined."""
    pieces = token_changes(visible(before), visible(after))
    if all(piece.kind is DiffKind.KEPT for piece in pieces):
        return html.P("The same source.")
    shown, left_out = _near_changes(pieces)
    elements = {DiffKind.REMOVED: html.Del, DiffKind.ADDED: html.Ins}
    parts = [elements[one.kind](one.text) if one.kind in elements else one.text for one in shown]
    more = [f"… {left_out:,} more lines"] if left_out else []
    code = html.Pre(html.Code([*parts, *more]), className="words difference", tabIndex=0, role="region")
    return aria(code, label=label)


def token_changes(before: str, after: str) -> tuple[DiffPart, ...]:
    """Return both sources as one text in pieces: first the lines that both have, then token by token between them."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    pieces: list[DiffPart] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(DiffPart(DiffKind.KEPT, "".join(old[i:j])))
        else:
            pieces += _within("".join(old[i:j]), "".join(new[k:m]))
    return _merged(pieces)


def _within(before: str, after: str) -> Iterator[DiffPart]:
    old, new = TOKENS.findall(before), TOKENS.findall(after)
    head, tail = _equal_ends(old, new)
    yield DiffPart(DiffKind.KEPT, "".join(old[:head]))
    yield from _between(old[head : len(old) - tail], new[head : len(new) - tail])
    yield DiffPart(DiffKind.KEPT, "".join(old[len(old) - tail :]))


def _equal_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """Return how many tokens are equal at the beginning, and how many of the others at the end."""
    most = min(len(old), len(new))
    head = next((at for at in range(most) if old[at] != new[at]), most)
    tail = next((at for at in range(most - head) if old[-1 - at] != new[-1 - at]), most - head)
    return head, tail


def _between(old: Sequence[str], new: Sequence[str]) -> Iterator[DiffPart]:
    if max(len(old), len(new)) > MOST_TOKENS:
        yield from (DiffPart(DiffKind.REMOVED, "".join(old)), DiffPart(DiffKind.ADDED, "".join(new)))
        return
    removed, added = "", ""
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for place, (tag, i, j, k, m) in enumerate(steps):
        inside = 0 < place < len(steps) - 1
        if tag == "equal" and not (inside and _says_little(old[i:j])):
            yield from (
                DiffPart(DiffKind.REMOVED, removed),
                DiffPart(DiffKind.ADDED, added),
                DiffPart(DiffKind.KEPT, "".join(old[i:j])),
            )
            removed, added = "", ""
        else:
            removed, added = removed + "".join(old[i:j]), added + "".join(new[k:m])
    yield from (DiffPart(DiffKind.REMOVED, removed), DiffPart(DiffKind.ADDED, added))


def _says_little(tokens: Sequence[str]) -> bool:
    return not any("\n" in token for token in tokens) and sum(not token.isspace() for token in tokens) < LEAST_KEPT


def _merged(pieces: Sequence[DiffPart]) -> tuple[DiffPart, ...]:
    by_kind = groupby((piece for piece in pieces if piece.text), key=lambda piece: piece.kind)
    return tuple(DiffPart(kind, "".join(piece.text for piece in same)) for kind, same in by_kind)


def _ends(text: str, head: bool, tail: bool) -> str:
    """Return of an equal part the few lines at its wanted ends, and of very long lines few letters."""
    lines = text.split("\n")
    first, last = lines[: CONTEXT + 1] if head else [], lines[-CONTEXT - 1 :] if tail else []
    if len(lines) > len(first) + len(last) + 1:
        return "\n".join([*first, "…", *last])
    if len(text) <= MOST_KEPT:
        return text
    return f"{text[: MOST_KEPT // 4] if head else ''} … {text[-MOST_KEPT // 4 :] if tail else ''}"


def _near_changes(pieces: Sequence[DiffPart]) -> tuple[list[DiffPart], int]:
    """Return the pieces with few of the equal lines around, at most MOST_LINES, and how many lines are left out."""
    shown: list[DiffPart] = []
    lines = 0
    for place, piece in enumerate(pieces):
        text = piece.text
        if piece.kind is DiffKind.KEPT:
            text = _ends(text, place > 0, place < len(pieces) - 1)
        lines += text.count("\n")
        if lines > MOST_LINES:
            return shown, sum(one.text.count("\n") for one in pieces[place:])
        shown.append(DiffPart(piece.kind, text))
    return shown, 0
