"""All that is used of numba's inner parts, which it may change with any version: pyproject bounds that.

Three subjects: a function compiled alone into a library, with the helpers that it calls; what `counting.py` means in
machine code, loads and stores of the same cell; and functions of other makers that numba's kernels call by address.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from llvmlite import ir
from numba import float64, types
from numba.core import compiler, sigutils
from numba.core.base import BaseContext
from numba.core.caching import NullCache
from numba.core.codegen import CPUCodeLibrary
from numba.core.imputils import impl_ret_borrowed
from numba.core.registry import CPUDispatcher, cpu_target
from numba.core.types import FunctionType, WrapperAddressProtocol
from numba.core.typing.templates import AbstractTemplate, ConcreteTemplate, Signature, infer_global, signature
from numba.extending import lower_builtin, typeof_impl

from evaluators.language.numba.counting import (
    CELL,
    OverBudgetError,
    elements,
    length,
    powers,
    sorting,
    spend,
    tally,
    tick,
)
from evaluators.work import DEAR

OPTIONS = {"nopython": True, "boundscheck": True, "error_model": "python", "no_cpython_wrapper": True}


def new_library() -> CPUCodeLibrary:
    """Return an empty library for a function and its helpers."""
    return cpu_target.target_context.codegen().create_library("algorithm")


def without_disk(kernels: Sequence[Callable[..., object]]) -> None:
    """Let kernels neither read nor write files from now on."""
    for kernel in kernels:
        dispatcher: Any = kernel
        if isinstance(kernel, CPUDispatcher):
            dispatcher._cache = NullCache()


class HelperFunction(CPUDispatcher):
    """A helper: compiled, for each combination of argument types, into the library of the algorithm it belongs to."""

    def __init__(self, function: Callable[..., object], home: CPUCodeLibrary) -> None:
        super().__init__(function, targetoptions=OPTIONS)
        self.home = home

    def compile(self, signature: object) -> Any:
        """Compile for argument types and return the key by which a call finds the code."""
        signature_arguments, returned = sigutils.normalize_signature(signature)
        arguments = tuple(map(types.unliteral, signature_arguments))  # numba tries each literal 0 as a type of its own
        if arguments not in self.overloads:
            result = compiled(self.py_func, arguments, returned, self.home, no_compile=True)
            key = object()
            cpu_target.target_context.insert_user_function(key, result.fndesc)
            self.overloads[arguments] = result._replace(entry_point=key)
        overload: Any = self.overloads[arguments]
        return overload.entry_point


def compiled(
    function: Callable[..., object],
    arguments: tuple[types.Type, ...],
    returned: types.Type | None,
    home: CPUCodeLibrary,
    no_compile: bool = False,
) -> Any:
    """Compile one function into a library; `no_compile` leaves out what only a function called from Python needs."""
    flags: Any = compiler.Flags()
    cpu_target.options.parse_as_flags(flags, OPTIONS)
    flags.no_cfunc_wrapper = True
    flags.no_cpython_wrapper = flags.no_compile = no_compile
    contexts = cpu_target.typing_context, cpu_target.target_context
    return compiler.compile_extra(*contexts, function, arguments, returned, flags, {}, library=home)


class AddressedFunction(WrapperAddressProtocol):
    """A native function `double(double, ...)` at an address; numba takes it as a first-class function."""

    address: int
    arity: int

    def __wrapper_address__(self) -> int:
        """Return the address, as numba asks for it."""
        return self.address

    def signature(self) -> Signature:
        """Return numba's type of the function."""
        return function_type(self.arity).signature


@cache
def function_type(arity: int) -> FunctionType:
    """Return numba's type; cached, since making one costs as much as dispatching 50 jobs."""
    return FunctionType(float64(*[float64] * arity))


def typeof_function(function: AddressedFunction, _: object) -> FunctionType:
    """Return numba's type of a function; numba registers its own answer only when it first compiles something."""
    return function_type(function.arity)


typeof_impl.register(AddressedFunction, typeof_function)


WORD = ir.IntType(64)
LEFT, LINE = (CELL.ctypes.data + 8 * index for index in range(2))


@infer_global(tick)
@infer_global(tally)
class BlockCharge(ConcreteTemplate):
    """A charge with its line."""

    cases = (signature(types.void, types.int64, types.int64),)


@infer_global(spend)
class PlainCharge(ConcreteTemplate):
    """A charge."""

    cases = (signature(types.void, types.int64),)


@infer_global(length)
class LengthCharge(ConcreteTemplate):
    """A charge of a number that is passed on."""

    cases = (signature(types.int64, types.int64),)


