"""Expressions in the allow-listed syntax, with every name resolved; refusals with line and advice."""

import ast
from collections.abc import Mapping

from evaluators.rules import language
from evaluators.rules.names import OPERATORS, Header, RuleNames, library_function, number
from evaluators.rules.tree import Apply, Choice, Compare, Expression, Invoke, Number, Shortcut, Variable
from evaluators.syntax import line_of, rejected

RELATIONS: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
ADVICE: Mapping[type[ast.AST], str] = {
    ast.ListComp: "comprehensions are not in the rule language: use `for i in range(...)`",
    ast.GeneratorExp: "comprehensions are not in the rule language: use `for i in range(...)`",
    ast.List: "lists are not in the rule language: use separate variables",
    ast.Tuple: "tuples are not values in the rule language: use separate variables",
    ast.Subscript: "subscripts are not in the rule language: only the numbers given as parameters exist",
    ast.Lambda: "lambda is not in the rule language: define a function at the top level",
    ast.FunctionDef: "functions stand at the top level: move this one there",
    ast.Import: "imports stand at the top level: move this one there",
    ast.ImportFrom: "imports stand at the top level: move this one there",
    ast.NamedExpr: "`:=` is not in the rule language: assign in a statement of its own",
    ast.Try: "try is not in the rule language: test before you compute",
    ast.Expr: "the value of this expression is not used: assign it or leave it out",
    ast.Assert: "assert is not in the rule language: leave it out",
    ast.Raise: "raise is not in the rule language: return a number",
    ast.JoinedStr: "strings are not in the rule language: leave them out",
}
INFINITIES: Mapping[str, float] = {"inf": float("inf"), "+inf": float("inf"), "-inf": float("-inf")}


def unsupported(node: ast.AST) -> Exception:
    """Return the refusal of syntax that is not in the language, with what to do instead where that is known."""
    advice = ADVICE.get(type(node), f"{type(node).__name__} is not in the rule language")
    return rejected(line_of(node), f"{advice}.")


