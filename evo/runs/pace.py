"""How fast a search goes and how long it will take: from what was asked and spent in the last minute."""

from collections import deque
from dataclasses import dataclass, field

from evo.search.budget import Ledger

WINDOW = 60.0
"""Seconds that count."""
LEAST = 2.0
"""Seconds that must have passed before a rate says anything."""
RATED = ("candidates", "replies", "dollars", "tokens", "seconds")
"""The limits of a budget whose end can be told; a plateau's cannot."""


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """Seconds until a limit of the budget is reached, the first one."""

    seconds: float
    limit: str


@dataclass(slots=True)
class Pace:
    """What had been used of each limit, at moments of the last minute."""

    moments: deque[tuple[float, dict[str, float]]] = field(default_factory=deque)

    def look(self, ledger: Ledger, elapsed: float) -> None:
        """Note what is used `elapsed` seconds after the run began."""
        self.moments.append((elapsed, used(ledger, elapsed)))
        while elapsed - self.moments[0][0] > WINDOW:
            self.moments.popleft()

    def per_second(self, name: str) -> float | None:
        """Return how much of a limit is used in a second; None while this cannot be told."""
        if not self.moments:
            return None
        (began, first), (now, last) = self.moments[0], self.moments[-1]
        return (last[name] - first[name]) / (now - began) if now - began >= LEAST else None

    def left(self, ledger: Ledger) -> TimeLeft | None:
        """Return when the first limit is reached at this pace; None where none is in sight."""
        found = []
        for name in RATED:
            limit, rate = getattr(ledger.budget, name), self.per_second(name)
            if limit is not None and rate:
                found.append(TimeLeft(max(0.0, limit - self.moments[-1][1][name]) / rate, name))
        return min(found, key=lambda one: one.seconds, default=None)


def used(ledger: Ledger, elapsed: float) -> dict[str, float]:
    """Return what is used of each limit; dollars of an unknown price count as none."""
    spent = ledger.spent
    values = (ledger.candidates, ledger.replies, spent.dollars or 0.0, spent.tokens, elapsed)
    return dict(zip(RATED, values, strict=True))
