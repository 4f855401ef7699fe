"""What a run has learnt of its candidates, for prompts: lineage both ways, gaps by family, insights, on train alone.

Steps that set constants alone are left out of what was tried: numbers are searched numerically, models are told of
structure.
"""

import re
from bisect import insort
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter

import numpy as np

from evaluators import Evaluation, Failure, InstanceSet, Outcome
from evo.core.context import Context, Insight, ParentContext, Relative, WorstInstance
from evo.core.records import Candidate, Operator, Request

SHOWN_NUMBERS = 60
"""An instance of more numbers than this is not shown."""

ANCESTORS, DESCENDANTS, INSIGHTS, BEST = 4, 8, 6, 3

NUMBER = re.compile(r"(?<![\w.])(\d[\d_]*\.?\d*|\.\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class PlacedCandidate:
    """A placed candidate: how it was made, what came of it, what was said of it.

    `structure` is its source without numbers.
    """

    ordinal: int
    operator: Operator
    instruction: str
    parents: tuple[int, ...]
    outcome: Outcome
    insights: tuple[Insight, ...]
    source: str
    structure: str


class ContextTracker:
    """Remembers what was placed; `context` tells it as it stood when so many candidates had been placed."""

    def __init__(self, train: InstanceSet) -> None:
        self._train = train
        self._small = [sum(a.size for a in known.arrays) <= SHOWN_NUMBERS for known in train.instances]
        self._entries: dict[int, PlacedCandidate] = {}
        self._children: defaultdict[int, list[int]] = defaultdict(list)
        self._bests: list[int] = []
        self._ranked: list[Candidate] = []  # the fittest first

    def add(self, request: Request, source: str | None, outcome: Outcome, insights: Sequence[Insight] = ()) -> None:
        """Take in a candidate when it is placed."""
        proposal = request.proposal
        ordinal = proposal.ordinal
        entry = PlacedCandidate(
            ordinal,
            proposal.operator,
            request.instruction,
            tuple(dict.fromkeys(parent.ordinal for parent in proposal.parents)),
            outcome,
            tuple(insights),
            source or "",
            structure(source or ""),
        )
        self._entries[ordinal] = entry
        if entry.parents:
            self._children[entry.parents[0]].append(ordinal)
        if isinstance(outcome, Evaluation):
            if self._is_best(outcome):
                self._bests.append(ordinal)
            candidate = Candidate(ordinal, entry.source, outcome.facts, outcome.fitness, outcome.lower)
            insort(self._ranked, candidate, key=attrgetter("rank"))

    def context(self, parents: Sequence[Candidate], last: int) -> Context:
        """Return what was known of the parents when `last` was the latest candidate placed."""
        return Context(tuple(self._parent(parent.ordinal, last) for parent in parents), self._best(parents, last))

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
        steps = self._structural(children)
        best = next((known for known in reversed(self._bests) if known <= last), None)
        return ParentContext(
            families=self.families(entry.outcome),
            best={} if best is None else self._families_of(best),
            worst=self._worst(entry.outcome),
            ancestors=tuple(self._relative(known) for known in line),
            descendants=tuple(self._relative(child) for child in steps[:DESCENDANTS]),
            insights=tuple(islice(_said(entry, children, line), INSIGHTS)),
        )

    def _best(self, parents: Sequence[Candidate], last: int) -> tuple[Candidate, ...]:
        """Return the fittest candidates beside the parents, one of those that differ in numbers alone."""
        told = {self._entries[parent.ordinal].structure for parent in parents}
        chosen: list[Candidate] = []
        for candidate in self._ranked:
            shape = self._entries[candidate.ordinal].structure
            if candidate.ordinal <= last and shape not in told:
                told.add(shape)
                chosen.append(candidate)
            if len(chosen) == BEST:
                break
        return tuple(chosen)

    def _structural(self, children: Sequence[PlacedCandidate]) -> list[PlacedCandidate]:
        """Return the steps that changed more than numbers, of one structure the fittest, those of models first."""
        steps: dict[str, PlacedCandidate] = {}
        for child in children:
            if self._sets_constants(child):
                continue
            kind = child.structure or str(child.ordinal)
            if kind not in steps or self._fitness(child.ordinal) > self._fitness(steps[kind].ordinal):
                steps[kind] = child
        return sorted(steps.values(), key=lambda step: step.operator.author != "llm")

    def _sets_constants(self, entry: PlacedCandidate) -> bool:
        """Whether a step changed numbers alone, or was to do so."""
        is_set = entry.operator.author == "embedded" and entry.operator.move == "tune"
        return is_set or entry.structure == self._entries[entry.parents[0]].structure

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
        made = (entry.ordinal, entry.operator.name, entry.instruction)
        added = added_lines(self._entries[entry.parents[0]].source, entry.source)
        if isinstance(entry.outcome, Failure):
            return Relative(*made, None, entry.outcome.kind, entry.outcome.message, added)
        return Relative(*made, self._fitness(entry.parents[0]) - entry.outcome.fitness, added=added)

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


def structure(source: str) -> str:
    """Return a source with a sign in the place of each number."""
    return NUMBER.sub("#", source)


def added_lines(before: str, after: str) -> str:
    """Return the lines of code in `after` that `before` lacks, joined by semicolons; comments are no code."""
    known = {line.strip() for line in before.splitlines()}
    lines = [line.strip() for line in after.splitlines()]
    return "; ".join(line for line in lines if line and line not in known and not line.startswith(("#", '"""', "'''")))
