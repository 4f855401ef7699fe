"""Is the rule of a first run better than the textbooks' and than one line by hand, on instances that it never saw?

For each seed the main job runs whole; its rule and the controls then dispatch fresh instances of the 20 classes with
proven optima: 4,000 of 100 and 200 jobs, and 500 of 500 jobs, by which nothing is chosen. Differences to a control are
paired by instance, with 95 % intervals. The runs are put in order by 220 other instances.

    python benchmarks/search/first_runs.py [--seeds 10] [--first 20] [--overrides budget.candidates=500 …]
        [--references FILE] [--json FILE]
    python benchmarks/search/first_runs.py --rescore FILE [--json FILE]     # the rules of an earlier FILE, no runs

FILE of references keeps the optima, which take three minutes, for the next time.
"""

import argparse
import io
import json
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from fresh import CHOOSING, UNSEEN, fresh_set, values
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from evaluators import InstanceSet
from evaluators.scoring import relative_gaps
from evaluators.statistics import Interval, mean_interval
from evo.config.compose import compose
from evo.runs.run import run
from problems import Sense
from problems.smtt import Smtt
from problems.smtt.baselines import PRIORITY

BY_HAND, BY_HAND_WITH_SHARE = "max(t + p, d) + 0.04 * w_late", "max(t + p, d) + 0.055 * late_share * w_late"
CONTROLS = ("MDD", "MDDC", BY_HAND, BY_HAND_WITH_SHARE)


@dataclass(frozen=True, slots=True)
class Scored:
    """The mean gap of a rule on one set in per cent, and how far it is above each control's."""

    gap: float
    above: Mapping[str, Interval]


@dataclass(frozen=True, slots=True)
class FirstRun:
    """One run: its rule, the gap in per cent on the instances that order the runs, and its scores by unseen set."""

    seed: int
    found: str
    seconds: float
    choosing: float
    unseen: Mapping[str, Scored]


class Fresh:
    """A set of fresh instances and the gaps of the controls on them."""

    def __init__(self, problem: Smtt, known: InstanceSet) -> None:
        self.problem = problem
        self.known = known
        self.controls = {name: self.gaps(control_source(problem, name)) for name in CONTROLS}

    def gaps(self, source: str) -> NDArray[np.float64]:
        """Return the gaps of a rule in per cent, shape (instances,)."""
        return 100 * relative_gaps(Sense.MINIMISE, values(self.problem, self.known, source), self.known)

    def scored(self, source: str) -> Scored:
        """Compare a rule with every control, paired by instance."""
        gaps = self.gaps(source)
        return Scored(float(gaps.mean()), {name: mean_interval(gaps - other) for name, other in self.controls.items()})


def control_source(problem: Smtt, name: str) -> str:
    """Return the source of a control: a baseline's, or that of an expression."""
    return problem.baselines.get(name) or f"{PRIORITY.header()}\n    return {name}\n"


def found_rules(first: int, seeds: int, overrides: Sequence[str], folder: Path) -> Iterator[tuple[int, str, float]]:
    """Make the runs; yield seed, the best rule and wall seconds of each."""
    for seed in range(first, first + seeds):
        began = time.monotonic()
        run_folder = folder / f"seed{seed}"
        run_folder.mkdir()
        settings = compose(["experiment=first", f"seed={seed}", *overrides])
        yield seed, run(settings, run_folder, Console(file=io.StringIO())).best.source, time.monotonic() - began


def earlier_rules(file: Path) -> list[tuple[int, str, float]]:
    """Return seed, rule and seconds of the runs in a file that this wrote."""
    return [(one["seed"], one["found"], one["seconds"]) for one in json.loads(file.read_text())["runs"]]


def table(runs: Sequence[FirstRun], fresh: Mapping[str, Fresh]) -> Table:
    """Return a row a control and a run: the gap on each set, and the differences to the controls."""
    size = " and ".join(f"{one.known.reference_values().size} of {name} jobs" for name, one in fresh.items())
    shown = Table("rule", title=f"{size}, that chose nothing")
    for name in fresh:
        shown.add_column(f"gap % at {name}")
        for control in CONTROLS:
            shown.add_column(f"less {control}'s")
    for control in CONTROLS:
        cells = [(f"{one.controls[control].mean():.3f}", *("" for _ in CONTROLS)) for one in fresh.values()]
        shown.add_row(control, *(cell for row in cells for cell in row))
    for one in runs:
        scores = [
            (f"{each.gap:.3f}", *(ends(interval) for interval in each.above.values())) for each in one.unseen.values()
        ]
        shown.add_row(f"seed {one.seed}", *(cell for row in scores for cell in row))
    return shown


def ends(interval: Interval) -> str:
    """Return the ends of an interval."""
    return f"[{interval.low:+.3f}, {interval.high:+.3f}]"


def certainly_better(runs: Sequence[FirstRun], name: str, control: str) -> int:
    """Return how many rules have a smaller gap than a control, by an interval that excludes zero."""
    return sum(run.unseen[name].above[control].below_zero for run in runs)


def main() -> None:
    """Run the seeds, print a table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=20)
    parser.add_argument("--overrides", nargs="*", default=[])
    parser.add_argument("--references", type=Path)
    parser.add_argument("--rescore", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        kept = options.references or folder / "references.sqlite"
        choosing = Fresh(*fresh_set(kept, *CHOOSING))
        fresh = {name: Fresh(*fresh_set(kept, *drawn)) for name, drawn in UNSEEN.items()}
        rules = (
            earlier_rules(options.rescore)
            if options.rescore
            else found_rules(options.first, options.seeds, options.overrides, folder)
        )
        runs = []
        for seed, source, seconds in rules:
            choice = float(choosing.gaps(source).mean())
            scores = {name: one.scored(source) for name, one in fresh.items()}
            runs.append(FirstRun(seed, source, seconds, choice, scores))
            console.print(asdict(runs[-1]), soft_wrap=True)
    runs.sort(key=lambda one: one.choosing)
    console.print(table(runs, fresh))
    for name, control in ((name, control) for name in fresh for control in CONTROLS):
        certain = certainly_better(runs, name, control)
        console.print(f"{certain} of {len(runs)} are certainly better than {control} at {name} jobs", highlight=False)
    if options.json:
        controls = {
            name: {control: float(gaps.mean()) for control, gaps in one.controls.items()} for name, one in fresh.items()
        }
        text = json.dumps({"controls": controls, "runs": [asdict(one) for one in runs]}, indent=1)
        options.json.write_text(text + "\n")


if __name__ == "__main__":
    main()
