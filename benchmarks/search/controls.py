"""Three searches without an engine, which ask the same stand-in model in process: what any engine has to beat.

`sample` shows the seed to every reply; `climb` shows the best program so far, (1+1); `pool` shows two drawn from the
ten best, the first of which is the current one.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from standin import StandIn
from tasks import Unusable

from problems import Split

POOL = 10
CONTROLS = ("sample", "climb", "pool")


@dataclass(frozen=True, slots=True, order=True)
class Scored:
    """A program with its gap on the training instances in per cent."""

    gap: float
    program: str


@dataclass(frozen=True, slots=True)
class Search:
    """The best programs of a control, the best first, and how many it scored."""

    ranked: tuple[Scored, ...]
    evaluations: int


def search(name: str, model: StandIn, replies: int, folder: Path) -> Search:
    """Ask the model so many times.

    Raises:
        ValueError: there is no control of this name.
    """
    if name not in CONTROLS:
        raise ValueError(f"Expected a control of {', '.join(CONTROLS)}, got {name}.")
    task = model.task
    rng = np.random.default_rng((model.seed, CONTROLS.index(name)))
    seed = task.problem.baselines[task.problem.seeds[0]]
    gap = task.gap(seed, Split.TRAIN, folder)
    if isinstance(gap, Unusable):
        raise ValueError(f"Expected a seed with a gap in {task.name}: {gap.reason}")
    first = Scored(gap, seed)
    ranked, scored = [first], {seed: first}
    for number in range(replies):
        parents = [first] if name == "sample" else ranked[:1] if name == "climb" else drawn(ranked[:POOL], rng)
        reply = model.reply(prompt([parent.program for parent in parents]), number)
        if not reply.program or reply.program in scored:
            continue
        gap = task.gap(reply.program, Split.TRAIN, folder)
        if not isinstance(gap, Unusable):
            scored[reply.program] = Scored(gap, reply.program)
            ranked = sorted({*ranked, scored[reply.program]})[: 2 * POOL]
    return Search(tuple(ranked), len(scored))


def drawn(pool: list[Scored], rng: np.random.Generator) -> list[Scored]:
    """Draw two different programs, or the only one."""
    return [pool[int(place)] for place in rng.permutation(len(pool))[:2]]


def prompt(programs: list[str]) -> str:
    """Return a prompt as short as can be, whose first program is the current one."""
    first, *others = programs
    return "\n".join([*others, "# Current program", first])
