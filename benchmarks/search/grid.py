"""What do replies add to evaluations? One grid of both, with a stand-in for a model that knows nothing or something.

A cell of the grid is a number of replies and of evaluations: edits of our embedded author follow each reply until that
many programs are scored; without replies it writes them all. Gaps are as in `duel.py`, of the rule that is the best on
train, geometric means over seeds. The last column is the ratio of the gap with the most replies to that without any,
at equal evaluations and paired by seed, with its 95 % interval: below 1 where replies paid. With `--knowledge q` the
stand-in writes, with that probability, a step of a good rule that edits do not write, and half as often where the
prompt does not show on which instances a rule is weak.

    python benchmarks/search/grid.py --folder out [--tasks smtt_mdd] [--seeds 5] [--first 0] [--replies 0 30 100 300]
        [--evaluations 300 1000 2000] [--knowledge 0 0.02 0.1] [--json FILE] [--table]

The whole grid of docs/search.md:

    python benchmarks/search/grid.py --folder whole --knowledge 0.1 --seeds 6 --json benchmarks/search/grid_whole.json

and its table of what replies add:

    python benchmarks/search/grid.py --folder out --tasks smtt_mdd obp jobshop --replies 0 300 --evaluations 900
        --seeds 6 --json benchmarks/search/grid.json    # smtt_mdd at knowledge 0.1: 14 seeds
"""

import argparse
import itertools
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from duel import LEAST, RUNS, Places, Plan, Run, bounds, carry_out, geometric_mean, interval, missing, runs_in
from rich.console import Console
from rich.table import Table
from tasks import TASKS

from evaluators.statistics import Interval, mean_interval


@dataclass(frozen=True, slots=True)
class Gain:
    """The ratio of the gap with so many replies to that without, at equal evaluations, on the seeds of both."""

    task: str
    knowledge: float
    evaluations: int
    replies: int
    seeds: int
    ratio: Interval


def cell(replies: int, evaluations: int) -> tuple[str, ...]:
    """Return the overrides of a run of so many replies and evaluations."""
    if replies == 0:
        return ("llm=embedded", f"budget.candidates={evaluations}")
    return (f"polish.per_reply={evaluations // replies - 1}", f"budget.replies={replies}")


def name(evaluations: int) -> str:
    """Return the name of the runs of one row."""
    return f"{evaluations}-evaluations"


def wanted(options: argparse.Namespace) -> Iterator[Plan]:
    """Yield the runs, seed by seed; without replies knowledge makes no difference, so these are made once."""
    seeds = range(options.first, options.first + options.seeds)
    for seed, task, knowledge in itertools.product(seeds, options.tasks, options.knowledge):
        for replies, evaluations in itertools.product(options.replies, options.evaluations):
            if replies <= evaluations and (replies or knowledge == options.knowledge[0]):
                known = knowledge if replies else 0.0
                yield Plan(task, name(evaluations), seed, replies, known, "ours", cell(replies, evaluations))


def group(runs: Sequence[Run], task: str, knowledge: float, replies: int, evaluations: int) -> dict[int, Run]:
    """Return the runs of one cell by seed."""
    known = knowledge if replies else 0.0
    wanted_plan = (task, known, replies, name(evaluations))
    return {
        run.plan.seed: run
        for run in runs
        if (run.plan.task, run.plan.knowledge, run.plan.replies, run.plan.arm) == wanted_plan
    }


def gain(runs: Sequence[Run], task: str, knowledge: float, evaluations: int, replies: int) -> Gain | None:
    """Compare with no replies, None where no seed has both."""
    most, none = (group(runs, task, knowledge, each, evaluations) for each in (replies, 0))
    seeds = sorted(most.keys() & none.keys())
    if not seeds:
        return None
    logs = [math.log(max(most[seed].fresh, LEAST) / max(none[seed].fresh, LEAST)) for seed in seeds]
    return Gain(task, knowledge, evaluations, replies, len(seeds), mean_interval(np.array(logs)).exponential())


def table(runs: Sequence[Run], options: argparse.Namespace, task: str, knowledge: float) -> Table:
    """Return a row for each number of evaluations: the gap and the CPU seconds by number of replies."""
    title = f"{task}, knowledge {knowledge:g}: gap in % and CPU seconds, by evaluations and replies"
    most = max(options.replies)
    shown = Table("evaluations", *(f"{each} replies" for each in options.replies), f"{most} / 0", title=title)
    for evaluations in options.evaluations:
        cells = []
        for replies in options.replies:
            found = list(group(runs, task, knowledge, replies, evaluations).values())
            gap = geometric_mean(run.fresh for run in found) if found else math.nan
            cells.append(f"{gap:.3f} ({np.mean([run.cpu for run in found]):.0f} s)" if found else "")
        one = gain(runs, task, knowledge, evaluations, most)
        shown.add_row(str(evaluations), *cells, "" if one is None else f"{interval(one.ratio)}, {one.seeds} seeds")
    return shown


def main() -> None:
    """Make the runs that are missing, print the tables, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--tasks", nargs="+", choices=sorted(TASKS), default=["smtt_mdd"])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--replies", type=int, nargs="+", default=[0, 30, 100, 300])
    parser.add_argument("--evaluations", type=int, nargs="+", default=[300, 1000, 2000])
    parser.add_argument("--knowledge", type=float, nargs="+", default=[0.0, 0.02, 0.1])
    parser.add_argument("--table", action="store_true", help="make no runs")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    console = Console(width=120)
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    runs = runs_in(folder / RUNS)
    plans = [] if options.table else list(missing(wanted(options), runs))
    carry_out(plans, runs, folder, Places(), console)
    for task, knowledge in itertools.product(options.tasks, options.knowledge):
        console.print(table(runs, options, task, knowledge))
    if options.json:
        cells = itertools.product(options.tasks, options.knowledge, options.evaluations)
        found = [gain(runs, *each, max(options.replies)) for each in cells]
        gains = [{**asdict(each), "ratio": bounds(each.ratio)} for each in found if each is not None]
        content = {"gains": gains, "runs": [asdict(run) for run in runs]}
        options.json.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
