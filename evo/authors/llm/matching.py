"""Where lines stand in a source: equal, equal but for blank space, or nearly; the work is bounded whatever comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from itertools import accumulate

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


def squeezed(line: str) -> str:
    """Return a line without its blank space."""
    return "".join(line.split())


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
