"""Are first runs worse than those of an earlier version? Both find a rule, and this version scores both on test.

For each problem and seed `evo run` of both versions makes as many candidates as given, with the defaults of each. The
difference of the two gaps on the test instances is paired by instance, with a 95 % interval (in `versions.json` still
of 10,000 bootstrap resamples); below 0 where this version is better. The problem's best baseline on test stands beside
them. Of an objective with levels the first one is compared.

    python benchmarks/search/versions.py --folder out --before PLACE/.venv/bin/evo [--problems obp jobshop vmr pods]
        [--seeds 3] [--first 0] [--candidates 400] [--json FILE]

PLACE is a checkout of the earlier version with its environment. A run that is done is kept in `out` and not made again.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from evaluators import InstanceSet
from evaluators.language import compile_rules
from evaluators.scoring import relative_gaps
from evaluators.statistics import Interval, mean_interval
from evo.config.compose import compose
from evo.runs.build import instance_sets
from problems import Problem, Split

FOUND = "best.py"


@dataclass(frozen=True, slots=True)
class Pair:
    """The test gaps in per cent of what both versions found from one seed, and how far ours is above the other."""

    problem: str
    seed: int
    now: float
    before: float
    difference: Interval
    best_baseline: str
    baseline: float


class Judge:
    """The test instances of a problem, and the gaps of rules on them."""

    def __init__(self, name: str, folder: Path) -> None:
        settings = compose([f"problem={name}"])
        self.problem: Problem = settings.problem
        self.known: InstanceSet = instance_sets(settings, folder, Console(stderr=True), (Split.TEST,))[Split.TEST]
        baselines = {baseline: float(self.gaps(source).mean()) for baseline, source in self.problem.baselines.items()}
        self.best_baseline = min(baselines, key=lambda baseline: baselines[baseline])
        self.baseline = baselines[self.best_baseline]

    def gaps(self, source: str) -> NDArray[np.float64]:
        """Return the gaps in per cent, shape (instances,)."""
        rules = compile_rules(source, self.problem.signatures)
        solutions = [self.problem.construct(rules.functions, instance) for instance in self.known.instances]
        rules.check()
        pairs = zip(self.known.instances, solutions, strict=True)
        values = np.array([self.problem.objective(instance, solution) for instance, solution in pairs])
        return 100 * relative_gaps(self.problem.sense, values, self.known)


@cache
def judge(name: str, folder: Path) -> Judge:
    """Return the judge of a problem; `folder` keeps references."""
    return Judge(name, folder)


def found(evo: Path, folder: Path, problem: str, seed: int, candidates: int) -> str:
    """Return the rule of a run, which is made where it is not there yet."""
    place = folder / f"{problem}-s{seed}-c{candidates}"
    if not (place / FOUND).exists():
        wanted = (f"problem={problem}", f"seed={seed}", f"budget.candidates={candidates}", f"hydra.run.dir={place}")
        subprocess.run((evo, "run", *wanted), check=True, stdout=subprocess.DEVNULL)
    return (place / FOUND).read_text(encoding="utf-8")


def pair(options: argparse.Namespace, problem: str, seed: int) -> Pair:
    """Make both runs and score them."""
    versions: Mapping[str, Path] = {"now": Path(sys.executable).with_name("evo"), "before": options.before}
    judged = judge(problem, options.folder)
    now, before = (
        judged.gaps(found(evo, options.folder / version, problem, seed, options.candidates))
        for version, evo in versions.items()
    )
    gaps = float(now.mean()), float(before.mean())
    return Pair(problem, seed, *gaps, mean_interval(now - before), judged.best_baseline, judged.baseline)


def commit(place: Path) -> str:
    """Return the commit that is checked out at a place."""
    asked = ("git", "-C", str(place), "rev-parse", "--short", "HEAD")
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()


def row(one: Pair) -> tuple[str, ...]:
    """Return the cells of a pair."""
    interval = f"[{one.difference.low:+.3f}, {one.difference.high:+.3f}]"
    gaps = (f"{one.now:.3f}", f"{one.before:.3f}", f"{one.difference.estimate:+.3f} {interval}")
    return (one.problem, str(one.seed), *gaps, f"{one.best_baseline} {one.baseline:.3f}")


def main() -> None:
    """Make the runs, print a table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--before", type=Path, required=True)
    parser.add_argument("--problems", nargs="+", default=["obp", "jobshop", "vmr", "pods"])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--candidates", type=int, default=400)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if not options.before.is_file():
        parser.error(f"Expected the `evo` of another checkout's environment in --before, got {options.before}.")
    options.folder = options.folder.resolve()
    console = Console(width=120)
    shown = Table("problem", "seed", "now, gap %", "before, gap %", "difference, 95 %", "best baseline, gap %")
    pairs = []
    for problem in options.problems:
        for seed in range(options.first, options.first + options.seeds):
            pairs.append(pair(options, problem, seed))
            shown.add_row(*row(pairs[-1]))
            console.print(*row(pairs[-1]), sep="  ", highlight=False)
    console.print(shown)
    if options.json:
        places = {"now": Path(__file__).parent, "before": options.before.parents[2]}
        commits = {version: commit(place) for version, place in places.items()}
        content = {"commits": commits, "candidates": options.candidates, "pairs": [asdict(one) for one in pairs]}
        options.json.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
