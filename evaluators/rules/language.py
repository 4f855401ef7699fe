"""The vocabulary of rules: which names mean which function, with how many arguments; and the language in prose."""

from collections.abc import Mapping

MANY = 16
WHOLE_NUMBERS = 2.0**53
RULE_NODES = 2_000
CALL_DEPTH = 50

LANGUAGE = """\
A rule is Python source made of plain functions over numbers; every value is a 64-bit float (True is 1.0, False is 0.0).
Top level: docstrings, `import math`, `import numpy as np`, `from math import exp`, constants such as `K = 0.5`, and
functions: the promised ones with exactly their parameter names and order, and helpers of your own (no recursion;
called with positional arguments; literal default values are allowed).
Statements: assignment (also `a, b = x, y` and `+=`), if/elif/else, while, `for i in range(...)`, break, continue, pass,
return with a value. Expressions: + - * / // % **, comparisons (chained too), and/or/not, `x if c else y`, calls.
Builtins: abs min max round int float bool pow range. math: exp exp2 expm1 log log2 log10 log1p sqrt cbrt pow sin cos
tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh floor ceil trunc fabs fmod copysign erf erfc degrees radians
isnan isinf isfinite pi e tau inf. np has these under its own names for scalars, and maximum minimum where clip sign
square power mod. Errors are as in Python, in np too: division by zero, log of a number <= 0, sqrt of a negative number,
overflow in ** or exp, a variable without value, a missing return, a NaN or infinite answer: the candidate fails.
No lists, tuples as values, strings, subscripts, attributes, lambdas, comprehensions, classes, print or random numbers.
"""

LANGUAGE_IN_SHORT = """\
Plain Python over numbers: assignments, if/else, return, min, max, abs, and math.exp, math.log, math.sqrt after
`import math`. No lists, no strings, no print, no random numbers.
"""


UNARY = (
    "abs", "round", "int", "float", "bool", "exp", "exp2", "expm1", "log1p", "log2", "log10", "sqrt", "cbrt", "sin",
    "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "floor", "ceil", "trunc",
    "erf", "erfc", "degrees", "radians", "isnan", "isinf", "isfinite", "sign", "square", "neg",
)  # fmt: skip

ARITIES: Mapping[str, tuple[int, int]] = {
    **dict.fromkeys(UNARY, (1, 1)),
    **dict.fromkeys(["atan2", "pow", "fmod", "copysign", "/", "//", "%", "**"], (2, 2)),
    "log": (1, 2),
    "min": (2, MANY),
    "max": (2, MANY),
    "where": (3, 3),
    "clip": (3, 3),
}

BUILTINS: Mapping[str, str] = {
    **{name: name for name in ["abs", "min", "max", "round", "int", "float", "bool"]},
    "pow": "**",
}

SHARED = (
    "exp", "exp2", "expm1", "log1p", "log2", "log10", "sqrt", "cbrt", "sin", "cos", "tan", "sinh", "cosh", "tanh",
    "floor", "ceil", "trunc", "fmod", "copysign", "degrees", "radians", "isnan", "isinf", "isfinite",
)  # fmt: skip
MATH_ALONE = ("log", "pow", "asin", "acos", "atan", "asinh", "acosh", "atanh", "atan2", "erf", "erfc")

MATH: Mapping[str, str] = {
    **{name: name for name in SHARED},
    **{name: name for name in MATH_ALONE},
    "fabs": "abs",
}

NUMPY: Mapping[str, str] = {
    **{name: name for name in SHARED},
    **{name: name for name in ("abs", "log", "where", "clip", "sign", "square")},
    **{"absolute": "abs", "fabs": "abs", "float64": "float", "rint": "round", "round": "round", "negative": "neg"},
    **{"maximum": "max", "minimum": "min", "fmax": "max", "fmin": "min"},
    **{"power": "**", "mod": "%", "remainder": "%", "floor_divide": "//", "divide": "/", "true_divide": "/"},
    **{"arcsin": "asin", "arccos": "acos", "arctan": "atan", "arctan2": "atan2"},
    **{"arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh"},
}

MODULES: Mapping[str, Mapping[str, str]] = {"math": MATH, "numpy": NUMPY}

MODULE_CONSTANTS: Mapping[str, Mapping[str, float]] = {
    "math": {"pi": 3.141592653589793, "e": 2.718281828459045, "tau": 6.283185307179586, "inf": float("inf")},
    "numpy": {"pi": 3.141592653589793, "e": 2.718281828459045, "inf": float("inf")},
}

INSTEAD: Mapping[str, str] = {
    "hypot": "write math.sqrt(x*x + y*y)",
    "sum": "add the numbers with +",
    "print": "leave it out",
    "len": "only numbers exist here",
    "range": "use it only as `for i in range(...)`",
    "random": "a rule is deterministic",
}
