"""A run from settings to its table, new or resumed after any kill."""

import asyncio
import json
import platform
import signal
import uuid
from collections.abc import Coroutine, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from rich.console import Console

from evaluators import Evaluator, InstanceSet, Isolation
from evo.authors.llm import reachable
from evo.callbacks.events import Audience, Ended, Started
from evo.config.settings import Settings
from evo.core.protocols import Author
from evo.core.step import SearchError, Step
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
from evo.runs.restore import Recall, recorded_sets, validations
from evo.search.budget import Ledger
from evo.search.context import Chronicle
from evo.search.engine import Engine
from evo.search.pipeline import Study
from evo.store import RunHeader, RunStatus, RunStore
from evo.store.folders import DATABASE
from problems import Split

PING_SECONDS = 7.0


def run(settings: Settings, folder: Path, console: Console) -> Conclusion:
    """Evolve from the seeds until the budget is used up; everything is recorded in `folder`.

    Raises:
        SearchError, StoreError, SandboxError, KeyboardInterrupt: the run stopped early; `resume` goes on from there.
    """
    author = _reached_author(settings)
    sets = instance_sets(settings, folder.parent, console)
    return _to_the_end(_new_run(settings, author, sets, folder, console))


def resume(settings: Settings, folder: Path, console: Console) -> Conclusion:
    """Go on with a run that was stopped or killed: what was paid for is used, not asked again.

    Raises:
        SearchError, StoreError, SandboxError, KeyboardInterrupt: it stopped again, or the code no longer fits the run.
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
        store = stack.enter_context(RunStore.create(folder / DATABASE, header, pairs))
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
        recall = Recall(history, settings.operators)
        for recalled in recall.placed(author):
            if engine.recall(recalled.step) != recalled.placements:
                raise SearchError(
                    f"Candidate {recalled.step.ordinal} is no longer placed as recorded: see `evo replay`."
                )
        engine.ledger.charge(history.total_spent)
        engine.tally.earlier_seconds = history.header.seconds
        store.resume()
        audience.started(_started(history.header, settings, store.path.parent, engine.tally.placed))
        stopped = await _search(settings, store, engine, recall.begun(author), console)
        conclusion = await conclude(settings.problem, engine, evaluator, store, validations(history), stopped)
        audience.ended(_ended(conclusion, engine))
        return conclusion


def _reached_author(settings: Settings) -> Author:
    """Make the author and see that its model answers, before anything else is done."""
    author = make_author(settings)
    fault = asyncio.run(reachable(settings.llm, seconds=PING_SECONDS))
    if fault is not None:
        raise SearchError(fault)
    return author


def _make_engine(
    settings: Settings, author: Author, evaluator: Evaluator, store: RunStore, audience: Audience
) -> Engine:
    population, ledger = make_population(settings), Ledger(settings.budget)
    study, tell = _study(settings, author, evaluator), audience.placed if settings.callbacks else None
    return Engine(population, author, evaluator, store, ledger, settings.window, study, tell)


def _audience(settings: Settings, console: Console) -> Audience:
    def complain(line: str) -> None:
        console.print(f"evo: {line}", highlight=False, markup=False, soft_wrap=True)

    return Audience(make_callbacks(settings), complain)


def _started(header: RunHeader, settings: Settings, folder: Path, placed: int = 0) -> Started:
    return Started(header.uid, folder, header.problem, header.seed, settings.config, placed)


def _ended(conclusion: Conclusion, engine: Engine) -> Ended:
    gaps = {split: gap.scaled for split, gap in conclusion.found.gaps.items()}
    return Ended(conclusion.stopped, engine.tally.elapsed, conclusion.best.ordinal, gaps)


def _study(settings: Settings, author: Author, evaluator: Evaluator) -> Study:
    if not settings.asks_models:
        return Study(novelty=settings.screens_twins)
    chronicle = Chronicle(evaluator.sets[Split.TRAIN])
    return Study(chronicle, settings.screens_twins, make_analyst(settings, author, chronicle))


async def _search(
    settings: Settings, store: RunStore, engine: Engine, begun: Mapping[int, Step], console: Console
) -> str:
    problem = settings.problem
    seeds = {name: problem.baselines[name] for name in problem.seeds}
    try:
        await engine.plant(seeds, settings.seed, begun)
        async with watching(engine, f"{problem.name}: evolving with {settings.llm.model}", console):
            return await engine.search([step for ordinal, step in sorted(begun.items()) if ordinal >= len(seeds)])
    except (SearchError, asyncio.CancelledError):
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


def _header(settings: Settings, isolation: Isolation) -> RunHeader:
    packages = ("numpy", "numba", "llvmlite", "scipy", "sqlalchemy")
    environment = {
        "python": platform.python_version(),
        "machine": platform.platform(),
        **{name: version(name) for name in packages},
    }
    return RunHeader(
        uid=uuid.uuid4().hex[:12],
        problem=settings.problem.name,
        seed=settings.seed,
        config=json.dumps(settings.config),
        version=version("evo-heuristics"),
        environment=json.dumps(environment),
        isolation=isolation,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
    )
