"""SEARCH/REPLACE blocks in a reply, and what they make of a source: by lines only, nothing here parses.

A block is `<<<<<<< SEARCH`, lines that stand in the source, `=======`, lines that take their place, `>>>>>>> REPLACE`.
Where lines stand is looked for exactly, then but for blank space, then nearly; the work is bounded whatever comes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from itertools import accumulate, islice, pairwise

from evo.authors.llm.code_blocks import FENCES, Extraction
from evo.authors.llm.source_lines import squeezed

NEARLY = 0.8
LINE_PAIRS = 2_000_000
SOUGHT_CHARACTERS = 400  # of a similar text: the worst ratio takes time with their cube
SCREENED_CHARACTERS = 200_000
COMPARED_WINDOWS = 4
SHOWN_LINES = 400
SHOWN_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class Span:
    """Lines `first` up to, without, `end`, counted from 0."""

    first: int
    end: int


def equal_spans(lines: Sequence[str], sought: Sequence[str]) -> list[Span]:
    """Return where the lines `sought` stand, blank lines aside; where nowhere, then with any blank space."""
    solid, wanted = _solid(lines), [line for line in sought if line.strip()]
    length = len(wanted)
    if not wanted or len(solid) * length > LINE_PAIRS:
        return []
    for form in (str.rstrip, squeezed):
        texts, text = [form(lines[number]) for number in solid], [form(line) for line in wanted]
        starts = [start for start in range(len(texts) - length + 1) if texts[start : start + length] == text]
        if starts:
            return [_span(solid, start, length) for start in starts]
    return []


def similar_spans(lines: Sequence[str], sought: Sequence[str]) -> list[Span]:
    """Return the window of as many lines that is most similar to `sought`, several where they tie, or none.

    Similar is a ratio of difflib of at least `NEARLY`, blank space and blank lines aside.
    """
    solid, wanted = _solid(lines), [squeezed(line) for line in sought if line.strip()]
    text = "\n".join(wanted)
    if not text or len(text) > SOUGHT_CHARACTERS:
        return []
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(text)
    ratios: dict[str, float] = {}
    best, starts = NEARLY, list[int]()
    screened = _screened(matcher, [squeezed(lines[number]) for number in solid], len(wanted), len(text))
    for bound, window, start in screened[:COMPARED_WINDOWS]:
        if bound < best:
            break
        if window not in ratios:
            matcher.set_seq1(window)
            ratios[window] = matcher.ratio()
        ratio = ratios[window]
        if ratio >= best:
            starts = [*starts, start] if ratio == best else [start]
            best = ratio
    return [_span(solid, start, len(wanted)) for start in starts]


def nearest_lines(lines: Sequence[str], sought: Sequence[str]) -> str:
    """Say which of the lines `sought` is missing, and which lines there are nearest to it."""
    there = {squeezed(line) for line in lines}
    missing = _clip(next((line for line in sought if squeezed(line) not in there), sought[0]))
    numbers: dict[str, int] = {}
    for number, line in enumerate(lines[:SHOWN_LINES], 1):
        numbers.setdefault(_clip(line), number)
    near = get_close_matches(missing, [line for line in numbers if line], n=2, cutoff=0.4)
    nearest = ", ".join(f"line {numbers[line]} `{line}`" for line in near) or "no line is like it"
    return f"`{missing}` (nearest: {nearest})"


def _screened(
    matcher: SequenceMatcher[str], lines: Sequence[str], length: int, characters: int
) -> list[tuple[float, str, int]]:
    """Return the windows of `length` lines that may be near enough to the matcher's text, which has `characters`.

    That is: upper bound of the ratio, text, start; the most promising first.
    """
    ends = [0, *accumulate(len(line) + 1 for line in lines)]
    wanted = characters + 1
    found: list[tuple[float, str, int]] = []
    read = 0
    for start in range(len(lines) - length + 1):
        size = ends[start + length] - ends[start]
        if 2 * min(size, wanted) < NEARLY * (size + wanted) or read > SCREENED_CHARACTERS:
            continue
        read += size
        window = "\n".join(lines[start : start + length])
        matcher.set_seq1(window)
        if (bound := matcher.quick_ratio()) >= NEARLY:
            found.append((bound, window, start))
    return sorted(found, key=lambda each: (-each[0], each[2]))


def _solid(lines: Sequence[str]) -> list[int]:
    return [number for number, line in enumerate(lines) if line.strip()]


def _span(solid: Sequence[int], start: int, length: int) -> Span:
    return Span(solid[start], solid[start + length - 1] + 1)


def _clip(line: str) -> str:
    return line.strip()[:SHOWN_CHARACTERS]


MOST_EDITS = 8
SHOWN_PLACES = 5
FILE_NAMES = re.compile(r"(?:---|\+\+\+|diff|index|\\)(?:\s|$)")
SEARCH, DIVIDER, REPLACE = "SEARCH", "=======", "REPLACE"
DECORATION = " \t#*:<>"
OPENING = (":", "(", "[", "{", ",", "\\")
TOP_LEVEL = ("def ", "import ", "from ", "class ", "@")


@dataclass(frozen=True, slots=True)
class SourceEdit:
    """Lines to look for and those that take their place; None where the reply ended before them."""

    search: tuple[str, ...]
    replacement: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Patch:
    """New text for the lines `first` up to, without, `end`."""

    first: int
    end: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A mark, whether its line has a closing bracket, and the lines below it up to the next mark."""

    mark: str
    closing: bool
    lines: list[str]


