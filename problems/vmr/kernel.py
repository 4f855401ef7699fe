"""The kernels: rescheduling by two rules, and the replay of a list of moves.

State is in two tables of integers, so that a kernel can hand it on: `vms` of shape (4, VMs) with the rows SIZE, KIND
(the place of the size among the sizes), PLACE and MOVED; `nodes` of shape (3, nodes) with FREE, COUNT and LEFT.
"""

from collections.abc import Callable

import numpy as np

from problems.contract import Array, Rule
from problems.kernels import compiled
from problems.vmr.canonical_order import ordered
from problems.vmr.cluster import BLOCK, NODES_PER_PM, Integers, free_cores

SIZE, KIND, PLACE, MOVED = range(4)
FREE, COUNT, LEFT = range(3)
GAIN, GAIN_NODE, SECOND_GAIN, SLACK, SLACK_NODE, SECOND_SLACK = range(6)
OFFER = 6
MOST_LEFT = 10  # of the moves left, rules are told no more
NOWHERE = -BLOCK  # below the gain of any arrival


@compiled
def reschedule(vm_score: Rule, dst_score: Rule, vms: Integers, nodes: Integers, kinds: Integers, moves: Array) -> None:
    """Write into `moves` the moves that the rules choose, one after the other, each with room when it is made.

    `vm_score` is asked for VMs that fit somewhere else; the first of largest value above 0 wins, and the first node of
    largest value. NaN, of a rule that failed, never wins over a number.
    """
    offers = np.empty((kinds.size, OFFER), dtype=np.int64)
    for step in range(moves.shape[0]):
        k_left = float(min(MOST_LEFT, moves.shape[0] - step))
        frag_mean = survey(kinds, nodes, offers)
        vm, highest = -1, 0.0
        for each in range(vms.shape[1]):
            if own_offer(offers, vms, each)[0] != NOWHERE:
                value = vm_score(*vm_features(vms, nodes, offers, each, frag_mean, k_left))
                if value > highest:
                    vm, highest = each, value
        if vm < 0:
            return
        dst, highest = -1, -np.inf
        for node in range(nodes.shape[1]):
            if node != vms[PLACE, vm] and nodes[FREE, node] >= vms[SIZE, vm]:
                value = dst_score(*dst_features(vms, nodes, vm, node, k_left))
                if dst < 0 or value > highest:
                    dst, highest = node, value
        carry_out(vms, nodes, vm, dst)
        moves[step, 0], moves[step, 1] = vm, dst


@compiled
def vm_features(
    vms: Integers, nodes: Integers, offers: Integers, vm: int, frag_mean: float, k_left: float
) -> tuple[float, float, float, float, float, float, float, float, float, float, float]:
    """Return what `vm_score` is told, in the order of its signature."""
    size, src = vms[SIZE, vm], vms[PLACE, vm]
    free_src = nodes[FREE, src]
    frag_src = free_src % BLOCK
    gain_remove = frag_src - (free_src + size) % BLOCK
    gain_add, slack_best = own_offer(offers, vms, vm)
    return (
        float(size),
        float(free_src),
        float(frag_src),
        float(gain_remove),
        float(gain_remove + gain_add),
        float(slack_best),
        float(nodes[COUNT, src]),
        float(vms[MOVED, vm]),
        float(nodes[LEFT, src]),
        frag_mean,
        k_left,
    )


@compiled
def dst_features(
    vms: Integers, nodes: Integers, vm: int, node: int, k_left: float
) -> tuple[float, float, float, float, float, float, float, float, float]:
    """Return what `dst_score` is told, in the order of its signature."""
    size, src = vms[SIZE, vm], vms[PLACE, vm]
    free_dst = nodes[FREE, node]
    frag_dst = free_dst % BLOCK
    return (
        float(size),
        float(free_dst),
        float(frag_dst),
        float(frag_dst - (free_dst - size) % BLOCK),
        1.0 if node // NODES_PER_PM == src // NODES_PER_PM else 0.0,
        float(nodes[COUNT, node]),
        float(nodes[LEFT, node]),
        float(nodes[FREE, src] % BLOCK),
        k_left,
    )


