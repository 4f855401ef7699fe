"""The two dialects in prose, as prompts hold them."""

RULE_LANGUAGE = """\
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

RULE_LANGUAGE_IN_SHORT = """\
Plain Python over numbers: assignments, if/else, return, min, max, abs, and math.exp, math.log, math.sqrt after
`import math`. No lists, no strings, no print, no random numbers.
"""

ALGORITHM_LANGUAGE = """\
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

ALGORITHM_LANGUAGE_IN_SHORT = """\
Plain Python over numbers and one-dimensional numpy arrays: assignments, entries and slices of arrays, if/else,
for i in range(...), while, functions of your own without default values. np: zeros ones arange argsort(a,
kind="mergesort") cumsum sum min max argmin argmax maximum minimum abs where; a.size, a.copy(). The promised function
fills its last argument and returns nothing; its other arrays are read-only. No lists, no strings, no print, no classes.
Every operation counts as work.
"""
