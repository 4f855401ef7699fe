"""Where instructions are emitted: a function's text, the present line, and the way to fail."""

from math import inf

from evaluators.rules.assembly import Assembly, Bit, Label, Real, real
from evaluators.rules.errors import Cause, Fault

ERROR_CELL = "rule_error"
LIBM_PREFIX = "rule_libm_"


class Site(Assembly):
    """A function's text that also knows the line and place of the present operation, and the faults that may occur."""

    def __init__(self, faults: dict[Fault, int]) -> None:
        super().__init__()
        self.faults = faults
        self.failing: list[tuple[str, Label]] = []
        self.failed = self.label()
        self.line = 1
        self.place = ""

    def at(self, line: int, place: str = "") -> None:
        """Say where the next guards stand in the source."""
        self.line, self.place = line, place

    def guard(self, bad: Bit, cause: Cause) -> None:
        """Fail the call with the cause when the bit is set, else go on."""
        self.note(cause)
        going_on = self.label()
        self.branch(bad, self.failed, going_on)
        self.begin(going_on)

    def note(self, cause: Cause) -> None:
        """Note that this block may go to the failing end, and with which fault."""
        fault = Fault(cause, self.line, self.place)
        self.failing.append((str(self.faults.setdefault(fault, len(self.faults) + 1)), self.here))

    def finite(self, value: Real) -> Bit:
        """Return a bit: neither NaN nor infinite."""
        return self.compare("<", self.call("llvm.fabs.f64", value), real(inf))
