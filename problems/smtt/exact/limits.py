"""Time, nodes and memory that an exact solution may take."""

import math
import time
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class SolveLimits:
    """When to stop unfinished: the process' CPU clock in seconds, nodes in all, bytes of stack and memory."""

    until: float = math.inf
    nodes: float = math.inf
    memory: int = 2**30

    def left(self) -> float:
        """Return the seconds of CPU time that are left."""
        return max(0.0, self.until - time.process_time())

    def over(self) -> bool:
        """Return whether the time is over."""
        return time.process_time() >= self.until

    def reached(self, nodes: int) -> bool:
        """Return whether a limit has been reached after so many nodes."""
        return nodes >= self.nodes or self.over()

    def half(self) -> "SolveLimits":
        """Return the limits of a part that may take half of the time left."""
        return replace(self, until=time.process_time() + self.left() / 2)


UNLIMITED = SolveLimits()
