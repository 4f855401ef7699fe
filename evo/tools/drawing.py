"""The solution of a candidate, or of a baseline, on an instance of a run, made in the sandbox and drawn."""

from dataclasses import dataclass
from pathlib import Path

from evaluators import Failure
from evaluators.application import apply
from evo.analysis.candidates import find_candidate, show
from evo.analysis.instance_sets import instances_by_split
from evo.config.settings import Settings
from evo.core.checked_values import near
from evo.core.errors import UserError
from evo.core.event_loop import run_interruptible
from evo.core.svg import UnfitDrawing, draw_solution
from evo.runs.drawings import DRAWN_SPLITS, Drawing, baseline_number, best_pair, keep_drawing, kept_drawings
from evo.runs.recorded_steps import recorded_sets
from evo.store import RunStore
from problems import Drawable, Instance, Problem, Split


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing and the file that keeps it in the run's folder."""

    drawing: Drawing
    file: Path


def draw_recorded(
    settings: Settings,
    folder: Path,
    candidate: str | None = None,
    baseline: str | None = None,
    split: Split = Split.VALIDATION,
    position: int | None = None,
) -> Drawn | Failure:
    """Draw a candidate's solution of one instance, or a baseline's, and keep it where pages of the run find it.

    Where neither is named it is the best candidate's. Without a position it is the instance that was drawn when the run
    ended, else the one in the middle of the split.

    Raises:
        UserError: both are named, there is no such candidate, baseline or instance, the problem draws nothing, or makes
            other instances now.
        SandboxError, BaselineError: the sandbox or a baseline of the problem does not work.
        OSError: the file cannot be written.
    """
    problem, wanted = settings.problem, settings.evaluator
    if candidate is not None and baseline is not None:
        raise UserError(f"Expected a candidate or a baseline to draw, got both: leave out {candidate} or {baseline}.")
    if split not in DRAWN_SPLITS:
        raise UserError("Expected split train or validation: test is for the end of a run alone.")
    if not isinstance(problem, Drawable):
        raise UserError(f"{problem.name} draws no solutions: give its class a method draw(instance, solution).")
    instances = _instances(folder, problem, split)
    place = _default(folder, split, len(instances)) if position is None else position
    if not 0 <= place < len(instances):
        raise UserError(f"Expected an instance from 0 to {len(instances) - 1} of {split}, got {place}.")
    if baseline is None:
        ordinal, source = _recorded(folder, candidate or "best")
        name = f"candidate {ordinal}"
    else:
        if baseline not in problem.baselines:
            raise UserError(
                f"Unknown baseline {baseline!r} of {problem.name}{near(baseline, list(problem.baselines))}."
            )
        ordinal, name, source = None, baseline, problem.baselines[baseline]
    instance = instances[place]
    made = run_interruptible(apply(problem, source, (instance,), wanted.limits, settings.folders, wanted.isolation))
    if isinstance(made, Failure):
        return made
    try:
        svg = draw_solution(problem, instance, made.solutions[0])
    except UnfitDrawing as error:
        raise UserError(f"No drawing: {error}.") from error
    drawing = Drawing(name, ordinal, split, place, instance.name, float(made.values[0]), svg)
    return Drawn(drawing, keep_drawing(folder, drawing, baseline_number(list(problem.baselines), name)))


def _instances(folder: Path, problem: Problem, split: Split) -> tuple[Instance, ...]:
    """Return the instances of the run, which are checked to be those that it was made with."""
    with RunStore.open_folder(folder) as store:
        recorded = instances_by_split(store).get(split, ())
    return recorded_sets({split: recorded}, problem)[split].instances


def _default(folder: Path, split: Split, instances: int) -> int:
    """Return the instance that was drawn when the run ended, or the one in the middle."""
    with RunStore.open_folder(folder) as store:
        pair = best_pair(kept_drawings(folder), store.header().best)
    return next((one.position for one in pair if one.split is split), instances // 2)


def _recorded(folder: Path, candidate: str) -> tuple[int, str]:
    with RunStore.open_folder(folder) as store:
        step = show(store, find_candidate(store, candidate)).step
    if step.source is None:
        raise UserError(f"Candidate {step.ordinal} has no source: its author wrote none.")
    return step.ordinal, step.source
