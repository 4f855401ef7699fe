"""A recorded run as the steps that it took: for those who go on with it, and for those who go through it again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evaluators import Evaluation, Failure, InstanceSet
from evo.core.errors import UserError
from evo.core.protocols import Author
from evo.core.records import Attempt, Broken, Candidate, Draft, Operator, Proposal, Request, Task
from evo.core.steps import Begun, Drafted, Evaluated
from evo.search.population import SEED
from evo.store import History, InstanceRow, RecordedPlacement, State, StoreError
from evo.store import Step as Recorded
from problems import Problem, Split, UnreadableInstance
from problems.own_files import changed


@dataclass(frozen=True, slots=True)
class RestoredStep:
    """A placed candidate and what its archive answered then."""

    step: Evaluated
    placements: tuple[RecordedPlacement, ...]


class RestoredRun:
    """Makes steps of what was recorded: parents, operators and requests are the ones of the first time."""

    def __init__(self, history: History, operators: Sequence[Operator]) -> None:
        self._history = history
        self._operators = {operator.name: operator for operator in (*operators, SEED)}
        self._recorded = {step.ordinal: step for step in history.steps}

    @property
    def seeds(self) -> int:
        """How many seeds are on record."""
        return sum(step.operator == SEED.name for step in self._history.steps)

    def placed(self, author: Author | None = None) -> Iterator[RestoredStep]:
        """Return the steps that were placed, in order; `author` takes note of what it was asked.

        Raises:
            StoreError: the record contradicts itself.
            UserError: an operator of the run is no longer configured.
        """
        for recorded in self._history.steps:
            if recorded.placements is not None:
                step = self._step(recorded, author)
                if not isinstance(step, Evaluated):
                    raise StoreError(f"Candidate {recorded.ordinal} is recorded as placed, but has no outcome.")
                yield RestoredStep(step, recorded.placements)

    def begun(self, author: Author) -> dict[int, Begun]:
        """Return the steps that were proposed but not placed, by ordinal, after those that were placed."""
        unplaced = [recorded for recorded in self._history.steps if recorded.placements is None]
        return {recorded.ordinal: self._step(recorded, author) for recorded in unplaced}

    def _step(self, recorded: Recorded, author: Author | None) -> Begun:
        request = self._request(recorded, author)
        if recorded.state is State.PROPOSED:
            return request
        attempts = (Attempt(recorded.model, recorded.usage),) if recorded.messages else ()
        draft = Draft(recorded.source, recorded.reason, attempts)
        if recorded.outcome is None:
            return Drafted(request, draft)
        return Evaluated(request, draft, recorded.outcome, recorded.fingerprint, recorded.insights)

    def _request(self, recorded: Recorded, author: Author | None) -> Request:
        """Return the request as it was made; a prompt is not rendered again."""
        operator = self._operators.get(recorded.operator)
        if operator is None:
            raise UserError(f"The configuration has no operator {recorded.operator!r}, which the run was made with.")
        proposal = self._proposal(recorded, operator)
        request = Request(proposal, recorded.model, recorded.messages, instruction=recorded.instruction)
        return request if author is None or operator is SEED else author.remember(request)

    def _proposal(self, recorded: Recorded, operator: Operator) -> Proposal:
        mends = operator.task == Task.REPAIR
        return Proposal(
            recorded.ordinal,
            recorded.island,
            operator,
            tuple(self.candidate(parent) for parent in (recorded.parents[:-1] if mends else recorded.parents)),
            recorded.entropy,
            recorded.model if operator.author == "llm" else "",
            self._broken(recorded.parents[-1]) if mends else None,
            recorded.target,
            emitter=recorded.emitter,
        )

    def candidate(self, ordinal: int) -> Candidate:
        """Return a candidate that has a score, as the search knew it."""
        recorded = self._recorded[ordinal]
        if recorded.source is None or not isinstance(recorded.outcome, Evaluation):
            raise StoreError(f"Candidate {ordinal} is recorded as a parent or winner, but has no score.")
        outcome = recorded.outcome
        return Candidate(ordinal, recorded.source, outcome.facts, outcome.fitness, outcome.lower)

    def _broken(self, ordinal: int) -> Broken:
        recorded = self._recorded[ordinal]
        if recorded.source is None or not isinstance(recorded.outcome, Failure):
            raise StoreError(f"Candidate {ordinal} is recorded as mended, but has not failed.")
        return Broken(ordinal, recorded.source, recorded.outcome.kind, recorded.outcome.message)


def recorded_sets(recorded: Mapping[Split, tuple[InstanceRow, ...]], problem: Problem) -> dict[Split, InstanceSet]:
    """Return the problem's instances with the references that the run was made with.

    Raises:
        UserError: the problem's code now makes other instances, or a file of theirs is missing or has changed.
    """
    sets = {}
    for split, rows in recorded.items():
        try:
            instances = tuple(problem.instances(split))
        except (OSError, UnreadableInstance) as error:
            raise UserError(f"The instances of {split} cannot be read again: {error}") from error
        if [instance.digest() for instance in instances] != [row.digest for row in rows]:
            if why := changed(problem, split, [row.name for row in rows], [row.digest for row in rows]):
                raise UserError(
                    f"The instances of {split} are no longer those of the run: {why}; put it back as it was."
                )
            raise UserError(f"The instances of {split} are no longer those of the run: {problem.name} has changed.")
        sets[split] = InstanceSet(split, instances, tuple(row.reference for row in rows))
    return sets


def recorded_validations(history: History) -> Mapping[int, Evaluation]:
    """Return the recorded scores on validation, by ordinal."""
    return {
        ordinal: score
        for (ordinal, split), score in history.scores.items()
        if split is Split.VALIDATION and isinstance(score, Evaluation)
    }
