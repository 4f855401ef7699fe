"""What Python programs do with runs; `import evo` offers it: make one, go on with it, replay it, look into it."""

import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import overload

from rich.console import Console

from evo.callbacks.events import Callback
from evo.config.compose import compose
from evo.core.errors import UserError
from evo.core.event_loop import outside_loops
from evo.core.records import Operator
from evo.runs.replay import Replay
from evo.runs.run import run as run_to_its_end
from evo.store.folders import DATABASE, is_unrecorded
from evo.tools.evaluate import WITHOUT_TEST, Trial, try_source
from evo.tools.extensions import Author, further_settings, hear, named_callbacks, write_author
from evo.tools.own_instances import Comparison, compare_on_file
from evo.tools.own_problem import OwnProblem
from evo.tools.recorded_run import Run, silent
from problems import Split

RUNS = Path("runs")
CODE = "code"
"""The folder in a run's folder of what was made in Python: the problem, the author."""


def run(
    problem: str | OwnProblem = "smtt",
    *,
    seed: int = 0,
    candidates: int | None = None,
    overrides: Sequence[str] = (),
    author: Author | str | None = None,
    operators: Sequence[Operator | str] = (),
    callbacks: Sequence[Callback | str] = (),
    folder: str | Path | None = None,
    config_dir: str | None = None,
    console: Console | None = None,
) -> Run:
    """Evolve a heuristic; the settings are those of `evo run`, given as `overrides` such as "budget.dollars=2".

    `problem` is a name or one made by `evo.problem`. `author` is a function from a prompt to a reply, which is asked in
    the place of a language model. `operators` are added to those of the configuration, `callbacks` hear of the run.
    Each may be given by the name of an entry point. `folder` is made, by default one of its own in `runs`; an empty
    one, or one where nothing was recorded, will do. Nothing is printed unless there is a `console`.

    Raises:
        UserError: a setting does not fit, or the folder holds something.
        EvoError: the run stopped early; `resume` goes on from there.
    """
    name = problem.name if isinstance(problem, OwnProblem) else problem
    place = _new_folder(name, seed) if folder is None else Path(folder)
    if place.exists() and not (is_unrecorded(place) or (place.is_dir() and not any(place.iterdir()))):
        raise UserError(f"{place} exists already: a run gets a folder of its own; `resume` goes on with one.")
    written = isinstance(problem, OwnProblem) or callable(author)
    if written and config_dir is not None:
        raise UserError("Expected no config_dir beside a problem or an author made in Python: they make a folder.")
    budget = [] if candidates is None else [f"budget.candidates={candidates}"]
    heard = named_callbacks(callbacks)
    with ExitStack() as stack:
        if written:
            config_dir = str(place / CODE)
            (place / CODE).mkdir(parents=True)
            stack.callback(_forget, place)
        if isinstance(problem, OwnProblem):
            problem.write(place / CODE)
        spoken = write_author(author, place / CODE) if callable(author) else author
        settings = compose(
            [f"problem={name}", f"seed={seed}", *budget, *heard, *overrides],
            config_dir,
            further_settings(spoken, operators),
        )
        heard_by = hear(settings, [one for one in callbacks if not isinstance(one, str)])
        place.mkdir(parents=True, exist_ok=True)
        outside_loops(lambda: run_to_its_end(heard_by, place, console or silent()))
        stack.pop_all()
    return Run(place)


def _new_folder(name: str, seed: int) -> Path:
    return Path(os.environ.get("EVO_RUNS", RUNS)) / f"{time.strftime('%Y%m%d-%H%M%S')}_{name}_s{seed}"


def _forget(place: Path) -> None:
    """Remove the code of a run that did not begin, and its folder where nothing else is in it."""
    if (place / DATABASE).exists():
        return
    shutil.rmtree(place / CODE)
    if not any(place.iterdir()):
        place.rmdir()


def resume(
    folder: str | Path,
    overrides: Sequence[str] = (),
    *,
    callbacks: Sequence[Callback] = (),
    config_dir: str | None = None,
    trust: bool = False,
    console: Console | None = None,
) -> Run:
    """Go on with a run that was stopped, killed or has used up its budget; `overrides` may raise the budget.

    Raises:
        UserError: its code is not the one of the record; `trust` goes on all the same.
        EvoError: it stopped again.
    """
    return Run(folder, config_dir, trust).resume(overrides=overrides, callbacks=callbacks, console=console)


def replay(folder: str | Path, *, evaluate: bool = False, config_dir: str | None = None, trust: bool = False) -> Replay:
    """Apply what a run recorded and compare the archive bit for bit; `evaluate` scores every candidate again as well.

    Raises:
        UserError, StoreError: the run cannot be read, or its code is not the one of the record.
    """
    return Run(folder, config_dir, trust).replay(evaluate=evaluate)


@overload
def evaluate(
    source: str,
    problem: str | OwnProblem = "smtt",
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
    problem: str | OwnProblem = "smtt",
    *,
    overrides: Sequence[str] = (),
    instances: str | Path,
    config_dir: str | None = None,
    references: str | Path = RUNS,
) -> Comparison: ...


def evaluate(
    source: str,
    problem: str | OwnProblem = "smtt",
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
    if isinstance(problem, OwnProblem):
        if config_dir is not None:
            raise UserError("Expected no config_dir beside a problem made in Python: it makes a folder.")
        if instances is not None:
            raise UserError("Expected no instances beside a problem made in Python: it has its own and reads no files.")
        with tempfile.TemporaryDirectory() as code:
            name = problem.write(Path(code))
            settings = compose([f"problem={name}", *overrides], code)
            return outside_loops(lambda: try_source(settings, source, splits, Path(references), silent()))
    settings = compose([f"problem={problem}", *overrides], config_dir)
    if instances is not None:
        file = Path(instances)
        return outside_loops(lambda: compare_on_file(settings, source, file, Path(references), silent()))
    return outside_loops(lambda: try_source(settings, source, splits, Path(references), silent()))


def open_run(folder: str | Path, *, config_dir: str | None = None, trust: bool = False) -> Run:
    """Open a run by its folder, also while it goes on; `record()` of it is what `evo.analysis` asks.

    Raises:
        StoreError: there is no record.
    """
    return Run(folder, config_dir, trust)
