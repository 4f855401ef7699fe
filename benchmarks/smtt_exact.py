"""How fast the exact algorithm for 1||ΣTj proves optima: all 20 classes of the generator, ten instances each.

CPU seconds of one core, without the loading of kernels; nodes are subproblems opened; root gap is the distance of the
prices' bound from the optimum, over the sum of optima. Peak memory is that of the whole process so far.

    python benchmarks/smtt_exact.py [--sizes 100 200 500] [--stretch] [--json FILE]

`--stretch` adds n = 1,000: three instances a class, and the three classes named hardest once more on their own.
"""

import argparse
import json
import resource
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from problems import Instance, Split
from problems.smtt.exact import Proof, solve
from problems.smtt.generator import instances

SEED = 1977  # of the instances; no other benchmark or run draws from it
REPLICATES, STRETCH_REPLICATES, STRETCH = 10, 3, 1000
HARD = ("tf=0.6 rdd=0.2", "tf=0.8 rdd=0.2", "tf=0.6 rdd=0.6")
BARS = {100: (np.inf, 0.3), 200: (np.inf, 1.0), 500: (0.5, 10.0), STRETCH: (10.0, 60.0)}  # median, maximum; seconds
MOST_MIB = 2048


@dataclass(frozen=True, slots=True)
class Row:
    """One set of instances; seconds are CPU seconds."""

    name: str
    jobs: int
    instances: int
    proven: int
    median: float
    mean: float
    p90: float
    maximum: float
    mean_nodes: float
    most_nodes: int
    root_gap_per_cent: float
    peak_mib: float

    @property
    def passes(self) -> bool:
        """Whether all are proven within the bars."""
        median, maximum = BARS.get(self.jobs, (np.inf, np.inf))
        in_time = self.median < median and self.maximum < maximum
        return self.proven == self.instances and in_time and self.peak_mib < MOST_MIB


def row(name: str, jobs: int, proofs: Sequence[Proof]) -> Row:
    """Return the figures of one set."""
    seconds = np.array([proof.seconds for proof in proofs])
    nodes = [proof.nodes for proof in proofs]
    values, bounds = sum(proof.value for proof in proofs), sum(proof.root_bound for proof in proofs)
    return Row(
        name=name,
        jobs=jobs,
        instances=len(proofs),
        proven=sum(proof.proven for proof in proofs),
        median=round(float(np.median(seconds)), 4),
        mean=round(float(seconds.mean()), 4),
        p90=round(float(np.quantile(seconds, 0.9)), 4),
        maximum=round(float(seconds.max()), 4),
        mean_nodes=round(float(np.mean(nodes)), 1),
        most_nodes=max(nodes),
        root_gap_per_cent=round(100 * (values - bounds) / max(1, values), 4),
        peak_mib=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    )


def rows(sizes: Sequence[int], stretch: bool) -> Iterator[Row]:
    """Solve the sets one after the other."""
    for jobs in sizes:
        yield row("20 classes", jobs, proofs(instances(SEED, Split.TEST, ((jobs, REPLICATES),))))
    if stretch:
        drawn = instances(SEED, Split.TEST, ((STRETCH, STRETCH_REPLICATES),))
        found = proofs(drawn)
        yield row("20 classes", STRETCH, found)
        for family in HARD:
            hard = [proof for i, proof in zip(drawn, found, strict=True) if i.family.startswith(family)]
            yield row(family, STRETCH, hard)


def proofs(drawn: Sequence[Instance]) -> list[Proof]:
    """Return the proofs of instances, without limits."""
    return [solve(*instance.arrays) for instance in drawn]


def main() -> None:
    """Measure, print a table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[100, 200, 500])
    parser.add_argument("--stretch", action="store_true")
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    options = parser.parse_args()
    heads = (
        "set",
        "n",
        "instances",
        "proven",
        "median s",
        "mean s",
        "p90 s",
        "max s",
        "nodes",
        "root gap %",
        "MiB",
        "bar",
    )
    table = Table(*heads, title="1||ΣTj to proven optimality, CPU seconds of one core")
    found = []
    for measured in rows(options.sizes, options.stretch):
        found.append(measured)
        seconds = (f"{value:.3f}" for value in (measured.median, measured.mean, measured.p90, measured.maximum))
        counts = (str(value) for value in (measured.jobs, measured.instances, measured.proven))
        rest = (f"{measured.mean_nodes:,.0f}", f"{measured.root_gap_per_cent:.3f}", f"{measured.peak_mib:.0f}")
        table.add_row(measured.name, *counts, *seconds, *rest, "met" if measured.passes else "missed")
    Console().print(table)
    options.json.write_text(json.dumps([asdict(measured) for measured in found], indent=1) + "\n")
    sys.exit(not all(measured.passes for measured in found))


if __name__ == "__main__":
    main()
