"""From the tree back to Python: the syntax that a tree was read from, without texts, annotations and layout."""

import ast
from collections.abc import Mapping, Sequence

from evaluators.language.expressions import COMPARISONS, SIGNS
from evaluators.language.functions import DTYPES, FUNCTIONS
from evaluators.language.names import OPERATORS
from evaluators.language.tree import (
    Apply,
    Assign,
    Augment,
    Break,
    Choice,
    Compare,
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
    Return,
    Shortcut,
    Span,
    Spread,
    Statement,
    Tree,
    Variable,
    While,
)

BINARY: Mapping[str, type[ast.operator]] = {symbol: kind for kind, symbol in OPERATORS.items()}
RELATION: Mapping[str, type[ast.cmpop]] = {symbol: kind for kind, symbol in COMPARISONS.items()}
UNARY: Mapping[str, type[ast.unaryop]] = {name: kind for kind, name in SIGNS.items()}
LOAD, STORE = ast.Load(), ast.Store()


def dotted(name: str) -> ast.expr:
    """Return `math.exp` or a plain name as syntax."""
    module, dot, own = name.rpartition(".")
    return ast.Attribute(ast.Name(module, LOAD), own, LOAD) if dot else ast.Name(name, LOAD)


def spelling(name: str) -> str:
    """Return how a function is spelled by itself."""
    row = FUNCTIONS[name]
    return next(iter((*row.spelled, *row.in_rules, *row.in_algorithms)), ".size")


def at(line: int, node: ast.AST) -> ast.AST:
    """Put a node on a line."""
    node.lineno = node.end_lineno = line or 1  # type: ignore[attr-defined]
    node.col_offset = node.end_col_offset = 0  # type: ignore[attr-defined]
    return node


