"""Instances that no run sees, and what a rule reaches on them."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evaluators import InstanceSet, references
from evaluators.language import compile_rules
from problems import Split
from problems.smtt import Smtt
from problems.smtt.generator import Sizes

CHOOSING: tuple[int, Sizes] = (2026, ((100, 8), (200, 3)))
"""The generator's seed, and jobs with instances a class: 220 instances that put rules in order."""
UNSEEN: dict[str, tuple[int, Sizes]] = {
    "100 and 200": (2027, ((100, 100), (200, 100))),
    "500": (2027, ((500, 25),)),
}
"""By number of jobs: instances by which nothing is chosen; figures alone come from them."""


def fresh_set(kept: Path, seed: int, sizes: Sizes) -> tuple[Smtt, InstanceSet]:
    """Return instances that no run sees, with proven optima, which the file `kept` holds once they are computed."""
    problem = Smtt(seed=seed, test=sizes)
    instances = tuple(problem.instances(Split.TEST))
    return problem, InstanceSet(Split.TEST, instances, references(problem, instances, kept))


def values(problem: Smtt, known: InstanceSet, source: str) -> NDArray[np.float64]:
    """Return the objectives of a rule of our own run, shape (instances,)."""
    rules = compile_rules(source, problem.signatures)
    found = [problem.objective(i, problem.construct(rules.functions, i)) for i in known.instances]
    rules.check()
    return np.array(found)
