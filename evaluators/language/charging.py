"""Python in which a candidate's work is counted: every block of statements is charged in one addition before it runs.

CPython runs it, and numba compiles it for algorithms, so both count the same. A block is a run of simple statements up
to a branch, a loop or the call of a helper; the condition behind it belongs to it. The test of a `while` loop is
charged once before the loop and once a pass.
"""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluators.language.arrays import ArrayFlow, infer_arrays
from evaluators.language.costs import charge_at_run, is_charged_at_run, literal, operations, own_cost
from evaluators.language.functions import Charge
from evaluators.language.tree import (
    Apply,
    Assign,
    Augment,
    Entry,
    Expression,
    For,
    Function,
    If,
    Invoke,
    Number,
    Return,
    Span,
    Statement,
    Tree,
    Variable,
    While,
    walk,
)
from evaluators.language.writing import BINARY, LOAD, UNARY, Writer, at

CHARGED = {Charge.INPUT: "elements", Charge.SORT: "sorting", Charge.LENGTH: "length"}
"""The functions of `numba/counting.py` that charge the first argument."""
RESERVED = "__"
"""The first letters of the names that are put into an algorithm; no source may use such a name."""


@dataclass(frozen=True, slots=True)
class CountedAlgorithm:
    """An algorithm with counting in it; `lines` holds the last line of each block by its first."""

    module: ast.Module
    promised: str
    helpers: tuple[str, ...]
    lines: Mapping[int, int]


def with_counting(tree: Tree, injected: Mapping[str, str]) -> CountedAlgorithm:
    """Put counting into an algorithm; `injected` names the functions that stand for those of the language."""
    variables = infer_arrays(tree)
    lines: dict[int, int] = {}
    body: list[ast.stmt] = []
    for name, function in tree.functions.items():
        body.append(AlgorithmWriter(injected, ArrayFlow(name, variables), lines).function(function))
    (promised,) = tree.promised
    helpers = tuple(name for name in tree.functions if name != promised)
    return CountedAlgorithm(ast.fix_missing_locations(ast.Module(body, [])), promised, helpers, lines)


class CountingWriter(Writer):
    """Writes statements with their charges; `injected` are the names of what stands for functions of the language."""

    def __init__(
        self, injected: Mapping[str, str], reserved: str, flow: ArrayFlow | None, lines: dict[int, int]
    ) -> None:
        self.injected, self.reserved = injected, reserved
        self.flow, self.lines = flow, lines

    def call(self, name: str, *arguments: ast.expr, line: int) -> ast.Call:
        """Return a call of a function that is put into the candidate."""
        written = ast.Call(ast.Name(self.injected.get(name, self.reserved + name), LOAD), list(arguments), [])
        at(line, written)
        return written

    def function(self, node: Function) -> ast.FunctionDef:
        """Write a function with its charges."""
        written = super().function(Function(node.name, node.parameters, (), node.line))
        written.body = self.charged_block(node.body, node.line)
        return written

    def charged_block(self, nodes: Sequence[Statement], line: int, own: int = 0) -> list[ast.stmt]:
        """Write statements in order; `own` is what each pass costs of the loop on `line` whose body they are."""
        result: list[ast.stmt] = []
        run: list[ast.stmt] = []
        first, cost = (line, own) if own else (0, 0)
        for node in nodes:
            own_operations = own_cost(node, self.flow)
            if own_operations or is_charged_at_run(node, self.flow):
                first = first or node.line
            cost += own_operations
            run += self.statement(node)
            if self.ends_block(node):
                result += self.charge(cost, first, node.last, bool(result)) + run
                run, first, cost = [], 0, 0
        end = nodes[-1].last if nodes else line
        return result + self.charge(cost, first, end, bool(result)) + run or [ast.Pass()]

    def ends_block(self, node: Statement) -> bool:
        """Say whether a statement is the last of its block."""
        return isinstance(node, If | While | For) or any(isinstance(part, Invoke) for part in walk(node))

    def charge(self, cost: int, first: int, last: int, later: bool) -> list[ast.stmt]:
        """Return the charge of a block, none where `first` is 0; the first of a body looks at the limit.

        So no loop and no chain of calls runs for ever.
        """
        if not first:
            return []
        self.lines[first] = max(last, self.lines.get(first, last))
        call = self.call("tally" if later else "tick", ast.Constant(cost), ast.Constant(first), line=first)
        written = ast.Expr(call)
        at(first, written)
        return [written]

    def simple(self, node: Statement) -> ast.stmt:
        """Write one statement, with charges in the blocks that it holds."""
        match node:
            case If(condition=condition, then=then, otherwise=otherwise, line=line):
                orelse = self.charged_block(otherwise, otherwise[0].line) if otherwise else []
                return ast.If(self.expression(condition), self.charged_block(then, line), orelse)
            case While(condition=condition, body=body, otherwise=otherwise, line=line):
                each = operations((condition,), self.flow) + 1
                orelse = self.charged_block(otherwise, otherwise[0].line) if otherwise else []
                return ast.While(self.expression(condition), self.charged_block(body, line, each), orelse)
            case For(variable=variable, bounds=bounds, body=body, otherwise=otherwise, line=line):
                counted = self.counted(bounds)
                orelse = self.charged_block(otherwise, otherwise[0].line) if otherwise else []
                return ast.For(self.target(variable), counted, self.charged_block(body, line, 1), orelse)
        return super().simple(node)

    def counted(self, bounds: Sequence[Expression]) -> ast.expr:
        """Return what a loop counts over."""
        return ast.Call(ast.Name("range", LOAD), self.each(bounds), [])


