"""Does the search help, reply for reply? Our engine, simple controls and rivals with the same stand-in for a model.

Each run has the same number of replies of a random editor (`standin.py`), a seed of its own, and is judged by the
program that is the best on the 40 training instances: by its gap on 200 fresh ones (`tasks.py`). One that fails on a
fresh instance is passed over for the next best. An interval is of the ratio of our first arm's gap to another arm's,
below 1 where ours is better: geometric mean over the seeds, paired, 95 % (`mean_interval`), none of fewer than 6 seeds.
Its p value is of the sign-flip test, after Holm over the tasks and the arms of one kind and number of replies: controls
and rivals are one kind, other arms of ours another, rivals with our polish a third, those with more replies a fourth.

    python benchmarks/search/duel.py --folder out [--tasks smtt_edd smtt_mdd obp jobshop] [--seeds 10] [--first 0]
        [--replies 100 300] [--arm default] [--arm NAME OVERRIDE …] [--controls sample climb pool]
        [--rivals PLACE] [--engines openevolve llm4ad shinkaevolve] [--edits 2700] [--times 11] [--older EVO]
        [--knowledge 0.02] [--json FILE]
    python benchmarks/search/duel.py --folder out --table [--json FILE]             # of the runs that are done

The table of the README (where there are 100 replies, our arm and ShinkaEvolve have the seeds 0 to 7 alone):

    python benchmarks/search/duel.py --folder out --seeds 10 --replies 300 100
        --arm default 'budget.replies={replies}' --controls sample climb pool --rivals PLACE
    python benchmarks/search/duel.py --folder out --seeds 10 --replies 300
        --arm default 'budget.replies={replies}' --arm nopolish polish.per_reply=0 'budget.candidates={replies}'
        --controls
    python benchmarks/search/duel.py --folder out --tasks smtt_edd smtt_mdd --seeds 5 --replies 300
        --arm free llm=embedded budget.candidates=2000 --controls       # the author alone
    python benchmarks/search/duel.py --folder out --table --arm default --json benchmarks/search/duel.json

that of a rival with our edits (`polished.json`):

    python benchmarks/search/duel.py --folder polished --seeds 6 --replies 300 --arm default 'budget.replies={replies}'
        --controls --rivals PLACE --engines llm4ad --edits 2700 --json benchmarks/search/polished.json

that of the archive's lesion (`lesion.json`):

    python benchmarks/search/duel.py --folder lesion --seeds 6 --replies 300 --controls
        --arm nopolish polish.per_reply=0 'budget.candidates={replies}'
        --arm lesion polish.per_reply=0 emitters.map=0 emitters.pool=0.4 'budget.candidates={replies}'
        --json benchmarks/search/lesion.json

that of controls with as many replies as we have evaluations (`replies.json`; rivals by `--rivals PLACE`):

    python benchmarks/search/duel.py --folder replies --seeds 6 --replies 300 --times 11 --controls pool sample
        --arm default 'budget.replies={replies}' --json benchmarks/search/replies.json

that of our search without edits against the version before it, commit e6efc1e, in a checkout of its own (`older.json`;
of smtt_edd 25 seeds, of jobshop twelve):

    python benchmarks/search/duel.py --folder older --seeds 10 --replies 300 --controls --older CHECKOUT/.venv/bin/evo
        --arm nopolish polish.per_reply=0 'budget.candidates={replies}' --json benchmarks/search/older.json

and that of the small real model (`real_q05.json`), which a server at ADDRESS offers as q05:

    python benchmarks/search/duel.py --folder real --tasks smtt_mdd --seeds 2 --replies 100 --controls
        --arm real llm=openai experiment=small llm.model=q05 llm.base_url=ADDRESS llm.local=true llm.concurrency=4
        'budget.replies={replies}' polish.per_reply=10 --arm alone llm=embedded budget.candidates=1100
        --json benchmarks/search/real_q05.json

Our arms are `evo run` with overrides, in which `{replies}` is the number of replies: one of the replies, such as
`--arm own budget.replies={replies}`, takes the place of `budget.candidates={replies}`, and `--arm free llm=embedded
budget.candidates=3000` asks no model. Rivals are installed into PLACE, outside of this repository. A run that is done
is a line of out/runs.jsonl, and is not made again; one that failed is. Two of these may share a folder where their
seeds or tasks differ.
"""

