"""Python's float arithmetic and math functions as LLVM instructions, with CPython's results and errors.

The functions of libm are called under names of our own, so that LLVM neither folds nor rewrites them: the bits are
those of CPython's math module, which calls the same functions.
"""

from collections.abc import Callable, Mapping
from math import inf, pi

from evaluators.language.errors import Cause
from evaluators.language.llvm.builder import LIBM_PREFIX, Bit, FunctionBuilder, Real, real
from evaluators.language.names import WHOLE_NUMBERS

Emitter = Callable[..., Real]
Condition = Callable[[FunctionBuilder, Real], Bit]


def divide(builder: FunctionBuilder, x: Real, y: Real) -> Real:
    """CPython's float_div."""
    builder.guard(builder.compare("==", y, real(0.0)), Cause.ZERO_DIVISION)
    return builder.arithmetic("fdiv", x, y)


def remainder(builder: FunctionBuilder, x: Real, y: Real) -> Real:
    """CPython's float_rem: the sign is the divisor's."""
    builder.guard(builder.compare("==", y, real(0.0)), Cause.ZERO_DIVISION)
    mod = builder.call(LIBM_PREFIX + "fmod", x, y)
    return builder.select(
        builder.truth(mod),
        builder.select(opposite(builder, mod, y), builder.arithmetic("fadd", mod, y), mod),
        builder.call("llvm.copysign.f64", real(0.0), y),
    )


def opposite(builder: FunctionBuilder, mod: Real, y: Real) -> Bit:
    """Return whether exactly one of two values is negative."""
    return builder.differ(builder.compare("<", mod, real(0.0)), builder.compare("<", y, real(0.0)))


def floor_divide(builder: FunctionBuilder, x: Real, y: Real) -> Real:
    """CPython's _float_div_mod, step by step."""
    builder.guard(builder.compare("==", y, real(0.0)), Cause.ZERO_DIVISION)
    mod = builder.call(LIBM_PREFIX + "fmod", x, y)
    div = builder.arithmetic("fdiv", builder.arithmetic("fsub", x, mod), y)
    adjusted = builder.every(builder.truth(mod), opposite(builder, mod, y))
    div = builder.select(adjusted, builder.arithmetic("fsub", div, real(1.0)), div)
    floor = builder.call("llvm.floor.f64", div)
    low = builder.compare(">", builder.arithmetic("fsub", div, floor), real(0.5))
    floor = builder.select(low, builder.arithmetic("fadd", floor, real(1.0)), floor)
    zero = builder.call("llvm.copysign.f64", real(0.0), builder.arithmetic("fdiv", x, y))
    return builder.select(builder.truth(div), floor, zero)


def power(zero_base: Cause) -> Emitter:
    """CPython's float_pow or math.pow, which differ in the error of zero to a negative power."""

    def emit(builder: FunctionBuilder, x: Real, y: Real) -> Real:
        finite_y = builder.finite(y)
        finite_both = builder.every(builder.finite(x), finite_y)
        bad = builder.every(finite_y, builder.compare("==", x, real(0.0)), builder.compare("<", y, real(0.0)))
        builder.guard(bad, zero_base)
        fractional = builder.compare("!=", y, builder.call("llvm.floor.f64", y))
        builder.guard(builder.every(finite_both, builder.compare("<", x, real(0.0)), fractional), Cause.DOMAIN)
        result = builder.call(LIBM_PREFIX + "pow", x, y)
        builder.guard(builder.every(finite_both, builder.negation(builder.finite(result))), Cause.OVERFLOW)
        return result

    return emit


def logarithm(builder: FunctionBuilder, x: Real, *base: Real) -> Real:
    """math.log with one or two arguments."""
    numerator = positive("log")(builder, x)
    return divide(builder, numerator, positive("log")(builder, base[0])) if base else numerator


def positive(name: str) -> Emitter:
    """Return a function whose argument must be above 0."""
    return defined(name, lambda builder, x: builder.compare("<=", x, real(0.0)))


def defined(name: str, undefined: Condition) -> Emitter:
    """Return a function of libm with the condition under which it has no value."""

    def emit(builder: FunctionBuilder, x: Real) -> Real:
        builder.guard(undefined(builder, x), Cause.DOMAIN)
        return builder.call(LIBM_PREFIX + name, x)

    return emit


def beyond(relation: str, bound: float) -> Condition:
    """Return the condition |x| relation bound."""
    return lambda builder, x: builder.compare(relation, builder.call("llvm.fabs.f64", x), real(bound))


def total(name: str) -> Emitter:
    """Return a function of libm that is defined everywhere."""
    return lambda builder, x: builder.call(LIBM_PREFIX + name, x)


def growing(name: str) -> Emitter:
    """Return a function of libm that may overflow."""

    def emit(builder: FunctionBuilder, x: Real) -> Real:
        result = builder.call(LIBM_PREFIX + name, x)
        overflow = builder.every(builder.finite(x), builder.negation(builder.finite(result)))
        builder.guard(overflow, Cause.OVERFLOW)
        return result

    return emit


def square_root(builder: FunctionBuilder, x: Real) -> Real:
    """math.sqrt; correctly rounded everywhere, so the instruction serves."""
    builder.guard(builder.compare("<", x, real(0.0)), Cause.DOMAIN)
    return builder.call("llvm.sqrt.f64", x)


