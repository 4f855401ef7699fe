"""What can go wrong while a rule runs: the same causes for a compiled and for an interpreted rule."""

from dataclasses import dataclass
from enum import StrEnum


class Cause(StrEnum):
    """Why a call of a rule has no value."""

    ZERO_DIVISION = "division by zero"
    OVERFLOW = "result too large for a float (overflow)"
    DOMAIN = "math domain error"
    UNASSIGNED = "variable used before a value is assigned"
    NO_RETURN = "the function ended without return"
    NOT_FINITE = "the rule returned NaN or infinity"
    RANGE = "range() needs whole numbers of at most 2**53 and a step other than 0"


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where a rule may fail: the cause, the line, and what stands there."""

    cause: Cause
    line: int
    place: str = ""

    def __str__(self) -> str:
        place = f" in {self.place}" if self.place else ""
        return f"line {self.line}: {self.cause.value}{place}"


class RuleError(ArithmeticError):
    """A call of a rule has no value; `fault` says why and where."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault
