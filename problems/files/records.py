"""Records of several kinds, as JSON or as a table: nodes and what runs, or is to run, on them.

JSON: an object with a list for each kind (`nodes`, `pods`) and perhaps plain numbers beside, or a list of such objects,
one an instance. A table has a header with a column `kind` and perhaps one `instance`; a plain number is a row of its
own kind with a column `value`. `count` says how many alike a record stands for.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from problems.contract import UnreadableInstance
from problems.files.text import NUMBER, lines

Value = str | int | float
KIND, INSTANCE, COUNT, VALUE = "kind", "instance", "count", "value"
MOST_ALIKE = 100_000


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
        if not given:
            raise UnreadableInstance(f"{self.where}: Expected a field {name}, got {dict(self.fields)}.")
        bare = re.sub(r"[A-Za-z]+$", "", given) if units else given
        factor = (units or {}).get(given[len(bare) :], 1 if bare == given else 0)
        number = Decimal(bare) * factor if NUMBER.fullmatch(bare) and factor else None
        if number is None or number != number.to_integral_value() or not least <= number < 2**40:
            known = f", perhaps with {' or '.join(units)} behind it" if units else ""
            raise UnreadableInstance(
                f"{self.where}: Expected a whole number of at least {least} in {name}{known}, got {given!r}."
            )
        return int(number)


@dataclass(frozen=True, slots=True)
class RecordSet:
    """One instance: its records by kind, each as often as its `count` says, and the plain numbers that it has."""

    where: str
    records: Mapping[str, tuple[Record, ...]]
    numbers: Mapping[str, Record]


def parse_records(
    text: str, where: str, kinds: Sequence[str], numbers: Sequence[str], expected: str
) -> tuple[RecordSet, ...]:
    """Return the instances of a text; kinds are in the singular, in JSON their lists in the plural.

    Raises:
        UnreadableInstance: it has another shape.
    """
    is_json = text.lstrip()[:1] in ("{", "[")
    found = tuple((_from_json if is_json else _from_table)(text, where, kinds, numbers, expected))
    for one in found:
        for kind in kinds:
            if not one.records[kind]:
                raise UnreadableInstance(f"{one.where}: Expected at least one {kind}. Expected {expected}.")
    return found


def _from_json(
    text: str, where: str, kinds: Sequence[str], numbers: Sequence[str], expected: str
) -> Iterator[RecordSet]:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableInstance(f"{where} is no sound JSON: {error}.") from error
    objects = given if isinstance(given, list) else [given]
    for index, one in enumerate(objects):
        at = where if len(objects) == 1 else f"{where}, instance {index}"
        wanted = {f"{kind}s" for kind in kinds}
        if not isinstance(one, dict) or not all(isinstance(one.get(name), list) for name in wanted):
            raise UnreadableInstance(f"{at}: Expected {expected}.")
        records = {kind: tuple(_records(one[f"{kind}s"], f"{at}, {kind}s")) for kind in kinds}
        plain = {name: Record(at, {VALUE: one[name]}) for name in numbers if name in one}
        yield RecordSet(at, records, plain)


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


def _from_table(
    text: str, where: str, kinds: Sequence[str], numbers: Sequence[str], expected: str
) -> Iterator[RecordSet]:
    given = lines(text)
    names = [word.lower() for word in given[0].words] if given else []
    if KIND not in names:
        raise UnreadableInstance(f"{where}: Expected {expected}.")
    groups: dict[str, dict[str, list[Record]]] = {}
    for line in given[1:]:
        if len(line.words) > len(names):
            raise UnreadableInstance(f"{where}, line {line.number}: Expected at most {len(names)} columns, as above.")
        record = Record(f"{where}, line {line.number}", dict(zip(names, line.words, strict=False)))
        kind = record.text(KIND).lower()
        if kind not in (*kinds, *numbers):
            known = ", ".join((*kinds, *numbers))
            raise UnreadableInstance(f"{record.where}: Expected a kind ({known}), got {kind!r}.")
        of_instance = groups.setdefault(record.text(INSTANCE), {each: [] for each in (*kinds, *numbers)})
        of_instance[kind] += [record] if kind in numbers else _alike(record)
    if not groups:
        raise UnreadableInstance(f"{where}: Expected rows below the header. Expected {expected}.")
    for name, found in groups.items():
        at = where if len(groups) == 1 else f"{where}, instance {name}"
        plain = {each: found[each][-1] for each in numbers if found[each]}
        yield RecordSet(at, {kind: tuple(found[kind]) for kind in kinds}, plain)
