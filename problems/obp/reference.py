"""What is known of the offline optimum: packings of all items at once, and lower bounds."""

from problems.contract import Array, Reference
from problems.obp.bounds import l2
from problems.obp.offline import packed
from problems.obp.packing import bins_used


def best_known(sizes: Array, capacity: int) -> Reference:
    """Return the least number of bins that is known, and a proven bound.

    L2 against heuristics, largest first; where these do not meet, cutting stock by column generation, whose duals give
    a bound in whole numbers and whose patterns, fixed step by step, a packing. Nothing looks at a clock.
    """
    bound, packing = l2(sizes, capacity), packed(sizes, capacity)
    method, versions = "L2 and largest first", ""
    if packing.max() + 1 > bound:
        from problems import highs  # heavy, and the sandbox has no need of it
        from problems.obp import cutting

        packing, bound = cutting.cut(sizes, capacity, packing, bound)
        method, versions = "column generation", highs.HIGHSPY
    value = bins_used(packing, sizes, capacity)
    return Reference(value, bound, value == bound, method, versions=versions)
