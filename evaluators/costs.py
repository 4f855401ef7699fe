"""What one operation costs when work is counted: the same table for rules and algorithms, compiled or interpreted.

An executed operator costs 1: arithmetic, a comparison, `and`, `or`, `not`, `if else`, a call, a subscript, a pass of a
loop. Names, constants and assignments are free. An expression is charged whole, though `and`, `or` or `if else`
may leave a part of it out: what is charged does not depend on where a compiler puts its branches.
"""

from collections.abc import Mapping

from evaluators.words import words

DEAR = 10
# A call in a compiled rule takes 1 to 2 ns (erf, exp, log), 7 to 12 ns (tanh, sin, cbrt, atan2) or 19 ns (pow); an
# addition, and `%` too, well under 1 ns.
COSTS: Mapping[str, int] = dict.fromkeys(
    words(
        "exp exp2 expm1 log log1p log2 log10 cbrt pow ** sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh"
        " atanh erf erfc"
    ),
    DEAR,
)
"""What costs more than 1."""


def cost(name: str) -> int:
    """Return what an operator or library function costs on one number."""
    return COSTS.get(name, 1)
