"""Where statements stand, and which names have a value there on every path."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Loop = ast.For | ast.While
Bound = frozenset[str]


@dataclass(frozen=True, slots=True)
class Place:
    """One statement: its block and index there, the names that have a value before it, and the loops around it."""

    function: str
    block: list[ast.stmt]
    index: int
    bound: Bound
    loops: tuple[Loop, ...]

    @property
    def statement(self) -> ast.stmt:
        """The statement itself."""
        return self.block[self.index]


def places(function: ast.FunctionDef) -> list[Place]:
    """Return every statement of a function, outer ones before those inside."""
    found: list[Place] = []
    _follow(function.name, function.body, frozenset(each.arg for each in function.args.args), (), found)
    return found


def own(statement: ast.stmt) -> list[ast.expr]:
    """Return what a statement reads itself, without the blocks inside it."""
    match statement:
        case ast.Assign(value=value):
            return [value, *(each for each in targets(statement) if isinstance(each, ast.Subscript))]
        case ast.AugAssign(target=target, value=value):
            return [value, target]
        case ast.For(iter=source):
            return [source]
        case ast.While(test=test) | ast.If(test=test):
            return [test]
        case ast.Return(value=ast.expr() as value) | ast.Expr(value=value) | ast.AnnAssign(value=ast.expr() as value):
            return [value]
        case _:
            return []


def names(node: ast.AST) -> frozenset[str]:
    """Return the names that an expression reads, called functions and modules apart."""
    match node:
        case ast.Name(id=name):
            return frozenset((name,))
        case ast.Call(func=ast.Name(), args=args):
            read: Iterable[ast.AST] = args
        case ast.Attribute(value=ast.Name(id="np" | "math")):
            return frozenset()
        case _:
            read = ast.iter_child_nodes(node)
    return frozenset[str]().union(*map(names, read))


def stored(statement: ast.stmt) -> frozenset[str]:
    """Return the names that a statement gives a value, anywhere inside it."""
    found = ast.walk(statement)
    return frozenset(each.id for each in found if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store))


def targets(statement: ast.stmt) -> Iterator[ast.expr]:
    """Yield what a statement itself assigns to."""
    match statement:
        case ast.Assign(targets=assigned):
            for target in assigned:
                yield from target.elts if isinstance(target, ast.Tuple) else [target]
        case ast.AugAssign(target=target) | ast.For(target=target) | ast.AnnAssign(target=target):
            yield target


def _follow(
    name: str, block: list[ast.stmt], bound: Bound, loops: tuple[Loop, ...], found: list[Place]
) -> Bound | None:
    """Return the names bound after the block, None where it never ends there."""
    for index, statement in enumerate(block):
        found.append(Place(name, block, index, bound, loops))
        fresh = {each.id for each in targets(statement) if isinstance(each, ast.Name)}
        match statement:
            case ast.Return() | ast.Break() | ast.Continue():
                return None
            case ast.For(body=body):
                _follow(name, body, bound | fresh, (*loops, statement), found)
            case ast.While(body=body):
                _follow(name, body, bound, (*loops, statement), found)
            case ast.If(body=body, orelse=orelse):
                ends = [_follow(name, body, bound, loops, found), _follow(name, orelse, bound, loops, found)]
                left = [end for end in ends if end is not None]
                if not left:
                    return None
                bound = frozenset.intersection(*left)
            case _:
                bound = bound | fresh
    return bound
