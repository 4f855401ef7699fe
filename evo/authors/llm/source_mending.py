"""Slips in a source that text alone can mend: odd characters, imports left out or idle, parameters unlike the promise.

Nothing here parses: a hostile reply can kill Python's parser, so that is left to the confined child.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from evo.authors.llm.code_characters import as_python
from evo.authors.llm.source_lines import squeezed

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
COMPILED = re.compile(r"^@(?:\w+\.)?n?jit\b[^\n]*\n", re.MULTILINE)
UNPACKED = re.compile(
    r"^def[ \t]+(\w+)[ \t]*\([ \t]*\*(\w+)[ \t]*\)([^:\n]*:[ \t]*\n)([ \t]+)([\w ,]+?)[ \t]*=[ \t]*\2[ \t]*\n",
    re.MULTILINE,
)


def with_imports(source: str) -> str:
    """Call builtins by their own name, import from math and numpy what is used without, nothing that is not used.

    Decorators of numba go: what can be compiled is compiled here. Characters that Python has not become its own.
    """
    source = _without_idle_imports(COMPILED.sub("", as_python(source)))
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
    Stars go, and with them the names behind them that nothing uses, or that are unpacked at once.
    What a prompt tells of a parameter, recited as `a: several words` in the body, is left out.
    """
    promised = {found[1]: tuple(_parameters(found[2])) for found in map(PROMISE.match, headers) if found}

    counts = Counter(WORD.findall(source))

    def unpacked(found: re.Match[str]) -> str:
        wanted = ", ".join(promised.get(found[1], ()))
        same = squeezed(found[5]) == squeezed(wanted)
        line = "" if same else f"{found[4]}{found[5]} = {wanted}\n"
        return f"def {found[1]}({wanted}){found[3]}{line}" if wanted else found[0]

    def renewed(found: re.Match[str]) -> str:
        parts = [part.strip() for part in found[2].split(",")]
        plain = [
            part for part in parts if part not in ("*", "/") and not (part[:1] == "*" and counts[part.strip("*")] == 1)
        ]
        given, wanted = _parameters(",".join(plain)), promised.get(found[1], ())
        if not given or not wanted or (tuple(given) == wanted and plain == parts and not any(given.values())):
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

    return RECITED.sub(kept, HEADER.sub(renewed, UNPACKED.sub(unpacked, source)))


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
