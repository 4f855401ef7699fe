"""Edits of one algorithm by itself, found in its tree and made in place.

Each finder returns the edits there are, with how often each is to be drawn. What cannot be judged from the text alone,
such as a loop without end, is left to the evaluator.
"""

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from evo.authors.embedded.algorithms.flow import Place
from evo.authors.embedded.algorithms.formulas import Substituted, expression, formula
from evo.authors.embedded.algorithms.sites import Site, is_whole, material, mirrored, sites
from evo.authors.embedded.algorithms.subject import Slot, Subject, slots
from evo.authors.embedded.algorithms.types import Scalar
from evo.authors.embedded.growth import coefficient
from evo.authors.embedded.moves import MOVES
from evo.authors.embedded.signs import divisors, guarded, risky
from evo.authors.embedded.simplify import rounded, simplified
from evo.authors.embedded.tree import Node, depth_of, is_condition, op_of, size_of, walk

Change = Callable[[np.random.Generator], None]
MAX_NODES, MAX_DEPTH = 40, 10  # of one expression
LARGEST_TUNED = 10_000  # larger whole numbers belong to generators of random numbers and the like
LOOSER = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}


@dataclass(frozen=True, slots=True)
class Edit:
    """One change that can be made, and how often it is to be drawn."""

    weight: float
    apply: Change


def judgements(subject: Subject, move: str, others: Sequence[Node]) -> list[Edit]:
    """Vary a number that judges by one of the moves of rules; `others` are those of other algorithms."""
    found = sites(subject)
    return [Edit(site.weight, partial(_vary, subject, site, found, move, others)) for site in found]


def _vary(
    subject: Subject, site: Site, found: Sequence[Site], move: str, others: Sequence[Node], rng: np.random.Generator
) -> None:
    made = material(subject, site, _drawn(others, rng))
    if made is None:
        return
    trusted = risky(site.tree) | divisors(site.tree)
    product = guarded(simplified(rounded(simplified(MOVES[move](made, rng)))), trusted)
    if is_condition(product) or size_of(product) > MAX_NODES or depth_of(product) > MAX_DEPTH or not _varies(product):
        return
    for twin, same in mirrored(subject, site, found, product):
        whole = is_whole(subject, twin)
        twin.slot.put(expression(same))
        if whole and not subject.fits():
            twin.slot.put(ast.Call(ast.Name("int"), [expression(same)], []))


def _drawn(others: Sequence[Node], rng: np.random.Generator) -> list[Node]:
    return [others[int(index)] for index in rng.permutation(len(others))[:20]]


def _varies(tree: Node) -> bool:
    return any(op_of(node) == "feature" for _, node in walk(tree))


def constants(subject: Subject) -> list[Edit]:
    """Scale a number: fractions anywhere, whole numbers from 2 on, but for those that index or step."""
    return [Edit(1.0, partial(_tune, node)) for node in ast.walk(subject.module) if _tunable(node)]


def _tunable(node: ast.AST) -> bool:
    if not isinstance(node, ast.Constant) or isinstance(node.value, bool):
        return False
    if isinstance(node.value, float):
        return node.value != 0.0
    return isinstance(node.value, int) and 2 <= node.value <= LARGEST_TUNED


def _tune(node: ast.AST, rng: np.random.Generator) -> None:
    assert isinstance(node, ast.Constant)
    factor = float(np.exp(rng.normal(0.0, (0.1, 0.3, 0.8)[int(rng.integers(3))])))
    if isinstance(node.value, float):
        node.value = float(f"{node.value * factor:.4g}")
    elif isinstance(node.value, int):
        scaled = round(node.value * factor)
        node.value = max(1, scaled if scaled != node.value else node.value + int(rng.choice((-1, 1))))


def comparisons(subject: Subject) -> list[Edit]:
    """Let ties through a comparison that judges, or stop them; or ask for a margin."""
    return [edit for place in subject.places for slot in slots(place) for edit in _compared(subject, place, slot)]


def _compared(subject: Subject, place: Place, slot: Slot) -> Iterator[Edit]:
    match slot.node:
        case ast.Compare(left=left, ops=[op], comparators=[right]) as compare if type(op) in LOOSER:
            if subject.structure.judges(place.function, [left, right]):
                yield Edit(0.7, partial(_loosen, compare))
                if subject.is_number(place, right) and formula(right) is not None:
                    yield Edit(0.5, partial(_margin, compare))


def _loosen(compare: ast.Compare, _: np.random.Generator) -> None:
    compare.ops = [LOOSER[type(compare.ops[0])]()]


def _margin(compare: ast.Compare, rng: np.random.Generator) -> None:
    tree = formula(compare.comparators[0])
    if tree is not None:
        compare.comparators = [expression(simplified(rounded(coefficient(rng, 0.2) * tree)))]


def conditions(subject: Subject) -> list[Edit]:
    """Ask for more, or less, before a branch is taken."""
    branches = [place for place in subject.places if isinstance(place.statement, ast.If)]
    return [Edit(0.5, partial(_ask, subject, place)) for place in branches if _judged(subject, place)]


def _judged(subject: Subject, place: Place) -> bool:
    compares = [slot.node for slot in slots(place) if isinstance(slot.node, ast.Compare)]
    return any(subject.structure.judges(place.function, [each.left, *each.comparators]) for each in compares)


def _ask(subject: Subject, place: Place, rng: np.random.Generator) -> None:
    branch = place.statement
    assert isinstance(branch, ast.If)
    anchors = [site for site in sites(subject) if site.place == place]
    made = material(subject, anchors[0]) if anchors else None
    if made is not None:
        connective = ast.And() if rng.random() < 0.7 else ast.Or()
        condition = guarded(rounded(simplified(made.condition(rng))), frozenset())
        branch.test = ast.BoolOp(connective, [branch.test, expression(condition)])


def inlinings(subject: Subject) -> list[Edit]:
    """Put the expression that a helper returns in place of its call, where more is known than its arguments."""
    found = []
    for place in subject.places:
        for slot in slots(place):
            body = _returned(subject, slot.node)
            if body is not None and subject.typed(place, slot.node) in (Scalar.INT, Scalar.FLOAT):
                found.append(Edit(0.5, partial(_inline, slot, body)))
    return found


def _returned(subject: Subject, node: ast.expr) -> ast.expr | None:
    """Return what a helper of one statement returns, its parameters replaced by what they are given."""
    match node:
        case ast.Call(func=ast.Name(id=name), args=args) if name in subject.types.functions:
            function = subject.types.functions[name]
            body = [each for each in function.body if not isinstance(each, ast.Expr)]
            match body:
                case [ast.Return(value=ast.expr() as value)]:
                    given = dict(zip((each.arg for each in function.args.args), args, strict=True))
                    return Substituted.of(value, given)
    return None


def _inline(slot: Slot, body: ast.expr, _: np.random.Generator) -> None:
    slot.put(body)
