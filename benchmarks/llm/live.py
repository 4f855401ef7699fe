"""What a live run with a language model came to: curve, replies a minute, valid share, its best on fresh instances.

Reads the record of a run (of rules for single machine total tardiness) and scores three rules on 220 instances that no
run sees, against MDD with SPT ties: the best one, and the best whose whole descent knows only neutral instructions,
none that carries knowledge of the problem. Intervals are of paired differences, 95 % (in `live.json` still of 10,000
bootstrap resamples).

    python benchmarks/llm/live.py runs/<run> [--json FILE]
"""

import argparse
import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from evaluators import Evaluation, Failure, FailureKind
from evaluators.scoring import relative_gaps
from evaluators.statistics import Interval, mean_interval, ratio_interval
from evo.config.recorded import load
from evo.core.records import Task
from evo.runs.run import DATABASE
from evo.search.population import SEED
from evo.store import RunStore, Step
from problems import Sense

sys.path.insert(0, str(Path(__file__).parents[1] / "search"))
from fresh import CHOOSING, fresh_set, values


@dataclass(frozen=True, slots=True)
class Score:
    """A rule on the fresh instances: gap and ratio of sums in per cent, and the differences to MDD's."""

    name: str
    ordinal: int | None
    gap: float
    less_gap: Interval
    ratio: float
    less_ratio: Interval
    source: str


@dataclass(frozen=True, slots=True)
class Ways:
    """What came of an operator's replies; `mended` failed candidates of it that a repair made valid."""

    operator: str
    candidates: int
    valid: int
    mended: int
    cells: int
    better: int


def of_operators(steps: Sequence[Step], repairs: frozenset[str]) -> list[Ways]:
    """Return a row per operator."""
    known = {step.ordinal: step for step in steps}
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for step in steps:
        if step.operator == SEED.name:
            continue
        own = counts[step.operator]
        own["candidates"] += 1
        if is_valid(step):
            own["valid"] += 1
            own["cells"] += any(p.status != "rejected" and p.source_island is None for p in step.placements or ())
            fathers = [known[parent].outcome for parent in step.parents]
            own["better"] += all(is_fitter(step, father) for father in fathers)
            if step.operator in repairs:
                counts[known[step.parents[-1]].operator]["mended"] += 1
    names = ("candidates", "valid", "mended", "cells", "better")
    return [Ways(operator, *(own[name] for name in names)) for operator, own in sorted(counts.items())]


def is_valid(step: Step) -> bool:
    """Whether a reply became a candidate that runs: it has a score, or decides like one that has."""
    return isinstance(step.outcome, Evaluation) or (
        isinstance(step.outcome, Failure) and step.outcome.kind is FailureKind.TWIN
    )


def is_fitter(step: Step, father: object) -> bool:
    """Whether a candidate beats a parent; a failed one is beaten by any score."""
    if not isinstance(step.outcome, Evaluation):
        return False
    return not isinstance(father, Evaluation) or step.outcome.fitness > father.fitness


def neutral(steps: Sequence[Step], knowing: frozenset[str]) -> list[Step]:
    """Return the candidates that no instruction with knowledge of the problem led to."""
    tainted: set[int] = set()
    for step in steps:
        if step.operator in knowing or tainted.intersection(step.parents):
            tainted.add(step.ordinal)
    return [step for step in steps if step.ordinal not in tainted]


def fittest(steps: Sequence[Step]) -> Step:
    """Return the fittest on train."""
    scored = [(step.outcome.fitness, -step.ordinal, step) for step in steps if isinstance(step.outcome, Evaluation)]
    return max(scored)[2]


def curve(steps: Sequence[Step], elapsed: dict[int, float]) -> list[dict[str, object]]:
    """Return each new best on train: the minute, its gap in per cent, who wrote it on what instruction."""
    found: list[dict[str, object]] = []
    best = float("inf")
    for step in steps:
        if isinstance(step.outcome, Evaluation) and step.outcome.gap.scaled < best:
            best = step.outcome.gap.scaled
            found.append({
                "candidate": step.ordinal, "minute": round(elapsed[step.ordinal] / 60, 1), "gap": round(100 * best, 4),
                "operator": step.operator, "instruction": step.instruction,
            })  # fmt: skip
    return found


