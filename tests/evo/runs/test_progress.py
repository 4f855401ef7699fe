"""The live panel at every width: the bar on a line of its own, nothing broken, nothing wider than the console."""

import asyncio
import io
from pathlib import Path

import pytest
from rich.console import Console

from evaluators import Isolation
from evo.authors.embedded import EmbeddedAuthor
from evo.config.compose import compose
from evo.core.records import Notices
from evo.runs.build import instance_sets, make_audience, make_author, make_engine, make_evaluator
from evo.runs.progress import render
from evo.search.engine import Engine
from evo.store import RunHeader, RunStore

SMALL = ["problem=toy", "problem.train=3", "problem.validation=2", "problem.test=2", "evaluator.workers=1"]
TITLE = "toy: evolving with embedded"
BAR = "━╸╺"
FIGURES = ("candidates", "best on train", "outcomes", "spent", "elites", "coverage", "best gap")


class Telling(EmbeddedAuthor):
    """Has something to tell all along."""

    def notices(self) -> Notices:
        return Notices(("coder is out of reach, asked again in 7 s",), ("coder refuses top_p and is asked without",))


async def searched(folder: Path, *overrides: str, tells: bool = False) -> Engine:
    """Return an engine at the end of a small search."""
    settings = compose([*SMALL, *overrides])
    sets = instance_sets(settings, folder, Console(file=io.StringIO()))
    pairs = {split: list(zip(known.instances, known.references, strict=True)) for split, known in sets.items()}
    header = RunHeader("panel", "toy", 0, "{}", "0", "{}", Isolation.C, "2026-01-01T00:00:00+00:00")
    with RunStore.create(folder / "run.sqlite", header, pairs) as store:
        async with make_evaluator(settings, sets) as evaluator:
            audience = make_audience(settings, Console(file=io.StringIO()))
            author = Telling(settings.problem, False) if tells else make_author(settings)
            engine = make_engine(settings, author, evaluator, store, audience)
            await engine.plant({name: settings.problem.baselines[name] for name in settings.problem.seeds}, 0, {})
            await engine.search()
    return engine


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return asyncio.run(searched(tmp_path_factory.mktemp("panel"), "budget.candidates=30", "islands=five"))


def drawn(engine: Engine, width: int) -> list[str]:
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system="truecolor", record=True)
    console.print(render(engine, TITLE, console.width))
    return console.export_text().splitlines()


@pytest.mark.parametrize("width", [40, 50, 59, 60, 80, 100, 120, 160])
def test_the_bar_stands_alone_and_no_line_is_wider_than_the_console(engine: Engine, width: int) -> None:
    lines = drawn(engine, width)
    with_bar = [line for line in lines if any(part in line for part in BAR)]
    assert [line.strip("│ ").strip(BAR) for line in with_bar] == [""]
    assert {len(line) for line in lines} == {width}


@pytest.mark.parametrize("width", [40, 50, 59, 60, 80, 100, 120, 160])
def test_no_name_and_no_figure_is_broken_or_cut(engine: Engine, width: int) -> None:
    text = "\n".join(drawn(engine, width))
    best = engine.population.best
    assert best is not None
    stats = [island.archive.stats(floor=0.0) for island in engine.population.islands]
    figures = [f"{stat.coverage:.0%}" for stat in stats] + [f"{-stat.best:.3%}" for stat in stats if stat.best]
    names = [island.name for island in engine.population.islands]
    assert [word for word in (TITLE, "30/30", *FIGURES, *names, *figures) if word not in text] == []
    assert "…" not in text


def test_who_is_waited_for_is_told(tmp_path: Path) -> None:
    engine = asyncio.run(searched(tmp_path, "budget.candidates=4", tells=True))
    for width in (40, 80):
        lines = drawn(engine, width)
        words = " ".join(" ".join(lines).replace("│", " ").split())
        assert "coder is out of reach, asked again in 7 s coder refuses top_p and is asked without" in words
        assert {len(line) for line in lines} == {width}


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_axes_of_each_island_are_told_where_there_is_room(engine: Engine, width: int) -> None:
    words = " ".join(drawn(engine, width)).split()
    measures = [axis.measure for island in engine.population.islands for axis in island.archive.axes]
    assert [measure for measure in measures if measure not in words] == []
