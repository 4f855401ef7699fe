"""What the engine itself costs per candidate: everything but author and evaluation, and whether that grows.

The author and the evaluation cost nothing here: drafts are numbered constants, outcomes are made up, with as many
instances as SMTT's train set has. Store, archives, islands and ledger are the real ones, on a real disk.

    python benchmarks/engine.py [--candidates 10000] [--json FILE]
"""

import argparse
import asyncio
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from evaluators import Evaluation, Facts, Failure, FailureKind, Gap, InstanceSet, Isolation, Memory, Outcome, Seconds
from evo.core.context import Context
from evo.core.records import Candidate, Draft, Notices, Operator, Proposal, Request
from evo.search.budget import Budget, Ledger
from evo.search.engine import Engine
from evo.search.pipeline import Pipeline
from evo.search.population import ParentSelection, Population
from evo.search.recorder import Recorder
from evo.search.window import Window
from evo.store import RunHeader, RunStore
from islands import Axis, GridArchive, Island, Migration
from problems import Split
from problems.smtt import Smtt

PEERS = "Measured peers: OpenEvolve 14 ms at first, 67 ms at 1,000; LLM4AD with fork 39; GigaEvo 500; ShinkaEvolve 710."


class FreeAuthor:
    """Drafts that cost nothing; notes the CPU clock at every draft."""

    def __init__(self) -> None:
        self.clock: list[float] = []

    def prepare(self, proposal: Proposal, context: Context = Context()) -> Request:  # noqa: ARG002, B008 nothing is told; frozen
        """Ask nobody."""
        return Request(proposal, "free")

    def remember(self, request: Request) -> Request:
        """Forget it."""
        return request

    async def write(self, request: Request) -> Draft:
        """Return a source of usual length."""
        self.clock.append(time.process_time())
        return Draft(f"def priority(p, d, t):\n    return {request.proposal.ordinal}\n" + "# usual length\n" * 20)

    def notices(self) -> Notices:
        """Have nothing to tell."""
        return Notices()

    async def close(self) -> None:
        """Nothing is open."""


class FreeEvaluator:
    """Outcomes that cost nothing, of realistic size."""

    def __init__(self, known: InstanceSet) -> None:
        self.memory = Memory()
        self._rng = np.random.default_rng(0)
        self._count = len(known.instances)

    async def read(self, source: str) -> Facts | Failure:
        """Say nothing of the syntax: nobody asks."""
        return Failure(FailureKind.REJECTED, f"not read: {source[:10]}")

    async def fingerprint(self, source: str) -> str | Failure:
        """Look at no decisions."""
        return source

    async def tune(self, source: str) -> str | Failure:
        """Leave constants as they are."""
        return source

    async def evaluate(self, source: str, split: Split = Split.TRAIN) -> Outcome:
        """Return an evaluation with fresh syntax, as if it had never been seen."""
        gaps = self._rng.random(self._count)
        measures = {name: float(self._rng.random()) for name in ("one", "two", "three")}
        facts = Facts(source.split()[3].ljust(64, "0"), 10 + int(self._rng.integers(100)))
        gap = Gap(float(gaps.mean()), float(gaps.mean()), float(gaps.mean()))
        outcome = Evaluation(split, facts, 1000 * gaps, gaps, gap, {**measures, "size": float(facts.size)}, Seconds())
        self.memory.outcomes[facts.digest, split] = outcome
        return outcome


async def measure(candidates: int, folder: Path) -> dict[str, float]:
    """Return CPU milliseconds per candidate at three places of the run, and the peak memory in MiB."""
    problem = Smtt()
    instances = tuple(problem.instances(Split.TRAIN))
    known = InstanceSet(Split.TRAIN, instances, tuple(problem.reference(instances[0]) for _ in instances))
    header = RunHeader("bench", "smtt", 0, "{}", "0", "{}", Isolation.A, "2026-01-01T00:00:00+00:00")
    pairs = {Split.TRAIN: list(zip(known.instances, known.references, strict=True))}
    axes = [("one", "two"), ("one", "three"), ("two", "three")]
    islands = [
        Island(f"{a}-{b}", GridArchive[Candidate]([Axis(a, 0.0, 1.0, 10), Axis(b, 0.0, 1.0, 10)])) for a, b in axes
    ]
    population = Population(islands, Migration(60, 2), [Operator("free", "embedded", 2)], 0, ParentSelection(2))
    author = FreeAuthor()
    with RunStore.create(folder / "run.sqlite", header, pairs) as store:
        ledger = Ledger(Budget(candidates=candidates))
        window = Window(8, seeds=1)
        engine = Engine(population, author, Pipeline(FreeEvaluator(known), window), Recorder(store, ledger), window)
        await engine.plant({"a seed": "def priority(p, d, t):\n    return seed\n"}, 0, {})
        await engine.search()

    def per_candidate(first: int, last: int) -> float:
        return 1000 * (author.clock[last - 1] - author.clock[first - 1]) / (last - first)

    return {
        "cpu_ms_100_200": per_candidate(100, 200),
        "cpu_ms_1900_2000": per_candidate(1900, 2000),
        "cpu_ms_last_100": per_candidate(candidates - 100, candidates),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> None:
    """Measure, print a table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--candidates", type=int, default=10_000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(measure(options.candidates, Path(folder)))
    table = Table("figure", "measured", "bar", title=f"engine overhead, {options.candidates} candidates")
    table.add_row("CPU ms a candidate, 100–200", f"{found['cpu_ms_100_200']:.2f}", "< 10")
    table.add_row("CPU ms a candidate, 1,900–2,000", f"{found['cpu_ms_1900_2000']:.2f}", "≤ 1.2 × the first")
    table.add_row("CPU ms a candidate, last 100", f"{found['cpu_ms_last_100']:.2f}", "")
    table.add_row("growth", f"{found['cpu_ms_1900_2000'] / found['cpu_ms_100_200']:.2f}", "≤ 1.2")
    table.add_row("peak memory of the driver, MiB", f"{found['peak_mib']:.0f}", "< 400")
    Console().print(table, PEERS)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")
    sys.exit(0)


if __name__ == "__main__":
    main()
