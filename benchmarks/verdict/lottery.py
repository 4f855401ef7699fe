"""A problem on which no rule is better than another: what a search finds there is luck."""

import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from problems import Instance, Reference, Solution
from problems.toy import PRIORITY, Toy

RULES = {
    name: f"{PRIORITY.header()}\n    return {expression}\n"
    for name, expression in {"SPT": "p", "LPT": "-p", "LW": "-w", "SW": "w"}.items()
}


@dataclass(frozen=True, slots=True)
class Lottery(Toy):
    """The toy's jobs, where each sequence draws its value: exponential of mean 1, by a hash of it and the instance."""

    name: ClassVar[str] = "lottery"
    reference_method: ClassVar[str] = "lottery 1"
    baselines: ClassVar[Mapping[str, str]] = RULES
    seeds: ClassVar[tuple[str, ...]] = tuple(RULES)

    def objective(self, instance: Instance, solution: Solution) -> float:
        """Return 1 plus what the sequence draws on this instance."""
        drawn = zlib.crc32(solution.tobytes(), zlib.crc32(instance.name.encode()))
        return 1.0 - math.log((drawn + 1) / 2**32)

    def reference(self, instance: Instance) -> Reference:  # noqa: ARG002
        """Return 1, below which no draw is."""
        return Reference(value=1.0, bound=1.0, proven=True, method="below every draw")
