"""What an evaluator remembers of the sources it has seen."""

import hashlib
from dataclasses import dataclass, field

from evaluators.fingerprint import Probed
from evaluators.outcome import Facts, Failure, FailureKind, Outcome
from problems import Split


@dataclass(slots=True)
class Memory:
    """What is known of sources seen before, so that none is evaluated twice: by text, and by normalised syntax."""

    facts: dict[str, Facts | Failure] = field(default_factory=dict)
    outcomes: dict[tuple[str, Split], Outcome] = field(default_factory=dict)
    probed: dict[str, Probed | Failure] = field(default_factory=dict)

    def keep(self, source: str, split: Split, outcome: Outcome) -> None:
        """Remember an outcome; a failure without facts was refused by the reader, so its text alone is known.

        That a candidate was taken for a twin says nothing of how it scores.
        """
        facts = outcome.facts
        self.facts[text_key(source)] = facts if facts is not None else _as_failure(outcome)
        if facts is not None and not _is_twin(outcome):
            self.outcomes[facts.digest, split] = outcome


def text_key(source: str) -> str:
    """Return the sha256 of a text, be it no proper one."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()


def _is_twin(outcome: Outcome) -> bool:
    return isinstance(outcome, Failure) and outcome.kind is FailureKind.TWIN


def _as_failure(outcome: Outcome) -> Failure:
    assert isinstance(outcome, Failure), "every evaluation has facts"
    return outcome