def read_edits(reply: str) -> tuple[SourceEdit, ...]:
    """Read the blocks in order; missing or spare brackets, and fences around or inside a block, are forgiven.

    At most `MOST_EDITS` and one more are read.
    """
    sections = _sections(reply)
    starts = [number for number, section in enumerate(sections) if section.mark == SEARCH][: MOST_EDITS + 1]
    return tuple(
        SourceEdit(_unfenced(sections[start].lines), _replacement(sections[start + 1 : end]))
        for start, end in pairwise([*starts, len(sections)])
    )


def read_diff(text: str) -> tuple[SourceEdit, ...]:
    """Read the hunks of a unified diff; their counts, and the blank before a line that stays, may be missing."""
    hunks: list[list[str]] = [[]]
    for line in text.split("\n"):
        if line.startswith("@@"):
            hunks.append([])
        elif not FILE_NAMES.match(line):
            hunks[-1].append(line)
    return tuple(
        SourceEdit(_side(hunk, "-"), _side(hunk, "+"))
        for hunk in hunks[: MOST_EDITS + 2]
        if any(line.startswith(("-", "+")) for line in hunk)
    )


def apply_edits(source: str, edits: Sequence[SourceEdit]) -> Extraction:
    """Apply the blocks one after the other; where one does not fit, none is applied."""
    if len(edits) > MOST_EDITS:
        return Extraction(None, f"more than {MOST_EDITS} SEARCH/REPLACE blocks: answer with the complete code")
    for number, edit in enumerate(edits, 1):
        changed = _apply(source.split("\n"), edit)
        if changed.source is None:
            where = f"block {number} of {len(edits)}: " if len(edits) > 1 else ""
            return Extraction(None, where + changed.reason)
        source = changed.source
    return Extraction(source)


def _side(hunk: Sequence[str], sign: str) -> tuple[str, ...]:
    """Return the lines of one side of a hunk, without their signs, and without blank ones around them."""
    kept = [line for line in hunk if line.startswith(sign) or not line.startswith(("-", "+"))]
    return _unfenced([line[1:] if line.startswith((sign, " ")) else line for line in kept])


def _sections(reply: str) -> list[Section]:
    sections = [Section("", False, [])]
    for line in reply.split("\n"):
        if mark := _mark(line):
            sections.append(Section(mark, ">" in line, []))
        else:
            sections[-1].lines.append(line)
    return sections


def _mark(line: str) -> str:
    """Return which mark of a block a line is, or nothing; brackets without a word are one too."""
    bare = line.strip(DECORATION)
    if bare in (SEARCH, REPLACE):
        return bare
    if len(bare) >= 3 and not bare.strip("="):
        return DIVIDER
    brackets = line.strip()
    if not bare and brackets.startswith(("<<<", ">>>")):
        return SEARCH if brackets[0] == "<" else REPLACE
    return ""


