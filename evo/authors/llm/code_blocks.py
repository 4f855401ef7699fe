"""Source text out of a model's reply, by lines and patterns only: wherever its fences stand, however it is spelled."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from evo.authors.llm.reply_text import plain, readings
from evo.authors.llm.source_lines import DEFINED, bare_body, body, is_stub, with_lent
from evo.authors.llm.source_mending import with_imports

LONGEST = 64 * 1024
FENCES = ("```", "~~~")
FENCE = re.compile(r"`{3,}|^[ \t]*~{3,}")
PYTHON = ("", "python", "py", "ipython")
DIFF = ("diff", "patch", "udiff")
LANGUAGE = re.compile(r"[ \t{.]*([A-Za-z]+)")
BARE_TAG = re.compile(r"[ \t]*\{?\.?[A-Za-z][\w.+#:-]*(?:[ \t]+(?:[\d.]+|\w+=\S+))*\}?[ \t]*")
BESIDE_FENCE = re.compile(r"\b(?:def \w+\(|import \w|from [\w.]+ import )")
CALLED = re.compile(r"\b(\w+)[ \t]*\(")
HUNK = re.compile(r"^@@", re.MULTILINE)
ADDED = re.compile(r"^(?:@@|\+(?!\d))", re.MULTILINE)
STARTS = re.compile(r"[ \t]*(?:def |import \w|from [\w.]+ import |@\w)")
CODE = re.compile(r"[#@\"')\]}]|(?:def|import|from|class|if|for|while|with|try)\b|\w+[ \t]*(?::[^=]*)?=(?!=)")


@dataclass(frozen=True, slots=True)
class Block:
    """What stands between two fences and the language that the first one names, or `outside` of them."""

    language: str
    text: str
    outside: bool = False

    @property
    def rank(self) -> int:
        """How likely it holds the code: Python, anything else between fences, the rest."""
        return 0 if self.outside else 2 if self.language in PYTHON else 1

    @property
    def is_diff(self) -> bool:
        """Whether its lines say what changes."""
        return self.language in DIFF or (ADDED if not self.outside else HUNK).search(self.text) is not None


@dataclass(frozen=True, slots=True)
class Extraction:
    """The source, or None with the reason."""

    source: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """Code of a block, and what stands below its last function."""

    code: str
    below: str
    rank: int


def extract(reply: str, names: Sequence[str], parents: Sequence[str] = ()) -> Extraction:
    """Find the code that defines the functions `names`.

    Of several blocks the last that defines them all counts, one that differs from the parents before one that does not,
    else all blocks together. A single function under another name is renamed. Functions that the reply leaves out stay
    as they are in the first of `parents`; what else the code uses is taken from the other blocks, or from there;
    missing imports of math and numpy are added; other statements below the last function are cut.
    """
    text = plain(reply)
    if len(text) > LONGEST:
        return Extraction(None, f"the reply is longer than {LONGEST} characters")
    parent = parents[0] if parents else ""
    found = next((pieces for pieces in map(_pieces, readings(text)) if any(_defines(each) for each in pieces)), [])
    if not found:
        return Extraction(None, "the reply has no function")
    source = _choose(found, names, parents)
    below = "\n".join(piece.below for piece in found)
    source = _named(source, names, f"{source}\n{below}")
    defined = DEFINED.findall(source)
    if parent and not set(names).isdisjoint(defined):
        source = completed(source, names, parent)
        defined = DEFINED.findall(source)
    if missing := [name for name in names if name not in defined]:
        return Extraction(None, f"the reply defines {', '.join(defined[:5])} but not {', '.join(missing)}")
    lenders = [text for piece in reversed(found) for text in (piece.below, piece.code)]
    return Extraction(with_imports(with_lent(source, [*lenders, parent])))


def defines(text: str, names: Sequence[str]) -> bool:
    """Say whether a text defines all these functions at its margin."""
    return set(names) <= set(DEFINED.findall(text))


def completed(source: str, names: Sequence[str], parent: str) -> str:
    """Return a source that defines some of the functions `names`, preceded by what it leaves of the parent's."""
    defined = set(DEFINED.findall(source))
    if defined.issuperset(names):
        return source
    kept = parent.split("\n")
    for name in defined:
        kept = _without(kept, name)
    return "\n".join([*kept, "", source])


