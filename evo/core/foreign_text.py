"""Foreign text as it is shown: what a model, a candidate or a provider wrote cannot command a terminal.

Each character that does not print (ESC and the other control characters, C1, overrides of the direction of writing,
what has no width) stands as an escape. Records keep what came, letter by letter.
"""

import json
import logging
from collections.abc import Callable
from unicodedata import category

KEPT = ("\n", "\t")


def visible(text: str) -> str:
    r"""Return text with an escape of Python, such as `\x1b`, for each character that does not print.

    Line ends, tabs and blanks of any width stay; a carriage return before a line end goes.
    """
    return _escaped(text.replace("\r\n", "\n"), lambda c: c.encode("unicode_escape").decode("ascii"))


def one_line(text: object) -> str:
    r"""Return text as `visible` does, on one line: line ends are escapes too, so that no text forges a line of ours."""
    return visible(str(text).replace("\n", r"\n"))


def visible_json(value: object) -> str:
    r"""Return a value as JSON in which characters that do not print are escapes of JSON, such as `\u009b`.

    Programs read the very text from it. Numbers that JSON cannot hold are refused.
    """
    return _escaped(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False), _as_utf16)


class VisibleFormatter(logging.Formatter):
    """Writes lines of a log, which may quote foreign text, as it is shown."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        return visible(super().format(record))


def _as_utf16(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


def _escaped(text: str, escape: Callable[[str], str]) -> str:
    odd = {c for c in set(text) if not (c.isprintable() or c in KEPT or category(c) == "Zs")}
    return text.translate({ord(c): escape(c) for c in odd}) if odd else text