def _replacement(sections: Sequence[Section]) -> tuple[str, ...] | None:
    """Return the lines below the divider, or below a label REPLACE that follows it or stands in its place."""
    text = _unfenced(sections[0].lines) if sections else ()
    if text:
        return text
    if len(sections) < 2:
        return None
    return () if sections[1].closing else _unfenced(sections[1].lines) or None


def _unfenced(lines: Sequence[str]) -> tuple[str, ...]:
    """Return what a fence among the lines encloses, or what stands above one that closes a fence around the block."""
    fences = [number for number, line in enumerate(lines) if line.strip().startswith(FENCES)]
    if fences and any(map(str.strip, lines[: fences[0]])):
        lines = lines[: fences[0]]
    elif fences:
        lines = lines[fences[0] + 1 : fences[1] if len(fences) > 1 else None]
    solid = [number for number, line in enumerate(lines) if line.strip()]
    return tuple(line.expandtabs(4).rstrip() for line in lines[solid[0] : solid[-1] + 1]) if solid else ()


def _apply(lines: Sequence[str], edit: SourceEdit) -> Extraction:
    if not edit.search:
        return Extraction(None, "the SEARCH text is empty: copy the lines that shall change")
    if edit.replacement is None:
        return Extraction(None, "the reply ends before the text of REPLACE")
    patches = _patches(lines, edit.search, edit.replacement)
    if not patches:
        return Extraction(None, f"the SEARCH text is not in the code: {nearest_lines(lines, edit.search)}")
    if len(patches) > 1:
        places = ", ".join(str(patch.first + 1) for patch in patches)
        return Extraction(None, f"the SEARCH text stands at several lines, {places}: copy more lines around it")
    patch = patches[0]
    return Extraction("\n".join([*lines[: patch.first], *patch.lines, *lines[patch.end :]]))


def _patches(lines: Sequence[str], search: Sequence[str], replacement: Sequence[str]) -> list[Patch]:
    """Return the ways in which an edit fits: at equal lines, else within a line, else at the most similar lines."""
    spans = equal_spans(lines, search)
    if not spans and (within := _within_lines(lines, search, replacement)):
        return within
    return [
        Patch(span.first, span.end, _indented(lines[span.first : span.end], search, replacement))
        for span in (spans or similar_spans(lines, search))[:SHOWN_PLACES]
    ]


def _within_lines(lines: Sequence[str], search: Sequence[str], replacement: Sequence[str]) -> list[Patch]:
    """Return a patch for each place where one line of search is a part of a line, and cuts no name or number."""
    if len(search) != 1 or len(replacement) != 1:
        return []
    part = re.compile(rf"(?<![\w.]){re.escape(search[0].strip())}(?![\w.])")
    return [
        Patch(number, number + 1, (line[: found.start()] + replacement[0].strip() + line[found.end() :],))
        for number, line in enumerate(lines)
        for found in islice(part.finditer(line), SHOWN_PLACES)
    ][:SHOWN_PLACES]


def _indented(matched: Sequence[str], search: Sequence[str], replacement: Sequence[str]) -> tuple[str, ...]:
    """Return the replacement with the indentation of the lines that it replaces."""
    first, rest = _shifts(matched, search, replacement)
    return tuple(_shifted(line, first if number == 0 else rest) for number, line in enumerate(replacement))


def _shifts(matched: Sequence[str], search: Sequence[str], replacement: Sequence[str]) -> tuple[int, int]:
    """Return by how much the replacement's first line, and the others, must move to the right.

    A block is shifted as a whole as its search text is; but models drop the indentation of the first line alone, or
    write at the margin what belongs into a function.
    """
    margin = _indent(matched[0])
    least = min((_indent(line) for line in replacement[1:] if line), default=0)
    if margin and replacement and not (_indent(replacement[0]) or replacement[0].startswith(TOP_LEVEL)):
        if least and not replacement[0].endswith(OPENING):
            return margin, margin - least
        if not least or _indent(search[0]):
            return margin, margin
    shift = margin - _indent(search[0])
    return shift, _indent(matched[-1]) - _indent(search[-1]) if len(search) > 1 else shift


def _shifted(line: str, shift: int) -> str:
    return " " * shift + line if line and shift > 0 else line[min(_indent(line), -shift) :]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
