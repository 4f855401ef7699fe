"""How much of a problem's instances has a reference, how good these are and what they took."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluators import kept_references
from evo.runs.build import REFERENCES, drawn_instances
from problems import Problem, Reference, Split


@dataclass(frozen=True, slots=True)
class Coverage:
    """The references of one split: counts, the widest distance from bound to value, CPU seconds, how obtained.

    `widest` is relative to the value, as a fraction, over those with a bound that are not proven.
    """

    split: Split
    instances: int
    known: int
    proven: int
    bounded: int
    widest: float
    seconds: float
    slowest: float
    methods: tuple[str, ...]
    versions: tuple[str, ...]


def coverage(problem: Problem, folder: Path) -> tuple[Coverage, ...]:
    """Return the coverage of each split by what `folder` keeps; computes nothing.

    Raises:
        OSError, sqlite3.Error: the file of references cannot be read or made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sets = {split: drawn_instances(problem, split) for split in Split}
    return tuple(
        _covered(split, kept_references(problem, instances, folder / REFERENCES)) for split, instances in sets.items()
    )


def _covered(split: Split, references: Sequence[Reference | None]) -> Coverage:
    kept = [reference for reference in references if reference is not None]
    bounded = [reference for reference in kept if reference.bound is not None and not reference.proven]
    return Coverage(
        split=split,
        instances=len(references),
        known=len(kept),
        proven=sum(reference.proven for reference in kept),
        bounded=len(bounded),
        widest=max(map(_distance, bounded), default=0.0),
        seconds=sum(reference.seconds for reference in kept),
        slowest=max((reference.seconds for reference in kept), default=0.0),
        methods=tuple(sorted({reference.method for reference in kept})),
        versions=tuple(sorted({reference.versions for reference in kept if reference.versions})),
    )


def _distance(reference: Reference) -> float:
    assert reference.bound is not None, "asked of bounded ones only"
    return abs(reference.value - reference.bound) / max(abs(reference.value), 1.0)
