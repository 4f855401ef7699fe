"""The result of one check."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, whether it is sound, and what was seen."""

    name: str
    sound: bool
    detail: str
