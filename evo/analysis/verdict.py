"""What a run found, and whether it is better than the best baseline: one verdict, from the record alone."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from evaluators.statistics import Certainty, Interval, PairedDifference, paired_difference
from evo.analysis.candidates import header
from evo.analysis.instances import SplitGaps, baseline_gaps, best_gaps
from evo.analysis.looks import looks_at_test
from evo.analysis.overview import best_so_far
from evo.core.format import percent, points
from evo.store import RunStatus, RunStore
from problems import Split


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

    `difference` is found less rival, below zero where the found one is better, paired over the `instances`; its 95 %
    interval does not know that the rival was chosen as the best of several, which is to the rival's favour. `rival` is
    the baseline with the smallest gap on test. Before a run has ended all of it is None but `best`, the fittest on
    train.
    """

    finding: Finding
    sentences: tuple[str, ...]
    best: int | None = None
    gap: float | None = None
    rival: str | None = None
    rival_gap: float | None = None
    difference: Interval | None = None
    instances: int = 0

    def __str__(self) -> str:
        return " ".join(self.sentences)

    @property
    def is_certain(self) -> bool:
        """Whether it is told which of the two is better."""
        return self.finding in (Finding.BETTER, Finding.WORSE)


def verdict(store: RunStore) -> Verdict:
    """Return the verdict on a run, also while it goes on.

    Raises:
        StoreError: the record cannot be read.
    """
    run, found = header(store), best_gaps(store).get(Split.TEST)
    if run.best is None or found is None:
        return _not_yet(store, run.status)
    rivals = _rivals(run.result, baseline_gaps(store, Split.TEST), found)
    begin = f"Candidate {run.best} has a mean gap of {percent(found.mean)} on {found.each.size} test instances"
    looks = tuple(f"{one[0].upper()}{one[1:]}." for one in looks_at_test(store, run.best).sentences)
    if not rivals:
        sentences = (f"{begin}; no baseline has a score there to compare with.", *looks)
        return Verdict(Finding.NOT_YET, sentences, run.best, found.mean, instances=found.each.size)
    name = min(rivals, key=lambda each: rivals[each].order)
    rival = rivals[name]
    pair = paired_difference(found.each, np.array(rival.each))
    finding = _finding(pair)
    sentences = (f"{begin}; the best baseline, {name}, has {percent(rival.mean)}.", _sentence(finding, pair), *looks)
    figures = (run.best, found.mean, name, rival.mean, pair.difference, found.each.size)
    return Verdict(finding, sentences, *figures)


@dataclass(frozen=True, slots=True)
class _Rival:
    """A baseline on test: its mean gap, its gaps by instance, what orders it among the others."""

    mean: float
    each: tuple[float, ...]
    order: tuple[float, ...]


def _rivals(result: str | None, each: Mapping[str, tuple[float, ...]], found: SplitGaps) -> dict[str, _Rival]:
    """Return the baselines with a score on every test instance; their levels below the first break ties."""
    rows = {line["name"]: line["gaps"].get(Split.TEST, {}) for line in json.loads(result or "{}").get("rows", ())}
    rivals = {}
    for name, gaps in each.items():
        if len(gaps) == found.each.size:
            mean = float(np.mean(gaps))
            rivals[name] = _Rival(mean, gaps, (mean, *rows.get(name, {}).get("lower", ())))
    return rivals


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


def _sentence(finding: Finding, pair: PairedDifference) -> str:
    difference = pair.difference
    figures = f"a difference of {points(difference.estimate)} points"
    if difference.known:
        figures += f", 95 % interval {points(difference.low)} to {points(difference.high)}"
    counts = f"smaller on {pair.wins}, larger on {pair.losses} and equal on {pair.ties} instances"
    match finding:
        case Finding.ALIKE:
            return "The two are equal on every instance: nothing better than the baselines was found."
        case Finding.BETTER | Finding.WORSE:
            return f"It is certainly {finding}: {figures}; its gap is {counts}."
        case _:
            return f"Which of the two is better is not told ({finding}): {figures}; its gap is {counts}."


def _not_yet(store: RunStore, status: RunStatus) -> Verdict:
    best = best_so_far(store)
    if best is None:
        return Verdict(Finding.NOT_YET, ("No candidate has a score yet.",))
    ended = "goes on" if status is RunStatus.RUNNING else f"is {status}"
    sentence = f"The run {ended}, and test is scored at its end; the fittest on train so far is candidate {best}."
    return Verdict(Finding.NOT_YET, (sentence,), best)
