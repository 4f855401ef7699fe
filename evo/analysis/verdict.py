"""What a run found, and whether it is better than the best baseline: one verdict, from the record alone."""

import math
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evaluators.statistics import (
    EQUAL,
    FEWEST,
    Certainty,
    Interval,
    PairedDifference,
    mean_interval,
    paired_difference,
    without_rounding,
)
from evo.analysis.candidates import header
from evo.analysis.instances import SplitGaps, baseline_gaps, best_gaps, instance_families
from evo.analysis.looks import looks_at_test
from evo.analysis.overview import Spent, best_so_far, spent_so_far
from evo.analysis.rivals import ranked_baselines
from evo.analysis.run_result import LevelGaps, RunResult, run_result
from evo.analysis.select import select
from evo.core.format import by_level, percent
from evo.store import RunStatus, RunStore
from problems import Split

SEED_NAME = "SELECT model FROM candidates WHERE ordinal = :ordinal AND operator = 'seed'"
# Edits of ours that follow a model's replies have no call.
ASKED = """
SELECT count(*), count(*) - count(e.candidate) FROM candidates c
LEFT JOIN evaluations e ON e.candidate = coalesce(c.repeat_of, c.ordinal) AND e.split = 'train'
WHERE c.state = 'placed' AND c.ordinal IN (SELECT ordinal FROM calls)
"""
MANY_FAILED = 0.5
"""From this share of a model's replies on the verdict says that they failed."""
MOST_KINDS = 3
"""So many kinds of instances are named on which the winner is worse."""
ORDINALS = {1: "first", 2: "second", 3: "third"}
MOST_INSTANCES = 100_000
"""More test instances are not proposed: a difference that takes so many is none."""


class Finding(StrEnum):
    """How the candidate that validation picked stands to the best baseline on test."""

    BETTER = "better"
    WORSE = "worse"
    ALIKE = "equal on every instance"
    OPEN = "not certain"
    TOO_FEW = "too few instances to tell"
    NOT_YET = "not known yet"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A finding with its figures: mean gaps on test, of the level of the objective that decides, as fractions.

    `answer` says what was found and how it compares, `cost` what it took, `advice` what to do next; `sentences` are all
    of them. `rival` is the baseline that is the best on validation, as `best` is among the candidates: no figure on
    test chose either. Where `best` beats it certainly, but not another one, that other is the rival. `difference` is
    found less rival, below zero where the found one is better, paired over the `instances`, with its 95 % interval.
    `level` is the first level of the objective on which the two differ, from 1 on, and `counts` what it counts; empty
    where the objective has one level. Before a run has ended all of it is None but `best`, the best on train.
    """

    finding: Finding
    answer: tuple[str, ...]
    cost: str
    advice: str = ""
    best: int | None = None
    gap: float | None = None
    rival: str | None = None
    rival_gap: float | None = None
    difference: Interval | None = None
    wins: int = 0
    losses: int = 0
    instances: int = 0
    level: int = 1
    counts: str = ""

    def __str__(self) -> str:
        return " ".join(self.sentences)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Return all that is said, in whole sentences: the answer, what it took, what to do next."""
        return tuple(one for one in (*self.answer, self.cost, self.advice) if one)

    @property
    def is_certain(self) -> bool:
        """Whether it is told which of the two is better."""
        return self.finding in (Finding.BETTER, Finding.WORSE)

    def to_json(self) -> dict[str, object]:
        """Return the verdict as JSON has it."""
        return {
            "finding": self.finding.value,
            "text": str(self),
            "answer": list(self.answer),
            "cost": self.cost,
            "advice": self.advice,
            "best": self.best,
            "gap": self.gap,
            "rival": self.rival,
            "rival_gap": self.rival_gap,
            "difference": None if self.difference is None else self.difference.to_json(),
            "wins": self.wins,
            "losses": self.losses,
            "instances": self.instances,
            "level": self.level,
            "counts": self.counts,
        }


