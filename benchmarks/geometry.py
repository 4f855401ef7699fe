"""What the programs for circle packing and Heilbronn's problem reach in so many CPU seconds, strictly verified.

Every run goes through the evaluator: the program runs in the sandbox under its time budget, on one thread; the value is
that of exact arithmetic outside. Each seed of a task is an instance of its own.

    python benchmarks/geometry.py [--seconds 2 60 600] [--seeds 3] [--programs hopping annealing] [--json FILE]
    python benchmarks/geometry.py --splits [--json FILE]

`--splits` gives the mean gap of every baseline on every split at the default budget instead.
"""

import argparse
import asyncio
import json
import statistics
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from evaluators import Evaluation, Evaluator, InstanceSet
from evaluators.sandbox import Limits
from problems import Split
from problems.geometry import Circles, Heilbronn

Task = Circles | Heilbronn
LIMITS = Limits(cpu_seconds=10, wall_seconds=200)  # shared machines give a twentieth of a core at times
TARGETS = {
    ("circles", 26): (2.635, 2.63598),
    ("circles", 32): (2.937, 2.939),
    ("heilbronn", 11): (0.036, 0.0364),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One program on one task: the value of each seed in `seconds` of CPU time."""

    task: str
    n: int
    program: str
    seconds: float
    values: tuple[float, ...]
    median: float
    floor: float
    stretch: float


@dataclass(frozen=True, slots=True)
class SplitRow:
    """One baseline on one split: mean gap to the references in per cent, CPU seconds of the job."""

    task: str
    program: str
    split: str
    gap_per_cent: float
    cpu_seconds: float


def evaluated(problem: Task, split: Split, source: str) -> Evaluation:
    """Return the evaluation of a program that must not fail."""
    instances = tuple(problem.instances(split))
    known = InstanceSet(split, instances, tuple(map(problem.reference, instances)))

    async def evaluate() -> Evaluation:
        async with Evaluator(problem, {split: known}, LIMITS) as evaluator:
            outcome = await evaluator.evaluate(source, split)
        if not isinstance(outcome, Evaluation):
            raise SystemExit(f"{problem.name}: {outcome.message}")
        return outcome

    return asyncio.run(evaluate())


def made(task: str, n: int, seed: int, seconds: float) -> Task:
    """Return the task with one instance to train on."""
    cls = Circles if task == "circles" else Heilbronn
    return cls(seed=seed, train=(n,), instance_seconds=seconds)


def rows(budgets: list[float], seeds: int, programs: list[str]) -> Iterator[Row]:
    """Measure the named programs on all tasks, the short budgets first."""
    for seconds in sorted(budgets):
        for (task, n), (floor, stretch) in TARGETS.items():
            baselines = made(task, n, 1, seconds).baselines
            for program in (name for name in programs if name in baselines):
                every = [made(task, n, seed, seconds) for seed in range(1, seeds + 1)]
                values = [float(evaluated(one, Split.TRAIN, baselines[program]).values[0]) for one in every]
                yield Row(task, n, program, seconds, tuple(values), statistics.median(values), floor, stretch)


def split_rows() -> Iterator[SplitRow]:
    """Measure every baseline of the search tracks on every split."""
    problems: tuple[Task, ...] = (Circles(), Heilbronn())
    for problem in problems:
        for program, source in problem.baselines.items():
            for split in Split:
                found = evaluated(problem, split, source)
                yield SplitRow(problem.name, program, split, 100 * found.gap.scaled, found.seconds.cpu)


def shown(row: Row | SplitRow) -> list[str]:
    """Return the cells of a row."""
    cells = [
        " ".join(f"{v:.9f}" for v in value) if isinstance(value, tuple) else value for value in asdict(row).values()
    ]
    return [f"{cell:.6g}" if isinstance(cell, float) else str(cell) for cell in cells]


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, nargs="+", default=[2.0, 60.0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--programs", nargs="+", default=["grid", "rings", "jitter", "SLSQP", "hopping", "annealing"])
    parser.add_argument("--splits", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    console = Console()
    measured: list[Row | SplitRow] = []
    for row in split_rows() if options.splits else rows(options.seconds, options.seeds, options.programs):
        console.print(*shown(row), highlight=False)
        measured.append(row)
        if options.json:
            options.json.write_text(json.dumps([asdict(one) for one in measured], indent=1) + "\n")
    table = Table(*asdict(measured[0]))
    for row in measured:
        table.add_row(*shown(row))
    console.print(table)


if __name__ == "__main__":
    main()
