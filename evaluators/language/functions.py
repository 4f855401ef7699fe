"""The functions and operators of the language: one row for each says all that the rest of the package needs.

To add a function: a row here, and a line in each back end that does not know it by itself (`llvm/arithmetic.py` for
rules, `numba/kernels.py` for algorithms, `cpython/library.py` for rules run by CPython).
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from evaluators.work import DEAR

MANY = 16
"""At most so many arguments have min and max."""
DTYPES = ("int64", "float64", "bool_")
SORTS = ("mergesort", "stable")


class Charge(Enum):
    """What a call charges where arrays take part; on numbers alone a function charges its cost."""

    RESULT = "the elements of the result"
    INPUT = "the elements of the first argument"
    SORT = "n * ceil(log2(n)) for the n elements of the first argument"
    LENGTH = "as many as the first argument says"
    SEARCH = "the bits of the length of the first argument, and 1, for each element of the second"


class Gives(Enum):
    """What a call gives."""

    NUMBER = "a number"
    ARRAY = "an array"
    ALIKE = "an array where an argument is one, else a number"


class Entries(Enum):
    """Of which type the number is that a call gives, or the entries of the array."""

    TRUTH = "truth values"
    INTEGER = "integers"
    REAL = "reals"
    WIDEST = "the widest type of the arguments: reals before integers before truth values"
    TOTAL = "the same, but integers for truth values"


@dataclass(frozen=True, slots=True)
class LibraryFunction:
    """One row: its spellings in both dialects and in one alone, its parameters of which the first `needed` are given.

    Spelled `.sum`, it is a method of its first argument.
    """

    name: str
    parameters: tuple[str, ...]
    needed: int
    spelled: tuple[str, ...]
    in_rules: tuple[str, ...]
    in_algorithms: tuple[str, ...]
    cost: int
    charge: Charge
    gives: Gives
    entries: Entries


def _rows(
    names: str,
    parameters: str,
    spelled: str = "",
    rules: str = "",
    algorithms: str = "",
    needed: int | None = None,
    cost: int = 1,
    charge: Charge = Charge.RESULT,
    gives: Gives = Gives.NUMBER,
    entries: Entries = Entries.REAL,
) -> Iterator[LibraryFunction]:
    """Yield the rows of functions that differ in their name alone, which stands for * in the spellings."""
    taken = tuple(parameters.split())
    for name in names.split():
        both, one, other = (
            tuple(text.replace("*", name.removeprefix("np.")) for text in texts.split())
            for texts in (spelled, rules, algorithms)
        )
        least = len(taken) if needed is None else needed
        yield LibraryFunction(name, taken, least, both, one, other, cost, charge, gives, entries)


ALIKE, ARRAY, INPUT = Gives.ALIKE, Gives.ARRAY, Charge.INPUT
LENGTH = Charge.LENGTH
TRUTH, INTEGER, WIDEST, TOTAL = Entries.TRUTH, Entries.INTEGER, Entries.WIDEST, Entries.TOTAL
SEVERAL = " ".join(f"x{k}" for k in range(MANY))
ROWS = (
    # operators
    *_rows("+ - *", "x y", gives=ALIKE),
    *_rows("/", "x y", rules="np.divide np.true_divide", gives=ALIKE),
    *_rows("//", "x y", rules="np.floor_divide", gives=ALIKE),
    *_rows("%", "x y", rules="np.mod np.remainder", gives=ALIKE),
    *_rows("**", "x y", rules="pow np.power", cost=DEAR, gives=ALIKE),
    *_rows("neg", "x", rules="np.negative", gives=ALIKE),
    *_rows("pos", "x", cost=0, gives=ALIKE),
    *_rows("not", "x", entries=TRUTH),
    # functions of numbers
    *_rows("exp expm1 log1p log2 log10 sin cos tan sinh cosh tanh", "x", "math.*", "np.*", cost=DEAR),
    *_rows("exp2 cbrt", "x", rules="math.* np.*", cost=DEAR),
    *_rows("log", "x base", rules="math.* np.*", needed=1, cost=DEAR),
    *_rows("ln", "x", algorithms="math.log", cost=DEAR),
    *_rows("asin", "x", "math.*", "np.arcsin", cost=DEAR),
    *_rows("acos", "x", "math.*", "np.arccos", cost=DEAR),
    *_rows("atan", "x", "math.*", "np.arctan", cost=DEAR),
    *_rows("asinh", "x", "math.*", "np.arcsinh", cost=DEAR),
    *_rows("acosh", "x", "math.*", "np.arccosh", cost=DEAR),
    *_rows("atanh", "x", "math.*", "np.arctanh", cost=DEAR),
    *_rows("atan2", "y x", "math.*", "np.arctan2", cost=DEAR),
    *_rows("erf erfc", "x", "math.*", cost=DEAR),
    *_rows("pow", "x y", "math.*", cost=DEAR),
    *_rows("sqrt degrees radians", "x", "math.*", "np.*"),
    *_rows("floor ceil trunc", "x", "math.*", "np.*", entries=INTEGER),
    *_rows("isnan isinf isfinite", "x", "math.*", "np.*", entries=TRUTH),
    *_rows("fmod copysign", "x y", "math.*", "np.*"),
    *_rows("abs", "x", "abs", "math.fabs np.abs np.absolute np.fabs", gives=ALIKE, entries=WIDEST),
    *_rows("fabs", "x", algorithms="math.*"),
    *_rows("min", SEVERAL, "min", "np.minimum np.fmin", needed=2, entries=WIDEST),
    *_rows("max", SEVERAL, "max", "np.maximum np.fmax", needed=2, entries=WIDEST),
    *_rows("round", "x", "round", "np.round np.rint", entries=INTEGER),
    *_rows("int", "x", "*", entries=INTEGER),
    *_rows("bool", "x", "*", entries=TRUTH),
    *_rows("float", "x", "float", "np.float64"),
    *_rows("sign square", "x", rules="np.*"),
    *_rows("clip", "x low high", rules="np.*"),
    *_rows("where", "c x y", rules="np.*"),
    # arrays
    *_rows("len", "a", algorithms="len", entries=INTEGER),
    *_rows("size", "a", cost=0, entries=INTEGER),
    *_rows("np.zeros np.ones", "shape dtype", algorithms="np.*", needed=1, charge=LENGTH, gives=ARRAY),
    *_rows("np.full", "shape value dtype", algorithms="np.*", needed=2, charge=LENGTH, gives=ARRAY, entries=WIDEST),
    *_rows("np.arange", "start stop step", algorithms="np.*", needed=1, gives=ARRAY, entries=WIDEST),
    *_rows("np.argsort", "a kind", algorithms="np.*", charge=Charge.SORT, gives=ARRAY, entries=INTEGER),
    *_rows("np.sort", "a", algorithms="np.*", charge=Charge.SORT, gives=ARRAY, entries=WIDEST),
    *_rows("np.cumsum", "a", algorithms="np.* .*", charge=INPUT, gives=ARRAY, entries=TOTAL),
    *_rows("np.flatnonzero", "a", algorithms="np.*", charge=INPUT, gives=ARRAY, entries=INTEGER),
    *_rows("np.searchsorted", "a v", algorithms="np.*", charge=Charge.SEARCH, gives=ALIKE, entries=INTEGER),
    *_rows("np.sum", "a", algorithms="np.* .*", charge=INPUT, entries=TOTAL),
    *_rows("np.min np.max", "a", algorithms="np.* .*", charge=INPUT, entries=WIDEST),
    *_rows("np.argmin np.argmax", "a", algorithms="np.* .*", charge=INPUT, entries=INTEGER),
    *_rows("np.mean", "a", algorithms="np.* .*", charge=INPUT),
    *_rows("np.any np.all", "a", algorithms="np.*", charge=INPUT, entries=TRUTH),
    *_rows("np.dot", "a b", algorithms="np.*", charge=INPUT, entries=TOTAL),
    *_rows("np.maximum np.minimum", "x y", algorithms="np.*", gives=ALIKE, entries=WIDEST),
    *_rows("np.abs", "x", algorithms="np.*", gives=ALIKE, entries=WIDEST),
    *_rows("np.where", "x y z", algorithms="np.*", gives=ALIKE, entries=WIDEST),
    *_rows("copy", "a", algorithms=".*", charge=INPUT, gives=ARRAY, entries=WIDEST),
    *_rows("astype", "a dtype", algorithms=".*", charge=INPUT, gives=ARRAY, entries=WIDEST),
)  # fmt: skip
FUNCTIONS: Mapping[str, LibraryFunction] = {row.name: row for row in ROWS}
CONSTANTS: Mapping[str, float] = {
    **{f"math.{name}": getattr(math, name) for name in ("pi", "e", "tau", "inf")},
    **{f"np.{name}": getattr(math, name) for name in ("pi", "e", "inf")},
}
"""The numbers of the modules by their spelling."""
OPERATORS = ("+", "-", "*", "/", "//", "%", "**")
RELATIONS = ("<", "<=", ">", ">=", "==", "!=")
