"""The best candidate of a run as a plain Python file that needs nothing of ours, with where it comes from."""

import re
from pathlib import Path

from evaluators import Evaluation
from evo.analysis.candidates import CandidateRecord, best_ordinal, header, show
from evo.analysis.instance_sets import instances_by_split
from evo.analysis.lineage import count_ancestors
from evo.core.foreign_source import visible_source
from evo.core.foreign_text import visible
from evo.core.format import named
from evo.store import InstanceRow, RunHeader, RunStore
from problems import Split


def export(folder: Path) -> str:
    """Return the text of the file.

    Raises:
        StoreError: the run cannot be read, or holds no candidate with a score.
    """
    with RunStore.open_folder(folder) as store:
        run = header(store)
        record = show(store, best_ordinal(store))
        forebears = count_ancestors(store, record.step.ordinal)
        instances = instances_by_split(store)
    source = visible_source((record.step.source or "").strip())
    gaps = [_gap_line(record, split, instances[split]) for split in Split]
    docstring = (
        visible("\n".join([*provenance(run, record, forebears), *gaps])).replace("\\", "/").replace('"""', "'''")
    )
    parts = [f'"""{docstring}\n"""', "\n".join(missing_imports(source)), f"\n{source}"]
    return "\n\n".join(part for part in parts if part) + "\n"


def provenance(run: RunHeader, record: CandidateRecord, forebears: int) -> list[str]:
    """Return the lines that say what this is and where it comes from."""
    step = record.step
    return [
        f"A heuristic for {run.problem}, found by evo {run.version}: candidate {step.ordinal} of run {run.uid}.",
        "",
        f"started {run.started}, seed {run.seed}, isolation {run.isolation}, run {run.status}",
        f"written by {step.model} ({step.operator}) from {len(step.parents)} parents; {forebears} ancestors in all",
    ]


def missing_imports(source: str) -> list[str]:
    """Return the imports that plain Python needs and the language of rules does not ask for."""
    wanted = (("math", "import math"), ("np", "import numpy as np"), ("numpy", "import numpy"))
    return [
        line
        for name, line in wanted
        if re.search(rf"\b{name}\.", source) and not re.search(rf"^\s*(import|from) .*\b{name}\b", source, re.MULTILINE)
    ]


def _gap_line(record: CandidateRecord, split: Split, instances: tuple[InstanceRow, ...]) -> str:
    outcome = record.outcomes.get(split)
    if not isinstance(outcome, Evaluation):
        return f"{split}: not scored"
    names = f"{instances[0].name} to {instances[-1].name}"
    return f"{split}: {named(outcome.gap, 4)} over {len(instances)} instances, {names}"
