"""A source that was scored on the test instances of recorded runs: each of their records counts it as a look."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evaluators import InstanceSet, Outcome
from evo.analysis.looks import looked_at
from evo.analysis.runs import Unread, testing_on
from evo.store import StoreError
from evo.store.folders import DATABASE
from evo.store.looks import add_evaluation_look

MOST_NAMED = 3
"""Runs that a text names: JSON has all."""


@dataclass(frozen=True, slots=True)
class CountedLook:
    """A run whose record counts a look at its test instances, and how many it has by now."""

    run: str
    count: int


@dataclass(frozen=True, slots=True)
class Looks:
    """The runs that counted a look, and those that could not; nothing where it was at no run's test instances."""

    counted: tuple[CountedLook, ...] = ()
    uncounted: tuple[Unread, ...] = ()

    @property
    def sentences(self) -> Iterator[str]:
        """Say how often the test instances of each run were looked at by now, and which run does not count this."""
        yield from (f"{Path(one.run).name}: {looked_at(one.count)}" for one in self.counted[:MOST_NAMED])
        if len(self.counted) > MOST_NAMED:
            yield f"and those of {len(self.counted) - MOST_NAMED} more runs"
        yield from (f"{one.folder}: this look is not counted: {one.why}" for one in self.uncounted)


def count_look(instances: InstanceSet, outcome: Outcome, runs: Path) -> Looks:
    """Count that a source was scored on instances in the record of each run in a folder that has any of them as test.

    A source that was refused unread was run on none.
    """
    if outcome.facts is None:
        return Looks()
    folders, unread = testing_on({instance.digest() for instance in instances.instances}, runs)
    counted, uncounted = [], list(unread)
    for folder in folders:
        try:
            counted.append(CountedLook(str(folder), add_evaluation_look(folder / DATABASE, outcome.facts.digest)))
        except StoreError as error:
            uncounted.append(Unread(folder.name, str(error)))
    return Looks(tuple(counted), tuple(uncounted))
