"""Candidates that are nothing new: the same syntax as an earlier one, or the same decisions on the probe instances."""

from collections import defaultdict

from evaluators import Evaluation, Facts
from evo.core.steps import Evaluated
from evo.search.window import Window


class PlacedCandidates:
    """Knows the syntax and the decisions of placed candidates; only those before the window count, whatever the timing.

    Equal syntax is a repeat, which shares the outcome. One that decides alike, and is not shorter, is a twin.
    """

    def __init__(self, window: Window) -> None:
        self._window = window
        self._first: dict[str, int] = {}
        self._alike: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)

    def add(self, step: Evaluated) -> None:
        """Take note of a placed candidate; of one that was screened out nothing is known."""
        if step.outcome.facts is None or step.is_screened_out:
            return
        self._first.setdefault(step.outcome.facts.digest, step.ordinal)
        if step.fingerprint and isinstance(step.outcome, Evaluation):
            self._alike[step.fingerprint].append((step.ordinal, step.outcome.facts.size))

    def same_syntax(self, ordinal: int, facts: Facts | None) -> int | None:
        """Return the first candidate of the same syntax, if there is one before the window."""
        first = self._first.get(facts.digest) if facts else None
        return first if first is not None and self._window.is_before(first, ordinal) else None

    def same_decisions(self, ordinal: int, fingerprint: str, size: int) -> int | None:
        """Return the first candidate before the window that decides like this one and is not longer."""
        for earlier, earlier_size in self._alike[fingerprint]:
            if self._window.is_before(earlier, ordinal) and earlier_size <= size:
                return earlier
        return None
