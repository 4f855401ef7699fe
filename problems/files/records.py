"""Records of several kinds, as JSON or as a table: nodes and what runs, or is to run, on them.

JSON: an object with a list for each kind (`nodes`, `pods`) and perhaps plain numbers beside, or a list of such objects,
one an instance. A table has a header with a column `kind` and perhaps one `instance`; a plain number is a row of its
own kind with a column `value`. `count` says how many alike a record stands for. Columns and fields that are not read
are told (`problems.files.columns`); one that divides a table into parts which each have all kinds of records may tell
instances apart, and is refused.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from problems.contract import UnreadableInstance
from problems.files.columns import is_note, may_group, tell_unused
from problems.files.text import NUMBER, Line, lines

Value = str | int | float
KIND, INSTANCE, COUNT, VALUE = "kind", "instance", "count", "value"
MOST_ALIKE = 100_000
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class RecordFormat:
    """The kinds of records in the singular (in JSON their lists in the plural), the plain numbers beside, all fields.

    A table has a column for each of the fields; `expected` says all of it to a user.
    """

    kinds: tuple[str, ...]
    fields: tuple[str, ...]
    expected: str
    numbers: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that a table may have."""
        return (KIND, *self.fields, COUNT, INSTANCE, *([VALUE] if self.numbers else []))


@dataclass(frozen=True, slots=True)
class Record:
    """The fields of a record by name, and where it stands, for messages."""

    where: str
    fields: Mapping[str, Value]

    def text(self, name: str) -> str:
        """Return a field as text, without blanks around it; empty where it is missing."""
        return str(self.fields.get(name, "")).strip()

    def whole(self, name: str, least: int = 0, units: Mapping[str, int] | None = None) -> int:
        """Return a field that is a whole number, with a unit behind it where these are known, such as 512Mi.

        Raises:
            UnreadableInstance: it is missing, something else, or smaller than the least.
        """
        given = self.text(name)
        bare = re.sub(r"[A-Za-z]+$", "", given) if units else given
        factor = (units or {}).get(given[len(bare) :], 1 if bare == given else 0)
        number = Decimal(bare) * factor if NUMBER.fullmatch(bare) and factor else None
        if number is None or number != number.to_integral_value() or not least <= number < 2**40:
            known = f", perhaps with {' or '.join(units)} behind it" if units else ""
            expected = f"Expected a whole number of at least {least} in {name}{known}"
            raise UnreadableInstance(f"{self.where}: {expected}, got {repr(given) if given else NOTHING}.")
        return int(number)

    def label(self, name: str) -> str:
        """Return a field that names something.

        Raises:
            UnreadableInstance: it is missing or empty.
        """
        if not (given := self.text(name)):
            raise UnreadableInstance(f"{self.where}: Expected a name in {name}, got {NOTHING}.")
        return given


@dataclass(frozen=True, slots=True)
class RecordSet:
    """One instance: its records by kind, each as often as its `count` says, and the plain numbers that it has."""

    where: str
    records: Mapping[str, tuple[Record, ...]]
    numbers: Mapping[str, Record]


def parse_records(text: str, where: str, form: RecordFormat) -> tuple[RecordSet, ...]:
    """Return the instances of a text.

    Raises:
        UnreadableInstance: it has another shape.
    """
    is_json = text.lstrip()[:1] in ("{", "[")
    found = tuple((_from_json if is_json else _from_table)(text, where, form))
    for one in found:
        for kind in form.kinds:
            if not one.records[kind]:
                raise UnreadableInstance(f"{one.where}: Expected at least one {kind}. Expected {form.expected}.")
    return found


def _from_json(text: str, where: str, form: RecordFormat) -> Iterator[RecordSet]:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableInstance(f"{where} is no sound JSON: {error}.") from error
    objects = given if isinstance(given, list) else [given]
    lists = {f"{kind}s": kind for kind in form.kinds}
    unused: dict[str, None] = {}
    for index, one in enumerate(objects):
        at = where if len(objects) == 1 else f"{where}, instance {index}"
        if not isinstance(one, dict) or not all(isinstance(one.get(name), list) for name in lists):
            raise UnreadableInstance(f"{at}: Expected {form.expected}.")
        records = {kind: tuple(_records(one[name], f"{at}, {name}")) for name, kind in lists.items()}
        plain = {name: Record(at, {VALUE: one[name]}) for name in form.numbers if name in one}
        unused |= dict.fromkeys(name for name in one if name not in (*lists, *form.numbers))
        unused |= dict.fromkeys(
            name
            for of_kind in records.values()
            for each in of_kind
            for name in each.fields
            if name not in (*form.fields, COUNT)
        )
        yield RecordSet(at, records, plain)
    tell_unused(where, [name for name in unused if not is_note(name)], (*lists, *form.fields, COUNT, *form.numbers))


