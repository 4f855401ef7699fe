"""What a split is made of: generated sizes and names of published instances."""

from collections.abc import Sequence

from problems.contract import Instance, Split
from problems.jobshop import generator
from problems.jobshop.generator import Size, checked_size
from problems.jobshop.published import names, published

Sets = tuple[Size | str, ...]


def checked_sets(split: str, entries: Sequence[Sequence[int] | str]) -> Sets:
    """Return the entries of a split from a configuration; raises ValueError unless they are known and distinct."""
    sets = tuple(entry if isinstance(entry, str) else checked_size(split, entry) for entry in entries)
    published = [name for entry in sets if isinstance(entry, str) for name in names(entry)]
    sizes = [entry[:2] for entry in sets if not isinstance(entry, str)]
    if not sets or len(set(published)) != len(published) or len(set(sizes)) != len(sizes):
        raise ValueError(f"Expected distinct sizes and instances, at least one, in {split}, got {list(entries)}.")
    return sets


def published_names(sets: Sets) -> set[str]:
    """Return the published instances of a split."""
    return {name for entry in sets if isinstance(entry, str) for name in names(entry)}


def instances(seed: int, split: Split, sets: Sets) -> tuple[Instance, ...]:
    """Return the instances of a split, entry by entry."""
    return tuple(
        instance
        for entry in sets
        for instance in (published(entry) if isinstance(entry, str) else generator.instances(seed, split, entry))
    )
