"""A run from settings to its table, new or resumed after any kill."""

import asyncio
import json
import platform
import signal
import uuid
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from rich.console import Console

from evaluators import Evaluator, InstanceSet, Isolation
from evo.authors.llm import reachable
from evo.callbacks.events import Audience, Ended, Started
from evo.config.settings import Settings
from evo.config.trust import code_digest, signature
from evo.core.errors import EvoError, MachineError, UserError
from evo.core.protocols import Author
from evo.core.steps import Begun
from evo.runs.build import (
    instance_sets,
    make_analyst,
    make_author,
    make_callbacks,
    make_evaluator,
    make_population,
)
from evo.runs.finish import Conclusion, conclude
from evo.runs.progress import watching
from evo.runs.restore import RestoredRun, recorded_sets, recorded_validations
from evo.search.budget import Ledger
from evo.search.context import ContextTracker
from evo.search.engine import Engine
from evo.search.pipeline import Pipeline
from evo.search.recorder import Recorder
from evo.search.window import Window
from evo.store import RunHeader, RunStatus, RunStore
from evo.store.folders import DATABASE
from islands import Axis
from problems import Split

PING_SECONDS = 7.0


def run(settings: Settings, folder: Path, console: Console) -> Conclusion:
    """Evolve from the seeds until the budget is used up; everything is recorded in `folder`.

    Raises:
        EvoError, SandboxError, KeyboardInterrupt: the run stopped early; `resume` goes on from there.
    """
    author = _reached_author(settings)
    sets = instance_sets(settings, folder.parent, console)
    return _to_the_end(_new_run(settings, author, sets, folder, console))


def resume(settings: Settings, folder: Path, console: Console) -> Conclusion:
    """Go on with a run that was stopped or killed: what was paid for is used, not asked again.

    Raises:
        EvoError, SandboxError, KeyboardInterrupt: it stopped again, or the code no longer fits the run.
    """
    with RunStore.open(folder / DATABASE) as store:
        return _to_the_end(_resumed_run(settings, _reached_author(settings), store, console))


async def _new_run(
    settings: Settings, author: Author, sets: Mapping[Split, InstanceSet], folder: Path, console: Console
) -> Conclusion:
    async with AsyncExitStack() as stack:
        stack.push_async_callback(author.close)
        evaluator = await stack.enter_async_context(make_evaluator(settings, sets))
        pairs = {split: list(zip(known.instances, known.references, strict=True)) for split, known in sets.items()}
        header = _header(settings, evaluator.isolation)
        store = stack.enter_context(RunStore.create(folder / DATABASE, header, pairs, _islands(settings)))
        audience = stack.enter_context(_audience(settings, console))
        engine = _make_engine(settings, author, evaluator, store, audience)
        audience.started(_started(header, settings, folder))
        stopped = await _search(settings, store, engine, {}, console)
        conclusion = await conclude(settings.problem, engine, evaluator, store, {}, stopped)
        audience.ended(_ended(conclusion, engine))
        return conclusion


async def _resumed_run(settings: Settings, author: Author, store: RunStore, console: Console) -> Conclusion:
    async with AsyncExitStack() as stack:
        stack.push_async_callback(author.close)
        history = store.history()
        evaluator = await stack.enter_async_context(make_evaluator(settings, recorded_sets(history, settings.problem)))
        audience = stack.enter_context(_audience(settings, console))
        engine = _make_engine(settings, author, evaluator, store, audience)
        restored = RestoredRun(history, settings.operators)
        for recorded in restored.placed(author):
            if engine.restore(recorded.step) != recorded.placements:
                raise UserError(f"Candidate {recorded.step.ordinal} is no longer placed as recorded: see `evo replay`.")
        engine.ledger.charge(history.total_spent)
        engine.tally.earlier_seconds = history.header.seconds
        store.resume(_islands(settings))
        audience.started(_started(history.header, settings, store.path.parent, engine.tally.placed))
        stopped = await _search(settings, store, engine, restored.begun(author), console)
        conclusion = await conclude(settings.problem, engine, evaluator, store, recorded_validations(history), stopped)
        audience.ended(_ended(conclusion, engine))
        return conclusion


def _reached_author(settings: Settings) -> Author:
    """Make the author and see that its model answers, before anything else is done."""
    author = make_author(settings)
    fault = asyncio.run(reachable(settings.llm, seconds=PING_SECONDS))
    if fault is not None:
        raise MachineError(fault)
    return author


def _make_engine(
    settings: Settings, author: Author, evaluator: Evaluator, store: RunStore, audience: Audience
) -> Engine:
    window = Window(settings.window, len(settings.problem.seeds))
    context = ContextTracker(evaluator.sets[Split.TRAIN]) if settings.asks_models else None
    analyst = make_analyst(settings, author, context)
    return Engine(
        make_population(settings),
        author,
        Pipeline(evaluator, window, settings.checks_novelty, analyst),
        Recorder(store, Ledger(settings.budget)),
        window,
        context,
        audience.placed if settings.callbacks else None,
    )


def _audience(settings: Settings, console: Console) -> Audience:
    def complain(line: str) -> None:
        console.print(f"evo: {line}", highlight=False, markup=False, soft_wrap=True)

    return Audience(make_callbacks(settings), complain)


def _started(header: RunHeader, settings: Settings, folder: Path, placed: int = 0) -> Started:
    return Started(header.uid, folder, header.problem, header.seed, settings.config, placed)


def _ended(conclusion: Conclusion, engine: Engine) -> Ended:
    gaps = {split: gap.scaled for split, gap in conclusion.found.gaps.items()}
    return Ended(conclusion.stopped, engine.tally.elapsed, conclusion.best.ordinal, gaps)


async def _search(
    settings: Settings, store: RunStore, engine: Engine, begun: Mapping[int, Begun], console: Console
) -> str:
    problem = settings.problem
    seeds = {name: problem.baselines[name] for name in problem.seeds}
    try:
        await engine.plant(seeds, settings.seed, begun)
        async with watching(engine, f"{problem.name}: evolving with {settings.llm.model}", console):
            return await engine.search([step for ordinal, step in sorted(begun.items()) if ordinal >= len(seeds)])
    except (EvoError, asyncio.CancelledError):
        store.finish(RunStatus.INTERRUPTED)
        raise


def _to_the_end(main: Coroutine[None, None, Conclusion]) -> Conclusion:
    try:
        return asyncio.run(_ended_by_terminate(main))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


async def _ended_by_terminate(main: Coroutine[None, None, Conclusion]) -> Conclusion:
    """Let a polite kill end the run as Ctrl-C does."""
    task = asyncio.ensure_future(main)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


def _islands(settings: Settings) -> list[tuple[str, Sequence[Axis]]]:
    return [(island.name, island.axes) for island in settings.islands]


def _header(settings: Settings, isolation: Isolation) -> RunHeader:
    packages = ("numpy", "numba", "llvmlite", "scipy", "sqlalchemy")
    environment = {
        "python": platform.python_version(),
        "machine": platform.platform(),
        **{name: version(name) for name in packages},
    }
    uid, config = uuid.uuid4().hex[:12], json.loads(settings.config)
    code = code_digest(config, settings.folders)
    return RunHeader(
        uid=uid,
        problem=settings.problem.name,
        seed=settings.seed,
        config=settings.config,
        version=version("evo-heuristics"),
        environment=json.dumps(environment),
        isolation=isolation,
        started=datetime.now(UTC).isoformat(timespec="milliseconds"),
        overrides=settings.overrides,
        folders=settings.folders,
        code=code,
        origin=signature(uid, config, settings.folders, code),
    )
