"""A source scored with the problem's baselines beside it, on the instances of a user's file or on those of a split."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from rich.console import Console

from evaluators import Evaluation, Failure, InstanceSet, Isolation, Outcome
from evaluators.statistics import PairedDifference, mean_interval, paired_difference
from evo.config.compose import shipped_problems
from evo.config.settings import Settings
from evo.core.errors import UserError
from evo.core.event_loop import run_interruptible
from evo.runs.build import instance_sets, make_evaluator, with_references
from evo.tools.evaluate import instance_rows
from evo.tools.looks import Looks, count_look
from problems import Instance, Problem, Readable, Split
from problems.own_files import files_of, read

PLACE = Split.TEST
"""The evaluator knows instances by their split alone: those of a file take the place of test."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of a source, and of the baselines, on the instances of a file, or of a split where there is no file.

    The baselines are not run if it fails.
    `looks` are the runs that have some of them as test instances, and count this as a look.
    """

    file: Path | None
    instances: InstanceSet
    outcome: Outcome
    baselines: Mapping[str, Outcome]
    isolation: Isolation
    looks: Looks = field(default_factory=Looks)

    @property
    def failure(self) -> Failure | None:
        """The failure of the source, if it failed."""
        return self.outcome if isinstance(self.outcome, Failure) else None

    @property
    def scored_baselines(self) -> Mapping[str, Evaluation]:
        """The baselines that did not fail, the smallest gap first."""
        scored = {name: outcome for name, outcome in self.baselines.items() if isinstance(outcome, Evaluation)}
        return dict(sorted(scored.items(), key=lambda each: each[1].rank))

    @property
    def failed_baselines(self) -> Mapping[str, Failure]:
        """The baselines that failed."""
        return {name: outcome for name, outcome in self.baselines.items() if isinstance(outcome, Failure)}

    def differences(self) -> dict[str, PairedDifference]:
        """Return how the gaps of the source differ from those of each baseline that did not fail."""
        if isinstance(self.outcome, Failure):
            return {}
        return {name: paired_difference(self.outcome.gaps, one.gaps) for name, one in self.scored_baselines.items()}

    def summary(self, with_instances: bool) -> dict[str, object]:
        """Return what programs want to know, in plain values."""
        own, failure, differences = self.outcome, self.failure, self.differences()
        compared: dict[str, object] = {
            name: {**_figures(one), **asdict(pair), "difference": pair.difference.to_json()}
            for (name, one), pair in zip(self.scored_baselines.items(), differences.values(), strict=True)
        }
        failed = {name: {"failure": f"{one.kind}: {one.message}"} for name, one in self.failed_baselines.items()}
        return {
            "instance_file": None if self.file is None else str(self.file),
            "split": self.instances.split.value if self.file is None else None,
            "count": len(self.instances.instances),
            "proven": self.instances.proven,
            "status": "ok" if failure is None else failure.kind.value,
            "message": "" if failure is None else failure.message,
            "fitness": own.fitness if isinstance(own, Evaluation) else None,
            **(_figures(own) if isinstance(own, Evaluation) else {"gap": None, "interval": None}),
            "repeats": own.repeats if isinstance(own, Evaluation) else None,
            "measures": dict(own.measures) if isinstance(own, Evaluation) else {},
            "baselines": {**compared, **failed},
            "isolation": self.isolation.value,
            "seconds": asdict(own.seconds),
            "looks_at_test": asdict(self.looks),
            **({"instances": self.rows()} if with_instances else {}),
        }

    def rows(self) -> list[dict[str, object]]:
        """Return one row per instance: value, reference, gap."""
        return instance_rows(self.instances, self.outcome)


def read_instances(problem: Problem, file: Path) -> tuple[Instance, ...]:
    """Return the instances of a user's file, or of all files in a folder or of a pattern such as `data/wt*.txt`.

    Raises:
        UserError: the problem reads no files, or there is no instance, or nothing in one.
        OSError, UnreadableInstance: the file cannot be read, or holds something else.
    """
    if not isinstance(problem, Readable):
        able = ", ".join(name for name, made in shipped_problems().items() if issubclass(made, Readable))
        raise UserError(f"{problem.name} reads no instances from files: it has no `read_instances`; {able} have one.")
    instances = tuple(_read(problem, file))
    if not instances:
        raise UserError(f"{file}: Expected at least one instance, got none.")
    for instance in instances:
        if not sum(array.size for array in instance.arrays):
            raise UserError(f"{file}: instance {instance.name} is empty: there is nothing to solve.")
    return instances


def _read(problem: Readable, file: Path) -> Iterator[Instance]:
    if file.is_file():
        yield from problem.read_instances(file)
        return
    files = files_of(str(file))
    if file.is_dir() and not files:
        raise UserError(f"{file}: Expected files with instances in this folder, got none.")
    yield from (each.instance for each in read(problem, files or [file]))


def compare_on_file(settings: Settings, source: str, file: Path, folder: Path, console: Console) -> Comparison:
    """Evaluate a source and the baselines on the instances of a file; `folder` keeps the references, and the runs.

    Raises:
        UserError: the problem reads no files, or there is no instance, or nothing in one.
        OSError, UnreadableInstance: the file cannot be read, or holds something else.
        SandboxError, MachineError: the sandbox or the file of references does not work.
    """
    sets = with_references(settings, {PLACE: read_instances(settings.problem, file)}, folder, console)
    comparison = run_interruptible(_compared(settings, source, file, sets[PLACE]))
    return replace(comparison, looks=count_look(sets[PLACE], comparison.outcome, folder))


def compare_on_split(settings: Settings, source: str, split: Split, folder: Path, console: Console) -> Comparison:
    """Evaluate a source and the baselines on a split of the problem; `folder` keeps the references, and the runs.

    Raises:
        UserError: there are no instances.
        SandboxError, MachineError: the sandbox or the file of references does not work.
    """
    sets = instance_sets(settings, folder, console, (split,))
    comparison = run_interruptible(_compared(settings, source, None, sets[split]))
    if split is not Split.TEST:
        return comparison
    return replace(comparison, looks=count_look(sets[split], comparison.outcome, folder))


async def _compared(settings: Settings, source: str, file: Path | None, known: InstanceSet) -> Comparison:
    split = known.split
    async with make_evaluator(settings, {split: known}) as evaluator:
        own = await evaluator.evaluate(source, split)
        baselines = settings.problem.baselines if isinstance(own, Evaluation) else {}
        outcomes = await asyncio.gather(*(evaluator.evaluate(text, split) for text in baselines.values()))
        return Comparison(file, known, own, dict(zip(baselines, outcomes, strict=True)), evaluator.isolation)


def _figures(evaluation: Evaluation) -> dict[str, object]:
    return {"gap": asdict(evaluation.gap), "interval": mean_interval(evaluation.gaps).ends}
