"""Budget classes: heuristics are compared with those that may do as much work, counted in multiples of MDD's."""

from collections.abc import Mapping

from problems.optional import Allowance

MULTIPLES: Mapping[str, int] = {"A": 5, "B": 20, "C": 500, "D": 1000}
"""How many times MDD's operations a heuristic of a class may use: one pass, then ever longer searches."""

KERNEL = 3  # what the kernel of rules costs with MDD's rule, in MDDs


def mdd_operations(n: int) -> int:
    """Return the most operations that the algorithm MDD uses for n jobs.

    That is where each job chosen is the first of those that wait, in SPT order, so that all others move up; on the
    instances of Potts and Van Wassenhove it uses 0.8 to 0.98 of it. The two sorts take n·ceil(log2 n) each.
    """
    return (11 * n * n + 21 * n) // 2 + 2 + 2 * n * max(0, n - 1).bit_length()


def multiple_of(budget_class: str) -> int:
    """Return a class's multiple; raises ValueError for another name."""
    if budget_class not in MULTIPLES:
        raise ValueError(f"Expected budget_class in {', '.join(MULTIPLES)}, got {budget_class!r}.")
    return MULTIPLES[budget_class]


def of_algorithm(budget_class: str, n: int) -> Allowance:
    """Return what an algorithm may use for n jobs: all that it does is counted."""
    unit = mdd_operations(n)
    return Allowance(unit=unit, most=multiple_of(budget_class) * unit)


def of_rule(budget_class: str, n: int) -> Allowance:
    """Return what a rule may use for n jobs: its own operations, on top of what the kernel spends around it.

    The kernel calls a rule n(n + 1)/2 times, and MDD's rule, max(t + p, d), costs 2. What the kernel computes for every
    rule alike (`w_late`, `late_share`, means) is about twice what MDD costs in the same count and charged, so that
    MDD's work as a rule is 3, and 24 operations a call are left to a rule of class A.
    """
    unit = mdd_operations(n)
    return Allowance(unit=unit, most=multiple_of(budget_class) * unit, base=KERNEL * unit - n * (n + 1))
