"""Instances that no run sees, and what a rule reaches on them."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evaluators import InstanceSet, references
from evaluators.rules import compile_rules
from problems import Split
from problems.smtt import Smtt

FRESH_SEED = 2026
UNSEEN_SEED = 2027
"""Of instances by which nothing is chosen: figures alone come from them."""


def fresh_set(folder: Path, seed: int = FRESH_SEED) -> tuple[Smtt, InstanceSet]:
    """Return 220 instances that no run sees, with proven optima."""
    problem = Smtt(seed=seed, test=((100, 8), (200, 3)))
    instances = tuple(problem.instances(Split.TEST))
    return problem, InstanceSet(Split.TEST, instances, references(problem, instances, folder / "references.sqlite"))


def values(problem: Smtt, known: InstanceSet, source: str) -> NDArray[np.float64]:
    """Return the objectives of a rule of our own run, shape (instances,)."""
    rules = compile_rules(source, problem.signatures)
    found = [problem.objective(i, problem.construct(rules.functions, i)) for i in known.instances]
    rules.check()
    return np.array(found)
