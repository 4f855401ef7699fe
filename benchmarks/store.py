"""Measures the store: CPU of a candidate's four transactions early and late in a run, and how fast queries answer.

Usage: python benchmarks/store.py [--candidates 20000] [--instances 125] [--json FILE]
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from evaluators import Evaluation, Facts, Gap, Isolation, Seconds
from evo.analysis import cells, contributions, duplicates, lineage, migrants
from evo.analysis.candidates import show, top, worst_instances
from evo.analysis.failures import failure_groups
from evo.analysis.operators import call_charges, operator_records
from evo.core.records import Attempt, Candidate, Draft, Message, Operator, Proposal, Request, Usage
from evo.store import RecordedPlacement, RunHeader, RunStore
from islands import Axis
from problems import Instance, Reference, Split

SEEDS, ISLANDS, BINS, MIGRATE_EVERY = 10, 4, 12, 50


def main() -> None:
    """Make a run, measure, print a table and a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--candidates", type=int, default=20_000)
    parser.add_argument("--instances", type=int, default=125)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.sqlite"
        figures = measure_writing(path, arguments.candidates, arguments.instances) | measure_reading(
            path, arguments.candidates - 1
        )
        figures["megabytes"] = path.stat().st_size / 1e6
    for name, figure in figures.items():
        print(f"{name:<32}{figure:>12.3f}")
    line = json.dumps({"candidates": arguments.candidates, "instances": arguments.instances, **figures})
    print(line)
    if arguments.json:
        arguments.json.write_text(line + "\n", encoding="utf-8")


def measure_writing(path: Path, count: int, size: int) -> dict[str, float]:
    """Write a run and return the CPU milliseconds a candidate, of windows of 100, by where they began."""
    rng = np.random.default_rng(0)
    windows = {start: 0.0 for start in (100, 1_000, 10_000) if start + 100 <= count}
    spent = 0.0
    archives = Archives()
    with RunStore.create(path, header(), {Split.TRAIN: [instance(i) for i in range(size)]}, islands()) as store:
        for ordinal in range(count):
            request, draft, evaluation = candidate(rng, ordinal, size)
            placements = archives.place(rng, ordinal, evaluation.gap.scaled)
            began = time.process_time()
            store.record_intent(request)
            store.record_draft(request, draft)
            store.record_outcome(ordinal, evaluation)
            store.record_placements(ordinal, placements)
            took = time.process_time() - began
            spent += took
            for start in windows:
                windows[start] += took if start <= ordinal < start + 100 else 0.0
    late = {f"write ms/candidate at {start}": 1000 * took / 100 for start, took in windows.items()}
    return {"write ms/candidate, all": 1000 * spent / count, **late}


def measure_reading(path: Path, last: int) -> dict[str, float]:
    """Return the CPU milliseconds of each query, the best of three."""
    with RunStore.open(path, readonly=True) as store:
        queries: dict[str, Callable[[], object]] = {
            "top 20": lambda: top(store, 20),
            "show last": lambda: show(store, last),
            "ancestors of last": lambda: lineage.ancestors(store, last),
            "descendants of first": lambda: lineage.descendants(store, 0),
            "path to last": lambda: lineage.path(store, last),
            "common of the last two": lambda: lineage.common(store, last - 1, last),
            "contrib": lambda: contributions.contrib(store),
            "migrants": lambda: migrants.migrants(store, 20),
            "cell": lambda: cells.cell(store, "3,4"),
            "duplicates": lambda: duplicates.duplicates(store, path.parent, 20),
            "spend": lambda: call_charges(store),
            "operator records": lambda: operator_records(store),
            "failures": lambda: failure_groups(store),
            "worst instances": lambda: worst_instances(store, last, 10),
            "history": store.history,
        }
        return {f"{name} ms": 1000 * min(timed(query) for _ in range(3)) for name, query in queries.items()}


