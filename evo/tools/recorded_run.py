"""A run from Python, in its folder: what it found and all that is recorded, also while it goes on."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

from rich.console import Console

from evaluators import Evaluation
from evo.analysis.archives import archives
from evo.analysis.candidate_rows import CandidateRow, candidate_rows
from evo.analysis.candidates import find_candidate, show
from evo.analysis.lineage import read_ancestors
from evo.analysis.overview import glance
from evo.analysis.verdict import Verdict, verdict
from evo.callbacks.events import Callback
from evo.config.recorded import load
from evo.config.settings import Settings
from evo.core.errors import UserError
from evo.core.event_loop import outside_loops
from evo.core.foreign_text import visible
from evo.core.format import percent
from evo.runs.replay import Replay
from evo.runs.replay import replay as replay_run
from evo.runs.resume import resume as resume_run
from evo.store import RunHeader, RunStore
from evo.tools.extensions import hear
from evo.tools.heuristic import Heuristic
from evo.tools.rows import as_rows, markdown_table
from problems import Problem, Split

if TYPE_CHECKING:
    import pandas


def silent() -> Console:
    """Return a console that shows nothing, not even in a notebook, where rich would not write to the file."""
    return Console(file=io.StringIO(), force_jupyter=False)


@dataclass(frozen=True, slots=True)
class AncestorRow:
    """A candidate in a lineage; `depth` is the fewest generations to the one that was asked for.

    `gap` is its mean gap on train, None where it has no score.
    """

    candidate: int
    depth: int
    gap: float | None
    operator: str
    model: str
    parents: tuple[int, ...]
    island: int
    size: int | None


@dataclass(frozen=True, slots=True)
class EliteRow:
    """The candidate that holds a cell; `low` and `high` are the ends of the cell's range of each measure."""

    candidate: int
    gap: float
    cell: tuple[int, ...]
    low: Mapping[str, float]
    high: Mapping[str, float]


