"""The author that needs no language model: it searches over the syntax trees of accepted rules."""

import ast
from collections.abc import Sequence

import numpy as np

from evo.candidate import Candidate, Draft, Proposal, Request
from evo.embedded.constants import perturbed
from evo.embedded.growth import Material
from evo.embedded.moves import MOVES, tune
from evo.embedded.reading import UnreadableError, read
from evo.embedded.signs import divisors, guarded, risky
from evo.embedded.simplify import rounded, simplified
from evo.embedded.tree import Node
from evo.embedded.writing import write
from problems import Kind, Problem, Signature

MODEL = "embedded"
MAX_NODES = 70
MAX_DEPTH = 14
ATTEMPTS = 12
COUNTED = ("number of", "share of", "fraction of")

Rule = dict[str, Node]


class EmbeddedAuthor:
    """Varies the expressions of rules; never runs a candidate, and trusts parents: they were accepted.

    The fittest parent is varied, the others lend material. A draft depends on its proposal alone, has at most
    `MAX_NODES` nodes a function, and differs from its parents. What could fail in it (a division, a root) is guarded,
    or has run in a parent.
    """

    def __init__(self, problem: Problem) -> None:
        if problem.kind is not Kind.RULE:
            raise ValueError(f"Expected llm=... for {problem.name}: the embedded author writes rules, not programs.")
        self._signatures = tuple(problem.signatures)

    def prepare(self, proposal: Proposal) -> Request:
        """Make the request.

        Raises:
            ValueError: the operator's move is unknown.
        """
        operator = proposal.operator
        if operator.move not in MOVES:
            known = ", ".join(MOVES)
            raise ValueError(f"Expected move in {known} in operator {operator.name}, got {operator.move!r}.")
        return Request(proposal, MODEL)

    async def write(self, request: Request) -> Draft:
        """Return a rule that differs from its parents, or the reason why there is none."""
        proposal = request.proposal
        rng = proposal.rng()
        parents = sorted(proposal.parents, key=lambda parent: -parent.fitness)
        rules = [rule for rule in (_readable(each, self._signatures) for each in parents) if rule is not None]
        known = {normalised(parent.source) for parent in parents}
        for attempt in range(ATTEMPTS):
            source = self._attempt(proposal.operator.move, rules, attempt, rng) if rules else None
            if source is not None and normalised(source) not in known:
                return Draft(source)
        for _ in range(ATTEMPTS):
            source = perturbed(parents[0].source, rng)
            if source is not None and normalised(source) not in known:
                return Draft(source)
        return Draft(None, reason="No variation of the parents differs from them within the bounds.")

    async def close(self) -> None:
        """Hold nothing, release nothing."""

    def _attempt(self, move: str, rules: Sequence[Rule], attempt: int, rng: np.random.Generator) -> str | None:
        """Vary one function of the first rule; the last attempts only tune. None: out of bounds."""
        signature = self._signatures[int(rng.integers(len(self._signatures)))]
        trees = tuple(rule[signature.name] for rule in rules)
        names = tuple(each.name for each in signature.parameters)
        own = tuple(each.name for each in signature.parameters if not each.shared)
        material = Material(trees, names, own, _counts(signature))
        varied = (tune if attempt >= ATTEMPTS - 4 else MOVES[move])(material, rng)
        trusted = frozenset[Node]().union(*(risky(tree) | divisors(tree) for tree in trees))
        product = guarded(simplified(rounded(simplified(varied))), trusted)
        if product.size > MAX_NODES or product.depth > MAX_DEPTH or product in trees:
            return None
        return write({**rules[0], signature.name: product}, self._signatures)


def normalised(source: str) -> str:
    """Return the source without comments and layout."""
    return ast.unparse(ast.parse(source))


def _counts(signature: Signature) -> tuple[str, ...]:
    """Return the parameters without unit, as far as their meaning tells."""
    return tuple(each.name for each in signature.parameters if each.meaning.startswith(COUNTED))


def _readable(parent: Candidate, signatures: Sequence[Signature]) -> Rule | None:
    try:
        return read(parent.source, signatures)
    except UnreadableError:
        return None
