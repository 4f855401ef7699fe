"""What `counting.py` means in machine code: numba compiles its functions as loads and stores of the same cell."""

from collections.abc import Sequence
from typing import Any

from llvmlite import ir
from numba import types
from numba.core.base import BaseContext
from numba.core.imputils import impl_ret_borrowed
from numba.core.typing.templates import AbstractTemplate, ConcreteTemplate, Signature, infer_global, signature
from numba.extending import lower_builtin

from evaluators.algorithms.counting import (
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
