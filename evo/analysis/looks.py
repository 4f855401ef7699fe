"""How often a run's test instances were looked at, and whether a winner's figure on them came after another's."""

from dataclasses import dataclass

from evo.store import RunStore, ScoredBy
from evo.store.history import original_of
from evo.store.looks import read_looks


@dataclass(frozen=True, slots=True)
class LooksAtTest:
    """How often a run's test instances were looked at; `mark` says how a candidate's figure on them is to be read.

    It is empty for the first winner, and for what never won. `resumed` says whether a resumed run ended with a look.
    """

    count: int
    mark: str = ""
    resumed: bool = False

    @property
    def sentences(self) -> tuple[str, ...]:
        """Return what is said beside a figure on test: nothing of a first winner that was looked at once."""
        return tuple(one for one in (looked_at(self.count) if self.count > 1 else "", self.mark) if one)


def looks_at_test(store: RunStore, ordinal: int | None) -> LooksAtTest:
    """Return the looks at a run's test instances, with the mark of a candidate's figure on them; None has no figure."""
    with store.snapshot() as connection:
        looks = read_looks(connection)
        original = None if ordinal is None else original_of(connection, ordinal)
    winners = list(dict.fromkeys(look.candidate for look in looks if look.scored_by is not ScoredBy.EVALUATE))
    later = original is not None and original in winners[1:]
    mark = _mark(winners.index(original) + 1) if later else ""
    return LooksAtTest(len(looks), mark, any(look.scored_by is ScoredBy.RESUME for look in looks))


def looked_at(count: int) -> str:
    """Say how often test instances were looked at."""
    times = "once" if count == 1 else f"{count} times"
    return f"test instances were looked at {times}"


def _mark(place: int) -> str:
    """Say what a later winner's figure is worth; `place` is 2 for the second winner."""
    which = "second" if place == 2 else "later"
    return (
        f"{which} winner on these test instances: the search went on after an earlier winner's figure was known, "
        "so its own may flatter"
    )
