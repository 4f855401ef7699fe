"""Axes of the islands' archives: chosen by name, or by place among the problem's measures, so they fit any problem."""

from collections.abc import Mapping
from functools import partial

from evo.fields import ConfigError, build, near
from evo.settings import IslandSettings
from islands import Axis
from problems import Problem

SIZE = "size"
SHARE = {"low": 0.0, "high": 1.0, "bins": 10}
NODES = {"low": 8.0, "high": 160.0, "bins": 10, "scale": "log"}


def island_settings(
    problem: Problem, islands: Mapping[str, object], ranges: Mapping[str, object]
) -> tuple[IslandSettings, ...]:
    """Make the islands of `islands.archives`; `ranges` holds low, high, bins and scale of measures by name.

    A measure without a range goes from 0 to 1. A place past the last measure wraps around; an axis that stands twice in
    one archive is taken once.

    Raises:
        ConfigError: a measure is unknown or a range is wrong.
    """
    archives = islands.get("archives")
    if not isinstance(archives, dict):
        raise ConfigError("Expected islands.archives to hold a list of axes for each island.")
    if unknown := [name for name in islands if name != "archives"]:
        raise ConfigError(f"Unknown setting islands.{unknown[0]}; expected one of: archives, migration.")
    return tuple(_island(problem, str(name), wanted, ranges) for name, wanted in archives.items())


def _island(problem: Problem, name: str, wanted: object, ranges: Mapping[str, object]) -> IslandSettings:
    where = f"islands.archives.{name}"
    if not isinstance(wanted, list) or not wanted:
        raise ConfigError(f"Expected {where} to be a list of measures, got {wanted!r}.")
    names = dict.fromkeys(_measure(problem, item, where) for item in wanted)
    return IslandSettings(name, tuple(_axis(measure, ranges) for measure in names))


def _measure(problem: Problem, wanted: object, where: str) -> str:
    measures = list(problem.measures)
    if isinstance(wanted, int) and wanted >= 1:
        return measures[(wanted - 1) % len(measures)] if measures else SIZE
    if isinstance(wanted, str) and wanted in (*measures, SIZE):
        return wanted
    raise ConfigError(f"Unknown measure {wanted!r} in {where}{near(str(wanted), [*measures, SIZE])}.")


def _axis(measure: str, ranges: Mapping[str, object]) -> Axis:
    own = ranges.get(measure, {})
    if not isinstance(own, dict):
        raise ConfigError(f"Expected axes.{measure} to hold low, high, bins or scale, got {own!r}.")
    usual = NODES if measure == SIZE else SHARE
    return build(partial(Axis, measure), {**usual, **own}, f"axes.{measure}")
