"""What Python programs do with runs; `import evo` offers it: make one, go on with it, replay it, look into it."""

import io
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

from rich.console import Console

from evo.config.compose import compose
from evo.config.recorded import load
from evo.core.errors import UserError
from evo.core.event_loop import outside_loops
from evo.runs.finish import Conclusion
from evo.runs.replay import Replay
from evo.runs.replay import replay as replay_run
from evo.runs.resume import resume as resume_run
from evo.runs.run import run as run_to_its_end
from evo.store import RunStore
from evo.store.folders import is_unrecorded
from evo.tools.evaluate import WITHOUT_TEST, Trial, try_source
from evo.tools.own_instances import Comparison, compare_on_file
from problems import Split

RUNS = Path("runs")


@dataclass(frozen=True, slots=True)
class Run:
    """A run that ended, in its folder; `conclusion` has the table that the command line prints."""

    folder: Path
    conclusion: Conclusion

    @property
    def source(self) -> str:
        """The candidate that validation picked."""
        return self.conclusion.best.source

    @property
    def gaps(self) -> Mapping[Split, float]:
        """Its mean gap on each split, as a fraction."""
        return {split: gap.scaled for split, gap in self.conclusion.found.gaps.items()}


def run(
    problem: str = "smtt",
    *,
    seed: int = 0,
    candidates: int | None = None,
    overrides: Sequence[str] = (),
    folder: str | Path | None = None,
    config_dir: str | None = None,
    console: Console | None = None,
) -> Run:
    """Evolve a heuristic; the settings are those of `evo run`, given as `overrides` such as "budget.dollars=2".

    `folder` is made, by default one of its own in `runs`; an empty one, or one where nothing was recorded, will do.
    Nothing is printed unless there is a `console`.

    Raises:
        UserError: a setting does not fit, or the folder holds something.
        EvoError: the run stopped early; `resume` goes on from there.
    """
    budget = [] if candidates is None else [f"budget.candidates={candidates}"]
    settings = compose([f"problem={problem}", f"seed={seed}", *budget, *overrides], config_dir)
    name = f"{time.strftime('%Y%m%d-%H%M%S')}_{settings.problem.name}_s{settings.seed}"
    place = Path(os.environ.get("EVO_RUNS", RUNS)) / name if folder is None else Path(folder)
    if place.exists() and not (is_unrecorded(place) or (place.is_dir() and not any(place.iterdir()))):
        raise UserError(f"{place} exists already: a run gets a folder of its own; `resume` goes on with one.")
    place.mkdir(parents=True, exist_ok=True)
    return Run(place, outside_loops(lambda: run_to_its_end(settings, place, console or _silent())))


def resume(
    folder: str | Path,
    overrides: Sequence[str] = (),
    *,
    config_dir: str | None = None,
    trust: bool = False,
    console: Console | None = None,
) -> Run:
    """Go on with a run that was stopped, killed or has used up its budget; `overrides` may raise the budget.

    Raises:
        UserError: its code is not the one of the record; `trust` goes on all the same.
        EvoError: it stopped again.
    """
    place = Path(folder)
    settings = load(place, config_dir, overrides, trust, resumes=True)
    return Run(place, outside_loops(lambda: resume_run(settings, place, console or _silent())))


def replay(folder: str | Path, *, evaluate: bool = False, config_dir: str | None = None, trust: bool = False) -> Replay:
    """Apply what a run recorded and compare the archive bit for bit; `evaluate` scores every candidate again as well.

    Raises:
        UserError, StoreError: the run cannot be read, or its code is not the one of the record.
    """
    settings = load(Path(folder), config_dir, trust=trust)
    return outside_loops(lambda: replay_run(settings, Path(folder), evaluate))


@overload
def evaluate(
    source: str,
    problem: str = "smtt",
    *,
    overrides: Sequence[str] = (),
    splits: Sequence[Split] = WITHOUT_TEST,
    instances: None = None,
    config_dir: str | None = None,
    references: str | Path = RUNS,
) -> Trial: ...


@overload
def evaluate(
    source: str,
    problem: str = "smtt",
    *,
    overrides: Sequence[str] = (),
    instances: str | Path,
    config_dir: str | None = None,
    references: str | Path = RUNS,
) -> Comparison: ...


def evaluate(
    source: str,
    problem: str = "smtt",
    *,
    overrides: Sequence[str] = (),
    splits: Sequence[Split] = WITHOUT_TEST,
    instances: str | Path | None = None,
    config_dir: str | None = None,
    references: str | Path = RUNS,
) -> Trial | Comparison:
    """Score a candidate's source in the sandbox on some splits; `references` is the folder that keeps references.

    Each run in that folder that has the same test instances counts a score on them as a look (`looks` of the result).
    With `instances`, a file that the problem reads, it is scored on those alone, with the baselines beside it.

    Raises:
        UserError: a setting does not fit, or the problem reads no files.
        OSError, UnreadableInstance: the file cannot be read, or holds something else.
    """
    settings = compose([f"problem={problem}", *overrides], config_dir)
    if instances is not None:
        file = Path(instances)
        return outside_loops(lambda: compare_on_file(settings, source, file, Path(references), _silent()))
    return outside_loops(lambda: try_source(settings, source, splits, Path(references), _silent()))


def open_run(folder: str | Path) -> RunStore:
    """Open the record of a run to read, also while it goes on: the questions of `evo.analysis` are put to it.

    Raises:
        StoreError: there is no record.
    """
    return RunStore.open_folder(Path(folder))


def _silent() -> Console:
    return Console(file=io.StringIO())
