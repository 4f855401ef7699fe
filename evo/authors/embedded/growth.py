"""New material: random terms and the ways to build them around a subtree.

Terms keep the unit of a feature where they can (`f * f / g` is a term, `f / g` a factor), so that a rule found on small
instances keeps its meaning on large ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evo.authors.embedded.decisions import RecordedCalls
from evo.authors.embedded.tree import (
    Node,
    call,
    choice,
    constant,
    feature,
    is_condition,
    name_of,
    op_of,
    operation,
    walk,
)

SPREAD = 1.2
TYPICAL = 0.12
RELATIVE = 0.1
"""How far a new term mostly moves alternatives apart, as a share of what did so before."""
QUANTILES = (0.05, 0.95)
"""Of the calls of a function at least and at most so many fulfil a new condition."""
SHORT = 0.65
"""Of new terms so many are one or two features."""
BARE = 0.7
"""Of the terms that bound a node so many have no coefficient."""
ADDED = 0.25
"""Of such steps so many add a feature that tells alternatives apart."""
WHOLLY = 0.25
"""Of the numbers that follow the state so many are in proportion to it, the others in part."""
PLAIN = 0.5
"""Of the operations around a node so many are steps to one or two features: few enough to be tried one by one."""


@dataclass(frozen=True, slots=True)
class Material:
    """What new rules are made of: the parents, and the features of the signature.

    `own` are those that differ between the alternatives of one decision (a term without any decides nothing), `counts`
    those without unit. Where `calls` are known, coefficients of new terms and bounds of conditions are drawn in their
    scale.
    """

    parents: tuple[Node, ...]
    features: tuple[str, ...]
    own: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    calls: RecordedCalls | None = None

    def added(self, node: Node, term: Node, rng: np.random.Generator) -> Node:
        """Add a term with a coefficient of either sign: mostly it changes few decisions."""
        typical = relative_weight(self.calls, node, term)
        if typical is None:
            return node + weight(rng) * term
        sign = 1.0 if rng.random() < 0.5 else -1.0
        return node + constant(sign * typical * float(np.exp(rng.normal(0.0, SPREAD)))) * term

    def scaled(self, term: Node, node: Node, rng: np.random.Generator) -> Node:
        """Multiply a term so that it is above a node in some calls and below it in others."""
        ratios = np.zeros(0) if self.calls is None else self.calls.ratios(node, term)
        if ratios.size == 0:
            return coefficient(rng, 0.5) * term
        return constant(float(np.quantile(ratios, rng.uniform(*QUANTILES)))) * term

    def modulated(self, number: Node, rng: np.random.Generator) -> Node:
        """Multiply a number by a feature, its inverse or a ratio of two, mostly in part; at a typical call by about 1.

        In part: x becomes (1 - a + a * x / typical) with a of either sign, so that what decides now is bent, not lost.
        """
        names = rng.permutation(self.features)[:2]
        one, other = feature(str(names[0])), feature(str(names[-1]))
        match rng.choice(3, p=(0.6, 0.25, 0.15)):
            case 0:
                factor, ratios = one / other, self._ratios(one, other)
            case 1:
                factor, ratios = one, self._ratios(one, constant(1.0))
            case _:
                factor, ratios = constant(1.0) / other, self._ratios(constant(1.0), other)
        sizes = np.abs(ratios[ratios != 0])
        typical = float(np.median(sizes)) if sizes.size else 1.0
        if rng.random() < WHOLLY:
            return constant(float(np.exp(rng.normal(0.0, 0.4))) / typical) * number * factor
        part = float(rng.uniform(-0.8, 0.8))
        return number * (constant(1.0 - part) + constant(part / typical) * factor)

    def _ratios(self, one: Node, other: Node) -> NDArray[np.float64]:
        return np.zeros(0) if self.calls is None else self.calls.ratios(one, other)

    def any_feature(self, rng: np.random.Generator) -> Node:
        """Draw a feature, every second time one that a parent uses."""
        used = sorted({name_of(node) for tree in self.parents for _, node in walk(tree) if op_of(node) == "feature"})
        return feature(pick(rng, used if used and rng.random() < 0.5 else self.features))

    def own_feature(self, rng: np.random.Generator) -> Node:
        """Draw a feature that tells alternatives apart."""
        return feature(pick(rng, self.own or self.features))

    def term(self, rng: np.random.Generator) -> Node:
        """Draw a term that tells alternatives apart: mostly a short one, so that these are tried before long ones."""
        if rng.random() >= SHORT:
            return self.long_term(rng)
        return self.own_feature(rng) if rng.random() < 0.4 else self.pair(rng)

    def pair(self, rng: np.random.Generator) -> Node:
        """Draw an own feature with another, mostly a shared one, which decides nothing by itself."""
        own, shared = self.own_feature(rng), [name for name in self.features if name not in self.own]
        other = feature(pick(rng, shared)) if shared and rng.random() < 0.7 else self.any_feature(rng)
        match rng.choice(4, p=(0.35, 0.3, 0.2, 0.15)):
            case 0:
                return own + other
            case 1:
                return own - other
            case 2:
                return own * other
            case _:
                return own / other

    def long_term(self, rng: np.random.Generator) -> Node:
        """Draw a term of up to three features, in the unit of one of them where it can be."""
        own, other, third = self.own_feature(rng), self.any_feature(rng), self.any_feature(rng)
        match rng.choice(7, p=(0.35, 0.1, 0.15, 0.15, 0.05, 0.15, 0.05)):
            case 0:
                return own
            case 1:
                return own - other
            case 2:
                return own * self.own_feature(rng) / (other if rng.random() < 0.5 else own + other)
            case 3:
                return own * other / third
            case 4:
                return call(extreme(rng), own, other)
            case 5:
                return feature(pick(rng, self.counts or self.features)) * own
            case _:
                return call("max", own - other, constant(0.0))

    def product(self, rng: np.random.Generator) -> Node:
        """Draw a feature times a number without unit where there is one: work left is jobs left times mean work."""
        return feature(pick(rng, self.counts or self.features)) * feature(pick(rng, self.features))

    def condition(self, rng: np.random.Generator) -> Node:
        """Draw a comparison, such as `d < 1.2 * (t + n_left * p_mean)`."""
        comparison = pick(rng, ("<", ">"))
        one, other = self._side(rng), self._side(rng)
        return operation(comparison, one, self.scaled(other, one, rng))

    def _side(self, rng: np.random.Generator) -> Node:
        one, two = self.any_feature(rng), self.any_feature(rng)
        match rng.choice(5, p=(0.35, 0.15, 0.1, 0.1, 0.3)):
            case 0:
                return one
            case 1:
                return one + two
            case 2:
                return one - two
            case 3:
                return self.product(rng)
            case _:
                return one + coefficient(rng, 0.5) * self.product(rng)


def relative_weight(calls: RecordedCalls | None, node: Node, term: Node) -> float | None:
    """Return the coefficient with which a term moves alternatives apart `RELATIVE` times as far as a number does.

    None where that is not known.
    """
    before, new = (0.0, 0.0) if calls is None else (calls.spread(node), calls.spread(term))
    return RELATIVE * before / new if before > 0 and new > 0 else None


def pick(rng: np.random.Generator, choices: Sequence[str]) -> str:
    """Draw one of these names."""
    return choices[int(rng.integers(len(choices)))]


def extreme(rng: np.random.Generator) -> str:
    """Draw min or max."""
    return pick(rng, ("min", "max"))


def coefficient(rng: np.random.Generator, spread: float) -> Node:
    """Draw a factor near 1, log-normal."""
    return constant(float(np.exp(rng.normal(0.0, spread))))


def weight(rng: np.random.Generator) -> Node:
    """Draw the coefficient of an added term: of either sign, mostly below 1."""
    sign = 1.0 if rng.random() < 0.6 else -1.0
    return constant(sign * TYPICAL * float(np.exp(rng.normal(0.0, SPREAD))))


def around(node: Node, material: Material, rng: np.random.Generator) -> Node:
    """Build a random operation around a number, such as `x + c * term` or `max(x, term)`."""
    if rng.random() < PLAIN:
        return step(node, material, rng)
    match rng.choice(7, p=(0.35, 0.05, 0.08, 0.3, 0.05, 0.12, 0.05)):
        case 0:
            return material.added(node, material.term(rng), rng)
        case 1:
            return coefficient(rng, 0.3) * node
        case 2:
            ratio = material.any_feature(rng) / material.any_feature(rng)
            return node * (constant(1.0) + weight(rng) * ratio)
        case 3:
            bound = material.term(rng)
            return call(extreme(rng), node, bound if rng.random() < BARE else material.scaled(bound, node, rng))
        case 4:
            return call(extreme(rng), node, material.own_feature(rng) + weight(rng) * material.term(rng))
        case 5:
            return choice(material.condition(rng), node, material.added(node, material.term(rng), rng))
        case _:
            return choice(material.condition(rng), node, _part(node, rng) or material.term(rng))


def step(node: Node, material: Material, rng: np.random.Generator) -> Node:
    """Combine a number with one feature, or with the sum or difference of two; a shared one may count within a rule."""
    if rng.random() < ADDED:
        return material.added(node, material.own_feature(rng), rng)
    other = feature(pick(rng, material.features))
    if rng.random() < 0.3:
        another = feature(pick(rng, material.features))
        other = other + another if rng.random() < 0.5 else other - another
    match rng.choice(7, p=(0.15, 0.1, 0.15, 0.2, 0.2, 0.1, 0.1)):
        case 0:
            return node + other
        case 1:
            return material.added(node, other, rng)
        case 2:
            return node - other
        case 3:
            return call("max", node, other)
        case 4:
            return call("min", node, other)
        case 5:
            return node * other
        case _:
            return node / other


def _part(node: Node, rng: np.random.Generator) -> Node | None:
    """Draw an operand of a sum, product, min or max."""
    if len(node.children) == 2 and not is_condition(node):
        return node.children[int(rng.integers(2))]
    return None
