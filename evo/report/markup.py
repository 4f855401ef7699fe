"""Foreign text made safe to stand in a page or a Markdown file: code, and what changed from one source to another."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby, product

from markupsafe import Markup, escape
from pygments import highlight  # type: ignore[import-untyped]  # its package states no types
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import PythonLexer  # type: ignore[import-untyped]

CONTEXT = 2
"""So many lines that both have are shown around a change."""
ALIKE = 0.6
"""Lines that have less in common than this are told apart as a whole."""
MOST_PAIRS = 400
"""So are blocks with more pairs of lines than this: each pair is compared word by word."""
WORDS = re.compile(r"(?:\w+(?:\.\d+)?|[^\w\s])[^\S\n]*|\s+")
"""With the blanks behind them: blanks alone would be found everywhere."""
MEANT = re.compile(r"([\\`*_\[\]#|~$])")
"""What Markdown takes for more than letters, inside a line."""


class ChangeKind(StrEnum):
    """What became of a piece of text."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class TextChange:
    """A stretch of text and what became of it."""

    kind: ChangeKind
    text: str


def changes(old: str, new: str) -> tuple[TextChange, ...]:
    """Return the parts that differ, with lines around; nothing when the sources have the same lines."""
    before, after = old.strip().splitlines(), new.strip().splitlines()
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    pieces: list[TextChange] = []
    for group in matcher.get_grouped_opcodes(CONTEXT):
        if pieces:
            pieces.append(TextChange(ChangeKind.SKIPPED, "…\n"))
        for tag, i, j, k, m in group:
            pieces += _within(before[i:j], after[k:m]) if tag != "equal" else _kept(before[i:j])
    return _merged(pieces)


def _within(old: Sequence[str], new: Sequence[str]) -> Iterator[TextChange]:
    """Compare lines that differ: the two most alike word by word, then those before and those behind them."""
    pair = _most_alike(old, new)
    if pair is None:
        yield from (TextChange(ChangeKind.REMOVED, _joined(old)), TextChange(ChangeKind.ADDED, _joined(new)))
        return
    i, k = pair
    yield from _within(old[:i], new[:k])
    yield from _word_by_word(f"{old[i]}\n", f"{new[k]}\n")
    yield from _within(old[i + 1 :], new[k + 1 :])


def _most_alike(old: Sequence[str], new: Sequence[str]) -> tuple[int, int] | None:
    """Return the positions of two lines with as much in common as can be, None where all have little."""
    if not 0 < len(old) * len(new) <= MOST_PAIRS:
        return None
    before, after = [WORDS.findall(line) for line in old], [WORDS.findall(line) for line in new]
    pairs = product(range(len(old)), range(len(new)))
    alike = {(i, k): SequenceMatcher(None, before[i], after[k], autojunk=False).ratio() for i, k in pairs}
    pair = max(alike, key=lambda one: alike[one])
    return pair if alike[pair] >= ALIKE else None


def _word_by_word(old: str, new: str) -> Iterator[TextChange]:
    before, after = WORDS.findall(old), WORDS.findall(new)
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield TextChange(ChangeKind.KEPT, "".join(before[i:j]))
            continue
        removed, added = "".join(before[i:j]), "".join(after[k:m])
        blank = " " if removed.endswith(" ") and added.endswith(" ") else ""
        yield TextChange(ChangeKind.REMOVED, removed.removesuffix(blank))
        yield TextChange(ChangeKind.ADDED, added.removesuffix(blank))
        yield TextChange(ChangeKind.KEPT, blank)


def _kept(lines: Sequence[str]) -> list[TextChange]:
    return [TextChange(ChangeKind.KEPT, _joined(lines))]


def _joined(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _merged(pieces: Sequence[TextChange]) -> tuple[TextChange, ...]:
    by_kind = groupby((piece for piece in pieces if piece.text), key=lambda piece: piece.kind)
    return tuple(TextChange(kind, "".join(piece.text for piece in same)) for kind, same in by_kind)


TAGS = {ChangeKind.REMOVED: "del", ChangeKind.ADDED: "ins"}


def code_as_html(source: str) -> Markup:
    """Return a source as HTML, escaped, its tokens in spans with classes of pygments."""
    return Markup(highlight(source.strip(), PythonLexer(), HtmlFormatter(nowrap=True)).rstrip())


def changes_as_html(pieces: Sequence[TextChange]) -> Markup:
    """Return a difference as HTML, escaped."""
    return Markup("").join(_tagged(piece) for piece in pieces).rstrip()


def fenced_block(text: str, language: str = "") -> Markup:
    """Return a block of code of a Markdown file that nothing in the text can end."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return Markup(f"{fence}{language}\n{text.strip()}\n{fence}")


def plain_words(text: object) -> Markup:
    """Return words of one line that a Markdown file shows as they are."""
    escaped = MEANT.sub(r"\\\1", " ".join(str(text).split()))
    return Markup(escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def changes_as_text(pieces: Sequence[TextChange]) -> str:
    """Return a difference as text: [-removed-]{+added+}, as `git diff --word-diff` writes it."""
    marks = {ChangeKind.REMOVED: "[-{}-]", ChangeKind.ADDED: "{{+{}+}}"}
    return "".join(marks.get(piece.kind, "{}").format(piece.text) for piece in pieces)


def _tagged(piece: TextChange) -> Markup:
    tag = TAGS.get(piece.kind)
    return escape(piece.text) if tag is None else Markup("<{0}>{1}</{0}>").format(Markup(tag), piece.text)
