"""What a person sees while a run goes on: a live panel on a terminal, a line now and then elsewhere."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial

from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from evo.core.foreign_text import visible
from evo.core.format import by_level
from evo.core.records import Usage
from evo.runs.pace import Pace, used
from evo.runs.waiting import pause
from evo.search.engine import Engine, Phase

REFRESH_SECONDS = 0.25
LOOK_SECONDS = 0.5
"""How often it is seen whether there is something new to tell where there is no terminal."""
QUIET_SECONDS = 60.0
PHASE_SECONDS = 20.0
"""So often it is told, where there is no terminal, that a phase other than the search goes on."""
AXES_WIDTH = 60
"""The narrowest console, in characters, on which an island's axes stand beside its figures."""
DOING = {
    Phase.BASELINES: "baselines: scored on train",
    Phase.SEARCH: "search",
    Phase.VALIDATION: "validation: picks the winner",
    Phase.TEST: "test: the winner and the baselines, once",
    Phase.DRAWINGS: "drawings: the winner and the best baseline on an instance",
}
WAIT_SECONDS = 1.0
"""A reply that has been waited for so long is told."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A search that is looked at: its engine, its title, its pace, whether models are asked."""

    engine: Engine
    title: str
    asks_models: bool
    pace: Pace = field(default_factory=Pace)


@asynccontextmanager
async def watching(watched: Watched, console: Console) -> AsyncIterator[None]:
    """Show the progress of a search, from its seeds to test, until the block ends.

    Where it cannot be shown, one line says why, and the run goes on.
    """
    task = asyncio.create_task(_live(watched, console) if console.is_terminal else _lines(watched, console))
    task.add_done_callback(partial(_tell_fault, console))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _tell_fault(console: Console, task: "asyncio.Task[None]") -> None:
    if task.cancelled() or (fault := task.exception()) is None:
        return
    why = f"{type(fault).__name__}: {' '.join(str(fault).split())}"
    told = f"evo: the progress is no longer shown ({why}); the run goes on"
    with suppress(OSError):  # the fault may be the console's own
        console.print(visible(told), highlight=False, markup=False, soft_wrap=True)


async def _live(watched: Watched, console: Console) -> None:
    with Live(render(watched, console.width), console=console, auto_refresh=False, transient=True) as live:
        while True:
            watched.pace.look(watched.engine.ledger, watched.engine.tally.searched)
            live.update(render(watched, console.width), refresh=True)
            await asyncio.sleep(REFRESH_SECONDS)


async def _lines(watched: Watched, console: Console) -> None:
    """Print a line now and then, the rarer the longer it takes, and what there is to tell of the models once.

    While nothing happens, as where a person is waited for, it is said again every minute only, in phases other than the
    search more often; a new phase is said at once.
    """
    engine, told = watched.engine, set[str]()
    said: tuple[object, ...] = ()
    phase, last = engine.tally.phase, engine.tally.elapsed

    def tell(*texts: str) -> None:
        news = [text for text in engine.notices.lasting if text not in told]
        told.update(news)
        for text in (*texts, *news):
            console.print(visible(text), highlight=False, markup=False, soft_wrap=True)

    try:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            elapsed = engine.tally.elapsed
            watched.pace.look(engine.ledger, engine.tally.searched)
            state = (engine.tally.placed, *engine.notices.now)
            longest = QUIET_SECONDS if phase is Phase.SEARCH else PHASE_SECONDS
            due = elapsed - last >= longest or (elapsed - last >= pause(elapsed) and said != state)
            if due or phase is not engine.tally.phase:
                said, phase, last = state, engine.tally.phase, elapsed
                tell(line(watched), *engine.notices.now)
    finally:
        tell()


def line(watched: Watched) -> str:
    """Return the state in one line."""
    engine = watched.engine
    best = engine.population.best
    gap = f"best on train {by_level(best.gaps)} (candidate {best.ordinal})" if best else "no candidate yet"
    phase = "" if engine.tally.phase is Phase.SEARCH else f"{DOING[engine.tally.phase]}  "
    parts = [f"{engine.tally.elapsed:6.0f} s  {phase}{_progress(watched)}", gap]
    parts += [f"to beat: {to_beat}"] if (to_beat := _to_beat(engine)) else []
    parts += [left] if (left := _time_left(watched)) else []
    parts += [spent(engine.ledger.spent)] if watched.asks_models else []
    return "  ".join([*parts, *_waits_for(engine)])


