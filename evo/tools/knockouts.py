"""The parts of a candidate, each with the source that is left when it is knocked out."""

import ast
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum

from evaluators.language.functions import FUNCTIONS
from evaluators.source import Refused, parse, read
from evo.tools.unused_code import without_unused
from problems import Kind, Literals, Problem


class PartKind(StrEnum):
    """What a part is; the coarser ones first."""

    FUNCTION = "function"
    LOOP = "loop"
    BRANCH = "branch"
    STEP = "step"
    TERM = "term"
    CONDITION = "condition"
    CALL = "call"
    FACTOR = "factor"
    CONSTANT = "constant"


LEFT_OUT = "left out"
UNARY = frozenset(row.name for row in FUNCTIONS.values() if row.parameters == ("x",))
"""Functions of one number."""
FIRST_OF_MANY = ("log", "pow", "power", "mod", "fmod", "atan2", "arctan2", "copysign", "clip", "remainder")
"""Functions of several arguments that change the first one."""
EXTREMES = ("min", "max", "minimum", "maximum", "fmin", "fmax")
CONVERSIONS = ("int", "float", "bool", "round", "isnan", "isinf", "isfinite")
"""Without them algorithms have values of another type."""
SHALLOW = 2
"""So deep are blocks of programs looked into: the body of a function is 1."""


Key = tuple[str, str, str]
"""Kind, part and what was done: the same part in another source has the same one."""


@dataclass(frozen=True, slots=True)
class Knockout:
    """A part on its line, what is done to it ("left out", "replaced by d"), and the source that is left, of `size`.

    The size is the number of statements and expressions; it is never larger than that of the whole.
    """

    kind: PartKind
    part: str
    done: str
    line: int
    source: str
    size: int

    @property
    def key(self) -> Key:
        """What tells it from the others."""
        return self.kind, self.part, self.done


def nodes_of(source: str) -> int:
    """Return the number of statements and expressions of a source."""
    return sum(isinstance(node, ast.stmt | ast.expr) for node in ast.walk(ast.parse(source)))


def bare_source(source: str, problem: Problem) -> str:
    """Return a source without docstrings, comments and what is not used.

    Raises:
        Refused: it is no Python.
    """
    return without_unused(ast.unparse(parse(source)), problem.kind, {each.name for each in problem.signatures})


def knockouts(
    source: str, problem: Problem, but: Set[Key] = frozenset(), most: int | None = None
) -> tuple[Knockout, ...]:
    """Return the knock-outs of an accepted source, the coarser ones first, then as they stand in the text.

    A sum loses a term, a product or a quotient a factor, which is then 1; a choice, `min` and `max` keep one of their
    values; a function gives its argument back; a condition is left out; a branch is always or never taken; a loop or a
    step is left out; a helper gives its first argument back. A formula never becomes a bare number. Of programs only
    functions, branches, loops and steps are parts, the outer ones. What would be refused unread is no knock-out, nor
    are those with a key in `but`. There are at most `most`: to find them takes seconds in a long algorithm.

    Raises:
        Refused: the source is no Python.
    """
    module = parse(source)
    promised = {signature.name for signature in problem.signatures}
    whole = without_unused(source, problem.kind, promised)
    largest, seen = nodes_of(whole), {whole}
    edits = sorted(_edits(module, problem.kind, promised), key=lambda each: tuple(PartKind).index(each.kind))
    found: list[Knockout] = []
    for edit, name in zip(edits, _distinct(edits), strict=True):
        if len(found) == most:
            break
        if (edit.kind, name, edit.done) in but:
            continue
        left = without_unused(edit.text(module), problem.kind, promised)
        size = nodes_of(left)
        if left not in seen and size <= largest and _is_accepted(left, problem):
            found.append(Knockout(edit.kind, name, edit.done, edit.line, left, size))
        seen.add(left)
    return tuple(found)


def _distinct(edits: Sequence["_Edit"]) -> list[str]:
    """Return the names of parts: with what is around them, or where they stand, where others have the same name."""
    names = [edit.part for edit in edits]
    for longer in (_Edit.in_expression, _Edit.on_line, _Edit.at_column):
        met = Counter((edit.kind, name, edit.done) for edit, name in zip(edits, names, strict=True))
        names = [
            longer(edit) if met[edit.kind, name, edit.done] > 1 else name
            for edit, name in zip(edits, names, strict=True)
        ]
    return names


