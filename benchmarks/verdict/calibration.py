"""How often is a verdict wrong, and how often does it tell a difference that is there?

Runs of different length on single machine total tardiness, each with training, validation and test instances of its
own, and runs on a problem on which no rule is better than another (`lottery.py`). The verdict of each is compared with
the truth: the mean difference of the found rule and the verdict's rival on 4,000 fresh instances of the test's mix of
sizes; in the lottery it is zero, so that all that is called certain there is wrong.

    python benchmarks/verdict/calibration.py --folder out [--lengths 10 30 100 300 1000] [--seeds 6] [--null 20]
        [--first 0] [--json FILE]

The figures of the README (`calibration.json`) are of smtt's 780 test instances; with 200, as before, two of five
(0.35 and 0.36 points) were not called.

A run that is done is a line of out/runs.jsonl, and is not made again.
"""

import argparse
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from evaluators import InstanceSet, references
from evaluators.language import compile_rules
from evaluators.scoring import relative_gaps
from evaluators.statistics import mean_interval
from evo.analysis.verdict import Finding, Verdict, verdict
from evo.config.compose import compose
from evo.runs.run import run
from evo.store import RunStore
from problems import Sense, Split
from problems.smtt import Smtt

HERE = Path(__file__).parent
RUNS = "runs.jsonl"
FRESH_SEED = 2029
FRESH = ((100, 120), (200, 60), (500, 20))
"""Jobs with instances a class of 20, in the shares of smtt's test."""
LARGE = 0.1
"""A true difference above so many points is to be called."""
SMTT = ("problem=smtt", "problem.validation=[[100,12],[200,6]]")
NULL = ("problem=lottery", "problem.train=40", "problem.validation=40", "problem.test=200", "budget.candidates=100")


@dataclass(frozen=True, slots=True)
class Judged:
    """A run, what its verdict says, in points, and the truth: the mean on fresh instances with its interval's ends."""

    name: str
    finding: str
    rival: str
    difference: float
    truth: float
    low: float
    high: float

    @property
    def is_certain(self) -> bool:
        """Whether the verdict tells which is better."""
        return self.finding in (Finding.BETTER, Finding.WORSE)

    @property
    def is_wrong(self) -> bool:
        """Whether it tells so, and it is not."""
        sign = -1 if self.finding == Finding.BETTER else 1
        return self.is_certain and sign * self.truth <= 0

    @property
    def is_large(self) -> bool:
        """Whether the true difference is one that is to be called."""
        return abs(self.truth) > LARGE


class Truth:
    """Fresh instances with their optima, and what rules reach on them."""

    def __init__(self, kept: Path) -> None:
        self.problem = Smtt(seed=FRESH_SEED, test=FRESH)
        instances = tuple(self.problem.instances(Split.TEST))
        self.known = InstanceSet(Split.TEST, instances, references(self.problem, instances, kept))
        self.gaps: dict[str, NDArray[np.float64]] = {}

    def difference(self, found: str, rival: str) -> tuple[float, float, float]:
        """Return the mean difference in points and the ends of its interval."""
        interval = mean_interval(self._gaps(found) - self._gaps(rival))
        return interval.estimate, interval.low, interval.high

    def _gaps(self, source: str) -> NDArray[np.float64]:
        if source not in self.gaps:
            rules = compile_rules(source, self.problem.signatures)
            built = (self.problem.construct(rules.functions, i) for i in self.known.instances)
            values = [self.problem.objective(i, one) for i, one in zip(self.known.instances, built, strict=True)]
            rules.check()
            self.gaps[source] = 100 * relative_gaps(Sense.MINIMISE, np.array(values), self.known)
        return self.gaps[source]


def plans(options: argparse.Namespace) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the name and the settings of each run."""
    for seed in range(options.first, options.first + options.seeds):
        for length in options.lengths:
            own = (f"seed={seed}", f"problem.seed={1000 + 100 * seed + length % 97}")
            yield f"smtt-{length}-s{seed}", (*SMTT, *options.overrides, f"budget.candidates={length}", *own)
    for seed in range(options.first, options.first + options.null):
        yield f"null-s{seed}", (*NULL, f"seed={seed}", f"problem.seed={seed}")


def found(name: str, settings: Sequence[str], folder: Path) -> tuple[str, Verdict]:
    """Make a run; return its rule and its verdict."""
    folder = folder / name
    folder.mkdir(parents=True, exist_ok=True)
    ended = run(compose(list(settings), str(HERE)), folder, Console(file=io.StringIO()))
    with RunStore.open_folder(folder) as store:
        return ended.best.source, verdict(store)


def judged(name: str, source: str, told: Verdict, truth: Truth) -> Judged:
    """Compare a verdict with the truth."""
    rival, shown = told.rival or "", told.difference
    true = (0.0, 0.0, 0.0) if name.startswith("null") else truth.difference(source, truth.problem.baselines[rival])
    return Judged(name, told.finding, rival, 100 * shown.estimate if shown else 0.0, *true)


def counts(all_of_them: Sequence[Judged]) -> Mapping[str, float]:
    """Return how many verdicts are certain and wrong, and how many large differences are called."""
    certain = [one for one in all_of_them if one.is_certain]
    large = [one for one in all_of_them if one.is_large]
    return {
        "runs": len(all_of_them),
        "certain": len(certain),
        "wrong": sum(one.is_wrong for one in certain),
        "large": len(large),
        "called": sum(one.is_certain and not one.is_wrong for one in large),
    }


def table(title: str, groups: Mapping[str, Sequence[Judged]]) -> Table:
    """Return a row for each group of runs."""
    shown = Table("runs of", "runs", "certain", "of these wrong", f"true difference > {LARGE}", "of these called")
    shown.title = title
    for name, one in groups.items():
        shown.add_row(name, *(str(count) for count in counts(one).values()))
    return shown


def main() -> None:
    """Make the runs, print the counts, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--lengths", type=int, nargs="+", default=[10, 30, 100, 300, 1000])
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--null", type=int, default=20)
    parser.add_argument("--overrides", nargs="*", default=[])
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    console, file = Console(width=120), options.folder / RUNS
    options.folder.mkdir(parents=True, exist_ok=True)
    lines = file.read_text().splitlines() if file.exists() else []
    done = {one.name: one for one in (Judged(**json.loads(line)) for line in lines)}
    truth = Truth(options.folder / "fresh.sqlite")
    for name, settings in plans(options):
        if name not in done:
            done[name] = judged(name, *found(name, settings, options.folder), truth)
            with file.open("a") as kept:
                kept.write(json.dumps(asdict(done[name])) + "\n")
            console.print(done[name], soft_wrap=True)
    groups: dict[str, list[Judged]] = {}
    for one in done.values():
        group = "no rule is better" if one.name.startswith("null") else f"{one.name.split('-')[1]} candidates"
        groups.setdefault(group, []).append(one)
    console.print(table("verdicts against the truth", {**groups, "all": list(done.values())}))
    if options.json:
        every = {"counts": counts(list(done.values())), "runs": [asdict(one) for one in done.values()]}
        options.json.write_text(json.dumps(every, indent=1) + "\n")


if __name__ == "__main__":
    main()
