"""When a model's replies are not worth asking for: none of the first, or none of the last, brought anything usable."""

from collections import Counter

from evaluators import Failure, FailureKind
from evo.authors.llm.quoting import one_line
from evo.core.steps import Evaluated

FIRST = 20
REASON_CHARACTERS = 160
SHOWN_CHARACTERS = 80


class UnusableReplies:
    """Counts replies in the order of their ordinals since the session began; a model out of reach gave none.

    It gives up when none of the first 20 held code, or none of the last `after` held code that could be scored.
    """

    def __init__(self, after: int) -> None:
        self._after = after
        self._counted = 0
        self._has_code = False
        self._in_a_row: list[Evaluated] = []

    def add(self, step: Evaluated) -> None:
        """Count a candidate that was placed, if a model wrote it."""
        if step.proposal.operator.author != "llm" or step.draft.unreachable:
            return
        self._counted += 1
        self._has_code |= step.draft.source is not None
        failed = isinstance(step.outcome, Failure) and step.outcome.kind is not FailureKind.TWIN
        self._in_a_row = [*self._in_a_row, step] if failed else []

    @property
    def reason(self) -> str | None:
        """Why no more should be asked for, with the commonest cause and an example; None where there is no reason."""
        if self._counted == min(FIRST, self._after) and not self._has_code:
            return self._told(f"none of the first {self._counted} replies held usable code")
        if len(self._in_a_row) >= self._after:
            return self._told(f"none of the last {len(self._in_a_row)} replies held usable code")
        return None

    def _told(self, what: str) -> str:
        causes = [_cause(step) for step in self._in_a_row]
        cause, count = Counter(causes).most_common(1)[0]
        step = self._in_a_row[causes.index(cause)]
        replies = [attempt.reply for attempt in step.draft.attempts if attempt.reply]
        example = f", {one_line(replies[-1], SHOWN_CHARACTERS)!r}" if replies else ""
        return f"{what} (llm.give_up_after); {count} times: {cause} (as candidate {step.ordinal}{example})"


def _cause(step: Evaluated) -> str:
    message = step.outcome.message if isinstance(step.outcome, Failure) else ""
    return one_line(step.draft.reason or message, REASON_CHARACTERS)