def timed(query: Callable[[], object]) -> float:
    """Return the CPU seconds of one call."""
    began = time.process_time()
    query()
    return time.process_time() - began


def header() -> RunHeader:
    """Return the header of a run that never was."""
    return RunHeader("bench", "toy", 0, "{}", "0", "{}", Isolation.A, "2026-01-01T00:00:00+00:00")


def islands() -> list[tuple[str, tuple[Axis, ...]]]:
    """Return the islands with their axes, as a run records them."""
    return [(f"island {number}", tuple(Axis(name, 0.0, 1.0, BINS) for name in ("a", "b"))) for number in range(ISLANDS)]


def instance(index: int) -> tuple[Instance, Reference]:
    """Return a small instance and its reference."""
    return Instance(f"i{index}", "f", (np.arange(3),), 1.0), Reference(1.0, 1.0, True, "known")


class Archives:
    """Grids that keep the fittest of each cell, and a ring between them."""

    def __init__(self) -> None:
        self._held: dict[tuple[int, tuple[int, int]], tuple[float, int]] = {}
        self._best: dict[int, tuple[float, int, tuple[int, int]]] = {}

    def place(self, rng: np.random.Generator, ordinal: int, gap: float) -> list[RecordedPlacement]:
        """Offer a candidate to its island, a seed to all; now and then send the best of each island to the next."""
        cell = (int(rng.integers(BINS)), int(rng.integers(BINS)))
        homes = range(ISLANDS) if ordinal < SEEDS else (ordinal % ISLANDS,)
        placed = [self._add(home, cell, gap, ordinal) for home in homes]
        if ordinal and ordinal % MIGRATE_EVERY == 0:
            for source, (best_gap, best, best_cell) in sorted(self._best.items()):
                placed.append(self._add((source + 1) % ISLANDS, best_cell, best_gap, best, source))
        return placed

    def _add(
        self, island: int, cell: tuple[int, int], gap: float, ordinal: int, source: int | None = None
    ) -> RecordedPlacement:
        held = self._held.get((island, cell))
        if held is not None and held <= (gap, ordinal):
            return RecordedPlacement(ordinal, island, cell, "rejected", None, source)
        self._held[island, cell] = (gap, ordinal)
        self._best[island] = min(self._best.get(island, (gap, ordinal, cell)), (gap, ordinal, cell))
        displaced = None if held is None else held[1]
        return RecordedPlacement(ordinal, island, cell, "new" if held is None else "improved", displaced, source)


def candidate(rng: np.random.Generator, ordinal: int, size: int) -> tuple[Request, Draft, Evaluation]:
    """Return all that one candidate of an LLM records: a prompt of 4 kB, a source of 600 characters, an evaluation."""
    facts = Facts(f"{ordinal:064x}", 40)
    drawn = rng.choice(np.arange(max(0, ordinal - 2000), ordinal), 2 + ordinal % 3) if ordinal >= SEEDS else ()
    operator = Operator(f"op{ordinal % 3}", "llm", 2)
    parents = tuple(Candidate(int(parent), "", facts, 0.0) for parent in drawn)
    proposal = Proposal(ordinal, ordinal % ISLANDS, operator, parents, 2**127 + 1)
    worst = Usage(1000, 2000, 0.01)
    request = Request(proposal, "model", (Message("user", f"{ordinal} " * 800),), worst)
    source = f"def priority(p, d):\n    return {'p + ' * 140}{ordinal}\n"
    draft = Draft(source, attempts=(Attempt("model", Usage(1000, 300, 0.002, 1.5), source),))
    gaps = rng.random(size)
    gap = Gap(float(gaps.mean()), 0.1, 0.1)
    evaluation = Evaluation(Split.TRAIN, facts, gaps + 1, gaps, gap, {"a": 0.1, "b": 0.2}, Seconds(0.01, 0.02, 0.03))
    return request, draft, evaluation


if __name__ == "__main__":
    main()
