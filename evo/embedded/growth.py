"""New material: random terms and the ways to build them around a subtree.

Terms are of the degree of one feature (a quotient of two features is a factor, `f * f / g` a term), so that a rule
found on small instances keeps its meaning on large ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evo.embedded.tree import Node, call, choice, constant, feature, walk

SPREAD = 1.0
TYPICAL = 0.3


@dataclass(frozen=True, slots=True)
class Material:
    """What new rules are made of: the parents, and the features of the signature."""

    parents: tuple[Node, ...]
    features: tuple[str, ...]

    def any_feature(self, rng: np.random.Generator) -> Node:
        """Draw a feature, every second time one that a parent uses."""
        used = sorted({node.name for tree in self.parents for _, node in walk(tree) if node.op == "feature"})
        return feature(pick(rng, used if used and rng.random() < 0.5 else self.features))

    def term(self, rng: np.random.Generator) -> Node:
        """Draw a term of the degree of one feature."""
        one, two, three = (self.any_feature(rng) for _ in range(3))
        match rng.choice(7, p=(0.35, 0.15, 0.15, 0.15, 0.1, 0.05, 0.05)):
            case 0:
                return one
            case 1:
                return one - two
            case 2:
                return one * one / two
            case 3:
                return one * two / three
            case 4:
                return call(extreme(rng), one, two)
            case 5:
                return one * two
            case _:
                return call("max", one - two, constant(0.0))

    def condition(self, rng: np.random.Generator) -> Node:
        """Draw a comparison, such as `t + n * p < 1.2 * d`."""
        comparison = pick(rng, ("<", ">"))
        return Node(comparison, (self._side(rng), coefficient(rng, 0.5) * self._side(rng)))

    def _side(self, rng: np.random.Generator) -> Node:
        one, two, three = (self.any_feature(rng) for _ in range(3))
        match rng.choice(5, p=(0.4, 0.2, 0.1, 0.15, 0.15)):
            case 0:
                return one
            case 1:
                return one + two
            case 2:
                return one - two
            case 3:
                return one * two
            case _:
                return one + two * three


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
    match rng.choice(7, p=(0.3, 0.1, 0.15, 0.15, 0.1, 0.15, 0.05)):
        case 0:
            return node + weight(rng) * material.term(rng)
        case 1:
            return coefficient(rng, 0.3) * node
        case 2:
            ratio = material.any_feature(rng) / material.any_feature(rng)
            return node * (constant(1.0) + weight(rng) * ratio)
        case 3:
            return call(extreme(rng), node, coefficient(rng, 0.5) * material.term(rng))
        case 4:
            return call(extreme(rng), node, material.any_feature(rng) + weight(rng) * material.term(rng))
        case 5:
            return choice(material.condition(rng), node, node + weight(rng) * material.term(rng))
        case _:
            return choice(material.condition(rng), node, material.term(rng))