def _is_accepted(source: str, problem: Problem) -> bool:
    literals = problem.literal_limits if isinstance(problem, Literals) else None
    try:
        read(source, problem.kind, tuple(problem.signatures), literals)
    except Refused:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a node or a block hangs in the tree."""

    holder: ast.AST
    field: str
    index: int | None = None

    @property
    def held(self) -> object:
        held = getattr(self.holder, self.field)
        return held if self.index is None else held[self.index]

    def put(self, new: object) -> None:
        if self.index is None:
            setattr(self.holder, self.field, new)
        else:
            getattr(self.holder, self.field)[self.index] = new


@dataclass(frozen=True, slots=True)
class _Edit:
    """A change of a tree that is not made yet; `within` is the expression around the part."""

    kind: PartKind
    part: str
    done: str
    line: int
    place: _Place
    new: object
    within: str = ""
    column: int = 1

    def in_expression(self) -> str:
        return f"{self.part} in {self.within}" if self.within else self.part

    def on_line(self) -> str:
        return f"{self.part} on line {self.line}"

    def at_column(self) -> str:
        return f"{self.part} on line {self.line} from column {self.column}"

    def text(self, module: ast.Module) -> str:
        """Return the text of the module with this change, and leave the module as it is."""
        old = self.place.held
        self.place.put(self.new)
        try:
            return ast.unparse(module)
        finally:
            self.place.put(old)


def _edits(module: ast.Module, kind: Kind, promised: set[str]) -> Iterator[_Edit]:
    for function in (node for node in module.body if isinstance(node, ast.FunctionDef)):
        if function.name not in promised:
            yield _bypassed(function)
        yield from _in_block(_Place(function, "body"), kind, 1)


def _bypassed(function: ast.FunctionDef) -> _Edit:
    """Let a helper give its first argument back, or do nothing where it returns nothing or takes nothing."""
    returns = any(isinstance(node, ast.Return) and node.value is not None for node in ast.walk(function))
    first = next(iter((*function.args.posonlyargs, *function.args.args)), None)
    if returns and first is not None:
        done, body = "replaced by its first argument", [ast.Return(ast.Name(first.arg))]
        return _Edit(PartKind.FUNCTION, function.name, done, function.lineno, _Place(function, "body"), body)
    idle: list[ast.stmt] = [ast.Pass()]
    return _Edit(PartKind.FUNCTION, function.name, "doing nothing", function.lineno, _Place(function, "body"), idle)


def _in_block(place: _Place, kind: Kind, depth: int) -> Iterator[_Edit]:
    block = place.held
    if not isinstance(block, list) or (kind is Kind.PROGRAM and depth > SHALLOW):
        return
    for index, statement in enumerate(block):

        def left(part: PartKind, name: str, done: str, instead: Sequence[ast.stmt]) -> _Edit:
            new = [*block[:index], *instead, *block[index + 1 :]] or [ast.Pass()]  # noqa: B023, used at once
            return _Edit(part, name, done, statement.lineno, place, new)  # noqa: B023

        match statement:
            case ast.If(test, body, orelse):
                name = f"if {ast.unparse(test)}"
                yield left(PartKind.BRANCH, name, "always taken", body)
                yield left(PartKind.BRANCH, name, "never taken", orelse)
            case ast.For(target, over):
                yield left(PartKind.LOOP, f"for {ast.unparse(target)} in {ast.unparse(over)}", LEFT_OUT, ())
            case ast.While(test):
                yield left(PartKind.LOOP, f"while {ast.unparse(test)}", LEFT_OUT, ())
            case _ if _is_step(statement):
                yield left(PartKind.STEP, ast.unparse(statement), LEFT_OUT, ())
        if kind is not Kind.PROGRAM:
            for field in ("value", "test", "iter"):
                if isinstance(getattr(statement, field, None), ast.expr):
                    yield from _in_expression(_Place(statement, field), kind)
        for field in ("body", "orelse", "finalbody"):
            if getattr(statement, field, None) and not isinstance(statement, ast.FunctionDef | ast.ClassDef):
                yield from _in_block(_Place(statement, field), kind, depth + 1)


def _is_step(statement: ast.stmt) -> bool:
    """Whether a statement changes a value that is there without it; counters, which end loops, are none."""
    match statement:
        case ast.AugAssign(value=ast.Constant(value=int())):
            return False
        case ast.AugAssign() | ast.Expr(value=ast.Call()):
            return True
        case ast.Assign(targets=[ast.Name(name)], value=value):
            return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(value))
        case ast.Assign(targets=[ast.Subscript()]) | ast.Assign(targets=[ast.Tuple(elts=[ast.Subscript(), *_])]):
            return True
    return False


def _in_expression(place: _Place, kind: Kind, around: str = "") -> Iterator[_Edit]:
    """Yield the changes of an expression and of those in it; `around` is the text of the one that it stands in."""
    node = place.held
    assert isinstance(node, ast.expr), "places of expressions hold one"
    text = ast.unparse(node)
    for part, name, done, new in _changes(node, kind):
        within = around if name == text else text
        yield _Edit(part, name, done, node.lineno, place, new, within or text, node.col_offset + 1)
    for field, held in ast.iter_fields(node):
        if field in _HIDDEN.get(type(node), ()) or (isinstance(node, ast.Call) and _called(node) == "range"):
            continue
        if isinstance(held, ast.expr):
            yield from _in_expression(_Place(node, field), kind, text)
        elif isinstance(held, list):
            for index, each in enumerate(held):
                if isinstance(each, ast.expr):
                    yield from _in_expression(_Place(node, field, index), kind, text)


_HIDDEN: dict[type[ast.AST], tuple[str, ...]] = {ast.Call: ("func", "keywords"), ast.Subscript: ("slice",)}
"""What is no part of a formula: which function it is, which entry of an array."""
_Change = tuple[PartKind, str, str, ast.expr]


def _changes(node: ast.expr, kind: Kind) -> Iterator[_Change]:
    """Yield what can be made of one expression by knocking out one of its own parts."""
    match node:
        case ast.BinOp(left, ast.Add() | ast.Sub() as sign, right):
            yield _without(PartKind.TERM, right, left)
            if not _is_sum(left):  # its terms are knocked out one by one
                yield _without(PartKind.TERM, left, right if isinstance(sign, ast.Add) else _negated(right))
        case ast.BinOp(left, ast.Mult(), right):
            for one, other in ((right, left), (left, right)):
                if not _is_number(other) and not (one is left and _is_product(left)):
                    yield _set_to_one(one, other)
        case ast.BinOp(left, ast.Div(), right):
            if not _is_number(left):
                yield _set_to_one(right, left)
                if not _is_product(left):
                    yield _set_to_one(left, ast.BinOp(ast.Constant(1.0), ast.Div(), right))
        case ast.BinOp(left, ast.FloorDiv() | ast.Mod() | ast.Pow()):
            yield _kept(PartKind.CALL, node, left)
        case ast.IfExp(_, then, otherwise):
            yield from (_kept(PartKind.BRANCH, node, one) for one in (then, otherwise))
        case ast.BoolOp(op, values):
            for value in values:
                others = [each for each in values if each is not value]
                yield _without(PartKind.CONDITION, value, others[0] if len(others) == 1 else ast.BoolOp(op, others))
        case ast.Compare(left, [op], [right]) if _is_number(right) and not _is_zero(right):
            zero = ast.Compare(left, [op], [ast.Constant(0.0)])
            yield PartKind.CONSTANT, ast.unparse(node), f"its {ast.unparse(right)} set to 0", zero
        case ast.Call(func, arguments, []):
            yield from _calls(node, func, arguments, kind)


def _calls(node: ast.Call, func: ast.expr, arguments: Sequence[ast.expr], kind: Kind) -> Iterator[_Change]:
    name = _called(node)
    if name in EXTREMES and len(arguments) == 2:
        yield from (_kept(PartKind.CALL, node, one) for one in arguments if not _is_number(one))
    elif name in EXTREMES and len(arguments) > 2:
        for one in arguments:
            rest = ast.Call(func, [each for each in arguments if each is not one], [])
            yield PartKind.CALL, ast.unparse(node), f"without {ast.unparse(one)}", rest
    elif name == "where" and len(arguments) == 3:
        yield from (_kept(PartKind.BRANCH, node, one) for one in arguments[1:])
    elif kind is not Kind.RULE and name in CONVERSIONS:
        return
    elif (name in UNARY and len(arguments) == 1) or (name in FIRST_OF_MANY and len(arguments) > 1):
        yield _kept(PartKind.CALL, node, arguments[0])


def _called(node: ast.Call) -> str:
    """Return the name of a function without its module."""
    match node.func:
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(), attr=name):
            return name
    return ""


def _without(kind: PartKind, part: ast.expr, rest: ast.expr) -> _Change:
    return kind, ast.unparse(part), LEFT_OUT, rest


def _set_to_one(part: ast.expr, rest: ast.expr) -> _Change:
    """Set a factor to 1, or to -1 where it is written with a minus: what is small on one side becomes large else."""
    kind = PartKind.CONSTANT if _is_number(part) else PartKind.FACTOR
    if isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.USub):
        return kind, ast.unparse(part), "set to -1", _negated(rest)
    return kind, ast.unparse(part), "set to 1", rest


def _kept(kind: PartKind, node: ast.expr, part: ast.expr) -> _Change:
    return kind, ast.unparse(node), f"replaced by {ast.unparse(part)}", part


def _negated(node: ast.expr) -> ast.expr:
    minus = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
    return node.operand if isinstance(node, ast.UnaryOp) and minus else ast.UnaryOp(ast.USub(), node)


def _is_sum(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)


def _is_product(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div)


def _is_number(node: ast.expr) -> bool:
    inner = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(inner, ast.Constant)


def _is_zero(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == 0


DIGITS = (1, 2, 3)


def roundings(source: str, place: int) -> tuple[str, ...] | None:
    """Return a source with the number at a place written with fewer digits, the fewest first; None: no such place.

    Places count the literals with a fraction.
    """
    module = ast.parse(source)
    as_it_is = ast.unparse(module) + "\n"
    numbers = [node for node in ast.walk(module) if isinstance(node, ast.Constant) and isinstance(node.value, float)]
    if place >= len(numbers):
        return None
    exact, found = numbers[place].value, []
    for digits in DIGITS:
        numbers[place].value = float(f"{exact:.{digits}g}")  # type: ignore[str-bytes-safe]  # a float, as was seen
        found.append(ast.unparse(module) + "\n")
    return tuple(text for text in dict.fromkeys(found) if text != as_it_is)
