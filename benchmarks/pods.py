"""How many pods do node scores lose? Baselines, and candidates from files, against the staged references.

Lost pods are counted per class, the references' less the score's, in per cent of all pods, by size of the cluster, by
demand and by mix; below zero where more was lost in a class above. Of every score it is told, as Christensen et al.
(2025, arXiv 2511.08373) do for the default scheduler, in which share of the instances it is certified optimal in all
classes, in which a better placement is known (and itself proven optimal), and in which neither. The speed is that of
the kernels on train against their plain twins.

    python benchmarks/pods.py [--problem pods_order] [--candidates FILE …] [--references FILE] [--json FILE]
"""

import argparse
import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from evaluators import references
from evaluators.language import compile_rules
from problems import Instance, Reference, Rule, Split
from problems.pods import Pods, PodsOrder
from problems.pods.problem import PodPacking

KINDS = {"pods": Pods, "pods_order": PodsOrder}


@dataclass(frozen=True, slots=True)
class Line:
    """One score on one group of instances; `lost` per class, in per cent of all pods, then shares in per cent."""

    score: str
    group: str
    instances: int
    proven: int
    lost: tuple[float, ...]
    certified: float
    improved: float
    improved_proven: float
    undecided: float


def counts(problem: PodPacking, functions: Sequence[Rule], instances: Sequence[Instance]) -> NDArray[np.float64]:
    """Return the verified pods placed, of shape (instances, levels)."""
    rows = []
    for instance in instances:
        solution = problem.construct(functions, instance)
        rows.append((problem.objective(instance, solution), *problem.lower_objectives(instance, solution)))
    return np.array(rows)


def line(
    score: str, group: str, placed: NDArray[np.float64], known: Sequence[Reference], pods: NDArray[np.float64]
) -> Line:
    """Compare a score with the references of a group."""
    best = np.array([(reference.value, *reference.lower) for reference in known])
    proven = np.array([reference.proven for reference in known])
    better = np.array([tuple(theirs) > tuple(ours) for theirs, ours in zip(best, placed, strict=True)])
    lost = 100 * ((best - placed) / pods[:, np.newaxis]).mean(axis=0)
    shares = (proven & ~better, better, better & proven, ~better & ~proven)
    return Line(
        score, group, len(known), int(proven.sum()), tuple(lost.tolist()), *(float(100 * s.mean()) for s in shares)
    )


def groups(instances: Sequence[Instance]) -> dict[str, list[int]]:
    """Return the instances' indices by size, by demand, and all."""
    found: dict[str, list[int]] = {"all": list(range(len(instances)))}
    for index, instance in enumerate(instances):
        nodes, per_node, demand, mix = instance.family.split()
        for group in (f"{nodes} {per_node}", demand, mix):
            found.setdefault(group, []).append(index)
    return found


def lines(problem: PodPacking, known: Sequence[Reference], sources: Mapping[str, str], split: Split) -> list[Line]:
    """Return a line per score and group."""
    instances = problem.instances(split)
    pods, found = np.array([instance.scale for instance in instances]), []
    for name, source in sources.items():
        placed = counts(problem, compile_rules(source, problem.signatures).functions, instances)
        for group, members in groups(instances).items():
            chosen = [known[index] for index in members]
            found.append(line(name, group, placed[members], chosen, pods[members]))
    return found


def speed(problem: PodPacking) -> tuple[float, float]:
    """Return the CPU seconds to make all placements of train, by compiled kernels and by plain Python."""
    instances, source = problem.instances(Split.TRAIN), list(problem.baselines.values())[-1]
    names: dict[str, Rule] = {}
    exec(source, {}, names)
    plain = [names[signature.name] for signature in problem.signatures]
    seconds = []
    for functions, times in ((compile_rules(source, problem.signatures).functions, 100), (plain, 3)):
        problem.construct(functions, instances[0])
        started = time.process_time()
        for _ in range(times):
            for instance in instances:
                problem.construct(functions, instance)
        seconds.append((time.process_time() - started) / times)
    return seconds[0], seconds[1]


def table(found: Sequence[Line]) -> Table:
    """Return a row per score and group."""
    shown = Table(
        "group", "score", "n", "proven", "high", "middle", "low", "certified", "improved", "(proven)", "neither"
    )
    for one in sorted(found, key=lambda one: one.group):
        numbers = (*one.lost, one.certified, one.improved, one.improved_proven, one.undecided)
        shown.add_row(one.group, one.score, str(one.instances), str(one.proven), *(f"{x:.2f}" for x in numbers))
    return shown


def main() -> None:
    """Measure, print tables, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problem", choices=list(KINDS), default="pods")
    parser.add_argument("--split", type=Split, default=Split.TEST)
    parser.add_argument("--candidates", nargs="*", type=Path, default=[])
    parser.add_argument("--references", type=Path, help="a file that keeps them")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    problem = KINDS[options.problem]()
    with tempfile.TemporaryDirectory() as folder:
        kept = options.references or Path(folder) / "references.sqlite"
        known = references(problem, problem.instances(options.split), kept)
    sources = {**problem.baselines, **{file.stem: file.read_text() for file in options.candidates}}
    found = lines(problem, known, sources, options.split)
    console = Console(width=140)
    console.print(table(found))
    fast, slow = speed(problem)
    console.print(f"placements of train: {fast:.5f} CPU s, plain {slow:.4f} CPU s, {slow / fast:.0f} times faster")
    spent = sum(reference.seconds for reference in known)
    console.print(f"references: {spent:.0f} CPU s, {sum(r.proven for r in known)} of {len(known)} proven")
    if options.json:
        measured = {"lines": [asdict(one) for one in found], "seconds": [fast, slow], "references": spent}
        options.json.write_text(json.dumps(measured, indent=1) + "\n")


if __name__ == "__main__":
    main()
