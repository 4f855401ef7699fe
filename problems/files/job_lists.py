"""Jobs of one machine with due dates: a line `p d` per job, tables with a header, and OR-Library's weighted tardiness.

Weights are left out wherever they stand: total tardiness has none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from problems.contract import UnreadableInstance
from problems.files.columns import (
    columns,
    come_in_runs,
    follow_one_another,
    is_note,
    may_group,
    plain_name,
    tell,
    tell_unused,
)
from problems.files.text import Integers, Line, lines, number, whole

EXPECTED = (
    "a line `p d` per job (with or without header and count, also CSV), OR-Library's text such as wt40.txt, or .npz"
)
P_NAMES = ("p", "pj", "processingtime", "processingtimes", "proctime", "processing", "duration", "time")
D_NAMES = ("d", "dj", "duedate", "duedates", "due", "deadline")
INSTANCE_NAMES = ("instance", "instanceid", "inst", "problem", "plan", "case", "set")
JOB_NAMES = ("job", "jobid", "jobname", "jobs", "id", "order", "orderid", "task")
EITHER = ("name",)
"""Of an instance or of a job: of jobs where instances have another column, or where all its values differ."""
OF_OTHER_PROBLEMS = ("w", "wj", "weight", "weights", "priority", "r", "rj", "release", "releasedate", "releasetime")
"""What jobs have elsewhere: sorted by it, its values come in runs, and yet it tells no instances apart."""
KNOWN = (
    "p or processing_time or duration",
    "d or due_date or deadline",
    "instance or plan or case or set",
    "job or id",
)
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
    pairs = [_pair(line, where) for line in given]
    return _job_list(where, [p for p, _ in pairs], [d for _, d in pairs])


def _pair(line: Line, where: str) -> tuple[Decimal, Decimal]:
    at = f"{where}, line {line.number}"
    try:
        if len(line.words) != len("pd"):
            raise ValueError
        p, d = (number(word) for word in line.words)
    except ValueError:
        raise UnreadableInstance(f"{at}: Expected two numbers `p d`, got {line.shown}.") from None
    return _not_negative(p, at), d


def _not_negative(p: Decimal, at: str) -> Decimal:
    if p < 0:
        raise UnreadableInstance(f"{at}: Expected processing times >= 0, got {p}.")
    return p


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header: its rows, each as wide as the header, and the places of the columns that are read."""

    where: str
    header: Line
    lines: tuple[Line, ...]
    p: int
    d: int
    instance: int | None
    job: int | None

    def column(self, place: int | None) -> tuple[str, ...]:
        """Return the cells of a column, empty ones where there is none."""
        return tuple("" if place is None else line.words[place] for line in self.lines)

    def number(self, line: Line, place: int) -> Decimal:
        """Return the number in a cell; raises UnreadableInstance where there is none."""
        try:
            return number(line.words[place])
        except ValueError:
            got = repr(line.words[place]) if line.words[place] else f"an empty cell: {line.shown}"
            expected = f"Expected a number in column {self.header.words[place]!r}"
            raise UnreadableInstance(f"{self.where}, line {line.number}: {expected}, got {got}.") from None


def _with_header(given: Sequence[Line], where: str) -> tuple[JobList, ...]:
    header, *rest = given
    at = f"{where}, line {header.number}"
    if any(map(str.isdigit, header.words[0] + header.words[-1])) and len(header.words) <= 2:
        raise UnreadableInstance(f"{at}: Expected two numbers `p d`, or a header, got {header.shown}.")
    if rest and len(header.words) == 1 and len(rest[0].words) == 2:  # a title
        return tuple(_without_header(rest, where))
    table = _table(header, rest, where)
    _check_columns(table)
    groups: dict[str, list[tuple[Decimal, Decimal, str]]] = {}
    for line, called, job in zip(table.lines, table.column(table.instance), table.column(table.job), strict=True):
        here = f"{where}, line {line.number}"
        if table.instance is not None and not called:
            name = header.words[table.instance]
            raise UnreadableInstance(f"{here}: Expected a name in column {name!r}, got an empty cell: {line.shown}.")
        row = (_not_negative(table.number(line, table.p), here), table.number(line, table.d), job)
        groups.setdefault(called, []).append(row)
    found = []
    for called, rows in groups.items():
        times, dates, jobs = zip(*rows, strict=True)
        found.append(_job_list(where, times, dates, called, () if table.job is None else jobs))
    return tuple(found)


