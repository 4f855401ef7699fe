"""How far mixed-integer programming gets on 1||ΣTj: six models in PuLP, solved by HiGHS on one thread.

First one instance of each of the paper's 20 classes with 20 jobs under every model, the anchor paper's own among them
(`keha`, `keha+vi`); then growing sizes under the better ones, beside the exact algorithm. Every model gets the same
start (descents from MDD and a local search). The limit is in wall seconds, figures are CPU seconds to build and solve:
on a busy machine a model gets less than its limit, so the summary counts the unproven solves that had under 90 % of it.

    python benchmarks/smtt_mip.py [--limit 10] [--large-limit 30] [--models arcflow positional …] [--json FILE]
"""

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path

from rich.console import Console
from rich.table import Table

from problems import Split
from problems.smtt import exact
from problems.smtt.generator import RANGES, TARDINESS_FACTORS, instance
from problems.smtt.mip import MipModel, solve_mip

SEED = 2510
CLASSES = tuple(product(RANGES, TARDINESS_FACTORS[Split.TEST]))
LARGE_CLASSES = ((0.2, 0.6), (0.4, 0.4), (0.8, 0.8))
LARGE = (30, 50, 100)
LARGE_MODELS = (MipModel.ARC_FLOW, MipModel.PRICED, MipModel.ORDERED, MipModel.POSITIONAL)


@dataclass(frozen=True, slots=True)
class Solve:
    """One model on one instance, beside the exact algorithm (its seconds, and its proven optimum)."""

    n: int
    rdd: float
    tf: float
    model: str
    limit: float
    value: int
    bound: int
    proven: bool
    status: str
    nodes: int
    seconds: float
    optimum: int
    exact_seconds: float


def solves(n: int, classes: Iterable[tuple[float, float]], models: Sequence[str], limit: float) -> list[Solve]:
    """Solve one instance per class by each model; stops where a claim contradicts the exact algorithm."""
    found = []
    for rdd, tf in classes:
        p, d = instance(SEED, Split.TEST, n, rdd, tf, 0).arrays
        proof = exact.solve(p, d)
        assert proof.proven, proof
        for model in models:
            mip = solve_mip(p, d, model=model, time_limit=limit)
            assert mip.bound <= proof.value <= mip.value, (proof, mip)
            outcome = (mip.value, mip.bound, mip.proven, mip.status, mip.nodes, mip.seconds)
            found.append(Solve(n, rdd, tf, model, limit, *outcome, proof.value, proof.seconds))
            print(found[-1], flush=True)
    return found


def instance_table(found: Sequence[Solve]) -> Table:
    """Return a row per solve."""
    table = Table("n", "RDD", "TF", "model", "value", "bound", "proven", "nodes", "CPU s", "optimum", "exact CPU s")
    for one in found:
        row = (one.n, one.rdd, one.tf, one.model, one.value, one.bound, "yes" if one.proven else "", one.nodes)
        table.add_row(*map(str, row), f"{one.seconds:.2f}", str(one.optimum), f"{one.exact_seconds:.3f}")
    return table


def summary_table(found: Sequence[Solve]) -> Table:
    """Return a row per size and model."""
    table = Table(
        "n", "model", "limit s", "proven", "median CPU s", "max CPU s", "starved", "bound / optimum", title="summary"
    )
    for n, model in dict.fromkeys((one.n, one.model) for one in found):
        group = [one for one in found if (one.n, one.model) == (n, model)]
        seconds = sorted(one.seconds for one in group)
        share = sum(one.bound for one in group) / max(1, sum(one.optimum for one in group))
        proven = f"{sum(one.proven for one in group)} of {len(group)}"
        times = (f"{seconds[len(seconds) // 2]:.2f}", f"{seconds[-1]:.2f}")
        starved = sum(not one.proven and one.seconds < 0.9 * one.limit for one in group)
        table.add_row(str(n), model, f"{group[0].limit:g}", proven, *times, str(starved), f"{share:.2%}")
    return table


def main() -> None:
    """Measure, print tables, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=float, default=10.0)
    parser.add_argument("--large-limit", type=float, default=30.0)
    parser.add_argument("--models", nargs="*", default=list(MipModel))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found = solves(20, CLASSES, options.models, options.limit)
    for n in LARGE:
        models = [model for model in LARGE_MODELS if model in options.models]
        found += solves(n, LARGE_CLASSES, models, options.large_limit)
    console = Console(width=120)
    console.print(instance_table(found))
    console.print(summary_table(found))
    if options.json:
        options.json.write_text(json.dumps([asdict(one) for one in found], indent=1) + "\n")


if __name__ == "__main__":
    main()
