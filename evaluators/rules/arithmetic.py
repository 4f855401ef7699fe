"""Python's float arithmetic and math functions as LLVM instructions, with CPython's results and errors.

The functions of libm are called under names of our own, so that LLVM neither folds nor rewrites them: the bits are
those of CPython's math module, which calls the same functions.
"""

from collections.abc import Callable, Mapping
from math import inf, pi

from evaluators.rules.assembly import Bit, Real, real
from evaluators.rules.errors import Cause
from evaluators.rules.language import WHOLE_NUMBERS
from evaluators.rules.site import LIBM_PREFIX, Site

Emitter = Callable[..., Real]
Condition = Callable[[Site, Real], Bit]


def divide(site: Site, x: Real, y: Real) -> Real:
    """CPython's float_div."""
    site.guard(site.compare("==", y, real(0.0)), Cause.ZERO_DIVISION)
    return site.arithmetic("fdiv", x, y)


def remainder(site: Site, x: Real, y: Real) -> Real:
    """CPython's float_rem: the sign is the divisor's."""
    site.guard(site.compare("==", y, real(0.0)), Cause.ZERO_DIVISION)
    mod = site.call(LIBM_PREFIX + "fmod", x, y)
    return site.select(
        site.truth(mod),
        site.select(opposite(site, mod, y), site.arithmetic("fadd", mod, y), mod),
        site.call("llvm.copysign.f64", real(0.0), y),
    )


def opposite(site: Site, mod: Real, y: Real) -> Bit:
    """Return whether exactly one of two values is negative."""
    return site.differ(site.compare("<", mod, real(0.0)), site.compare("<", y, real(0.0)))


def floor_divide(site: Site, x: Real, y: Real) -> Real:
    """CPython's _float_div_mod, step by step."""
    site.guard(site.compare("==", y, real(0.0)), Cause.ZERO_DIVISION)
    mod = site.call(LIBM_PREFIX + "fmod", x, y)
    div = site.arithmetic("fdiv", site.arithmetic("fsub", x, mod), y)
    adjusted = site.every(site.truth(mod), opposite(site, mod, y))
    div = site.select(adjusted, site.arithmetic("fsub", div, real(1.0)), div)
    floor = site.call("llvm.floor.f64", div)
    low = site.compare(">", site.arithmetic("fsub", div, floor), real(0.5))
    floor = site.select(low, site.arithmetic("fadd", floor, real(1.0)), floor)
    zero = site.call("llvm.copysign.f64", real(0.0), site.arithmetic("fdiv", x, y))
    return site.select(site.truth(div), floor, zero)


def power(zero_base: Cause) -> Emitter:
    """CPython's float_pow or math.pow, which differ in the error of zero to a negative power."""

    def emit(site: Site, x: Real, y: Real) -> Real:
        finite_y = site.finite(y)
        finite_both = site.every(site.finite(x), finite_y)
        bad = site.every(finite_y, site.compare("==", x, real(0.0)), site.compare("<", y, real(0.0)))
        site.guard(bad, zero_base)
        fractional = site.compare("!=", y, site.call("llvm.floor.f64", y))
        site.guard(site.every(finite_both, site.compare("<", x, real(0.0)), fractional), Cause.DOMAIN)
        result = site.call(LIBM_PREFIX + "pow", x, y)
        site.guard(site.every(finite_both, site.negation(site.finite(result))), Cause.OVERFLOW)
        return result

    return emit


def logarithm(site: Site, x: Real, *base: Real) -> Real:
    """math.log with one or two arguments."""
    numerator = positive("log")(site, x)
    return divide(site, numerator, positive("log")(site, base[0])) if base else numerator


def positive(name: str) -> Emitter:
    """Return a function whose argument must be above 0."""
    return defined(name, lambda site, x: site.compare("<=", x, real(0.0)))


def defined(name: str, undefined: Condition) -> Emitter:
    """Return a function of libm with the condition under which it has no value."""

    def emit(site: Site, x: Real) -> Real:
        site.guard(undefined(site, x), Cause.DOMAIN)
        return site.call(LIBM_PREFIX + name, x)

    return emit


def beyond(relation: str, bound: float) -> Condition:
    """Return the condition |x| relation bound."""
    return lambda site, x: site.compare(relation, site.call("llvm.fabs.f64", x), real(bound))


def total(name: str) -> Emitter:
    """Return a function of libm that is defined everywhere."""
    return lambda site, x: site.call(LIBM_PREFIX + name, x)


def growing(name: str) -> Emitter:
    """Return a function of libm that may overflow."""

    def emit(site: Site, x: Real) -> Real:
        result = site.call(LIBM_PREFIX + name, x)
        overflow = site.every(site.finite(x), site.negation(site.finite(result)))
        site.guard(overflow, Cause.OVERFLOW)
        return result

    return emit


def square_root(site: Site, x: Real) -> Real:
    """math.sqrt; correctly rounded everywhere, so the instruction serves."""
    site.guard(site.compare("<", x, real(0.0)), Cause.DOMAIN)
    return site.call("llvm.sqrt.f64", x)


