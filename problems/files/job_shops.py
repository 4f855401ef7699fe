"""Job shops: the standard text (JSPLIB, OR-Library) and Taillard's, one or several instances in a file.

Standard: a line `jobs machines`, then a line per job of pairs `machine duration` in the order of its operations.
Taillard's: a line that begins with `jobs machines`, a line `Times` and a row of durations per job, a line `Machines`
and a row of machines per job. Machines are counted from 0 or from 1, whichever fits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from problems.contract import UnreadableInstance
from problems.files.text import Integers, Line, lines, number, whole

EXPECTED = (
    "a line `jobs machines` and a line per job of pairs `machine duration` (JSPLIB, OR-Library), or Taillard's text "
    "with `Times` and `Machines`"
)
TIMES = ("times", "processing times", "durations")
MACHINES = ("machines", "machine order", "machine orders", "routes")
Rows = Sequence[Sequence[Decimal]]


@dataclass(frozen=True, slots=True)
class Shop:
    """Durations and routes, both of shape (jobs, machines), machines counted from 0; durations in 1/`factor`."""

    durations: Integers
    routes: Integers
    factor: int = 1


def parse_job_shops(text: str, where: str) -> tuple[Shop, ...]:
    """Return the instances of a text.

    Raises:
        UnreadableInstance: it holds something else; the message begins with `where` and the line.
    """
    given, found, start = lines(text, where), [], 0
    while (start := _next_header(given, start)) < len(given):
        at = f"{where}, line {given[start].number}"
        words = given[start].words
        if len(words) < 2 or not all(word.isascii() and word.isdigit() for word in words[:2]):
            raise UnreadableInstance(f"{at}: Expected {EXPECTED}, got {given[start].shown}.")
        jobs, machines = int(words[0]), int(words[1])
        if min(jobs, machines) < 1:
            raise UnreadableInstance(f"{at}: Expected at least 1 job and 1 machine, got {given[start].shown}.")
        title = _title(given[start + 1]) if start + 1 < len(given) else ""
        if title in TIMES:
            shop, start = _taillards(given, start + 1, jobs, machines, where)
        elif len(words) > 2:
            got = f"got {given[start].shown} (flexible job shops are not read)"
            raise UnreadableInstance(f"{at}: Expected {EXPECTED}, {got}.")
        else:
            rows = _rows(given, start + 1, jobs, 2 * machines, "pairs `machine duration`", where)
            below = given[start + 1 : start + 1 + jobs]
            shop = _shop([row[1::2] for row in rows], [row[::2] for row in rows], where, below)
            start += 1 + jobs
        found.append(shop)
    if not found:
        line = f", line {given[0].number}" if given else ""
        got = f", got {given[0].shown}" if given else ", got nothing"
        raise UnreadableInstance(f"{where}{line}: Expected {EXPECTED}{got}.")
    return tuple(found)


def _next_header(given: Sequence[Line], start: int) -> int:
    """Return the next line of numbers, or one that begins with two and has `Times` below; titles are passed over."""
    place = start
    while place < len(given) and not (given[place].is_numeric or _heads(given, place)):
        place += 1
    return place


def _heads(given: Sequence[Line], place: int) -> bool:
    words = given[place].words
    counts = len(words) >= 2 and all(word.isascii() and word.isdigit() for word in words[:2])
    return counts and place + 1 < len(given) and _title(given[place + 1]) in TIMES


def _title(line: Line) -> str:
    return " ".join(line.words).lower().rstrip(":").strip()


def _taillards(given: Sequence[Line], start: int, jobs: int, machines: int, where: str) -> tuple[Shop, int]:
    """Return the instance whose line `Times` stands at `start`, and where the next begins."""
    durations = _rows(given, start + 1, jobs, machines, "durations", where)
    place = start + 1 + jobs
    if place >= len(given) or _title(given[place]) not in MACHINES:
        raise UnreadableInstance(f"{where}: Expected a line `Machines` after the {jobs} rows of `Times`.")
    routes = _rows(given, place + 1, jobs, machines, "machines", where)
    return _shop(durations, routes, where, given[place + 1 : place + 1 + jobs]), place + 1 + jobs


def _rows(given: Sequence[Line], start: int, count: int, width: int, what: str, where: str) -> Rows:
    found = given[start : start + count]
    if len(found) < count:
        after = f", after line {given[start - 1].number}"
        raise UnreadableInstance(f"{where}{after}: Expected {count} lines of {what}, one per job, got {len(found)}.")
    rows = []
    for line in found:
        at = f"{where}, line {line.number}"
        try:
            if len(line.words) != width:
                raise ValueError
            row = tuple(number(word) for word in line.words)
        except ValueError:
            raise UnreadableInstance(
                f"{at}: Expected {width} numbers, {what}, got {len(line.words)}: {line.shown}."
            ) from None
        if min(row) < 0:
            raise UnreadableInstance(f"{at}: Expected numbers >= 0, {what}, got {min(row)}.")
        rows.append(row)
    return rows


def _shop(durations: Rows, routes: Rows, where: str, lines_of_routes: Sequence[Line]) -> Shop:
    """Return the shop of checked rows; messages name the line of a job's route."""
    machines = len(routes[0])
    visited = np.array([[int(entry) if entry == int(entry) else -1 for entry in row] for row in routes])
    first = int(visited.min())
    if first == 1 and visited.max() == machines:
        visited -= 1
    for job, row in enumerate(visited.tolist()):
        if sorted(row) != list(range(machines)):
            at = f"{where}, line {lines_of_routes[job].number}"
            raise UnreadableInstance(
                f"{at}: Expected each job to visit each of the {machines} machines once, but job {job} visits {row}; "
                "an operation of duration 0 stands for a machine that a job does not need."
            )
    factor, columns = whole(where, *durations)
    return Shop(np.array(columns), visited.astype(np.int64), factor)
