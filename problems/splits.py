"""What problems share whose instances are drawn by a seed: the entries that a configuration gives for each split."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from problems.contract import Split

Entries = TypeVar("Entries", covariant=True)
Given = TypeVar("Given")


class Splits(Protocol[Entries]):
    """A problem with a field for each split, named as the split is."""

    @property
    def train(self) -> Entries:
        """The entries of train: sizes, sets, or how many instances."""

    @property
    def validation(self) -> Entries:
        """The entries of validation."""

    @property
    def test(self) -> Entries:
        """The entries of test."""


def of_split(problem: Splits[Given], split: Split) -> Given:
    """Return the entries of a split."""
    return {Split.TRAIN: problem.train, Split.VALIDATION: problem.validation, Split.TEST: problem.test}[split]


def check_splits(problem: Splits[Given], checked: Callable[[str, Given], Given]) -> None:
    """Put what `checked` makes of the name and the entries of each split in their place; to call in __post_init__.

    Raises:
        ValueError: the entries of a split are not what `checked` expects.
    """
    for split in Split:
        object.__setattr__(problem, split, checked(split, of_split(problem, split)))


def check_seed(seed: int) -> None:
    """Raise ValueError unless the seed is one that numpy takes."""
    if seed < 0:
        raise ValueError(f"Expected seed >= 0, got {seed}.")