import argparse
import itertools
import json
import math
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from controls import CONTROLS, search
from numpy.typing import NDArray
from polish import Scored, new_bests, polished
from rich.console import Console
from rich.table import Table
from rivals import RIVALS, Job, Server, Spent, python_of, run_rival, watched
from server import LOG, MODEL
from standin import StandIn
from tasks import TASKS, Task, Unusable

from evaluators import Evaluation
from evaluators.statistics import Interval, mean_interval
from evo.analysis.calls import list_calls
from evo.store import CallStatus, RunStore
from problems import Split

HERE = Path(__file__).parent
RUNS = "runs.jsonl"
LEAST = 0.01
"""The least gap in per cent that is told apart from none, where logarithms are taken."""
BUDGETS = {"budget", "budget.candidates", "budget.replies"}
"""The settings that say how much one of our arms may ask."""
FOREIGN = ("rival", "polished")
POLISHED = "+"
"""What follows a rival's name where its new bests get our edits: `llm4ad+polish`."""
TIMES = "*"
"""What follows the name of a control or rival that gets so many times the replies: `pool*11`."""
EXACT = 12  # seeds up to which all sign flips are tried


@dataclass(frozen=True, slots=True)
class Plan:
    """One run that is wanted, of the arm's name before `+` and `*`; `overrides` are those of `evo run`.

    `engine` is "ours", "older" (an earlier version of ours), "control", "rival" or "polished", a rival with so many
    `edits` of `polish.py`. A control or rival gets `times` the replies.
    """

    task: str
    arm: str
    seed: int
    replies: int
    knowledge: float
    engine: str
    overrides: tuple[str, ...] = ()
    edits: int = 0
    times: int = 1

    @property
    def peer(self) -> str:
        """The name of the control or rival."""
        return self.arm.partition(POLISHED)[0].partition(TIMES)[0]

    @property
    def asked(self) -> int:
        """How many replies it gets."""
        return self.replies * self.times

    @property
    def kind(self) -> str:
        """What Holm's correction takes together."""
        if self.times > 1:
            return "more replies"
        return "peer" if self.engine in ("control", "rival") else self.engine

    @property
    def name(self) -> str:
        """The name of its folder."""
        informed = f"-q{self.knowledge:g}" if self.knowledge else ""
        return f"{self.task}-{self.arm}-s{self.seed}-r{self.replies}{informed}"


@dataclass(frozen=True, slots=True)
class Places:
    """Where other engines are: the folder of the rivals, and the `evo` of an earlier version of ours."""

    rivals: Path | None = None
    older: Path | None = None


class FailedRun(Exception):  # noqa: N818 - a failed run, not a failure of the comparison
    """A run that ended early; the message says where its output is."""


