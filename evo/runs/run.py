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

import evo
from evaluators import Evaluator, InstanceSet, Isolation, Outcome
from evaluators.language import LANGUAGE_VERSION
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
from evo.runs.checkout import checkout
from evo.runs.finish import Conclusion, conclude, rate_on_train
from evo.runs.progress import Watched, watching
from evo.runs.waiting import announced
from evo.search.engine import Engine
from evo.store import RunHeader, RunStatus, RunStore, ScoredBy
from evo.store.folders import DATABASE
from islands import Axis
from problems import Split

STARTING = "starting the sandbox and compiling the problem's kernel"


def run(settings: Settings, folder: Path, console: Console) -> Conclusion:
    """Evolve from the seeds until the budget is used up; everything is recorded in `folder`.

    Raises:
        EvoError, SandboxError, KeyboardInterrupt: the run stopped early; `resume` goes on from there.
    """
    author = reached_author(settings, folder, console)
    sets = instance_sets(settings, folder.parent, console)
    return run_interruptible(_new_run(settings, author, sets, folder, console))


async def _new_run(
    settings: Settings, author: Author, sets: Mapping[Split, InstanceSet], folder: Path, console: Console
) -> Conclusion:
    async with AsyncExitStack() as stack:
        stack.push_async_callback(author.close)
        with announced(console, lambda: STARTING):
            evaluator = await stack.enter_async_context(make_evaluator(settings, sets))
        end_ahead()
        pairs = {split: list(zip(known.instances, known.references, strict=True)) for split, known in sets.items()}
        header = _header(settings, evaluator.isolation)
        store = stack.enter_context(RunStore.create(folder / DATABASE, header, pairs, recorded_islands(settings)))
        audience = stack.enter_context(make_audience(settings, console))
        engine = make_engine(settings, author, evaluator, store, audience)
        audience.started(started_event(header, settings, folder))
        async with watching(watched_search(settings, engine), console):
            rated, stopped = await search(settings, store, engine, evaluator, {})
            conclusion = await conclude(settings.problem, engine, evaluator, store, {}, rated, stopped, ScoredBy.RUN)
        audience.ended(ended_event(conclusion, engine))
        return conclusion


def started_event(header: RunHeader, settings: Settings, folder: Path, placed: int = 0) -> Started:
    """Return what callbacks hear first; `placed` candidates are on record."""
    return Started(header.uid, folder, header.problem, header.seed, settings.config, placed)


def ended_event(conclusion: Conclusion, engine: Engine) -> Ended:
    """Return what callbacks hear last."""
    gaps = {split: gap.scaled for split, gap in conclusion.found.gaps.items()}
    return Ended(conclusion.stopped, engine.tally.elapsed, conclusion.best.ordinal, gaps)


def watched_search(settings: Settings, engine: Engine) -> Watched:
    """Return what is shown of a search while it goes on."""
    by = "without a model" if not settings.asks_models else f"with {', '.join(settings.llm.names())}"
    return Watched(engine, f"{settings.problem.name}: evolving {by}", settings.asks_models)


async def search(
    settings: Settings, store: RunStore, engine: Engine, evaluator: Evaluator, begun: Mapping[int, Begun]
) -> tuple[dict[str, Outcome], str]:
    """Score the baselines, plant the seeds, search on; return the baselines' outcomes on train, and why it stopped."""
    problem = settings.problem
    seeds = {name: problem.baselines[name] for name in problem.seeds}
    try:
        rated = await rate_on_train(problem, engine, evaluator)
        store.record_baselines(problem.baselines, rated)
        await engine.plant(seeds, settings.seed, begun)
        stopped = await engine.search([step for ordinal, step in sorted(begun.items()) if ordinal >= len(seeds)])
    except (EvoError, asyncio.CancelledError):
        store.finish(RunStatus.INTERRUPTED)
        raise
    return rated, stopped


def recorded_islands(settings: Settings) -> list[tuple[str, Sequence[Axis]]]:
    """Return the names and axes of the islands, for the record."""
    return [(island.name, island.axes) for island in settings.islands]


def _header(settings: Settings, isolation: Isolation) -> RunHeader:
    packages = ("numpy", "numba", "llvmlite", "scipy", "sqlalchemy")
    environment = {
        "python": platform.python_version(),
        "machine": platform.platform(),
        **{name: version(name) for name in packages},
        **checkout(Path(evo.__path__[0]).parent),
        "language": str(LANGUAGE_VERSION),
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
