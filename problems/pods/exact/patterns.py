"""Patterns: sets of pods that fit together on one node and leave room for no other (kernels).

PatternPrices π of pods are integers; a node's `requests`, of shape (pods, 2), and `capacity` hold CPU and memory.
"""

import numpy as np
from numpy.typing import NDArray

from problems.kernels import compiled
from problems.pods.generator import Integers

Patterns = NDArray[np.bool_]  # of shape (patterns, pods)


@compiled
def search(
    price: Integers, requests: Integers, capacity: Integers, least: int, rise: int, steps: int, found: Patterns
) -> tuple[int, int]:
    """Write into `found` the patterns whose prices sum to `least` or more; return how many, and the largest sum.

    With a positive `rise`, each must be better by that than the one before, which it replaces: what is best is better
    by less than `rise` than the last. The count is -1 where the steps or the places in `found` ran out. Depth first as
    Horowitz and Sahni (1974), by price for weight; the bound is that of a knapsack whose weight is a sum of both
    requests, with a fraction of one pod.
    """
    scarcity = best_weights(price, requests, capacity)
    weight = requests[:, 0] * scarcity[0] + requests[:, 1] * scarcity[1]
    order = np.argsort(-price / weight)
    price, weight, asked = price[order], weight[order], requests[order]
    inside, free = np.zeros(order.size, dtype=np.bool_), capacity.copy()
    value = best = k = count = 0
    for _ in range(steps):
        if k < order.size and hope(value, free, scarcity, price, weight, k) >= least:
            if asked[k, 0] <= free[0] and asked[k, 1] <= free[1]:
                inside[k] = True
                value += price[k]
                free -= asked[k]
                if value >= least and not has_room(inside, asked, free):
                    if count == found.shape[0]:
                        return -1, best
                    found[count, order] = inside
                    best = max(best, value)
                    least = value + rise if rise > 0 else least
                    count += rise == 0
            k += 1
            continue
        k = last_inside(inside, k)
        if k < 0:
            return count + (rise > 0 and best > 0), best
        inside[k] = False
        value -= price[k]
        free += asked[k]
        k += 1
    return -1, best


@compiled
def best_weights(price: Integers, requests: Integers, capacity: Integers) -> NDArray[np.float64]:
    """Return the weights of CPU and memory, per unit, whose knapsack bounds an empty node best, of some tried."""
    best, least = np.zeros(2), np.inf
    for tenths in range(1, 10):
        scarcity = np.array([tenths / capacity[0], (10 - tenths) / capacity[1]])
        weight = requests[:, 0] * scarcity[0] + requests[:, 1] * scarcity[1]
        order = np.argsort(-price / weight)
        bound = hope(0, capacity, scarcity, price[order], weight[order], 0)
        if bound < least:
            best, least = scarcity, bound
    return best


@compiled
def hope(
    value: int, free: Integers, scarcity: NDArray[np.float64], price: Integers, weight: NDArray[np.float64], first: int
) -> float:
    """Return a bound on the value that the pods from `first` on can bring about, a little above for the rounding."""
    left, total = free[0] * scarcity[0] + free[1] * scarcity[1] + 1e-9, float(value) + 0.01
    for k in range(first, price.size):
        if weight[k] > left:
            return float(total + price[k] * left / weight[k])
        total += price[k]
        left -= weight[k]
    return total


@compiled
def has_room(inside: NDArray[np.bool_], requests: Integers, free: Integers) -> bool:
    """Return whether a pod that is outside fits."""
    for k in range(inside.size):  # noqa: SIM110 - numba compiles no generators here
        if not inside[k] and requests[k, 0] <= free[0] and requests[k, 1] <= free[1]:
            return True
    return False


@compiled
def last_inside(inside: NDArray[np.bool_], before: int) -> int:
    """Return the last pod inside before a place, -1 where there is none."""
    k = before - 1
    while k >= 0 and not inside[k]:
        k -= 1
    return k
