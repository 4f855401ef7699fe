"""What does it cost that a program runs in a clean interpreter? Evaluations here against those of another checkout.

Each program solves the 50 training instances of `smtt_program` as it is by default, in one worker. The two checkouts
take turns, evaluation by evaluation. Shown are the ratio of this one to the other, of the wall seconds of an evaluation
(geometric mean over the turns with its 95 % interval) and of its CPU seconds (of all processes, over all turns), and
the milliseconds of both (wall: medians). First comes the geometric mean over the baselines of `smtt_program`.

    python benchmarks/programs.py --before CHECKOUT [--turns 100] [--json FILE]

The other checkout needs an environment of its own (`python3 go.py doctor`). The file beside this one compares with
commit 3879ff9, where programs ran in a fork of our own process.
"""

import argparse
import json
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from evaluators.statistics import Interval, mean_interval
from problems.smtt.program import SmttProgram

HERE = Path(__file__).parent.parent
WARM = 3  # evaluations that are not counted
# The clock of a thread: that of a whole process with a limit goes on in ticks of some milliseconds.
ONE_MS = """
import time
def solve(p, d):
    end = time.thread_time() + 0.001
    while time.thread_time() < end:
        pass
    return sorted(range(len(d)), key=lambda j: d[j])
"""
PROGRAMS = {**SmttProgram.baselines, "1 ms an instance": ONE_MS}
CODE = """
import asyncio, json, os, pathlib, sys, time
from evaluators.sandbox import Limits, Worker
from problems import Split
from problems.smtt.program import SmttProgram
problem = SmttProgram()
programs = json.loads(sys.argv[1])
def below(pid):
    for file in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, file.read_text().split()):
            yield child
            yield from below(child)
def cpu_seconds():
    ticks = 0
    for pid in below(os.getpid()):
        times = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]
        ticks += sum(map(int, times))  # of the process and of those that it has reaped
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")
async def main():
    worker = Worker(problem, {split: tuple(problem.instances(split)) for split in Split}, Limits())
    await worker.start()
    for line in sys.stdin:
        began = time.perf_counter()
        if line.strip() == "CPU":
            print(cpu_seconds(), flush=True)
            continue
        report = await worker.run(programs[line.strip()], Split.TRAIN)
        assert report.failure is None, report.failure
        print(time.perf_counter() - began, flush=True)
    await worker.close()
asyncio.run(main())
"""


class Checkout:
    """A worker of a checkout, which evaluates when it is told."""

    def __init__(self, folder: Path) -> None:
        command = (str(folder / ".venv" / "bin" / "python"), "-c", CODE, json.dumps(PROGRAMS))
        self.process = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, line: str) -> float:
        """Return the wall seconds of an evaluation of the named program, or all CPU seconds so far for "CPU"."""
        assert self.process.stdin is not None, "it is a pipe"
        assert self.process.stdout is not None, "it is a pipe"
        print(line, file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())


@dataclass(frozen=True, slots=True)
class Measured:
    """A program in two checkouts, this one first: wall seconds of each turn, CPU seconds of an evaluation."""

    wall: Sequence[tuple[float, float]]
    cpu: tuple[float, float]

    @property
    def logarithms(self) -> NDArray[np.float64]:
        """The logarithms of this checkout's wall seconds over the other's, one a turn."""
        logarithms: NDArray[np.float64] = np.log(np.divide(*np.array(self.wall).T))
        return logarithms

    @property
    def cpu_ratio(self) -> float:
        """The CPU seconds of this checkout over the other's."""
        return self.cpu[0] / self.cpu[1]

    @property
    def medians(self) -> tuple[float, float]:
        """The medians of the wall seconds."""
        now, before = (statistics.median(turn[place] for turn in self.wall) for place in (0, 1))
        return now, before


def measure(program: str, checkouts: tuple[Checkout, Checkout], turns: int) -> Measured:
    """Let two checkouts evaluate a program in turns; each goes first in every other turn."""
    now, before = checkouts
    for _ in range(WARM):
        now.ask(program), before.ask(program)
    began = now.ask("CPU"), before.ask("CPU")
    wall = []
    for turn in range(turns):
        first = before.ask(program) if turn % 2 else None
        seconds = now.ask(program)
        wall.append((seconds, before.ask(program) if first is None else first))
    cpu = now.ask("CPU") - began[0], before.ask("CPU") - began[1]
    return Measured(wall, (cpu[0] / turns, cpu[1] / turns))


def main() -> None:
    """Measure, print the table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", type=Path, required=True)
    parser.add_argument("--turns", type=int, default=100)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    checkouts = Checkout(HERE), Checkout(options.before.resolve())
    measured = {name: measure(name, checkouts, options.turns) for name in PROGRAMS}
    baselines = [measured[name] for name in SmttProgram.baselines]
    together = mean_interval(np.mean([one.logarithms for one in baselines], axis=0)).exponential()
    cpu = statistics.geometric_mean(one.cpu_ratio for one in baselines)
    ratios = {name: mean_interval(one.logarithms).exponential() for name, one in measured.items()}
    shown = Table(title="one evaluation on the 50 training instances, this checkout against the other")
    for column in ("program", "wall, ratio, 95 %", "CPU, ratio", "wall, ms", "CPU, ms"):
        shown.add_column(column)
    shown.add_row("geometric mean", text_of(together), f"{cpu:.2f}")
    for name, one in measured.items():
        pairs = (f"{1000 * now:.1f} / {1000 * before:.1f}" for now, before in (one.medians, one.cpu))
        shown.add_row(name, text_of(ratios[name]), f"{one.cpu_ratio:.2f}", *pairs)
    Console(width=120).print(shown)
    if options.json:
        rows = {
            name: {"ratio": asdict(ratios[name]), "cpu_ratio": one.cpu_ratio, "wall": one.medians, "cpu": one.cpu}
            for name, one in measured.items()
        }
        first = {"ratio": asdict(together), "cpu_ratio": cpu}
        results = {"turns": options.turns, "geometric mean": first, "programs": rows}
        options.json.write_text(json.dumps(results, indent=1) + "\n")


def text_of(ratio: Interval) -> str:
    """Return a ratio with its interval."""
    return f"{ratio.estimate:.2f} [{ratio.low:.2f}, {ratio.high:.2f}]"


if __name__ == "__main__":
    main()
