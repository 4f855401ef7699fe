"""The two dialects: what a rule and an algorithm may hold, and what to say of what they may not."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from evaluators.language.functions import ROWS, LibraryFunction

CALL_DEPTH = 50
"""At most so many functions of a candidate call one another in a chain."""

RULE_ADVICE: Mapping[type[ast.AST], str] = {
    ast.ListComp: "comprehensions are not in {language}: use `for i in range(...)`",
    ast.List: "lists are not in {language}: use separate variables",
    ast.Tuple: "tuples are not values in {language}: use separate variables",
    ast.Subscript: "subscripts are not in {language}: only the numbers given as parameters exist",
    ast.Raise: "raise is not in {language}: return a number",
}
ALGORITHM_ADVICE: Mapping[type[ast.AST], str] = {
    ast.ListComp: "comprehensions are not in {language}: fill an array in a loop",
    ast.List: "lists are not in {language}: use an array, np.zeros(n, dtype=np.int64)",
    ast.Dict: "dicts are not in {language}: use arrays",
    ast.Set: "sets are not in {language}: use an array of truth values, np.zeros(n, dtype=np.bool_)",
    ast.Tuple: "tuples are not values: assign to as many variables, or return them from a helper",
    ast.ClassDef: "classes are not in {language}: use variables and arrays",
    ast.With: "with is not in {language}: leave it out",
    ast.Raise: "raise is not in {language}: return",
    ast.Delete: "del is not in {language}: leave it out",
    ast.Starred: "`*` before a value is not in {language}: write the values out",
}
ADVICE: Mapping[type[ast.AST], str] = {
    ast.GeneratorExp: "comprehensions are not in {language}: use `for i in range(...)`",
    ast.Lambda: "lambda is not in {language}: define a function at the top level",
    ast.FunctionDef: "functions stand at the top level: move this one there",
    ast.Import: "imports stand at the top level: move this one there",
    ast.ImportFrom: "imports stand at the top level: move this one there",
    ast.NamedExpr: "`:=` is not in {language}: assign in a statement of its own",
    ast.Try: "try is not in {language}: test before you compute",
    ast.Expr: "the value of this expression is not used: assign it or leave it out",
    ast.Assert: "assert is not in {language}: leave it out",
    ast.JoinedStr: "strings are not in {language}: leave them out",
}

INSTEAD: Mapping[str, str] = {
    "hypot": "write math.sqrt(x*x + y*y)",
    "print": "leave it out",
    "range": "use it only as `for i in range(...)`",
}
RULE_INSTEAD: Mapping[str, str] = {
    "sum": "add the numbers with +",
    "len": "only numbers exist here",
    "random": "a rule is deterministic",
}
ALGORITHM_INSTEAD: Mapping[str, str] = {
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
    "enumerate": "write `for i in range(len(a))` and a[i]",
    "zip": "write `for i in range(len(a))`, then a[i] and b[i]",
    "copy": "write a.copy()",
}


@dataclass(frozen=True)
class Dialect:
    """One of the two: in rules (`scalar`) every number is a float and there are no arrays.

    `language` names it in messages, `most_nodes` bounds a source. `advice` says by kind of syntax, and `instead` by
    name, what to write in place of what is not in it. `reserved` begins the names that no source may use.
    """

    language: str
    scalar: bool
    most_nodes: int
    advice: Mapping[type[ast.AST], str] = field(repr=False)
    instead: Mapping[str, str] = field(repr=False)
    reserved: str

    @cached_property
    def functions(self) -> Mapping[str, LibraryFunction]:
        """The functions by spelling."""
        rows = [(row, (*row.spelled, *(row.in_rules if self.scalar else row.in_algorithms))) for row in ROWS]
        return {text: row for row, texts in rows for text in texts}

    def within(self, prefix: str) -> list[str]:
        """Return the names of the functions of a module (`math.`, `np.`), or of the methods of arrays (`.`)."""
        return [name.removeprefix(prefix) for name in self.functions if name.startswith(prefix)]

    @cached_property
    def builtins(self) -> tuple[str, ...]:
        """The functions that have no module."""
        return tuple(sorted(name for name in self.functions if "." not in name))


RULES = Dialect("the rule language", True, 2_000, {**ADVICE, **RULE_ADVICE}, {**INSTEAD, **RULE_INSTEAD}, "<")
ALGORITHMS = Dialect(
    "the language of algorithms", False, 6_000, {**ADVICE, **ALGORITHM_ADVICE}, {**INSTEAD, **ALGORITHM_INSTEAD}, "__"
)
