"""How often does a 95 % interval of a mean hold the truth, at few values, and how wide is it?

Ours (`evaluators.statistics.mean_interval`) beside Student's t, the percentile bootstrap and BCa (Efron and Tibshirani
1993) on values like those that are compared: gaps and paired differences of gaps, drawn from distributions with a known
mean, and resampled from the differences of two rules that searches found (`search/duel.json`: ours and the ten-best
pool's from each seed, on the 200 fresh instances of each task, pooled by task). Widths are over that of the normal
interval of a known deviation, 2 x 1.96 sigma / sqrt(n).

    python benchmarks/intervals.py [--draws 2000] [--folder FOLDER] [--json FILE]

`--folder` keeps the references of the found rules' instances.
"""

import argparse
import json
import math
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy import stats

from evaluators.statistics import Interval, mean_interval
from problems import Split

SIZES = (6, 10, 20, 220)
BOOTSTRAPPED = 500
"""Draws of the two bootstraps, which are slow."""
RESAMPLES = 1000
CONFIDENCE = 0.95
SEARCH = Path(__file__).with_name("search")

Values = NDArray[np.float64]
Draw = Callable[[np.random.Generator, tuple[int, int]], Values]
"""Draws values of such a shape."""


@dataclass(frozen=True, slots=True)
class Population:
    """What values are drawn from: its mean, deviation and skewness, and a function of generator and shape."""

    name: str
    mean: float
    deviation: float
    skewness: float
    draw: Draw


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often an interval held the mean, how often it was certain of a wrong sign, and its relative width."""

    population: str
    skewness: float
    size: int
    method: str
    held: float
    wrong: float
    width: float


def gaps(rng: np.random.Generator, shape: tuple[int, int]) -> Values:
    """Draw gaps: exponential, skewness 2."""
    return rng.exponential(size=shape)


def rare_gaps(rng: np.random.Generator, shape: tuple[int, int]) -> Values:
    """Draw gaps of which six in ten are zero, since the optimum was found there."""
    return np.where(rng.random(shape) < 0.6, 0.0, rng.exponential(size=shape))


def similar(rng: np.random.Generator, shape: tuple[int, int]) -> Values:
    """Draw differences of two rules whose gaps are alike: exponential, times a factor."""
    own = rng.exponential(size=shape)
    return own - own * rng.lognormal(-0.1, 0.5, size=shape)


def apart(rng: np.random.Generator, shape: tuple[int, int]) -> Values:
    """Draw differences of two rules whose gaps have nothing in common, with ties."""
    return np.where(rng.random(shape) < 0.3, 0.0, rng.gamma(0.7, 1.0, size=shape) - rng.gamma(0.7, 0.8, size=shape))


def logarithms(rng: np.random.Generator, shape: tuple[int, int]) -> Values:
    """Draw logarithms of ratios, as of two searches from one seed: normal."""
    return rng.normal(size=shape)


def population(name: str, values: Values, draw: Draw) -> Population:
    """Return a population with the moments of these values, shape (values,)."""
    return Population(name, float(values.mean()), float(values.std()), float(stats.skew(values)), draw)


def modelled() -> Iterator[Population]:
    """Yield the distributions; where the moments have no short formula they are those of a million values."""
    for draw in (gaps, rare_gaps, similar, apart, logarithms):
        yield population(draw.__name__.replace("_", " "), draw(np.random.default_rng(1), (1, 1_000_000)).ravel(), draw)


def found(folder: Path) -> Iterator[Population]:
    """Yield the paired differences of found rules, a population for each task."""
    sys.path.insert(0, str(SEARCH))
    from tasks import TASKS, Unusable

    runs = json.loads((SEARCH / "duel.json").read_text(encoding="utf-8"))["runs"]
    for task in TASKS.values():
        rules: dict[int, dict[str, str]] = {}
        for run in runs:
            plan = run["plan"]
            if (plan["task"], plan["replies"]) == (task.name, 300) and plan["arm"] in ("default", "pool"):
                rules.setdefault(plan["seed"], {})[plan["arm"]] = run["program"]
        differences = []
        for both in rules.values():
            own, other = (task.gaps(both[arm], Split.TEST, folder) for arm in ("default", "pool"))
            if not isinstance(own, Unusable) and not isinstance(other, Unusable):
                differences.append(own - other)
        pooled = np.concatenate(differences)
        yield population(f"found, {task.name}", pooled, lambda rng, shape, pooled=pooled: rng.choice(pooled, shape))


def student(values: Values) -> Interval:
    """Return Student's t interval."""
    half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, values.size - 1) * stats.sem(values))
    mean = float(values.mean())
    return Interval(mean, mean - half, mean + half)


def bootstrapped(method: str) -> Callable[[Values], Interval]:
    """Return what makes a bootstrap interval: scipy's `percentile` or `BCa`."""

    def made(values: Values) -> Interval:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of values that are all equal there is no BCa interval
            ends = stats.bootstrap(
                (values,), np.mean, n_resamples=RESAMPLES, method=method, rng=np.random.default_rng(0)
            ).confidence_interval
        return Interval(float(values.mean()), float(ends.low), float(ends.high))

    return made


METHODS: Mapping[str, Callable[[Values], Interval]] = {
    "ours": mean_interval,
    "Student's t": student,
    "percentile bootstrap": bootstrapped("percentile"),
    "BCa bootstrap": bootstrapped("BCa"),
}


def covered(drawn: Population, size: int, method: str, draws: int) -> Coverage:
    """Simulate so many samples."""
    count = min(draws, BOOTSTRAPPED) if "bootstrap" in method else draws
    samples = drawn.draw(np.random.default_rng((size, 7)), (count, size))
    intervals = [METHODS[method](sample) for sample in samples]
    mean = drawn.mean
    held = np.mean([not one.low > mean and not one.high < mean for one in intervals])
    wrong = np.mean([one.above_zero if mean <= 0 else one.below_zero for one in intervals])
    ideal = 2 * stats.norm.ppf(0.5 + CONFIDENCE / 2) * drawn.deviation / math.sqrt(size)
    width = np.nanmean([one.high - one.low for one in intervals]) / ideal
    return Coverage(drawn.name, drawn.skewness, size, method, float(held), float(wrong), float(width))


def table(rows: list[Coverage]) -> Table:
    """Return a row for each population and number of values."""
    shown = Table("values", "skewness", "n", *METHODS, title="share that held the mean, and width over the ideal")
    cases = dict.fromkeys((row.population, row.skewness, row.size) for row in rows)
    for name, skewness, size in cases:
        cells = [row for row in rows if (row.population, row.size) == (name, size)]
        shown.add_row(name, f"{skewness:.1f}", str(size), *(f"{cell.held:.3f}  {cell.width:.2f}" for cell in cells))
    return shown


def main() -> None:
    """Simulate, print the table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--folder", type=Path, default=Path("runs"))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    populations = [*modelled(), *found(options.folder)]
    rows = [
        covered(drawn, size, method, options.draws) for drawn in populations for size in SIZES for method in METHODS
    ]
    Console(width=120).print(table(rows))
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
