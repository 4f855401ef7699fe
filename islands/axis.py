"""One behaviour dimension of an archive and the bins it is cut into."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Axis:
    """One measure cut into `bins` bins of equal width between `low` and `high`, on a linear or a log scale."""

    measure: str
    low: float
    """The value at which the first bin begins."""
    high: float
    """The value at which the last bin ends."""
    bins: int
    """So many bins of equal width."""
    scale: str = "linear"
    """How width is counted: linear or log."""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.high - self.low) and self.low < self.high):
            raise ValueError(f"Expected finite low < high on axis {self.measure}, got {self.low} and {self.high}.")
        if self.bins < 1:
            raise ValueError(f"Expected bins >= 1 on axis {self.measure}, got {self.bins}.")
        if self.scale not in ("linear", "log"):
            raise ValueError(f"Expected scale linear or log on axis {self.measure}, got {self.scale!r}.")
        if self.scale == "log" and self.low <= 0:
            raise ValueError(f"Expected low > 0 on the log axis {self.measure}, got {self.low}.")

    @property
    def edges(self) -> tuple[float, ...]:
        """The values at which bins begin and end: one more than bins."""
        return tuple(self._value(place / self.bins) for place in range(self.bins + 1))

    def bin(self, value: float) -> int:
        """Return the bin of a value; values outside the range go to the nearest end, `high` to the last bin.

        Raises:
            ValueError: the value is NaN.
        """
        if math.isnan(value):
            raise ValueError(f"Expected a number for measure {self.measure}, got NaN.")
        if value <= self.low:
            return 0
        if value >= self.high:
            return self.bins - 1
        # Rounding can lift a value just below `high` onto the edge.
        return min(int(self._share(value) * self.bins), self.bins - 1)

    def range(self, place: int) -> tuple[float, float]:
        """Return the lowest and the highest value of a bin; values outside the axis are in the end ones all the same.

        Raises:
            ValueError: there is no such bin.
        """
        if not 0 <= place < self.bins:
            raise ValueError(f"Expected a bin of axis {self.measure} in 0 to {self.bins - 1}, got {place}.")
        return self._value(place / self.bins), self._value((place + 1) / self.bins)

    def _value(self, share: float) -> float:
        """Return the value that lies so far along the axis."""
        if self.scale == "log":
            return float(self.low * (self.high / self.low) ** share)
        return self.low + share * (self.high - self.low)

    def _share(self, value: float) -> float:
        """Return how far the value lies along the axis, in [0, 1]."""
        if self.scale == "log":
            return (math.log(value) - math.log(self.low)) / (math.log(self.high) - math.log(self.low))
        return (value - self.low) / (self.high - self.low)
