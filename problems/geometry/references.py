"""The best values known, by number of points, with where they come from; bounds that are proved in one line."""

from collections.abc import Mapping
from math import inf, nextafter, pi, sqrt

from problems.contract import Reference

FRIEDMAN = "Erich Friedman's page of circles in a square, printed truncated"
PUBLISHED_CIRCLES: Mapping[int, tuple[float, str]] = {
    25: (2.587, FRIEDMAN),
    26: (2.6359830853, "several groups, strictly feasible"),
    28: (2.737, FRIEDMAN),
    29: (2.790, FRIEDMAN),
    30: (2.842, FRIEDMAN),
    32: (2.9395727713, "TTT-Discover prints 2.939572, further digits by the hand-written program"),
}
FOUND_CIRCLES: Mapping[int, float] = {
    20: 2.301122835,
    21: 2.362117320,
    22: 2.420202650,
    23: 2.478013613,
    24: 2.530311588,
    27: 2.685978685,
}
PUBLISHED_HEILBRONN: Mapping[int, tuple[float, str]] = {
    9: (43 / 784, "Cantrell 2006, Erich Friedman's page"),
    11: (0.036529889880030156, "AlphaEvolve, arXiv 2506.13131"),
    12: (0.03100478174352532, "Cantrell 2006, digits by Tej Stead's table of Heilbronn configurations"),
    13: (0.026556528919738265, "Stead 2026, Tej Stead's table of Heilbronn configurations"),
    14: (0.023775773107572775, "Cantrell 2007, digits by Tej Stead's table of Heilbronn configurations"),
}
FOUND_HEILBRONN: Mapping[int, float] = {7: 7 / 72, 8: 0.0677892132542, 10: 0.0433767406779}
CIRCLES = frozenset(PUBLISHED_CIRCLES) | frozenset(FOUND_CIRCLES)
HEILBRONN = frozenset(PUBLISHED_HEILBRONN) | frozenset(FOUND_HEILBRONN)


def circles_reference(n: int) -> Reference:
    """Return the best known sum of radii of n circles.

    As the areas add up to at most 1, the sum is at most √(n/π) by the inequality of Cauchy and Schwarz.
    """
    return best_known(n, PUBLISHED_CIRCLES, FOUND_CIRCLES, sqrt(n / pi))


def heilbronn_reference(n: int) -> Reference:
    """Return the best known smallest area of n points.

    Any triangulation of the points has at least n - 2 triangles that do not overlap, so one is at most 1/(n - 2).
    """
    return best_known(n, PUBLISHED_HEILBRONN, FOUND_HEILBRONN, 1 / (n - 2))


def best_known(
    n: int, published: Mapping[int, tuple[float, str]], found: Mapping[int, float], bound: float
) -> Reference:
    """Return the best value known, where it comes from, and the bound, rounded up."""
    bound = nextafter(bound, inf)
    if n in published:
        value, source = published[n]
        return Reference(value, bound, False, f"best known: {source}")
    return Reference(found[n], bound, False, "best found by the hand-written program")