@infer_global(elements)
@infer_global(sorting)
@infer_global(powers)
class ValueCharge(AbstractTemplate):
    """A charge of a value that is passed on."""

    def generic(self, arguments: Sequence[types.Type], _: object) -> Signature:
        """Return the type of the value as it is; a literal becomes a number."""
        kind = types.unliteral(arguments[0])
        return signature(kind, kind)


def cell(context: BaseContext, builder: ir.IRBuilder, address: int) -> ir.Value:
    """Return the pointer to a part of the cell."""
    return builder.inttoptr(context.get_constant(types.intp, address), WORD.as_pointer())


def charge(context: BaseContext, builder: ir.IRBuilder, operations: ir.Value, check: bool = True) -> None:
    """Emit the charge, and the end of an algorithm that is over its limit."""
    place = cell(context, builder, LEFT)
    left = builder.sub(builder.load(place), operations)
    builder.store(left, place)
    if check:
        conventions: Any = context
        with builder.if_then(builder.icmp_signed("<", left, WORD(0)), likely=False):
            conventions.call_conv.return_user_exc(builder, OverBudgetError, ())


@lower_builtin(tally, types.int64, types.int64)
def lower_tally(context: BaseContext, builder: ir.IRBuilder, _: Signature, values: Sequence[ir.Value]) -> ir.Value:
    """Emit `tally`."""
    builder.store(values[1], cell(context, builder, LINE))
    charge(context, builder, values[0], check=False)
    return context.get_dummy_value()


@lower_builtin(tick, types.int64, types.int64)
def lower_tick(context: BaseContext, builder: ir.IRBuilder, _: Signature, values: Sequence[ir.Value]) -> ir.Value:
    """Emit `tick`."""
    builder.store(values[1], cell(context, builder, LINE))
    charge(context, builder, values[0])
    return context.get_dummy_value()


@lower_builtin(spend, types.int64)
def lower_spend(context: BaseContext, builder: ir.IRBuilder, _: Signature, values: Sequence[ir.Value]) -> ir.Value:
    """Emit `spend`."""
    charge(context, builder, values[0])
    return context.get_dummy_value()


@lower_builtin(length, types.int64)
def lower_length(context: BaseContext, builder: ir.IRBuilder, _: Signature, values: Sequence[ir.Value]) -> ir.Value:
    """Emit `length`; a negative one costs nothing and fails later."""
    negative = builder.icmp_signed("<", values[0], WORD(0))
    charge(context, builder, builder.select(negative, WORD(0), values[0]))
    return values[0]


@lower_builtin(elements, types.Array)
def lower_elements(context: BaseContext, builder: ir.IRBuilder, sig: Signature, values: Sequence[ir.Value]) -> ir.Value:
    """Emit `elements` of an array."""
    array = context.make_array(sig.args[0])(context, builder, values[0])
    charge(context, builder, array.nitems)
    return impl_ret_borrowed(context, builder, sig.return_type, values[0])


@lower_builtin(elements, types.Number)
@lower_builtin(elements, types.Boolean)
def lower_number(context: BaseContext, builder: ir.IRBuilder, _: Signature, values: Sequence[ir.Value]) -> ir.Value:
    """Emit `elements` of a number."""
    charge(context, builder, WORD(1), check=False)
    return values[0]


@lower_builtin(powers, types.Array)
def lower_powers(context: BaseContext, builder: ir.IRBuilder, sig: Signature, values: Sequence[ir.Value]) -> ir.Value:
    """Emit `powers` of an array."""
    array = context.make_array(sig.args[0])(context, builder, values[0])
    charge(context, builder, builder.mul(array.nitems, WORD(DEAR)))
    return impl_ret_borrowed(context, builder, sig.return_type, values[0])


@lower_builtin(powers, types.Number)
def lower_power(context: BaseContext, builder: ir.IRBuilder, _: Signature, values: Sequence[ir.Value]) -> ir.Value:
    """Emit `powers` of a number."""
    charge(context, builder, WORD(DEAR), check=False)
    return values[0]


@lower_builtin(sorting, types.Array)
def lower_sorting(context: BaseContext, builder: ir.IRBuilder, sig: Signature, values: Sequence[ir.Value]) -> ir.Value:
    """Emit `sorting`: ceil(log2 n) is the number of bits of n - 1."""
    count = context.make_array(sig.args[0])(context, builder, values[0]).nitems
    bits = bit_length(builder, builder.sub(count, WORD(1)))
    some = builder.icmp_signed(">", count, WORD(0))
    charge(context, builder, builder.select(some, builder.mul(count, bits), WORD(0)))
    return impl_ret_borrowed(context, builder, sig.return_type, values[0])


def bit_length(builder: ir.IRBuilder, number: ir.Value) -> ir.Value:
    """Return the bits of a number that is not negative."""
    return builder.sub(WORD(64), builder.ctlz(number, ir.IntType(1)(0)))
