"""Drawings of solutions in a run's folder: the winner's and the best baseline's, made when the run ends, and others."""

import json
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluators import Evaluation, Evaluator, Failure, Outcome
from evaluators.sandbox import SandboxError
from evo.core.baselines import best_first
from evo.core.errors import EvoError
from evo.core.files import read_plain, write_whole
from evo.core.records import Candidate
from evo.core.svg import MOST_BYTES, UnfitDrawing, check_drawing, draw_solution
from problems import Drawable, Infeasible, Split

FOLDER = "drawings"
"""The folder of drawings in a run's folder."""
INDEX = "drawings.json"
FILE = re.compile(r"(candidate-\d{1,18}|baseline-\d{1,4})-(train|validation)-\d{1,9}\.svg")
DRAWN_SPLITS = (Split.TRAIN, Split.VALIDATION)
"""Test is looked at once, by figures alone."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn solution of one instance: whose it is, the instance by split, position and name, and its objective.

    `candidate` is an ordinal, None for a baseline; `name` is what people call it, such as "found #26".
    """

    name: str
    candidate: int | None
    split: Split
    position: int
    instance: str
    objective: float
    svg: str


def kept_drawings(folder: Path) -> tuple[Drawing, ...]:
    """Return the drawings in a run's folder, in the order of their making; what may not be shown is left out."""
    place = folder / FOLDER
    kept = []
    for file, values in _index(place).items():
        try:
            svg = check_drawing(read_plain(place / file, MOST_BYTES))
            candidate = values["candidate"]
            drawing = Drawing(
                str(values["name"]),
                None if candidate is None else int(candidate),
                Split(values["split"]),
                int(values["position"]),
                str(values["instance"]),
                float(values["objective"]),
                svg,
            )
        except (OSError, UnicodeDecodeError, UnfitDrawing, KeyError, TypeError, ValueError):  # anybody may write there
            continue
        kept.append(drawing)
    return tuple(kept)


def best_pair(drawings: Sequence[Drawing], best: int | None) -> tuple[Drawing, ...]:
    """Return the drawing of the best candidate and that of a baseline on the same instance, as far as there are any.

    Those made first, at the run's end: later ones may be of other baselines.
    """
    found = None if best is None else next((one for one in drawings if one.candidate == best), None)
    if found is None:
        return ()
    rival = next((o for o in drawings if o.candidate is None and _place(o) == _place(found)), None)
    return (found,) if rival is None else (found, rival)


def keep_drawing(folder: Path, drawing: Drawing, baseline: int = 0) -> Path:
    """Write a drawing into a run's folder, where `kept_drawings` finds it; `baseline` is its place among baselines.

    Raises:
        OSError: it cannot be written.
    """
    place = folder / FOLDER
    place.mkdir(exist_ok=True)
    who = f"baseline-{baseline}" if drawing.candidate is None else f"candidate-{drawing.candidate}"
    file = place / f"{who}-{drawing.split}-{drawing.position}.svg"
    write_whole(file, drawing.svg)
    values = {
        "name": drawing.name,
        "candidate": drawing.candidate,
        "split": drawing.split,
        "position": drawing.position,
        "instance": drawing.instance,
        "objective": drawing.objective,
    }
    index = {name: known for name, known in _index(place).items() if name != file.name}
    write_whole(place / INDEX, json.dumps({**index, file.name: values}, indent=1) + "\n")
    return file


async def draw_found(
    evaluator: Evaluator,
    best: Candidate,
    outcomes: Mapping[Split, Outcome],
    rated: Mapping[str, Mapping[Split, Outcome]],
    folder: Path,
) -> None:
    """Draw the winner and the best baseline on one instance of validation, and keep both.

    `outcomes` are the winner's, `rated` those of the baselines. Of a problem that draws nothing there are none; what
    fails is told in the log, for the run is on record by then.
    """
    own = outcomes.get(Split.VALIDATION)
    if not isinstance(evaluator.problem, Drawable) or not isinstance(own, Evaluation):
        return
    rival, against = _best_baseline(rated) or (None, own)
    position = telling_instance(own.gaps.tolist(), against.gaps.tolist())
    baselines = evaluator.problem.baselines
    wanted: list[tuple[str, int | None, str]] = [(f"found #{best.ordinal}", best.ordinal, best.source)]
    if rival is not None:
        wanted.append((rival, None, baselines[rival]))
    for name, candidate, source in wanted:
        instance = evaluator.sets[Split.VALIDATION].instances[position]
        try:
            solution = await evaluator.solution(source, Split.VALIDATION, position)
            if isinstance(solution, Failure):
                log.warning("No drawing of %s: %s: %s", name, solution.kind, solution.message)
                continue
            svg = draw_solution(evaluator.problem, instance, solution)
            objective = evaluator.problem.objective(instance, solution)
            drawing = Drawing(name, candidate, Split.VALIDATION, position, instance.name, objective, svg)
            keep_drawing(folder, drawing, baseline_number(list(baselines), name))
        except (UnfitDrawing, Infeasible, EvoError, SandboxError, OSError) as error:
            log.warning("No drawing of %s: %s.", name, error)


def _best_baseline(rated: Mapping[str, Mapping[Split, Outcome]]) -> tuple[str, Evaluation] | None:
    """Return the best baseline with its score on validation; None where none has one."""
    scored = {
        name: {split: outcome for split, outcome in outcomes.items() if isinstance(outcome, Evaluation)}
        for name, outcomes in rated.items()
    }
    ranks = {name: {split: one.rank for split, one in by_split.items()} for name, by_split in scored.items()}
    name = next(iter(best_first(ranks)), None)
    return None if name is None or Split.VALIDATION not in scored[name] else (name, scored[name][Split.VALIDATION])


def baseline_number(baselines: Sequence[str], name: str) -> int:
    """Return the place of a baseline, which names its file; 0 for what is none."""
    return baselines.index(name) if name in baselines else 0


def telling_instance(found: Sequence[float], rival: Sequence[float]) -> int:
    """Return the position of the instance with the median difference of gaps among those where the two differ.

    Where they differ nowhere it is the one in the middle.
    """
    differences = [one - other for one, other in zip(found, rival, strict=True)]
    differing = [place for place, difference in enumerate(differences) if difference]
    if not differing:
        return len(differences) // 2
    return sorted(differing, key=lambda place: (differences[place], place))[len(differing) // 2]


def _place(drawing: Drawing) -> tuple[Split, int]:
    return drawing.split, drawing.position


def _index(place: Path) -> dict[str, Mapping[str, Any]]:
    """Return what is said of each drawing, by file; nothing where the index is missing or damaged."""
    try:
        content = json.loads(read_plain(place / INDEX, MOST_BYTES))
    except (OSError, ValueError, RecursionError):  # the last is of brackets within brackets without end
        return {}
    if not isinstance(content, dict):
        return {}
    return {name: values for name, values in content.items() if FILE.fullmatch(name) and isinstance(values, dict)}
