"""The search on its own stack against a plain recursion with a dictionary: the same values from the same nodes."""

import math
from dataclasses import dataclass, field

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from problems.kernels import plain as slow_twin
from problems.smtt.exact import checked_jobs, decomposition
from problems.smtt.exact.decomposition import begin
from problems.smtt.exact.jobs import Jobs, reduced
from problems.smtt.exact.limits import UNLIMITED
from problems.smtt.exact.prices import Prices, priced
from problems.smtt.exact.search import DecompositionSearch, Unfinished

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=150)
JOBS = st.lists(st.tuples(st.integers(1, 30), st.integers(-9, 120)), min_size=1, max_size=11)


def jobs_of(pairs):
    return reduced(*checked_jobs([p for p, _ in pairs], [d for _, d in pairs])).jobs


@dataclass
class Recursion:
    """Lawler's decomposition with cuts, bounds and a memory, in lists and a dictionary."""

    jobs: Jobs
    prices: Prices
    nodes: int = 0
    known: dict = field(default_factory=dict)

    def p(self, members):
        return sum(int(self.jobs.p[j]) for j in members)

    def f(self, t):
        return int(self.prices.base[t >> self.prices.shift])  # short horizons have no pieces

    def bound(self, members, t, scaled=0):
        scaled += sum(int(self.prices.own[j]) for j in members) + self.f(t + self.p(members)) - self.f(t)
        return max(0, math.ceil(scaled / 64))

    def late(self, j, c):
        return max(0, c - int(self.jobs.d[j]))

    def total(self, sequence, t):
        lateness = [t + self.p(sequence[: i + 1]) - int(self.jobs.d[j]) for i, j in enumerate(sequence)]
        return sum(max(0, late) for late in lateness), lateness

    def asked(self, members, t, cut):
        """The optimum if below the cut, else a bound."""
        self.nodes += 1
        while members and self.late(members[-1], t + self.p(members)) == 0:
            members = members[:-1]
        if not members or self.bound(members, t) >= cut:
            return self.bound(members, t) if members else 0
        (edd, late), (spt, early) = (
            self.total(order, t) for order in (members, sorted(members, key=lambda j: self.jobs.rank[j]))
        )
        if sum(late > 0 for late in late) <= 1 or min(early) >= 0:
            return edd if sum(late > 0 for late in late) <= 1 else spt
        k = max(members, key=lambda j: self.jobs.rank[j])
        value, exact = self.known.get((members[0], members[-1], k, t), (-1, False))
        if exact or value >= cut:
            return value
        return self.decomposed(members, k, t, cut)

    def decomposed(self, members, k, t, cut):
        best, refused = 2**61, 2**61
        for bound, before, after, c in self.positions(members, k, t):
            limit = min(cut, best)
            if bound >= limit:
                refused = min(refused, bound)
                break
            left = self.asked(before, t, limit - self.late(k, c) - self.bound(after, c))
            value = left + self.late(k, c) + self.bound(after, c)
            if value < limit:
                value = left + self.late(k, c) + self.asked(after, c, limit - self.late(k, c) - left)
            best = value if value < limit else best
            refused = min(refused, value)
        self.known[members[0], members[-1], k, t] = found = (best, True) if best < cut else (refused, False)
        return found[0]

    def positions(self, members, k, t):
        """Potts and Van Wassenhove (1982), by ascending bound."""
        found, at = [], members.index(k)
        for h in range(at, len(members)):
            c = t + self.p(members[: h + 1])
            passed = members[at + 1 : h + 1]
            if any(self.jobs.d[r] + self.jobs.p[r] > c for r in passed):
                continue
            if h + 1 < len(members) and c >= self.jobs.d[members[h + 1]]:
                continue
            here = 64 * self.late(k, c) - int(self.prices.own[k]) - self.f(c) + self.f(c - int(self.jobs.p[k]))
            found.append((self.bound(members, t, here), members[:at] + passed, members[h + 1 :], c))
        return sorted(found, key=lambda position: position[0])


@EXAMPLES
@given(pairs=JOBS, periods=st.integers(1, 6), cut=st.integers(0, 300))
def test_a_search_answers_what_the_recursion_does_from_as_many_nodes(optimum, pairs, periods, cut):
    jobs = jobs_of(pairs)
    prices = priced(jobs, periods)
    twin, search = Recursion(jobs, prices), DecompositionSearch(jobs, UNLIMITED)
    everyone = np.arange(len(pairs))
    expected = twin.asked(everyone.tolist(), 0, cut)
    assert search.exactly(prices, everyone, 0, cut) == expected
    assert search.nodes == twin.nodes
    value = optimum(jobs.p, jobs.d)
    assert expected == value if value < cut else cut <= expected <= value


@settings(EXAMPLES, max_examples=8)
@given(pairs=JOBS, cut=st.integers(0, 300))
def test_the_uncompiled_search_opens_the_same_nodes(pairs, cut):
    jobs = jobs_of(pairs)
    prices, everyone = priced(jobs, 2), np.arange(len(pairs))
    compiled, twin = DecompositionSearch(jobs, UNLIMITED), DecompositionSearch(jobs, UNLIMITED)
    value = compiled.exactly(prices, everyone, 0, cut)
    slow_twin(begin)(twin.stack, jobs, prices, everyone, 0, cut)
    while not slow_twin(decomposition.search)(twin.stack, twin.memo, jobs, prices, 3):
        assert slow_twin(decomposition.open_bound)(twin.stack) <= value
    assert (int(twin.stack.state[1]), twin.nodes) == (value, compiled.nodes)
    assert not isinstance(value, Unfinished)
