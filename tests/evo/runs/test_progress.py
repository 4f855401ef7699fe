"""The live panel at every width: the bar on a line of its own, nothing broken, nothing wider than the console."""

import asyncio
import io
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from evaluators import Isolation
from evo.authors.embedded import EmbeddedAuthor
from evo.config.compose import compose
from evo.core.records import Notices
from evo.runs.build import instance_sets, make_audience, make_engine, make_evaluator
from evo.runs.pace import Pace, TimeLeft
from evo.runs.progress import PHASE_SECONDS, Watched, line, render, watching
from evo.runs.waiting import announced, pause
from evo.search.budget import Budget, Ledger
from evo.search.engine import Engine, Phase
from evo.store import RunHeader, RunStore

SMALL = ["problem=toy", "problem.train=3", "problem.validation=2", "problem.test=2", "evaluator.workers=1"]
TITLE = "toy: evolving with embedded"
BAR = "━╸╺"
FIGURES = ("phase", "candidates", "best on train", "to beat", "outcomes", "elites", "coverage", "best gap")
WIDTHS = [40, 50, 59, 60, 80, 100, 120, 160]


class Telling(EmbeddedAuthor):
    """Has something to tell all along."""

    def notices(self) -> Notices:
        return Notices(("coder is out of reach, asked again in 7 s",), ("coder refuses top_p and is asked without",))


class Unfit(EmbeddedAuthor):
    """Has notices that cannot be told."""

    def notices(self) -> Notices:
        raise ValueError("no notices\nat all")


async def searched(
    folder: Path, *overrides: str, author: type[EmbeddedAuthor] = EmbeddedAuthor, waited: float = 0.0
) -> Engine:
    """Return an engine at the end of a small search that began so many seconds after its making."""
    settings = compose([*SMALL, *overrides])
    sets = instance_sets(settings, folder, Console(file=io.StringIO()))
    pairs = {split: list(zip(known.instances, known.references, strict=True)) for split, known in sets.items()}
    header = RunHeader("panel", "toy", 0, "{}", "0", "{}", Isolation.C, "2026-01-01T00:00:00+00:00")
    with RunStore.create(folder / "run.sqlite", header, pairs) as store:
        async with make_evaluator(settings, sets) as evaluator:
            audience = make_audience(settings, Console(file=io.StringIO()))
            engine = make_engine(settings, author(settings.problem, False), evaluator, store, audience)
            engine.tally.started -= waited
            await engine.plant({name: settings.problem.baselines[name] for name in settings.problem.seeds}, 0, {})
            await engine.search()
    return engine


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return asyncio.run(searched(tmp_path_factory.mktemp("panel"), "budget.candidates=30", "islands=five"))


def drawn(watched: Watched, width: int) -> list[str]:
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system="truecolor", record=True)
    console.print(render(watched, console.width))
    return console.export_text().splitlines()


def words(lines: list[str]) -> str:
    return " ".join(" ".join(lines).replace("│", " ").split())


@pytest.fixture
def watched(engine: Engine) -> Watched:
    engine.tally.phase, engine.tally.to_beat = Phase.SEARCH, ("WSPT", (0.01234,))
    return Watched(engine, TITLE, asks_models=False)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_bar_stands_alone_and_no_line_is_wider_than_the_console(watched: Watched, width: int) -> None:
    lines = drawn(watched, width)
    with_bar = [line for line in lines if any(part in line for part in BAR)]
    assert [line.strip("│ ").strip(BAR) for line in with_bar] == [""]
    assert {len(line) for line in lines} == {width}


@pytest.mark.parametrize("width", WIDTHS)
def test_no_name_and_no_figure_is_broken_or_cut(watched: Watched, width: int) -> None:
    text = "\n".join(drawn(watched, width))
    stats = [island.archive.stats(floor=0.0) for island in watched.engine.population.islands]
    figures = [f"{stat.coverage:.0%}" for stat in stats] + [f"{-stat.best:.3%}" for stat in stats if stat.best]
    names = [island.name for island in watched.engine.population.islands]
    assert [word for word in (TITLE, "30 of 30", *FIGURES, *names, *figures) if word not in text] == []
    assert "…" not in text


@pytest.mark.parametrize("width", [80, 100, 120])
def test_the_phase_what_is_to_be_beaten_the_rate_and_the_time_left_are_told(watched: Watched, width: int) -> None:
    ledger = Ledger(Budget(candidates=1000), candidates=400)
    pace = Pace()
    for elapsed, candidates in ((0.0, 100), (30.0, 400)):
        pace.look(replace(ledger, candidates=candidates), elapsed)
    told = words(drawn(replace(watched, pace=pace), width))
    assert "phase search, " in told
    assert "30 of 30 candidates (600 a minute)" in told
    assert "to beat WSPT, gap 1.234%" in told
    assert "spent" not in told, "nobody was asked, so nothing has a price"
    assert pace.left(ledger) == TimeLeft(60.0, "candidates")


