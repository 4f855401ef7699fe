"""The end of a run: whatever it found, it fits a page of 24 rows, and what is printed can be copied."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from evaluators import Facts, Gap, InstanceSet, Isolation
from evo.cli.program import PROGRAM
from evo.cli.run_summary import show_conclusion
from evo.core.records import Candidate
from evo.runs.finish import Conclusion, Row
from evo.store import RunStore
from problems import Split

LONG = "def priority(p, w):\n    return " + " + ".join(f"{place}.125 * (p / w)" for place in range(20)) + "\n"
PROGRAM_TEXT = "def solve(p, w):\n" + "".join(f"    x{place} = {place}\n" for place in range(40)) + "    return p\n"


@pytest.fixture
def shown(runs: Path, monkeypatch: pytest.MonkeyPatch):
    """Return what prints the end of the small run on a terminal of some width, with another source."""
    monkeypatch.setenv(PROGRAM, "python3 go.py")
    with RunStore.open_folder(runs / "toy_run") as store:
        best = store.header().best
    assert best is not None

    def show(width: int, source: str, baselines: int = 12) -> list[str]:
        gaps = {split: Gap(0.0112, 0.01, 0.01) for split in Split}
        rows = tuple(Row(f"BASELINE-{place}", gaps) for place in range(baselines))
        candidate = Candidate(best, source, Facts("d", 9), -0.01)
        stopped = "budget.candidates = 8 is used up"
        found = Row(f"found #{best}", gaps)
        sets: dict[Split, InstanceSet] = {}
        ended = Conclusion(stopped, 8, 0, candidate, found, rows, sets, Isolation.A)
        console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
        show_conclusion(ended, runs / "toy_run", console, as_json=False)
        return console.file.getvalue().splitlines()  # type: ignore[attr-defined]

    return show


def rows_taken(lines: list[str], width: int) -> int:
    return sum(max(1, -(-len(line) // width)) for line in lines)


@pytest.mark.parametrize("width", [80, 100, 120])
@pytest.mark.parametrize("source", [LONG, PROGRAM_TEXT, "def priority(p, w):\n    return p / w\n"])
def test_it_fits_a_page_and_shows_whole_lines_of_the_source(shown, width: int, source: str) -> None:
    lines = shown(width, source)
    assert rows_taken(lines, width) <= 24
    printed = [line for line in lines if line in source.splitlines()]
    assert printed[0] == source.splitlines()[0]
    left_out = len(source.strip().splitlines()) - len(printed)
    assert ("\n".join(lines).count(f"… and {left_out} lines more") == 1) is (left_out > 0)
    assert sum(line.startswith("BASELINE-") for line in lines) == 3


def test_a_rule_in_one_long_line_is_never_broken(shown) -> None:
    assert LONG.splitlines()[1] in shown(80, LONG)


def test_the_commands_are_those_of_the_shell_at_hand(shown, runs: Path) -> None:
    commands = [line.strip() for line in shown(300, LONG) if line.startswith("  python3")]
    assert [command.split(str(runs))[0] for command in commands] == [
        "python3 go.py show ",
        "python3 go.py report ",
        "python3 go.py lineage path ",
    ]
    assert f"file: {runs / 'toy_run' / 'best.py'}" in shown(300, LONG)
