"""What does it cost that a program runs in a clean interpreter? Evaluations here against those of another checkout.

Each program solves the training instances of `smtt_program` as it is by default, in one worker; the two checkouts take
turns. Shown are medians of the wall milliseconds of an evaluation and the ratio of this one to the other, with its 95 %
interval over the turns.

    python benchmarks/programs.py --before CHECKOUT [--turns 7] [--json FILE]

The other checkout needs an environment of its own (`python3 go.py doctor`). The file beside this one compares with
commit 3879ff9, where programs ran in a fork of our own process.
"""

import argparse
import json
import math
import statistics
import subprocess
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from evaluators.statistics import mean_interval

HERE = Path(__file__).parent.parent
EVALUATIONS = 5  # in each turn
ONE_MS = """
import time
def solve(p, d):
    end = time.process_time() + 0.001
    while time.process_time() < end:
        pass
    return sorted(range(len(d)), key=lambda j: d[j])
"""
CODE = """
import asyncio, json, sys, time
from evaluators.sandbox import Limits, Worker
from problems import Split
from problems.smtt.program import SmttProgram
problem = SmttProgram()
programs = {**problem.baselines, "1 ms an instance": sys.argv[1]}
async def main():
    worker = Worker(problem, {split: tuple(problem.instances(split)) for split in Split}, Limits())
    await worker.start()
    took = {}
    for name, source in programs.items():
        await worker.run(source, Split.TRAIN)
        began = time.perf_counter()
        for _ in range(int(sys.argv[2])):
            report = await worker.run(source, Split.TRAIN)
            assert report.failure is None, report.failure
        took[name] = (time.perf_counter() - began) / int(sys.argv[2])
    await worker.close()
    print(json.dumps(took))
asyncio.run(main())
"""


def turn(checkout: Path) -> dict[str, float]:
    """Return the seconds of an evaluation of each program in a checkout."""
    command = (str(checkout / ".venv" / "bin" / "python"), "-c", CODE, ONE_MS, str(EVALUATIONS))
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=True)
    seconds: dict[str, float] = json.loads(done.stdout)
    return seconds


def main() -> None:
    """Take turns, print the table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", type=Path, required=True)
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    turns = [(turn(HERE), turn(options.before.resolve())) for _ in range(options.turns)]
    shown = Table(
        "program", "now, ms", "before, ms", "ratio, 95 %", title="one evaluation on the 50 training instances"
    )
    rows = {}
    for name in turns[0][0]:
        now, before = ([each[place][name] for each in turns] for place in (0, 1))
        mean = mean_interval(np.log(now) - np.log(before))
        ratio = {"estimate": math.exp(mean.estimate), "low": math.exp(mean.low), "high": math.exp(mean.high)}
        rows[name] = {"now": statistics.median(now), "before": statistics.median(before), "ratio": ratio}
        middle = (1000 * rows[name]["now"], 1000 * rows[name]["before"])
        interval = f"{ratio['estimate']:.2f} [{ratio['low']:.2f}, {ratio['high']:.2f}]"
        shown.add_row(name, *(f"{each:.0f}" for each in middle), interval)
    Console(width=120).print(shown)
    if options.json:
        options.json.write_text(json.dumps({"turns": options.turns, "programs": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
