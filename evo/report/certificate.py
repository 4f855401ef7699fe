"""What a run was and what its figures rest on: problem, instances, references, versions, isolation."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluators import Isolation
from evo.analysis.archives import recorded_config
from evo.analysis.candidates import header
from evo.analysis.instance_sets import instances_by_split
from evo.report.comparison import family_positions
from evo.store import InstanceRow, RunHeader, RunStatus, RunStore
from problems import Split

CONFINED = {
    Isolation.A: "seccomp, Landlock and namespaces",
    Isolation.B: "seccomp and one of Landlock and namespaces",
    Isolation.C: "seccomp alone",
    Isolation.NONE: "not confined",
}
STATES = {
    RunStatus.RUNNING: "not finished: it still runs, or was killed",
    RunStatus.INTERRUPTED: "interrupted",
    RunStatus.FINISHED: "finished",
}


@dataclass(frozen=True, slots=True)
class SetFacts:
    """The instances of a split: how many of each kind, and how many references are proven or have a bound.

    `kinds` are families or, where there are many, their parts. `methods` are how references were obtained, `seconds`
    the CPU time of it, `digest` one of all instances in order.
    """

    split: Split
    instances: int
    families: int
    kinds: tuple[tuple[str, int], ...]
    proven: int
    bounded: int
    methods: tuple[str, ...]
    seconds: float
    digest: str

    @property
    def obtained(self) -> str:
        """How many references are what."""
        parts = (
            (self.proven, "proven optimal"),
            (self.bounded, "best known, with a bound"),
            (self.instances - self.proven - self.bounded, "best known"),
        )
        return ", ".join(f"{count} {what}" for count, what in parts if count)


@dataclass(frozen=True, slots=True)
class Certificate:
    """Facts by name in the order in which they are told, and those of the instance sets."""

    facts: Mapping[str, str]
    environment: Mapping[str, str]
    sets: tuple[SetFacts, ...]

    @property
    def methods(self) -> Mapping[str, tuple[Split, ...]]:
        """The splits by how their references were obtained."""
        every = dict.fromkeys(method for one in self.sets for method in one.methods)
        return {method: tuple(one.split for one in self.sets if method in one.methods) for method in every}


def certificate(store: RunStore) -> Certificate:
    """Read it from the run's own record, nothing from this machine."""
    run = header(store)
    sets = tuple(_set_facts(split, rows) for split, rows in instances_by_split(store).items() if rows)
    return Certificate(_facts(run, recorded_config(store)), json.loads(run.environment), sets)


def _facts(run: RunHeader, config: Mapping[str, object]) -> dict[str, str]:
    result = json.loads(run.result or "{}")
    beaten = [one["instance"] for one in result.get("refuted", ())]
    values = {
        "problem": run.problem,
        "run": run.uid,
        "seed": str(run.seed),
        "author": _author(config.get("llm")),
        "state": STATES[run.status],
        "stopped because": result.get("stopped", ""),
        "started": run.started,
        "ended": run.ended or "",
        "wall time": f"{run.seconds:,.0f} s",
        "isolation of candidates": f"{run.isolation} ({CONFINED[run.isolation]})",
        "refuted references": f"{len(beaten)}, such as {beaten[0]}: their gaps say nothing" if beaten else "",
        "version": f"evo {run.version}",
        "configuration, SHA-256": run.config_sha256,
    }
    return {name: words for name, words in values.items() if words}


def _author(llm: object) -> str:
    if not isinstance(llm, dict):
        return ""
    names = list(llm["models"]) if llm.get("models") else [llm.get("model", "")]
    return ", ".join(str(name) for name in names)


def _set_facts(split: Split, rows: Sequence[InstanceRow]) -> SetFacts:
    families, references = [row.family for row in rows], [row.reference for row in rows]
    methods = {f"{r.method}{f' ({r.versions})' if r.versions else ''}": None for r in references}
    return SetFacts(
        split=split,
        instances=len(rows),
        families=len(set(families)),
        kinds=tuple((name, len(positions)) for name, positions in family_positions(families).items()),
        proven=sum(r.proven for r in references),
        bounded=sum(not r.proven and r.bound is not None for r in references),
        methods=tuple(methods),
        seconds=sum(r.seconds for r in references),
        digest=hashlib.sha256("".join(row.digest for row in rows).encode()).hexdigest()[:16],
    )
