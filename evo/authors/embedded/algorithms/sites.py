"""The numbers in an algorithm that judge: what is compared, preferred or weighed; and what they may be made of."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evo.authors.embedded.algorithms.flow import Place, names, own, stored
from evo.authors.embedded.algorithms.formulas import atoms, formula
from evo.authors.embedded.algorithms.subject import Slot, Subject, slots
from evo.authors.embedded.algorithms.types import Scalar
from evo.authors.embedded.growth import Material
from evo.authors.embedded.tree import (
    Node,
    feature,
    is_constant,
    name_of,
    op_of,
    size_of,
    value_of,
    walk,
    with_children,
)

PREFERRED, COMPARED, GIVEN, KEPT = 3.0, 2.0, 1.0, 0.3  # how often a site is drawn, by what it is


@dataclass(frozen=True, slots=True)
class Site:
    """One number that judges, as a tree, and how often it is to be drawn."""

    place: Place
    slot: Slot
    tree: Node
    weight: float


def sites(subject: Subject) -> list[Site]:
    """Return the numbers of an algorithm that can be varied without touching its structure."""
    found = []
    for place in subject.places:
        for slot in slots(place):
            weight = _weight(subject, place, slot)
            tree = formula(slot.node) if weight > 0 and subject.is_number(place, slot.node) else None
            if tree is not None and (isinstance(slot.holder, ast.Compare) or not is_constant(tree)):
                found.append(Site(place, slot, tree, weight))
    return found


def material(subject: Subject, site: Site, others: Sequence[Node] = ()) -> Material | None:
    """Return what a number may be made of where it stands; None where nothing has a value."""
    place = site.place
    scalars = {name for name in place.bound if subject.is_number(place, ast.Name(name))}
    counts = sorted(name for name in scalars if subject.structure.holds(place.function, name))
    features = sorted((scalars - set(counts)) | _entries(subject, place))
    if not features:
        features = counts
    changing = _changing(place)
    differing = [each for each in features if names(ast.parse(each, mode="eval")) & changing]
    trees = (site.tree, *(_fitted(each, frozenset((*features, *counts))) for each in others))
    if not features:
        return None
    return Material(tuple(each for each in trees if each), tuple(features), tuple(differing), tuple(counts))


def mirrored(subject: Subject, site: Site, found: Sequence[Site], product: Node) -> Iterator[tuple[Site, Node]]:
    """Yield the site with its new tree, then each other site of the same form and what it becomes likewise.

    So the first value of a search for the least, and what is kept when it is found, change with what is compared.
    """
    yield site, product
    for twin in found:
        if twin.slot != site.slot and twin.place.function == site.place.function and size_of(site.tree) >= 3:
            names = _alignment(site.tree, twin.tree)
            same = None if names is None else _renamed(product, names)
            if same is not None and all(_known(subject, twin, name_of(node)) for _, node in walk(same) if _reads(node)):
                yield twin, same


def _alignment(tree: Node, other: Node) -> dict[str, str] | None:
    """Return the features of one tree by those of another of the same form; None: the forms differ."""
    if op_of(tree) == op_of(other) == "feature":
        return {name_of(tree): name_of(other)}
    if _label(tree) != _label(other):
        return None
    found: dict[str, str] = {}
    for pair in zip(tree.children, other.children, strict=True):
        part = _alignment(*pair)
        if part is None or any(found.get(name, its) != its for name, its in part.items()):
            return None
        found |= part
    return found


def _label(tree: Node) -> tuple[str, str, float, int]:
    """Return what must be the same in trees of one form."""
    return op_of(tree), name_of(tree), value_of(tree), len(tree.children)


def _renamed(tree: Node, names: dict[str, str]) -> Node:
    if op_of(tree) == "feature":
        return feature(names.get(name_of(tree), name_of(tree)))
    return with_children(tree, tuple(_renamed(child, names) for child in tree.children))


def _reads(node: Node) -> bool:
    return op_of(node) == "feature"


def _known(subject: Subject, site: Site, text: str) -> bool:
    node = ast.parse(text, mode="eval").body
    return text in atoms(site.slot.node) or (names(node) <= site.place.bound and subject.is_number(site.place, node))


def _weight(subject: Subject, place: Place, slot: Slot) -> float:
    """Return how often a slot is to be drawn: never where it is structure."""
    structure, function = subject.structure, place.function
    match slot.holder:
        case ast.Assign(targets=[ast.Name(id=name)]) if not structure.holds(function, name):
            return PREFERRED if place.loops else KEPT
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name))]) if not structure.holds(function, name):
            return KEPT
        case ast.AugAssign(target=ast.Name(id=name)) if not structure.holds(function, name):
            return KEPT
        case ast.Compare() as compare:
            return COMPARED if structure.judges(function, [compare.left, *compare.comparators]) else 0.0
        case ast.Call(func=ast.Name(id=callee)) if callee in subject.types.functions and slot.index is not None:
            parameter = subject.types.functions[callee].args.args[slot.index].arg
            return 0.0 if structure.holds(callee, parameter) else GIVEN
        case ast.Return():
            return 0.0 if structure.result(function, 0) else PREFERRED
        case ast.Tuple() if slot.index is not None:
            return _part(subject, place, slot.index)
        case _:
            return 0.0


def _part(subject: Subject, place: Place, index: int) -> float:
    """Return how often one of several values is to be drawn, which are assigned or returned together."""
    match place.statement:
        case ast.Return(value=ast.Tuple()):
            return 0.0 if subject.structure.result(place.function, index) else GIVEN
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple()):
            target = targets[index]
            held = isinstance(target, ast.Name) and not subject.structure.holds(place.function, target.id)
            return GIVEN if held else 0.0
        case _:
            return 0.0


def _entries(subject: Subject, place: Place) -> set[str]:
    """Return the entries `a[i]` and calls that have a value here: those read in this block so far, and their like."""
    found: set[str] = set()
    for statement in place.block[: place.index + 1]:
        for each in own(statement):
            found |= {text for text in atoms(each) if not text.isidentifier()}
    found |= set(_alike(subject, place, found))
    return {text for text in found if _usable(subject, place, text)}


def _alike(subject: Subject, place: Place, texts: set[str]) -> Iterator[str]:
    """Yield the entries of other arrays at the same index, where the function reads both somewhere."""
    function = subject.types.functions[place.function]
    read = [each for each in ast.walk(function) if isinstance(each, ast.Subscript)]
    pairs = {(each.value.id, ast.unparse(each.slice)) for each in read if isinstance(each.value, ast.Name)}
    for text in sorted(texts):
        match ast.parse(text, mode="eval").body:
            case ast.Subscript(value=ast.Name(id=array), slice=index):
                lent = {place for name, place in pairs if name == array}
                for other in sorted({name for name, place in pairs if place in lent}):
                    yield f"{other}[{ast.unparse(index)}]"


def _usable(subject: Subject, place: Place, text: str) -> bool:
    """Whether the expression is a number of judgement, and all of its names have a value here."""
    node = ast.parse(text, mode="eval").body
    if not isinstance(node, ast.Subscript | ast.Call) or not names(node) <= place.bound:
        return False
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id not in subject.types.functions:
        return False
    if isinstance(node, ast.Subscript) and not subject.structure.judges(place.function, [node]):
        return False
    return subject.is_number(place, node)


def _changing(place: Place) -> frozenset[str]:
    """Return the names that get a value in the innermost loop, or none outside loops."""
    return stored(place.loops[-1]) if place.loops else frozenset()


def _fitted(tree: Node, known: frozenset[str]) -> Node | None:
    """Return a tree of another algorithm if all its features are known here."""
    if op_of(tree) == "feature":
        return tree if name_of(tree) in known else None
    return tree if all(_fitted(child, known) for child in tree.children) else None


def is_whole(subject: Subject, site: Site) -> bool:
    """Whether the number is an integer now."""
    return subject.typed(site.place, site.slot.node) is Scalar.INT
