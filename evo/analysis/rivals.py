"""A candidate against its parents and against the baselines, on the same instances."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evaluators.statistics import PairedDifference, paired_difference
from evo.analysis.instances import baseline_gaps, candidate_gaps
from evo.analysis.run_result import run_result
from evo.analysis.select import named_rows
from evo.store import RunStore
from problems import Split

FIRST_TOLD = (Split.TEST, Split.VALIDATION, Split.TRAIN)
"""The splits, the one that says most first."""
PARENTS = "SELECT parent FROM parents WHERE child = :ordinal GROUP BY parent ORDER BY min(position)"


@dataclass(frozen=True, slots=True)
class Rivalry:
    """A candidate against a `rival`, a baseline or a parent, on one split: `pair` is the candidate less the rival.

    `gap` and `rival_gap` are their mean gaps on the `instances` that both were scored on; `parent` is the rival's
    ordinal where it is one.
    """

    rival: str
    split: Split
    gap: float
    rival_gap: float
    pair: PairedDifference
    instances: int
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class Baseline:
    """A baseline on one split: its name, its mean gap and its gap on each instance."""

    name: str
    gap: float
    each: tuple[float, ...]


def best_baseline(store: RunStore, split: Split) -> Baseline | None:
    """Return the baseline of the smallest mean gap on a split, None where none has a score there.

    Until a run has ended these are the seeds alone.
    """
    means = {name: float(np.mean(gaps)) for name, gaps in baseline_gaps(store, split).items() if gaps}
    name = min(means, key=lambda each: means[each], default=None)
    return None if name is None else Baseline(name, means[name], baseline_gaps(store, split)[name])


def against_baselines(store: RunStore, ordinal: int) -> tuple[Rivalry, ...]:
    """Return a candidate against every baseline, split by split, the baseline of the smallest gap first."""
    return tuple(
        rivalry
        for split, own in _own(store, ordinal)
        for rivalry in sorted(
            (_rivalry(name, split, own, gaps) for name, gaps in _same(baseline_gaps(store, split), own)),
            key=lambda one: one.rival_gap,
        )
    )


def against_parents(store: RunStore, ordinal: int) -> tuple[Rivalry, ...]:
    """Return a candidate against each of its parents, split by split, in the parents' order."""
    parents = [int(row.parent) for row in named_rows(store, PARENTS, ordinal=ordinal)]
    return tuple(
        _rivalry(f"#{parent}", split, own, gaps, parent)
        for split, own in _own(store, ordinal)
        for parent in parents
        if len(gaps := candidate_gaps(store, parent, split)) == len(own)
    )


def against_parent(store: RunStore, ordinal: int, parent: int, split: Split) -> Rivalry | None:
    """Return a candidate against one of its parents, None where one of the two has no score on the split."""
    own, gaps = candidate_gaps(store, ordinal, split), candidate_gaps(store, parent, split)
    return _rivalry(f"#{parent}", split, own, gaps, parent) if own and len(gaps) == len(own) else None


def is_finished(store: RunStore) -> bool:
    """Return whether a run has scored the baselines, which it does at its end."""
    return bool(run_result(store).gaps)


def _own(store: RunStore, ordinal: int) -> Iterator[tuple[Split, tuple[float, ...]]]:
    for split in FIRST_TOLD:
        own = candidate_gaps(store, ordinal, split)
        if own:
            yield split, own


def _same(others: Mapping[str, tuple[float, ...]], own: Sequence[float]) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Yield those that were scored on as many instances."""
    yield from ((name, gaps) for name, gaps in others.items() if len(gaps) == len(own))


def _rivalry(
    rival: str, split: Split, own: Sequence[float], gaps: Sequence[float], parent: int | None = None
) -> Rivalry:
    ours, theirs = np.array(own), np.array(gaps)
    pair = paired_difference(ours, theirs)
    return Rivalry(rival, split, float(ours.mean()), float(theirs.mean()), pair, len(own), parent)
