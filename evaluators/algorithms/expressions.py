"""Expressions in the allow-listed syntax: each is checked, and refused with its line and what to write instead."""

import ast
from collections.abc import Mapping

from evaluators.algorithms import language
from evaluators.algorithms.names import AlgorithmNames, fold, literal
from evaluators.syntax import line_of, rejected

OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
RELATIONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
LANGUAGE = "the language of algorithms"
ADVICE: Mapping[type[ast.AST], str] = {
    ast.ListComp: f"comprehensions are not in {LANGUAGE}: fill an array in a loop",
    ast.GeneratorExp: f"comprehensions are not in {LANGUAGE}: use a loop",
    ast.List: f"lists are not in {LANGUAGE}: use an array, np.zeros(n, dtype=np.int64)",
    ast.Dict: f"dicts are not in {LANGUAGE}: use arrays",
    ast.Set: f"sets are not in {LANGUAGE}: use an array of truth values, np.zeros(n, dtype=np.bool_)",
    ast.Tuple: "tuples are not values: assign to as many variables, or return them from a helper",
    ast.Lambda: f"lambda is not in {LANGUAGE}: define a function at the top level",
    ast.FunctionDef: "functions stand at the top level: move this one there",
    ast.ClassDef: f"classes are not in {LANGUAGE}: use variables and arrays",
    ast.Import: "imports stand at the top level: move this one there",
    ast.ImportFrom: "imports stand at the top level: move this one there",
    ast.NamedExpr: f"`:=` is not in {LANGUAGE}: assign in a statement of its own",
    ast.Try: f"try is not in {LANGUAGE}: test before you compute",
    ast.With: f"with is not in {LANGUAGE}: leave it out",
    ast.Assert: f"assert is not in {LANGUAGE}: leave it out",
    ast.Raise: f"raise is not in {LANGUAGE}: return",
    ast.Delete: f"del is not in {LANGUAGE}: leave it out",
    ast.JoinedStr: f"strings are not in {LANGUAGE}: leave them out",
    ast.Starred: f"`*` before a value is not in {LANGUAGE}: write the values out",
}


def unsupported(node: ast.AST) -> Exception:
    """Return the refusal of syntax that is not in the language, with what to do instead where that is known."""
    advice = ADVICE.get(type(node), f"{type(node).__name__} is not in {LANGUAGE}")
    return rejected(line_of(node), f"{advice}.")


