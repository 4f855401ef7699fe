"""What a run's end recorded of the baselines: how good each is on each split, and its gap on each instance."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from evo.analysis.candidates import header
from evo.store import RunStore, StoreError
from problems import Split


@dataclass(frozen=True, slots=True)
class RunResult:
    """By the names of the baselines and by split: mean gaps, one a level of the objective, and gaps by instance.

    Both are empty before the run has ended; of runs of an earlier version `gaps` may be.
    """

    means: Mapping[str, Mapping[Split, tuple[float, ...]]] = field(default_factory=dict)
    gaps: Mapping[str, Mapping[Split, tuple[float, ...]]] = field(default_factory=dict)


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
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise StoreError(f"{store.path}: what the run's end recorded is damaged.") from error
    return RunResult(means, gaps)
