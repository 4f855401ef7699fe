"""How far does a search get in a budget class? Its best against a baseline, on fresh instances with proven optima.

A run with the given settings is made whole; then its best candidate and the baselines are scored on 200 fresh instances
each (another generator seed, the paper's 20 classes) at n = 100, 200 and 500. Differences are paired by instance, with
95 % intervals. `work` is counted operations as a multiple of MDD's, ms the time of one instance.

    python benchmarks/classes.py problem=smtt seed=0 --against MDDC [--candidate FILE] [--json FILE]
"""

import argparse
import asyncio
import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from evaluators import Evaluation, Evaluator, InstanceSet, references
from evaluators.statistics import Interval, mean_interval, ratio_interval
from evo.config.compose import compose
from evo.config.settings import Settings
from evo.runs.run import run
from problems import Split
from problems.smtt.problem import TotalTardiness

FRESH_SEED = 2026
SIZES = (100, 200, 500)
PER_CLASS = 10


@dataclass(frozen=True, slots=True)
class Line:
    """A heuristic at one size; gaps in per cent, `less_*` the paired difference to the baseline that is compared with.

    `scaled` is the mean of (value − optimum) / max(optimum, n), `ratio` is of sums, `positive` the mean over positive
    optima.
    """

    jobs: int
    name: str
    scaled: float
    ratio: float
    positive: float
    less_scaled: Interval
    less_ratio: Interval
    less_positive: Interval
    work: float | None
    milliseconds: float


def fresh(problem: TotalTardiness, jobs: int, folder: Path) -> tuple[TotalTardiness, InstanceSet]:
    """Return 200 instances that no run sees, with their optima."""
    drawn = replace(problem, seed=FRESH_SEED, test=((jobs, PER_CLASS),))
    instances = tuple(drawn.instances(Split.TEST))
    known = InstanceSet(Split.TEST, instances, references(drawn, instances, folder / "references.sqlite"))
    if known.proven < len(instances):
        raise SystemExit(f"{len(instances) - known.proven} optima of n = {jobs} are not proven.")
    return drawn, known


async def scored(settings: Settings, known: InstanceSet, sources: Mapping[str, str]) -> dict[str, Evaluation]:
    """Score the sources one after the other in the sandbox."""
    found = {}
    limits = replace(settings.evaluator.limits, cpu_seconds=600.0, wall_seconds=1200.0)
    async with Evaluator(settings.problem, {Split.TEST: known}, limits, 1, settings.folders) as evaluator:
        for name, source in sources.items():
            outcome = await evaluator.evaluate(source, Split.TEST)
            if isinstance(outcome, Evaluation):
                found[name] = outcome
            else:
                print(f"{name}: {outcome.kind}: {outcome.message}")
    return found


def positive_gaps(values: NDArray[np.float64], known: InstanceSet) -> NDArray[np.float64]:
    """Return the relative gaps where the optimum is positive, in per cent."""
    optima = known.reference_values()
    positive = optima > 0
    return np.asarray(100 * (values[positive] - optima[positive]) / optima[positive])


def lines(jobs: int, known: InstanceSet, found: Mapping[str, Evaluation], against: str) -> list[Line]:
    """Compare every heuristic with the baseline."""
    base, optima = found[against], known.reference_values()
    return [
        Line(
            jobs=jobs,
            name=name,
            scaled=100 * own.gap.scaled,
            ratio=100 * float((own.values - optima).sum() / optima.sum()),
            positive=float(positive_gaps(own.values, known).mean()),
            less_scaled=mean_interval(100 * (own.gaps - base.gaps)),
            less_ratio=ratio_interval(100 * (own.values - base.values), optima),
            less_positive=mean_interval(positive_gaps(own.values, known) - positive_gaps(base.values, known)),
            work=own.measures.get("work"),
            milliseconds=1000 * own.seconds.run / len(optima),
        )
        for name, own in found.items()
    ]


def best_of(settings: Settings, console: Console) -> str:
    """Make the run and return the source that validation picked."""
    with tempfile.TemporaryDirectory() as temporary:
        return run(settings, Path(temporary), console).best.source


def show(jobs: int, compared: list[Line], against: str, console: Console) -> None:
    """Print the table of one size."""
    table = Table(title=f"n = {jobs}: 200 fresh instances; differences to {against}", title_justify="left")
    for heading in ("heuristic", "mean gap %", "ratio of sums %", "mean, optima > 0 %", "work", "ms"):
        table.add_column(heading, justify="left" if heading == "heuristic" else "right")
    for line in sorted(compared, key=lambda line: line.scaled):
        cells = (
            f"{value:.3f} [{less.low:+.3f}, {less.high:+.3f}]"
            for value, less in (
                (line.scaled, line.less_scaled),
                (line.ratio, line.less_ratio),
                (line.positive, line.less_positive),
            )
        )
        work = "" if line.work is None else f"{line.work:.1f}"
        table.add_row(line.name, *cells, work, f"{line.milliseconds:.2f}")
    console.print(table)


def main() -> None:
    """Run, compare, print tables, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("overrides", nargs="*", default=["problem=smtt"])
    parser.add_argument("--against", default="MDDC")
    parser.add_argument("--candidate", type=Path, help="score this file instead of making a run")
    parser.add_argument("--baselines", nargs="*", help="the baselines to show; default: all")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    console = Console(width=120)
    settings = compose(options.overrides)
    chosen = options.baselines if options.baselines is not None else list(settings.problem.baselines)
    names = dict.fromkeys([options.against, *chosen])
    source = options.candidate.read_text() if options.candidate else best_of(settings, console)
    console.print(source, highlight=False, markup=False)
    sources = {"found": source, **{name: settings.problem.baselines[name] for name in names}}
    every = []
    with tempfile.TemporaryDirectory() as temporary:
        for jobs in SIZES:
            problem, known = fresh(settings.problem, jobs, Path(temporary))
            found = asyncio.run(scored(replace(settings, problem=problem), known, sources))
            compared = lines(jobs, known, found, options.against)
            show(jobs, compared, options.against, console)
            every += compared
    if options.json:
        result = {"overrides": options.overrides, "against": options.against, "found": source}
        options.json.write_text(json.dumps({**result, "lines": [asdict(line) for line in every]}, indent=1) + "\n")


if __name__ == "__main__":
    main()
