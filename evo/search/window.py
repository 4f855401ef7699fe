"""What a candidate may know of the others: equal seeds give equal archives on any number of workers."""

from dataclasses import dataclass

from evo.core.records import Proposal
from evo.search.population import Population


@dataclass(frozen=True, slots=True)
class Window:
    """At most `size` candidates are under way: number i is proposed once all `seeds` and number i − `size` are placed.

    So it sees the placements up to i − `size`, and none that a faster machine would have made by then.
    """

    size: int
    seeds: int

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError(f"Expected window >= 1, got {self.size}.")

    def last_seen_by(self, ordinal: int) -> int:
        """Return the latest candidate whose placement a proposal sees."""
        return max(self.seeds - 1, ordinal - self.size)

    def is_before(self, earlier: int, ordinal: int) -> bool:
        """Whether the outcome of an earlier candidate may decide what becomes of this one."""
        return earlier <= ordinal - self.size

    def opened_by(self, placed: int) -> range:
        """Return the proposals that may be drawn once this candidate has its place, and not before."""
        if placed < self.seeds - 1:
            return range(0)
        first = self.seeds if placed == self.seeds - 1 else placed + self.size
        return range(first, placed + self.size + 1)


class Proposals:
    """Draws every proposal at its time, by the window, and keeps it until it is taken."""

    def __init__(self, population: Population, window: Window) -> None:
        self._population = population
        self._window = window
        self._waiting: dict[int, Proposal] = {}

    def draw_after(self, placed: int) -> None:
        """Draw what this placement opens; a proposal that the record held is not taken."""
        self._waiting.pop(placed, None)
        for ordinal in self._window.opened_by(placed):
            self._waiting[ordinal] = self._population.propose(ordinal)

    def take(self, ordinal: int) -> Proposal:
        """Return a proposal that was drawn, once."""
        return self._waiting.pop(ordinal)
