"""What a run's end recorded of the baselines: how good each is on each split, and its gap on each instance."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from evo.analysis.candidates import header
from evo.store import RunStore, StoreError
from problems import Split

LevelGaps = tuple[tuple[float, ...], ...]
"""The gaps of the levels below the first, one level after the other, each by instance."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """By the names of the baselines and by split: mean gaps, one a level of the objective, and gaps by instance.

    `lower_gaps` are those by instance of the levels below the first, `found_lower_gaps` those of the candidate that
    validation picked, by split; `levels` says what each level counts. All are empty before the run has ended, and for
    an objective of one level the last three are; of runs of an earlier version all but `means` may be.
    """

    means: Mapping[str, Mapping[Split, tuple[float, ...]]] = field(default_factory=dict)
    gaps: Mapping[str, Mapping[Split, tuple[float, ...]]] = field(default_factory=dict)
    lower_gaps: Mapping[str, Mapping[Split, LevelGaps]] = field(default_factory=dict)
    found_lower_gaps: Mapping[Split, LevelGaps] = field(default_factory=dict)
    levels: tuple[str, ...] = ()


def run_result(store: RunStore) -> RunResult:
    """Read what a run's end recorded of the baselines.

    Raises:
        StoreError: the record is damaged.
    """
    kept = header(store).result
    if kept is None:
        return RunResult()
    try:
        result = json.loads(kept)
        means = {
            str(row["name"]): {
                Split(split): (float(gap["scaled"]), *map(float, gap.get("lower", ())))
                for split, gap in row["gaps"].items()
            }
            for row in result.get("rows", ())
        }
        gaps = {
            str(name): {Split(split): tuple(map(float, each)) for split, each in by_split.items()}
            for name, by_split in result.get("gaps", {}).items()
        }
        lower = {str(name): _level_gaps(by_split) for name, by_split in result.get("lower_gaps", {}).items()}
        found_lower = _level_gaps(result.get("found_lower_gaps", {}))
        levels = tuple(map(str, result.get("levels", ())))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise StoreError(f"{store.path}: what the run's end recorded is damaged.") from error
    return RunResult(means, gaps, lower, found_lower, levels)


def _level_gaps(by_split: Mapping[str, Sequence[Sequence[float]]]) -> dict[Split, LevelGaps]:
    return {Split(split): tuple(tuple(map(float, level)) for level in levels) for split, levels in by_split.items()}
