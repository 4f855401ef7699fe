"""Expressions of the allow-listed syntax become the tree, with every name resolved; refusals with line and advice."""

import ast
from collections.abc import Mapping

from evaluators.language.functions import CONSTANTS, DTYPES, SORTS, LibraryFunction
from evaluators.language.names import OPERATORS, Header, Names, fold, number
from evaluators.language.tree import (
    Apply,
    Choice,
    Compare,
    Entry,
    Expression,
    Invoke,
    Number,
    Option,
    Shortcut,
    Span,
    Variable,
)
from evaluators.syntax import line_of, rejected

COMPARISONS: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
SIGNS: Mapping[type[ast.unaryop], str] = {ast.USub: "neg", ast.UAdd: "pos", ast.Not: "not"}
INFINITIES: Mapping[str, float] = {"inf": float("inf"), "+inf": float("inf"), "-inf": float("-inf")}


class ExpressionReader:
    """Reads one function's expressions; `assigned` holds the variables with a value on every path to this place."""

    def __init__(self, header: Header, names: Names) -> None:
        self.names, self.dialect = names, names.dialect
        self.assigned = set(header.parameters)
        stored = [each for each in ast.walk(header.node) if isinstance(each, ast.Name)]
        stored = [each for each in stored if isinstance(each.ctx, ast.Store)]
        self.variables = dict.fromkeys([*header.parameters, *(each.id for each in stored)])
        places = [(name, header.node.lineno) for name in header.parameters]
        for name, line in places + [(each.id, each.lineno) for each in stored]:
            if names.reserved(name):
                raise rejected(line, f"'{name}' has another meaning here: choose another name for the variable.")

    def unsupported(self, node: ast.AST) -> Exception:
        """Return the refusal of syntax that is not in the language, with what to do instead where that is known."""
        advice = self.dialect.advice.get(type(node), f"{type(node).__name__} is not in {{language}}")
        return rejected(line_of(node), f"{advice.format(language=self.dialect.language)}.")

    def read(self, node: ast.expr) -> Expression:
        """Read one expression."""
        line = node.lineno
        match node:
            case ast.Constant():
                return Number(number(node, self.dialect), line)
            case ast.Name(id=name):
                return self.name(name, line)
            case ast.UnaryOp(op=op, operand=operand) if type(op) in SIGNS:
                return self.sign(SIGNS[type(op)], self.read(operand), line)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
                self.check_bounded(node)
                return Apply(OPERATORS[type(op)], self.each(left, right), line)
            case ast.BoolOp(op=op, values=values):
                return Shortcut(isinstance(op, ast.And), self.each(*values), line)
            case ast.Compare(left=left, ops=ops, comparators=others) if all(type(op) in COMPARISONS for op in ops):
                return Compare(self.each(left, *others), tuple(COMPARISONS[type(op)] for op in ops), line)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return Choice(self.read(test), self.read(body), self.read(orelse), line)
            case ast.Call():
                return self.call(node)
            case ast.Attribute(value=ast.Name(id=alias), attr=name) if self.is_module(alias):
                return self.module_constant(alias, name, line)
            case ast.Attribute() if not self.dialect.scalar:
                return self.attribute(node)
            case ast.Subscript() if not self.dialect.scalar:
                return self.entry(node)
            case ast.UnaryOp() if self.dialect.scalar:
                raise rejected(line, f"`~` is not in {self.dialect.language}.")
        raise self.unsupported(node)

    def each(self, *nodes: ast.expr) -> tuple[Expression, ...]:
        """Read several expressions, left to right."""
        return tuple(self.read(node) for node in nodes)

    def sign(self, name: str, operand: Expression, line: int) -> Expression:
        """Return a sign or `not`; in rules the sign of a literal belongs to the literal."""
        if self.dialect.scalar and name == "pos":
            return operand
        if self.dialect.scalar and name == "neg" and isinstance(operand, Number):
            return Number(-operand.value, line)
        return Apply(name, (operand,), line)

    def check_bounded(self, node: ast.BinOp) -> None:
        """Refuse arithmetic of literals that leaves 64 bits, and a negative power, which for integers is a fraction."""
        if self.dialect.scalar:
            return
        exponent = fold(node.right, {}, self.dialect) if isinstance(node.op, ast.Pow) else None
        if fold(node, {}, self.dialect) is None and exponent is not None and exponent < 0:
            raise rejected(node.lineno, "a negative power: divide, such as 1.0 / x ** 2.")

    def is_module(self, alias: str) -> bool:
        """Say whether a name means an imported module in this function."""
        return alias in self.names.modules and alias not in self.variables

    def name(self, name: str, line: int) -> Expression:
        """Resolve a name used as a value; in an algorithm a variable has one wherever it is read."""
        if name in self.variables:
            if name not in self.assigned and not self.dialect.scalar:
                raise rejected(line, f"'{name}' may have no value here: give it one before the branch or loop.")
            return Variable(name, line, name in self.assigned)
        if name in self.names.constants:
            return Number(self.names.constants[name], line, name)
        if name in self.names.modules or (self.names.reserved(name) and name not in ("math", "np")):
            raise rejected(line, f"'{name}' is a function or module, not a number: call it.")
        available = ", ".join([*self.variables, *self.names.available()])
        raise rejected(line, f"unknown name '{name}'; {self.advice(name)}available: {available}.")

    def advice(self, name: str) -> str:
        """Return what to write instead, where a name is a forgotten import or a function of another library."""
        if name in ("math", "np", "numpy"):
            return f"write `import {'math' if name == 'math' else 'numpy as np'}` at the top; "
        return f"{self.dialect.instead[name]}; " if name in self.dialect.instead else ""

    def module_constant(self, alias: str, name: str, line: int) -> Number:
        """Resolve `math.pi`."""
        prefix = "math." if self.names.modules[alias] == "math" else "np."
        if prefix + name not in CONSTANTS:
            known = ", ".join(each.removeprefix(prefix) for each in CONSTANTS if each.startswith(prefix))
            raise rejected(line, f"'{alias}.{name}' is not a number; available: {known}.")
        return Number(CONSTANTS[prefix + name], line, prefix + name)

    def attribute(self, node: ast.Attribute) -> Expression:
        """Read `a.size`."""
        if node.attr == "size":
            return Apply("size", (self.read(node.value),), node.lineno, ".size")
        methods = ", ".join(f"{name}()" for name in self.dialect.within(".") if name != "size")
        language = self.dialect.language
        raise rejected(
            node.lineno, f"attribute '{node.attr}' is not in {language}; arrays have size, shape[0], {methods}."
        )

    def entry(self, node: ast.Subscript) -> Expression:
        """Read `a[i]`, a slice, or `a.shape[0]`."""
        match node:
            case ast.Subscript(value=ast.Attribute(value=value, attr="shape"), slice=ast.Constant(value=0)):
                return Apply("size", (self.read(value),), node.lineno, ".shape")
            case ast.Subscript(slice=ast.Tuple()):
                raise rejected(node.lineno, "arrays have one dimension here: use one index, such as a[i * n + j].")
            case ast.Subscript(value=value, slice=ast.Slice(lower=lower, upper=upper, step=step)):
                array = self.read(value)
                start, stop, by = (None if bound is None else self.read(bound) for bound in (lower, upper, step))
                return Entry(array, Span(start, stop, by, line_of(node.slice)), node.lineno)
        array, index = self.each(node.value, node.slice)
        return Entry(array, index, node.lineno)

    def call(self, node: ast.Call) -> Expression:
        """Read a call of a function of the library, a method, or a function of the candidate."""
        line = node.lineno
        if node.keywords and self.dialect.scalar:
            raise rejected(line, "arguments are given by position, without names.")
        match node.func:
            case ast.Name(id="float") if self.dialect.scalar and self.is_infinity(node):
                return Number(INFINITIES[getattr(node.args[0], "value", "")], line)
            case ast.Name(id=name) if name in self.names.headers and name not in self.variables:
                return self.invoke(name, node)
            case ast.Name(id=name) if name in self.names.functions and name not in self.variables:
                return self.apply(self.names.functions[name], name, node)
            case ast.Attribute(value=ast.Name(id=alias), attr=name) if self.is_module(alias):
                return self.apply(self.names.function(self.names.modules[alias], name, line), f"{alias}.{name}", node)
            case ast.Attribute(value=value, attr=name) if not self.dialect.scalar and self.is_value(value):
                spelled = self.names.function("", name, line)
                return self.apply(spelled, f"a.{name}", node, value)
            case ast.Name(id=name) if name in self.variables:
                raise rejected(line, f"'{name}' is a variable and cannot be called.")
            case ast.Attribute(value=ast.Name(id=name)) if self.dialect.scalar:
                raise rejected(line, f"unknown name '{name}'; {self.advice(name)}only modules have functions.")
            case ast.Name(id=name) | ast.Attribute(value=ast.Name(id=name)):
                available = ", ".join([*self.names.headers, *self.names.functions])
                raise rejected(line, f"unknown function '{name}'; {self.advice(name)}available: {available}.")
        raise rejected(line, "only functions can be called, by name.")

    @staticmethod
    def is_infinity(node: ast.Call) -> bool:
        """Say whether a call is `float("inf")`."""
        match node.args:
            case [ast.Constant(value=str(text))]:
                return text in INFINITIES
        return False

    def is_value(self, node: ast.expr) -> bool:
        """Say whether what stands before a dot is a value of the candidate."""
        return not isinstance(node, ast.Name) or node.id in self.variables or node.id in self.names.constants

    def invoke(self, name: str, node: ast.Call) -> Invoke:
        """Read a call of the candidate's own function, and fill in defaults."""
        header = self.names.headers[name]
        if node.keywords:
            raise rejected(node.lineno, f"the arguments of {name}() are given by position, without names.")
        arguments = self.each(*node.args)
        missing = len(header.parameters) - len(arguments)
        if not 0 <= missing <= len(header.defaults):
            raise rejected(node.lineno, f"{name}() takes {len(header.parameters)} arguments, got {len(arguments)}.")
        defaults = (Number(value, node.lineno) for value in header.defaults[len(header.defaults) - missing :])
        return Invoke(name, (*arguments, *defaults), node.lineno)

    def apply(self, spelled: str, shown: str, node: ast.Call, array: ast.expr | None = None) -> Apply:
        """Read a call of the library's; `array` is that whose method it is."""
        function, line = self.names.meaning(spelled), node.lineno
        given = [*([] if array is None else [array]), *node.args]
        if "." not in spelled or spelled.startswith("math.") or self.dialect.scalar:
            if node.keywords:
                raise rejected(line, f"the arguments of {shown}() are given by position, without names.")
            least, most = function.needed, len(function.parameters)
            if not least <= len(given) <= most:
                expected = str(least) if least == most else f"{least} to {most}"
                raise rejected(line, f"{shown}() takes {expected} arguments here, got {len(given)}.")
        else:
            self.check_arguments(function, shown, node, given, array)
        read = [self.argument(name, each, shown) for name, each in zip(function.parameters, given, strict=False)]
        named = [self.argument(keyword.arg or "", keyword.value, shown) for keyword in node.keywords]
        keywords = tuple(keyword.arg or "" for keyword in node.keywords)
        return Apply(function.name, (*read, *named), line, spelled, keywords)

    @staticmethod
    def check_arguments(
        function: LibraryFunction, shown: str, node: ast.Call, given: list[ast.expr], array: ast.expr | None
    ) -> None:
        """Refuse arguments that a function of arrays does not take; only `dtype` and `kind` are named."""
        positions = function.parameters
        known = list(positions[: len(given)])
        for keyword in node.keywords:
            if keyword.arg not in ("dtype", "kind") or keyword.arg not in positions or keyword.arg in known:
                raise rejected(node.lineno, f"{shown}() has no argument '{keyword.arg}' here.")
            known.append(keyword.arg)
        needed = positions[: function.needed]
        if len(given) > len(positions) or any(wanted not in known for wanted in needed):
            own = needed if array is None else needed[1:]
            wants = 'kind="mergesort"' if "kind" in positions else ", ".join(own) or "nothing"
            raise rejected(node.lineno, f"{shown}() takes {wants} here, got {ast.unparse(node)}.")

    def argument(self, parameter: str, node: ast.expr, shown: str) -> Expression:
        """Read one argument; types and kinds of sorting are not values."""
        if parameter == "kind":
            if isinstance(node, ast.Constant) and node.value in SORTS:
                return Option(node.value, node.lineno)
            raise rejected(node.lineno, f'{shown}() takes kind="mergesort", which keeps the order of equals.')
        if parameter == "dtype":
            match node:
                case ast.Attribute(value=ast.Name(id="np"), attr=name) if name in DTYPES:
                    return Option(name, node.lineno)
            raise rejected(node.lineno, f"dtype is one of {', '.join(f'np.{each}' for each in DTYPES)}.")
        return self.read(node)