def whole(name: str) -> Emitter:
    """Return a rounding to a whole number; Python's are ints, which have no negative zero, NaN or infinity."""

    def emit(builder: FunctionBuilder, x: Real) -> Real:
        builder.guard(builder.isnan(x), Cause.DOMAIN)
        builder.guard(builder.compare("==", builder.call("llvm.fabs.f64", x), real(inf)), Cause.OVERFLOW)
        return builder.arithmetic("fadd", builder.call(f"llvm.{name}.f64", x), real(0.0))

    return emit


def best(relation: str) -> Emitter:
    """Python's min and max: a later value must be strictly better to replace an earlier one."""

    def emit(builder: FunctionBuilder, first: Real, *others: Real) -> Real:
        for other in others:
            first = builder.select(builder.compare(relation, other, first), other, first)
        return first

    return emit


def clip(builder: FunctionBuilder, x: Real, low: Real, high: Real) -> Real:
    """min(max(x, low), high)."""
    return best("<")(builder, best(">")(builder, x, low), high)


def sign(builder: FunctionBuilder, x: Real) -> Real:
    """Return -1.0, 0.0 or 1.0; NaN for NaN."""
    zero = builder.select(builder.compare("==", x, real(0.0)), real(0.0), x)
    negative = builder.select(builder.compare("<", x, real(0.0)), real(-1.0), zero)
    return builder.select(builder.compare(">", x, real(0.0)), real(1.0), negative)


def copysign(builder: FunctionBuilder, x: Real, y: Real) -> Real:
    """Return x with the sign of y; the sign of NaN, which hardware chooses, counts as plus."""
    sign_source = builder.select(builder.isnan(y), real(1.0), y)
    return builder.call("llvm.copysign.f64", x, sign_source)


def c_remainder(builder: FunctionBuilder, x: Real, y: Real) -> Real:
    """math.fmod: the sign is the dividend's."""
    result = builder.call(LIBM_PREFIX + "fmod", x, y)
    numbers = builder.every(builder.negation(builder.isnan(x)), builder.negation(builder.isnan(y)))
    builder.guard(builder.every(numbers, builder.isnan(result)), Cause.DOMAIN)
    return result


def scaled(factor: float) -> Emitter:
    """Return a multiplication by a constant."""
    return lambda builder, x: builder.arithmetic("fmul", x, real(factor))


def whole_number(builder: FunctionBuilder, x: Real) -> Real:
    """Return an argument of range with negative zero gone; anything but an exact whole number fails."""
    exact = builder.compare("==", x, builder.call("llvm.floor.f64", x))
    small = builder.compare("<=", builder.call("llvm.fabs.f64", x), real(WHOLE_NUMBERS))
    builder.guard(builder.negation(builder.every(exact, small)), Cause.RANGE)
    return builder.arithmetic("fadd", x, real(0.0))


EMITTERS: Mapping[str, Emitter] = {
    "+": lambda builder, x, y: builder.arithmetic("fadd", x, y),
    "-": lambda builder, x, y: builder.arithmetic("fsub", x, y),
    "*": lambda builder, x, y: builder.arithmetic("fmul", x, y),
    "/": divide,
    "//": floor_divide,
    "%": remainder,
    "**": power(Cause.ZERO_DIVISION),
    "neg": lambda builder, x: builder.negate(x),
    "not": lambda builder, x: builder.number(builder.negation(builder.truth(x))),
    "pow": power(Cause.DOMAIN),
    "abs": lambda builder, x: builder.call("llvm.fabs.f64", x),
    "min": best("<"),
    "max": best(">"),
    "round": whole("rint"),
    "int": whole("trunc"),
    "trunc": whole("trunc"),
    "floor": whole("floor"),
    "ceil": whole("ceil"),
    "float": lambda _, x: x,
    "bool": lambda builder, x: builder.number(builder.truth(x)),
    "sqrt": square_root,
    "log": logarithm,
    "log2": positive("log2"),
    "log10": positive("log10"),
    "log1p": defined("log1p", lambda builder, x: builder.compare("<=", x, real(-1.0))),
    "asin": defined("asin", beyond(">", 1.0)),
    "acos": defined("acos", beyond(">", 1.0)),
    "atanh": defined("atanh", beyond(">=", 1.0)),
    "acosh": defined("acosh", lambda builder, x: builder.compare("<", x, real(1.0))),
    **{name: defined(name, beyond("==", inf)) for name in ("sin", "cos", "tan")},
    **{name: growing(name) for name in ("exp", "exp2", "expm1", "sinh", "cosh")},
    **{name: total(name) for name in ("atan", "tanh", "asinh", "erf", "erfc", "cbrt")},
    "atan2": lambda builder, y, x: builder.call(LIBM_PREFIX + "atan2", y, x),
    "fmod": c_remainder,
    "copysign": copysign,
    "degrees": scaled(180.0 / pi),
    "radians": scaled(pi / 180.0),
    "isnan": lambda builder, x: builder.number(builder.isnan(x)),
    "isinf": lambda builder, x: builder.number(beyond("==", inf)(builder, x)),
    "isfinite": lambda builder, x: builder.number(builder.finite(x)),
    "where": lambda builder, c, x, y: builder.select(builder.truth(c), x, y),
    "clip": clip,
    "sign": sign,
    "square": lambda builder, x: builder.arithmetic("fmul", x, x),
}
