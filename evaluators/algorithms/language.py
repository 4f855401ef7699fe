"""The vocabulary of algorithms: which functions exist, with how many arguments; and the language in prose."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import e, inf, pi, tau

MANY = 16
ALGORITHM_NODES = 6_000
CALL_DEPTH = 50
LARGEST = 2**63 - 1

LANGUAGE = """\
An algorithm is Python source that is compiled: every value is a 64-bit integer, a 64-bit float, a truth value, or a
one-dimensional numpy array of one of them. The promised function fills its last argument, an array of zeros, and
returns nothing; its other arrays are read-only: work on a copy, `p.copy()`.
Top level: docstring, `import math`, `import numpy as np`, constants such as `K = 0.5`, and functions: the promised one
with exactly its parameter names and helpers of your own (no decorators, no default values, no recursion; called by
position; annotations are ignored).
Statements: assignment to a name, to names `a, b = x, y`, to an entry `a[i] = x` or a slice `a[i:j] = b`; `+=` and the
like; if/elif/else; `for i in range(...)`; while; break, continue, pass; return (from helpers also `return a, b`);
a call of a helper. Every variable has a value on each path to where it is read, and keeps its type.
Expressions: numbers, True, False; + - * / // % ** and comparisons (chained too), elementwise on arrays; and/or/not;
`x if c else y`; `a[i]`, slices `a[i:j:k]`, `a[mask]`, `a[order]`; calls.
Builtins: len range abs min max int float bool round. math: exp expm1 log log1p log2 log10 sqrt pow sin cos tan asin
acos atan atan2 sinh cosh tanh asinh acosh atanh floor ceil trunc fabs fmod copysign erf erfc degrees radians isnan
isinf isfinite pi e tau inf. np: zeros ones full arange (dtype=np.int64, np.float64 or np.bool_), sort,
argsort(a, kind="mergesort"), cumsum sum min max mean argmin argmax maximum minimum abs where(c, x, y) flatnonzero
searchsorted any all dot inf. Arrays: a.size a.shape[0] a.copy() a.sum() a.min() a.max() a.argmin() a.argmax()
a.cumsum() a.mean() a.astype(np.float64). Errors are as in Python: an index out of range, a division by zero, log of a
number <= 0: the candidate fails.
No lists, dicts, strings, classes, lambdas, comprehensions, try, with, print or random numbers; np.zeros for np.empty.
Work is counted, not timed: an operator costs 1 whenever it runs (arithmetic, comparison, subscript, call, a pass of
a loop; exp, log, pow and the like 10), an array operation the number of its elements
(`**` 10 for each), a sort n * ceil(log2(n)), a search the bits of n for each value.
"""

LANGUAGE_IN_SHORT = """\
Plain Python over numbers and one-dimensional numpy arrays: assignments, entries and slices of arrays, if/else,
for i in range(...), while, functions of your own without default values. np: zeros ones arange argsort(a,
kind="mergesort") cumsum sum min max argmin argmax maximum minimum abs where; a.size, a.copy(). The promised function
fills its last argument and returns nothing; its other arrays are read-only. No lists, no strings, no print, no classes.
Every operation counts as work.
"""


@dataclass(frozen=True, slots=True)
class ArrayFunction:
    """A function of numpy or a method of arrays: its parameters, those it needs, and what it charges and gives.

    `charged` is "result" (its elements), "input" (those of the first argument), "sort" and "search" (in the first
    argument) or "length" (which is the first argument); `gives` is "array", "number" or "alike" (as its arguments are).
    """

    parameters: tuple[str, ...]
    needed: int
    charged: str
    gives: str


CREATING = {
    "zeros": ArrayFunction(("shape", "dtype"), 1, "length", "array"),
    "ones": ArrayFunction(("shape", "dtype"), 1, "length", "array"),
    "full": ArrayFunction(("shape", "fill_value", "dtype"), 2, "length", "array"),
    "arange": ArrayFunction(("start", "stop", "step"), 1, "result", "array"),
}
INPUT = ("sum", "mean", "dot", "min", "max", "argmin", "argmax", "any", "all")
ELEMENTWISE = {"maximum": 2, "minimum": 2, "where": 3, "abs": 1}

NUMPY: Mapping[str, ArrayFunction] = {
    **CREATING,
    "argsort": ArrayFunction(("a", "kind"), 2, "sort", "array"),
    "sort": ArrayFunction(("a",), 1, "sort", "array"),
    "cumsum": ArrayFunction(("a",), 1, "input", "array"),
    "flatnonzero": ArrayFunction(("a",), 1, "input", "array"),
    "searchsorted": ArrayFunction(("a", "v"), 2, "search", "alike"),
    **{name: ArrayFunction(("a",), 1, "input", "number") for name in INPUT},
    "dot": ArrayFunction(("a", "b"), 2, "input", "number"),
    **{name: ArrayFunction(tuple("xyz"[:arity]), arity, "result", "alike") for name, arity in ELEMENTWISE.items()},
}
METHODS: Mapping[str, ArrayFunction] = {
    **{name: ArrayFunction((), 0, "input", "number") for name in ("sum", "min", "max", "argmin", "argmax", "mean")},
    **{name: ArrayFunction((), 0, "input", "array") for name in ("copy", "cumsum")},
    "astype": ArrayFunction(("dtype",), 1, "input", "array"),
}
DTYPES = ("int64", "float64", "bool_")
BUILTINS: Mapping[str, tuple[int, int]] = {
    **dict.fromkeys(("len", "abs", "int", "float", "bool", "round"), (1, 1)),
    **dict.fromkeys(("min", "max"), (2, MANY)),
}
UNARY = (
    "exp", "expm1", "log", "log1p", "log2", "log10", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh",
    "cosh", "tanh", "asinh", "acosh", "atanh", "floor", "ceil", "trunc", "fabs", "erf", "erfc", "degrees", "radians",
    "isnan", "isinf", "isfinite",
)  # fmt: skip
MATH: Mapping[str, tuple[int, int]] = {
    **dict.fromkeys(UNARY, (1, 1)),
    **dict.fromkeys(("pow", "atan2", "fmod", "copysign"), (2, 2)),
}
CONSTANTS: Mapping[str, Mapping[str, float]] = {
    "math": {"pi": pi, "e": e, "tau": tau, "inf": inf},
    "np": {"pi": pi, "e": e, "inf": inf},
}
MODULES = {"math": "math", "numpy": "np"}

INSTEAD: Mapping[str, str] = {
    "empty": "write np.zeros: np.empty holds whatever was in memory",
    "lexsort": 'sort by the second key first: order = np.argsort(b, kind="mergesort"), then '
    'order[np.argsort(a[order], kind="mergesort")]',
    "random": "an algorithm is deterministic: write a linear congruential generator, s = s * 48271 % 2147483647",
    "sum": "write np.sum(a) or a.sum()",
    "sorted": 'write np.sort(a) or np.argsort(a, kind="mergesort")',
    "list": "write an array, np.zeros(n, dtype=np.int64)",
    "array": "write np.zeros(n, dtype=np.int64) and fill it",
    "concatenate": "write np.zeros and fill its slices",
    "append": "write into an array that is large enough",
    "delete": "move the entries up in a loop",
    "nonzero": "write np.flatnonzero(a)",
    "print": "leave it out",
    "enumerate": "write `for i in range(len(a))` and a[i]",
    "zip": "write `for i in range(len(a))`, then a[i] and b[i]",
    "range": "use it only as `for i in range(...)`",
    "hypot": "write math.sqrt(x*x + y*y)",
    "copy": "write a.copy()",
}
