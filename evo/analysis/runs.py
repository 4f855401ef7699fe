"""Other runs of the same problem, in the same folder of runs."""

from dataclasses import dataclass
from pathlib import Path

from evo.analysis.candidates import header
from evo.store import RunStore, StoreError
from evo.store.folders import DATABASE


@dataclass(frozen=True, slots=True)
class Unread:
    """A run that could not be read, and why."""

    folder: str
    why: str


def same_problem(store: RunStore, runs: Path) -> tuple[tuple[Path, ...], tuple[Unread, ...]]:
    """Return the folders of the other runs of the store's problem, by name, and the runs that cannot be read."""
    problem = header(store).problem
    folders, unread = [], []
    for file in sorted(runs.glob(f"*/{DATABASE}")):
        if file.samefile(store.path):
            continue
        try:
            with RunStore.open(file, readonly=True) as other:
                if header(other).problem == problem:
                    folders.append(file.parent)
        except StoreError as error:
            unread.append(Unread(file.parent.name, str(error)))
    return tuple(folders), tuple(unread)
