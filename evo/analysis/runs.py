"""The runs of a folder that have something in common: their problem, or test instances."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from evo.analysis.candidates import header
from evo.analysis.instance_sets import instance_digests
from evo.store import RunStore, StoreError
from evo.store.folders import DATABASE
from problems import Split


@dataclass(frozen=True, slots=True)
class Unread:
    """A run that could not be read, and why."""

    folder: str
    why: str


def same_problem(store: RunStore, runs: Path) -> tuple[tuple[Path, ...], tuple[Unread, ...]]:
    """Return the folders of the other runs of the store's problem, by name, and the runs that cannot be read."""
    problem = header(store).problem
    others = [file for file in _records(runs) if not file.samefile(store.path)]
    return _chosen(others, lambda other: header(other).problem == problem)


def testing_on(digests: Collection[str], runs: Path) -> tuple[tuple[Path, ...], tuple[Unread, ...]]:
    """Return the folders of the runs with any of these test instances, by name, and the runs that cannot be read."""

    def tests(run: RunStore) -> bool:
        return any(digest in digests for digest in dict(instance_digests(run)).get(Split.TEST, "").split(","))

    return _chosen(_records(runs), tests)


def _records(runs: Path) -> list[Path]:
    return sorted(runs.glob(f"*/{DATABASE}"))


def _chosen(files: Iterable[Path], wanted: Callable[[RunStore], bool]) -> tuple[tuple[Path, ...], tuple[Unread, ...]]:
    folders, unread = [], []
    for file in files:
        try:
            with RunStore.open(file, readonly=True) as store:
                if wanted(store):
                    folders.append(file.parent)
        except StoreError as error:
            unread.append(Unread(file.parent.name, str(error)))
    return tuple(folders), tuple(unread)
