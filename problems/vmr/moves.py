"""What an untrusted list of moves does, or why it cannot be carried out; and its behavioural measures."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from problems.contract import Array, Infeasible, SolutionShape
from problems.vmr.cluster import Cluster, Integers, fragments
from problems.vmr.kernel import replay

NONE = -1
MEASURES = {
    "mean_size": "mean cores of the moved VMs over 32, 0 to 1; 0 without moves",
    "patience": "share of moves that do not lower FR at once, 0 to 1; 0 without moves",
    "spread": "number of different destinations over the number of moves, 0 to 1; 0 without moves",
}
LARGEST = 32  # cores


@dataclass(frozen=True, slots=True)
class Replayed:
    """Cores in fragments after all moves, and how many cores each move saved, of shape (moves made,)."""

    fragments: int
    gains: Integers


def replayed(given: Cluster, moves: Array) -> Replayed:
    """Carry out moves of shape (limit, 2); rows after the last must be -1 and -1.

    Raises:
        Infeasible: a move is impossible when its turn comes; the message names the row and its entries.
    """
    SolutionShape((given.limit, 2)).check(moves)
    free = given.free()
    gains = np.zeros(given.limit, dtype=np.int64)
    made = replay(moves, given.size, given.start, free, gains)
    if (moves[made:] != NONE).any():
        raise Infeasible(explained(given, moves, made))
    return Replayed(fragments(free), gains[:made])


def explained(given: Cluster, moves: Array, made: int) -> str:
    """Say why the moves after the first `made` ones cannot be carried out."""
    row = made + int(np.flatnonzero((moves[made:] != NONE).any(axis=1))[0])
    vm, dst = moves[row].tolist()
    if row > made:
        return f"Move {row} is ({vm}, {dst}) where the moves have ended in row {made}."
    if not 0 <= vm < given.size.size:
        return f"Expected a VM from 0 to {given.size.size - 1} in move {row}, got {vm} (to node {dst})."
    if not 0 <= dst < given.capacity.size:
        return f"Expected a node from 0 to {given.capacity.size - 1} in move {row}, got {dst} (for VM {vm})."
    place = given.start.copy()
    place[moves[:made, 0]] = moves[:made, 1]  # of several moves of a VM the last one counts
    if place[vm] == dst:
        return f"Move {row} takes VM {vm} to node {dst}, where it is."
    room = int(given.capacity[dst] - given.size[place == dst].sum())
    return f"Move {row} takes VM {vm} of {given.size[vm]} cores to node {dst}, which has {room} free."


def measured(moves: Integers, size: Integers, gains: Integers) -> Mapping[str, float]:
    """Return the measures of the moves that are made, of shape (moves, 2), with their gains."""
    made = len(moves)
    if not made:
        return dict.fromkeys(MEASURES, 0.0)
    mean_size = float(size[moves[:, 0]].mean()) / LARGEST
    destinations = np.unique(moves[:, 1]).size
    values = (min(1.0, mean_size), float((gains <= 0).mean()), destinations / made)
    return dict(zip(MEASURES, values, strict=True))
