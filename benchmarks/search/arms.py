"""Is one way of searching better than another? Runs of several arms, equal seeds and budget, on instances unseen.

Each arm is a name with overrides; for every seed each arm makes a whole run, and its best rule (picked on validation)
dispatches 220 fresh instances with proven optima. Differences to the last arm are paired by seed, and their 95 %
intervals are over the seeds. The default answers whether evolution is better than
independent drafts from the seeds (`strategy=sample`), with the author that needs no language model.

    python benchmarks/search/arms.py [--seeds 20] [--common budget.candidates=300 …]
        [--arm default] [--arm sample strategy=sample] [--json FILE]
"""

import argparse
import io
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from fresh import CHOOSING, fresh_set, values
from rich.console import Console
from rich.table import Table

from evaluators import Evaluation, InstanceSet
from evaluators.scoring import relative_gaps
from evaluators.statistics import Interval, mean_interval
from evo.config.compose import compose
from evo.runs.run import DATABASE, run
from evo.search.population import SEED
from evo.store import History, RunStore
from problems import Sense
from problems.smtt import Smtt

DEFAULT_OR_SAMPLE = [["default"], ["sample", "strategy=sample"]]
CURVE = 10  # points


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run: gaps in per cent, of its best on the fresh instances and on train, and what became of its candidates.

    `curve` is the best gap on train after each tenth of the candidates.
    """

    arm: str
    seed: int
    gap: float
    train: float
    curve: tuple[float, ...]
    candidates: int
    valid: int
    tokens: int
    seconds: float
    source: str


def outcome(arm: str, seed: int, overrides: Sequence[str], problem: Smtt, known: InstanceSet, folder: Path) -> Outcome:
    """Make one run whole."""
    began = time.monotonic()
    folder.mkdir()
    source = run(compose([f"seed={seed}", *overrides]), folder, Console(file=io.StringIO())).best.source
    with RunStore.open(folder / DATABASE, readonly=True) as store:
        history = store.history()
    gaps = relative_gaps(Sense.MINIMISE, values(problem, known, source), known)
    steps = [step for step in history.steps if step.operator != SEED.name]
    valid = sum(isinstance(step.outcome, Evaluation) for step in steps)
    curve = best_after(history)
    counts = (len(steps), valid, history.total_spent.tokens, time.monotonic() - began)
    return Outcome(arm, seed, 100 * float(gaps.mean()), curve[-1], curve, *counts, source)


def best_after(history: History) -> tuple[float, ...]:
    """Return the best gap on train, in per cent, after each tenth of the candidates."""
    scores = [step.outcome.gap.scaled if isinstance(step.outcome, Evaluation) else np.inf for step in history.steps]
    best = np.minimum.accumulate(scores)
    return tuple(100 * float(best[round(len(best) * part / CURVE) - 1]) for part in range(1, CURVE + 1))


def difference(found: Sequence[Outcome], arm: str, other: str, figure: str) -> Interval:
    """Return by how much an arm's figure is above another's, paired by seed."""
    pairs = {(one.arm, one.seed): float(getattr(one, figure)) for one in found}
    seeds = sorted(seed for name, seed in pairs if name == arm)
    return mean_interval(np.array([pairs[arm, seed] - pairs[other, seed] for seed in seeds]))


def table(found: Sequence[Outcome], arms: Sequence[str]) -> Table:
    """Return a row per arm; differences are to the last one."""
    shown = Table(
        "arm", "runs", "gap %", f"less {arms[-1]}'s, 95 %", "on train %", f"less {arms[-1]}'s, 95 %", "valid", "s a run"
    )
    for arm in arms:
        own = [one for one in found if one.arm == arm]
        cells = [arm, str(len(own))]
        for figure in ("gap", "train"):
            less = difference(found, arm, arms[-1], figure)
            cells.append(f"{np.mean([getattr(one, figure) for one in own]):.3f}")
            cells.append("" if arm == arms[-1] else f"{less.estimate:+.3f} [{less.low:+.3f}, {less.high:+.3f}]")
        valid = sum(one.valid for one in own) / max(1, sum(one.candidates for one in own))
        shown.add_row(*cells, f"{valid:.0%}", f"{np.mean([one.seconds for one in own]):.0f}")
    return shown


def main() -> None:
    """Run every arm with every seed, print the table, write JSON after each run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--common", nargs="*", default=["budget.candidates=300"])
    parser.add_argument("--arm", nargs="+", action="append", metavar=("NAME", "OVERRIDE"))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    arms = {name: overrides for name, *overrides in options.arm or DEFAULT_OR_SAMPLE}
    console, found = Console(), list[Outcome]()
    with tempfile.TemporaryDirectory() as temporary:
        problem, known = fresh_set(Path(temporary) / "references.sqlite", *CHOOSING)
        for seed in range(options.seeds):
            for arm, overrides in arms.items():
                folder = Path(temporary) / f"{arm}{seed}"
                found.append(outcome(arm, seed, [*options.common, *overrides], problem, known, folder))
                one = found[-1]
                line = f"seed {seed} {arm}: gap {one.gap:.3f} %, train {one.train:.3f} %, {one.seconds:.0f} s"
                console.print(line, highlight=False)
                if options.json:
                    runs = [asdict(each) for each in found]
                    options.json.write_text(json.dumps({"arms": arms, "common": options.common, "runs": runs}) + "\n")
        console.print(table(found, list(arms)))


if __name__ == "__main__":
    main()