class AlgorithmWriter(CountingWriter):
    """Writes an algorithm as numba compiles it and CPython runs it."""

    def __init__(self, injected: Mapping[str, str], flow: ArrayFlow, lines: dict[int, int]) -> None:
        super().__init__(injected, RESERVED, flow, lines)
        self.arrays = flow

    def plain(self, node: Expression) -> ast.expr:
        """Write one expression; what only a run can tell is charged there."""
        value = literal(node)
        if value is not None:
            return ast.Constant(value)
        if isinstance(node, Number):
            return ast.Constant(node.value)
        charge = charge_at_run(node, self.flow)
        if isinstance(node, Entry) and charge is not None:
            index = self.call("elements", self.expression(node.index), line=node.line)
            return self.call("a[chosen]", self.expression(node.array), index, line=node.line)
        written = super().plain(node)
        if charge is not Charge.RESULT:
            return written
        at(node.line, written)
        how = "powers" if isinstance(node, Apply) and node.name == "**" else "elements"
        return self.call(how, written, line=node.line)

    def apply(self, node: Apply, arguments: list[ast.expr]) -> ast.expr:
        """Write a function of the language, or what stands for it."""
        charge = charge_at_run(node, self.flow)
        if charge in CHARGED:
            arguments[0] = self.call(CHARGED[charge], arguments[0], line=node.line)
        if node.name == "size":
            return ast.Attribute(arguments[0], "size", LOAD)
        if node.name == "**":
            fixed = isinstance(literal(node.arguments[1]), int)
            if not (fixed or self.arrays.is_array(node)):
                return self.call("**", *arguments, line=node.line)
        elif node.name in self.injected:
            taken = arguments[:1] if node.name == "np.argsort" else arguments  # there is one kind
            return self.call(node.name, *taken, line=node.line)
        if node.name == "astype":  # numba knows its argument by position alone
            node = Apply(node.name, node.arguments, node.line, node.spelled)
        return super().apply(node, arguments)

    def statement(self, node: Statement) -> list[ast.stmt]:
        """Write one statement; arrays that change in place are charged."""
        match node:
            case Assign(targets=(Entry(index=Span()) as target,), values=(value,)):
                written = [self.filled(target, value)]
            case Augment(target=Variable() as target, operator=operator, value=value) if self.arrays.is_array(target):
                written = self.changed(target, operator, value)
            case Augment(target=Entry(index=Span()) as target, operator=operator, value=value):
                written = [self.filled(target, Apply(operator, (target, value), node.line))]
            case Augment(target=Variable() as target, operator=operator, value=value):
                result = self.expression(Apply(operator, (target, value), node.line))
                written = [ast.Assign([self.target(target)], result)]
            case _:
                return super().statement(node)
        for each in written:
            at(node.line, each)
        return written

    def filled(self, part: Entry, value: Expression) -> ast.stmt:
        """Return `a[i:j] = value` as a call on the slice, which is a view, so that its entries are charged."""
        entries = self.call("elements", self.expression(part), line=part.line)
        return ast.Expr(self.call("[:]=", entries, self.expression(value), line=part.line))

    def changed(self, target: Variable, operator: str, value: Expression) -> list[ast.stmt]:
        """Return `x += y`: numpy changes an array in place, and an operand may be a part of it."""
        line, old = target.line, self.expression(target)
        changed_by = self.expression(value)
        if self.arrays.is_array(value):
            changed_by = self.call("b of +=", old, changed_by, line=line)
        result = ast.BinOp(old, BINARY[operator](), changed_by)
        at(line, result)
        charged = self.call("powers" if operator == "**" else "elements", old, line=line)
        return [ast.Expr(charged), ast.Assign([self.target(target)], self.call("+=", old, result, line=line))]


class RuleWriter(CountingWriter):
    """Writes a rule as CPython runs it: every number is a float, and it fails where Python would give None or inf."""

    def __init__(self, injected: Mapping[str, str], reserved: str, promised: bool) -> None:
        super().__init__(injected, reserved, None, {})
        self.promised = promised

    def plain(self, node: Expression) -> ast.expr:
        """Write one expression as a float."""
        if isinstance(node, Number):
            return ast.Constant(float(node.value))
        written = super().plain(node)
        if not isinstance(written, ast.Compare) and not (isinstance(node, Apply) and node.name == "not"):
            return written
        at(node.line, written)
        return self.call("float", written, line=node.line)

    def apply(self, node: Apply, arguments: list[ast.expr]) -> ast.expr:
        """Write an operator, or a call of what stands for the function."""
        if node.name in UNARY:
            return ast.UnaryOp(UNARY[node.name](), arguments[0])
        if node.name in BINARY and node.name != "**":
            return ast.BinOp(arguments[0], BINARY[node.name](), arguments[1])
        return self.call(node.name, *arguments, line=node.line)

    def ends_block(self, node: Statement) -> bool:
        """Say whether a statement is the last of its block, as compiled rules count them."""
        return not isinstance(node, Assign)

    def counted(self, bounds: Sequence[Expression]) -> ast.expr:
        """Return what a loop counts over: floats that are whole numbers."""
        return self.call("range", *self.each(bounds), line=max(bound.line for bound in bounds))

    def simple(self, node: Statement) -> ast.stmt:
        """Write one statement; what a promised function returns is finite."""
        if isinstance(node, Return) and self.promised:
            return ast.Return(self.call("finite", *self.each(node.values), line=node.line))
        return super().simple(node)

    def function(self, node: Function) -> ast.FunctionDef:
        """Write a function that fails where it ends without return."""
        written = super().function(node)
        end = ast.Raise(self.call("no return", line=node.line))
        at(node.line, end)
        written.body.append(end)
        return written
