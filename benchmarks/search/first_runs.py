"""Does the first run find a rule that beats MDD (with SPT ties, so = PSK) on instances that it never saw?

For each seed the main job runs whole; its best rule, MDD, MDDC and a hand-made rule then dispatch fresh instances
(another generator seed, the paper's 20 classes, n >= 100). One set of them says which run is the best, the second and
so on; all figures come from a second set, by which nothing was chosen. Differences to MDD are paired by instance, their
95 % intervals come from 10,000 bootstrap resamples: of the mean gap, and of the ratio of sums.

    python benchmarks/search/first_runs.py [--seeds 10] [--overrides budget.candidates=500 …] [--json FILE]
    python benchmarks/search/first_runs.py --rescore FILE [--json FILE]     # the rules of an earlier FILE, no runs
"""

import argparse
import io
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from fresh import FRESH_SEED, UNSEEN_SEED, fresh_set, values
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from evaluators.scoring import relative_gaps
from evaluators.statistics import mean_interval, ratio_interval
from evo.config.compose import compose
from evo.runs.run import run
from problems import Sense
from problems.smtt.baselines import PRIORITY

HAND_MADE = f"{PRIORITY.header()}\n    return max(t + p, d) + 0.04 * w_late\n"


@dataclass(frozen=True, slots=True)
class Arm:
    """One rule against MDD on instances that chose nothing; gaps and ratios in per cent, intervals of the difference.

    `choice_gap` is the gap on the instances that put the runs in order.
    """

    seed: int
    found: str
    choice_gap: float
    gap: float
    gap_low: float
    gap_high: float
    ratio: float
    ratio_low: float
    ratio_high: float
    seconds: float

    @property
    def beats(self) -> bool:
        """Whether both intervals lie below zero."""
        return self.gap_high < 0 and self.ratio_high < 0


class Fresh:
    """A set of fresh instances and what MDD reaches on them."""

    def __init__(self, folder: Path, seed: int) -> None:
        folder.mkdir()
        self.problem, self.known = fresh_set(folder, seed)
        self.mdd = self.values(self.problem.baselines["MDD"])

    def values(self, source: str) -> NDArray[np.float64]:
        """Return the objectives of a rule, shape (instances,)."""
        return values(self.problem, self.known, source)

    def gaps(self, own: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return gaps in per cent, shape (instances,)."""
        return 100 * relative_gaps(Sense.MINIMISE, own, self.known)


def against(choosing: Fresh, unseen: Fresh, seed: int, name: str, source: str, seconds: float) -> Arm:
    """Compare a rule with MDD, paired by instance; `name` is what the arm is known by."""
    own, sums = unseen.values(source), unseen.known.reference_values()
    gaps = unseen.gaps(own)
    gap = mean_interval(gaps - unseen.gaps(unseen.mdd))
    ratio = ratio_interval(100 * (own - unseen.mdd), sums)
    choice, total = choosing.gaps(choosing.values(source)).mean(), 100 * (own - sums).sum() / sums.sum()
    return Arm(
        seed, name, float(choice), float(gaps.mean()), gap.low, gap.high, float(total), ratio.low, ratio.high, seconds
    )


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
    return [(arm["seed"], arm["found"], arm["seconds"]) for arm in json.loads(file.read_text()) if arm["seed"] >= 0]


def main() -> None:
    """Run the seeds, print a table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--overrides", nargs="*", default=[])
    parser.add_argument("--rescore", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        choosing, unseen = Fresh(folder / "choosing", FRESH_SEED), Fresh(folder / "unseen", UNSEEN_SEED)
        baselines = unseen.problem.baselines
        controls = {"MDD": baselines["MDD"], "MDDC": baselines["MDDC"], "hand-made": HAND_MADE}
        mdd, mddc, by_hand = (against(choosing, unseen, -1, name, source, 0.0) for name, source in controls.items())
        rules = (
            earlier_rules(options.rescore)
            if options.rescore
            else found_rules(options.first, options.seeds, options.overrides, folder)
        )
        arms = []
        for seed, source, seconds in rules:
            arms.append(against(choosing, unseen, seed, source, source, seconds))
            console.print(asdict(arms[-1]), soft_wrap=True)
    best, *others = sorted(arms, key=lambda arm: arm.choice_gap)
    rows = (mdd, mddc, best, by_hand, *others)  # the control stands beside the best
    title = f"{unseen.mdd.size} instances that chose nothing"
    table = Table(
        "rule", "choosing gap %", "gap %", "less MDD's, 95 %", "ratio %", "less MDD's, 95 %", "s", title=title
    )
    for arm in rows:
        name = arm.found if arm.seed < 0 else f"seed {arm.seed}"
        gap, ratio = (f"[{low:+.3f}, {high:+.3f}]" for low, high in _intervals(arm))
        figures = (f"{arm.choice_gap:.3f}", f"{arm.gap:.3f}", gap, f"{arm.ratio:.3f}", ratio, f"{arm.seconds:.0f}")
        table.add_row(name, *figures)
    console.print(table, f"{sum(arm.beats for arm in arms)} of {len(arms)} seeds beat MDD in both figures")
    if options.json:
        options.json.write_text(json.dumps([asdict(arm) for arm in rows], indent=1) + "\n")


def _intervals(arm: Arm) -> tuple[tuple[float, float], tuple[float, float]]:
    return (arm.gap_low, arm.gap_high), (arm.ratio_low, arm.ratio_high)


if __name__ == "__main__":
    main()