def blocks(text: str) -> list[Block]:
    """Cut at the fences: also behind words, at the end of a line of code, without a partner, or inside another one.

    A fence that names a language opens a block, another one opens or closes; one in a string or a comment is text.
    """
    found: list[Block] = []
    lines: list[str] = []
    language, outside, quoted = "", True, False
    for line in text.split("\n"):
        rest, cut = line, False
        while (fence := FENCE.search(rest)) is not None:
            before = rest[: fence.start()]
            if before.strip() and not outside and (quoted or not _is_whole(before)):
                break
            found.append(Block(language, "\n".join([*lines, before]), outside))
            lines, quoted, cut = [], False, True
            rest = rest[fence.end() :]
            label = rest[: more.start()] if (more := FENCE.search(rest)) else rest
            language, outside = _language(label), not outside and not BARE_TAG.fullmatch(label)
            code = BESIDE_FENCE.search(label)
            rest = rest[code.start() if code else len(label) :]
        if rest or not cut:
            lines.append(rest)
            quoted ^= (rest.count('"""') + rest.count("'''")) % 2 == 1
    return [*found, Block(language, "\n".join(lines), outside)]


def _language(label: str) -> str:
    named = LANGUAGE.match(label)
    return named[1].lower() if named and named[1] not in ("def", "import", "from") else ""


def _is_whole(text: str) -> bool:
    """Say whether no string and no comment is open at the end of a part of a line."""
    return "#" not in text and text.count('"') % 2 == 0 and text.count("'") % 2 == 0


def _without(lines: Sequence[str], name: str) -> list[str]:
    """Leave out a function."""
    start = next((i for i, line in enumerate(lines) if DEFINED.findall(line) == [name]), len(lines))
    return [*lines[:start], *lines[start + len(body(lines[start:])) :]]


def _pieces(text: str) -> list[Piece]:
    """Return the code in the blocks that hold complete lines, in their order."""
    return [_tidy(block) for block in blocks(text) if block.text.strip() and not block.is_diff]


def _tidy(block: Block) -> Piece:
    """Take away the first line's indentation and prose above the code; part it below the last function."""
    lines = block.text.expandtabs(4).strip("\n").split("\n")
    if block.outside:
        lines = lines[next((number for number, line in enumerate(lines) if STARTS.match(line)), len(lines)) :] or [""]
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    lines = [line.removeprefix(indent).rstrip() for line in lines]
    lines = lines[next((number for number, line in enumerate(lines) if CODE.match(line)), 0) :]
    last = max((number for number, line in enumerate(lines) if DEFINED.match(line)), default=len(lines))
    end = last + len(body(lines[last:]))
    return Piece("\n".join(lines[:end]).rstrip(), "\n".join(lines[end:]), block.rank)


def _defines(piece: Piece) -> bool:
    return DEFINED.search(piece.code) is not None


def _choose(pieces: Sequence[Piece], names: Sequence[str], parents: Sequence[str]) -> str:
    """Return the likeliest piece that defines all the functions; else put together those that define any."""
    known = {bare_body(parent) for parent in parents}

    def likelihood(piece: Piece) -> tuple[bool, bool, int]:
        stub = any(is_stub(piece.code, name) for name in names)
        return not stub, bare_body(piece.code) not in known, piece.rank

    complete = [piece for piece in pieces if defines(piece.code, names)]
    if complete:
        return max(reversed(complete), key=likelihood).code
    partial = [piece for piece in pieces if _defines(piece)]
    best = max(piece.rank for piece in partial)
    return "\n\n".join(piece.code for piece in partial if piece.rank == best)


def _named(source: str, names: Sequence[str], whole: str) -> str:
    """Give a single function its name where it has another one: the one that is assigned to it, or that none calls."""
    defined = DEFINED.findall(source)
    if len(names) != 1 or names[0] in defined:
        return source
    alias = re.search(rf"^{names[0]}[ \t]*=[ \t]*(\w+)[ \t]*$", whole, re.MULTILINE)
    counts = Counter(CALLED.findall(source))
    uncalled = [name for name in defined if counts[name] == 1]
    chosen = [alias[1]] if alias and alias[1] in defined else defined if len(defined) == 1 else uncalled
    return re.sub(rf"\b{chosen[0]}(?=[ \t]*\()", names[0], source) if len(chosen) == 1 else source
