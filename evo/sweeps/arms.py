"""Arms: the runs that differ by their seed alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from evo.core.checked_values import near
from evo.core.errors import UserError
from evo.sweeps.runs import SweptRun

ALL = "all runs"
NOT_COMPARED = ("seed", "evaluator.workers", "callbacks", "hydra")
"""Settings that make no arm, and groups of such."""


@dataclass(frozen=True, slots=True)
class SweepArm:
    """Runs of equal settings, one for each seed, by seed; `settings` are those that tell it from the other arms."""

    name: str
    runs: Mapping[int, SweptRun]
    settings: Mapping[str, str] = field(default_factory=dict)

    def name_without(self, setting: str) -> str:
        """Return the name less one setting."""
        return _joined({name: value for name, value in self.settings.items() if name != setting})


def arms(runs: Sequence[SweptRun], by: Sequence[str] = ()) -> tuple[SweepArm, ...]:
    """Return the arms in the order of their first runs; `by` names the settings that tell them apart.

    By default these are the swept ones. Of runs that were not swept they are those that differ, a setting that always
    changes together with earlier ones left out. Of runs of equal settings and seed the newest counts.

    Raises:
        UserError: no run has a setting of that name.
    """
    names = tuple(by) or _swept(runs)
    for name in by:
        if not any(_value(run, name) for run in runs):
            choices = {key for run in runs for key in (*run.settings, *(run.overrides or ()))}
            raise UserError(f"No run has the setting {name}{near(name, choices)}.")
    grouped: dict[tuple[str, ...], dict[int, SweptRun]] = {}
    for run in runs:
        arm = grouped.setdefault(_values(run, names), {})
        if run.seed not in arm or arm[run.seed].started <= run.started:
            arm[run.seed] = run
    told = {values: dict(zip(names, values, strict=True)) for values in grouped}
    return tuple(
        SweepArm(_joined(told[values]), dict(sorted(members.items())), told[values])
        for values, members in grouped.items()
    )


def _joined(settings: Mapping[str, str]) -> str:
    return " ".join(f"{name}={value}" for name, value in settings.items()) or ALL


def _values(run: SweptRun, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(_value(run, name) for name in names)


def _value(run: SweptRun, name: str) -> str:
    """Return a setting as it was asked for, else as it was recorded; a group's choice is known in a sweep alone."""
    overridden = {} if run.overrides is None else run.overrides
    return overridden.get(name, run.settings.get(name, ""))


def _swept(runs: Sequence[SweptRun]) -> tuple[str, ...]:
    if all(run.overrides is not None for run in runs):
        overridden = dict.fromkeys(name for run in runs for name in run.overrides or ())
        return tuple(name for name in overridden if _is_compared(name) and len({_value(run, name) for run in runs}) > 1)
    names = sorted(
        {name for run in runs for name in run.settings}, key=lambda name: (name != "problem", name.count("."), name)
    )
    chosen: list[str] = []
    groups = 1
    for name in filter(_is_compared, names):
        apart = len({_values(run, [*chosen, name]) for run in runs})
        if apart > groups:
            groups = apart
            chosen.append(name)
    return tuple(chosen)


def _is_compared(name: str) -> bool:
    return not any(name == one or name.startswith((f"{one}.", f"{one}/")) for one in NOT_COMPARED)
