"""Edits of loops and statements: how far to look, how often to repeat, what to leave out."""

import ast
from collections.abc import Iterator
from functools import partial

import numpy as np

from evo.authors.embedded.algorithms.edits import Edit
from evo.authors.embedded.algorithms.flow import Place, names
from evo.authors.embedded.algorithms.modules import is_docstring
from evo.authors.embedded.algorithms.subject import Subject, stores

WINDOWS = (1, 2, 3, 5, 8, 12, 20, 30, 50)


def windows(subject: Subject) -> list[Edit]:
    """Look no further than a few positions in an inner loop that only looks, or look further again."""
    return [edit for place in subject.places for edit in _windowed(subject, place)]


def _windowed(subject: Subject, place: Place) -> Iterator[Edit]:
    statement = place.statement
    if not isinstance(statement, ast.For) or not isinstance(statement.iter, ast.Call):
        return
    if not place.loops and place.function == subject.entry.name:
        return
    if not stores(statement.body, subject.types):
        yield Edit(1.5, partial(_narrow, statement.iter))
        if isinstance(statement.iter.args[-1], ast.Call):
            yield Edit(1.0, partial(_widen, statement.iter))


def _narrow(source: ast.Call, rng: np.random.Generator) -> None:
    wide = int(rng.choice(WINDOWS))
    width = ast.Constant(wide)
    match source.args:
        case [stop]:
            source.args = [_call("min", stop, width)]
        case [ast.Constant(value=int(first)) as start, stop]:
            source.args = [start, _call("min", stop, ast.Constant(first + wide))]
        case [start, stop]:
            source.args = [start, _call("min", stop, ast.BinOp(start, ast.Add(), width))]
        case [start, stop, ast.UnaryOp(op=ast.USub()) as step]:
            source.args = [start, _call("max", stop, ast.BinOp(start, ast.Sub(), width)), step]


def _widen(source: ast.Call, _: np.random.Generator) -> None:
    place = min(1, len(source.args) - 1)
    match source.args[place]:
        case ast.Call(func=ast.Name(id="min" | "max"), args=[stop, _]):
            source.args[place] = stop


def passes(subject: Subject) -> list[Edit]:
    """Bound how often a loop repeats, do it once, or do something twice."""
    found = []
    for place in subject.places:
        if isinstance(place.statement, ast.While) and stores([place.statement], subject.types):
            found += [Edit(0.7, partial(_bound, place)), Edit(0.2, partial(_once, place))]
        if place.function == subject.entry.name and _acts(subject, place.statement):
            found.append(Edit(0.3, partial(_repeat, place)))
    return found


def _acts(subject: Subject, statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr | ast.For | ast.While) and stores([statement], subject.types)


def _bound(place: Place, rng: np.random.Generator) -> None:
    loop = place.statement
    assert isinstance(loop, ast.While)
    stop = ast.If(ast.UnaryOp(ast.Not(), loop.test), [ast.Break()], [])
    count = ast.Call(ast.Name("range"), [ast.Constant(int(rng.integers(2, 7)))], [])
    turn = next(name for name in ("turn", "turn_2", "turn_3", "turn_4") if name not in place.bound | names(loop))
    place.block[place.index] = ast.For(ast.Name(turn, ast.Store()), count, [stop, *loop.body], [], lineno=0)


def _once(place: Place, _: np.random.Generator) -> None:
    loop = place.statement
    assert isinstance(loop, ast.While)
    if not any(isinstance(node, ast.Break | ast.Continue) for node in ast.walk(loop)):
        place.block[place.index] = ast.If(loop.test, loop.body, [])


def _repeat(place: Place, rng: np.random.Generator) -> None:
    again = int(rng.integers(place.index + 1, len(place.block) + 1))
    place.block.insert(again, ast.parse(ast.unparse(place.statement)).body[0])


def removals(subject: Subject) -> list[Edit]:
    """Leave out a statement that judges or improves."""
    return [Edit(1.0, partial(_remove, place)) for place in subject.places if _spare(subject, place)]


def _spare(subject: Subject, place: Place) -> bool:
    others = [each for each in place.block if each is not place.statement and not is_docstring(each)]
    if not others or isinstance(place.statement, ast.Return):
        return False
    if place.function == subject.entry.name and not place.loops:
        return place.index > 0 and _acts(subject, place.statement)
    match place.statement:
        case ast.If(body=body, orelse=[]):
            return not stores(body, subject.types)
        case ast.AugAssign(target=ast.Name(id=name)):
            return not subject.structure.holds(place.function, name)
        case _:
            return False


def _remove(place: Place, _: np.random.Generator) -> None:
    del place.block[place.index]


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name), list(arguments), [])