def scores(rules: Sequence[tuple[str, int | None, str]], folder: Path) -> list[Score]:
    """Score rules, given as name, ordinal and source, on the fresh instances."""
    problem, known = fresh_set(folder / "references.sqlite", *CHOOSING)
    mdd, sums = values(problem, known, problem.baselines["MDD"]), known.reference_values()
    base = relative_gaps(Sense.MINIMISE, mdd, known)
    found = []
    for name, ordinal, source in rules:
        own = values(problem, known, source)
        gaps = relative_gaps(Sense.MINIMISE, own, known)
        gap, ratio = mean_interval(100 * (gaps - base)), ratio_interval(100 * (own - mdd), sums)
        total = 100 * float((own - sums).sum() / sums.sum())
        found.append(Score(name, ordinal, 100 * float(gaps.mean()), gap, total, ratio, source))
    return found


def main() -> None:
    """Print what the run came to, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    settings = load(options.run)
    with ExitStack() as stack:
        store = stack.enter_context(RunStore.open(options.run / DATABASE, readonly=True))
        history = store.history()
        connection = stack.enter_context(store.snapshot())
        elapsed = {row[0]: row[1] for row in connection.exec_driver_sql("SELECT ordinal, elapsed FROM candidates")}
        replies = connection.exec_driver_sql("SELECT count(*) FROM calls WHERE status = 'ok'").scalar_one()
    steps = [step for step in history.steps if step.placements is not None]
    repairs = frozenset(one.name for one in settings.operators if one.task == Task.REPAIR)
    knowing = frozenset(one.name for one in settings.operators if one.knowledge)
    ways, minutes = of_operators(steps, repairs), history.header.seconds / 60
    asked, valid = sum(way.candidates for way in ways), sum(way.valid for way in ways)
    best, plain = fittest(steps), fittest(neutral(steps, knowing))
    picked = next((step for step in steps if step.ordinal == history.header.best), best)
    rules = [("MDD (= PSK)", None, settings.problem.baselines["MDD"])]
    rules += [(name, step.ordinal, step.source or "") for name, step in (("picked on validation", picked),
              ("best on train", best), ("best on train, neutral alone", plain))]  # fmt: skip
    with tempfile.TemporaryDirectory() as temporary:
        scored = scores(rules, Path(temporary))
    console, points = Console(), curve(steps, elapsed)
    share = f"{asked} candidates from {replies} replies in {minutes:.1f} minutes: {replies / minutes:.1f} a minute"
    console.print(f"{share}; {valid} valid, {valid / asked:.0%}", highlight=False)
    shown = Table("operator", "candidates", "valid", "mended later", "took a cell", "beat all parents")
    for way in ways:
        cells = (way.candidates, way.valid, way.mended, way.cells, way.better)
        shown.add_row(way.operator, *map(str, cells))
    console.print(shown)
    drawn = Table("minute", "candidate", "best train gap %", "operator", "instruction")
    for point in points:
        drawn.add_row(*(str(point[key]) for key in ("minute", "candidate", "gap", "operator", "instruction")))
    console.print(drawn)
    table = Table("rule", "#", "gap %", "less MDD's, 95 %", "ratio of sums %", "less MDD's, 95 %")
    for one in scored:
        less = [f"[{i.low:+.3f}, {i.high:+.3f}]" for i in (one.less_gap, one.less_ratio)]
        table.add_row(one.name, str(one.ordinal or ""), f"{one.gap:.3f}", less[0], f"{one.ratio:.3f}", less[1])
    console.print(table)
    console.print(scored[1].source, highlight=False, markup=False)
    if options.json:
        found = {
            "candidates": asked, "replies": replies, "minutes": minutes, "valid": valid, "curve": points,
            "operators": [asdict(way) for way in ways], "rules": [asdict(one) for one in scored],
        }  # fmt: skip
        options.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
