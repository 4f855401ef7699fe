"""Settings that problems share, checked for their form: a seed and what it gives, an entry for each split, rows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

import numpy as np

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


def random_numbers(seed: int, split: Split, *key: int) -> np.random.Generator:
    """Return the source of random numbers of one instance, which depends on these arguments alone."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(tuple(Split).index(split), *key)))


def rows(name: str, given: object, form: Sequence[str], words: int = 0) -> tuple[tuple[str | int, ...], ...]:
    """Return rows with an entry for each part of the form: first so many words, then whole numbers.

    Raises:
        ValueError: they have another form; the message names the setting, what was expected and what came.
    """
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise ValueError(f"Expected rows [{', '.join(form)}] in {name}, got {given}.")
    kinds = (str,) * words + (int,) * (len(form) - words)
    for row in given:
        plain = isinstance(row, Sequence) and not isinstance(row, str) and len(row) == len(form)
        if not (plain and all(map(isinstance, row, kinds))):
            raise ValueError(f"Expected rows [{', '.join(form)}] in {name}, got {row}.")
    return tuple(tuple(row) for row in given)


def sizes_within(name: str, given: object, ranges: Mapping[str, tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
    """Return rows of whole numbers: sizes and, as the last one, how many instances there are of each.

    `ranges` has the least and the largest value of each entry, ends included.

    Raises:
        ValueError: their form is another, an entry is out of range, there is none, or a size comes twice.
    """
    sizes = tuple(tuple(int(entry) for entry in row) for row in rows(name, given, tuple(ranges)))
    for row in sizes:
        if not all(least <= entry <= most for entry, (least, most) in zip(row, ranges.values(), strict=True)):
            form = ", ".join(f"{part} {least}-{most}" for part, (least, most) in ranges.items())
            raise ValueError(f"Expected [{form}] in {name}, got {list(row)}.")
    if not sizes or len({row[:-1] for row in sizes}) != len(sizes):
        raise ValueError(f"Expected distinct sizes, at least one, in {name}, got {[list(row) for row in sizes]}.")
    return sizes
