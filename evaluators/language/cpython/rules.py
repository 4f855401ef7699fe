"""Rules as CPython runs them, on floats, and counts their work: the reference for compiled ones.

Arithmetic, control flow and lines of errors are CPython's own (3.11 may give the line before that of an unassigned
variable: it fuses instructions). The tree is written with a float where Python would have an int or a bool, and with
what fails where Python lets a rule pass.
"""

import ast
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType

from evaluators.language.charging import RuleWriter
from evaluators.language.dialect import RULES
from evaluators.language.errors import Cause, Fault, RuleError
from evaluators.language.functions import FUNCTIONS
from evaluators.language.names import WHOLE_NUMBERS
from evaluators.language.reading import read_rules
from problems import Rule, Signature

FILE = "<rule>"


class NoReturnError(Exception):
    """A function ended without return."""


class NotFiniteError(Exception):
    """A promised function returned NaN or infinity."""


class RangeError(Exception):
    """An argument of range is no whole number, or the step is 0."""


CAUSES: Mapping[type[Exception], Cause] = {
    ZeroDivisionError: Cause.ZERO_DIVISION,
    OverflowError: Cause.OVERFLOW,
    ValueError: Cause.DOMAIN,
    UnboundLocalError: Cause.UNASSIGNED,
    NoReturnError: Cause.NO_RETURN,
    NotFiniteError: Cause.NOT_FINITE,
    RangeError: Cause.RANGE,
}


def power(x: float, y: float) -> float:
    """x ** y, where a complex result is an error whatever its size."""
    if -math.inf < x < 0 and math.isfinite(y) and y != math.floor(y):
        raise ValueError("math domain error")
    return float(x**y)


def finite(x: float) -> float:
    """Refuse NaN and infinity."""
    if not math.isfinite(x):
        raise NotFiniteError
    return x


def float_range(*arguments: float) -> Iterator[float]:
    """Range over floats that are whole numbers."""
    if any(abs(x) > WHOLE_NUMBERS or x != math.floor(x) if math.isfinite(x) else True for x in arguments):
        raise RangeError
    if len(arguments) == 3 and arguments[2] == 0:
        raise RangeError
    return map(float, range(*map(int, arguments)))


def sign(x: float) -> float:
    """Return -1.0, 0.0, 1.0 or NaN."""
    if x > 0:
        return 1.0
    if x < 0:
        return -1.0
    return 0.0 if x == 0 else x


def copysign(x: float, y: float) -> float:
    """Return x with the sign of y; the sign of NaN counts as plus."""
    return math.copysign(x, 1.0 if math.isnan(y) else y)


def as_float(function: Callable[[float], float]) -> Callable[[float], float]:
    """Return a function whose int or bool becomes a float."""
    return lambda x: float(function(x))


LIBRARY: Mapping[str, Callable[..., float]] = {
    **{name: getattr(math, name) for name in FUNCTIONS if hasattr(math, name)},
    **{name: as_float(getattr(math, name)) for name in ("floor", "ceil", "trunc", "isnan", "isinf", "isfinite")},
    **{"abs": abs, "min": min, "max": max, "round": as_float(round), "int": as_float(int), "bool": as_float(bool)},
    "float": float,
    "copysign": copysign,
    "**": power,
    "where": lambda c, x, y: x if c else y,
    "clip": lambda x, low, high: min(max(x, low), high),
    "sign": sign,
    "square": lambda x: x * x,
}

# What is put into a rule, under names that no source can contain.
INJECTED: Mapping[str, object] = {
    **LIBRARY,
    "range": float_range,
    "finite": finite,
    "no return": NoReturnError,
}


def line_of(traceback: TracebackType | None) -> int:
    """Return the innermost line of the rule."""
    line = 0
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == FILE:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def interpreted(function: Callable[..., float]) -> Rule:
    """Return a promised function that takes floats and raises `RuleError`."""

    def rule(*arguments: float) -> float:
        try:
            return function(*map(float, arguments))
        except tuple(CAUSES) as error:
            raise RuleError(Fault(CAUSES[type(error)], line_of(error.__traceback__))) from None

    return rule


@dataclass(slots=True)
class OperationCount:
    """The operations that rules have used."""

    operations: int = 0

    def add(self, operations: int, _: int) -> None:
        """Add what a block costs, whose first line is told too."""
        self.operations += operations


def interpret_rules(
    source: str, signatures: Sequence[Signature], count: OperationCount | None = None
) -> tuple[Rule, ...]:
    """Return the promised functions as CPython runs them; a call that fails raises `RuleError`.

    Their work is added to `count`.

    Raises:
        Refused: the source is no Python or not in the rule language.
    """
    tree = read_rules(source, signatures)
    add = (count or OperationCount()).add
    injected = {**INJECTED, "tick": add, "tally": add}
    texts = {name: RULES.reserved + name for name in injected}
    body: list[ast.stmt] = [
        RuleWriter(texts, RULES.reserved, name in tree.promised).function(function)
        for name, function in tree.functions.items()
    ]
    names: dict[str, object] = {"__builtins__": {}, **{texts[name]: held for name, held in injected.items()}}
    # The reader leaves only arithmetic, calls and control flow on names of this dictionary.
    exec(compile(ast.fix_missing_locations(ast.Module(body, [])), FILE, "exec"), names)
    return tuple(interpreted(function) for function in map(names.get, tree.promised) if callable(function))
