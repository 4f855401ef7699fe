"""Compiled rules: native functions that Python and numba's kernels call, and the error cell they share."""

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import llvmlite.binding as llvm
from numba import float64
from numba.core.types import FunctionType, WrapperAddressProtocol
from numba.core.typing.templates import Signature as NumbaSignature
from numba.extending import typeof_impl

from evaluators.rules.counting import WORK_CELL
from evaluators.rules.emit import emit
from evaluators.rules.errors import Fault, RuleError
from evaluators.rules.machine import load
from evaluators.rules.reading import read_rules
from evaluators.rules.site import ERROR_CELL
from problems import Signature


class CompiledRule(WrapperAddressProtocol):
    """One native function `double(double, ...)`; numba takes it as a first-class function, Python calls it by ctypes.

    A call that fails returns NaN: `CompiledRules.check` says why. It keeps its machine code alive.
    """

    def __init__(self, engine: llvm.ExecutionEngine, native: str, arity: int) -> None:
        self.arity = arity
        self.engine = engine
        self.address = int(engine.get_function_address(native))
        self.native: Callable[..., float] = ctypes.CFUNCTYPE(*[ctypes.c_double] * (arity + 1))(self.address)

    def __wrapper_address__(self) -> int:
        """Return the address, as numba asks for it."""
        return self.address

    def signature(self) -> NumbaSignature:
        """Return numba's type of the function."""
        return function_type(self.arity).signature

    def __call__(self, *arguments: float) -> float:
        """Call the native function."""
        return self.native(*arguments)


@cache
def function_type(arity: int) -> FunctionType:
    """Return numba's type; kept, since making one costs as much as dispatching 50 jobs."""
    return FunctionType(float64(*[float64] * arity))


def typeof_rule(rule: CompiledRule, _: object) -> FunctionType:
    """Return numba's type of a rule; numba registers its own answer only when it first compiles something."""
    return function_type(rule.arity)


typeof_impl.register(CompiledRule, typeof_rule)


@dataclass(frozen=True, slots=True)
class CompiledRules:
    """The promised functions in the order of the signatures; since the last reset, the first fault and the work."""

    functions: tuple[CompiledRule, ...]
    faults: tuple[Fault, ...]
    cell: ctypes.c_uint64
    work: ctypes.c_int64

    @property
    def operations(self) -> int:
        """The operations (`evaluators/work.py`) of all calls since the last reset."""
        return self.work.value

    def check(self) -> None:
        """Raise the first fault of any call since the last reset.

        Raises:
            RuleError: a call had no value; its message names line and cause.
        """
        if self.cell.value:
            raise RuleError(self.faults[self.cell.value - 1])

    def reset(self) -> None:
        """Forget the fault and the work."""
        self.cell.value = self.work.value = 0


def compile_rules(source: str, signatures: Sequence[Signature]) -> CompiledRules:
    """Read, check and compile the source of a rule.

    Raises:
        Refused: the source is no Python or not in the rule language.
    """
    emitted = emit(read_rules(source, signatures))
    engine = load(emitted.text)
    functions = tuple(CompiledRule(engine, emitted.names[s.name], len(s.parameters)) for s in signatures)
    cell = ctypes.c_uint64.from_address(engine.get_global_value_address(ERROR_CELL))
    work = ctypes.c_int64.from_address(engine.get_global_value_address(WORK_CELL))
    return CompiledRules(functions, emitted.faults, cell, work)
