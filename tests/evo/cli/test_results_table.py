"""The table that ends a run fits its console, and no figure or name is broken."""

from io import StringIO

import pytest
from rich.console import Console

from evaluators import Gap
from evo.cli.results_table import against_best
from evo.runs.finish import Row
from problems import Split


def row(name: str, gap: float, lower: tuple[float, ...] = ()) -> Row:
    return Row(name, dict.fromkeys(Split, Gap(gap, 0.04, 0.05, Gap(gap + 0.0004, 0.0401, None), lower)))


def shown(width: int, rows: list[Row], found: Row) -> list[str]:
    console = Console(file=StringIO(), width=width)
    console.print(against_best(rows, found, 3))
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [80, 100, 160])
@pytest.mark.parametrize("lower", [(), (0.00626, 0.02591)])
def test_names_and_figures_are_whole_on_a_console_of_any_width(width: int, lower: tuple[float, ...]) -> None:
    lines = shown(width, [row("large, Tetris", 0.035, lower)], row("found #857", 0.035, lower))
    wanted = ["3.500–3.540%", *([" / 0.626% / 2.591%"] if lower and width > 120 else [])]
    large = next(line for line in lines if "large, Tetris" in line)
    assert [large.count(figure) for figure in wanted] == [len(Split)] * len(wanted)
    assert max(map(len, lines)) <= width


def test_the_three_best_baselines_stand_by_their_gaps_on_test_around_what_was_found() -> None:
    rows = [row(name, gap) for name, gap in (("EDD", 0.5), ("MDD", 0.02), ("MDDC", 0.01), ("ATC", 0.03))]
    failed = Row("SLOW", {}, "timeout: 10 s")
    on_test_alone = Row("LUCKY", {Split.VALIDATION: Gap(0.9, None, None), Split.TEST: Gap(0.0, None, None)})
    lines = shown(80, [on_test_alone, *rows, failed], row("found #7", 0.015))
    assert [line.split("  ")[0] for line in lines[1:]] == ["MDDC", "found #7", "MDD", "ATC"]
