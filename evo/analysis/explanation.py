"""What each part of a candidate is worth, as `evo explain` found it: kept in a file of the run's folder, in words."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import select

from evaluators.statistics import Interval
from evo.core.checked_values import build
from evo.core.errors import UserError
from evo.core.files import read_plain, write_whole
from evo.core.foreign_text import visible_json
from evo.core.format import points
from evo.store import RunStore, StoreError, tables
from evo.store.history import original_of

FILE = "explain.json"
MOST_BYTES = 2**24
"""Of that file: it holds a few kilobytes of each candidate that was explained."""
"""In the folder of a run: its explained candidates by ordinal."""
MOST_TOLD = 3
"""Parts that the sentences name one by one: the table has all."""
LONGEST = 70
"""Letters of a part in a sentence."""


class PartFinding(StrEnum):
    """How a candidate without a part stands to the whole."""

    NEEDED = "needed"
    FAILS = "fails without"
    OPEN = "not certain"
    IDLE = "decides nothing"
    BETTER_WITHOUT = "better without"
    TOO_FEW = "too few to tell"


def knocked_out(kind: str, part: str, done: str) -> str:
    """Say what was done to a part, as a sentence begins; long expressions are cut."""
    short = part if len(part) <= LONGEST else f"{part[: LONGEST - 1]}…"
    if done == "left out":
        return f"without the {kind} {short}"
    return f"with the {kind} {short} {done if len(done) <= LONGEST else f'{done[: LONGEST - 1]}…'}"


@dataclass(frozen=True, slots=True)
class PartWorth:
    """A part on its line of the source, what was done to it ("left out", "set to 1"), and what that costs.

    `gap` is the mean gap on validation without it. `difference` is the gap without it less the gap of the whole, of the
    instances that were drawn, as a fraction; its interval holds together with those of all parts in 95 % of cases. Both
    are None where the rest fails, for the reason in `failure`. `level` is the level of the objective that differs, 1
    for the first. `alike` are other changes that come to the same on every instance.
    """

    kind: str
    part: str
    done: str
    line: int
    finding: PartFinding
    gap: float | None = None
    difference: Interval | None = None
    failure: str = ""
    level: int = 1
    alike: tuple[str, ...] = ()

    @property
    def knocked_out(self) -> str:
        """What was done, as a sentence begins."""
        return knocked_out(self.kind, self.part, self.done)


@dataclass(frozen=True, slots=True)
class Smallest:
    """The smallest source found that is worse by no more than the margin, of `size` statements and expressions.

    `difference` is its gap less that of the whole on `instances` that did not choose it, drawn by the `generators`'
    seeds; those of train where there are none. `lower` are the differences on the levels below the first.
    """

    source: str
    size: int
    difference: Interval
    instances: int
    generators: tuple[int, ...]
    lower: tuple[Interval, ...] = ()

    def is_within(self, margin: float) -> bool:
        """Whether it is certainly worse by no more than this, on every level of the objective."""
        return all(one.high <= margin for one in (self.difference, *self.lower))


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the parts of a candidate are worth; gaps, gains and margin are fractions.

    `seed` is the baseline that it is, empty for what the search found. `gain` is the gap of the `rival`, the best
    baseline, less its own, on the `instances` that were drawn by the `generators`' seeds; where there are none, these
    are the instances of validation, which picked the rival, and the interval holds for all baselines at once. `level`
    is the first level of the objective on which the two differ, from 1 on; `levels` says what each counts, where there
    are several. `size` counts statements and expressions. `smallest` is None where nothing can be left out; `complete`
    says whether the budget allowed for everything.
    """

    candidate: int
    digest: str
    seed: str
    gap: float
    rival: str
    gain: Interval
    instances: int
    generators: tuple[int, ...]
    margin: float
    size: int
    parts: tuple[PartWorth, ...]
    smallest: Smallest | None
    complete: bool
    level: int = 1
    levels: tuple[str, ...] = ()

    @property
    def beats_rival(self) -> bool:
        """Whether it is certainly better than the best baseline."""
        return self.gain.above_zero

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was found, in whole sentences."""
        return tuple(_sentences(self))

    @property
    def basis(self) -> str:
        """Which instances the differences are of, and how their intervals are made."""
        tries = sum(part.difference is not None for part in self.parts)
        seeds = dict.fromkeys((self.generators or (0,))[place] for place in (0, -1))
        drawn = " to ".join(map(str, seeds))
        where = f"fresh instances (problem.seed={drawn})" if self.generators else "instances of validation"
        return (
            f"difference: gap without the part less gap of the whole, in points, on {self.instances} {where}; its "
            f"interval holds together with those of all {tries} knock-outs in 95 % of cases; gap: mean gap on "
            "validation"
        )

    def gain_without(self, part: PartWorth) -> float | None:
        """Return the gain over the best baseline that is left without a part.

        None where nothing is left, or another level of the objective than that of the gain differs.
        """
        if part.difference is None or part.level != self.level:
            return None
        return self.gain.estimate - part.difference.estimate


def keep(explanation: Explanation, folder: Path) -> Path:
    """Write an explanation into the folder of its run, beside those of other candidates; return the file.

    Raises:
        OSError: it cannot be written.
    """
    file = folder / FILE
    try:
        others = {one.candidate: one for one in _kept(file)}
    except StoreError:  # damaged: what it held can be found out again
        others = {}
    everything = {**others, explanation.candidate: explanation}
    plain = {str(ordinal): asdict(one) for ordinal, one in sorted(everything.items())}
    write_whole(file, visible_json(finite({"explained": plain})) + "\n")
    return file


def explanation(store: RunStore, ordinal: int) -> Explanation | None:
    """Return what is known of the parts of a candidate, None where it was not explained, or its source is another one.

    Raises:
        StoreError: the file is damaged.
    """
    known = [one for one in _kept(store.path.parent / FILE) if one.candidate == ordinal]
    if not known:
        return None
    columns = tables.candidates.c
    with store.snapshot() as connection:
        original = original_of(connection, ordinal)
        digest = connection.execute(select(columns.digest).where(columns.ordinal == original)).scalar()
    return known[0] if known[0].digest == digest else None


def _kept(file: Path) -> tuple[Explanation, ...]:
    if not file.is_file():
        return ()
    try:
        content = json.loads(read_plain(file, MOST_BYTES), parse_constant=_refuse)
        return tuple(_read(each) for each in content["explained"].values())
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError, UserError) as error:
        raise StoreError(f"{file} is damaged: remove it, or let `evo explain` write it again.") from error


def finite(value: object) -> object:
    """Return plain values in which ends of intervals that are not known are None."""
    if isinstance(value, Mapping):
        return {name: finite(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _refuse(constant: str) -> float:
    raise ValueError(f"Expected finite numbers, got {constant}.")


def _read(plain: Mapping[str, Any]) -> Explanation:
    smallest = plain["smallest"]
    made = {
        "gain": _interval(plain["gain"]),
        "parts": tuple(_read_part(each) for each in plain["parts"]),
        "smallest": None if smallest is None else _read_smallest(smallest),
    }
    return build(Explanation, {**plain, **made}, "explained")


def _read_part(plain: Mapping[str, Any]) -> PartWorth:
    return build(PartWorth, {**plain, "difference": _interval(plain["difference"])}, "part")


def _read_smallest(plain: Mapping[str, Any]) -> Smallest:
    lower = tuple(_interval(each) for each in plain.get("lower", ()))
    return build(Smallest, {**plain, "difference": _interval(plain["difference"]), "lower": lower}, "smallest")


def _interval(plain: Mapping[str, float | None] | None) -> Interval | None:
    if plain is None:
        return None
    low, high = plain["low"], plain["high"]
    ends = {"low": -math.inf if low is None else low, "high": math.inf if high is None else high}
    return build(Interval, {**plain, **ends}, "interval")


def _sentences(one: Explanation) -> Iterator[str]:
    yield _whole(one)
    needed = [part for part in one.parts if part.finding is PartFinding.NEEDED]
    deciding = (part for part in needed if part.level <= one.level)
    told = sorted(deciding, key=lambda part: (part.level, _distance(one, part)))[:MOST_TOLD]
    yield from (_worth(one, part) for part in told)
    counts = {finding: sum(part.finding is finding for part in one.parts) for finding in PartFinding}
    if more := len(needed) - len(told):
        yield f"{_changes(more)} certainly make{_s(more)} it worse."
    if failing := counts[PartFinding.FAILS]:
        yield f"After {_changes(failing, 'other change')} it fails."
    if idle := counts[PartFinding.IDLE]:
        yield f"{_changes(idle)} alter{_s(idle)} no solution: what was changed there decides nothing."
    better = (part for part in one.parts if part.finding is PartFinding.BETTER_WITHOUT)
    for part in [part for part in better if part.level <= one.level]:
        yield _worth(one, part)
    if unsure := counts[PartFinding.OPEN] + counts[PartFinding.TOO_FEW]:
        makes = "it makes" if unsure == 1 else "they make"
        hint = "; --fresh draws more instances" if one.generators else ""
        yield f"Of {_changes(unsure)} it is not certain whether {makes} a difference{hint}."
    if not one.complete:
        yield "The budget ended before everything was tried: --budget and --seconds allow more."
    yield _about_smallest(one)


def _whole(one: Explanation) -> str:
    where = f"On {one.instances} {'fresh instances like those' if one.generators else 'instances'} of validation"
    who = f"candidate {one.candidate}"
    if one.seed:
        who += f", which is the seed {one.seed} and was not found by the search,"
    if one.seed == one.rival:
        return f"{where} {who} is the best baseline itself."
    stands = "not certainly better"
    if one.beats_rival or one.gain.below_zero:
        stands = "certainly better" if one.beats_rival else "certainly worse"
    gain = _unsigned(one.gain.estimate) if one.beats_rival else _signed(one.gain.estimate)
    amount = f"a gain of {gain} points{_in_level(one, one.level)} ({_ends(one.gain)})"
    equal = f"; they are equal everywhere in {' and in '.join(above)}" if (above := one.levels[: one.level - 1]) else ""
    picked = "" if one.generators else ". These instances picked the baseline too: the verdict, on test, is surer"
    return f"{where} {who} is {stands} than {one.rival}, the best baseline: {amount}{equal}{picked}."


def _distance(one: Explanation, part: PartWorth) -> float:
    """Order parts for sentences: first those that make the difference to the best baseline, if there is one to make."""
    assert part.difference is not None, "asked of what was scored"
    left = one.gain_without(part)
    return abs(left) if one.beats_rival and left is not None else -part.difference.estimate


def _in_level(one: Explanation, level: int) -> str:
    """Say what a level of the objective counts; nothing where there is one level."""
    return f" in {one.levels[level - 1]}" if level <= len(one.levels) else ""


def _worth(one: Explanation, part: PartWorth) -> str:
    assert part.difference is not None, "told of what was scored"
    begin = f"{part.knocked_out[0].upper()}{part.knocked_out[1:]}"
    left, ends = one.gain_without(part), _ends(part.difference, "of the change")
    if one.beats_rival and left is not None:
        verb = "falls" if part.difference.above_zero else "rises"
        change = f"{_signed(one.gain.estimate)} to {_signed(left)} points"
        return f"{begin} the gain over {one.rival} {verb} from {change} (certainly; {ends})."
    verb = "rises" if part.difference.above_zero else "falls"
    by = f"{_unsigned(part.difference.estimate)} points{_in_level(one, part.level)}"
    return f"{begin} the gap {verb} by {by} (certainly; {ends})."


def _about_smallest(one: Explanation) -> str:
    if one.smallest is None:
        return f"Nothing can be left out within a margin of {_unsigned(one.margin)} points."
    kind = "fresh instances" if one.smallest.generators else "instances, those of train,"
    where = f"{one.smallest.instances} other {kind}"
    differences = (one.smallest.difference, *one.smallest.lower)
    amounts = ", ".join(
        f"{_amount(each)}{_in_level(one, level)} ({_ends(each)})" for level, each in enumerate(differences, 1)
    )
    if all((each.estimate, each.low, each.high) == (0.0, 0.0, 0.0) for each in differences):
        amounts = "exactly as good on each"
    within = "within" if one.smallest.is_within(one.margin) else "not certainly within"
    everywhere = " on every level of the objective" if one.smallest.lower else ""
    begin = f"The smallest equivalent found has {one.smallest.size} nodes of syntax in place of {one.size}"
    if one.smallest.size == one.size:
        begin = "Nothing can be left out but digits"
    return f"{begin}: on {where} it is {amounts}, {within} the margin of {_unsigned(one.margin)} points{everywhere}."


def _amount(difference: Interval) -> str:
    if difference.estimate == 0:
        return "exactly as good"
    return f"{'worse' if difference.estimate > 0 else 'better'} by {_unsigned(difference.estimate)} points"


def _ends(interval: Interval, of: str = "") -> str:
    if not interval.known:
        return "too few instances for an interval"
    what = f"95 % interval {of}".strip()
    return f"{what} {points(interval.low)} to {points(interval.high)}"


def _unsigned(value: float) -> str:
    return points(abs(value)).lstrip("+−")


def _signed(value: float) -> str:
    return points(value).lstrip("+")


def _changes(count: int, word: str = "further change") -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _s(count: int) -> str:
    return "s" if count == 1 else ""