@dataclass(frozen=True, slots=True)
class Found:
    """The programs with a gap on train, the best first, and what finding them took.

    CPU seconds are of the engine and the evaluations. `chosen` is the program that our engine itself picks, on
    validation; elsewhere it is the best on train.
    """

    ranked: Sequence[str]
    chosen: str
    replies: int
    evaluations: int
    cpu: float
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A run that is done; gaps in per cent.

    `skipped` better programs fail on a fresh instance; where the chosen one does, the gap of the seed stands for it.
    """

    plan: Plan
    replies: int
    evaluations: int
    cpu: float
    wall: float
    train: float
    fresh: float
    chosen_fresh: float
    program: str
    skipped: int
    fault: str


def made(plan: Plan, folder: Path, places: Places) -> Run:
    """Make one run and score what it found.

    Raises:
        FailedRun: it ended early.
    """
    task, began = TASKS[plan.task], time.monotonic()
    if plan.engine == "control":
        found = by_control(plan, task, folder)
    elif plan.engine in FOREIGN:
        assert places.rivals is not None
        found = by_rival(plan, task, folder, places.rivals)
        if plan.engine == "polished":
            found = with_polish(plan, task, folder, found)
    else:
        evo = places.older if plan.engine == "older" else Path(sys.executable).with_name("evo")
        assert evo is not None
        found = by_us(plan, task, folder, evo)
    wall = time.monotonic() - began
    skipped, program, train, fresh = first_usable(task, [*found.ranked, seed_of(task)], folder)
    chosen = task.gap(found.chosen, Split.TEST, folder)
    if isinstance(chosen, Unusable):
        chosen = task.gap(seed_of(task), Split.TEST, folder)
    assert not isinstance(chosen, Unusable)
    counts = (found.replies, found.evaluations, found.cpu, wall)
    return Run(plan, *counts, train, fresh, chosen, program, skipped, found.fault)


def first_usable(task: Task, programs: Sequence[str], folder: Path) -> tuple[int, str, float, float]:
    """Return how many programs have no gap on fresh instances before one has, this one, its gaps on train and fresh.

    Raises:
        ValueError: there is none, although the seed is the last.
    """
    for skipped, program in enumerate(programs):
        train, fresh = (task.gap(program, split, folder) for split in (Split.TRAIN, Split.TEST))
        if not isinstance(train, Unusable) and not isinstance(fresh, Unusable):
            return skipped, program, train, fresh
    raise ValueError(f"Expected a seed of {task.name} with a gap.")


def seed_of(task: Task) -> str:
    """Return the source that every search starts from."""
    return task.problem.baselines[task.problem.seeds[0]]


def by_control(plan: Plan, task: Task, folder: Path) -> Found:
    """Make a run of a control, in this process."""
    began = time.process_time()
    result = search(plan.peer, StandIn(task, plan.seed, plan.knowledge), plan.asked, folder)
    programs = [one.program for one in result.ranked]
    return Found(programs, programs[0], plan.asked, result.evaluations, time.process_time() - began)


def by_us(plan: Plan, task: Task, folder: Path, evo: Path) -> Found:
    """Make a run of `evo run`, of this or an earlier version.

    Its folder is made anew, since nothing else says that it was finished.
    """
    place = folder / plan.name
    shutil.rmtree(place, ignore_errors=True)
    logs = folder / "logs" / plan.name
    logs.mkdir(parents=True, exist_ok=True)
    with Server(task, plan.seed, None, plan.knowledge, logs, folder) as address:
        own = {
            "problem": f"search_{task.name}",
            "axes": task.axes,
            "seed": str(plan.seed),
            "llm": "openai",
            "llm.model": MODEL,
            "llm.base_url": f"{address}/v1",
            "llm.local": "true",
            "llm.concurrency": "1",
            "evaluator.workers": "1",
            "hydra.run.dir": str(place),
        }
        given = [override.format(replies=plan.replies) for override in plan.overrides]
        names = {override.partition("=")[0].lstrip("+~") for override in given}
        if "llm" in names:  # another author
            own = {name: value for name, value in own.items() if not name.startswith("llm")}
        if not names & BUDGETS:
            given.append(f"budget.candidates={plan.replies}")
        settings = [*(f"{name}={value}" for name, value in own.items() if name not in names), *given]
        command = (str(evo), "run", *settings, "--config-dir", str(HERE))
        spent = watched(command, logs, {**os.environ, "OPENAI_API_KEY": "none"})
    if spent.fault:
        raise FailedRun(f"{spent.fault}, see {logs / 'output.txt'}")
    return recorded(place, plan.replies, spent)


def recorded(place: Path, most: int, spent: Spent) -> Found:
    """Return what the record of one of our runs says of the candidates up to reply number `most`.

    An unusable reply is asked for again, so `budget.candidates` alone lets a run have a few replies more. `chosen` may
    come from these; points that were tried for open constants are not on record.
    """
    with RunStore.open_folder(place) as store:
        history, calls = store.history(), list_calls(store, "", CallStatus.OK, sys.maxsize, 0)
    replies = Counter(call.ordinal for call in calls)
    given = itertools.accumulate(replies[step.ordinal] for step in history.steps)
    steps = [step for step, number in zip(history.steps, given, strict=True) if number <= most]
    scored = [(step.outcome.gap.scaled, str(step.source)) for step in steps if isinstance(step.outcome, Evaluation)]
    programs = list(dict.fromkeys(source for _, source in sorted(scored)))
    chosen = next(step for step in history.steps if step.ordinal == history.header.best)
    evaluations = sum(step.outcome is not None and step.repeat_of is None for step in steps)
    used = min(most, replies.total())
    return Found(programs, str(chosen.source), used, evaluations, spent.cpu, spent.fault)


def by_rival(plan: Plan, task: Task, folder: Path, rivals: Path) -> Found:
    """Make a run of a rival; its best is the best that it had scored, or the seed."""
    place = (folder / "logs" / plan.name).resolve()
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    with Server(task, plan.seed, plan.asked, plan.knowledge, place, folder) as address:
        job = Job(task, plan.seed, plan.asked, address, place)
        spent = run_rival(RIVALS[plan.peer], rivals, job)
    every = list(lines(place / LOG))
    scored = [line for line in every if line["kind"] == "evaluation"]
    usable = with_gap(scored)
    programs = list(dict.fromkeys(one.source for one in sorted(usable))) or [seed_of(task)]
    replies = sum(line["kind"] == "reply" for line in every)
    if not usable and spent.fault:
        raise FailedRun(f"{spent.fault}, see {place / 'output.txt'}")
    cpu = spent.cpu + sum(line["seconds"] for line in scored)
    return Found(programs, programs[0], replies, len(scored), cpu, spent.fault)


def with_gap(evaluations: Iterable[Mapping[str, Any]]) -> list[Scored]:
    """Return the programs of a server's log that have a gap, in their order."""
    return [Scored(line["gap"], line["program"]) for line in evaluations if "gap" in line]


