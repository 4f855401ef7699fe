"""What a person sees while a run goes on: a live panel on a terminal, a line now and then elsewhere."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rich.console import Console, Group
from rich.live import Live
from rich.padding import Padding
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from evo.core.foreign_text import visible
from evo.core.format import by_level
from evo.core.records import Usage
from evo.search.engine import Engine

REFRESH_SECONDS = 0.25
LINE_SECONDS = 5.0
QUIET_SECONDS = 60.0
AXES_WIDTH = 60
"""The narrowest console, in characters, on which an island's axes stand beside its figures."""


@asynccontextmanager
async def watching(engine: Engine, title: str, console: Console) -> AsyncIterator[None]:
    """Show the engine's progress until the block ends."""
    task = asyncio.create_task(_live(engine, title, console) if console.is_terminal else _lines(engine, console))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _live(engine: Engine, title: str, console: Console) -> None:
    with Live(render(engine, title, console.width), console=console, auto_refresh=False, transient=False) as live:
        try:
            while True:
                await asyncio.sleep(REFRESH_SECONDS)
                live.update(render(engine, title, console.width), refresh=True)
        finally:
            live.update(render(engine, title, console.width), refresh=True)


async def _lines(engine: Engine, console: Console) -> None:
    """Print a line now and then, and what there is to tell of the models: what lasts once, if only at the end.

    While nothing happens, as where a person is waited for, it is said again every minute only.
    """
    told: set[str] = set()
    said: tuple[object, ...] = ()
    last = -QUIET_SECONDS

    def tell(*texts: str) -> None:
        news = [text for text in engine.notices.lasting if text not in told]
        told.update(news)
        for text in (*texts, *news):
            console.print(visible(text), highlight=False, markup=False, soft_wrap=True)

    try:
        while True:
            await asyncio.sleep(LINE_SECONDS)
            state = (engine.tally.placed, *engine.notices.now)
            if said != state or engine.tally.elapsed - last >= QUIET_SECONDS:
                said, last = state, engine.tally.elapsed
                tell(line(engine), *engine.notices.now)
    finally:
        tell()


def line(engine: Engine) -> str:
    """Return the state in one line."""
    best = engine.population.best
    gap = f"best train gap {by_level(best.gaps)} (candidate {best.ordinal})" if best else "no candidate yet"
    islands = " ".join(f"{island.name} {len(island.archive)}" for island in engine.population.islands)
    return f"{engine.tally.elapsed:6.0f} s  {_progress(engine)}  {gap}  elites {islands}  {spent(engine.ledger.spent)}"


def render(engine: Engine, title: str, width: int) -> Panel:
    """Draw progress, best gap, what became of the candidates, spend, and a row per island, `width` characters wide."""
    shares = [asked / limit for asked, limit, _ in _counts(engine) if limit]
    bar = ProgressBar(total=1.0, completed=max(shares, default=0.0))
    parts = Group(Padding(bar, 0), _facts(engine), _islands(engine, width))  # a bar alone does not end its line
    return Panel(parts, title=Text(visible(title)), title_align="left", width=width)


def spent(usage: Usage) -> str:
    """Say what was spent, an unknown price as such."""
    if not usage.tokens:
        return "no tokens"
    dollars = "price unknown" if usage.dollars is None else f"${usage.dollars:.4f}"
    return f"{usage.tokens:,} tokens, {dollars}"


def _facts(engine: Engine) -> Table:
    best = engine.population.best
    endings = sorted(engine.tally.endings.items(), key=lambda item: -item[1])
    rows = {
        "candidates": f"{_progress(engine)}   in flight {engine.tally.in_flight}   {engine.tally.elapsed:.0f} s",
        "best on train": f"gap {by_level(best.gaps)}, candidate {best.ordinal}" if best else "none yet",
        "outcomes": "   ".join(f"{name} {count}" for name, count in endings) or "none yet",
        "spent": spent(engine.ledger.spent),
    }
    if told := [*engine.notices.now, *engine.notices.lasting]:
        rows["models"] = "\n".join(told)
    table = Table.grid(padding=(0, 2))
    for name, value in rows.items():
        table.add_row(Text(name, style="dim"), Text(visible(value)))
    return table


def _islands(engine: Engine, width: int) -> Table:
    """Draw a row per island; a narrow console has no room for axes, and figures are never broken."""
    wide = width >= AXES_WIDTH
    table = Table(box=None, padding=(0, 2 if wide else 1, 0, 0), pad_edge=False)
    for heading in ("island", *(["axes"] if wide else []), "elites", "coverage", "best gap"):
        is_text = heading in ("island", "axes")
        table.add_column(heading, justify="left" if is_text else "right", header_style="dim", no_wrap=not is_text)
    for island in engine.population.islands:
        stats = island.archive.stats(floor=0.0)
        best = "–" if stats.best is None else f"{-stats.best:.3%}"
        axes = " × ".join(axis.measure for axis in island.archive.axes)
        table.add_row(island.name, *([axes] if wide else []), str(stats.elites), f"{stats.coverage:.0%}", best)
    return table


def _progress(engine: Engine) -> str:
    counts = _counts(engine)
    return ", ".join(f"{asked}/{limit} {name}" if limit else f"{asked} {name}" for asked, limit, name in counts)


def _counts(engine: Engine) -> list[tuple[int, int | None, str]]:
    """Return how many candidates were asked for, the limit and the word; replies by themselves where edits follow."""
    ledger = engine.ledger
    counts: list[tuple[int, int | None, str]] = [(ledger.candidates, ledger.budget.candidates, "candidates")]
    if 0 < ledger.replies < ledger.candidates or ledger.budget.replies:
        counts.append((ledger.replies, ledger.budget.replies, "replies"))
    return counts
