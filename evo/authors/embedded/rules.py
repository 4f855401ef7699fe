"""Drafts of rules from rules: the expressions of their functions are varied."""

from collections.abc import Iterator, Sequence

import numpy as np

from evo.authors.embedded.decisions import Decisions
from evo.authors.embedded.growth import Material
from evo.authors.embedded.moves import MOVES
from evo.authors.embedded.opening import Opening, own_features
from evo.authors.embedded.reading import UnreadableError, read
from evo.authors.embedded.signs import divisors, guarded, risky
from evo.authors.embedded.simplify import rounded, simplified
from evo.authors.embedded.tree import Node, depth_of, size_of
from evo.authors.embedded.writing import write
from problems import Problem, Signature

MAX_NODES = 70
MAX_DEPTH = 14
ATTEMPTS = 16
COUNTED = ("number of", "share of", "fraction of")
TOGETHER = 0.2  # of the drafts of several functions, so many change two: what works together changes together
WHOLE = 0.3  # of their crossings, so many take a whole function over
AGAIN = 0.2  # so often a further move follows a move

REFINING = ("tune", "scale", "modulate", "simplify")
FURTHER = ("tune", "grow", "vary", "cross", "simplify")
Rule = dict[str, Node]


class RuleVariation:
    """Varies the first parent whose functions are single expressions; the others lend material.

    A draft has at most `MAX_NODES` nodes a function. What could fail in it (a division, a root) is guarded, or has run
    in a parent. Drafts that decide like a parent on the recorded decisions come last.
    """

    def __init__(self, problem: Problem) -> None:
        self._signatures = tuple(problem.signatures)
        self._decisions = Decisions(problem)
        self._opening = Opening(self._signatures, self._decisions, len(problem.seeds))

    def sources(self, move: str, parents: Sequence[str], rng: np.random.Generator) -> Iterator[str]:
        """Yield drafts until it has been tried often enough, those that decide like a parent after all others."""
        rules = [rule for rule in (_readable(each, self._signatures) for each in parents) if rule is not None]
        like_parents = [self._fingerprint(rule) for rule in rules]
        alike: list[str] = []
        for attempt in range(ATTEMPTS if rules else 0):
            varied = self._attempt(move, rules, attempt, rng)
            if varied is None:
                continue
            source, fingerprint = write(varied, self._signatures), self._fingerprint(varied)
            if None not in fingerprint and fingerprint in like_parents:
                alike.append(source)
            else:
                yield source
        yield from alike

    def opening(self, parent: str, ordinal: int, entropy: int) -> Iterator[str]:
        """Yield the variation of a seed that candidate `ordinal` of the opening is, where there is one."""
        rule = _readable(parent, self._signatures)
        varied = None if rule is None else self._opening.draft(rule, ordinal, entropy)
        if varied is not None:
            yield write(varied, self._signatures)

    def _fingerprint(self, rule: Rule) -> tuple[str | None, ...]:
        return tuple(self._decisions.fingerprint(name, tree) for name, tree in rule.items())

    def _attempt(self, move: str, rules: Sequence[Rule], attempt: int, rng: np.random.Generator) -> Rule | None:
        """Vary functions of the first rule, now and then more than once; the last attempts only tune.

        None: out of bounds.
        """
        varied = dict(rules[0])
        move = "tune" if attempt >= ATTEMPTS - 4 else move
        for signature in self._chosen(rng):
            expression = self._varied(move, rules, signature, rng)
            while expression is not None and move not in REFINING and rng.random() < AGAIN:
                further = FURTHER[int(rng.integers(len(FURTHER)))]
                expression = self._varied(further, [{**varied, signature.name: expression}, *rules[1:]], signature, rng)
            if expression is None:
                return None
            varied[signature.name] = expression
        return varied

    def _chosen(self, rng: np.random.Generator) -> tuple[Signature, ...]:
        """Draw the functions to vary: one, or two of several."""
        count = len(self._signatures)
        first = int(rng.integers(count))
        if count == 1 or rng.random() >= TOGETHER:
            return (self._signatures[first],)
        return (self._signatures[first], self._signatures[(first + int(rng.integers(1, count))) % count])

    def _varied(self, move: str, rules: Sequence[Rule], signature: Signature, rng: np.random.Generator) -> Node | None:
        """Vary one function of the first rule, or take another rule's in its place; None: out of bounds."""
        trees = tuple(rule[signature.name] for rule in rules)
        if move == "cross" and len(self._signatures) > 1 and len(trees) > 1 and rng.random() < WHOLE:
            return trees[int(rng.integers(1, len(trees)))]
        names = tuple(each.name for each in signature.parameters)
        own = tuple(name for _, name in own_features((signature,)))
        material = Material(trees, names, own, _counts(signature), self._decisions.calls(signature.name))
        varied = MOVES[move](material, rng)
        trusted = frozenset[Node]().union(*(risky(tree) | divisors(tree) for tree in trees))
        product = guarded(simplified(rounded(simplified(varied))), trusted)
        fits = size_of(product) <= MAX_NODES and depth_of(product) <= MAX_DEPTH
        return product if fits and product not in trees else None


def _counts(signature: Signature) -> tuple[str, ...]:
    """Return the parameters without unit, as far as their meaning tells."""
    return tuple(each.name for each in signature.parameters if each.meaning.startswith(COUNTED))


def _readable(source: str, signatures: Sequence[Signature]) -> Rule | None:
    try:
        return read(source, signatures)
    except UnreadableError:
        return None
