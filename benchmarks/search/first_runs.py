"""Does the first run find a rule that beats MDD (with SPT ties, so = PSK) on instances that it never saw?

For each seed the main job runs whole; its best rule, MDD, MDDC and a hand-made rule then dispatch fresh instances
(another generator seed, the paper's 20 classes, n >= 100). Differences to MDD are paired by instance, their 95 %
intervals come from 10,000 bootstrap resamples: of the mean gap, and of the ratio of sums.

    python benchmarks/search/first_runs.py [--seeds 10] [--overrides budget.candidates=500 …] [--json FILE]
"""

import argparse
import io
import json
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from fresh import fresh_set, values
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from evaluators import InstanceSet
from evaluators.scoring import relative_gaps
from evaluators.statistics import mean_interval, ratio_interval
from evo.config.compose import compose
from evo.runs.run import run
from problems import Sense
from problems.smtt.baselines import PRIORITY

HAND_MADE = f"{PRIORITY.header()}\n    return max(t + p, d) + 0.04 * w_late\n"


@dataclass(frozen=True, slots=True)
class Arm:
    """One rule against MDD on the fresh instances; gaps and ratios in per cent, intervals of the difference."""

    seed: int
    found: str
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


def against(
    mdd: NDArray[np.float64], own: NDArray[np.float64], known: InstanceSet, seed: int, source: str, seconds: float
) -> Arm:
    """Compare a rule with MDD, paired by instance."""
    gaps = relative_gaps(Sense.MINIMISE, own, known)
    sums = known.reference_values()
    gap = mean_interval(100 * (gaps - relative_gaps(Sense.MINIMISE, mdd, known)))
    ratio = ratio_interval(100 * (own - mdd), sums)
    total = 100 * float((own - sums).sum() / sums.sum())
    return Arm(seed, source, 100 * float(gaps.mean()), gap.low, gap.high, total, ratio.low, ratio.high, seconds)


def main() -> None:
    """Run the seeds, print a table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--overrides", nargs="*", default=[])
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory() as temporary:
        problem, known = fresh_set(Path(temporary))
        mdd = values(problem, known, problem.baselines["MDD"])
        arms = []
        for seed in range(options.first, options.first + options.seeds):
            began = time.monotonic()
            folder = Path(temporary) / f"seed{seed}"
            folder.mkdir()
            settings = compose(["experiment=first", f"seed={seed}", *options.overrides])
            source = run(settings, folder, Console(file=io.StringIO())).best.source
            seconds = time.monotonic() - began
            arms.append(against(mdd, values(problem, known, source), known, seed, source, seconds))
            console.print(asdict(arms[-1]), soft_wrap=True)
        controls = {"MDD": problem.baselines["MDD"], "MDDC": problem.baselines["MDDC"], "hand-made": HAND_MADE}
        compared = [
            against(mdd, values(problem, known, source), known, -1, name, 0.0) for name, source in controls.items()
        ]
    table = Table("rule", "gap %", "less MDD's, 95 %", "ratio %", "less MDD's, 95 %", "s", title=f"{mdd.size} fresh")
    for arm in (*compared, *arms):
        name = arm.found if arm.seed < 0 else f"seed {arm.seed}"
        gap, ratio = (f"[{low:+.3f}, {high:+.3f}]" for low, high in _intervals(arm))
        table.add_row(name, f"{arm.gap:.3f}", gap, f"{arm.ratio:.3f}", ratio, f"{arm.seconds:.0f}")
    console.print(table, f"{sum(arm.beats for arm in arms)} of {len(arms)} seeds beat MDD in both figures")
    if options.json:
        options.json.write_text(json.dumps([asdict(arm) for arm in (*compared, *arms)], indent=1) + "\n")


def _intervals(arm: Arm) -> tuple[tuple[float, float], tuple[float, float]]:
    return (arm.gap_low, arm.gap_high), (arm.ratio_low, arm.ratio_high)


if __name__ == "__main__":
    main()
