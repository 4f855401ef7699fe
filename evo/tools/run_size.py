"""How large a run is before it starts: its limits, its instances, and how long their references will take."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path
from time import monotonic

from rich.console import Console

from evaluators import few_references, kept_references, timed_reference
from evo.config.settings import Settings
from evo.runs.build import REFERENCES, drawn_instances
from evo.runs.waiting import announced
from evo.search.budget import Budget
from problems import Instance, Problem, Split

SAMPLE = 5
SAMPLE_SECONDS = 10.0
"""So many references are computed to say how long all take; none is begun so long after the first, which compiles."""


@dataclass(frozen=True, slots=True)
class RunSize:
    """The limits of a run, the number of instances by split, how many different ones have no reference yet.

    `seconds` is what those will take on all cores, wall time, as computing `measured` of them tells.
    """

    budget: Budget
    instances: Mapping[Split, int]
    missing: int
    measured: int
    seconds: float


def run_size(settings: Settings, runs: Path, console: Console) -> RunSize:
    """Return the size of a run in a folder of runs; a few references are computed, nothing is written.

    Raises:
        UserError: a split has no instances.
        sqlite3.Error: the file of references cannot be read.
    """
    problem = settings.problem
    with announced(console, lambda: f"making the instances of {problem.name}"):
        sets = {split: drawn_instances(problem, split) for split in Split}
    missing = _missing(problem, [instance for one in sets.values() for instance in one], runs / REFERENCES)
    count = min(SAMPLE, len(missing))
    chosen = [missing[(2 * place + 1) * len(missing) // (2 * count)] for place in range(count)]
    took: list[float] = []
    until = inf

    def doing() -> str:
        return f"measuring {count} references: {len(took) or 'compiling their code'}"

    with announced(console, doing):
        for instance in chosen:
            if monotonic() < until:
                took.append(timed_reference(problem, instance).seconds)
                until = min(until, monotonic() + SAMPLE_SECONDS)
    cores = 1 if few_references(len(missing)) else os.cpu_count() or 1
    seconds = len(missing) * sum(took) / max(len(took), 1) / cores
    return RunSize(settings.budget, {split: len(one) for split, one in sets.items()}, len(missing), len(took), seconds)


def _missing(problem: Problem, instances: list[Instance], file: Path) -> list[Instance]:
    """Return the different instances that have no reference in a file, which need not be there."""
    kept = kept_references(problem, instances, file) if file.is_file() else [None] * len(instances)
    pairs = zip(instances, kept, strict=True)
    return list({instance.digest(): instance for instance, known in pairs if known is None}.values())
