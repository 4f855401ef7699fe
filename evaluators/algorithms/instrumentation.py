"""Counting put into an algorithm: every block of statements is charged in one addition before it runs.

The changed tree means the same to numba and to CPython, so both count the same. A block is a run of simple statements
up to a branch, a loop or the call of a helper; the condition behind it belongs to it. The test of a `while` loop is
charged once before the loop and once a pass.
"""

import ast
import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluators.algorithms import language
from evaluators.algorithms.array_inference import ArrayFlow, infer_arrays
from evaluators.algorithms.library import FUNCTIONS
from evaluators.algorithms.names import RESERVED, Algorithm, fold
from evaluators.work import cost

INJECTED = {name: f"{RESERVED}f{index}" for index, name in enumerate(FUNCTIONS)}
AssignmentTarget = ast.Name | ast.Attribute | ast.Subscript
CHARGED = {"input": "elements", "sort": "sorting", "length": "length"}


def call(name: str, *arguments: ast.expr, at: ast.AST) -> ast.Call:
    """Return a call of a function that is put into the algorithm, on the line of the node that it replaces."""
    return ast.copy_location(ast.Call(ast.Name(name, ast.Load()), list(arguments), []), at)


class ChargedExpressions:
    """Rewrites expressions; `operations` is the cost known from the text, `arrays` says whether a run adds to it."""

    def __init__(self, flow: ArrayFlow) -> None:
        self.flow = flow
        self.operations = 0
        self.arrays = False

    def charged(self, name: str, value: ast.expr) -> ast.expr:
        """Return a value that is charged once it is computed."""
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
        rewritten = copy.copy(node)
        for name, value in ast.iter_fields(node):
            setattr(rewritten, name, self.part(value))
        return rewritten

    def part(self, value: object) -> object:
        """Rewrite what stands in a field of a node."""
        if isinstance(value, list):
            return [self.part(each) for each in value]
        return self.expression(value) if isinstance(value, ast.expr) else value

    def operator(self, node: ast.BinOp | ast.UnaryOp | ast.Compare) -> ast.expr:
        """Rewrite an operator: on arrays its result is charged."""
        rewritten = self.inside(node)
        if self.flow.is_array(node):
            is_power = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)
            return self.charged("powers" if is_power else "elements", rewritten)
        match rewritten:
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                self.operations += cost("**")
                fixed = isinstance(right, ast.Constant) and isinstance(right.value, int)
                return rewritten if fixed else call(INJECTED["**"], left, right, at=node)
            case ast.Compare(ops=relations):
                self.operations += len(relations)
            case ast.BinOp() | ast.UnaryOp(op=ast.USub() | ast.Not()):
                self.operations += 1
        return rewritten

    def subscript(self, node: ast.Subscript) -> ast.expr:
        """Rewrite `a[i]`, a slice (a view, so one operation), `a[order]`, `a[mask]`; `a.shape[0]` is free."""
        match node.value:
            case ast.Attribute(value=value, attr="shape"):
                return ast.copy_location(ast.Attribute(self.expression(value), "size", ast.Load()), node)
        value, index = self.expression(node.value), self.index(node.slice)
        if self.flow.is_array(node.slice):
            return call(INJECTED["a[chosen]"], value, index, at=node)
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
        rewritten = ast.copy_location(ast.Call(self.function(node.func, full), arguments, []), node)
        if self.flow.is_array(node) and name not in self.flow.functions:
            return self.charged("elements", rewritten)
        self.operations += len(arguments) - 1 if name in ("min", "max") else cost(name)
        return rewritten

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
        self.arrays |= how == "search"
        rewritten = ast.copy_location(ast.Call(self.function(node.func, f"np.{name}"), arguments, keywords), node)
        return self.charged("elements", rewritten) if how == "result" else rewritten

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


@dataclass(frozen=True, slots=True)
class CountedAlgorithm:
    """An algorithm with counting in it; `lines` holds the last line of each block by its first."""

    tree: ast.Module
    promised: str
    helpers: tuple[str, ...]
    lines: Mapping[int, int]


def with_counting(algorithm: Algorithm) -> CountedAlgorithm:
    """Put counting into an algorithm."""
    variables = infer_arrays(algorithm)
    lines: dict[int, int] = {}
    body: list[ast.stmt] = [
        ast.Assign([ast.Name(name, ast.Store())], ast.Constant(value), lineno=1)
        for name, value in algorithm.constants.items()
    ]
    for name, node in algorithm.functions.items():
        blocks = CountedStatements(ArrayFlow(name, variables, algorithm.functions), lines)
        rewritten = ast.FunctionDef(name, node.args, blocks.block(node.body, node.lineno), [])
        body.append(ast.copy_location(rewritten, node))
    helpers = tuple(name for name in algorithm.functions if name != algorithm.promised)
    return CountedAlgorithm(ast.fix_missing_locations(ast.Module(body, [])), algorithm.promised, helpers, lines)


