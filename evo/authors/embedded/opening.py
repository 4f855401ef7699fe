"""The first drafts of a search for rules: a seed with one feature more, and a seed that is bounded by simple terms."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from evo.authors.embedded.decisions import Decisions
from evo.authors.embedded.growth import relative_weight
from evo.authors.embedded.simplify import simplified
from evo.authors.embedded.tree import Node, call, constant, feature
from problems import Signature

LEAST_SHARE = 0.05
"""A bound is tried where it is above the rule, and where it is below, in at least so many of the recorded calls."""


class Opening:
    """Variations of one seed by number.

    The first ones add and subtract each own feature. Further ones are `max` and `min` of the seed and an own feature,
    alone or plus or minus a shared one, as far as the bound binds now and then and no two decide alike on the recorded
    calls; which of them come first, `entropy` draws.
    """

    def __init__(self, signatures: Sequence[Signature], decisions: Decisions, seeds: int) -> None:
        self._signatures = signatures
        self._decisions = decisions
        self._seeds = seeds
        self._known: dict[tuple[Node, ...], tuple[Mapping[str, Node], ...]] = {}

    def draft(self, rule: Mapping[str, Node], ordinal: int, entropy: int) -> Mapping[str, Node] | None:
        """Return the variation for candidate `ordinal`, None where there is none."""
        terms = [(one, name, sign) for one, name in own_features(self._signatures) for sign in (1.0, -1.0)]
        number = ordinal - self._seeds - len(terms)
        if number < 0:
            signature, name, sign = terms[ordinal % len(terms)]
            tree = rule[signature.name]
            weight = relative_weight(self._decisions.calls(signature.name), tree, feature(name))
            return None if weight is None else {**rule, signature.name: tree + constant(sign * weight) * feature(name)}
        trees = tuple(rule.values())
        if trees not in self._known:
            self._known[trees] = tuple(self._bounded(rule))
        bounded = self._known[trees]
        order = np.random.default_rng(entropy).permutation(len(bounded))
        return bounded[order[number]] if number < len(bounded) else None

    def _bounded(self, rule: Mapping[str, Node]) -> Iterator[Mapping[str, Node]]:
        """Yield the rule with each function bounded from below or above."""
        for signature in self._signatures:
            tree, calls = rule[signature.name], self._decisions.calls(signature.name)
            values = None if calls is None else calls.values(tree)
            if calls is None or values is None:
                continue
            seen = {self._decisions.fingerprint(signature.name, tree)}
            for bound in simple_bounds(signature):
                above = calls.values(bound)
                share = 0.0 if above is None else float((above > values).mean())
                for extreme in ("max", "min") if LEAST_SHARE <= share <= 1 - LEAST_SHARE else ():
                    product = simplified(call(extreme, tree, bound))
                    decided = self._decisions.fingerprint(signature.name, product)
                    if decided not in seen:
                        seen.add(decided)
                        yield {**rule, signature.name: product}


def simple_bounds(signature: Signature) -> Iterator[Node]:
    """Yield each own feature, alone, plus and minus each shared one."""
    shared = [feature(one.name) for one in signature.parameters if one.shared]
    for _, name in own_features((signature,)):
        own = feature(name)
        yield own
        for other in shared:
            yield own + other
            yield own - other


def own_features(signatures: Sequence[Signature]) -> list[tuple[Signature, str]]:
    """Return the features that tell alternatives apart, each with its function."""
    return [(one, each.name) for one in signatures for each in one.parameters if not each.shared]
