"""Columns of a user's table that a problem does not read: they are told, and refused where they may be instances.

A column that tells instances apart under a name that is not known, such as `week`, would make one instance of several
without a word, and every schedule and figure would be of that one: so it is an error. Any other column is no reason to
refuse a file, and is told in a warning, as its name may be a slip. A column `note` is left out without a word.
"""

import re
import warnings
from collections.abc import Sequence
from itertools import pairwise

from problems.contract import InstanceWarning

NOTES = ("note", "notes", "comment", "comments", "remark", "remarks")


def plain_name(word: str) -> str:
    """Return the small letters of a column's name: all that two spellings of it have in common."""
    return re.sub(r"[^a-z]", "", word.lower())


def is_note(word: str) -> bool:
    """Return whether a column of this name is meant to be left out."""
    return not word or plain_name(word) in NOTES


def come_in_runs(values: Sequence[str]) -> bool:
    """Return whether values may be those of instances: each in rows that follow one another, two on average or more.

    With fewer rows for each value it is more likely chance that values are repeated.
    """
    return all(values) and 2 <= len(set(values)) <= len(values) / 2 and follow_one_another(values)


def follow_one_another(values: Sequence[str]) -> bool:
    """Return whether the rows of each value do, with none of another value between them."""
    runs = sum(one != other for one, other in pairwise(values)) + 1
    return len(set(values)) == runs


def may_group(where: str, name: str, values: Sequence[str], parts: str) -> str:
    """Return the error of a column that may tell instances apart; `parts` is what is then of one instance."""
    shown = ", ".join(repr(value) for value in list(dict.fromkeys(values))[:2])
    return (
        f"{where}: column {name!r} ({shown}, …) may tell instances apart, and is not known: rename it to `instance`, "
        f"or to `note` if all {parts} are of one instance."
    )


def tell_unused(where: str, names: Sequence[str], known: Sequence[str]) -> None:
    """Warn of columns that are not read; `known` are those that can be."""
    if names:
        one = "it" if len(names) == 1 else "one"
        tell(
            f"{where}: not used: {columns(names)}; rename {one} to `instance` if its values tell instances apart, or "
            f"to `note` to hear nothing of it. Known columns: {', '.join(known)}."
        )


def columns(names: Sequence[str]) -> str:
    """Return the names of columns as words."""
    return f"column{'s' * (len(names) > 1)} {', '.join(map(repr, names))}"


def tell(message: str) -> None:
    """Warn of what may be a slip in a user's file."""
    warnings.warn(message, InstanceWarning, stacklevel=3)
