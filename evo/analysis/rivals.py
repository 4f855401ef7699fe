"""A candidate against its parents and against the baselines, on the same instances."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evaluators.statistics import PairedDifference, paired_difference
from evo.analysis.gap_levels import gaps_of
from evo.analysis.instances import baseline_gaps, candidate_gaps
from evo.analysis.run_result import run_result
from evo.analysis.select import named_rows, select
from evo.core.baselines import best_first
from evo.store import RunStore
from problems import Split

FIRST_TOLD = (Split.TEST, Split.VALIDATION, Split.TRAIN)
"""The splits, the one that says most first."""
PARENTS = "SELECT parent FROM parents WHERE child = :ordinal GROUP BY parent ORDER BY min(position)"
MORE_LEVELS = "SELECT json_array_length(lower_fitness) > 0 FROM evaluations LIMIT 1"
SEED_MEANS = """
SELECT c.model, e.split, e.fitness, e.lower_fitness FROM candidates c
JOIN evaluations e ON e.candidate = coalesce(c.repeat_of, c.ordinal) WHERE c.operator = 'seed' ORDER BY c.ordinal
"""


@dataclass(frozen=True, slots=True)
class Rivalry:
    """A candidate against a `rival`, a baseline or a parent, on one split: `pair` is the candidate less the rival.

    `gap` and `rival_gap` are their mean gaps on the `instances` that both were scored on, of the first level of the
    objective: `more_levels` says whether others stand below. `parent` is the rival's ordinal where it is one.
    """

    rival: str
    split: Split
    gap: float
    rival_gap: float
    pair: PairedDifference
    instances: int
    parent: int | None = None
    more_levels: bool = False


@dataclass(frozen=True, slots=True)
class Baseline:
    """A baseline on one split: its name, its mean gap and its gap on each instance."""

    name: str
    gap: float
    each: tuple[float, ...]


def ranked_baselines(store: RunStore) -> Mapping[str, Mapping[Split, tuple[float, ...]]]:
    """Return the mean gaps of the baselines by split, one a level of the objective; the best baseline first.

    Until a run has ended these are the seeds alone.
    """
    means: dict[str, dict[Split, tuple[float, ...]]] = {}
    for model, split, *levels in select(store, SEED_MEANS):
        means.setdefault(str(model).removeprefix("seed "), {})[Split(str(split))] = gaps_of(*levels)
    ended = run_result(store)
    for name, by_split in ended.gaps.items():
        first = {split: (float(np.mean(gaps)),) for split, gaps in by_split.items() if gaps}
        means[name] = {**means.get(name, {}), **first, **ended.means.get(name, {})}
    return {name: means[name] for name in best_first(means)}


def best_baseline(store: RunStore, split: Split) -> Baseline | None:
    """Return the score of the best baseline on a split; None where there is no baseline, or it has no score there.

    Which one is the best does not depend on the split: see `evo.core.baselines`.
    """
    name = next(iter(ranked_baselines(store)), None)
    gaps = () if name is None else baseline_gaps(store, split).get(name, ())
    return Baseline(name, float(np.mean(gaps)), gaps) if name is not None and gaps else None


def against_baselines(store: RunStore, ordinal: int) -> tuple[Rivalry, ...]:
    """Return a candidate against every baseline, split by split, the best baseline first."""
    ranked, more = list(ranked_baselines(store)), _more_levels(store)
    return tuple(
        rivalry
        for split, own in _own(store, ordinal)
        for rivalry in sorted(
            (
                _rivalry(name, split, own, gaps, more_levels=more)
                for name, gaps in _same(baseline_gaps(store, split), own)
            ),
            key=lambda one: ranked.index(one.rival),
        )
    )


def against_parents(store: RunStore, ordinal: int) -> tuple[Rivalry, ...]:
    """Return a candidate against each of its parents, split by split, in the parents' order."""
    parents, more = [int(row.parent) for row in named_rows(store, PARENTS, ordinal=ordinal)], _more_levels(store)
    return tuple(
        _rivalry(f"#{parent}", split, own, gaps, parent, more)
        for split, own in _own(store, ordinal)
        for parent in parents
        if len(gaps := candidate_gaps(store, parent, split)) == len(own)
    )


def against_parent(store: RunStore, ordinal: int, parent: int, split: Split) -> Rivalry | None:
    """Return a candidate against one of its parents, None where one of the two has no score on the split."""
    own, gaps = candidate_gaps(store, ordinal, split), candidate_gaps(store, parent, split)
    if not own or len(gaps) != len(own):
        return None
    return _rivalry(f"#{parent}", split, own, gaps, parent, _more_levels(store))


def is_finished(store: RunStore) -> bool:
    """Return whether a run has scored the baselines, which it does at its end."""
    return bool(run_result(store).gaps)


def _more_levels(store: RunStore) -> bool:
    return any(row[0] for row in select(store, MORE_LEVELS))


def _own(store: RunStore, ordinal: int) -> Iterator[tuple[Split, tuple[float, ...]]]:
    for split in FIRST_TOLD:
        own = candidate_gaps(store, ordinal, split)
        if own:
            yield split, own


def _same(others: Mapping[str, tuple[float, ...]], own: Sequence[float]) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Yield those that were scored on as many instances."""
    yield from ((name, gaps) for name, gaps in others.items() if len(gaps) == len(own))


def _rivalry(
    rival: str,
    split: Split,
    own: Sequence[float],
    gaps: Sequence[float],
    parent: int | None = None,
    more_levels: bool = False,
) -> Rivalry:
    ours, theirs = np.array(own), np.array(gaps)
    pair = paired_difference(ours, theirs)
    return Rivalry(rival, split, float(ours.mean()), float(theirs.mean()), pair, len(own), parent, more_levels)
