"""Bin packing: BPPLIB's text (items, capacity, sizes; or sizes with demands) and OR-Library's of several instances.

Items arrive in the order of the file; of a size with a demand, all its items follow one another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from problems.contract import UnreadableInstance
from problems.files.text import Integers, Line, lines, number, whole

MOST_DEMAND = 10**6
EXPECTED = (
    "BPPLIB's text (lines with the number of items, the capacity and each size), OR-Library's (binpack1: "
    "the number of instances; of each a name, a line `capacity items best`, the sizes), or .npz"
)


@dataclass(frozen=True, slots=True)
class Packing:
    """Sizes in order of arrival, of shape (items,), and the capacity, both in 1/`factor`; the name where it has one."""

    sizes: Integers
    capacity: int
    factor: int = 1
    name: str = ""


def parse_packings(text: str, where: str) -> tuple[Packing, ...]:
    """Return the instances of a text.

    Raises:
        UnreadableInstance: it holds something else; the message begins with `where` and the line.
    """
    given = lines(text, where)
    if len(given) < 3:
        raise UnreadableInstance(f"{where}: Expected {EXPECTED}, got {len(given)} lines.")
    first, second, third = given[:3]
    if len(first.words) == 1 and len(third.words) in (2, 3) and not second.is_numeric:
        return _of_or_library(given, where)
    return (_of_bpplib(given, where),)


def _count(line: Line, where: str, what: str) -> int:
    word = line.words[0]
    if not (word.isascii() and word.isdigit() and int(word) > 0):
        raise UnreadableInstance(f"{where}, line {line.number}: Expected the number of {what}, got {line.shown}.")
    return int(word)


def _numbers(line: Line, where: str, what: str, count: int | None = None) -> list[Decimal]:
    try:
        if count is not None and len(line.words) != count:
            raise ValueError
        return [number(word) for word in line.words]
    except ValueError:
        raise UnreadableInstance(f"{where}, line {line.number}: Expected {what}, got {line.shown}.") from None


def _sizes(line: Line, where: str, capacity: Decimal, what: str = "sizes", count: int | None = None) -> list[Decimal]:
    """Return the numbers of a line, the first of which, and all if they are sizes, fit into a bin."""
    found = _numbers(line, where, what, count)
    for size in found if count is None else found[:1]:
        if not 0 < size <= capacity:
            at, expected = f"{where}, line {line.number}", f"Expected sizes above 0, up to the capacity {capacity}"
            raise UnreadableInstance(f"{at}: {expected}, got {size}.")
    return found


def _capacity(given: Decimal, line: Line, where: str) -> Decimal:
    if given <= 0:
        raise UnreadableInstance(f"{where}, line {line.number}: Expected a capacity above 0, got {given}.")
    return given


def _of_or_library(given: Sequence[Line], where: str) -> tuple[Packing, ...]:
    wanted, start = _count(given[0], where, "instances"), 1
    found: list[Packing] = []
    for _ in range(wanted):
        if start + 1 >= len(given):
            raise UnreadableInstance(f"{where}: Expected {wanted} instances, as line 1 says, got {len(found)}.")
        name = " ".join(given[start].words)
        header = _numbers(given[start + 1], where, "a line `capacity items best`")
        if len(header) not in (2, 3) or header[1] != int(header[1]) or header[1] < 1:
            line = given[start + 1]
            raise UnreadableInstance(f"{where}, line {line.number}: Expected `capacity items best`, got {line.shown}.")
        capacity = _capacity(header[0], given[start + 1], where)
        items, start, stated = int(header[1]), start + 2, given[start + 1].number
        sizes: list[Decimal] = []
        while len(sizes) < items and start < len(given):
            sizes += _sizes(given[start], where, capacity)
            start += 1
        found.append(_packing(sizes, capacity, items, where, stated, name))
    if start < len(given):
        line = given[start]
        raise UnreadableInstance(f"{where}, line {line.number}: Expected the end after {wanted} instances.")
    return tuple(found)


def _of_bpplib(given: Sequence[Line], where: str) -> Packing:
    for line in given[:2]:
        if len(line.words) != 1 or not line.is_numeric:
            raise UnreadableInstance(f"{where}, line {line.number}: Expected {EXPECTED}, got {line.shown}.")
    items = _count(given[0], where, "items")
    capacity = _capacity(_numbers(given[1], where, "the capacity")[0], given[1], where)
    rest = given[2:]
    if rest and all(len(line.words) == 2 for line in rest) and len(rest) == items:
        pairs = [_sizes(line, where, capacity, "a line `size demand`", 2) for line in rest]
        if bad := [line for line, (_, demand) in zip(rest, pairs, strict=True) if demand != int(demand) or demand < 0]:
            raise UnreadableInstance(f"{where}, line {bad[0].number}: Expected a whole demand, got {bad[0].shown}.")
        if sum(demand for _, demand in pairs) > MOST_DEMAND:
            raise UnreadableInstance(f"{where}: Expected demands that sum to at most {MOST_DEMAND}.")
        sizes = [size for size, demand in pairs for _ in range(int(demand))]
        return _packing(sizes, capacity, len(sizes), where, given[0].number)
    sizes = [size for line in rest for size in _sizes(line, where, capacity)]
    return _packing(sizes, capacity, items, where, given[0].number)


def _packing(
    sizes: Sequence[Decimal], capacity: Decimal, items: int, where: str, stated: int, name: str = ""
) -> Packing:
    """Return the packing; line `stated` says how many items there are."""
    at = f"{where}, instance {name}" if name else where
    if len(sizes) != items:
        raise UnreadableInstance(f"{at}: Expected {items} sizes, as line {stated} says, got {len(sizes)}.")
    factor, (whole_sizes, whole_capacity) = whole(at, sizes, [capacity])
    return Packing(whole_sizes, int(whole_capacity[0]), factor, name)
