"""A source by its lines: what stands at its margin, which names it lacks, and what of other texts defines them.

Nothing here parses: a hostile reply can kill Python's parser, so that is left to the confined child.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from evo.authors.llm.quoting import as_shown

DEFINED = re.compile(r"^def[ \t]+(\w+)[ \t]*\(", re.MULTILINE)
IMPORTED = re.compile(r"(?:from[ \t]+[\w.]+[ \t]+)?import[ \t]+(.+)")
ITEM = re.compile(r"(?:def|class)[ \t]+(\w+)|((?:\w+[ \t]*,[ \t]*)*\w+)[ \t]*(?::[^=\n]*)?=(?!=)")
HEADER = re.compile(r"^[ \t]*def[ \t]+\w+[ \t]*\(([^()]*)\)|\blambda\b([^:\n]*):|\bfor\b([^\n]*?)\bin\b", re.MULTILINE)
WORD = re.compile(r"\w+")
COMMENT = re.compile(r"#[^\n]*")
MOST_LENT = 40


@dataclass(frozen=True, slots=True)
class Item:
    """A definition, assignment or import at the margin, and the names that it binds."""

    names: tuple[str, ...]
    text: str


def squeezed(line: str) -> str:
    """Return a line without its blank space."""
    return "".join(line.split())


def bare(source: str) -> str:
    """Return a source without docstrings, blank lines and blank space within its lines."""
    lines = as_shown(source).split("\n")
    return "\n".join(line[: len(line) - len(line.lstrip())] + squeezed(line) for line in lines if line.strip())


def bare_body(source: str) -> str:
    """Return the same without the imports at its margin."""
    return "\n".join(line for line in bare(source).split("\n") if not line.startswith(("import", "from")))


def body(lines: Sequence[str]) -> list[str]:
    """Return a function's lines: up to the first at the margin that is neither in a string nor closes a bracket."""
    kept: list[str] = []
    quoted = False
    for line in lines:
        if kept and not quoted and line and line[0] not in " )]}#":
            break
        kept.append(line)
        quoted ^= (line.count('"""') + line.count("'''")) % 2 == 1
    return kept


def is_stub(source: str, name: str) -> bool:
    """Say whether a function has nothing below its header but a docstring, comments and dots."""
    lines = as_shown(source).split("\n")
    start = next((number for number, line in enumerate(lines) if DEFINED.findall(line) == [name]), None)
    if start is None or not COMMENT.sub("", lines[start]).rstrip().endswith(":"):
        return False
    return all(COMMENT.sub("", line).strip() in ("", "...", "pass") for line in body(lines[start:])[1:])


def items(source: str) -> list[Item]:
    """Return what stands at the margin, but statements that bind no name."""
    lines, found = source.split("\n"), []
    start = 0
    while start < len(lines):
        first = start
        while start < len(lines) - 1 and lines[start].startswith("@"):
            start += 1
        length = len(body(lines[start:]))
        if names := _names(lines[start]):
            found.append(Item(names, "\n".join(lines[first : start + length]).rstrip()))
        start += length
    return found


def with_lent(source: str, lenders: Sequence[str]) -> str:
    """Add, below its imports, the definitions that a source lacks, each from the first of the texts that has it."""
    offered = {name: item for lender in reversed(lenders) for item in items(lender) for name in item.names}
    lent: list[Item] = []
    whole, unseen = source, offered.keys() & set(WORD.findall(source))
    while unseen and len(lent) < MOST_LENT:
        item = offered[name := min(unseen)]
        unseen.remove(name)
        if lacks(whole, name):
            lent.insert(0, item)
            whole = f"{item.text}\n\n{whole}"
            unseen |= offered.keys() & set(WORD.findall(item.text))
    if not lent:
        return source
    lines = source.split("\n")
    first = next((number for number, line in enumerate(lines) if DEFINED.match(line)), len(lines))
    below = max((number + 1 for number, line in enumerate(lines[:first]) if IMPORTED.match(line)), default=0)
    return "\n".join([*lines[:below], *(f"{item.text}\n" for item in lent), *lines[below:]])


def lacks(source: str, name: str) -> bool:
    """Say whether a source uses a name that it binds nowhere."""
    text = COMMENT.sub("", as_shown(source))
    if not re.search(rf"(?<![\w.]){name}(?!\w)", text):
        return False
    if re.search(rf"^[ \t]*(?:def|class)[ \t]+{name}\b|(?<![\w.]){name}[ \t]*(?::[^=\n()]*)?=(?!=)", text, re.M):
        return False
    if any(name in _names(line.strip()) for line in text.split("\n") if IMPORTED.match(line.strip())):
        return False
    return not any(name in WORD.findall(" ".join(filter(None, groups))) for groups in HEADER.findall(text))


def _names(line: str) -> tuple[str, ...]:
    """Return the names that a line at the margin binds."""
    if imported := IMPORTED.match(line):
        parts = [WORD.findall(part) for part in imported[1].split(",")]
        return tuple(words[-1] if "as" in words else words[0] for words in parts if words)
    found = ITEM.match(line)
    return tuple(WORD.findall(found[1] or found[2])) if found else ()
