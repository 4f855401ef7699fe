"""A recorded run brought back: its steps go through the population again, in order, as they did the first time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evaluators import Evaluation, InstanceSet
from evo.author import Author
from evo.candidate import Candidate, Draft, Operator, Proposal, Request
from evo.engine import SearchError, Step
from evo.population import SEED
from evo.store import History, RecordedPlacement, State
from evo.store import Step as Recorded
from problems import Problem, Split


@dataclass(frozen=True, slots=True)
class Recalled:
    """A placed step and what its archive answered then."""

    step: Step
    placements: tuple[RecordedPlacement, ...]


class Recall:
    """Makes steps of what was recorded: parents, operators and requests are the ones of the first time."""

    def __init__(self, history: History, operators: Sequence[Operator]) -> None:
        self._history = history
        self._operators = {operator.name: operator for operator in (*operators, SEED)}
        self._sources = {step.ordinal: step for step in history.steps}

    def placed(self) -> Iterator[Recalled]:
        """Return the steps that were placed, in order."""
        for recorded in self._history.steps:
            if recorded.placements is not None:
                yield Recalled(self._step(recorded), recorded.placements)

    def begun(self, author: Author) -> dict[int, Step]:
        """Return the steps that were proposed but not placed, by ordinal; `author` prepares those to be asked again."""
        unplaced = [recorded for recorded in self._history.steps if recorded.placements is None]
        return {recorded.ordinal: self._step(recorded, author) for recorded in unplaced}

    def _step(self, recorded: Recorded, author: Author | None = None) -> Step:
        drafted = recorded.state is not State.PROPOSED
        draft = Draft(recorded.source, recorded.reason) if drafted else None
        return Step(self._request(recorded, author), draft, recorded.outcome)

    def _request(self, recorded: Recorded, author: Author | None) -> Request:
        operator = self._operators.get(recorded.operator)
        if operator is None:
            raise SearchError(f"The configuration has no operator {recorded.operator!r}, which the run was made with.")
        parents = tuple(self._candidate(parent) for parent in recorded.parents)
        proposal = Proposal(recorded.ordinal, recorded.island, operator, parents, recorded.entropy)
        if author is None or operator is SEED or recorded.state is not State.PROPOSED:
            return Request(proposal, recorded.model)  # its prompt has done its work
        return author.prepare(proposal)

    def _candidate(self, ordinal: int) -> Candidate:
        recorded = self._sources[ordinal]
        if recorded.source is None or not isinstance(recorded.outcome, Evaluation):
            raise SearchError(f"Candidate {ordinal} is recorded as a parent, but has no score.")
        return Candidate(ordinal, recorded.source, recorded.outcome.facts, recorded.outcome.fitness)


def recorded_sets(history: History, problem: Problem) -> dict[Split, InstanceSet]:
    """Return the problem's instances with the references that the run was made with.

    Raises:
        SearchError: the problem's code now makes other instances.
    """
    sets = {}
    for split, rows in history.instances.items():
        instances = tuple(problem.instances(split))
        if [instance.digest() for instance in instances] != [row.digest for row in rows]:
            raise SearchError(f"The instances of {split} are no longer those of the run: {problem.name} has changed.")
        sets[split] = InstanceSet(split, instances, tuple(row.reference for row in rows))
    return sets


def validations(history: History) -> Mapping[int, Evaluation]:
    """Return the recorded scores on validation, by ordinal."""
    return {
        ordinal: score
        for (ordinal, split), score in history.scores.items()
        if split is Split.VALIDATION and isinstance(score, Evaluation)
    }
