"""Counting put into the twin of a rule: the same costs as `counting.py`, read off CPython's own syntax tree."""

import ast
from collections.abc import Sequence

from evaluators.rules.expressions import assigned
from evaluators.rules.names import OPERATORS, Header, Names, library_function
from evaluators.work import cost

COUNT = "<count>"
"""What the twin calls before a block; no source can contain this name."""


class Charges:
    """What the statements of one function cost; `names` are those of the top level, `header` is the function's."""

    def __init__(self, names: Names, header: Header) -> None:
        self.names = names
        self.constants = set(names.constants) - assigned(header)

    def block(self, nodes: Sequence[ast.stmt], own: int = 0) -> list[ast.stmt]:
        """Return statements with a charge before each; `own` is what each pass costs of the loop they are in."""
        done: list[ast.stmt] = []
        for node in nodes:
            done += [*self.charge(own + self.head(node), node), node]
            own = 0
            match node:
                case ast.If(body=body, orelse=orelse):
                    node.body, node.orelse = self.block(body), self.block(orelse)
                case ast.While(body=body, orelse=orelse) | ast.For(body=body, orelse=orelse):
                    test = self.operations(node.test) if isinstance(node, ast.While) else 0
                    node.body, node.orelse = self.block(body, 1 + test), self.block(orelse)
        return done

    def charge(self, operations: int, at: ast.stmt) -> list[ast.stmt]:
        """Return the statement that charges, nothing for nothing."""
        if not operations:
            return []
        call = ast.Call(ast.Name(COUNT, ast.Load()), [ast.Constant(operations)], [])
        return [ast.fix_missing_locations(ast.copy_location(ast.Expr(call), at))]

    def head(self, node: ast.stmt) -> int:
        """Return what a statement costs once, without the statements in it."""
        match node:
            case ast.If(test=test) | ast.While(test=test):
                return self.operations(test)
            case ast.For(iter=ast.Call(args=numbers)):
                return sum(map(self.operations, numbers))
            case ast.AugAssign(op=op, value=value):
                return cost(OPERATORS[type(op)]) + self.operations(value)
            case ast.Assign(value=ast.Tuple(elts=values)):
                return sum(map(self.operations, values))
            case ast.Assign(value=ast.expr() as value) | ast.AnnAssign(value=ast.expr() as value):
                return self.operations(value)
            case ast.Return(value=ast.expr() as value):
                return self.operations(value)
        return 0

    def operations(self, node: ast.expr) -> int:
        """Return what an expression costs, charged whole."""
        if self.is_number(node):
            return 0
        own = 0
        match node:
            case ast.BinOp(op=op):
                own = cost(OPERATORS[type(op)])
            case ast.UnaryOp(op=ast.USub() | ast.Not()) | ast.IfExp():
                own = 1
            case ast.Compare(ops=relations):
                own = len(relations)
            case ast.BoolOp(values=values):
                own = len(values) - 1
            case ast.Call(args=arguments):
                return self.call(node) + sum(map(self.operations, arguments))
        return own + sum(self.operations(part) for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr))

    def call(self, node: ast.Call) -> int:
        """Return what a call costs without its arguments."""
        meaning = ""
        match node.func:
            case ast.Name(id=name) if name not in self.names.headers:
                meaning = self.names.functions[name]
            case ast.Attribute(value=ast.Name(id=alias), attr=name):
                meaning = library_function(self.names.modules[alias], name, node.lineno)
        return len(node.args) - 1 if meaning in ("min", "max") else cost(meaning)

    def is_number(self, node: ast.expr) -> bool:
        """Say whether an expression is a constant with its sign."""
        match node:
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                return self.is_number(operand)
            case ast.Call(func=ast.Name(id="float"), args=[ast.Constant(value=str())]):
                return True
            case ast.Name(id=name):
                return name in self.constants
        return isinstance(node, ast.Constant | ast.Attribute)