class CountedStatements:
    """Rewrites the statements of one function."""

    def __init__(self, flow: ArrayFlow, lines: dict[int, int]) -> None:
        self.flow = flow
        self.lines = lines

    def block(self, nodes: Sequence[ast.stmt], line: int, own: int = 0) -> list[ast.stmt]:
        """Rewrite statements in order; `own` is what each pass costs of the loop on `line` whose body they are."""
        result: list[ast.stmt] = []
        run: list[ast.stmt] = []
        first, operations = (line, own) if own else (0, 0)
        for node in nodes:
            charges = ChargedExpressions(self.flow)
            rewritten, last = self.statement(node, charges)
            if charges.operations or charges.arrays:
                first = first or node.lineno
            operations += charges.operations
            run += rewritten
            if last is not None:
                result += self.charge(operations, first, last, bool(result)) + run
                run, first, operations = [], 0, 0
        end = nodes[-1].end_lineno or line
        return result + self.charge(operations, first, end, bool(result)) + run

    def charge(self, operations: int, first: int, last: int, later: bool) -> list[ast.stmt]:
        """Return the charge of a block, none where `first` is 0; the first of a body looks at the limit.

        So no loop and no chain of calls runs for ever.
        """
        if not first:
            return []
        self.lines[first] = max(last, self.lines.get(first, last))
        at = ast.Pass(lineno=first, col_offset=0, end_lineno=first, end_col_offset=0)
        name = RESERVED + ("tally" if later else "tick")
        return [ast.copy_location(ast.Expr(call(name, ast.Constant(operations), ast.Constant(first), at=at)), at)]

    def statement(self, node: ast.stmt, charges: ChargedExpressions) -> tuple[list[ast.stmt], int | None]:
        """Rewrite a statement; the second value is the last line of the block that it ends, None where it goes on."""
        match node:
            case ast.If(test=test, body=body):
                rewritten: ast.stmt = ast.If(charges.expression(test), self.block(body, node.lineno), self.orelse(node))
                return [ast.copy_location(rewritten, node)], test.end_lineno
            case ast.While(test=test, body=body):
                condition = charges.expression(test)
                rewritten = ast.While(condition, self.block(body, node.lineno, charges.operations + 1), [])
                return [ast.copy_location(rewritten, node)], test.end_lineno
            case ast.For(target=target, iter=ast.Call() as counter, body=body):
                numbers = [charges.expression(number) for number in counter.args]
                over = ast.copy_location(ast.Call(counter.func, numbers, []), counter)
                rewritten = ast.For(target, over, self.block(body, node.lineno, 1), [])
                return [ast.copy_location(rewritten, node)], counter.end_lineno
        ends = any(self.is_helper(part) for part in ast.walk(node))
        return [ast.copy_location(each, node) for each in self.simple(node, charges)], node.end_lineno if ends else None

    def orelse(self, node: ast.If) -> list[ast.stmt]:
        """Rewrite what runs when the condition fails."""
        return self.block(node.orelse, node.orelse[0].lineno) if node.orelse else []

    def is_helper(self, node: ast.AST) -> bool:
        """Say whether a node calls a function of the algorithm."""
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in self.flow.functions

    def simple(self, node: ast.stmt, charges: ChargedExpressions) -> list[ast.stmt]:
        """Rewrite a statement that holds no other."""
        match node:
            case ast.Assign(targets=[ast.Subscript(slice=ast.Slice()) as target], value=value):
                return [filled(charges, read_of(target), value)]
            case ast.Assign(targets=targets, value=value):
                assigned = charges.expression(value)
                return [ast.Assign([charges.expression(target) for target in targets], assigned)]
            case ast.AugAssign(target=target, op=op, value=value):
                return self.augmented(target, op, value, charges)
            case ast.Return(value=ast.expr() as value):
                return [ast.Return(charges.expression(value))]
            case ast.Expr(value=value):
                return [ast.Expr(charges.expression(value))]
        return [node]

    def augmented(
        self,
        target: ast.Name | ast.Attribute | ast.Subscript,
        op: ast.operator,
        value: ast.expr,
        charges: ChargedExpressions,
    ) -> list[ast.stmt]:
        """Rewrite `x += y`: numpy changes an array in place, and an operand may be a part of it."""
        read = read_of(target)
        sum_of = ast.copy_location(ast.BinOp(read, op, value), target)
        if isinstance(target, ast.Name) and self.flow.is_array(target):
            changed_by = charges.expression(value)
            if self.flow.is_array(value):
                changed_by = call(INJECTED["b of +="], read, changed_by, at=value)
            result = ast.copy_location(ast.BinOp(read, op, changed_by), target)
            changed = call(INJECTED["+="], read, result, at=target)
            how = "powers" if isinstance(op, ast.Pow) else "elements"
            return [ast.Expr(charges.charged(how, read)), ast.Assign([target], changed)]
        if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Slice):
            return [filled(charges, read, sum_of)]
        if isinstance(target, ast.Subscript):
            place = charges.expression(target)
            charges.operations += 2  # the entry is read too, and the operator
            assert isinstance(place, ast.Subscript), "a subscript stays one"
            return [ast.AugAssign(place, op, charges.expression(value))]
        return [ast.Assign([target], charges.expression(sum_of))]


def read_of(target: AssignmentTarget) -> ast.expr:
    """Return what is assigned to as a value."""
    if isinstance(target, ast.Name):
        return ast.copy_location(ast.Name(target.id, ast.Load()), target)
    assert isinstance(target, ast.Subscript), "the reader lets no attribute pass"
    return ast.copy_location(ast.Subscript(target.value, target.slice, ast.Load()), target)


def filled(charges: ChargedExpressions, part: ast.expr, value: ast.expr) -> ast.stmt:
    """Return `a[i:j] = value` as a call on the slice, which is a view, so that its entries are charged."""
    entries = charges.charged("elements", charges.expression(part))
    return ast.Expr(call(INJECTED["[:]="], entries, charges.expression(value), at=part))
