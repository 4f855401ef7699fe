"""Counting put into an algorithm: every block of statements is charged in one addition before it runs.

The changed tree means the same to numba and to CPython, so both count the same. A block is a run of simple statements
up to a branch, a loop or the call of a helper; the condition behind it belongs to it. The test of a `while` loop is
charged once before the loop and once a pass.
"""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluators.algorithms.charges import INJECTED, Charges, call
from evaluators.algorithms.kinds import Flow, infer
from evaluators.algorithms.names import RESERVED
from evaluators.algorithms.tree import Algorithm


@dataclass(frozen=True, slots=True)
class Counted:
    """An algorithm with counting in it; `lines` holds the last line of each block by its first."""

    tree: ast.Module
    promised: str
    helpers: tuple[str, ...]
    lines: Mapping[int, int]


def counted(algorithm: Algorithm) -> Counted:
    """Put counting into an algorithm."""
    kinds = infer(algorithm)
    lines: dict[int, int] = {}
    body: list[ast.stmt] = [
        ast.Assign([ast.Name(name, ast.Store())], ast.Constant(value), lineno=1)
        for name, value in algorithm.constants.items()
    ]
    for name, node in algorithm.functions.items():
        blocks = Blocks(Flow(name, kinds, algorithm.functions), lines)
        made = ast.FunctionDef(name, node.args, blocks.block(node.body, node.lineno), [])
        body.append(ast.copy_location(made, node))
    helpers = tuple(name for name in algorithm.functions if name != algorithm.promised)
    return Counted(ast.fix_missing_locations(ast.Module(body, [])), algorithm.promised, helpers, lines)


class Blocks:
    """Rewrites the statements of one function."""

    def __init__(self, flow: Flow, lines: dict[int, int]) -> None:
        self.flow = flow
        self.lines = lines

    def block(self, nodes: Sequence[ast.stmt], line: int, own: int = 0) -> list[ast.stmt]:
        """Rewrite statements in order; `own` is what each pass costs of the loop on `line` whose body they are."""
        done: list[ast.stmt] = []
        run: list[ast.stmt] = []
        first, operations = (line, own) if own else (0, 0)
        for node in nodes:
            charges = Charges(self.flow)
            made, last = self.statement(node, charges)
            if charges.operations or charges.arrays:
                first = first or node.lineno
            operations += charges.operations
            run += made
            if last is not None:
                done += self.charge(operations, first, last, bool(done)) + run
                run, first, operations = [], 0, 0
        end = nodes[-1].end_lineno or line
        return done + self.charge(operations, first, end, bool(done)) + run

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

    def statement(self, node: ast.stmt, charges: Charges) -> tuple[list[ast.stmt], int | None]:
        """Rewrite a statement; the second value is the last line of the block that it ends, None where it goes on."""
        match node:
            case ast.If(test=test, body=body):
                made: ast.stmt = ast.If(charges.expression(test), self.block(body, node.lineno), self.orelse(node))
                return [ast.copy_location(made, node)], test.end_lineno
            case ast.While(test=test, body=body):
                condition = charges.expression(test)
                made = ast.While(condition, self.block(body, node.lineno, charges.operations + 1), [])
                return [ast.copy_location(made, node)], test.end_lineno
            case ast.For(target=target, iter=ast.Call() as counter, body=body):
                numbers = [charges.expression(number) for number in counter.args]
                over = ast.copy_location(ast.Call(counter.func, numbers, []), counter)
                made = ast.For(target, over, self.block(body, node.lineno, 1), [])
                return [ast.copy_location(made, node)], counter.end_lineno
        ends = any(self.is_helper(part) for part in ast.walk(node))
        return [ast.copy_location(each, node) for each in self.simple(node, charges)], node.end_lineno if ends else None

    def orelse(self, node: ast.If) -> list[ast.stmt]:
        """Rewrite what runs when the condition fails."""
        return self.block(node.orelse, node.orelse[0].lineno) if node.orelse else []

    def is_helper(self, node: ast.AST) -> bool:
        """Say whether a node calls a function of the algorithm."""
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in self.flow.functions

    def simple(self, node: ast.stmt, charges: Charges) -> list[ast.stmt]:
        """Rewrite a statement that holds no other."""
        match node:
            case ast.Assign(targets=[ast.Subscript(slice=ast.Slice()) as target], value=value):
                return [filled(charges, read_of(target), value)]
            case ast.Assign(targets=targets, value=value):
                given = charges.expression(value)
                return [ast.Assign([charges.expression(target) for target in targets], given)]
            case ast.AugAssign(target=target, op=op, value=value):
                return self.augmented(target, op, value, charges)
            case ast.Return(value=ast.expr() as value):
                return [ast.Return(charges.expression(value))]
            case ast.Expr(value=value):
                return [ast.Expr(charges.expression(value))]
        return [node]

    def augmented(
        self, target: ast.Name | ast.Attribute | ast.Subscript, op: ast.operator, value: ast.expr, charges: Charges
    ) -> list[ast.stmt]:
        """Rewrite `x += y`; numpy changes an array in place."""
        read = read_of(target)
        sum_of = ast.copy_location(ast.BinOp(read, op, value), target)
        if isinstance(target, ast.Name) and self.flow.is_array(target):
            made = ast.AugAssign(target, op, charges.expression(value))
            return [ast.Expr(charges.charged("elements", read)), ast.copy_location(made, target)]
        if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Slice):
            return [filled(charges, read, sum_of)]
        if isinstance(target, ast.Subscript):
            place = charges.expression(target)
            charges.operations += 2  # the entry is read too, and the operator
            assert isinstance(place, ast.Subscript), "a subscript stays one"
            return [ast.AugAssign(place, op, charges.expression(value))]
        return [ast.Assign([target], charges.expression(sum_of))]


def read_of(target: ast.Name | ast.Attribute | ast.Subscript) -> ast.expr:
    """Return what is assigned to as a value."""
    if isinstance(target, ast.Name):
        return ast.copy_location(ast.Name(target.id, ast.Load()), target)
    assert isinstance(target, ast.Subscript), "the reader lets no attribute pass"
    return ast.copy_location(ast.Subscript(target.value, target.slice, ast.Load()), target)


def filled(charges: Charges, part: ast.expr, value: ast.expr) -> ast.stmt:
    """Return `a[i:j] = value` as a call on the slice, which is a view, so that its entries are charged."""
    entries = charges.charged("elements", charges.expression(part))
    return ast.Expr(call(INJECTED["[:]="], entries, charges.expression(value), at=part))
