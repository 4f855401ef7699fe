"""How `benchmarks/obp.py` measures: sets of instances, rules that pack them, and bins in excess of L1."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evaluators.language import compile_algorithm, compile_rules
from problems import Instance, Solution, Split
from problems.obp import Obp, ObpVector
from problems.obp.generator import instance, instance_of
from problems.obp.offline import l1

SEED = 2402  # of generated sets; no problem's
RULES = Obp()
Packer = Callable[[Instance], Solution]
Set = Sequence[Instance]


@dataclass(frozen=True, slots=True)
class Cell:
    """Excess of a rule on a set, with its standard error, beside a figure: printed, or of best fit."""

    set: str
    rule: str
    excess: float
    error: float
    figure: float | None = None
    met: bool = True


def drawn(kind: str, capacity: int, items: int, count: int = 20, seed: int = SEED) -> Set:
    """Return a generated set."""
    return [instance(seed, Split.TEST, kind, capacity, items, replicate) for replicate in range(count)]


def stored(folder: Path, name: str, capacity: int) -> Set:
    """Return a published set at a capacity."""
    items = np.load(folder / f"{name}.npz")["items"].astype(np.int64)
    return [instance_of(sizes, capacity, f"{name}-{index}", name) for index, sizes in enumerate(items)]


def rule_packer(source: str) -> Packer:
    """Return how a scoring rule packs."""
    rules = compile_rules(source, RULES.signatures)

    def packed(each: Instance) -> Solution:
        rules.reset()
        solution = RULES.construct(rules.functions, each)
        rules.check()
        return solution

    return packed


def vector_packer(problem: ObpVector, source: str) -> Packer:
    """Return how an algorithm that fills in priorities packs."""
    one = instance_of(np.ones(1, dtype=np.int64), 10, "one", "one")
    algorithm = compile_algorithm(source, problem.signatures[0], problem.arguments(one))
    return lambda each: problem.construct([lambda *arrays: algorithm.run(None, arrays[:-1], arrays[-1])], each)


def excess(packer: Packer, instances: Set) -> tuple[float, float, float]:
    """Return per cent above L1, its standard error, and the standard deviation of one instance's."""
    bounds = np.array([l1(each.arrays[0], int(each.arrays[1][0])) for each in instances], dtype=np.float64)
    bins = np.array([RULES.objective(each, packer(each)) for each in instances])
    ratio = float(bins.mean() / bounds.mean())
    spread = float(np.std(bins - ratio * bounds, ddof=1) / bounds.mean()) if len(instances) > 1 else math.nan
    return 100 * (ratio - 1), 100 * spread / math.sqrt(len(instances)), 100 * spread