def test_of_several_limits_the_one_that_is_reached_first_is_told() -> None:
    ledger = Ledger(Budget(candidates=1000, seconds=50.0, replies=None), candidates=200)
    pace = Pace()
    assert pace.left(ledger) is None
    for elapsed in range(0, 21, 4):
        pace.look(replace(ledger, candidates=10 * elapsed), float(elapsed))
    assert pace.left(ledger) == TimeLeft(30.0, "seconds")


@pytest.mark.parametrize("width", [40, 80, 120])
def test_who_is_waited_for_since_when_is_told(watched: Watched, width: int) -> None:
    tally = watched.engine.tally
    now = time.monotonic()
    tally.writing |= {7: ("gpt-x", now - 12.3), 8: ("gpt-x", now - 3), 9: ("gpt-x", now)}
    tally.evaluating = 2
    try:
        told = words(drawn(replace(watched, asks_models=True), width))
        assert re.search(r"2 replies of gpt-x since \d\d s; evaluating 2 candidates", told)
        assert "spent no tokens" in told
        assert re.search(r"2 replies of gpt-x since \d\d s", line(watched))
    finally:
        tally.writing.clear()
        tally.evaluating = 0


@pytest.mark.parametrize("phase", [Phase.BASELINES, Phase.VALIDATION, Phase.TEST])
def test_each_phase_is_named(watched: Watched, phase: Phase) -> None:
    watched.engine.tally.phase = phase
    told = words(drawn(watched, 80))
    assert f"phase {phase}: " in told
    assert " left" not in told
    assert str(phase) in line(watched)


@pytest.mark.parametrize("width", [40, 80])
def test_notices_of_the_models_are_told(tmp_path: Path, width: int) -> None:
    engine = asyncio.run(searched(tmp_path, "budget.candidates=4", author=Telling))
    lines = drawn(Watched(engine, TITLE, asks_models=True), width)
    assert "coder is out of reach, asked again in 7 s coder refuses top_p and is asked without" in words(lines)
    assert {len(line) for line in lines} == {width}


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_axes_of_each_island_are_told_where_there_is_room(watched: Watched, width: int) -> None:
    told = " ".join(drawn(watched, width)).split()
    measures = [axis.measure for island in watched.engine.population.islands for axis in island.archive.axes]
    assert [measure for measure in measures if measure not in told] == []


def test_the_time_before_the_search_does_not_count_against_the_budget(tmp_path: Path) -> None:
    engine = asyncio.run(searched(tmp_path, "budget.candidates=4", "budget.seconds=500", waited=1000.0))
    assert engine.ledger.candidates == 4
    assert engine.tally.searched < 500 < 1000 < engine.tally.elapsed


async def printed(file: io.StringIO, lines: int) -> list[str]:
    """Return what was printed as soon as it has so many lines, after ten seconds at the latest."""
    deadline = time.monotonic() + 10
    while file.getvalue().count("\n") < lines and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    return file.getvalue().splitlines()


@pytest.mark.parametrize("phase", [Phase.VALIDATION, Phase.TEST])
def test_without_a_terminal_a_phase_is_told_when_it_begins_and_while_it_lasts(watched: Watched, phase: Phase) -> None:
    tally, file = watched.engine.tally, io.StringIO()

    async def told() -> list[str]:
        async with watching(watched, Console(file=file, width=80)):
            await asyncio.sleep(0.1)
            tally.phase = phase
            await printed(file, 1)
            tally.started -= PHASE_SECONDS
            return await printed(file, 2)

    lines = asyncio.run(told())
    assert len(lines) == 2
    assert all(f"{phase}: " in line for line in lines)


@pytest.mark.parametrize("terminal", [True, False])
def test_a_fault_of_what_is_shown_is_told_once_and_the_run_goes_on(tmp_path: Path, terminal: bool) -> None:
    watched = Watched(asyncio.run(searched(tmp_path, "budget.candidates=4", author=Unfit)), TITLE, asks_models=True)
    file = io.StringIO()

    async def went_on() -> bool:
        async with watching(watched, Console(file=file, width=80, force_terminal=terminal)):
            await printed(file, 1)
        return True

    assert asyncio.run(went_on())
    assert file.getvalue().count("ValueError: no notices at all); the run goes on") == 1
    assert "Traceback" not in file.getvalue()


def test_without_a_terminal_lines_become_rarer() -> None:
    assert [pause(elapsed) for elapsed in (0.0, 20.0, 120.0, 3600.0)] == [2.5, 5.0, 15.0, 60.0]


def test_what_takes_long_is_told_while_it_does(tmp_path: Path) -> None:
    file = (tmp_path / "told").open("w+")
    with announced(Console(file=file, width=80), lambda: "computing references: 3 of 9"):
        time.sleep(2.7)
    file.seek(0)
    assert re.fullmatch(r"computing references: 3 of 9, \d s\n", file.read())
    terminal = Console(file=io.StringIO(), width=80, force_terminal=True)
    with announced(terminal, lambda: "asking for a sign of life"):
        pass
    assert "asking for a sign of life" in terminal.file.getvalue()  # type: ignore[attr-defined]
