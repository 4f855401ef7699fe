"""Statements in the allow-listed syntax, and that every variable has a value where it is read."""

import ast
from collections.abc import Sequence

from evaluators.algorithms.expressions import OPERATORS, ExpressionChecker, unsupported
from evaluators.algorithms.names import AlgorithmNames, calls
from evaluators.syntax import rejected


def check_function(node: ast.FunctionDef, names: AlgorithmNames, promised: bool) -> None:
    """Check one function's body."""
    parameters = [argument.arg for argument in node.args.args]
    if len(set(parameters)) != len(parameters):
        raise rejected(node.lineno, "a parameter's name stands twice.")
    stored = [part for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)]
    for name, line in [(name, node.lineno) for name in parameters] + [(part.id, part.lineno) for part in stored]:
        if names.reserved(name):
            raise rejected(line, f"'{name}' has another meaning here: choose another name for the variable.")
    variables = {*parameters, *(part.id for part in stored)}
    inputs = frozenset(parameters[:-1]) if promised else frozenset[str]()
    StatementChecker(ExpressionChecker(names, variables, set(parameters)), promised, inputs).block(node.body)


class StatementChecker:
    """Checks the statements of one function; `inputs` are the arrays that it must leave as they are."""

    def __init__(self, expressions: ExpressionChecker, promised: bool, inputs: frozenset[str]) -> None:
        self.expressions = expressions
        self.promised = promised
        self.inputs = inputs

    def block(self, nodes: Sequence[ast.stmt]) -> bool:
        """Check statements in order; return whether the end is reached. Anything holds where nothing comes."""
        reached = True
        for node in nodes:
            if not self.statement(node):
                self.expressions.assigned = set(self.expressions.variables)
                reached = False
        return reached

    def statement(self, node: ast.stmt) -> bool:
        """Check one statement; return whether what follows it is reached."""
        match node:
            case ast.Pass() | ast.Expr(value=ast.Constant(value=str())):
                return True
            case ast.Assign() | ast.AugAssign() | ast.AnnAssign():
                self.assignment(node)
                return True
            case ast.If():
                return self.branch(node)
            case ast.While() | ast.For():
                return self.loop(node)
            case ast.Break() | ast.Continue():
                return False
            case ast.Return():
                self.returned(node)
                return False
            case ast.Expr(value=ast.Call(func=ast.Name(id=name)) as call) if name in self.expressions.names.functions:
                self.expressions.check(call)
                return True
            case ast.Expr():
                raise rejected(node.lineno, "the value of this expression is not used: assign it or leave it out.")
        raise unsupported(node)

    def assignment(self, node: ast.Assign | ast.AugAssign | ast.AnnAssign) -> None:
        """Check `x = y`, `a[i] = y`, `a, b = x, y`, `a, b = helper(x)`, `x: int = y`, `x += y`."""
        match node:
            case ast.AugAssign(target=ast.Name(id=name), op=op, value=value) if isinstance(op, OPERATORS):
                self.expressions.name(name, node.lineno)
                self.expressions.check(value)
            case ast.AugAssign(target=ast.Subscript() as target, op=op, value=value) if isinstance(op, OPERATORS):
                self.expressions.check(value)
                self.entry(target, op)
            case ast.AnnAssign(target=ast.Name() as target, value=ast.expr() as value):
                self.expressions.check(value)
                self.target(target)
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)) if len(targets) == len(
                values
            ):
                self.expressions.each(*values)
                self.targets(targets)
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Call() as call):
                self.expressions.check(call)
                self.targets(targets)
            case ast.Assign(targets=[ast.Subscript(slice=ast.Slice()) as target], value=value):
                self.expressions.check(value)
                self.target(target)
            case ast.Assign(targets=[*targets], value=value) if not any(isinstance(t, ast.Tuple) for t in targets):
                self.expressions.check(value)
                self.targets(targets)
            case _:
                raise rejected(node.lineno, "assign to a variable, an entry, or as many variables as there are values.")

    def entry(self, target: ast.Subscript, op: ast.operator) -> None:
        """Check `a[i] += y`, whose index is evaluated twice where it is a slice."""
        self.target(target)
        if isinstance(op, ast.Pow):
            raise rejected(target.lineno, "`**=` of an entry or slice: write a[i] = a[i] ** x.")
        if isinstance(target.slice, ast.Slice) and any(calls(target.slice, self.expressions.names)):
            raise rejected(target.lineno, "a call in the bounds of a slice that changes: assign the bound before.")

    def targets(self, nodes: Sequence[ast.expr]) -> None:
        """Check several targets, left to right; a slice stands alone."""
        for node in nodes:
            if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
                raise rejected(node.lineno, "a slice is assigned to in a statement of its own.")
            self.target(node)

    def target(self, node: ast.expr) -> None:
        """Check one variable, entry or slice that is assigned to."""
        match node:
            case ast.Name(id=name):
                self.expressions.assigned.add(name)
            case ast.Subscript(value=ast.Name(id=name)) if name in self.inputs:
                raise rejected(node.lineno, f"'{name}' is read-only: work on a copy, {name}.copy().")
            case ast.Subscript(value=ast.Name()):
                self.expressions.check(node)
            case _:
                raise rejected(node.lineno, "only variables, entries `a[i]` and slices `a[i:j]` can be assigned to.")

    def returned(self, node: ast.Return) -> None:
        """Check what a function returns: the promised one nothing, a helper a value or several."""
        if node.value is None or (isinstance(node.value, ast.Constant) and node.value.value is None):
            return
        if self.promised:
            raise rejected(node.lineno, "the promised function returns nothing: it fills its last argument.")
        self.expressions.each(*(node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]))

    def branch(self, node: ast.If) -> bool:
        """Check two alternatives; afterwards a variable is assigned if it is at the end of each that goes on."""
        self.expressions.check(node.test)
        before = self.expressions.assigned
        ends = []
        for alternative in (node.body, node.orelse):
            self.expressions.assigned = set(before)
            if self.block(alternative):
                ends.append(self.expressions.assigned)
        self.expressions.assigned = set.intersection(*ends) if ends else before
        return bool(ends)

    def loop(self, node: ast.While | ast.For) -> bool:
        """Check a loop, whose body may never run; `while True` without break is never left."""
        if node.orelse:
            raise rejected(node.orelse[0].lineno, "else of a loop is not in the language: use a variable.")
        assigned = self.expressions.assigned
        if isinstance(node, ast.For):
            self.over_range(node)
            self.expressions.assigned = set(assigned)
            self.target(node.target)
        else:
            self.expressions.check(node.test)
            self.expressions.assigned = set(assigned)
        self.block(node.body)
        self.expressions.assigned = assigned
        endless = isinstance(node, ast.While) and isinstance(node.test, ast.Constant) and bool(node.test.value)
        return not endless or any(isinstance(part, ast.Break) for part in ast.walk(node))

    def over_range(self, node: ast.For) -> None:
        """Check that a loop counts with a variable over range."""
        match node:
            case ast.For(
                target=ast.Name(), iter=ast.Call(func=ast.Name(id="range"), args=[_, *_] as bounds, keywords=[])
            ) if len(bounds) <= 3:
                self.expressions.each(*bounds)
            case _:
                raise rejected(node.lineno, "a for loop is `for i in range(...)`, with one to three numbers.")
