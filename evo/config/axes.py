"""Axes of the islands' archives: chosen by name, or by place among the problem's measures, so they fit any problem."""

from collections.abc import Mapping
from functools import partial

from evo.config.settings import IslandSettings
from evo.core.checked_values import build, near
from evo.core.errors import UserError
from islands import Axis
from problems import Counted, Problem

SIZE = "size"
WORK = "work"
SHARE = {"low": 0.0, "high": 1.0, "bins": 10}
NODES = {"low": 3.0, "high": 128.0, "bins": 10, "scale": "log"}
UNITS = {"low": 0.5, "high": 50.0, "bins": 10, "scale": "log"}


def island_settings(
    problem: Problem, islands: Mapping[str, object], ranges: Mapping[str, object]
) -> tuple[IslandSettings, ...]:
    """Make the islands of `islands.archives`; `ranges` holds low, high, bins and scale of measures by name.

    A measure without a range goes from 0 to 1. A place past the last measure wraps around; an axis that stands twice in
    one archive is taken once.

    Raises:
        UserError: a measure is unknown or a range is wrong.
    """
    archives = islands.get("archives")
    if not isinstance(archives, dict):
        raise UserError("Expected islands.archives to hold a list of axes for each island.")
    if unknown := [name for name in islands if name != "archives"]:
        raise UserError(f"Unknown setting islands.{unknown[0]}; expected one of: archives, migration.")
    axes = _axes(problem, ranges)
    return tuple(_island(str(name), wanted, axes) for name, wanted in archives.items())


def measures_of(problem: Problem) -> list[str]:
    """Return the names of all measures: the problem's own, the size, and the work where it is counted."""
    return [*problem.measures, SIZE, *([WORK] if isinstance(problem, Counted) else [])]


def _axes(problem: Problem, ranges: Mapping[str, object]) -> dict[str, Axis]:
    """Return the axis of every measure, in the problem's order, those of any problem last."""
    names = measures_of(problem)
    if unknown := [name for name in ranges if name not in names]:
        raise UserError(f"Unknown measure axes.{unknown[0]}{near(unknown[0], names)}.")
    return {name: _axis(name, ranges.get(name, {})) for name in names}


def _axis(measure: str, own: object) -> Axis:
    if not isinstance(own, dict):
        raise UserError(f"Expected axes.{measure} to hold low, high, bins or scale, got {own!r}.")
    usual = {SIZE: NODES, WORK: UNITS}.get(measure, SHARE)
    return build(partial(Axis, measure), {**usual, **own}, f"axes.{measure}")


def _island(name: str, wanted: object, axes: Mapping[str, Axis]) -> IslandSettings:
    where = f"islands.archives.{name}"
    if not isinstance(wanted, list) or not wanted:
        raise UserError(f"Expected {where} to be a list of measures, got {wanted!r}.")
    measures = dict.fromkeys(_measure(item, list(axes), where) for item in wanted)
    return IslandSettings(name, tuple(axes[measure] for measure in measures))


def _measure(wanted: object, names: list[str], where: str) -> str:
    """Return the measure that is meant by its name, or by its place among the problem's own, counted from 1."""
    own = names[: names.index(SIZE)] or [SIZE]
    if isinstance(wanted, int) and wanted >= 1:
        return own[(wanted - 1) % len(own)]
    if isinstance(wanted, str) and wanted in names:
        return wanted
    raise UserError(f"Unknown measure {wanted!r} in {where}{near(str(wanted), names)}.")