class ExpressionChecker:
    """Checks one function's expressions; `assigned` holds the variables with a value on every path to this place."""

    def __init__(self, names: AlgorithmNames, variables: set[str], assigned: set[str]) -> None:
        self.names = names
        self.variables = variables
        self.assigned = assigned

    def check(self, node: ast.expr) -> None:
        """Check one expression."""
        match node:
            case ast.Constant():
                literal(node)
            case ast.Name(id=name):
                self.name(name, node.lineno)
            case ast.Attribute():
                self.attribute(node)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() | ast.Not(), operand=operand):
                self.check(operand)
            case ast.BinOp(left=left, op=op, right=right) if isinstance(op, OPERATORS):
                self.bounded(node)
                self.each(left, right)
            case ast.BoolOp(values=values):
                self.each(*values)
            case ast.Compare(left=left, ops=ops, comparators=others) if all(isinstance(op, RELATIONS) for op in ops):
                self.each(left, *others)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                self.each(test, body, orelse)
            case ast.Subscript():
                self.subscript(node)
            case ast.Call():
                self.call(node)
            case _:
                raise unsupported(node)

    @staticmethod
    def bounded(node: ast.BinOp) -> None:
        """Refuse arithmetic of literals that leaves 64 bits, and a negative power, which for integers is a fraction."""
        exponent = fold(node.right, {}) if isinstance(node.op, ast.Pow) else None
        if fold(node, {}) is None and exponent is not None and exponent < 0:
            raise rejected(node.lineno, "a negative power: divide, such as 1.0 / x ** 2.")

    def each(self, *nodes: ast.expr) -> None:
        """Check several expressions."""
        for node in nodes:
            self.check(node)

    def name(self, name: str, line: int) -> None:
        """Check a name that is read."""
        if name in self.variables:
            if name not in self.assigned:
                raise rejected(line, f"'{name}' may have no value here: give it one before the branch or loop.")
            return
        if name in self.names.constants:
            return
        if self.names.reserved(name) and name not in ("math", "np"):
            raise rejected(line, f"'{name}' is a function, not a value: call it.")
        available = ", ".join([*sorted(self.variables), *self.names.available()])
        raise rejected(line, f"unknown name '{name}'; {self.advice(name)}available: {available}.")

    @staticmethod
    def advice(name: str) -> str:
        """Return what to write instead, where a name is a forgotten import or a function of another library."""
        if name in ("math", "np"):
            return f"write `import {'math' if name == 'math' else 'numpy as np'}` at the top; "
        return f"{language.INSTEAD[name]}; " if name in language.INSTEAD else ""

    def is_module(self, name: str) -> bool:
        """Say whether a name means an imported module."""
        return name in self.names.modules

    def attribute(self, node: ast.Attribute) -> None:
        """Check `math.pi` or `a.size`."""
        match node:
            case ast.Attribute(value=ast.Name(id=module), attr=name) if self.is_module(module):
                if name not in language.CONSTANTS[module]:
                    available = ", ".join(language.CONSTANTS[module])
                    raise rejected(node.lineno, f"'{module}.{name}' is not a number; available: {available}.")
            case ast.Attribute(value=value, attr="size"):
                self.check(value)
            case _:
                available = f"size, shape[0], {', '.join(f'{name}()' for name in language.METHODS)}"
                raise rejected(node.lineno, f"attribute '{node.attr}' is not in {LANGUAGE}; arrays have {available}.")

    def subscript(self, node: ast.Subscript) -> None:
        """Check `a[i]`, a slice, or `a.shape[0]`."""
        match node:
            case ast.Subscript(value=ast.Attribute(value=value, attr="shape"), slice=ast.Constant(value=0)):
                self.check(value)
            case ast.Subscript(value=value, slice=ast.Slice(lower=lower, upper=upper, step=step)):
                self.each(value, *(bound for bound in (lower, upper, step) if bound is not None))
            case ast.Subscript(slice=ast.Tuple()):
                raise rejected(node.lineno, "arrays have one dimension here: use one index, such as a[i * n + j].")
            case ast.Subscript(value=value, slice=index):
                self.each(value, index)

    def call(self, node: ast.Call) -> None:
        """Check a call of a builtin, a function of math or numpy, a method, or an own function."""
        match node.func:
            case ast.Name(id=name) if name in self.names.functions and name not in self.variables:
                self.plain(node, name, (self.names.arity(name),) * 2)
            case ast.Name(id=name) if name in language.BUILTINS and name not in self.variables:
                self.plain(node, name, language.BUILTINS[name])
            case ast.Attribute(value=ast.Name(id="math"), attr=name) if self.is_module("math"):
                self.check_known(name, language.MATH, "math", node.lineno)
                self.plain(node, f"math.{name}", language.MATH[name])
            case ast.Attribute(value=ast.Name(id="np"), attr=name) if self.is_module("np"):
                self.check_known(name, language.NUMPY, "np", node.lineno)
                self.array_call(node, f"np.{name}", language.NUMPY[name])
            case ast.Attribute(value=value, attr=name) if not (isinstance(value, ast.Name) and self.foreign(value.id)):
                self.check_known(name, language.METHODS, "array", node.lineno)
                self.check(value)
                self.array_call(node, f"a.{name}", language.METHODS[name])
            case ast.Attribute(value=ast.Name(id=name)) | ast.Name(id=name):
                available = ", ".join([*self.names.functions, *language.BUILTINS])
                raise rejected(node.lineno, f"unknown function '{name}'; {self.advice(name)}available: {available}.")
            case _:
                raise rejected(node.lineno, "only functions can be called, by name.")

    def foreign(self, name: str) -> bool:
        """Say whether a name before a dot is none of the algorithm's."""
        return name not in self.variables and name not in self.names.constants

    @staticmethod
    def check_known(name: str, functions: Mapping[str, object], module: str, line: int) -> None:
        """Refuse a function that is not in the language."""
        if name not in functions:
            instead = language.INSTEAD.get(name, f"available: {', '.join(functions)}")
            raise rejected(line, f"'{module}.{name}' is not in {LANGUAGE}; {instead}.")

    def plain(self, node: ast.Call, name: str, arity: tuple[int, int]) -> None:
        """Check arguments by position."""
        if node.keywords:
            raise rejected(node.lineno, f"the arguments of {name}() are given by position, without names.")
        least, most = arity
        if not least <= len(node.args) <= most:
            expected = str(least) if least == most else f"{least} to {most}"
            raise rejected(node.lineno, f"{name}() takes {expected} arguments here, got {len(node.args)}.")
        self.each(*node.args)

    def array_call(self, node: ast.Call, name: str, function: language.ArrayFunction) -> None:
        """Check the arguments of a function that knows arrays; only `dtype` and `kind` are named."""
        positions = function.parameters
        by_name = dict(zip(positions, node.args, strict=False))
        for keyword in node.keywords:
            if keyword.arg not in ("dtype", "kind") or keyword.arg not in positions or keyword.arg in by_name:
                raise rejected(node.lineno, f"{name}() has no argument '{keyword.arg}' here.")
            by_name[keyword.arg] = keyword.value
        if len(node.args) > len(positions) or any(wanted not in by_name for wanted in positions[: function.needed]):
            wants = 'kind="mergesort"' if "kind" in positions else ", ".join(positions[: function.needed]) or "nothing"
            raise rejected(node.lineno, f"{name}() takes {wants} here, got {ast.unparse(node)}.")
        for parameter, value in by_name.items():
            self.argument(parameter, value, name)

    def argument(self, parameter: str, value: ast.expr, name: str) -> None:
        """Check one argument; types and kinds of sorting are not values."""
        if parameter == "kind":
            if not (isinstance(value, ast.Constant) and value.value in ("mergesort", "stable")):
                raise rejected(value.lineno, f'{name}() takes kind="mergesort", which keeps the order of equals.')
        elif parameter == "dtype":
            match value:
                case ast.Attribute(value=ast.Name(id="np"), attr=attribute) if attribute in language.DTYPES:
                    return
            raise rejected(value.lineno, f"dtype is one of {', '.join(f'np.{each}' for each in language.DTYPES)}.")
        else:
            self.check(value)
