"""Function bodies become the tree of `tree.py`: statements in the allow-listed syntax only."""

import ast
from collections.abc import Sequence

from evaluators.rules.expressions import ExpressionReader, unsupported
from evaluators.rules.names import OPERATORS, Header, RuleNames
from evaluators.rules.tree import (
    Apply,
    Assign,
    Break,
    Continue,
    For,
    If,
    Number,
    Return,
    RuleFunction,
    Statement,
    Variable,
    While,
)
from evaluators.syntax import rejected


def read_function(header: Header, names: RuleNames) -> RuleFunction:
    """Check one function's body and resolve its names."""
    expressions = ExpressionReader(header, names)
    body = StatementReader(expressions).block(header.node.body)
    return RuleFunction(tuple(expressions.variables), len(header.parameters), body, header.node.lineno)


class StatementReader:
    """Reads the statements of one function."""

    def __init__(self, expressions: ExpressionReader) -> None:
        self.expressions = expressions

    def block(self, nodes: Sequence[ast.stmt]) -> tuple[Statement, ...]:
        """Read statements in order."""
        return tuple(statement for node in nodes for statement in self.statement(node))

    def statement(self, node: ast.stmt) -> tuple[Statement, ...]:
        """Read one statement; docstrings, pass and bare annotations leave nothing."""
        match node:
            case ast.Pass() | ast.Expr(value=ast.Constant(value=str())) | ast.AnnAssign(target=ast.Name(), value=None):
                return ()
            case ast.Assign() | ast.AugAssign() | ast.AnnAssign():
                return self.assignment(node)
            case ast.If():
                return (If(self.expressions.expression(node.test), self.block(node.body), self.block(node.orelse)),)
            case ast.While():
                return (While(self.expressions.expression(node.test), self.block(node.body), self.block(node.orelse)),)
            case ast.For():
                return (self.loop(node),)
            case ast.Break():
                return (Break(),)
            case ast.Continue():
                return (Continue(),)
            case ast.Return(value=ast.expr() as value):
                return (Return(self.expressions.expression(value), node.lineno),)
            case ast.Return():
                raise rejected(node.lineno, "return needs a value: return a number.")
        raise unsupported(node)

    def assignment(self, node: ast.Assign | ast.AugAssign | ast.AnnAssign) -> tuple[Statement, ...]:
        """Read `x = y`, `x = y = z`, `a, b = x, y`, `x: float = y` and `x += y`."""
        match node:
            case ast.AugAssign(target=ast.Name(id=name) as target, op=op) if type(op) in OPERATORS:
                old = Variable(self.target(target), node.lineno)
                new = Apply(OPERATORS[type(op)], (old, self.expressions.expression(node.value)), node.lineno)
                return (Assign((self.expressions.index(name),), (new,)),)
            case ast.AnnAssign(target=ast.Name() as target, value=ast.expr() as value):
                assigned = self.expressions.expression(value)
                return (Assign((self.target(target),), (assigned,)),)
            case ast.Assign(targets=[ast.Tuple(elts=left)], value=ast.Tuple(elts=right)) if len(left) == len(right):
                values = tuple(self.expressions.expression(value) for value in right)
                return (Assign(tuple(self.target(target) for target in left), values),)
            case ast.Assign(targets=[ast.Name() as target, *others], value=value):
                assigned = self.expressions.expression(value)
                first = self.target(target)
                copies = [Assign((self.target(other),), (Variable(first, node.lineno),)) for other in others]
                return (Assign((first,), (assigned,)), *copies)
        raise rejected(node.lineno, "assign to a variable, or to as many variables as there are values.")

    def target(self, node: ast.expr) -> int:
        """Read the variable that is assigned."""
        if not isinstance(node, ast.Name):
            raise rejected(node.lineno, "only variables can be assigned.")
        self.expressions.check_free(node.id, node.lineno)
        return self.expressions.index(node.id)

    def loop(self, node: ast.For) -> For:
        """Read a loop over range."""
        match node.iter:
            case ast.Call(func=ast.Name(id="range"), args=[_, *_] as bounds, keywords=[]) if len(bounds) <= 3:
                values = [self.expressions.expression(value) for value in bounds]
            case _:
                raise rejected(node.lineno, "a for loop runs over range(stop), range(start, stop) or with a step.")
        start, stop = (Number(0.0), values[0]) if len(values) == 1 else (values[0], values[1])
        step = values[2] if len(values) == 3 else Number(1.0)
        variable = self.target(node.target)
        return For(variable, start, stop, step, self.block(node.body), self.block(node.orelse), node.lineno)
