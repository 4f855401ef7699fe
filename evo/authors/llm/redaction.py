"""Texts without secrets: a server, or a library on the way to it, may quote a key back at us in any spelling."""

import base64
import html
import json
import re
from collections.abc import Iterator, Mapping
from string import ascii_lowercase, ascii_uppercase
from urllib.parse import quote, quote_plus

SHORTEST_SECRET = 8
SMALL_LETTERS = str.maketrans(ascii_uppercase, ascii_lowercase)
BLOT = "***"
MESSAGE_CHARACTERS = 300
NAMES = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD)$")
GAP = r"(?:[^!-~]|\\[nrt]?)*"
"""What may stand between the characters of a secret: blanks and breaks, also escaped ones, and escapes of escapes."""


def blotted(text: str, secrets: tuple[str, ...]) -> str:
    """Return the text without the secrets: each as it is, broken into lines, or encoded, and parts of 8 characters."""
    for secret in secrets:
        if len(secret) >= SHORTEST_SECRET:  # a shorter one is a stand-in, and also a word
            text = _without(text, secret)
    return text


def one_line(text: str, secrets: tuple[str, ...]) -> str:
    """Return printable text on one line with the secrets blotted out."""
    flat = " ".join("".join(c if c.isprintable() else " " for c in blotted(text, secrets)).split())
    return flat[:MESSAGE_CHARACTERS]


def secrets_of(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the values of the variables whose names say that they hold a key, a token, a secret or a password."""
    return tuple(value.strip() for name, value in environment.items() if NAMES.search(name))


def _without(text: str, secret: str) -> str:
    for spelling in sorted(set(_spellings(secret)), key=len, reverse=True):
        text = text.replace(spelling, BLOT)
    whole = GAP.join(map(re.escape, secret))
    start = re.escape(secret[: max(SHORTEST_SECRET, (len(secret) + 1) // 2)])
    return _without_parts(re.sub(rf"{whole}|{start}[\w.~+/=-]*", BLOT, text, flags=re.IGNORECASE), secret)


def _without_parts(text: str, secret: str) -> str:
    """Leave out any eight characters of a secret that are no words, together with those beside them."""
    small, ends = text.translate(SMALL_LETTERS), [0] * len(text)
    for start in range(len(secret) - SHORTEST_SECRET + 1):
        part = secret[start : start + SHORTEST_SECRET]
        if not (any(map(str.isdigit, part)) or (part != part.lower() and part != part.upper())):
            continue
        at = small.find(sought := part.translate(SMALL_LETTERS))
        while at >= 0:
            ends[at] = SHORTEST_SECRET
            at = small.find(sought, at + 1)
    if not any(ends):
        return text
    kept: list[str] = []
    left = 0
    for letter, end in zip(text, ends, strict=True):
        if left == 0 and end:
            kept.append(BLOT)
        left = max(left, end)
        if left == 0:
            kept.append(letter)
        left = max(0, left - 1)
    return "".join(kept)


def _spellings(secret: str) -> Iterator[str]:
    """Yield a secret and its pieces between blanks and breaks, each as it is and as programs write it down."""
    pieces = [piece for piece in re.split(r"[^!-~]+", secret) if len(piece) >= SHORTEST_SECRET]
    for part in (secret, *pieces):
        coded = part.encode("utf-8", "replace")
        yield part
        yield from (repr(part)[1:-1], ascii(part)[1:-1], repr(coded)[2:-1])
        yield from (json.dumps(part)[1:-1], json.dumps(part, ensure_ascii=False)[1:-1], html.escape(part))
        yield from (quote(coded), quote(coded, safe=""), quote_plus(coded))
        yield from (coded.hex(), *_in_base64(coded))


def _in_base64(coded: bytes) -> Iterator[str]:
    """Yield what base64 makes of it at each place in a longer text, as `user:key` is: without the ends, which vary."""
    for before in range(3):
        spelled = base64.b64encode(bytes(before) + coded).rstrip(b"=").decode()
        certain = spelled[(8 * before + 5) // 6 : 8 * (before + len(coded)) // 6]
        yield from (certain, certain.replace("+", "-").replace("/", "_"))