@dataclass(frozen=True, slots=True)
class _Rival:
    """A baseline: its gaps on test, shape (levels, instances), and its mean gaps on validation, level by level."""

    name: str
    each: NDArray[np.float64]
    validated: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Found less rival on the first level of the objective on which the two differ, from 1 on; 1 where none does."""

    rival: _Rival
    level: int
    pair: PairedDifference

    @property
    def finding(self) -> Finding:
        if not self.pair.wins + self.pair.losses:
            return Finding.ALIKE
        match self.pair.difference.certainty:
            case Certainty.CERTAIN:
                return Finding.BETTER if self.pair.difference.below_zero else Finding.WORSE
            case Certainty.OPEN:
                return Finding.OPEN
            case Certainty.TOO_FEW:
                return Finding.TOO_FEW


def verdict(store: RunStore) -> Verdict:
    """Return the verdict on a run, also while it goes on.

    Raises:
        StoreError: the record cannot be read.
    """
    run, found = header(store), best_gaps(store).get(Split.TEST)
    asked, failed = _asked(store)
    failures = _failures(asked, failed)
    cost = _cost(spent_so_far(store), asked)
    if run.best is None or found is None:
        return _not_yet(store, run.status, failures, cost)
    looks = tuple(f"{one[0].upper()}{one[1:]}." for one in looks_at_test(store, run.best).sentences)
    ended = run_result(store)
    each, rivals = _all_levels(found.each, ended.found_lower_gaps.get(Split.TEST, ())), _rivals(store, found, ended)
    if not rivals:
        begin = f"Candidate {run.best} has a mean gap of {percent(found.mean)} on {found.each.size} test instances"
        answer = (f"{begin}; no baseline has a score there to compare with.", *looks, *failures)
        return Verdict(Finding.NOT_YET, answer, cost, "", run.best, found.mean, instances=found.each.size)
    compared = _judged(each, rivals)
    rival, level, pair, finding = compared.rival, compared.level, compared.pair, compared.finding
    own, other = (tuple(gaps.mean(axis=1).tolist()) for gaps in (each, rival.each))
    solved = bool(rivals[0].validated) and not any(rivals[0].validated)
    tries = 1 if rival is rivals[0] else len(rivals)
    answer = (
        *_unimproved(store, run.best),
        f"Candidate {run.best} has a mean gap of {by_level(own[:level])} on {found.each.size} test instances that the "
        f"search never used; the {_rank(rival, rivals)}, {rival.name}, has {by_level(other[:level])}.",
        *_deciding(compared, ended.levels),
        _comparison(finding, pair),
        *_better_on_test(own, rival, rivals),
        *_worse_on(instance_families(store, Split.TEST), _differences(each, compared), tries),
        *looks,
        *failures,
    )
    counts = ended.levels[level - 1] if level <= len(ended.levels) else ""
    figures = (run.best, own[level - 1], rival.name, other[level - 1], pair.difference, pair.wins, pair.losses)
    advice = _advice(store.path.parent, finding, pair, found.each.size, asked, solved)
    return Verdict(finding, answer, cost, advice, *figures, found.each.size, level, counts)


def _judged(found: NDArray[np.float64], rivals: Sequence[_Rival]) -> _Comparison:
    """Compare with the first rival; better is only what is certainly better than every one.

    Each of these tests may be wrong in one of 20 cases, and all of them have to be passed: so the whole is wrong in no
    more (Berger 1982, intersection-union).
    """
    compared = [_compared(found, rival) for rival in rivals]
    if compared[0].finding is not Finding.BETTER:
        return compared[0]
    hardest = max(compared, key=lambda one: (one.finding is not Finding.BETTER, one.pair.difference.high))
    if hardest.finding is Finding.BETTER:
        return compared[0]
    if hardest.finding is Finding.ALIKE:
        return hardest
    # Of several the hardest was taken, so that its interval has to hold for all of them.
    wide = mean_interval(_differences(found, hardest), len(rivals))
    return replace(hardest, pair=replace(hardest.pair, difference=wide))


def _compared(found: NDArray[np.float64], rival: _Rival) -> _Comparison:
    """Compare gaps, shape (levels, instances), on the first level that differs on an instance."""
    pairs = [paired_difference(own, other) for own, other in zip(found, rival.each, strict=False)]
    level = next((place for place, pair in enumerate(pairs) if pair.wins + pair.losses), 0)
    return _Comparison(rival, level + 1, pairs[level])


def _differences(found: NDArray[np.float64], compared: _Comparison) -> NDArray[np.float64]:
    """Return found less rival on the level that decides, by instance."""
    place = compared.level - 1
    return without_rounding(found[place] - compared.rival.each[place])


def _all_levels(first: Sequence[float] | NDArray[np.float64], lower: LevelGaps) -> NDArray[np.float64]:
    """Return the gaps of all levels, shape (levels, instances); records of earlier versions have the first alone."""
    return np.array([first, *(level for level in lower if len(level) == len(first))], dtype=np.float64)


def _rivals(store: RunStore, found: SplitGaps, ended: RunResult) -> tuple[_Rival, ...]:
    """Return the baselines with a score on every test instance, the best baseline first."""
    gaps = baseline_gaps(store, Split.TEST)
    lower = {name: by_split.get(Split.TEST, ()) for name, by_split in ended.lower_gaps.items()}
    return tuple(
        _Rival(name, _all_levels(gaps[name], lower.get(name, ())), means.get(Split.VALIDATION, ()))
        for name, means in ranked_baselines(store).items()
        if len(gaps.get(name, ())) == found.each.size
    )


def _rank(rival: _Rival, rivals: Sequence[_Rival]) -> str:
    return "best baseline" if rival is rivals[0] else "closest baseline"


def _deciding(compared: _Comparison, levels: Sequence[str]) -> tuple[str, ...]:
    """Say on which level of the objective the two are compared; nothing where it has one, or they are equal on all."""
    if len(compared.rival.validated) > len(compared.rival.each):
        return ("Only the first level of the objective is compared: the record is older than those of the others.",)
    if len(levels) < 2 or compared.finding is Finding.ALIKE:
        return ()
    *above, decides = levels[: compared.level]
    place = ORDINALS.get(compared.level, f"{compared.level}th")
    if not above:
        return (f"The {place} level of the objective, {decides}, decides.",)
    equal = f"The two are equal on every instance in {' and in '.join(above)}"
    return (f"{equal}; the {place} level of the objective, {decides}, decides.",)


def _comparison(finding: Finding, pair: PairedDifference) -> str:
    counts = f"smaller on {pair.wins}, larger on {pair.losses} and equal on {pair.ties} instances"
    by = f"{_points(abs(pair.difference.estimate))} points"
    match finding:
        case Finding.ALIKE:
            return "The two are equal on every instance: nothing better than the baselines was found."
        case Finding.BETTER | Finding.WORSE:
            ends = sorted((abs(pair.difference.low), abs(pair.difference.high)))
            interval = f"95 % interval {_points(ends[0])} to {_points(ends[1])}"
            return f"It is certainly {finding}, by {by} ({interval}): its gap is {counts}."
        case _:
            side = "smaller" if pair.difference.estimate < 0 else "larger"
            mean = "as large in the mean" if abs(pair.difference.estimate) < EQUAL else f"{by} {side}"
            interval = _open_interval(pair.difference) if pair.difference.known else ""
            return f"Which of the two is better is not told ({finding}): the found gap is {mean}{interval}, {counts}."


def _open_interval(difference: Interval) -> str:
    """Say where an interval ends: by how much the found gap may be smaller, or larger."""
    low, high = (
        f"{_points(abs(end))} {'smaller' if end < 0 else 'larger'}" for end in (difference.low, difference.high)
    )
    return f" (95 % interval: {low} to {high})"


def _points(value: float) -> str:
    return f"{100 * value:.3f}"


def _unimproved(store: RunStore, best: int) -> tuple[str, ...]:
    """Say so where the winner is a seed, with which the search began."""
    rows = select(store, SEED_NAME, ordinal=best)
    if not rows:
        return ()
    name = str(rows[0][0]).removeprefix("seed ")
    return (f"No candidate beat {name} on validation by half a per cent of its gap or more: the winner is a seed.",)


def _better_on_test(found: tuple[float, ...], rival: _Rival, rivals: Sequence[_Rival]) -> tuple[str, ...]:
    """Name the baseline with the smallest gap on test where it is ahead of the found one and is not the rival."""
    means = {one.name: tuple(one.each.mean(axis=1).tolist()) for one in rivals}
    least = min(means, key=lambda name: means[name])
    level = next((at for at, (own, other) in enumerate(zip(found, means[least], strict=False), 1) if own > other), 0)
    if least == rival.name or means[least] >= found or not level:
        return ()
    return (f"{least}, which validation did not put first, has less there: {by_level(means[least][:level])}.",)


def _worse_on(families: Sequence[str], differences: NDArray[np.float64], tries: int) -> tuple[str, ...]:
    """Name the kinds of instances on which the found one is certainly worse.

    A kind is a word of the families' names, such as `tf=0.6`, that not all share. The intervals hold for all kinds at
    once, and for all of so many `tries` of rivals where the rival was picked on these very instances.
    """
    words = dict.fromkeys(word for family in families for word in family.split())
    of_word = {word: np.array([word in family.split() for family in families]) for word in words}
    kinds = {word: differences[chosen] for word, chosen in of_word.items() if FEWEST <= chosen.sum() < len(families)}
    intervals = {word: mean_interval(each, tries * len(kinds)) for word, each in kinds.items()}
    worse = sorted((word for word in kinds if intervals[word].above_zero), key=lambda word: -intervals[word].estimate)
    if not worse:
        return ()
    named = ", ".join(f"{word} (by {_points(intervals[word].estimate)} points)" for word in worse[:MOST_KINDS])
    more = f" and {len(worse) - MOST_KINDS} more kinds" if len(worse) > MOST_KINDS else ""
    return (f"But it is certainly worse on instances of {named}{more}: the report has all.",)


def _asked(store: RunStore) -> tuple[int, int]:
    """Return how many candidates a model was asked for, and how many of these have no score."""
    ((asked, failed),) = select(store, ASKED)
    return int(asked or 0), int(failed or 0)


def _failures(asked: int, failed: int) -> tuple[str, ...]:
    if not asked or failed < MANY_FAILED * asked:
        return ()
    return (f"{failed:,} of {asked:,} replies failed: `evo lineage failures` says why.",)


def _cost(spent: Spent, asked: int) -> str:
    took = f"It took {spent.candidates:,} candidate{'s'[: spent.candidates != 1]} and {spent.seconds:,.0f} s"
    if not spent.calls:
        return f"{took}; no model was asked."
    price = "at an unknown price" if spent.dollars is None else f"${spent.dollars:,.4f}"
    return f"{took}, {asked:,} of them a model's replies: {spent.tokens:,} tokens, {price}."


def _advice(folder: Path, finding: Finding, pair: PairedDifference, instances: int, asked: int, solved: bool) -> str:
    """Say what to do next; `solved` says that the best baseline leaves no gap on validation, where none can beat it."""
    if solved and finding is not Finding.BETTER:
        return (
            "No rule can beat the best baseline on validation, where it has no gap: more or larger instances may tell."
        )
    more = "a longer search (`evo resume budget.candidates=…`)" if asked else "a longer search, or a model (`llm=…`),"
    match finding:
        case Finding.BETTER:
            return "Next: `evo explain` says which parts it needs, `evo export` writes it as a file."
        case Finding.OPEN if (needed := _instances_that_tell(pair.difference, instances)) is not None:
            return (
                f"If the difference is as it looks, about {needed:,} instances would tell: `evo explain "
                f"{shlex.quote(str(folder))} --fresh {needed}` compares on new ones, where they can be drawn."
            )
        case Finding.TOO_FEW:
            return (
                f"More instances would tell: `evo explain {shlex.quote(str(folder))}` compares on new ones, where they "
                "can be drawn; a run with a larger `problem.test` has more."
            )
        case _:
            return f"Next: {more} may find more."


def _instances_that_tell(difference: Interval, instances: int) -> int | None:
    """Return how many instances would put zero outside of an interval as wide as this, in two significant digits."""
    if not difference.estimate:
        return None
    half = (difference.high - difference.low) / 2
    needed = instances * (half / abs(difference.estimate)) ** 2
    digits = math.floor(math.log10(max(needed, 1)))
    rounded = int(math.ceil(needed / 10 ** max(digits - 1, 0)) * 10 ** max(digits - 1, 0))
    return rounded if instances < rounded <= MOST_INSTANCES else None


def _not_yet(store: RunStore, status: RunStatus, failures: tuple[str, ...], cost: str) -> Verdict:
    best = best_so_far(store)
    if best is None:
        return Verdict(Finding.NOT_YET, ("No candidate has a score yet.", *failures), cost)
    ended = "goes on" if status is RunStatus.RUNNING else f"is {status}"
    advice = "" if status is RunStatus.RUNNING else "Next: `evo resume` goes on with it."
    sentence = f"The run {ended}, and test is scored at its end; the best on train so far is candidate {best}."
    return Verdict(Finding.NOT_YET, (sentence, *failures), cost, advice, best)
