"""A run in one line, read again only when its file has changed: hundreds of runs are listed on one page."""

from dataclasses import dataclass
from functools import lru_cache

from evaluators.statistics import Interval
from evo.analysis.overview import glance
from evo.analysis.verdict import Finding, verdict
from evo.dashboard.run_folder import RunFolder
from evo.store import StoreError

MOST_KEPT = 5_000


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run as it is listed; `gaps` are those of its best candidate by split, of all levels.

    `difference` is the best candidate's gap on test less that of the `rival` of the verdict, on the level of the
    objective that decides, which `counts` something. A run that cannot be read has its `error` alone. Dollars are None
    where a price is not known.
    """

    name: str
    status: str = ""
    problem: str = ""
    seed: int = 0
    gaps: tuple[tuple[str, tuple[float, ...]], ...] = ()
    placed: int = 0
    calls: int = 0
    dollars: float | None = 0.0
    started: str = ""
    finding: Finding = Finding.NOT_YET
    difference: Interval | None = None
    rival: str | None = None
    counts: str = ""
    error: str = ""

    def gap(self, split: str) -> tuple[float, ...]:
        """Return its gaps on a split, none where it has none there."""
        return dict(self.gaps).get(split, ())


def summary(folder: RunFolder, name: str) -> RunSummary:
    """Return a run in one line."""
    return _read(folder, name, folder.stamp(name), folder.running(name))


@lru_cache(maxsize=MOST_KEPT)
def _read(folder: RunFolder, name: str, _stamp: tuple[int, ...], alive: bool) -> RunSummary:
    try:
        with folder.opened(name) as store:
            overview, found = glance(store, name, alive), verdict(store)
    except StoreError as error:
        return RunSummary(name, error=str(error))
    header, spent = overview.header, overview.spent
    return RunSummary(
        name,
        overview.status,
        header.problem,
        header.seed,
        tuple(overview.gaps.items()),
        overview.placed,
        spent.calls,
        spent.dollars,
        header.started,
        found.finding,
        found.difference,
        found.rival,
        found.counts,
    )