def _records(given: Sequence[object], where: str) -> Iterator[Record]:
    for index, one in enumerate(given):
        at = f"{where}[{index}]"
        if not isinstance(one, dict) or not all(isinstance(value, str | int | float) for value in one.values()):
            raise UnreadableInstance(f"{at}: Expected an object of texts and numbers, got {str(one)[:60]!r}.")
        yield from _alike(Record(at, {str(name).lower(): value for name, value in one.items()}))


def _alike(record: Record) -> Sequence[Record]:
    count = record.whole(COUNT) if record.text(COUNT) else 1
    if count > MOST_ALIKE:
        raise UnreadableInstance(f"{record.where}: Expected a count up to {MOST_ALIKE}, got {count}.")
    return [record] * count


def _from_table(text: str, where: str, form: RecordFormat) -> Iterator[RecordSet]:
    given = lines(text, where)
    if not given:
        raise UnreadableInstance(f"{where}: Expected {form.expected}.")
    names = _header(given[0], where, form)
    groups: dict[str, dict[str, list[Record]]] = {}
    rows: list[tuple[str, Record]] = []
    for line in given[1:]:
        at = f"{where}, line {line.number}"
        if len(line.words) > len(names):
            raise UnreadableInstance(f"{at}: Expected at most {len(names)} columns, as above.")
        record = Record(at, dict(zip(names, line.words, strict=False)))
        kind = record.text(KIND).lower()
        if kind not in (*form.kinds, *form.numbers):
            known = ", ".join((*form.kinds, *form.numbers))
            raise UnreadableInstance(f"{at}: Expected a kind ({known}), got {repr(kind) if kind else NOTHING}.")
        instance = record.label(INSTANCE) if INSTANCE in names else ""
        of_instance = groups.setdefault(instance, {each: [] for each in (*form.kinds, *form.numbers)})
        of_instance[kind] += [record] if kind in form.numbers else _alike(record)
        rows.append((kind, record))
    if not rows:
        raise UnreadableInstance(
            f"{where}, line {given[0].number}: Expected rows below the header {given[0].shown}, got none."
        )
    _check_columns(f"{where}, line {given[0].number}", names, rows, form)
    for name, found in groups.items():
        at = where if len(groups) == 1 else f"{where}, instance {name}"
        plain = {each: found[each][-1] for each in form.numbers if found[each]}
        yield RecordSet(at, {kind: tuple(found[kind]) for kind in form.kinds}, plain)


def _header(line: Line, where: str, form: RecordFormat) -> list[str]:
    """Return the names of the columns; raises UnreadableInstance where one is missing."""
    names = [word.lower() for word in line.words]
    at = f"{where}, line {line.number}"
    if KIND not in names:
        raise UnreadableInstance(f"{at}: Expected {form.expected}, got {line.shown}.")
    if missing := [name for name in form.fields if name not in names]:
        known = ", ".join(form.columns)
        raise UnreadableInstance(f"{at}: Expected a column {missing[0]!r} (of {known}), got {line.shown}.")
    return names


def _check_columns(at: str, names: Sequence[str], rows: Sequence[tuple[str, Record]], form: RecordFormat) -> None:
    """Tell of the columns that are not read.

    Raises:
        UnreadableInstance: one may tell instances apart, and none does: each of its values has records of every kind.
    """
    unused = [name for name in names if name not in form.columns and not is_note(name)]
    for name in unused if INSTANCE not in names else []:
        kinds: dict[str, set[str]] = {}
        for kind, record in rows:
            kinds.setdefault(record.text(name), set()).add(kind)
        if len(kinds) > 1 and "" not in kinds and all(found.issuperset(form.kinds) for found in kinds.values()):
            raise UnreadableInstance(may_group(at, name, list(kinds), "records"))
    tell_unused(at, unused, form.columns)