def with_polish(plan: Plan, task: Task, folder: Path, found: Found) -> Found:
    """Add our edits of each new best of a rival to what it found."""
    began = time.process_time()
    scored = with_gap(lines(folder / "logs" / plan.name / LOG))
    edited = list(polished(task, new_bests(scored), plan.edits, plan.seed, folder))
    programs = list(dict.fromkeys(one.source for one in sorted([*scored, *edited]))) or [seed_of(task)]
    counts = (found.replies, found.evaluations + len(edited), found.cpu + time.process_time() - began)
    return Found(programs, programs[0], *counts, found.fault)


def lines(log: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines of a log of JSON."""
    with log.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


# The comparison.


@dataclass(frozen=True, slots=True)
class Comparison:
    """The ratio of our first arm's gap to another arm's on the seeds that both have; p values of no difference."""

    task: str
    replies: int
    knowledge: float
    arm: str
    seeds: int
    ratio: Interval
    p: float
    holm: float


def comparisons(runs: Sequence[Run], own: str) -> tuple[Comparison, ...]:
    """Compare our arm `own` with every other arm within each task, number of replies and knowledge."""
    kinds = {run.plan.arm: run.plan.kind for run in runs}
    cases: dict[tuple[str, int, float], dict[str, dict[int, float]]] = {}
    for run in runs:
        case_of_run = cases.setdefault((run.plan.task, run.plan.replies, run.plan.knowledge), {})
        case_of_run.setdefault(run.plan.arm, {})[run.plan.seed] = math.log(max(run.fresh, LEAST))
    result = []
    for case, arms in cases.items():
        for arm, gaps in arms.items():
            seeds = sorted(gaps.keys() & arms.get(own, {}).keys())
            if arm != own and seeds:
                logs = np.array([arms[own][seed] - gaps[seed] for seed in seeds])
                ratio = mean_interval(logs).exponential()
                result.append(Comparison(*case, arm, len(seeds), ratio, sign_flip_p(logs), 1.0))
    questions = [(one.replies, one.knowledge, kinds[one.arm]) for one in result]
    for question in set(questions):
        places = [place for place, asked in enumerate(questions) if asked == question]
        for place, p in zip(places, holm([result[place].p for place in places]), strict=True):
            result[place] = replace(result[place], holm=p)
    return tuple(result)


def sign_flip_p(differences: NDArray[np.float64]) -> float:
    """Return the two-sided p value of the sign-flip test of a mean of 0, Fisher (1935): exact for few differences."""
    n = differences.size
    if n <= EXACT:
        signs = np.array(list(itertools.product((-1.0, 1.0), repeat=n)))
    else:
        drawn = np.random.default_rng(0).choice((-1.0, 1.0), (10_000, n))
        signs = np.vstack((np.ones(n), drawn))  # the data themselves are one of the flips
    return float((np.abs(signs @ differences) >= abs(differences.sum()) - 1e-12).mean())


def holm(values: Sequence[float]) -> list[float]:
    """Return the p values after Holm (1979)."""
    corrected, largest = [1.0] * len(values), 0.0
    for rank, place in enumerate(sorted(range(len(values)), key=lambda place: values[place])):
        largest = max(largest, min(1.0, values[place] * (len(values) - rank)))
        corrected[place] = largest
    return corrected


def geometric_mean(values: Iterable[float]) -> float:
    """Return the geometric mean of gaps."""
    return math.exp(float(np.mean([math.log(max(value, LEAST)) for value in values])))


def tables(runs: Sequence[Run], compared: Sequence[Comparison], own: str) -> Iterator[Table]:
    """Yield a table for every task, number of replies and knowledge, with a row for each arm."""
    groups: dict[tuple[str, int, float], dict[str, list[Run]]] = {}
    for run in runs:
        arms = groups.setdefault((run.plan.task, run.plan.replies, run.plan.knowledge), {})
        arms.setdefault(run.plan.arm, []).append(run)
    found = {(one.task, one.replies, one.knowledge, one.arm): one for one in compared}
    for case, arms in groups.items():
        task, replies, knowledge = case
        title = f"{task}, {replies} replies, knowledge {knowledge:g}: geometric means of gaps in %"
        columns = ("arm", "runs", "fresh", "train", "picked", f"{own} / arm, 95 %", "p, Holm", "replies", "scored")
        shown = Table(*columns, "CPU s", title=title)
        for arm, group in arms.items():
            shown.add_row(arm, *row(group, found.get((*case, arm))))
        yield shown


def row(group: Sequence[Run], compared: Comparison | None) -> tuple[str, ...]:
    """Return the cells of one arm."""
    gaps = ([run.fresh for run in group], [run.train for run in group], [run.chosen_fresh for run in group])
    return (
        str(len(group)),
        *(f"{geometric_mean(each):.3f}" for each in gaps),
        *(("", "") if compared is None else (interval(compared.ratio), f"{compared.holm:.3f}")),
        f"{np.mean([run.replies for run in group]):.0f}",
        f"{np.mean([run.evaluations for run in group]):.0f}",
        f"{np.mean([run.cpu for run in group]):.1f}",
    )


def interval(ratio: Interval) -> str:
    """Return a ratio with its interval, if there are enough seeds for one."""
    return f"{ratio.estimate:.2f} [{ratio.low:.2f}, {ratio.high:.2f}]" if ratio.known else f"{ratio.estimate:.2f}"


# The runs that are done, and those that are wanted.


def runs_in(file: Path) -> list[Run]:
    """Return the runs of a file, none where there is none."""
    if not file.exists():
        return []
    found = []
    for line in lines(file):
        plan = line.pop("plan")
        found.append(Run(Plan(**{**plan, "overrides": tuple(plan["overrides"])}), **line))
    return found


def wanted(options: argparse.Namespace, own: Mapping[str, Sequence[str]]) -> Iterator[Plan]:
    """Yield the runs seed by seed, so that what is done at any time is paired.

    Raises:
        ValueError: two arms have the same name.
    """
    engines = options.engines if options.rivals else []
    names = [*own, *options.controls, *engines]
    if len(set(names)) != len(names):
        raise ValueError(f"Expected arms of different names, got {', '.join(names)}.")
    seeds = range(options.first, options.first + options.seeds)
    more = sorted({1, options.times})
    for seed, task, replies in itertools.product(seeds, options.tasks, options.replies):
        case = (seed, replies, options.knowledge)
        for arm, overrides in own.items():
            yield Plan(task, arm, *case, "ours", tuple(overrides))
        if options.older:
            yield Plan(task, "older", *case, "older")
        for arm, times in itertools.product(options.controls, more):
            yield Plan(task, repeated(arm, times), *case, "control", times=times)
        for arm, times in itertools.product(engines, more):
            yield Plan(task, repeated(arm, times), *case, "rival", times=times)
        for arm in engines:
            if options.edits:
                yield Plan(task, f"{arm}{POLISHED}polish", *case, "polished", edits=options.edits)


def repeated(arm: str, times: int) -> str:
    """Return the name of an arm that gets so many times the replies."""
    return arm if times == 1 else f"{arm}{TIMES}{times}"


def missing(plans: Iterable[Plan], done: Sequence[Run]) -> Iterator[Plan]:
    """Yield the plans that were not carried out yet.

    Raises:
        ValueError: an arm of this name was run with other overrides.
    """
    before = {run.plan.name: run.plan for run in done}
    for plan in plans:
        if plan.name not in before:
            yield plan
        elif before[plan.name] != plan:
            raise ValueError(f"{plan.name} was run with {before[plan.name].overrides}; give the arm another name.")


def carry_out(plans: Sequence[Plan], runs: list[Run], folder: Path, places: Places, console: Console) -> None:
    """Make the runs one by one and add each to `runs` and to the file of the folder; one that fails is told."""
    for task, split in itertools.product(dict.fromkeys(plan.task for plan in plans), Split):
        TASKS[task].known(split, folder)  # so that no run is charged for the references
    for plan in plans:
        try:
            run = made(plan, folder, places)
        except FailedRun as error:
            console.print(f"{plan.name} failed: {error}")
            continue
        with (folder / RUNS).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(run)) + "\n")
        runs.append(run)
        gaps = f"fresh {run.fresh:.3f} %, train {run.train:.3f} %"
        console.print(f"{plan.name}: {gaps}, {run.evaluations} evaluations, {run.wall:.0f} s {run.fault}")


def written(runs: Sequence[Run], compared: Sequence[Comparison], file: Path) -> None:
    """Write runs and comparisons as JSON."""
    content = {
        "comparisons": [{**asdict(one), "ratio": bounds(one.ratio)} for one in compared],
        "runs": [asdict(run) for run in runs],
    }
    file.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def bounds(ratio: Interval) -> dict[str, float | None]:
    """Return a ratio and its ends, None where there are too few seeds for them."""
    low, high = ratio.ends
    return {"estimate": ratio.estimate, "low": low, "high": high}


def main() -> None:
    """Make the runs that are missing, print the table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--tasks", nargs="+", choices=sorted(TASKS), default=list(TASKS))
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--replies", type=int, nargs="+", default=[100, 300])
    parser.add_argument("--arm", nargs="+", action="append", metavar=("NAME", "OVERRIDE"))
    parser.add_argument("--controls", nargs="*", choices=CONTROLS, default=list(CONTROLS))
    parser.add_argument("--rivals", type=Path, metavar="PLACE")
    parser.add_argument("--engines", nargs="*", choices=sorted(RIVALS), default=list(RIVALS))
    parser.add_argument("--edits", type=int, default=0, help="of ours, in an arm for each rival beside it")
    parser.add_argument(
        "--times", type=int, default=1, help="the replies, in an arm for each control and rival beside it"
    )
    parser.add_argument("--older", type=Path, metavar="EVO", help="the `evo` of an earlier version, an arm of its own")
    parser.add_argument("--knowledge", type=float, default=0.0)
    parser.add_argument("--table", action="store_true", help="make no runs")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    console = Console(width=120)
    own = {name: overrides for name, *overrides in options.arm or [["default"]]}
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    runs = runs_in(folder / RUNS)
    plans = [] if options.table else list(missing(wanted(options, own), runs))
    for name in dict.fromkeys(plan.peer for plan in plans if plan.engine in FOREIGN):
        python_of(RIVALS[name], options.rivals)
    carry_out(plans, runs, folder, Places(options.rivals, options.older), console)
    compared = comparisons(runs, next(iter(own)))
    for shown in tables(runs, compared, next(iter(own))):
        console.print(shown)
    if options.json:
        written(runs, compared, options.json)


if __name__ == "__main__":
    main()
