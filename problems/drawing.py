"""What problems draw their solutions with: one SVG of few shapes on a paper of its own, readable in light and dark."""

import math
import re
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

PAPER, INK, SOFT, FAINT = "#ffffff", "#1f2328", "#57606a", "#d8dee4"
BLUE, ORANGE, GREEN, PURPLE, SKY, YELLOW = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"
"""Okabe and Ito (2008): told apart by the colour-blind."""
GREY = "#8c959f"
MOST_SHAPES = 3000
"""Of one drawing: where there would be more, parts are drawn together."""
MOST_LETTERS = 120
"""Of one text: names come from users' files."""
LETTER = 0.58
"""The width of a letter over its size, about."""
NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML may hold."""


class Canvas:
    """A drawing under way; lengths in pixels, (0, 0) is the upper left corner.

    `title` says in a few words what is drawn, `description` what is to be seen; both stand above the drawing too.
    """

    def __init__(self, width: float, height: float, title: str, description: str) -> None:
        self.width, self.height = width, height
        self._title, self._description = _words(title), _words(description)
        self._shapes: list[str] = []
        self.text(16, 24, title, size=15, bold=True)
        self.text(16, 44, description, size=12, colour=SOFT)

    def rectangle(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str,
        *,
        stroke: str = "",
        tip: str = "",
    ) -> None:
        """Draw a rectangle; `tip` is shown where the pointer rests on it."""
        edge = f' stroke="{stroke}" stroke-width="0.7"' if stroke else ""
        size = f'width="{_number(max(0.0, width))}" height="{_number(max(0.0, height))}"'
        self._add("rect", f'x="{_number(x)}" y="{_number(y)}" {size} fill="{fill}"{edge}', tip)

    def circle(self, x: float, y: float, radius: float, fill: str, *, stroke: str = "none", tip: str = "") -> None:
        """Draw a circle around (x, y)."""
        place = f'cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}"'
        self._add("circle", f'{place} fill="{fill}" stroke="{stroke}"', tip)

    def line(self, x: float, y: float, to_x: float, to_y: float, colour: str = INK, width: float = 1.0) -> None:
        """Draw a line."""
        ends = f'x1="{_number(x)}" y1="{_number(y)}" x2="{_number(to_x)}" y2="{_number(to_y)}"'
        self._add("line", f'{ends} stroke="{colour}" stroke-width="{_number(width)}"')

    def polygon(self, corners: Iterable[tuple[float, float]], fill: str, *, stroke: str = INK) -> None:
        """Draw a closed line through the corners."""
        points = " ".join(f"{_number(x)},{_number(y)}" for x, y in corners)
        self._add("polygon", f'points="{points}" fill="{fill}" stroke="{stroke}"')

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 11,
        anchor: str = "start",
        colour: str = INK,
        bold: bool = False,
    ) -> None:
        """Write words whose first line stands at y; `anchor` is start, middle or end."""
        weight = ' font-weight="600"' if bold else ""
        place = f'x="{_number(x)}" y="{_number(y)}" font-size="{_number(size)}" text-anchor="{anchor}"'
        self._shapes.append(f'<text {place} fill="{colour}"{weight}>{_words(words)}</text>')

    def legend(self, y: float, entries: Sequence[tuple[str, str]], x: float = 16) -> None:
        """Write what colours mean: pairs of a colour and words, from left to right."""
        for colour, words in entries:
            self.rectangle(x, y - 9, 11, 11, colour, stroke=GREY)
            self.text(x + 16, y, words, colour=SOFT)
            x += 36 + LETTER * 11 * len(words)

    def scale(self, x: float, y: float, width: float, most: float, words: str) -> None:
        """Draw an axis from 0 to `most` to the right of (x, y), with round numbers and what they are."""
        self.line(x, y, x + width, y, GREY)
        for value in ticks(most):
            place = x + width * value / most
            self.line(place, y, place, y + 4, GREY)
            self.text(place, y + 16, f"{value:g}", anchor="middle", colour=SOFT)
        self.text(x + width / 2, y + 33, words, anchor="middle", colour=SOFT)

    def svg(self) -> str:
        """Return the text of the drawing."""
        size = f'width="{_number(self.width)}" height="{_number(self.height)}"'
        box = f'viewBox="0 0 {_number(self.width)} {_number(self.height)}"'
        label = quoteattr(NO_XML.sub(" ", self._plain_title()))
        return "\n".join(
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} role="img" aria-label={label} '
                'font-family="system-ui, sans-serif">',
                f"<title>{self._title}</title>",
                f"<desc>{self._description}</desc>",
                f'<rect width="100%" height="100%" fill="{PAPER}"/>',
                *self._shapes,
                "</svg>\n",
            )
        )

    def _plain_title(self) -> str:
        return self._title.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

    def _add(self, shape: str, attributes: str, tip: str = "") -> None:
        self._shapes.append(
            f"<{shape} {attributes}><title>{_words(tip)}</title></{shape}>" if tip else f"<{shape} {attributes}/>"
        )


def fits(words: str, width: float, size: float = 11) -> bool:
    """Return whether words of this size have room in so many pixels, about."""
    return LETTER * size * len(words) <= width


def ticks(most: float, about: int = 8) -> list[float]:
    """Return round numbers from 0 to `most`, about so many."""
    if most <= 0:
        return [0.0]
    raw = most / about
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw)
    return [step * place for place in range(math.floor(most / step * (1 + 1e-9)) + 1)]


def groups(count: int, most: int) -> list[slice]:
    """Return at most `most` slices of `count` things, in order and of one length; of length 1 where there are few."""
    size = max(1, -(-count // most))
    return [slice(first, min(count, first + size)) for first in range(0, count, size)]


def blended(share: float, low: str, high: str) -> str:
    """Return the colour that lies between two, at 0 the first and at 1 the second."""
    share = min(1.0, max(0.0, share))
    mixed = (round((1 - share) * int(low[at : at + 2], 16) + share * int(high[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def plural(count: int, word: str) -> str:
    """Return a number with its noun."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _words(words: str) -> str:
    """Return words of one line, cut to their room, for XML."""
    plain = " ".join(NO_XML.sub(" ", words).split())
    return escape(plain if len(plain) <= MOST_LETTERS else plain[: MOST_LETTERS - 1] + "…")


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
