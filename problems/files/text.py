"""What all text formats share: bytes to text, text to lines of words, words to whole numbers.

A byte order mark, line ends of any system, comments after `#`, blank lines, commas, semicolons and tabs are accepted. A
decimal comma is, where semicolons separate.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from problems.contract import UnreadableInstance

Integers = NDArray[np.int64]

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+", re.ASCII)
POINTED = re.compile(r"[+-]?\d*\.\d*", re.ASCII)
MOST_DECIMALS = 6
LARGEST = 2**62

BINARY = (
    (b"PK\x03\x04", "a zip archive, as of a workbook (.xlsx, .ods)"),
    (b"\x1f\x8b", "a compressed file (.gz)"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (b"%PDF", "a PDF"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x93NUMPY", "a single array (.npy)"),
)
TEXTUAL = (
    (re.compile(r"\s*[{[]"), "JSON"),
    (re.compile(r"\s*<"), "XML or HTML"),
    (re.compile(r"(?is).*^\s*(DIMENSION|EDGE_WEIGHT_TYPE|NODE_COORD_SECTION)\s*:?", re.M), "a TSPLIB file (TSP, VRP)"),
    (re.compile(r"(?is)\s*\*{10,}\s.*(jobs \(incl|RESOURCES|PRECEDENCE)"), "a PSPLIB project (.sm, .mm)"),
    (re.compile(r"(?is).*\bVEHICLE\b.*\bCUSTOMER\b"), "a file of Solomon's vehicle routing"),
    (re.compile(r"(?ims)^\s*NAME\b.*^\s*ROWS\b"), "a linear program (.mps)"),
    (re.compile(r"(?ims)^\s*(minimize|maximize)\b.*^\s*subject to\b"), "a linear program (.lp)"),
)
"""Known formats of others by their beginning; what is none of ours is named, so that nobody searches for a typo."""
LOOKED_AT = 4000  # characters


@dataclass(frozen=True, slots=True)
class Line:
    """The words of a line, and its number in the file, counted from 1."""

    number: int
    words: tuple[str, ...]

    @property
    def shown(self) -> str:
        """The line for a message, cut where it is long."""
        text = " ".join(self.words)
        return repr(text if len(text) <= 60 else f"{text[:57]}...")

    @property
    def is_numeric(self) -> bool:
        """Whether all its words are numbers."""
        return all(NUMBER.fullmatch(word) for word in self.words)


def read_text(file: Path, expected: str, json: bool = False) -> str:
    """Return the text of a file; `expected` says which formats are read, `json` whether JSON is among them.

    Raises:
        OSError: the file cannot be read.
        UnreadableInstance: it is no text, or of a format known to be another.
    """
    content = file.read_bytes()
    for start, name in BINARY:
        if content.startswith(start):
            raise UnreadableInstance(f"{file} is {name}, which is not read here. Expected {expected}.")
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableInstance(f"{file} is no text in UTF-8. Expected {expected}.") from error
    for pattern, name in TEXTUAL:
        if pattern.match(text[:LOOKED_AT]) and not (json and name == "JSON"):
            raise UnreadableInstance(f"{file} looks like {name}, which is not read here. Expected {expected}.")
    return text


def lines(text: str, where: str = "the file") -> tuple[Line, ...]:
    """Return the lines that hold something, as words without quotes.

    Raises:
        UnreadableInstance: semicolons separate, and points may stand between thousands.
    """
    bare = [(number, line.split("#")[0].strip()) for number, line in enumerate(text.splitlines(), 1)]
    full = [(number, line) for number, line in bare if line.strip(",; ")]
    separator = next((sign for sign in ";," if any(sign in line for _, line in full)), None)
    found = [(number, tuple(_words(line, separator))) for number, line in full]
    if separator == ";":
        _check_points(found, where)
        found = [(number, tuple(_with_point(word) for word in words)) for number, words in found]
    return tuple(Line(number, words) for number, words in found)


def _words(line: str, separator: str | None) -> Iterable[str]:
    if separator is None or separator not in line:
        return line.split()
    (cells,) = csv.reader([line.rstrip(f"{separator} ")], delimiter=separator, skipinitialspace=True)
    return [cell.strip().strip("\"'").strip() for cell in cells]


def _with_point(word: str) -> str:
    return word.replace(",", ".") if DECIMAL_COMMA.fullmatch(word) else word


def _check_points(found: Sequence[tuple[int, Sequence[str]]], where: str) -> None:
    """Refuse 1.200 where it may be 1200: beside decimal commas, or where every point has three digits behind it."""
    every = [(number, word) for number, words in found for word in words]
    grouped = [(number, word) for number, word in every if GROUPED.fullmatch(word)]
    commas = any(DECIMAL_COMMA.fullmatch(word) for _, word in every)
    decimals = any(POINTED.fullmatch(word) and not GROUPED.fullmatch(word) for _, word in every)
    if grouped and (commas or not decimals):
        number, word = grouped[0]
        raise UnreadableInstance(
            f"{where}, line {number}: {word} may be {word.replace('.', '')} or a fraction: write it without a point."
        )


def number(word: str) -> Decimal:
    """Return the number that a word is; raises ValueError for another word."""
    if not NUMBER.fullmatch(word):
        raise ValueError(word)
    return Decimal(word)


def whole(where: str, *columns: Sequence[Decimal]) -> tuple[int, tuple[Integers, ...]]:
    """Return the power of ten that makes all numbers whole, and the columns times it; 1 where they are whole.

    Raises:
        UnreadableInstance: they have more than six decimals, or are too large.
    """
    decimals = max((decimals_of(each) for column in columns for each in column), default=0)
    if decimals > MOST_DECIMALS:
        raise UnreadableInstance(f"{where}: Expected numbers with at most {MOST_DECIMALS} decimals, got {decimals}.")
    factor = 10**decimals
    scaled = [[int(each * factor) for each in column] for column in columns]
    if any(abs(each) > LARGEST for column in scaled for each in column):
        raise UnreadableInstance(f"{where}: Expected numbers up to 2**62 in size.")
    return factor, tuple(np.array(column, dtype=np.int64) for column in scaled)


def decimals_of(each: Decimal) -> int:
    """Return how many decimals a number needs: 0 for 3 and 3.0, 2 for 0.25."""
    if each == each.to_integral_value():
        return 0
    exponent = each.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def unit(factor: int) -> str:
    """Return what a text adds where the numbers of a file were multiplied: values are in such units."""
    return "" if factor == 1 else f" (unit 1/{factor})"


def labels(file: Path, count: int, index: int, size: str, name: str = "") -> tuple[str, str]:
    """Return the name and the family of one of `count` instances of a file; `name` is the one that it has there.

    A file of several is a family; files of one each belong to that of their folder.
    """
    if count == 1:
        return file.stem, f"{file.absolute().parent.name} {size}".strip()
    return f"{file.stem}[{name or index}]", f"{file.stem} {size}"