def whole(name: str) -> Emitter:
    """Return a rounding to a whole number; Python's are ints, which have no negative zero, NaN or infinity."""

    def emit(site: Site, x: Real) -> Real:
        site.guard(site.isnan(x), Cause.DOMAIN)
        site.guard(site.compare("==", site.call("llvm.fabs.f64", x), real(inf)), Cause.OVERFLOW)
        return site.arithmetic("fadd", site.call(f"llvm.{name}.f64", x), real(0.0))

    return emit


def best(relation: str) -> Emitter:
    """Python's min and max: a later value must be strictly better to replace an earlier one."""

    def emit(site: Site, first: Real, *others: Real) -> Real:
        for other in others:
            first = site.select(site.compare(relation, other, first), other, first)
        return first

    return emit


def clip(site: Site, x: Real, low: Real, high: Real) -> Real:
    """min(max(x, low), high)."""
    return best("<")(site, best(">")(site, x, low), high)


def sign(site: Site, x: Real) -> Real:
    """Return -1.0, 0.0 or 1.0; NaN for NaN."""
    zero = site.select(site.compare("==", x, real(0.0)), real(0.0), x)
    negative = site.select(site.compare("<", x, real(0.0)), real(-1.0), zero)
    return site.select(site.compare(">", x, real(0.0)), real(1.0), negative)


def copysign(site: Site, x: Real, y: Real) -> Real:
    """Return x with the sign of y; the sign of NaN, which hardware chooses, counts as plus."""
    known = site.select(site.isnan(y), real(1.0), y)
    return site.call("llvm.copysign.f64", x, known)


def c_remainder(site: Site, x: Real, y: Real) -> Real:
    """math.fmod: the sign is the dividend's."""
    result = site.call(LIBM_PREFIX + "fmod", x, y)
    given = site.every(site.negation(site.isnan(x)), site.negation(site.isnan(y)))
    site.guard(site.every(given, site.isnan(result)), Cause.DOMAIN)
    return result


def scaled(factor: float) -> Emitter:
    """Return a multiplication by a constant."""
    return lambda site, x: site.arithmetic("fmul", x, real(factor))


def whole_number(site: Site, x: Real) -> Real:
    """Return an argument of range with negative zero gone; anything but an exact whole number fails."""
    exact = site.compare("==", x, site.call("llvm.floor.f64", x))
    small = site.compare("<=", site.call("llvm.fabs.f64", x), real(WHOLE_NUMBERS))
    site.guard(site.negation(site.every(exact, small)), Cause.RANGE)
    return site.arithmetic("fadd", x, real(0.0))


EMITTERS: Mapping[str, Emitter] = {
    "+": lambda site, x, y: site.arithmetic("fadd", x, y),
    "-": lambda site, x, y: site.arithmetic("fsub", x, y),
    "*": lambda site, x, y: site.arithmetic("fmul", x, y),
    "/": divide,
    "//": floor_divide,
    "%": remainder,
    "**": power(Cause.ZERO_DIVISION),
    "neg": lambda site, x: site.negate(x),
    "not": lambda site, x: site.number(site.negation(site.truth(x))),
    "pow": power(Cause.DOMAIN),
    "abs": lambda site, x: site.call("llvm.fabs.f64", x),
    "min": best("<"),
    "max": best(">"),
    "round": whole("rint"),
    "int": whole("trunc"),
    "trunc": whole("trunc"),
    "floor": whole("floor"),
    "ceil": whole("ceil"),
    "float": lambda _, x: x,
    "bool": lambda site, x: site.number(site.truth(x)),
    "sqrt": square_root,
    "log": logarithm,
    "log2": positive("log2"),
    "log10": positive("log10"),
    "log1p": defined("log1p", lambda site, x: site.compare("<=", x, real(-1.0))),
    "asin": defined("asin", beyond(">", 1.0)),
    "acos": defined("acos", beyond(">", 1.0)),
    "atanh": defined("atanh", beyond(">=", 1.0)),
    "acosh": defined("acosh", lambda site, x: site.compare("<", x, real(1.0))),
    **{name: defined(name, beyond("==", inf)) for name in ("sin", "cos", "tan")},
    **{name: growing(name) for name in ("exp", "exp2", "expm1", "sinh", "cosh")},
    **{name: total(name) for name in ("atan", "tanh", "asinh", "erf", "erfc", "cbrt")},
    "atan2": lambda site, y, x: site.call(LIBM_PREFIX + "atan2", y, x),
    "fmod": c_remainder,
    "copysign": copysign,
    "degrees": scaled(180.0 / pi),
    "radians": scaled(pi / 180.0),
    "isnan": lambda site, x: site.number(site.isnan(x)),
    "isinf": lambda site, x: site.number(beyond("==", inf)(site, x)),
    "isfinite": lambda site, x: site.number(site.finite(x)),
    "where": lambda site, c, x, y: site.select(site.truth(c), x, y),
    "clip": clip,
    "sign": sign,
    "square": lambda site, x: site.arithmetic("fmul", x, x),
}
