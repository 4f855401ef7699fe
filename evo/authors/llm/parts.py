"""Parts of a prompt that may shrink: each is a heading and entries, of which the last is the first to go."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from evo.authors.llm.quoting import fenced


@dataclass(frozen=True, slots=True)
class Part:
    """What a template's field becomes; without entries it is empty, heading included.

    `name` says what is missing when entries were left out, and `left_out` how many; `quoted` puts them between fences.
    """

    name: str
    heading: str
    entries: tuple[str, ...]
    quoted: bool = False
    left_out: int = 0

    @property
    def text(self) -> str:
        """The heading and the entries that are left."""
        if not self.entries:
            return ""
        body = "\n".join(self.entries)
        return f"{self.heading}\n{fenced(body) if self.quoted else body}"

    @property
    def missing(self) -> str:
        """What was left out, in a few words."""
        if not self.left_out:
            return ""
        return f"{self.name} ({self.left_out} of {self.left_out + len(self.entries)})" if self.entries else self.name

    def shorter(self) -> "Part":
        """Return the part without its last entry."""
        return replace(self, entries=self.entries[:-1], left_out=self.left_out + 1)


def in_turn(versions: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the lines of each parent in turn, their first ones first; with several parents each line names its own."""
    if len(versions) < 2:
        return tuple(line for lines in versions for line in lines)
    named = [[f"version {number}: {line}" for line in lines] for number, lines in enumerate(versions, 1)]
    return tuple(line for row in zip_longest(*named) for line in row if line is not None)
