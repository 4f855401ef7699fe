"""A new run, from its settings to its table."""

import asyncio
import json
import platform
import uuid
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from rich.console import Console

from evaluators import InstanceSet, Isolation
from evaluators.sandbox import end_ahead
from evo.callbacks.events import Ended, Started
from evo.config.settings import Settings
from evo.config.trust import code_digest, signature
from evo.core.errors import EvoError
from evo.core.event_loop import run_interruptible
from evo.core.protocols import Author
from evo.core.steps import Begun
from evo.runs.build import (
    instance_sets,
    make_audience,
    make_engine,
    make_evaluator,
    reached_author,
)
from evo.runs.finish import Conclusion, conclude
from evo.runs.progress import watching
from evo.search.engine import Engine
from evo.store import RunHeader, RunStatus, RunStore, ScoredBy
from evo.store.folders import DATABASE
from islands import Axis
from problems import Split


def run(settings: Settings, folder: Path, console: Console) -> Conclusion:
    """Evolve from the seeds until the budget is used up; everything is recorded in `folder`.

    Raises:
        EvoError, SandboxError, KeyboardInterrupt: the run stopped early; `resume` goes on from there.
    """
    author = reached_author(settings, folder)
    sets = instance_sets(settings, folder.parent, console)
    return run_interruptible(_new_run(settings, author, sets, folder, console))


async def _new_run(
    settings: Settings, author: Author, sets: Mapping[Split, InstanceSet], folder: Path, console: Console
) -> Conclusion:
    async with AsyncExitStack() as stack:
        stack.push_async_callback(author.close)
        evaluator = await stack.enter_async_context(make_evaluator(settings, sets))
        end_ahead()
        pairs = {split: list(zip(known.instances, known.references, strict=True)) for split, known in sets.items()}
        header = _header(settings, evaluator.isolation)
        store = stack.enter_context(RunStore.create(folder / DATABASE, header, pairs, recorded_islands(settings)))
        audience = stack.enter_context(make_audience(settings, console))
        engine = make_engine(settings, author, evaluator, store, audience)
        audience.started(started_event(header, settings, folder))
        stopped = await search(settings, store, engine, {}, console)
        conclusion = await conclude(settings.problem, engine, evaluator, store, {}, stopped, ScoredBy.RUN)
        audience.ended(ended_event(conclusion, engine))
        return conclusion


def started_event(header: RunHeader, settings: Settings, folder: Path, placed: int = 0) -> Started:
    """Return what callbacks hear first; `placed` candidates are on record."""
    return Started(header.uid, folder, header.problem, header.seed, settings.config, placed)


def ended_event(conclusion: Conclusion, engine: Engine) -> Ended:
    """Return what callbacks hear last."""
    gaps = {split: gap.scaled for split, gap in conclusion.found.gaps.items()}
    return Ended(conclusion.stopped, engine.tally.elapsed, conclusion.best.ordinal, gaps)


async def search(
    settings: Settings, store: RunStore, engine: Engine, begun: Mapping[int, Begun], console: Console
) -> str:
    """Plant the seeds and search on, watched on the console; return why it stopped."""
    problem = settings.problem
    seeds = {name: problem.baselines[name] for name in problem.seeds}
    try:
        await engine.plant(seeds, settings.seed, begun)
        async with watching(engine, f"{problem.name}: evolving with {settings.llm.model}", console):
            return await engine.search([step for ordinal, step in sorted(begun.items()) if ordinal >= len(seeds)])
    except (EvoError, asyncio.CancelledError):
        store.finish(RunStatus.INTERRUPTED)
        raise


def recorded_islands(settings: Settings) -> list[tuple[str, Sequence[Axis]]]:
    """Return the names and axes of the islands, for the record."""
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
        signatures=tuple(settings.problem.signatures),
    )
