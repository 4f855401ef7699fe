"""A recorded run brought back: its steps go through the population again, in order, as they did the first time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evaluators import Evaluation, Failure, InstanceSet
from evo.core.protocols import Author
from evo.core.records import Attempt, Broken, Candidate, Draft, Operator, Proposal, Request, Task
from evo.core.step import SearchError, Step
from evo.search.population import SEED
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

    def placed(self, author: Author | None = None) -> Iterator[Recalled]:
        """Return the steps that were placed, in order; `author` takes note of what it was asked."""
        for recorded in self._history.steps:
            if recorded.placements is not None:
                yield Recalled(self._step(recorded, author), recorded.placements)

    def begun(self, author: Author) -> dict[int, Step]:
        """Return the steps that were proposed but not placed, by ordinal, after those that were placed."""
        unplaced = [recorded for recorded in self._history.steps if recorded.placements is None]
        return {recorded.ordinal: self._step(recorded, author) for recorded in unplaced}

    def _step(self, recorded: Recorded, author: Author | None) -> Step:
        drafted = recorded.state is not State.PROPOSED
        attempts = (Attempt(recorded.model, recorded.usage),) if drafted and recorded.messages else ()
        draft = Draft(recorded.source, recorded.reason, attempts) if drafted else None
        request = self._request(recorded, author)
        return Step(request, draft, recorded.outcome, recorded.fingerprint, recorded.insights)

    def _request(self, recorded: Recorded, author: Author | None) -> Request:
        """Return the request as it was made; a prompt is not rendered again."""
        operator = self._operators.get(recorded.operator)
        if operator is None:
            raise SearchError(f"The configuration has no operator {recorded.operator!r}, which the run was made with.")
        proposal = self._proposal(recorded, operator)
        request = Request(proposal, recorded.model, recorded.messages, instruction=recorded.instruction)
        if author is None or operator is SEED:
            return request
        return author.remember(request)

    def _proposal(self, recorded: Recorded, operator: Operator) -> Proposal:
        origins = recorded.parents[:-1] if operator.task == Task.REPAIR else recorded.parents
        return Proposal(
            recorded.ordinal,
            recorded.island,
            operator,
            tuple(self._candidate(parent) for parent in origins),
            recorded.entropy,
            recorded.model if operator.author == "llm" else "",
            self._broken(recorded.parents[-1]) if operator.task == Task.REPAIR else None,
            recorded.target,
        )

    def _candidate(self, ordinal: int) -> Candidate:
        recorded = self._sources[ordinal]
        if recorded.source is None or not isinstance(recorded.outcome, Evaluation):
            raise SearchError(f"Candidate {ordinal} is recorded as a parent, but has no score.")
        outcome = recorded.outcome
        return Candidate(ordinal, recorded.source, outcome.facts, outcome.fitness, outcome.lower)

    def _broken(self, ordinal: int) -> Broken:
        recorded = self._sources[ordinal]
        if recorded.source is None or not isinstance(recorded.outcome, Failure):
            raise SearchError(f"Candidate {ordinal} is recorded as mended, but has not failed.")
        return Broken(ordinal, recorded.source, recorded.outcome.kind, recorded.outcome.message)


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
