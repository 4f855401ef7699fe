"""An order in which a plan's moves can be made: each into a node that has room by then.

The search goes depth first. A VM of the plan that has nowhere to go may wait on a third node, for one move more, while
the plan leaves moves over.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from problems.vmr.beam import ClusterState, moved
from problems.vmr.cluster import ClassMove, Cluster, Integers, counts_of, kinds_of

STEPS = 5_000  # states that are looked at before the search gives up
BRANCHES = 6  # ways on from a state, and so many more by way of a third node


@dataclass(frozen=True, slots=True)
class Waiting:
    """A state, what of the plan is still to leave and to arrive, each of shape (nodes, kinds), and moves left over."""

    state: ClusterState
    leaving: Integers
    arriving: Integers
    spare: int

    @property
    def left(self) -> int:
        """How many moves of the plan are still to be made."""
        return int(self.arriving.sum())


def ordered(given: Cluster, leaving: Integers, arriving: Integers) -> ClusterState:
    """Return the state after all moves of the plan, or after as many as an order was found for."""
    state = ClusterState(given.free(), counts_of(given), (), 0)
    first = Waiting(state, leaving, arriving, given.limit - int(leaving.sum()))
    furthest, stack, seen = first, [first], set[bytes]()
    for _ in range(STEPS):
        if not stack or not furthest.left:
            break
        here = stack.pop()
        furthest = min(furthest, here, key=lambda each: each.left)
        key = here.leaving.tobytes() + here.arriving.tobytes()  # so is the state, and spare never grows
        if key not in seen:
            seen.add(key)
            stack.extend(reversed(list(following(here, kinds_of(given)))))
    return furthest.state


def following(here: Waiting, kinds: Integers) -> Iterator[Waiting]:
    """Yield what one move leads to, the better first: large VMs, then those that make room where it is short."""
    short = here.arriving @ kinds - here.state.free  # cores that a node still has to free
    for kind, dst in reversed(np.argwhere((here.arriving.T > 0) & _room(here, kinds)).tolist()[-BRANCHES:]):
        sources = [int(i) for i in np.argsort(-short, kind="stable") if here.leaving[i, kind] and i != dst]
        for src in sources[:BRANCHES]:
            yield _after(here, kinds, (kind, src, dst))
    if here.spare:
        yield from _parked(here, kinds, short)


def _parked(here: Waiting, kinds: Integers, short: Integers) -> Iterator[Waiting]:
    """Yield what taking a VM out of the node that is shortest of room to a third one leads to."""
    room = _room(here, kinds) & (here.arriving.T == 0)
    for src in [int(i) for i in np.argsort(-short, kind="stable") if here.leaving[i].any()][:BRANCHES]:
        for kind in np.flatnonzero(here.leaving[src]).tolist():
            roomy = [int(j) for j in np.argsort(short, kind="stable") if room[kind, j] and j != src]
            for dst in roomy[:1]:
                yield _after(here, kinds, (kind, src, dst))


def _room(here: Waiting, kinds: Integers) -> np.ndarray:
    return here.state.free >= kinds[:, None]


def _after(here: Waiting, kinds: Integers, move: ClassMove) -> Waiting:
    """Return what a move leads to; where nothing of the plan was to arrive, the VM is to leave again."""
    kind, src, dst = move
    leaving, arriving = here.leaving.copy(), here.arriving.copy()
    leaving[src, kind] -= 1
    parked = arriving[dst, kind] == 0
    if parked:
        leaving[dst, kind] += 1
    else:
        arriving[dst, kind] -= 1
    return Waiting(moved(here.state, kinds, move), leaving, arriving, here.spare - int(parked))
