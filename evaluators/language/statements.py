"""Statements of the allow-listed syntax become the tree; a variable of an algorithm has a value where it is read."""

import ast
from collections.abc import Iterator, Sequence

from evaluators.language.expressions import ExpressionReader
from evaluators.language.names import OPERATORS, Header, Names
from evaluators.language.tree import (
    Apply,
    Assign,
    Augment,
    Break,
    Continue,
    Do,
    Entry,
    Expression,
    For,
    Function,
    If,
    Invoke,
    Number,
    Option,
    Pass,
    Return,
    Span,
    Spread,
    Statement,
    Target,
    Variable,
    While,
    walk,
)
from evaluators.syntax import rejected


def read_function(header: Header, names: Names, promised: bool) -> Function:
    """Check one function's body and resolve its names."""
    reader = StatementReader(ExpressionReader(header, names), header, promised)
    return Function(header.node.name, header.parameters, reader.block(header.node.body), header.node.lineno)


class StatementReader:
    """Reads the statements of one function; `inputs` are the arrays that it must leave as they are."""

    def __init__(self, expressions: ExpressionReader, header: Header, promised: bool) -> None:
        self.expressions = expressions
        self.scalar = expressions.dialect.scalar
        self.promised = promised
        self.inputs = header.parameters[:-1] if promised and not self.scalar else ()

    def block(self, nodes: Sequence[ast.stmt]) -> tuple[Statement, ...]:
        """Read statements in order; anything holds where nothing comes."""
        read: list[Statement] = []
        for node in nodes:
            read += self.statement(node)
            if any(map(leaves, read[-1:])):
                self.expressions.assigned = set(self.expressions.variables)
        if not read and nodes and not self.scalar:
            read.append(Pass(nodes[0].lineno, nodes[0].lineno))
        return tuple(read)

    def statement(self, node: ast.stmt) -> Iterator[Statement]:
        """Read one statement; texts, `pass` and bare annotations leave nothing."""
        line, last = node.lineno, node.end_lineno or node.lineno
        match node:
            case ast.Pass() | ast.Expr(value=ast.Constant(value=str())):
                pass
            case ast.AnnAssign(target=ast.Name(), value=None) if self.scalar:
                pass
            case ast.Assign() | ast.AugAssign() | ast.AnnAssign():
                yield from self.assignment(node, line, last)
            case ast.If():
                yield self.branch(node, line)
            case ast.While() | ast.For():
                yield self.loop(node, line)
            case ast.Break():
                yield Break(line, last)
            case ast.Continue():
                yield Continue(line, last)
            case ast.Return():
                yield Return(self.returned(node), line, last)
            case ast.Expr(value=ast.Call(func=ast.Name(id=name)) as call) if name in self.expressions.names.headers:
                invoked = self.expressions.read(call)
                assert isinstance(invoked, Invoke), "no variable bears the name of a function"
                yield Do(invoked, line, last)
            case _:
                raise self.expressions.unsupported(node)

    def assignment(self, node: ast.Assign | ast.AugAssign | ast.AnnAssign, line: int, last: int) -> Iterator[Statement]:
        """Read `x = y`, `x = y = z`, `a, b = x, y`, `a, b = helper(x)`, `a[i] = y`, `x: int = y`, `x += y`."""
        read = self.expressions.read
        match node:
            case ast.AugAssign(target=ast.Name(id=name), op=op, value=value) if type(op) in OPERATORS:
                old, operator = self.expressions.name(name, line), OPERATORS[type(op)]
                assert isinstance(old, Variable), "what is assigned to is a variable"
                changed_by = read(value)
                self.expressions.assigned.add(name)
                if self.scalar:
                    yield Assign((Variable(name, line),), (Apply(operator, (old, changed_by), line),), line, last)
                else:
                    yield Augment(old, operator, changed_by, line, last)
            case ast.AugAssign(target=ast.Subscript() as target, op=op, value=value) if (
                type(op) in OPERATORS and not self.scalar
            ):
                changed_by = read(value)
                yield Augment(self.changed_entry(target, op), OPERATORS[type(op)], changed_by, line, last)
            case ast.AnnAssign(target=ast.Name() as target, value=ast.expr() as value):
                assigned = read(value)
                yield Assign((self.target(target),), (assigned,), line, last)
            case ast.Assign(targets=[ast.Tuple(elts=left)], value=ast.Tuple(elts=right)) if len(left) == len(right):
                values = self.expressions.each(*right)
                yield Assign(self.targets(left), values, line, last)
            case ast.Assign(targets=[ast.Tuple(elts=left)], value=ast.Call() as call) if not self.scalar:
                invoked = read(call)
                yield Spread(self.targets(left), invoked, True, line, last)
            case ast.Assign(targets=[target], value=value) if not isinstance(target, ast.Tuple):
                assigned = read(value)
                yield Assign((self.target(target),), (assigned,), line, last)
            case ast.Assign(targets=[*targets], value=value) if not any(isinstance(t, ast.Tuple) for t in targets):
                assigned, read_targets = read(value), self.targets(targets)
                if self.scalar:
                    first = read_targets[0]
                    yield Assign((first,), (assigned,), line, last)
                    yield from (Assign((other,), (first,), line, last) for other in read_targets[1:])
                else:
                    yield Spread(read_targets, assigned, False, line, last)
            case _:
                places = "to a variable" if self.scalar else "to a variable, an entry"
                raise rejected(line, f"assign {places}, or to as many variables as there are values.")

    def changed_entry(self, node: ast.Subscript, op: ast.operator) -> Target:
        """Read `a[i]` of `a[i] += y`, whose index is evaluated twice where it is a slice."""
        target = self.target(node)
        if isinstance(op, ast.Pow):
            raise rejected(node.lineno, "`**=` of an entry or slice: write a[i] = a[i] ** x.")
        index = target.index if isinstance(target, Entry) else None
        if isinstance(index, Span) and any(isinstance(each, Invoke) for each in walk(index)):
            raise rejected(node.lineno, "a call in the bounds of a slice that changes: assign the bound before.")
        return target

    def targets(self, nodes: Sequence[ast.expr]) -> tuple[Target, ...]:
        """Read several targets, left to right; a slice stands alone."""
        for node in nodes:
            if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and not self.scalar:
                raise rejected(node.lineno, "a slice is assigned to in a statement of its own.")
        return tuple(self.target(node) for node in nodes)

    def target(self, node: ast.expr) -> Target:
        """Read one variable, entry or slice that is assigned to."""
        match node:
            case ast.Name(id=name):
                self.expressions.assigned.add(name)
                return Variable(name, node.lineno)
            case ast.Subscript(value=ast.Name(id=name)) if name in self.inputs:
                raise rejected(node.lineno, f"'{name}' is read-only: work on a copy, {name}.copy().")
            case ast.Subscript(value=ast.Name()) if not self.scalar:
                entry = self.expressions.read(node)
                assert isinstance(entry, Entry), "an entry of a name is one"
                return entry
        if self.scalar:
            raise rejected(node.lineno, "assign to a variable: only variables can be assigned.")
        raise rejected(node.lineno, "only variables, entries `a[i]` and slices `a[i:j]` can be assigned to.")

    def returned(self, node: ast.Return) -> tuple[Expression, ...]:
        """Read what a function returns: the promised one of an algorithm nothing, a helper a value or several."""
        if self.scalar:
            if node.value is None:
                raise rejected(node.lineno, "return needs a value: return a number.")
            return (self.expressions.read(node.value),)
        if node.value is None:
            return ()
        if isinstance(node.value, ast.Constant) and node.value.value is None:
            return (Option("None", node.lineno),)
        if self.promised:
            raise rejected(node.lineno, "the promised function returns nothing: it fills its last argument.")
        return self.expressions.each(*(node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]))

    def branch(self, node: ast.If, line: int) -> If:
        """Read two alternatives; afterwards a variable is assigned if it is at the end of each that goes on."""
        condition = self.expressions.read(node.test)
        before = self.expressions.assigned
        self.expressions.assigned = set(before)
        then, after_then = self.block(node.body), self.expressions.assigned
        self.expressions.assigned = set(before)
        otherwise, after_otherwise = self.block(node.orelse), self.expressions.assigned
        self.expressions.assigned = after_then & after_otherwise
        return If(condition, then, otherwise, line, node.test.end_lineno or line)

    def loop(self, node: ast.While | ast.For, line: int) -> While | For:
        """Read a loop, whose body may never run."""
        if node.orelse and not self.scalar:
            raise rejected(node.orelse[0].lineno, "else of a loop is not in the language: use a variable.")
        assigned = self.expressions.assigned
        if isinstance(node, ast.While):
            condition = self.expressions.read(node.test)
            body, otherwise = self.blocks_of_loop(node, set(assigned))
            return While(condition, body, otherwise, line, node.test.end_lineno or line)
        bounds = self.bounds(node)
        self.expressions.assigned = set(assigned)
        variable = self.target(node.target)
        assert isinstance(variable, Variable), "checked with the bounds"
        body, otherwise = self.blocks_of_loop(node, assigned)
        return For(variable, bounds, body, otherwise, line, node.iter.end_lineno or line)

    def blocks_of_loop(
        self, node: ast.While | ast.For, before: set[str]
    ) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
        """Read the body and the else of a loop, after which what had a value before has one."""
        self.expressions.assigned = set(self.expressions.assigned)
        body = self.block(node.body)
        self.expressions.assigned = set(before)
        otherwise = self.block(node.orelse)
        self.expressions.assigned = before
        return body, otherwise

    def bounds(self, node: ast.For) -> tuple[Expression, ...]:
        """Read the numbers over which a loop counts with a variable."""
        match node.iter:
            case ast.Call(func=ast.Name(id="range"), args=[_, *_] as bounds, keywords=[]) if len(bounds) <= 3:
                read = self.expressions.each(*bounds)
                if self.scalar:  # all three stand there, so that nobody else fills them in
                    read = (Number(0.0), *read) if len(read) == 1 else read
                    return (*read, Number(1.0)) if len(read) == 2 else read
                if isinstance(node.target, ast.Name):
                    return read
        raise rejected(node.lineno, "a for loop runs over range: `for i in range(...)`, with one to three numbers.")


def leaves(node: Statement) -> bool:
    """Say whether what follows a statement is never reached; `while True` without break is never left."""
    match node:
        case Break() | Continue() | Return():
            return True
        case If(then=then, otherwise=otherwise):
            return any(map(leaves, then)) and any(map(leaves, otherwise))
        case While(condition=Number(value=value, name=""), body=body):
            return bool(value) and not any(isinstance(each, Break) for each in walk(*body))
    return False
