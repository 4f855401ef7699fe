"""Sizes of instance sets as they stand in a configuration: rows of plain entries, checked for their form."""

from collections.abc import Sequence


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


def numbered(name: str, given: object, form: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """Return rows of whole numbers; raises ValueError as `rows` does."""
    return tuple(tuple(int(entry) for entry in row) for row in rows(name, given, form))
