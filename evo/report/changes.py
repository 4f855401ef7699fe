"""What changed from one source to another, word by word: rules are often one long line."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby, product

CONTEXT = 2
"""So many lines that both have are shown around a change."""
ALIKE = 0.6
"""Lines that have less in common than this are told apart as a whole."""
MOST_PAIRS = 400
"""So are blocks with more pairs of lines than this: each pair is compared word by word."""
WORDS = re.compile(r"(?:\w+(?:\.\d+)?|[^\w\s])[^\S\n]*|\s+")
"""With the blanks behind them: blanks alone would be found everywhere."""


class Kind(StrEnum):
    """What became of a piece of text."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text and what became of it."""

    kind: Kind
    text: str


def changes(old: str, new: str) -> tuple[Piece, ...]:
    """Return the parts that differ, with lines around; nothing when the sources have the same lines."""
    before, after = old.strip().splitlines(), new.strip().splitlines()
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    pieces: list[Piece] = []
    for group in matcher.get_grouped_opcodes(CONTEXT):
        if pieces:
            pieces.append(Piece(Kind.SKIPPED, "…\n"))
        for tag, i, j, k, m in group:
            pieces += _within(before[i:j], after[k:m]) if tag != "equal" else _kept(before[i:j])
    return _merged(pieces)


def _within(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    """Compare lines that differ: the two most alike word by word, then those before and those behind them."""
    pair = _most_alike(old, new)
    if pair is None:
        yield from (Piece(Kind.REMOVED, _joined(old)), Piece(Kind.ADDED, _joined(new)))
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


def _word_by_word(old: str, new: str) -> Iterator[Piece]:
    before, after = WORDS.findall(old), WORDS.findall(new)
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece(Kind.KEPT, "".join(before[i:j]))
            continue
        removed, added = "".join(before[i:j]), "".join(after[k:m])
        blank = " " if removed.endswith(" ") and added.endswith(" ") else ""
        yield Piece(Kind.REMOVED, removed.removesuffix(blank))
        yield Piece(Kind.ADDED, added.removesuffix(blank))
        yield Piece(Kind.KEPT, blank)


def _kept(lines: Sequence[str]) -> list[Piece]:
    return [Piece(Kind.KEPT, _joined(lines))]


def _joined(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _merged(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    by_kind = groupby((piece for piece in pieces if piece.text), key=lambda piece: piece.kind)
    return tuple(Piece(kind, "".join(piece.text for piece in same)) for kind, same in by_kind)
