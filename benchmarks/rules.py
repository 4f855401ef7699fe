"""What one rule costs on the standard training set of each problem of rules, and on the same kernels in plain Python.

"evaluated" is the CPU of a whole evaluation on train: reading, compiling, running in the sandbox, verifying outside.
"kernel" and "plain" are CPU of the problem's `construct` alone on the same instances, compiled and as CPython runs it
(`NUMBA_DISABLE_JIT=1`, the rule as the Python that it is); both must give the same solutions. Ratios of one run are
what matters: machines are noisy. All of train is compared, or so many instances evenly spread.

    python benchmarks/rules.py [--problems smtt obp …] [--instances 6] [--json FILE]
"""

import argparse
import asyncio
import hashlib
import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml
from hydra.utils import instantiate
from rich.console import Console
from rich.table import Table

from evaluators import Evaluation, Evaluator, InstanceSet
from evaluators.language import compile_rules
from evaluators.sandbox import Limits
from problems import Instance, Kind, Problem, Reference, Rule, Split

CONFIGS = Path(__file__).parents[1] / "configs" / "problem"
LEAST_SECONDS = 0.3
"""The compiled kernel is repeated until it took so long."""


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds: an evaluation on train (all its `instances`), and the kernel on `compared` of them, both ways."""

    problem: str
    rule: str
    instances: int
    evaluated: float
    compared: int
    kernel: float
    plain: float

    @property
    def ratio(self) -> float:
        """How many times faster the compiled kernel is."""
        return self.plain / self.kernel


def build(name: str) -> Problem:
    """Return the problem of a configuration."""
    problem: Problem = instantiate(yaml.safe_load((CONFIGS / f"{name}.yaml").read_text()))
    return problem


def rule_problems() -> list[str]:
    """Return the configured problems whose candidates are rules, but the toy."""
    names = sorted(file.stem for file in CONFIGS.glob("*.yaml"))
    return [name for name in names if build(name).kind is Kind.RULE and not name.startswith("toy")]


def longest(problem: Problem) -> str:
    """Return the name of the baseline of most code."""
    return max(problem.baselines, key=lambda name: len(problem.baselines[name]))


def chosen(problem: Problem, count: int) -> Sequence[Instance]:
    """Return about so many instances of train, evenly spread; all for 0."""
    every = problem.instances(Split.TRAIN)
    return every[:: max(1, len(every) // count)] if count else every


def digest(problem: Problem, functions: Sequence[Rule], instances: Sequence[Instance]) -> str:
    """Return a hash of all solutions."""
    hashed = hashlib.sha256()
    for instance in instances:
        hashed.update(problem.construct(functions, instance).tobytes())
    return hashed.hexdigest()


def seconds(call: Callable[[], object], least: float) -> float:
    """Return the CPU seconds of one call, repeated for at least so long."""
    calls, began = 0, time.process_time()
    while not calls or time.process_time() - began < least:
        call()
        calls += 1
    return (time.process_time() - began) / calls


def in_python(name: str, count: int) -> None:
    """Print the CPU seconds of the plain kernels and the hash of their solutions; runs without numba."""
    problem = build(name)
    names: dict[str, object] = {"math": math}
    exec(problem.baselines[longest(problem)], names)
    functions = [names[signature.name] for signature in problem.signatures]
    instances, found = chosen(problem, count), []
    took = seconds(lambda: found.append(digest(problem, functions, instances)), 0.0)
    print(json.dumps([took, found[0]]))


def kernel_costs(name: str, count: int) -> tuple[int, float, float]:
    """Return how many instances were compared, and the seconds of the compiled and of the plain kernel.

    Raises:
        ValueError: they give other solutions.
    """
    problem = build(name)
    instances = chosen(problem, count)
    functions = compile_rules(problem.baselines[longest(problem)], problem.signatures).functions
    solutions = digest(problem, functions, instances)
    kernel = seconds(lambda: digest(problem, functions, instances), LEAST_SECONDS)
    command = [sys.executable, __file__, "--in-python", name, "--instances", str(count)]
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    plain, others = json.loads(told)
    if others != solutions:
        raise ValueError(f"{name}: compiled and plain kernel differ.")
    return len(instances), kernel, plain


async def evaluated(name: str) -> tuple[int, float]:
    """Return the number of training instances and the CPU seconds of an evaluation on all of them."""
    problem = build(name)
    instances = tuple(problem.instances(Split.TRAIN))
    levels = len(getattr(problem, "levels", ("one",))) - 1
    unknown = tuple(Reference(1.0, None, False, "none", lower=(0.0,) * levels) for _ in instances)
    known = InstanceSet(Split.TRAIN, instances, unknown)
    async with Evaluator(problem, {Split.TRAIN: known}, Limits(60.0, 120.0)) as evaluator:
        await evaluator.evaluate(next(iter(problem.baselines.values())))  # the parent's kernels are warm from here on
        began = time.process_time()
        outcome = await evaluator.evaluate(problem.baselines[longest(problem)])
        own = time.process_time() - began
    if not isinstance(outcome, Evaluation):
        raise ValueError(f"{name}: {outcome.message}")
    return len(instances), own + outcome.seconds.cpu


def table(costs: Sequence[Cost]) -> Table:
    """Return a row per problem."""
    shown = Table("problem", "rule", "instances", "evaluated, s CPU", "compared", "kernel, ms", "plain, ms", "times")
    for cost in costs:
        counts = (str(cost.instances), f"{cost.evaluated:.3f}", str(cost.compared))
        times = (f"{1000 * cost.kernel:.2f}", f"{1000 * cost.plain:.0f}", f"{cost.ratio:.0f}")
        shown.add_row(cost.problem, cost.rule, *counts, *times)
    return shown


def main() -> None:
    """Measure, print the table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problems", nargs="+", default=None)
    parser.add_argument("--instances", type=int, default=0, help="how many are compared (default: all)")
    parser.add_argument("--in-python", metavar="PROBLEM", help=argparse.SUPPRESS)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if options.in_python:
        in_python(options.in_python, options.instances)
        return
    costs = []
    for name in options.problems or rule_problems():
        instances, cpu = asyncio.run(evaluated(name))
        costs.append(Cost(name, longest(build(name)), instances, cpu, *kernel_costs(name, options.instances)))
    Console().print(table(costs))
    if options.json:
        rows = [{**asdict(cost), "times": cost.ratio} for cost in costs]
        options.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
