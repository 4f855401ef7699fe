"""The author that needs no language model: it searches over the syntax trees of accepted candidates."""

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

import numpy as np

from evo.authors.embedded.algorithms import AlgorithmVariation
from evo.authors.embedded.moves import MOVES
from evo.authors.embedded.rules import RuleVariation
from evo.core.context import Context
from evo.core.records import CONSTANTS, OPENING, Draft, Notices, Proposal, Request
from problems import Kind, Problem


def perturbed(source: str, rng: np.random.Generator) -> str | None:
    """Return the source with one number scaled, log-normal; None when it holds no number to scale.

    Whole numbers stay as they are: outside of formulas they count and index.
    """
    module = ast.parse(source)
    numbers = [node for node in ast.walk(module) if isinstance(node, ast.Constant) and _scalable(node.value)]
    if not numbers:
        return None
    chosen = numbers[int(rng.integers(len(numbers)))]
    if isinstance(chosen.value, float):
        chosen.value = float(f"{chosen.value * np.exp(rng.normal(0.0, 0.3)):.4g}")
    return ast.unparse(module) + "\n"


def _scalable(value: object) -> bool:
    return isinstance(value, float) and value != 0


MODEL = "embedded"
SCALE = "scale"  # the move where constants alone are tried
TUNED = 12  # attempts to scale a constant where nothing else can be varied


class Variation(Protocol):
    """How one kind of candidate is varied."""

    def sources(self, move: str, parents: Sequence[str], rng: np.random.Generator) -> Iterator[str]:
        """Yield drafts made of the parents, of which the first is varied; some may equal a parent."""


VARIATIONS: Mapping[Kind, Callable[[Problem], Variation]] = {
    Kind.RULE: RuleVariation,
    Kind.ALGORITHM: AlgorithmVariation,
}


class EmbeddedAuthor:
    """Varies rules, algorithms and the numbers of programs; never runs a candidate, and trusts accepted parents.

    The first parent is varied, the others lend material. A draft depends on its proposal alone, is bounded in size,
    and differs from its parents. Of programs it only scales numbers: that takes models
    beside it, which write the rest.
    """

    def __init__(self, problem: Problem, beside_models: bool = False) -> None:
        if problem.kind not in VARIATIONS and not beside_models:
            kinds = " and ".join(f"{kind}s" for kind in VARIATIONS)
            raise ValueError(f"Expected llm=... for {problem.name}: the embedded author writes {kinds}, not programs.")
        self._variation = VARIATIONS[problem.kind](problem) if problem.kind in VARIATIONS else None

    def prepare(self, proposal: Proposal, context: Context = Context()) -> Request:  # noqa: ARG002, B008
        """Make the request; an edit of a tree needs no context.

        Raises:
            ValueError: the operator's move is unknown.
        """
        operator = proposal.operator
        if operator.move not in MOVES:
            known = ", ".join(MOVES)
            raise ValueError(f"Expected move in {known} in operator {operator.name}, got {operator.move!r}.")
        return Request(proposal, MODEL)

    def remember(self, request: Request) -> Request:
        """Return it as it is: nothing is sent, so nothing is spent."""
        return request

    async def write(self, request: Request) -> Draft:
        """Return a candidate that differs from its parents, or the reason why there is none."""
        proposal = request.proposal
        rng = proposal.rng()
        parents = [parent.source for parent in proposal.parents]
        known = {normalised(source) for source in parents}
        for source in self._drafts(proposal, parents, rng):
            if normalised(source) not in known:
                return Draft(source)
        return Draft(None, reason="No variation of the parents differs from them within the bounds.")

    def notices(self) -> Notices:
        """Have nothing to tell."""
        return Notices()

    async def close(self) -> None:
        """Hold nothing, release nothing."""

    def _drafts(self, proposal: Proposal, parents: Sequence[str], rng: np.random.Generator) -> Iterator[str]:
        if proposal.emitter == OPENING and isinstance(self._variation, RuleVariation):
            yield from self._variation.opening(parents[0], proposal.ordinal, proposal.entropy)
        if self._variation is not None:
            move = SCALE if proposal.emitter == CONSTANTS else proposal.operator.move
            yield from self._variation.sources(move, parents, rng)
        for _ in range(TUNED):
            source = perturbed(parents[0], rng)
            if source is not None:
                yield source


def normalised(source: str) -> str:
    """Return the source without comments and layout."""
    return ast.unparse(ast.parse(source))
