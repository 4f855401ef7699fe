"""The moves of the embedded author on expression trees, by the names that operators use."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from evo.authors.embedded.growth import Material, around, coefficient, extreme, pick
from evo.authors.embedded.tree import (
    COMPARISONS,
    Node,
    Path,
    call,
    choice,
    constant,
    feature,
    is_call,
    is_condition,
    is_constant,
    name_of,
    op_of,
    operation,
    replace,
    size_of,
    value_of,
    walk,
    with_children,
)

Move = Callable[[Material, np.random.Generator], Node]
SMALL_STEPS, LARGE_STEPS = (0.05, 0.2, 0.6), (0.1, 0.3, 1.0)
"""Standard deviations of the logarithm of a factor, of which one is drawn."""
EXCHANGED: Mapping[str, str] = {"+": "-", "-": "+", "*": "/", "/": "*", "and": "or", "or": "and"}


def tune(material: Material, rng: np.random.Generator) -> Node:
    """Scale some constants by small steps; every third time, or where there is none, insert a factor near 1."""
    tree = material.parents[0]
    if not _constants(tree) or rng.random() < 0.3:
        path = _place(tree, rng)
        return replace(tree, path, coefficient(rng, 0.3) * _at(tree, path))
    return _scaled(tree, SMALL_STEPS, rng)


def scale(material: Material, rng: np.random.Generator) -> Node:
    """Scale some constants, by steps large enough for one that was drawn at random; where there is none, tune."""
    tree = material.parents[0]
    return _scaled(tree, LARGE_STEPS, rng) if _constants(tree) else tune(material, rng)


def grow(material: Material, rng: np.random.Generator) -> Node:
    """Build an operation around a node: every third time around the whole rule."""
    tree = material.parents[0]
    path = () if rng.random() < 0.3 else _place(tree, rng)
    return replace(tree, path, around(_at(tree, path), material, rng))


def modulate(material: Material, rng: np.random.Generator) -> Node:
    """Let a coefficient follow the state; where there is none, let a summand or the whole rule."""
    tree = material.parents[0]
    paths = _coefficients(tree) or _summands(tree) or [()]
    path = paths[int(rng.integers(len(paths)))]
    return replace(tree, path, material.modulated(_at(tree, path), rng))


def vary(material: Material, rng: np.random.Generator) -> Node:
    """Change one node, or put a new term in place of a subtree."""
    tree = material.parents[0]
    if rng.random() < 0.4:
        path = _place(tree, rng)
        return replace(tree, path, material.term(rng))
    places = [path for path, _ in walk(tree)]
    path = places[int(rng.integers(len(places)))]
    return replace(tree, path, _pointwise(_at(tree, path), material, rng))


def cross(material: Material, rng: np.random.Generator) -> Node:
    """Put a subtree of the second parent into the first, or blend the two whole rules."""
    tree = material.parents[0]
    donor = material.parents[int(rng.integers(1, len(material.parents)))] if len(material.parents) > 1 else tree
    if rng.random() < 0.4:
        return _blend(tree, donor, material, rng)
    grafts = [node for _, node in walk(donor) if not is_condition(node)]
    inner = [node for node in grafts if size_of(node) > 1]
    graft = grafts[int(rng.integers(len(grafts)))]
    if inner and rng.random() < 0.8:
        graft = inner[int(rng.integers(len(inner)))]
    if rng.random() < 0.3:
        path = _place(tree, rng)
        return replace(tree, path, material.added(_at(tree, path), graft, rng))
    return replace(tree, _place(tree, rng), graft)


def shrink(material: Material, rng: np.random.Generator) -> Node:
    """Put one of a node's operands in its place, once to three times."""
    tree = material.parents[0]
    for _ in range(int(rng.integers(1, 4))):
        places = [path for path, node in walk(tree) if _operands(node)]
        if places:
            path = places[int(rng.integers(len(places)))]
            operands = _operands(_at(tree, path))
            tree = replace(tree, path, operands[int(rng.integers(len(operands)))])
    return tree


MOVES: Mapping[str, Move] = {
    "tune": tune,
    "scale": scale,
    "grow": grow,
    "modulate": modulate,
    "vary": vary,
    "cross": cross,
    "simplify": shrink,
}


def _constants(tree: Node) -> list[Path]:
    return [path for path, node in walk(tree) if is_constant(node)]


def _coefficients(tree: Node) -> list[Path]:
    factors = [(path, node) for path, node in walk(tree) if op_of(node) in ("*", "/")]
    return [(*path, place) for path, node in factors for place, one in enumerate(node.children) if is_constant(one)]


def _summands(tree: Node) -> list[Path]:
    sums = [(path, node) for path, node in walk(tree) if op_of(node) in ("+", "-")]
    return [(*path, place) for path, node in sums for place in range(len(node.children))]


def _scaled(tree: Node, spreads: Sequence[float], rng: np.random.Generator) -> Node:
    """Scale about one of the constants, log-normal."""
    places = _constants(tree)
    spread = spreads[int(rng.integers(len(spreads)))]
    chosen = [path for path in places if rng.random() < 1 / len(places)] or [places[int(rng.integers(len(places)))]]
    for path in chosen:
        tree = replace(tree, path, _tuned(_at(tree, path), spread, rng))
    return tree


def _blend(one: Node, other: Node, material: Material, rng: np.random.Generator) -> Node:
    match rng.choice(4, p=(0.15, 0.2, 0.45, 0.2)):
        case 0:
            return call(extreme(rng), one, other)
        case 1:
            return material.added(one, other, rng)
        case 2:
            return choice(material.condition(rng), one, other)
        case _:
            share = float(rng.uniform(0.1, 0.9))
            return constant(share) * one + constant(1.0 - share) * other


def _pointwise(node: Node, material: Material, rng: np.random.Generator) -> Node:
    """Change the node and keep its operands."""
    if is_constant(node):
        return _tuned(node, 0.6, rng) if rng.random() < 0.7 else material.any_feature(rng)
    if op_of(node) == "feature":
        return feature(pick(rng, material.features))
    if op_of(node) in COMPARISONS:
        return operation(pick(rng, COMPARISONS[:4]), *node.children)
    if is_call(node, "min", "max"):
        return call("min" if name_of(node) == "max" else "max", *node.children)
    if op_of(node) == "if":
        return with_children(node, (material.condition(rng), *node.children[1:]))
    if op_of(node) in EXCHANGED and rng.random() < 0.7:
        return operation(EXCHANGED[op_of(node)], *node.children)
    if len(node.children) == 2:
        return with_children(node, node.children[::-1])
    return material.term(rng) if not is_condition(node) else material.condition(rng)


def _tuned(node: Node, spread: float, rng: np.random.Generator) -> Node:
    if value_of(node) == 0:
        return constant(float(rng.normal(0.0, spread)))
    return constant(value_of(node) * float(np.exp(rng.normal(0.0, spread))))


def _place(tree: Node, rng: np.random.Generator) -> Path:
    """Draw the path of a number: every node alike, but features and constants half as often."""
    places = [(path, 1.0 if node.children else 0.5) for path, node in walk(tree) if not is_condition(node)]
    shares = np.array([share for _, share in places])
    return places[int(rng.choice(len(places), p=shares / shares.sum()))][0]


def _at(tree: Node, path: Path) -> Node:
    for index in path:
        tree = tree.children[index]
    return tree


def _operands(node: Node) -> list[Node]:
    return [child for child in node.children if is_condition(child) == is_condition(node)]