def render(watched: Watched, width: int) -> Panel:
    """Draw the progress, what is to be beaten, what is waited for, the cost, a row per island, `width` wide."""
    engine = watched.engine
    bar = ProgressBar(total=1.0, completed=_share(engine))
    # A bar alone does not end its line.
    parts = Group(bar, Text(), _facts(watched), _islands(engine, width))
    return Panel(parts, title=Text(visible(watched.title)), title_align="left", width=width)


def spent(usage: Usage) -> str:
    """Say what was spent, an unknown price as such."""
    if not usage.tokens:
        return "no tokens"
    dollars = "price unknown" if usage.dollars is None else f"${usage.dollars:.4f}"
    return f"{usage.tokens:,} tokens, {dollars}"


def _facts(watched: Watched) -> Table:
    engine = watched.engine
    best = engine.population.best
    endings = sorted(engine.tally.endings.items(), key=lambda item: -item[1])
    limit = engine.ledger.budget.dollars
    rows = {
        "phase": ", ".join(filter(None, (DOING[engine.tally.phase], _elapsed(engine), _time_left(watched)))),
        "asked for": _progress(watched),
        "best on train": f"gap {by_level(best.gaps)}, candidate {best.ordinal}" if best else "none yet",
        "to beat": _to_beat(engine),
        "outcomes": "   ".join(f"{name} {count}" for name, count in endings) or "none yet",
        "waits for": "; ".join(_waits_for(engine)),
        "spent": f"{spent(engine.ledger.spent)}{f' of ${limit:g}' if limit else ''}" if watched.asks_models else "",
        "models": "\n".join([*engine.notices.now, *engine.notices.lasting]),
    }
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column()
    for name, value in rows.items():
        if value:
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


def _progress(watched: Watched) -> str:
    """Say how many candidates were asked for and how fast, and replies by themselves where edits follow them."""
    return ", ".join(
        f"{f'{asked:,} of {limit:,}' if limit else f'{asked:,}'} {name}{_rate(watched, name)}"
        for asked, limit, name in _counts(watched.engine)
    )


def _counts(engine: Engine) -> list[tuple[int, int | None, str]]:
    ledger = engine.ledger
    counts: list[tuple[int, int | None, str]] = [(ledger.candidates, ledger.budget.candidates, "candidates")]
    if 0 < ledger.replies < ledger.candidates or ledger.budget.replies:
        counts.append((ledger.replies, ledger.budget.replies, "replies"))
    return counts


def _share(engine: Engine) -> float:
    """Return how much is done, of the limit that is nearest to its end; all of it once the search is over."""
    if engine.tally.phase in (Phase.VALIDATION, Phase.TEST, Phase.DRAWINGS):
        return 1.0
    now = used(engine.ledger, engine.tally.searched)
    limits = {name: getattr(engine.ledger.budget, name) for name in now}
    return min(1.0, max((now[name] / limit for name, limit in limits.items() if limit), default=0.0))


def _elapsed(engine: Engine) -> str:
    return f"{duration(engine.tally.elapsed)} so far"


def _rate(watched: Watched, name: str) -> str:
    rate = watched.pace.per_second(name)
    return f" ({60 * rate:.0f} a minute)" if rate and watched.engine.tally.phase is Phase.SEARCH else ""


def _time_left(watched: Watched) -> str:
    left = watched.pace.left(watched.engine.ledger)
    if left is None or watched.engine.tally.phase is not Phase.SEARCH:
        return ""
    return f"about {duration(left.seconds)} left"


def duration(seconds: float) -> str:
    """Say how long something takes, in whole seconds, from a minute on in minutes."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"


def _to_beat(engine: Engine) -> str:
    """Name the best baseline on train; nothing while no baseline has a score there."""
    if engine.tally.to_beat is None:
        return ""
    name, gaps = engine.tally.to_beat
    return f"{name}, gap {by_level(gaps)}"


def _waits_for(engine: Engine) -> list[str]:
    """Say whose replies are waited for since when, and how many candidates are being evaluated."""
    now = time.monotonic()
    since = [(model, began) for model, began in engine.tally.writing.values() if now - began >= WAIT_SECONDS]
    counts = Counter(model for model, _ in since)
    told = []
    for model, count in counts.items():
        longest = now - min(began for name, began in since if name == model)
        told.append(f"{'a reply' if count == 1 else f'{count} replies'} of {model} since {duration(longest)}")
    evaluating = engine.tally.evaluating
    return [*told, *([f"evaluating {evaluating} candidate{'s' if evaluating > 1 else ''}"] if evaluating else [])]
