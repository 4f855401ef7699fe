"""Source text out of a model's reply, by lines and patterns only; slips that text alone can mend are mended.

Nothing here parses: a hostile reply can kill Python's parser, so that is left to the confined child.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

BUILTIN = re.compile(r"\bmath\.(max|min|abs|round)(?=\()")
LIBRARY_CALL = re.compile(r"(?<![\w.])(exp|log|log2|log10|log1p|sqrt|sin|cos|tan|tanh|atan|floor|ceil)(?=\()")
MATH_NAMES = re.compile(r"^[ \t]*from[ \t]+math[ \t]+import\b[^\n]*\n?", re.MULTILINE)
SOUND_NAMES = re.compile(r"\s*from\s+math\s+import\s+(?:\w+(?:\s+as\s+\w+)?\s*(?:,\s*|$))+")
MODULES = (
    ("import math", re.compile(r"\bmath\."), re.compile(r"^[ \t]*import[ \t][^#\n]*\bmath\b", re.MULTILINE)),
    ("import numpy as np", re.compile(r"\bnp\."), re.compile(r"^[ \t]*import[ \t][^#\n]*\bas np\b", re.MULTILINE)),
)
HEADER = re.compile(r"^def[ \t]+(\w+)[ \t]*\(([^()]*)\)[^:\n]*:[ \t]*\n([ \t]+)", re.MULTILINE)
PROMISE = re.compile(r"def[ \t]+(\w+)[ \t]*\(([^()\n]*)\)")
PARAMETER = re.compile(r"\s*(\w+)\s*(?::[^=]*)?(?:=\s*(-?[\d.]+(?:e-?\d+)?)\s*)?")
IMPORT = re.compile(r"^(?!.*\b(?:math|numpy)\b)(?:from[ \t]+[\w.]+[ \t]+)?import[ \t]+([\w., \t*]+)\n", re.MULTILINE)
WORD = re.compile(r"\w+")
BINDING = re.compile(r"[ \t]*(?:def[ \t]+(?=\w+[ \t]*\()|(?=\w+[ \t]*=))(\w+)")
RECITED = re.compile(r"^[ \t]+(\w+):([^=\n]*)\n(?!\s*[)\]}])", re.MULTILINE)
WORDS = re.compile(r"\w [a-z]")


def with_imports(source: str) -> str:
    """Call builtins by their own name, import from math and numpy what is used without, nothing that is not used."""
    source = _without_idle_imports(source)
    source = BUILTIN.sub(r"\1", source)
    source = MATH_NAMES.sub(lambda line: line[0] if "(" in line[0] or SOUND_NAMES.fullmatch(line[0]) else "", source)
    missing = [line for line, used, there in MODULES if used.search(source) and not there.search(source)]
    bound = _bound(source)
    called = [name for name in dict.fromkeys(LIBRARY_CALL.findall(source)) if name not in bound]
    if called:
        missing.append(f"from math import {', '.join(called)}")
    return "\n".join([*missing, source.strip("\n"), ""])


def with_headers(source: str, headers: Sequence[str]) -> str:
    """Give functions the parameters that their headers, such as `def f(a, b):`, promise.

    Parameters that came on top become variables where they have a number as default; else the function stays as it is.
    What a prompt tells of a parameter, recited as `a: several words` in the body, is left out.
    """
    promised = {found[1]: tuple(_parameters(found[2])) for found in map(PROMISE.match, headers) if found}

    def renewed(found: re.Match[str]) -> str:
        given, wanted = _parameters(found[2]), promised.get(found[1], ())
        if not given or not wanted or (tuple(given) == wanted and not any(given.values())):
            return found[0]
        added = {name: default for name, default in given.items() if name not in wanted}
        if not all(added.values()):
            return found[0]
        variables = "".join(f"{found[3]}{name} = {default}\n" for name, default in added.items())
        return f"def {found[1]}({', '.join(wanted)}):\n{variables}{found[3]}"

    known = {name for names in promised.values() for name in names}

    def kept(line: re.Match[str]) -> str:
        recited = line[1] in known and not line[2].endswith(",") and WORDS.search(line[2])
        return "" if recited else line[0]

    return RECITED.sub(kept, HEADER.sub(renewed, source))


def _without_idle_imports(source: str) -> str:
    """Leave out imports, other than of math and numpy, whose names stand nowhere else, and `import *`."""
    counts = Counter(WORD.findall(source))

    def kept(line: re.Match[str]) -> str:
        here = Counter(WORD.findall(line[0]))
        return line[0] if any(counts[name] > here[name] for name in WORD.findall(line[1])) else ""

    return IMPORT.sub(kept, source)


def _parameters(text: str) -> Mapping[str, str | None]:
    """Return parameters with their default values; nothing where one is not plain."""
    found = [PARAMETER.fullmatch(part) for part in text.split(",") if part.strip()]
    plain = {each[1]: each[2] for each in found if each}
    return plain if len(plain) == len(found) else {}


def _bound(source: str) -> set[str]:
    """Return the names that are imported one by one, defined or assigned."""
    names: set[str] = set()
    for line in source.split("\n"):
        if line.lstrip().startswith("from "):
            names.update(WORD.findall(line.partition("import")[2]))
        elif found := BINDING.match(line):
            names.add(found[1])
    return names


LONGEST = 64 * 1024
FENCES = ("```", "~~~")
PYTHON = ("", "python", "py", "python3")
DEFINED = re.compile(r"^def[ \t]+(\w+)[ \t]*\(", re.MULTILINE)
STARTS = re.compile(r"[ \t]*(?:def |import \w|from [\w.]+ import |@\w)")
CODE = re.compile(r"[#@\"')\]}]|(?:def|import|from|class|if|for|while|with|try)\b|\w+[ \t]*(?::[^=]*)?=(?!=)")


@dataclass(frozen=True, slots=True)
class Block:
    """What stood between two fences, and the language that the first one names."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """The source, or None with the reason."""

    source: str | None
    reason: str = ""


def extract(reply: str, names: Sequence[str], parent: str = "") -> Extraction:
    """Find the code that defines the functions `names`.

    Of several blocks the last that defines them all counts, else all blocks together; a single function under another
    name is renamed; of several functions those that the reply leaves out stay as they are in `parent`, where one is
    given; missing imports of math and numpy are added; what stands below the last function is cut.
    """
    if len(reply) > LONGEST:
        return Extraction(None, f"the reply is longer than {LONGEST} characters")
    source = _choose([_tidy(piece) for piece in _pieces(plain(reply))], names)
    defined = DEFINED.findall(source)
    if not defined:
        return Extraction(None, "the reply has no function")
    if parent and not set(names).isdisjoint(defined):
        source = completed(source, names, parent)
        defined = DEFINED.findall(source)
    missing = [name for name in names if name not in defined]
    if missing and len(names) == 1 and len(defined) == 1:
        source = re.sub(rf"\b{defined[0]}(?=[ \t]*\()", names[0], source)
    elif missing:
        return Extraction(None, f"the reply defines {', '.join(defined[:5])} but not {', '.join(missing)}")
    return Extraction(with_imports(source))


def plain(reply: str) -> str:
    """Return a reply with line feeds alone, without what the model thought aloud before its answer."""
    text = reply.replace("\r\n", "\n").replace("\r", "\n")
    return text.rpartition("</think>")[2].partition("<think>")[0]


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


def _without(lines: Sequence[str], name: str) -> list[str]:
    """Leave out a function."""
    start = next((i for i, line in enumerate(lines) if DEFINED.findall(line) == [name]), len(lines))
    return [*lines[:start], *lines[start + len(_body(lines[start:])) :]]


def _pieces(text: str) -> list[str]:
    """Return the Python blocks, else all blocks, else the lines that look like code."""
    found = blocks(text)
    python = [block.text for block in found if block.language in PYTHON]
    return python or [block.text for block in found] or [_bare(text)]


def blocks(text: str) -> list[Block]:
    """Cut at the fences; one that is not closed ends with the reply."""
    found: list[Block] = []
    inside: list[str] | None = None
    language = fence = ""
    for line in text.split("\n"):
        mark = line.strip()
        if inside is None and mark.startswith(FENCES):
            fence, language, inside = mark[:3], mark.lstrip("`~").strip().lower(), []
        elif inside is not None and mark.startswith(fence) and not mark.strip(fence[0]):
            found.append(Block(language, "\n".join(inside)))
            inside = None
        elif inside is not None:
            inside.append(line)
    if inside is not None:
        found.append(Block(language, "\n".join(inside)))
    return found


def _bare(text: str) -> str:
    """Return the text from the first line that starts like code."""
    lines = text.split("\n")
    start = next((number for number, line in enumerate(lines) if STARTS.match(line)), len(lines))
    return "\n".join(lines[start:])


def _tidy(piece: str) -> str:
    """Take away the first line's indentation, prose above the code, and examples or prose below the last function."""
    lines = piece.expandtabs(4).strip("\n").split("\n")
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    lines = [line.removeprefix(indent).rstrip() for line in lines]
    lines = lines[next((number for number, line in enumerate(lines) if CODE.match(line)), 0) :]
    last = max((number for number, line in enumerate(lines) if DEFINED.match(line)), default=len(lines))
    return "\n".join([*lines[:last], *_body(lines[last:])]).rstrip()


def _body(lines: Sequence[str]) -> list[str]:
    """Return a function's lines: up to the first at the margin that is neither in a string nor closes a bracket."""
    kept: list[str] = []
    quoted = False
    for line in lines:
        if kept and not quoted and line and line[0] not in " )]}#":
            break
        kept.append(line)
        quoted ^= (line.count('"""') + line.count("'''")) % 2 == 1
    return kept


def _choose(pieces: Sequence[str], names: Sequence[str]) -> str:
    complete = [piece for piece in pieces if defines(piece, names)]
    return complete[-1] if complete else "\n\n".join(piece for piece in pieces if DEFINED.search(piece))
