"""VM rescheduling: baselines, beam search and a found pair of rules against proven references.

A row per set, size and limit: the mean fragment rate (FR) before any move, by each heuristic, of the reference and of
its bound, and how many references are proven; then a row per heuristic: mean gap, CPU seconds, and for rules how much
faster the compiled kernel is than its plain Python twin. `fuller` are other clusters, 93 to 97 % full.

    python benchmarks/vmr.py [--candidate FILE] [--json FILE]
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from evaluators.language import compile_rules
from problems import Instance, Reference, Solution, Split
from problems.vmr import Vmr
from problems.vmr.beam import beam_search
from problems.vmr.cluster import cluster

FULLER = Vmr(train=((5, 4),), validation=((10, 4),), test=((20, 4), (40, 4)), utilisation=(0.93, 0.97))
WIDTHS = (1, 8)
REPEATS = 20
PLAIN = """
import time
from problems import Split
from problems.vmr import Vmr
problem, scope = Vmr(), {}
exec(problem.baselines["finish"], scope)
instances = problem.instances(Split.TRAIN)
began = time.process_time()
for instance in instances:
    problem.construct([scope["vm_score"], scope["dst_score"]], instance)
print(time.process_time() - began)
"""

Heuristic = Callable[[Instance], Solution]


@dataclass(frozen=True, slots=True)
class Group:
    """Means over the instances of one size and limit; `rates` by heuristic, `seconds` of CPU for one reference."""

    set: str
    family: str
    instances: int
    before: float
    rates: Mapping[str, float]
    reference: float
    bound: float
    proven: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Line:
    """One heuristic on one set: mean gap in per cent, mean FR, CPU seconds for all instances."""

    set: str
    name: str
    gap: float
    rate: float
    seconds: float


def heuristics(problem: Vmr, candidate: str | None) -> dict[str, Heuristic]:
    """Return the baselines, the candidate and beam searches by name."""
    sources = {**problem.baselines, **({"found": candidate} if candidate else {})}
    named: dict[str, Heuristic] = {}
    for name, source in sources.items():
        rules = compile_rules(source, problem.signatures)
        named[name] = lambda instance, rules=rules: problem.construct(rules.functions, instance)
    for width in WIDTHS:
        named[f"beam {width}"] = lambda instance, width=width: beam_search(cluster(instance), width)
    return named


def measured(name: str, problem: Vmr, split: Split, tried: Mapping[str, Heuristic]) -> tuple[list[Group], list[Line]]:
    """Solve the instances of a split by every heuristic; stops where one is better than a bound."""
    instances = problem.instances(split)
    references = [problem.reference(instance) for instance in instances]
    values: dict[str, np.ndarray] = {}
    lines = []
    for label, solve in tried.items():
        solve(instances[0])  # loads the kernel
        began = time.process_time()
        solutions = [solve(instance) for instance in instances]
        seconds = time.process_time() - began
        values[label] = np.array([problem.objective(i, s) for i, s in zip(instances, solutions, strict=True)])
        assert all(v >= (r.bound or 0.0) for v, r in zip(values[label], references, strict=True)), label
        lines.append(Line(name, label, 100 * gap(values[label], instances, references), values[label].mean(), seconds))
    families = dict.fromkeys(instance.family for instance in instances)
    return [group(name, family, instances, references, values) for family in families], lines


def gap(values: np.ndarray, instances: Sequence[Instance], references: Sequence[Reference]) -> float:
    """Return the mean of (value − reference) / max(reference, scale)."""
    known = np.array([reference.value for reference in references])
    return float(((values - known) / np.maximum(known, [instance.scale for instance in instances])).mean())


def group(
    name: str,
    family: str,
    instances: Sequence[Instance],
    references: Sequence[Reference],
    values: Mapping[str, np.ndarray],
) -> Group:
    """Return the means of one family."""
    mine = [k for k, instance in enumerate(instances) if instance.family == family]
    chosen = [references[k] for k in mine]
    return Group(
        set=name,
        family=family,
        instances=len(mine),
        before=float(np.mean([Vmr().objective(instances[k], unmoved(instances[k])) for k in mine])),
        rates={label: float(rates[mine].mean()) for label, rates in values.items()},
        reference=float(np.mean([reference.value for reference in chosen])),
        bound=float(np.mean([reference.bound for reference in chosen])),
        proven=sum(reference.proven for reference in chosen),
        seconds=float(np.mean([reference.seconds for reference in chosen])),
    )


def unmoved(instance: Instance) -> Solution:
    """Return the solution that moves nothing."""
    return np.full((int(instance.arrays[3][0]), 2), -1, dtype=np.int64)


def speed_up(problem: Vmr) -> float:
    """Return how many times faster compiled code runs `finish` on train than plain Python."""
    instances = problem.instances(Split.TRAIN)
    functions = compile_rules(problem.baselines["finish"], problem.signatures).functions
    began = time.process_time()
    for _ in range(REPEATS):
        for instance in instances:
            problem.construct(functions, instance)
    compiled = (time.process_time() - began) / REPEATS
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    printed = subprocess.run([sys.executable, "-c", PLAIN], env=environment, capture_output=True, check=True, text=True)
    return float(printed.stdout) / compiled


def group_table(groups: Sequence[Group]) -> Table:
    """Return a row per set, size and limit: fragment rates."""
    shown = [name for name in groups[0].rates if name not in ("emptying", "scrambled")]
    table = Table("set", "family", "n", "before", *shown, "reference", "bound", "proven", "CPU s", title="mean FR")
    for each in groups:
        rates = [each.before, *(each.rates[name] for name in shown), each.reference, each.bound]
        cells = (each.set, each.family, str(each.instances), *(f"{rate:.3f}" for rate in rates))
        table.add_row(*cells, f"{each.proven} of {each.instances}", f"{each.seconds:.2f}")
    return table


def line_table(lines: Sequence[Line]) -> Table:
    """Return a row per heuristic: gaps in per cent and CPU seconds on each set."""
    sets = list(dict.fromkeys(line.set for line in lines))
    table = Table("heuristic", *(f"{name}, gap %" for name in sets), *(f"{name}, CPU s" for name in sets))
    for label in dict.fromkeys(line.name for line in lines):
        mine = [line for line in lines if line.name == label]
        table.add_row(label, *(f"{line.gap:.2f}" for line in mine), *(f"{line.seconds:.3f}" for line in mine))
    return table


def main() -> None:
    """Measure, print tables, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--candidate", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    problem = Vmr()
    tried = heuristics(problem, options.candidate.read_text() if options.candidate else None)
    groups, lines = [], []
    for name, source, split in (
        *((str(split), problem, split) for split in Split),
        ("fuller", FULLER, Split.TEST),
    ):
        found = measured(name, source, split, tried)
        groups += found[0]
        lines += found[1]
    faster = speed_up(problem)
    console = Console(width=170)
    console.print(group_table(groups), line_table(lines), f"compiled kernel against plain Python: {faster:.0f} times")
    if options.json:
        tables = {"groups": [asdict(each) for each in groups], "lines": [asdict(each) for each in lines]}
        options.json.write_text(json.dumps({**tables, "speed_up": faster}, indent=1) + "\n")


if __name__ == "__main__":
    main()
