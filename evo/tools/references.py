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
    drawn = {split: drawn_instances(problem, split) for split in Split}
    return tuple(
        _covered(split, kept_references(problem, instances, folder / REFERENCES)) for split, instances in drawn.items()
    )


def _covered(split: Split, found: Sequence[Reference | None]) -> Coverage:
    known = [reference for reference in found if reference is not None]
    bounded = [reference for reference in known if reference.bound is not None and not reference.proven]
    return Coverage(
        split=split,
        instances=len(found),
        known=len(known),
        proven=sum(reference.proven for reference in known),
        bounded=len(bounded),
        widest=max(map(_distance, bounded), default=0.0),
        seconds=sum(reference.seconds for reference in known),
        slowest=max((reference.seconds for reference in known), default=0.0),
        methods=tuple(sorted({reference.method for reference in known})),
        versions=tuple(sorted({reference.versions for reference in known if reference.versions})),
    )


def _distance(reference: Reference) -> float:
    assert reference.bound is not None, "asked of bounded ones only"
    return abs(reference.value - reference.bound) / max(abs(reference.value), 1.0)
