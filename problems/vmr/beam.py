"""Beam search over lists of moves: a strong baseline outside the language of candidates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from problems.vmr.cluster import BLOCK, ClassMove, Cluster, Integers, as_solution, counts_of, fragments, kinds_of

DECIDES = 1 << 20  # one core in fragments counts more than any sum of squares of fragments


@dataclass(frozen=True, slots=True)
class ClusterState:
    """Free cores and VMs of each class after some moves; `rank` is small where the state is good."""

    free: Integers
    counts: Integers
    moves: tuple[ClassMove, ...]
    rank: int


def beam_search(given: Cluster, width: int) -> Integers:
    """Return the best moves found, keeping `width` states after each move; deterministic.

    States are ranked by cores in fragments, then by the sum of squared fragments, the larger the better: few large
    fragments are closer to free blocks than many small ones.
    """
    start = ClusterState(given.free(), counts_of(given), (), 0)
    return as_solution(given, continued(given, start, given.limit, width).moves)


def continued(given: Cluster, start: ClusterState, limit: int, width: int) -> ClusterState:
    """Return the best state that up to `limit` more moves lead to."""
    kinds = kinds_of(given)
    best, beam = start, [start]
    for _ in range(limit):
        beam = widest([after for state in beam for after in successors(state, kinds, width)], width)
        if not beam:
            break
        best = min(best, beam[0], key=lambda state: fragments(state.free))  # equals: fewer moves
    return best


def widest(states: Sequence[ClusterState], width: int) -> list[ClusterState]:
    """Return the best states, no two alike."""
    kept: dict[bytes, ClusterState] = {}
    for state in sorted(states, key=lambda state: state.rank):
        kept.setdefault(state.counts.tobytes(), state)
        if len(kept) == width:
            break
    return list(kept.values())


def successors(state: ClusterState, kinds: Integers, width: int) -> Iterator[ClusterState]:
    """Yield the best states that one move leads to."""
    leaving = _costs(state.free, state.free + kinds[:, None], state.counts.T > 0)
    arriving = _costs(state.free, state.free - kinds[:, None], state.free >= kinds[:, None])
    total = leaving[:, :, None] + arriving[:, None, :]  # (kinds, from, to)
    nodes = np.arange(state.free.size)
    total[:, nodes, nodes] = np.inf
    flat = total.ravel()
    best = np.argpartition(flat, min(width, flat.size - 1))[:width]
    for index in best[np.argsort(flat[best], kind="stable")]:
        if np.isfinite(flat[index]):
            kind, src, dst = (int(each) for each in np.unravel_index(index, total.shape))
            yield moved(state, kinds, (kind, src, dst), int(flat[index]))


def _costs(free: Integers, after: Integers, possible: np.ndarray) -> np.ndarray:
    """Return what a node's rank changes by, of shape (kinds, nodes), inf where it cannot."""
    one, two = free % BLOCK, after % BLOCK
    return np.where(possible, DECIDES * (two - one) - (two * two - one * one), np.inf)


def moved(state: ClusterState, kinds: Integers, move: ClassMove, cost: int = 0) -> ClusterState:
    """Return the state after a move."""
    kind, src, dst = move
    free, counts = state.free.copy(), state.counts.copy()
    free[src] += kinds[kind]
    free[dst] -= kinds[kind]
    counts[src, kind] -= 1
    counts[dst, kind] += 1
    return ClusterState(free, counts, (*state.moves, move), state.rank + cost)