@compiled
def survey(kinds: Integers, nodes: Integers, offers: Integers) -> float:
    """Write what all nodes offer to a VM of each size, and return their mean fragment.

    A row holds the largest gain of an arrival, its node, the largest on any other node; then the least slack, cores
    left in a fragment that takes the VM whole, its node, and the least on any other node.
    """
    total = 0
    offers[:] = -1
    offers[:, GAIN : SECOND_GAIN + 1 : 2] = NOWHERE
    offers[:, SLACK : SECOND_SLACK + 1 : 2] = BLOCK
    for node in range(nodes.shape[1]):
        free = nodes[FREE, node]
        total += free % BLOCK
        for kind in range(kinds.size):
            if free >= kinds[kind]:
                note_offer(offers[kind], node, free % BLOCK, (free - kinds[kind]) % BLOCK, kinds[kind])
    return float(total / nodes.shape[1])


@compiled
def note_offer(offer: Integers, node: int, before: int, after: int, size: int) -> None:
    """Enter a node whose fragment would change so by the arrival of a VM of this size."""
    gain = before - after
    if gain > offer[GAIN]:
        offer[SECOND_GAIN] = offer[GAIN]
        offer[GAIN], offer[GAIN_NODE] = gain, node
    else:
        offer[SECOND_GAIN] = max(gain, offer[SECOND_GAIN])
    if before < size:
        return
    if after < offer[SLACK]:
        offer[SECOND_SLACK] = offer[SLACK]
        offer[SLACK], offer[SLACK_NODE] = after, node
    else:
        offer[SECOND_SLACK] = min(after, offer[SECOND_SLACK])


@compiled
def own_offer(offers: Integers, vms: Integers, vm: int) -> tuple[int, int]:
    """Return the largest gain of the VM's arrival (NOWHERE without room) and the least slack on the other nodes."""
    offer, src = offers[vms[KIND, vm]], vms[PLACE, vm]
    gain = offer[SECOND_GAIN] if offer[GAIN_NODE] == src else offer[GAIN]
    slack = offer[SECOND_SLACK] if offer[SLACK_NODE] == src else offer[SLACK]
    return gain, slack


@compiled
def carry_out(vms: Integers, nodes: Integers, vm: int, dst: int) -> None:
    """Move a VM to a node that has room for it."""
    size, src = vms[SIZE, vm], vms[PLACE, vm]
    nodes[FREE, src] += size
    nodes[COUNT, src] -= 1
    nodes[LEFT, src] += 1
    nodes[FREE, dst] -= size
    nodes[COUNT, dst] += 1
    vms[PLACE, vm] = dst
    vms[MOVED, vm] += 1


@compiled
def replay(moves: Array, size: Integers, start: Integers, free: Integers, gains: Integers) -> int:
    """Carry untrusted moves out on `free` until one is impossible; return how many were.

    Each move's gain, the cores in fragments that it saves, is written into `gains`.
    """
    place = start.copy()
    for step in range(moves.shape[0]):
        vm, dst = moves[step]
        if vm < 0 or vm >= size.size or dst < 0 or dst >= free.size or dst == place[vm] or free[dst] < size[vm]:
            return step
        src = place[vm]
        before = free[src] % BLOCK + free[dst] % BLOCK
        free[src] += size[vm]
        free[dst] -= size[vm]
        gains[step] = before - free[src] % BLOCK - free[dst] % BLOCK
        place[vm] = dst
    return len(moves)


def chosen_moves(
    vm_score: Rule,
    dst_score: Rule,
    size: Integers,
    start: Integers,
    capacity: Integers,
    limit: int,
    *,
    kernel: Callable[..., None] = reschedule,
) -> Integers:
    """Return the moves of shape (limit, 2), -1 after the last; the kernel works in canonical order."""
    node_order, vm_order, place = ordered(size, start, capacity)
    moves = np.full((limit, 2), -1, dtype=np.int64)
    vms, nodes, kinds = tables(size[vm_order], place, free_cores(size, start, capacity)[node_order])
    kernel(vm_score, dst_score, vms, nodes, kinds, moves)
    made = int((moves[:, 0] >= 0).sum())
    moves[:made, 0] = vm_order[moves[:made, 0]]
    moves[:made, 1] = node_order[moves[:made, 1]]
    return moves


@compiled
def tables(size: Integers, place: Integers, free: Integers) -> tuple[Integers, Integers, Integers]:
    """Return the kernel's tables of VMs and of nodes, and the sizes that there are."""
    kinds = np.unique(size)
    vms, nodes = np.zeros((4, size.size), dtype=np.int64), np.zeros((3, free.size), dtype=np.int64)
    vms[SIZE], vms[KIND], vms[PLACE] = size, np.searchsorted(kinds, size), place
    nodes[FREE], nodes[COUNT] = free, np.bincount(place, minlength=free.size)
    return vms, nodes, kinds
