"""Source text to `Outcome`: read, compile, run in the sandbox, verify outside. Knows nothing of parents or islands."""

from evaluators.evaluator import Evaluator, Memory
from evaluators.outcome import (
    Evaluation,
    Facts,
    Failure,
    FailureKind,
    Gap,
    Isolation,
    Outcome,
    Seconds,
    no_levels,
)
from evaluators.reference import few_references, kept_references, references, timed_reference
from evaluators.scoring import InstanceSet, RefutedReference, aggregate, score

__all__ = [
    "Evaluation",
    "Evaluator",
    "Facts",
    "Failure",
    "FailureKind",
    "Gap",
    "InstanceSet",
    "Isolation",
    "Memory",
    "Outcome",
    "RefutedReference",
    "Seconds",
    "aggregate",
    "few_references",
    "kept_references",
    "no_levels",
    "references",
    "score",
    "timed_reference",
]
