"""What staged optimisation ends with; free of the solvers, which cannot all live in one process."""

from dataclasses import dataclass

from problems.pods.generator import LEVELS, Integers


@dataclass(frozen=True, slots=True)
class Staged:
    """A placement, its pods by level, and a bound for each level given what the levels above place."""

    placement: Integers
    counts: tuple[int, ...]
    bounds: tuple[int, ...]

    @property
    def proven_levels(self) -> int:
        """How many levels from the first on are proven."""
        return next((k for k in range(LEVELS) if self.counts[k] != self.bounds[k]), LEVELS)