class Run:
    """A run in its folder, read anew at every question: it may still go on, here or elsewhere.

    `config_dir` stands in for a moved folder of own code, `trust` runs code that is not the one of the record.
    """

    def __init__(self, folder: str | Path, config_dir: str | None = None, trust: bool = False) -> None:
        self.folder = Path(folder)
        self._config_dir = config_dir
        self._trust = trust
        with self.record():  # raises StoreError where there is none
            pass

    def record(self) -> RunStore:
        """Open the record to read it, a context manager: the questions of `evo.analysis` are put to it."""
        return RunStore.open_folder(self.folder)

    @property
    def header(self) -> RunHeader:
        """What is known of the run as a whole: problem, seed, status, configuration."""
        with self.record() as store:
            return store.header()

    @property
    def problem(self) -> Problem:
        """Its problem, with instances, objective and baselines.

        Raises:
            UserError: the problem's code is not the one of the record.
        """
        return self._settings.problem

    @property
    def stopped(self) -> str:
        """Why it stopped; empty while it goes on, or where it was broken off."""
        return str(json.loads(self.header.result or "{}").get("stopped", ""))

    @property
    def best(self) -> Heuristic:
        """The candidate that validation picked; while the run goes on, the fittest on train so far.

        Raises:
            StoreError: no candidate has a score yet.
        """
        return self.candidate("best")

    @property
    def source(self) -> str:
        """The source of the best candidate."""
        return self.best.source

    @property
    def gaps(self) -> Mapping[Split, float]:
        """The mean gaps of the best candidate, as fractions."""
        return self.best.gaps

    @property
    def verdict(self) -> Verdict:
        """Whether the best candidate is better than the best baseline on test, and how certain that is."""
        with self.record() as store:
            return verdict(store)

    def candidate(self, name: int | str) -> Heuristic:
        """Return a candidate by its ordinal, the beginning of its digest, or as "best".

        Raises:
            UserError: there is none of this name.
        """
        with self.record() as store:
            found = show(store, find_candidate(store, str(name)))
        gaps = {split: found.outcomes.get(split) for split in Split}
        return Heuristic(
            candidate=found.step.ordinal,
            source=found.step.source or "",
            gaps={split: one.gap.scaled for split, one in gaps.items() if isinstance(one, Evaluation)},
            operator=found.step.operator,
            model=found.step.model,
            size=found.size,
            settings=lambda: self._settings,
        )

    @overload
    def candidates(self, *, frame: Literal[False]) -> list[CandidateRow]: ...

    @overload
    def candidates(self, *, frame: bool | None = None) -> "list[CandidateRow] | pandas.DataFrame": ...

    def candidates(self, *, frame: bool | None = None) -> "list[CandidateRow] | pandas.DataFrame":
        """Return all candidates: a pandas frame where pandas is installed, else, or with `frame=False`, a list."""
        with self.record() as store:
            return as_rows(candidate_rows(store), CandidateRow, frame)

    @overload
    def lineage(self, name: int | str = "best", *, frame: Literal[False]) -> list[AncestorRow]: ...

    @overload
    def lineage(
        self, name: int | str = "best", *, frame: bool | None = None
    ) -> "list[AncestorRow] | pandas.DataFrame": ...

    def lineage(self, name: int | str = "best", *, frame: bool | None = None) -> "list[AncestorRow] | pandas.DataFrame":
        """Return a candidate and all it descends from, the seeds first; a frame or a list, as `candidates`."""
        with self.record() as store:
            line = read_ancestors(store, find_candidate(store, str(name)))
        parents: dict[int, list[int]] = {}
        for edge in sorted(line.edges, key=lambda one: one.position):
            parents.setdefault(edge.child, []).append(edge.parent)
        rows = [
            AncestorRow(
                candidate=one.ordinal,
                depth=line.depths[one.ordinal],
                gap=one.gaps[0] if one.gaps else None,
                operator=one.operator,
                model=one.model,
                parents=tuple(dict.fromkeys(parents.get(one.ordinal, ()))),
                island=one.island,
                size=one.size,
            )
            for one in line.relatives
        ]
        return as_rows(rows, AncestorRow, frame)

    @overload
    def archive(self, island: int = 0, *, frame: Literal[False]) -> list[EliteRow]: ...

    @overload
    def archive(self, island: int = 0, *, frame: bool | None = None) -> "list[EliteRow] | pandas.DataFrame": ...

    def archive(self, island: int = 0, *, frame: bool | None = None) -> "list[EliteRow] | pandas.DataFrame":
        """Return who holds the cells of an island, in their order; a frame or a list, as `candidates`.

        Raises:
            UserError: there is no such island.
        """
        with self.record() as store:
            found = {one.island: one for one in archives(store)}
        if found and island not in found:
            raise UserError(f"Expected an island from 0 to {max(found)}, got {island}.")
        if not found:
            return as_rows([], EliteRow, frame)
        axes = found[island].axes
        rows = [
            EliteRow(
                elite.ordinal,
                elite.gap,
                elite.cell,
                {axis.measure: axis.edges[place] for axis, place in zip(axes, elite.cell, strict=True)},
                {axis.measure: axis.edges[place + 1] for axis, place in zip(axes, elite.cell, strict=True)},
            )
            for elite in found[island].elites
        ]
        return as_rows(rows, EliteRow, frame)

    def resume(
        self,
        candidates: int | None = None,
        overrides: Sequence[str] = (),
        *,
        callbacks: Sequence[Callback] = (),
        console: Console | None = None,
    ) -> "Run":
        """Go on with the run, by so many more candidates than were asked for so far; return it.

        Without `candidates` its budget stays, or is the one of `overrides`, such as "budget.seconds=600". `callbacks`
        hear of it beside those of the record.

        Raises:
            UserError: its budget is used up, or its code is not the one of the record.
            EvoError: it stopped again.
        """
        budget = [] if candidates is None else [f"budget.candidates={self._asked() + candidates}"]
        changes = [*budget, *overrides]
        settings = load(self.folder, self._config_dir, changes, self._trust, resumes=True)
        heard = hear(settings, callbacks)
        outside_loops(lambda: resume_run(heard, self.folder, console or silent()))
        return self

    def replay(self, *, evaluate: bool = False) -> Replay:
        """Apply what is recorded and compare the archive bit for bit; `evaluate` scores every candidate again as well.

        Raises:
            UserError, StoreError: the run cannot be read, or its code is not the one of the record.
        """
        settings = self._settings
        return outside_loops(lambda: replay_run(settings, self.folder, evaluate))

    def __repr__(self) -> str:
        return f"Run({str(self.folder)!r})"

    def _repr_markdown_(self) -> str:
        """Say in a notebook what was found."""
        with self.record() as store:
            known, judged = glance(store, self.folder.name, alive=True), verdict(store)
        title = (
            f"**{visible(known.header.problem)}**, seed {known.header.seed}, {known.header.status}: "
            f"{known.placed} candidates in {known.spent.seconds:.0f} s, {known.failed} failed. `{self.folder}`"
        )
        if judged.best is None:
            return f"{title}\n\n{judged}"
        best = self.candidate(judged.best)
        figures = [(f"found #{best.candidate}", *(percent(best.gaps.get(split)) for split in Split))]
        return "\n\n".join([title, str(judged), markdown_table(("mean gap", *Split), figures), best._repr_markdown_()])

    def _asked(self) -> int:
        with self.record() as store:
            return glance(store, "", alive=True).spent.candidates

    @cached_property
    def _settings(self) -> Settings:
        return load(self.folder, self._config_dir, trust=self._trust)
