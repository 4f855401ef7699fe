"""Jobs of one machine with due dates: a line `p d` per job, tables with a header, and OR-Library's weighted tardiness.

Weights are left out wherever they stand: total tardiness has none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from problems.contract import UnreadableInstance
from problems.files.text import Integers, Line, lines, number, whole

EXPECTED = (
    "a line `p d` per job (with or without header and count, also CSV), OR-Library's text such as wt40.txt, or .npz"
)
P_NAMES = ("p", "pj", "processingtime", "processingtimes", "proctime", "processing", "duration", "time")
D_NAMES = ("d", "dj", "duedate", "duedates", "due", "deadline")
INSTANCE_NAMES = ("instance", "instanceid", "inst", "problem", "name", "plan", "case", "set")
JOB_NAMES = ("job", "jobid", "jobname", "jobs", "id", "order", "orderid", "task")
OR_LIBRARY_INSTANCES = 125  # in each of its files wt40, wt50 and wt100
WIDE = 4  # numbers in a line of OR-Library's files, at least: a line of a table without header has two


@dataclass(frozen=True, slots=True)
class JobList:
    """Processing times and due dates, each of shape (jobs,), in units of 1/`factor` of the file's.

    `name` and `labels` are what the file calls the instance and its jobs, empty where it does not.
    """

    p: Integers
    d: Integers
    factor: int = 1
    name: str = ""
    labels: tuple[str, ...] = ()


def parse_job_lists(text: str, where: str, stem: str) -> tuple[JobList, ...]:
    """Return the instances of a text; `stem` is the name of its file, which has the jobs of an instance in wt40.txt.

    Raises:
        UnreadableInstance: it holds something else; the message begins with `where` and the line.
    """
    given = lines(text, where)
    if not given:
        return (_job_list(where, [], []),)
    if given[0].is_numeric:
        if len(given[0].words) >= WIDE:
            return _of_or_library(given, where, stem)
        return tuple(_without_header(given, where))
    return _with_header(given, where)


def _job_list(
    where: str, p: Sequence[Decimal], d: Sequence[Decimal], name: str = "", labels: Sequence[str] = ()
) -> JobList:
    factor, (times, dates) = whole(where, p, d)
    return JobList(times, dates, factor, name, tuple(labels))


def _without_header(given: Sequence[Line], where: str) -> list[JobList]:
    """Return the one instance without a count, or all that follow one another, each after its count."""
    if len(given[0].words) != 1 or len(given) == 1:
        return [_of_lines(given, where)]
    found, start = [], 0
    while start < len(given):
        count = _count(given[start], where)
        jobs = given[start + 1 : start + 1 + count]
        if len(jobs) < count:
            raise UnreadableInstance(
                f"{where}, line {given[start].number}: Expected {count} lines `p d` after the count, got {len(jobs)}."
            )
        found.append(_of_lines(jobs, where))
        start += 1 + count
    return found


def _count(line: Line, where: str) -> int:
    if len(line.words) == 1 and line.words[0].isascii() and line.words[0].isdigit():
        return int(line.words[0])
    raise UnreadableInstance(f"{where}, line {line.number}: Expected the count of the next jobs, got {line.shown}.")


def _of_lines(given: Sequence[Line], where: str) -> JobList:
    pairs = [_pair(line, (0, 1), 2, where) for line in given]
    return _job_list(where, [p for p, _ in pairs], [d for _, d in pairs])


def _pair(line: Line, places: tuple[int, int], width: int, where: str) -> tuple[Decimal, Decimal]:
    at = f"{where}, line {line.number}"
    if len(line.words) != width and width > len(places):
        found = f"got {len(line.words)}: {line.shown}"
        raise UnreadableInstance(f"{at}: Expected {width} columns as in the header, {found}.")
    try:
        if len(line.words) != width:
            raise ValueError(" ".join(line.words))
        p, d = (number(line.words[place]) for place in places)
    except ValueError as error:
        if width > len(places):
            raise UnreadableInstance(f"{at}: Expected numbers for p and d, got {str(error)!r}.") from None
        raise UnreadableInstance(f"{at}: Expected two numbers `p d`, got {line.shown}.") from None
    return p, d


def _with_header(given: Sequence[Line], where: str) -> tuple[JobList, ...]:
    header, *rest = given
    at = f"{where}, line {header.number}"
    if any(map(str.isdigit, header.words[0] + header.words[-1])) and len(header.words) <= 2:
        raise UnreadableInstance(f"{at}: Expected two numbers `p d`, or a header, got {header.shown}.")
    if not rest:
        raise UnreadableInstance(f"{at}: Expected {EXPECTED}, got {header.shown}.")
    if len(header.words) == 1 and len(rest[0].words) == 2:  # a title
        return tuple(_without_header(rest, where))
    plain = [re.sub(r"[^a-z]", "", word.lower()) for word in header.words]
    p, d, name, job = (_place(plain, names) for names in (P_NAMES, D_NAMES, INSTANCE_NAMES, JOB_NAMES))
    if p is None or d is None:
        raise UnreadableInstance(
            f"{at}: Expected a header with columns p and d (or processing_time and due_date), or {EXPECTED}; "
            f"got {header.shown}."
        )
    groups: dict[str, list[tuple[Decimal, Decimal, str]]] = {}
    for line in rest:
        row = (*_pair(line, (p, d), len(header.words), where), "" if job is None else line.words[job])
        groups.setdefault("" if name is None else line.words[name], []).append(row)
    found = []
    for called, rows in groups.items():
        times, dates, jobs = zip(*rows, strict=True)
        found.append(_job_list(where, times, dates, called, () if job is None else jobs))
    return tuple(found)


def _place(plain: Sequence[str], names: Sequence[str]) -> int | None:
    return next((place for place, word in enumerate(plain) if word in names), None)


def _of_or_library(given: Sequence[Line], where: str, stem: str) -> tuple[JobList, ...]:
    """Return instances of all processing times, then all weights, then all due dates each."""
    flat = []
    for line in given:
        try:
            flat += [number(word) for word in line.words]
        except ValueError:
            raise UnreadableInstance(f"{where}, line {line.number}: Expected numbers, got {line.shown}.") from None
    jobs = _jobs_of(len(flat), where, stem)
    found = []
    for start in range(0, len(flat), 3 * jobs):
        p, d = flat[start : start + jobs], flat[start + 2 * jobs : start + 3 * jobs]
        found.append(_job_list(where, p, d))
    return tuple(found)


def _jobs_of(numbers: int, where: str, stem: str) -> int:
    """Return the jobs of each instance: what the file's name says, or an equal share of 125 instances."""
    named = re.search(r"\d+", stem)
    for jobs in ([int(named[0])] if named else []) + [numbers // (3 * OR_LIBRARY_INSTANCES)]:
        if jobs and numbers % (3 * jobs) == 0:
            return jobs
    raise UnreadableInstance(
        f"{where}: Expected {EXPECTED}; for OR-Library's text of n processing times, n weights and n due dates the "
        f"file's name must say n, as wt40.txt does, and {numbers} numbers must be full instances."
    )
