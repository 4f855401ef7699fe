"""How soon `evo run` comes to its first scored candidate where the references are kept from an earlier run.

Each checkout named (its `evo`, by default that of this environment) runs in turn, in a folder of its own, and is ended
once its record holds a candidate beyond the seeds. Seconds are those from the start of the process; CPU seconds are
those of the process and of its sandbox processes until then. A first run of each, which computes references and
compiles kernels, does not count.

    python benchmarks/start.py [--pairs 7] [EVO ...]
"""

import argparse
import os
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import astuple, dataclass, fields
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
SEEDS = 4


@dataclass(frozen=True, slots=True)
class Start:
    """Wall seconds to the first scored seed and to the first scored candidate beyond; CPU seconds until then."""

    seed: float
    candidate: float
    cpu_driver: float
    cpu_all: float


def cpu_seconds(root: int) -> tuple[float, float]:
    """Return the CPU seconds of a process, and those of it and all processes below it."""
    parents: dict[int, int] = {}
    spent: dict[int, float] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            values = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        parents[int(folder.name)], spent[int(folder.name)] = int(values[1]), sum(map(int, values[11:15])) / TICKS
    family = {root}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return spent[root], sum(spent[process] for process in family)


def scored(record: Path) -> list[int]:
    """Return the ordinals of the candidates that have a score; none while there is no record."""
    try:
        with closing(sqlite3.connect(f"file:{record}?mode=ro", uri=True)) as connection:
            return [ordinal for (ordinal,) in connection.execute("SELECT candidate FROM evaluations")]
    except sqlite3.OperationalError:
        return []


def start(evo: str, runs: Path) -> Start:
    """Start a run, and end it at its first candidate."""
    folder = runs / f"{len(list(runs.iterdir()))}"
    began = time.perf_counter()
    command = [evo, "run", "experiment=first", f"hydra.run.dir={folder}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seed = None
    while not (ordinals := scored(folder / "run.sqlite")) or max(ordinals) < SEEDS:
        seed = time.perf_counter() - began if ordinals and seed is None else seed
        if process.poll() is not None:
            raise RuntimeError(f"{evo} ended with status {process.returncode}.")
        time.sleep(0.01)
    candidate = time.perf_counter() - began
    driver, family = cpu_seconds(process.pid)
    process.send_signal(signal.SIGINT)
    process.wait()
    return Start(candidate if seed is None else seed, candidate, driver, family)


def main() -> None:
    """Measure and print medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("evo", nargs="*", default=[str(Path(sys.executable).with_name("evo"))])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folders = {evo: Path(place) / str(number) for number, evo in enumerate(arguments.evo)}
        for evo, folder in folders.items():
            folder.mkdir()
            start(evo, folder)
        found: dict[str, list[Start]] = {evo: [] for evo in folders}
        for turn in range(arguments.pairs):
            for evo in list(folders)[:: 1 if turn % 2 == 0 else -1]:
                found[evo].append(start(evo, folders[evo]))
    for evo, starts in found.items():
        medians = [statistics.median(column) for column in zip(*map(astuple, starts), strict=True)]
        names = [field.name for field in fields(Start)]
        print(evo, *(f"{name} {median:.2f} s" for name, median in zip(names, medians, strict=True)), sep="  ")


if __name__ == "__main__":
    main()
