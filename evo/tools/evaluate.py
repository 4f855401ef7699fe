"""One source evaluated on its own, apart from any run."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from rich.console import Console

from evaluators import Evaluation, Failure, InstanceSet, Isolation, Outcome, RefutedReference, Seconds
from evo.config.settings import Settings
from evo.core.event_loop import run_interruptible
from evo.runs.build import instance_sets, make_evaluator
from evo.tools.looks import Looks, count_look
from problems import Split

WITHOUT_TEST = (Split.TRAIN, Split.VALIDATION)
"""What is scored where nothing is asked for: each look at test makes the figures of later ones worth less."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a source on each split that was asked for, up to the first failure.

    `looks` are the runs that count this as a look at their test instances.
    """

    outcomes: Mapping[Split, Outcome]
    sets: Mapping[Split, InstanceSet]
    isolation: Isolation
    refuted: tuple[RefutedReference, ...] = ()
    looks: Looks = field(default_factory=Looks)

    @property
    def failure(self) -> Failure | None:
        """The failure, if it failed on any split."""
        return next((outcome for outcome in self.outcomes.values() if isinstance(outcome, Failure)), None)

    @property
    def seconds(self) -> Seconds:
        """What all splits took together."""
        every = [outcome.seconds for outcome in self.outcomes.values()]
        return Seconds(sum(s.compile for s in every), sum(s.run for s in every), sum(s.cpu for s in every))

    def summary(self, with_instances: bool) -> dict[str, object]:
        """Return what programs want to know, in plain values; fitness and measures are of the first split."""
        first, failure = next(iter(self.outcomes.values())), self.failure
        scored = {split: outcome for split, outcome in self.outcomes.items() if isinstance(outcome, Evaluation)}
        return {
            "status": "ok" if failure is None else failure.kind.value,
            "message": "" if failure is None else failure.message,
            "fitness": first.fitness if isinstance(first, Evaluation) else None,
            "gap": {split.value: asdict(outcome.gap) for split, outcome in scored.items()},
            "measures": dict(first.measures) if isinstance(first, Evaluation) else {},
            "isolation": self.isolation.value,
            "refuted": [asdict(one) for one in self.refuted],
            "seconds": asdict(self.seconds),
            "looks_at_test": asdict(self.looks),
            **({"instances": self.rows()} if with_instances else {}),
        }

    def rows(self) -> list[dict[str, object]]:
        """Return one row per instance: value, reference, gap."""
        return [
            {"split": split.value, **row}
            for split, outcome in self.outcomes.items()
            for row in instance_rows(self.sets[split], outcome)
        ]


def instance_rows(instance_set: InstanceSet, outcome: Outcome) -> list[dict[str, object]]:
    """Return one row per instance in plain values, none where the source failed."""
    if isinstance(outcome, Failure):
        return []
    members = zip(
        instance_set.instances, instance_set.references, outcome.values.tolist(), outcome.gaps.tolist(), strict=True
    )
    return [
        {
            "instance": instance.name,
            "family": instance.family,
            "value": value,
            "reference": reference.value,
            "proven": reference.proven,
            "gap": gap,
        }
        for instance, reference, value, gap in members
    ]


def try_source(settings: Settings, source: str, splits: Sequence[Split], folder: Path, console: Console) -> Trial:
    """Evaluate a source; `folder` keeps the references, and the runs that count a look at their test instances.

    Raises:
        SandboxError, MachineError: the sandbox or the file of references does not work.
    """
    trial = run_interruptible(_tried(settings, source, instance_sets(settings, folder, console, splits)))
    if Split.TEST not in trial.outcomes:
        return trial
    return replace(trial, looks=count_look(trial.sets[Split.TEST], trial.outcomes[Split.TEST], folder))


async def _tried(settings: Settings, source: str, sets: Mapping[Split, InstanceSet]) -> Trial:
    async with make_evaluator(settings, sets) as evaluator:
        outcomes: dict[Split, Outcome] = {}
        for split in sets:
            outcomes[split] = await evaluator.evaluate(source, split)
            if isinstance(outcomes[split], Failure):
                break
        return Trial(outcomes, sets, evaluator.isolation, evaluator.refuted())
