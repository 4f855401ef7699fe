"""Our embedded author as a polish of what another engine finds: each new best gets the same number of edits.

An edit is a draft of the moves with the shares that our operators have by default, from the best that the edits of
this start have found so far, beside another start's best. So an engine without any local search is seen with ours.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tasks import Task, Unusable

from evo.authors.embedded.rules import RuleVariation
from problems import Split

SHARES: Mapping[str, float] = {
    "tune": 0.25,
    "grow": 0.25,
    "modulate": 0.35,
    "cross": 0.3,
    "vary": 0.05,
    "simplify": 0.05,
}


@dataclass(frozen=True, slots=True, order=True)
class Scored:
    """A program with its gap on train in per cent."""

    gap: float
    source: str


def new_bests(scored: Sequence[Scored]) -> list[Scored]:
    """Return those that were better than all before them, in their order."""
    bests: list[Scored] = []
    for one in scored:
        if not bests or one.gap < bests[-1].gap:
            bests.append(one)
    return bests


def polished(task: Task, starts: Sequence[Scored], edits: int, seed: int, folder: Path) -> Iterator[Scored]:
    """Yield the programs with a gap that `edits` edits find, spread evenly over the starts, drawn from `seed`."""
    rng = np.random.default_rng(seed)
    variation = RuleVariation(task.problem)
    names, weights = list(SHARES), np.array(list(SHARES.values()))
    found: list[Scored] = []
    for place, start in enumerate(starts):
        best = start
        for _ in range(edits * (place + 1) // len(starts) - edits * place // len(starts)):
            move = names[int(rng.choice(len(names), p=weights / weights.sum()))]
            other = (found[int(rng.integers(len(found)))].source,) if found else ()
            draft = next(variation.sources(move, (best.source, *other), rng), None)
            gap = Unusable("nothing to vary") if draft is None else task.gap(draft, Split.TRAIN, folder)
            if draft is not None and not isinstance(gap, Unusable):
                scored = Scored(gap, draft)
                best = min(best, scored)
                yield scored
        found.append(best)
