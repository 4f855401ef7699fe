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
from evo.analysis.select import select
from evo.core.format import percent
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
    """A finding with its figures: mean gaps on test, of the first level of the objective, as fractions.

    `answer` says what was found and how it compares, `cost` what it took, `advice` what to do next; `sentences` are all
    of them. `rival` is the baseline that is the best on validation, as `best` is among the candidates: no figure on
    test chose either. Where `best` beats it certainly, but not another one, that other is the rival. `difference` is
    found less rival, below zero where the found one is better, paired over the `instances`, with its 95 % interval.
    Before a run has ended all of it is None but `best`, the best on train.
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
        }


@dataclass(frozen=True, slots=True)
class _Rival:
    """A baseline: its gaps on test, its mean there, and the mean gaps of all levels on validation."""

    name: str
    each: NDArray[np.float64]
    validated: tuple[float, ...]

    @property
    def mean(self) -> float:
        return float(self.each.mean())


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
    begin = f"Candidate {run.best} has a mean gap of {percent(found.mean)} on {found.each.size} test instances"
    rivals = _rivals(store, found)
    if not rivals:
        answer = (f"{begin}; no baseline has a score there to compare with.", *looks, *failures)
        return Verdict(Finding.NOT_YET, answer, cost, "", run.best, found.mean, instances=found.each.size)
    rival, finding, pair = _judged(found.each, rivals)
    solved = bool(rivals[0].validated) and not any(rivals[0].validated)
    answer = (
        *_unimproved(store, run.best),
        f"{begin} that the search never used; the {_rank(rival, rivals)}, {rival.name}, has {percent(rival.mean)}.",
        _comparison(finding, pair),
        *_better_on_test(found.mean, rival, rivals),
        *_worse_on(instance_families(store, Split.TEST), without_rounding(found.each - rival.each)),
        *looks,
        *failures,
    )
    figures = (run.best, found.mean, rival.name, rival.mean, pair.difference, pair.wins, pair.losses, found.each.size)
    advice = _advice(store.path.parent, finding, pair, found.each.size, asked, solved)
    return Verdict(finding, answer, cost, advice, *figures)


def _judged(found: NDArray[np.float64], rivals: Sequence[_Rival]) -> tuple[_Rival, Finding, PairedDifference]:
    """Compare with the first rival; better is only what is certainly better than every one.

    Each of these tests may be wrong in one of 20 cases, and all of them have to be passed: so the whole is wrong in no
    more (Berger 1982, intersection-union).
    """
    pairs = [paired_difference(found, rival.each) for rival in rivals]
    first = _finding(pairs[0])
    if first is Finding.BETTER:
        hardest = max(range(len(pairs)), key=lambda place: pairs[place].difference.high)
        match _finding(pairs[hardest]):
            case Finding.BETTER:
                pass
            case Finding.ALIKE:
                return rivals[hardest], Finding.ALIKE, pairs[hardest]
            case _:  # of several the hardest was taken, so that its interval has to hold for all of them
                wide = mean_interval(found - rivals[hardest].each, len(rivals))
                finding = Finding.WORSE if wide.above_zero else Finding.OPEN
                return rivals[hardest], finding, replace(pairs[hardest], difference=wide)
    return rivals[0], first, pairs[0]


def _rivals(store: RunStore, found: SplitGaps) -> tuple[_Rival, ...]:
    """Return the baselines with a score on every test instance, the best baseline first."""
    gaps = baseline_gaps(store, Split.TEST)
    return tuple(
        _Rival(name, np.array(gaps[name]), means.get(Split.VALIDATION, ()))
        for name, means in ranked_baselines(store).items()
        if len(gaps.get(name, ())) == found.each.size
    )


def _finding(pair: PairedDifference) -> Finding:
    if not pair.wins + pair.losses:
        return Finding.ALIKE
    match pair.difference.certainty:
        case Certainty.CERTAIN:
            return Finding.BETTER if pair.difference.below_zero else Finding.WORSE
        case Certainty.OPEN:
            return Finding.OPEN
        case Certainty.TOO_FEW:
            return Finding.TOO_FEW


def _rank(rival: _Rival, rivals: Sequence[_Rival]) -> str:
    return "best baseline" if rival is rivals[0] else "closest baseline"


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
            interval = _open_interval(pair.difference) if pair.difference.known else ""
            return (
                f"Which of the two is better is not told ({finding}): the found gap is {by} {side}{interval}, {counts}."
            )


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


def _better_on_test(found: float, rival: _Rival, rivals: Sequence[_Rival]) -> tuple[str, ...]:
    """Name the baseline with the smallest gap on test where it is ahead of the found one and is not the rival."""
    least = min(rivals, key=lambda one: one.mean)
    if least is rival or least.mean >= found:
        return ()
    return (f"{least.name}, which validation did not put first, has less there: {percent(least.mean)}.",)


def _worse_on(families: Sequence[str], differences: NDArray[np.float64]) -> tuple[str, ...]:
    """Name the kinds of instances on which the found one is certainly worse, by intervals that hold for all kinds.

    A kind is a word of the families' names, such as `tf=0.6`, that not all share.
    """
    words = dict.fromkeys(word for family in families for word in family.split())
    of_word = {word: np.array([word in family.split() for family in families]) for word in words}
    kinds = {word: differences[chosen] for word, chosen in of_word.items() if FEWEST <= chosen.sum() < len(families)}
    intervals = {word: mean_interval(each, len(kinds)) for word, each in kinds.items()}
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
