"""Characters that models write in code for those of Python: signs of mathematics, typographic quotes, odd blanks.

What stands inside strings and comments is left as it is.
"""

import re

BLANKS = dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
WITHOUT_WIDTH = (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xE0000, 0xE0080))
UNSEEN = dict.fromkeys((0xAD, 0x61C, *WITHOUT_WIDTH, 0xFEFF), "")
"""Letters without width, and those that turn the direction of writing."""
FULL_WIDTH = {code + 0xFEE0: chr(code) for code in range(33, 127) if not (chr(code).isalnum() or chr(code) in "\"'_")}
SIGNS = {
    **dict.fromkeys(map(ord, "×∗⋅✕✖"), "*"),
    **dict.fromkeys(map(ord, "−‐‑‒–—"), "-"),
    **dict.fromkeys(map(ord, "÷∕"), "/"),
    **{ord("≤"): "<=", ord("≥"): ">=", ord("≠"): "!=", ord("→"): "->", ord("²"): "**2", ord("³"): "**3"},
}
IN_CODE = {**FULL_WIDTH, **SIGNS, **BLANKS, **UNSEEN}
TYPOGRAPHIC = (("“”„‟", '"'), ("‘’‚‛", "'"))
BEFORE_STRINGS = re.compile(r"^[^\n\"'#]+", re.MULTILINE)
PIECE = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*(?:""")?'
    r"|'''(?:[^'\\]|\\.|'(?!''))*(?:''')?"
    r'|"(?:[^"\\\n]|\\.)*"?'
    r"|'(?:[^'\\\n]|\\.)*'?"
    r"|#[^\n]*"
    + "".join(f"|[{marks}][^{marks}{quote}\n]*[{marks}]" for marks, quote in TYPOGRAPHIC)
    + r"|[^\x00-\x7f]",
    re.DOTALL,
)


def with_plain_blanks(text: str) -> str:
    """Return a reply with plain blanks and without unseen letters, on each line before the first string or comment."""
    return BEFORE_STRINGS.sub(lambda part: part[0].translate(UNSEEN).translate(BLANKS), text)


def as_python(source: str) -> str:
    """Return a source with the characters that Python has for what the model wrote, outside of strings and comments."""
    return source if source.isascii() else PIECE.sub(lambda piece: _in_python(piece[0]), source)


def _in_python(piece: str) -> str:
    if piece[0].isascii():
        return piece
    if len(piece) == 1:
        return IN_CODE.get(ord(piece), piece)
    quote = next(quote for marks, quote in TYPOGRAPHIC if piece[0] in marks)
    return f"{quote}{piece[1:-1]}{quote}"