def local_names(header: Header) -> set[str]:
    """Return the names that are local by Python's rule: parameters, and whatever the body assigns."""
    stored = [node for node in ast.walk(header.node) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    return {*header.parameters, *(node.id for node in stored)}


class ExpressionReader:
    """Reads one function's expressions; numbers its variables as they appear."""

    def __init__(self, header: Header, names: RuleNames) -> None:
        self.names = names
        self.locals = local_names(header)
        self.variables = list(header.parameters)
        for name in header.parameters:
            self.check_free(name, header.node.lineno)

    def check_free(self, name: str, line: int) -> None:
        """Refuse a variable that would hide a function or module."""
        if self.names.reserved(name):
            raise rejected(line, f"'{name}' is a function or module here: choose another name for the variable.")

    def index(self, name: str) -> int:
        """Return a variable's number."""
        if name not in self.variables:
            self.variables.append(name)
        return self.variables.index(name)

    def expression(self, node: ast.expr) -> Expression:
        """Read one expression."""
        match node:
            case ast.Constant():
                return Number(number(node))
            case ast.Name(id=name):
                return self.name(name, node.lineno)
            case ast.Attribute(value=ast.Name(id=alias), attr=attribute) if self.is_module(alias):
                return self.module_constant(alias, attribute, node.lineno)
            case ast.UnaryOp():
                return self.unary(node)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
                return Apply(OPERATORS[type(op)], (self.expression(left), self.expression(right)), node.lineno)
            case ast.BoolOp(op=op, values=values):
                return Shortcut(isinstance(op, ast.And), tuple(self.expression(value) for value in values))
            case ast.Compare(left=left, ops=ops, comparators=others) if all(type(op) in RELATIONS for op in ops):
                operands = tuple(self.expression(operand) for operand in [left, *others])
                return Compare(operands, tuple(RELATIONS[type(op)] for op in ops))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return Choice(self.expression(test), self.expression(body), self.expression(orelse))
            case ast.Call():
                return self.call(node)
        raise unsupported(node)

    def is_module(self, alias: str) -> bool:
        """Say whether a name means an imported module in this function."""
        return alias in self.names.modules and alias not in self.locals

    def name(self, name: str, line: int) -> Expression:
        """Resolve a name used as a value."""
        if name in self.locals:
            return Variable(self.index(name), line)
        if name in self.names.constants:
            return Number(self.names.constants[name])
        if self.names.reserved(name):
            raise rejected(line, f"'{name}' is a function or module, not a number: call it.")
        available = ", ".join([*self.variables, *self.names.available()])
        raise rejected(line, f"unknown name '{name}'; {self.advice(name)}available: {available}.")

    @staticmethod
    def advice(name: str) -> str:
        """Return what to write instead, where a name is a forgotten import or a function of another library."""
        if name in ("math", "np", "numpy"):
            return f"write `import {'math' if name == 'math' else 'numpy as np'}` at the top; "
        return f"{language.INSTEAD[name]}; " if name in language.INSTEAD else ""

    def module_constant(self, alias: str, attribute: str, line: int) -> Number:
        """Resolve `math.pi`."""
        constants = language.MODULE_CONSTANTS[self.names.modules[alias]]
        if attribute not in constants:
            raise rejected(line, f"'{alias}.{attribute}' is not a number; available: {', '.join(constants)}.")
        return Number(constants[attribute])

    def unary(self, node: ast.UnaryOp) -> Expression:
        """Read a sign or `not`; the sign of a literal belongs to the literal."""
        operand = self.expression(node.operand)
        match node.op:
            case ast.UAdd():
                return operand
            case ast.USub():
                return Number(-operand.value) if isinstance(operand, Number) else Apply("neg", (operand,), node.lineno)
            case ast.Not():
                return Apply("not", (operand,), node.lineno)
        raise rejected(node.lineno, "`~` is not in the rule language.")

    def call(self, node: ast.Call) -> Expression:
        """Read a call of a library function or of another function of the rule."""
        if node.keywords:
            raise rejected(node.lineno, "arguments are given by position, without names.")
        match node:
            case ast.Call(func=ast.Name(id="float"), args=[ast.Constant(value=str(text))]) if text in INFINITIES:
                return Number(INFINITIES[text])
            case ast.Call(func=ast.Name(id=name)) if name in self.names.headers and name not in self.locals:
                return self.invoke(name, self.arguments(node), node.lineno)
            case ast.Call(func=ast.Name(id=name)) if name in self.names.functions and name not in self.locals:
                return self.apply(name, self.names.functions[name], node)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=alias), attr=attribute)) if self.is_module(alias):
                meaning = library_function(self.names.modules[alias], attribute, node.lineno)
                return self.apply(f"{alias}.{attribute}", meaning, node)
            case ast.Call(func=ast.Name(id=name)) if name in self.locals:
                raise rejected(node.lineno, f"'{name}' is a variable and cannot be called.")
            case ast.Call(func=ast.Name(id=name)):
                available = ", ".join([*self.names.headers, *self.names.functions])
                raise rejected(node.lineno, f"unknown function '{name}'; {self.advice(name)}available: {available}.")
            case ast.Call(func=ast.Attribute(value=ast.Name(id=alias))):
                raise rejected(node.lineno, f"unknown name '{alias}'; {self.advice(alias)}only modules have functions.")
        raise rejected(node.lineno, "only functions can be called, by name.")

    def arguments(self, node: ast.Call) -> tuple[Expression, ...]:
        """Read the arguments left to right."""
        return tuple(self.expression(argument) for argument in node.args)

    def apply(self, name: str, meaning: str, node: ast.Call) -> Apply:
        """Check the number of arguments of a library function."""
        least, most = language.ARITIES[meaning]
        if not least <= len(node.args) <= most:
            expected = str(least) if least == most else f"{least} to {most}"
            raise rejected(node.lineno, f"{name}() takes {expected} arguments here, got {len(node.args)}.")
        return Apply(meaning, self.arguments(node), node.lineno)

    def invoke(self, name: str, arguments: tuple[Expression, ...], line: int) -> Invoke:
        """Check the number of arguments of the rule's own function, and fill in defaults."""
        header = self.names.headers[name]
        missing = len(header.parameters) - len(arguments)
        if not 0 <= missing <= len(header.defaults):
            raise rejected(line, f"{name}() takes {len(header.parameters)} arguments, got {len(arguments)}.")
        defaults = header.defaults[len(header.defaults) - missing :]
        return Invoke(name, (*arguments, *map(Number, defaults)), line)
