"""What a run has learnt of its candidates, for prompts: lineage both ways, gaps by family, insights, on train alone."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from evaluators import Evaluation, Failure, InstanceSet, Outcome
from evo.core.context import Context, Insight, ParentContext, Relative, WorstInstance
from evo.core.records import Candidate, Request

SHOWN_NUMBERS = 60
"""An instance of more numbers than this is not shown."""

ANCESTORS, DESCENDANTS, INSIGHTS = 4, 8, 6


@dataclass(frozen=True, slots=True)
class PlacedCandidate:
    """A placed candidate: how it was made, what came of it, what was said of it."""

    ordinal: int
    operator: str
    instruction: str
    parents: tuple[int, ...]
    outcome: Outcome
    insights: tuple[Insight, ...]


class ContextTracker:
    """Remembers what was placed; `context` tells it as it stood when so many candidates had been placed."""

    def __init__(self, train: InstanceSet) -> None:
        self._train = train
        self._small = [sum(a.size for a in known.arrays) <= SHOWN_NUMBERS for known in train.instances]
        self._entries: dict[int, PlacedCandidate] = {}
        self._children: defaultdict[int, list[int]] = defaultdict(list)
        self._bests: list[int] = []

    def add(self, request: Request, outcome: Outcome, insights: Sequence[Insight] = ()) -> None:
        """Take in a candidate when it is placed."""
        proposal = request.proposal
        ordinal, parents = proposal.ordinal, tuple(dict.fromkeys(parent.ordinal for parent in proposal.parents))
        name, instruction = proposal.operator.name, request.instruction
        self._entries[ordinal] = PlacedCandidate(ordinal, name, instruction, parents, outcome, tuple(insights))
        if parents:
            self._children[parents[0]].append(ordinal)
        if isinstance(outcome, Evaluation) and self._is_best(outcome):
            self._bests.append(ordinal)

    def context(self, parents: Sequence[Candidate], last: int) -> Context:
        """Return what was known of the parents when `last` was the latest candidate placed."""
        return Context(tuple(self._parent(parent.ordinal, last) for parent in parents))

    def families(self, evaluation: Evaluation) -> dict[str, float]:
        """Return the mean gap on each family of the training instances, as a fraction."""
        gaps: defaultdict[str, list[float]] = defaultdict(list)
        for instance, gap in zip(self._train.instances, evaluation.gaps.tolist(), strict=True):
            gaps[instance.family].append(gap)
        return {family: sum(found) / len(found) for family, found in gaps.items()}

    def change(self, parent: Candidate, evaluation: Evaluation) -> Mapping[str, float]:
        """Return by how much the mean gap of each family is above the parent's, as a fraction."""
        before = self._entries[parent.ordinal].outcome
        assert isinstance(before, Evaluation), "parents have a score"
        old, new = self.families(before), self.families(evaluation)
        return {family: new[family] - old[family] for family in new}

    def _is_best(self, outcome: Evaluation) -> bool:
        if not self._bests:
            return True
        best = self._entries[self._bests[-1]].outcome
        return isinstance(best, Evaluation) and outcome.rank < best.rank

    def _fitness(self, ordinal: int) -> float:
        outcome = self._entries[ordinal].outcome
        return outcome.fitness if isinstance(outcome, Evaluation) else -np.inf

    def _parent(self, ordinal: int, last: int) -> ParentContext:
        entry = self._entries[ordinal]
        assert isinstance(entry.outcome, Evaluation), "parents have a score"
        line = list(islice(self._line(ordinal), ANCESTORS))
        children = [self._entries[child] for child in reversed(self._children[ordinal]) if child <= last]
        best = next((known for known in reversed(self._bests) if known <= last), None)
        return ParentContext(
            families=self.families(entry.outcome),
            best={} if best is None else self._families_of(best),
            worst=self._worst(entry.outcome),
            ancestors=tuple(self._relative(known) for known in line),
            descendants=tuple(self._relative(child) for child in children[:DESCENDANTS]),
            insights=tuple(islice(_said(entry, children, line), INSIGHTS)),
        )

    def _line(self, ordinal: int) -> Iterator[PlacedCandidate]:
        """Walk back along first parents; a seed was made from nothing and is no step."""
        entry = self._entries[ordinal]
        while entry.parents:
            yield entry
            entry = self._entries[entry.parents[0]]

    def _families_of(self, ordinal: int) -> dict[str, float]:
        outcome = self._entries[ordinal].outcome
        return self.families(outcome) if isinstance(outcome, Evaluation) else {}

    def _relative(self, entry: PlacedCandidate) -> Relative:
        made = (entry.ordinal, entry.operator, entry.instruction)
        if isinstance(entry.outcome, Failure):
            return Relative(*made, None, entry.outcome.kind, entry.outcome.message)
        return Relative(*made, self._fitness(entry.parents[0]) - entry.outcome.fitness)

    def _worst(self, evaluation: Evaluation) -> WorstInstance | None:
        shown = np.flatnonzero(self._small)
        if not shown.size:
            return None
        at = int(shown[np.argmax(evaluation.gaps[shown])])
        instance, reference = self._train.instances[at], self._train.references[at]
        return WorstInstance(instance, float(evaluation.values[at]), reference.value, float(evaluation.gaps[at]))


def _said(
    entry: PlacedCandidate, children: Sequence[PlacedCandidate], line: Sequence[PlacedCandidate]
) -> Iterator[Insight]:
    """Yield what was said of a candidate, then of those made from it, then of those it was made from."""
    for each in (entry, *children, *line[1:]):
        yield from each.insights
