"""What one candidate costs: our evaluator against a fresh interpreter that compiles rule and kernel with numba.

Both evaluate the same 20-line rule on 5 instances of 60 jobs. Figures are CPU seconds of all processes, parent and
children, as the kernel accounts them; the start of the warm process is left out on our side, as it is paid once. Ratios
of one run are what matters: machines are noisy. The second table compares a fingerprint (reading and the probe set)
with a whole evaluation on train (reading and all instances).

    python benchmarks/evaluator.py [--candidates 60] [--json FILE]
"""

import argparse
import asyncio
import contextlib
import json
import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from fresh_interpreter import RULE, cpu, fresh_interpreters, source
from rich.console import Console
from rich.table import Table

from evaluators import Evaluator, Failure, InstanceSet, score
from evaluators.cell.lockdown import address_space, confinement, restrict_process
from evaluators.sandbox import Limits
from problems import Problem, Reference, Split
from problems.smtt import Smtt, SmttAlgorithm
from problems.toy import Toy


def of_train(problem: Problem) -> InstanceSet:
    """Return the instances of train; what they are compared with does not matter here."""
    instances = tuple(problem.instances(Split.TRAIN))
    return InstanceSet(Split.TRAIN, instances, tuple(Reference(1.0, None, False, "none") for _ in instances))


async def ours(problem: Problem, known: InstanceSet, sources: Sequence[str], fingerprints: bool = False) -> float:
    """Return CPU seconds per candidate on one worker, the first two left out: everything is warm then."""
    async with Evaluator(problem, {Split.TRAIN: known}, Limits(), 1) as evaluator:
        for index, text in enumerate(sources):
            if index == 2:
                before = tree_cpu()
            outcome = await (evaluator.fingerprint(text) if fingerprints else evaluator.evaluate(text))
            assert not isinstance(outcome, Failure), outcome
        return (tree_cpu() - before) / (len(sources) - 2)


def tree_cpu() -> float:
    """Return the CPU seconds of this process, its living descendants and all children that those waited for."""
    ticks: dict[int, float] = {}
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            fields = path.read_text().rsplit(")", 1)[1].split()
            parents[int(path.parent.name)] = int(fields[1])
            own = path.parent.name == str(os.getpid())
            ticks[int(path.parent.name)] = sum(map(float, fields[11:13] if own else fields[11:15]))
    family = {os.getpid()}
    while grown := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= grown
    return sum(ticks[pid] for pid in family) / os.sysconf("SC_CLK_TCK")


def evaluator_cpu(problem: Smtt, known: InstanceSet, count: int) -> float:
    """Return CPU seconds per candidate end to end in the evaluator, its start left out."""
    return asyncio.run(ours(problem, known, [source(index) for index in range(-2, count)]))


def fingerprint_costs(count: int) -> dict[str, tuple[float, float]]:
    """Return CPU milliseconds of a fingerprint and of an evaluation on train, for a candidate of each kind."""
    mdd = Smtt().baselines["MDD"].replace("d)", "d) + CONSTANT * p")
    insertion = SmttAlgorithm().baselines["MDD+insertion"].replace("out):\n", "out):\n    tag = CONSTANT\n")
    candidates: dict[str, tuple[Problem, str, int]] = {
        "toy, a rule of one line": (Toy(), "def priority(p, w):\n    return p - CONSTANT * w\n", count),
        "smtt, MDD with a constant": (Smtt(), mdd, count),
        "smtt, the rule of 20 lines": (Smtt(budget_class="C"), RULE, count),
        "smtt_b, MDD+insertion": (SmttAlgorithm(), insertion, max(2, count // 15)),
    }
    found = {}
    for name, (problem, text, how_many) in candidates.items():
        sources = [text.replace("CONSTANT", repr(0.5 + index / 1000)) for index in range(how_many + 2)]
        known = of_train(problem)
        both = [asyncio.run(ours(problem, known, sources, fingerprints)) for fingerprints in (True, False)]
        found[name] = (1000 * both[0], 1000 * both[1])
    return found


def layers_cpu(count: int) -> float:
    """Return CPU seconds that all layers add to a fork of a warm process: the median of pairs run in turn.

    It happens in a process of its own that has settled as a zygote does.
    """
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        entered = confinement(Limits(), executable=True, seccomp=True, size=address_space()).enter
        restrict_process(restricted=True)
        pairs = [forks(entered, 20) - forks(lambda: None, 20) for _ in range(max(1, count // 20))]
        os.write(writer, repr(statistics.median(pairs)).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    return float(os.read(reader, 100))


def forks(enter: Callable[[], None], count: int) -> float:
    """Return CPU seconds per forked child that enters its confinement and ends."""
    before = cpu()
    for _ in range(count):
        pid = os.fork()
        if not pid:
            enter()
            os._exit(0)
        os.waitpid(pid, 0)
    return (cpu() - before) / count


def scoring_share(problem: Smtt) -> float:
    """Return the share of re-scoring in the parent in the CPU of a whole evaluation on SMTT's train set."""
    known = of_train(problem)
    instances = known.instances
    solutions = [instance.arrays[0].argsort() for instance in instances]
    score(problem, known, solutions)
    before = time.process_time()
    for _ in range(20):
        for instance, solution in zip(instances, solutions, strict=True):
            problem.objective(instance, solution)
    scoring = (time.process_time() - before) / 20
    return scoring / evaluator_cpu(problem, known, 20)


def main() -> None:
    """Measure, print a table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--candidates", type=int, default=60)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    problem = Smtt(train=((60, 1),), budget_class="C")
    known = of_train(problem)
    known = InstanceSet(Split.TRAIN, known.instances[:5], known.references[:5])
    found = {
        "fresh_ms": 1000 * fresh_interpreters(max(3, options.candidates // 10)),
        "ours_ms": 1000 * evaluator_cpu(problem, known, options.candidates),
        "layers_ms": 1000 * layers_cpu(200),
        "scoring_share": scoring_share(Smtt(budget_class="C")),
    }
    found["ratio"] = found["fresh_ms"] / found["ours_ms"]
    table = Table("figure", "measured", "bar", title="one rule candidate, 5 instances × 60 jobs, CPU")
    table.add_row("fresh interpreter + numba, ms", f"{found['fresh_ms']:.0f}", "")
    table.add_row("our evaluator, end to end, ms", f"{found['ours_ms']:.1f}", "")
    table.add_row("times less", f"{found['ratio']:.1f}", "≥ 9")
    table.add_row("all isolation layers above a bare fork, ms", f"{found['layers_ms']:.2f}", "≤ 1.5")
    table.add_row("re-scoring in the parent, share of an evaluation", f"{found['scoring_share']:.2%}", "< 1 %")
    Console().print(table)
    costs = fingerprint_costs(options.candidates // 2)
    table = Table("candidate", "fingerprint, ms", "evaluation, ms", "share", title="before and in evaluation, CPU")
    for name, (fingerprint, evaluation) in costs.items():
        table.add_row(name, f"{fingerprint:.0f}", f"{evaluation:.0f}", f"{fingerprint / evaluation:.0%}")
    Console().print(table)
    if options.json:
        options.json.write_text(json.dumps({**found, "fingerprint_ms": costs}, indent=1) + "\n")


if __name__ == "__main__":
    main()
