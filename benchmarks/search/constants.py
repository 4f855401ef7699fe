"""Do tries for the constants of a new form get more from a known optimiser than from our random steps?

New forms are drafts of the embedded author from a few plain rules that are about as good as their parent. Each gets the
same number of tries on the 40 training instances twice: by our move `scale`, always from the best so far, and by CMA-ES
(Hansen and Ostermeier 2001, package cmaes) on the logarithms of the factors of all constants. Shown are the geometric
means of the gap after so many tries over that before, and the ratio of ours to CMA-ES with its 95 % interval, paired by
form: below 1 where ours are better.

    pip install cmaes==0.13.1
    python benchmarks/search/constants.py --folder out [--forms 36] [--json FILE]
"""

import argparse
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from cmaes import CMA
from rich.console import Console
from rich.table import Table
from tasks import TASKS, Task, Unusable, program

from evaluators.statistics import Interval, mean_interval
from evo.authors.embedded.growth import Material
from evo.authors.embedded.moves import scale
from evo.authors.embedded.reading import UnreadableError, read
from evo.authors.embedded.rules import RuleVariation
from evo.authors.embedded.simplify import rounded
from evo.authors.embedded.tree import Node, constant, is_constant, replace, value_of, walk
from evo.authors.embedded.writing import write
from problems import Split

PARENTS: Mapping[str, tuple[str, ...]] = {
    "smtt_mdd": ("max(t + p, d) + 0.04 * w_late", "max(t + p, d)", "max(t + p, d) + 0.1 * p"),
    "obp": ("-left - 1.0 * waste", "-left + 0.3 * alike", "-left"),
    "jobshop": ("p / work_left", "p + 0.3 * next_queue", "p"),
}
MOVES = ("grow", "modulate", "cross")
ABOUT = 1.05  # a form is about as good as its parent with at most so many times its gap
MOST_CONSTANTS = 8
TRIES = (6, 12, 30)
LEAST = 0.01  # per cent, where logarithms are taken
SPREAD = 0.3  # the standard deviation that CMA-ES starts with, of the logarithm of a factor


@dataclass(frozen=True, slots=True)
class Compared:
    """What so many tries leave of the gap of a form, by our steps and by CMA-ES, and the ratio of the two."""

    task: str
    tries: int
    forms: int
    ours: float
    cmaes: float
    ratio: Interval


class Bench:
    """One task with the gap of an expression on train, and the random numbers of all that is drawn."""

    def __init__(self, task: Task, folder: Path) -> None:
        self.task = task
        self.signature = task.signature
        self.rng = np.random.default_rng(5)
        self._folder = folder

    def gap(self, tree: Node) -> float:
        """Return the mean gap in per cent; infinite where the rule fails."""
        found = self.task.gap(write({self.signature.name: tree}, (self.signature,)), Split.TRAIN, self._folder)
        return math.inf if isinstance(found, Unusable) else max(found, LEAST)

    def forms(self, count: int) -> Iterator[Node]:
        """Yield new forms, as many from each parent."""
        variation = RuleVariation(self.task.problem)
        parents = [program(self.signature, expression) for expression in PARENTS[self.task.name]]
        for source in parents:
            most, found, number = ABOUT * self.gap(self._tree(source)), 0, 0
            while found < count // len(parents):
                number += 1
                move, other = MOVES[number % len(MOVES)], parents[number // len(MOVES) % len(parents)]
                draft = next(variation.sources(move, (source, other), self.rng), source)
                try:
                    tree = self._tree(draft)
                except UnreadableError:
                    continue
                if 1 <= len(constants(tree)) <= MOST_CONSTANTS and draft != source and self.gap(tree) <= most:
                    found += 1
                    yield tree

    def by_steps(self, form: Node) -> list[float]:
        """Return the best gap after each try of ours."""
        names = tuple(parameter.name for parameter in self.signature.parameters)
        best, gap, curve = form, self.gap(form), []
        for _ in range(max(TRIES)):
            tried = rounded(scale(Material((best,), names), self.rng))
            found = self.gap(tried)
            if found < gap:
                best, gap = tried, found
            curve.append(gap)
        return curve

    def by_cmaes(self, form: Node) -> list[float]:
        """Return the best gap after each try of CMA-ES, which needs two numbers at least."""
        places = constants(form)
        optimiser = CMA(np.zeros(max(2, len(places))), SPREAD, seed=int(self.rng.integers(2**31)))
        gap, curve, generation = self.gap(form), list[float](), []
        for _ in range(max(TRIES)):
            point = optimiser.ask()
            tried = form
            for (path, value), logarithm in zip(places, point, strict=False):
                tried = replace(tried, path, constant(value * math.exp(logarithm)))
            found = self.gap(rounded(tried))
            gap = min(gap, found)
            curve.append(gap)
            generation.append((point, min(found, 1e6)))
            if len(generation) == optimiser.population_size:
                optimiser.tell(generation)
                generation = []
        return curve

    def _tree(self, source: str) -> Node:
        return read(source, (self.signature,))[self.signature.name]


def constants(tree: Node) -> list[tuple[tuple[int, ...], float]]:
    """Return the constants of an expression, each with its place."""
    return [(path, value_of(node)) for path, node in walk(tree) if is_constant(node)]


def compared(task: Task, forms: int, folder: Path) -> Iterator[Compared]:
    """Try the constants of new forms of one task in both ways."""
    bench = Bench(task, folder)
    drawn = list(bench.forms(forms))
    before = np.log([bench.gap(form) for form in drawn])
    ours, cmaes = (
        np.log([by(form) for form in drawn]) - before[:, np.newaxis] for by in (bench.by_steps, bench.by_cmaes)
    )
    for tries in TRIES:
        left = ours[:, tries - 1], cmaes[:, tries - 1]
        mean = mean_interval(left[0] - left[1])
        ratio = Interval(math.exp(mean.estimate), math.exp(mean.low), math.exp(mean.high))
        yield Compared(task.name, tries, len(drawn), *(math.exp(each.mean()) for each in left), ratio)


def main() -> None:
    """Compare on each task, print a table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--forms", type=int, default=36)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    rows = [one for name in PARENTS for one in compared(TASKS[name], options.forms, options.folder)]
    shown = Table("task", "tries", "forms", "ours", "CMA-ES", "ours / CMA-ES, 95 %", title="gap over that before")
    for one in rows:
        figures = (str(one.tries), str(one.forms), f"{one.ours:.3f}", f"{one.cmaes:.3f}")
        shown.add_row(one.task, *figures, f"{one.ratio.estimate:.3f} [{one.ratio.low:.3f}, {one.ratio.high:.3f}]")
    Console(width=120).print(shown)
    if options.json:
        options.json.write_text(json.dumps([asdict(one) for one in rows], indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
