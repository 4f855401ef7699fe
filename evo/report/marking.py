"""Foreign text made safe to stand in a page or a Markdown file; code with its words coloured."""

import re
from collections.abc import Sequence

from markupsafe import Markup, escape
from pygments import highlight  # type: ignore[import-untyped]  # its package states no types
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import PythonLexer  # type: ignore[import-untyped]

from evo.report.changes import Kind, Piece

TAGS = {Kind.REMOVED: "del", Kind.ADDED: "ins"}
MEANT = re.compile(r"([\\`*_\[\]#|~$])")
"""What Markdown takes for more than letters, inside a line."""


def coloured(source: str) -> Markup:
    """Return a source as HTML, escaped, its tokens in spans with classes of pygments."""
    return Markup(highlight(source.strip(), PythonLexer(), HtmlFormatter(nowrap=True)).rstrip())


def changed(pieces: Sequence[Piece]) -> Markup:
    """Return a difference as HTML, escaped."""
    return Markup("").join(_tagged(piece) for piece in pieces).rstrip()


def fenced(text: str, language: str = "") -> Markup:
    """Return a block of code of a Markdown file that nothing in the text can end."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return Markup(f"{fence}{language}\n{text.strip()}\n{fence}")


def plain_words(text: object) -> Markup:
    """Return words of one line that a Markdown file shows as they are."""
    escaped = MEANT.sub(r"\\\1", " ".join(str(text).split()))
    return Markup(escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def signed(pieces: Sequence[Piece]) -> str:
    """Return a difference as text: [-removed-]{+added+}, as `git diff --word-diff` writes it."""
    marks = {Kind.REMOVED: "[-{}-]", Kind.ADDED: "{{+{}+}}"}
    return "".join(marks.get(piece.kind, "{}").format(piece.text) for piece in pieces)


def _tagged(piece: Piece) -> Markup:
    tag = TAGS.get(piece.kind)
    return escape(piece.text) if tag is None else Markup("<{0}>{1}</{0}>").format(Markup(tag), piece.text)