def _table(header: Line, rest: Sequence[Line], where: str) -> Table:
    """Return the rows below a header, filled up with empty cells, and which column is which."""
    at = f"{where}, line {header.number}"
    plain, width = [plain_name(word) for word in header.words], len(header.words)
    p, d, instance, job = (_place(plain, names) for names in (P_NAMES, D_NAMES, INSTANCE_NAMES, JOB_NAMES))
    if p is None or d is None:
        missing = [
            f"a column of {what}"
            for what, place in (
                ("processing times (p, p_j, processing_time, duration, time)", p),
                ("due dates (d, d_j, due_date, due, deadline)", d),
            )
            if place is None
        ]
        raise UnreadableInstance(f"{at}: Expected {' and '.join(missing)}, or {EXPECTED}; got {header.shown}.")
    if not rest:
        raise UnreadableInstance(f"{at}: Expected rows below the header {header.shown}, got none.")
    for line in rest:
        if len(line.words) > width:
            got = f"got {len(line.words)}: {line.shown}"
            raise UnreadableInstance(f"{where}, line {line.number}: Expected {width} columns as in the header, {got}.")
    filled = tuple(Line(line.number, (*line.words, *[""] * (width - len(line.words)))) for line in rest)
    either = _place(plain, EITHER)
    if either is not None:
        names = [line.words[either] for line in filled]
        if instance is None and len(set(names)) < len(names):
            instance = either
        elif job is None:
            job = either
    return Table(where, header, filled, p, d, instance, job)


def _place(plain: Sequence[str], names: Sequence[str]) -> int | None:
    return next((plain.index(name) for name in names if name in plain), None)


def _check_columns(table: Table) -> None:
    """Tell of the columns that are not read, and of jobs of one name where no column tells instances apart.

    Raises:
        UnreadableInstance: a column may tell instances apart, and none does, or not well: rows of one instance do not
            follow one another.
    """
    at = f"{table.where}, line {table.header.number}"
    grouped = table.instance is not None and follow_one_another(table.column(table.instance))
    unknown: list[str] = []
    of_others: list[str] = []
    for place, name in enumerate(table.header.words):
        if is_note(name) or place in (table.p, table.d, table.instance):
            continue
        is_of_others, values = plain_name(name) in OF_OTHER_PROBLEMS, table.column(place)
        if not grouped and not is_of_others and come_in_runs(values):
            raise UnreadableInstance(may_group(at, name, values, "jobs"))
        if place != table.job:
            (of_others if is_of_others else unknown).append(name)
    tell_unused(at, unknown, KNOWN)
    if of_others:
        tell(f"{at}: not used: {columns(of_others)}; total tardiness has neither weights nor release dates.")
    jobs = [] if table.job is None or table.instance is not None else table.column(table.job)
    if repeated := [job for job in dict.fromkeys(jobs) if job and jobs.count(job) > 1]:
        tell(
            f"{at}: {len(repeated)} of the names in column {table.header.words[table.job or 0]!r} stand for several "
            f"jobs ({repeated[0]!r}, …), and all rows are of one instance; where they are of several, add a column "
            "`instance`."
        )


def _of_or_library(given: Sequence[Line], where: str, stem: str) -> tuple[JobList, ...]:
    """Return instances of all processing times, then all weights, then all due dates each."""
    flat, places = [], []
    for line in given:
        try:
            flat += [number(word) for word in line.words]
        except ValueError:
            raise UnreadableInstance(f"{where}, line {line.number}: Expected numbers, got {line.shown}.") from None
        places += [f"{where}, line {line.number}"] * len(line.words)
    jobs = _jobs_of(len(flat), where, stem)
    found = []
    for start in range(0, len(flat), 3 * jobs):
        p = [_not_negative(flat[place], places[place]) for place in range(start, start + jobs)]
        d = flat[start + 2 * jobs : start + 3 * jobs]
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
