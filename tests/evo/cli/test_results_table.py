"""The table that ends a run fits its console, and no figure or name is broken."""

from io import StringIO

import pytest
from rich.console import Console

from evaluators import Gap
from evo.cli.results_table import table
from evo.runs.finish import Row
from problems import Split


def shown(width: int, lower: tuple[float, ...]) -> list[str]:
    upper = Gap(0.0354, 0.0401, None)
    gap = Gap(0.035, 0.04, 0.05, upper, lower)
    rows = [Row(name, dict.fromkeys(Split, gap)) for name in ("large, Tetris", "found #857")]
    console = Console(file=StringIO(), width=width)
    console.print(table(rows[:1], rows[1], {}))
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [80, 100, 160])
@pytest.mark.parametrize("lower", [(), (0.00626, 0.02591)])
def test_names_and_figures_are_whole_on_a_console_of_any_width(width: int, lower: tuple[float, ...]) -> None:
    lines = shown(width, lower)
    assert any("large, Tetris" in line for line in lines)
    figures = ["3.500–3.540%", *([" / 0.626%", " / 2.591%"] if lower and width > 120 else [])]
    assert all(any(line.count(figure) == len(Split) for line in lines) for figure in figures)
    assert max(map(len, lines)) <= width


def test_on_a_narrow_console_the_levels_of_an_objective_stand_one_below_the_other() -> None:
    lines = shown(80, (0.00626, 0.02591))
    first = next(i for i, line in enumerate(lines) if "large, Tetris" in line)
    assert [lines[first + i].count(figure) for i, figure in enumerate(("3.500", "/ 0.626%", "/ 2.591%"))] == [3, 3, 3]
