"""What candidates and models wrote, as data in a prompt: between fences that it cannot close, or on one line."""

import re

DOCSTRING = re.compile(r"^(def [^\n]*:\n)[ \t]+(\"{3}|'{3})[^\"']*\2[ \t]*\n", re.MULTILINE)
CUT = "\n# (cut here)"


def fenced(text: str, language: str = "") -> str:
    """Return a text between fences longer than any in it."""
    fence = _longer(text, "```")
    return f"{fence}{language}\n{text}\n{fence}"


def inline(text: str, most: int) -> str:
    """Return a text as one line of at most `most` characters, between more backticks than stand together in it."""
    line = one_line(text, most)
    mark = _longer(line, "`")
    return f"{mark}{line}{mark}" if mark == "`" else f"{mark} {line} {mark}"


def fenced_code(source: str, most: int) -> str:
    """Return Python between fences, of at most `most` characters; where it was cut, a comment says so."""
    text = as_shown(source)
    return fenced(text if len(text) <= most else text[:most] + CUT, "python")


def as_shown(source: str) -> str:
    """Return a source without plain docstrings: models recite them, and the rule they name, and change nothing."""
    return DOCSTRING.sub(r"\1", source).strip()


def one_line(text: str, most: int) -> str:
    """Return printable text without line breaks, of at most `most` characters."""
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _longer(text: str, fence: str) -> str:
    while fence in text:
        fence += "`"
    return fence