class Writer:
    """Writes expressions and statements; what stands for them in compiled or counted code is up to subclasses."""

    def expression(self, node: Expression) -> ast.expr:
        """Write one expression on its line."""
        written = self.plain(node)
        at(node.line, written)
        return written

    def each(self, nodes: Sequence[Expression]) -> list[ast.expr]:
        """Write several expressions."""
        return [self.expression(node) for node in nodes]

    def plain(self, node: Expression) -> ast.expr:
        """Write one expression."""
        match node:
            case Number(value=value, name=name):
                return dotted(name) if name else self.number(value)
            case Variable(name=name):
                return ast.Name(name, LOAD)
            case Apply():
                return self.apply(node, self.each(node.arguments))
            case Invoke(function=name, arguments=arguments):
                return ast.Call(ast.Name(name, LOAD), self.each(arguments), [])
            case Compare(operands=operands, relations=relations):
                first, *others = self.each(operands)
                return ast.Compare(first, [RELATION[each]() for each in relations], others)
            case Shortcut(conjunction=conjunction, operands=operands):
                return ast.BoolOp(ast.And() if conjunction else ast.Or(), self.each(operands))
            case Choice(condition=condition, then=then, otherwise=otherwise):
                return ast.IfExp(*self.each((condition, then, otherwise)))
            case Entry(array=array, index=index):
                return ast.Subscript(self.expression(array), self.expression(index), LOAD)
            case Span(start=start, stop=stop, step=step):
                bounds = [None if bound is None else self.expression(bound) for bound in (start, stop, step)]
                return ast.Slice(*bounds)
            case Option(text=text):
                return dotted(f"np.{text}") if text in DTYPES else ast.Constant(None if text == "None" else text)

    @staticmethod
    def number(value: bool | int | float) -> ast.expr:
        """Write a number; Python has no negative ones and no infinity."""
        if value == float("inf"):
            return ast.Call(ast.Name("float", LOAD), [ast.Constant("inf")], [])
        if value < 0 or str(value).startswith("-"):
            return ast.UnaryOp(ast.USub(), Writer.number(-value))
        return ast.Constant(value)

    def apply(self, node: Apply, arguments: list[ast.expr]) -> ast.expr:
        """Write an operator or a call of the library, its arguments being written."""
        spelled = node.spelled or spelling(node.name)
        if node.name in UNARY and not node.spelled:
            return ast.UnaryOp(UNARY[node.name](), arguments[0])
        if node.name in BINARY and not node.spelled:
            return ast.BinOp(arguments[0], BINARY[node.name](), arguments[1])
        if node.name == "size":
            size = ast.Attribute(arguments[0], spelled.removeprefix("."), LOAD)
            return size if spelled == ".size" else ast.Subscript(size, ast.Constant(0), LOAD)
        named = len(arguments) - len(node.keywords)
        keywords = [ast.keyword(name, value) for name, value in zip(node.keywords, arguments[named:], strict=True)]
        function, given = dotted(spelled), arguments[:named]
        if spelled.startswith("."):
            function, given = ast.Attribute(given[0], spelled.removeprefix("."), LOAD), given[1:]
        return ast.Call(function, given, keywords)

    def target(self, node: Expression) -> ast.expr:
        """Write what is assigned to."""
        written = self.expression(node)
        assert isinstance(written, ast.Name | ast.Subscript), "the reader lets nothing else pass"
        written.ctx = STORE
        return written

    def block(self, nodes: Sequence[Statement]) -> list[ast.stmt]:
        """Write statements in order."""
        return [written for node in nodes for written in self.statement(node)]

    def statement(self, node: Statement) -> list[ast.stmt]:
        """Write one statement on its line."""
        written = self.simple(node)
        at(node.line, written)
        return [written]

    def simple(self, node: Statement) -> ast.stmt:
        """Write one statement as it was read."""
        match node:
            case Assign(targets=(target,), values=(value,)):
                return ast.Assign([self.target(target)], self.expression(value))
            case Assign(targets=targets, values=values):
                left, right = [self.target(one) for one in targets], self.each(values)
                return ast.Assign([ast.Tuple(left, STORE)], ast.Tuple(right, LOAD))
            case Spread(targets=targets, value=value, apart=apart):
                left = [self.target(one) for one in targets]
                return ast.Assign([ast.Tuple(left, STORE)] if apart else left, self.expression(value))
            case Augment(target=target, operator=operator, value=value):
                place = self.target(target)
                assert isinstance(place, ast.Name | ast.Subscript), "a target is nothing else"
                return ast.AugAssign(place, BINARY[operator](), self.expression(value))
            case Do(call=call):
                return ast.Expr(self.expression(call))
            case If(condition=condition, then=then, otherwise=otherwise):
                return ast.If(self.expression(condition), self.block(then) or [ast.Pass()], self.block(otherwise))
            case While(condition=condition, body=body, otherwise=otherwise):
                return ast.While(self.expression(condition), self.block(body) or [ast.Pass()], self.block(otherwise))
            case For(variable=variable, bounds=bounds, body=body, otherwise=otherwise):
                counted = ast.Call(ast.Name("range", LOAD), self.each(bounds), [])
                block = self.block(body) or [ast.Pass()]
                return ast.For(self.target(variable), counted, block, self.block(otherwise))
            case Break():
                return ast.Break()
            case Continue():
                return ast.Continue()
            case Return(values=values):
                written = self.each(values)
                return ast.Return(written[0] if len(written) == 1 else ast.Tuple(written, LOAD) if written else None)
        return ast.Pass()

    def function(self, node: Function) -> ast.FunctionDef:
        """Write a function."""
        parameters = ast.arguments([], [ast.arg(name) for name in node.parameters], None, [], [], None, [])
        written = ast.FunctionDef(node.name, parameters, self.block(node.body) or [ast.Pass()], [])
        at(node.line, written)
        return written

    def module(self, tree: Tree) -> ast.Module:
        """Write the functions that run."""
        return ast.Module([self.function(function) for function in tree.functions.values()], [])
