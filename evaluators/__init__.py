"""Source text to `Outcome`: read, compile, run in the sandbox, verify outside. Knows nothing of parents or islands."""

from evaluators.outcome import (
    Evaluation,
    Facts,
    Failure,
    FailureKind,
    Gap,
    Isolation,
    Outcome,
    Seconds,
)

__all__ = [
    "Evaluation",
    "Facts",
    "Failure",
    "FailureKind",
    "Gap",
    "Isolation",
    "Outcome",
    "Seconds",
]
