"""What the expressions of an algorithm cost: a number where the text tells it, else a charge put around an array."""

import ast
import copy

from evaluators.algorithms import language
from evaluators.algorithms.constants import fold
from evaluators.algorithms.kinds import Flow
from evaluators.algorithms.library import FUNCTIONS
from evaluators.algorithms.names import RESERVED
from evaluators.work import cost

INJECTED = {name: f"{RESERVED}f{index}" for index, name in enumerate(FUNCTIONS)}
CHARGED = {"input": "elements", "sort": "sorting", "length": "length", "search": "searching"}


def call(name: str, *arguments: ast.expr, at: ast.AST) -> ast.Call:
    """Return a call of what is put into the algorithm, on the line of what it stands for."""
    return ast.copy_location(ast.Call(ast.Name(name, ast.Load()), list(arguments), []), at)


class Charges:
    """Rewrites expressions; `operations` is what they cost that the text tells, `arrays` says that a run adds to it."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.operations = 0
        self.arrays = False

    def charged(self, name: str, value: ast.expr) -> ast.expr:
        """Return a value that is charged when it is there."""
        self.arrays = True
        return call(RESERVED + name, value, at=value)

    def expression(self, node: ast.expr) -> ast.expr:
        """Rewrite one expression."""
        constant = fold(node, {})
        if constant is not None:
            return ast.copy_location(ast.Constant(constant), node)
        match node:
            case ast.BinOp() | ast.UnaryOp() | ast.Compare():
                return self.operator(node)
            case ast.Subscript():
                return self.subscript(node)
            case ast.Call():
                return self.call(node)
            case ast.BoolOp(values=values):
                self.operations += len(values) - 1
            case ast.IfExp():
                self.operations += 1
        return self.inside(node)

    def inside(self, node: ast.expr) -> ast.expr:
        """Rewrite the parts of a node."""
        made = copy.copy(node)
        for name, value in ast.iter_fields(node):
            setattr(made, name, self.part(value))
        return made

    def part(self, value: object) -> object:
        """Rewrite what stands in a field of a node."""
        if isinstance(value, list):
            return [self.part(each) for each in value]
        return self.expression(value) if isinstance(value, ast.expr) else value

    def operator(self, node: ast.BinOp | ast.UnaryOp | ast.Compare) -> ast.expr:
        """Rewrite an operator: on arrays its result is charged."""
        made = self.inside(node)
        if self.flow.is_array(node):
            return self.charged("elements", made)
        match made:
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                self.operations += cost("**")
                fixed = isinstance(right, ast.Constant) and isinstance(right.value, int)
                return made if fixed else call(INJECTED["**"], left, right, at=node)
            case ast.Compare(ops=relations):
                self.operations += len(relations)
            case ast.BinOp() | ast.UnaryOp(op=ast.USub() | ast.Not()):
                self.operations += 1
        return made

    def subscript(self, node: ast.Subscript) -> ast.expr:
        """Rewrite `a[i]`, a slice (a view, so one operation), `a[order]`, `a[mask]`; `a.shape[0]` is free."""
        match node.value:
            case ast.Attribute(value=value, attr="shape"):
                return ast.copy_location(ast.Attribute(self.expression(value), "size", ast.Load()), node)
        value, index = self.expression(node.value), self.index(node.slice)
        return ast.copy_location(ast.Subscript(value, index, node.ctx), node)

    def index(self, node: ast.expr) -> ast.expr:
        """Rewrite an index."""
        if self.flow.is_array(node):
            return self.charged("elements", self.expression(node))
        self.operations += 1
        return self.inside(node) if isinstance(node, ast.Slice) else self.expression(node)

    def call(self, node: ast.Call) -> ast.expr:
        """Rewrite a call."""
        match node.func:
            case ast.Name(id=name):
                return self.plain(node, name, name)
            case ast.Attribute(value=ast.Name(id="math"), attr=name):
                return self.plain(node, name, f"math.{name}")
            case ast.Attribute(value=ast.Name(id="np"), attr=name):
                return self.of_numpy(node, name)
            case ast.Attribute(value=value, attr=name):
                return self.method(node, value, name)
        raise AssertionError("the reader lets no other call pass")

    def plain(self, node: ast.Call, name: str, full: str) -> ast.expr:
        """Rewrite a call of a builtin, of a function of math, or of the algorithm's own."""
        arguments = [self.expression(argument) for argument in node.args]
        made = ast.copy_location(ast.Call(self.function(node.func, full), arguments, []), node)
        if self.flow.is_array(node) and name not in self.flow.functions:
            return self.charged("elements", made)
        self.operations += len(arguments) - 1 if name in ("min", "max") else cost(name)
        return made

    @staticmethod
    def function(node: ast.expr, full: str) -> ast.expr:
        """Return what is called: the function of the library that stands for it, if there is one."""
        return ast.copy_location(ast.Name(INJECTED[full], ast.Load()), node) if full in INJECTED else node

    def of_numpy(self, node: ast.Call, name: str) -> ast.expr:
        """Rewrite a call of numpy: its first argument or its result is charged."""
        how = language.NUMPY[name].charged
        arguments = [self.argument(argument) for argument in node.args]
        if name == "argsort":
            arguments = arguments[:1]  # there is one kind
        named = node.keywords if name != "argsort" else []
        keywords = [ast.keyword(keyword.arg, self.argument(keyword.value)) for keyword in named]
        if how in CHARGED:
            arguments[0] = self.charged(CHARGED[how], arguments[0])
        if how == "search":
            arguments[1] = self.charged("elements", arguments[1])
        made = ast.copy_location(ast.Call(self.function(node.func, f"np.{name}"), arguments, keywords), node)
        return self.charged("elements", made) if how == "result" else made

    def argument(self, node: ast.expr) -> ast.expr:
        """Rewrite an argument of numpy, where types and the kind of sorting stay as they are."""
        is_type = isinstance(node, ast.Attribute) and node.attr in language.DTYPES
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        return node if is_type or is_text else self.expression(node)

    def method(self, node: ast.Call, value: ast.expr, name: str) -> ast.expr:
        """Rewrite a call of an array's method: the array is charged."""
        array = self.charged("elements", self.expression(value))
        if f"a.{name}" in INJECTED:
            return call(INJECTED[f"a.{name}"], array, at=node)
        function = ast.copy_location(ast.Attribute(array, name, ast.Load()), node)
        return ast.copy_location(ast.Call(function, [self.argument(each) for each in node.args], []), node)
