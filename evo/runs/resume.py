"""A run that was stopped or killed goes on: what was paid for is used, not asked again."""

from contextlib import AsyncExitStack
from pathlib import Path

from rich.console import Console

from evo.config.settings import Settings
from evo.core.errors import UserError
from evo.core.event_loop import run_interruptible
from evo.core.protocols import Author
from evo.runs.build import (
    make_audience,
    make_engine,
    make_evaluator,
    reached_author,
)
from evo.runs.finish import Conclusion, conclude
from evo.runs.progress import watching
from evo.runs.recorded_steps import RestoredRun, recorded_sets, recorded_validations
from evo.runs.run import STARTING, ended_event, recorded_islands, search, started_event, watched_search
from evo.runs.waiting import announced
from evo.store import RunStatus, RunStore, ScoredBy
from evo.store.folders import DATABASE
from problems import Split


def resume(settings: Settings, folder: Path, console: Console) -> Conclusion:
    """Go on with a run that was stopped or killed: what was paid for is used, not asked again.

    Raises:
        EvoError, SandboxError, KeyboardInterrupt: it stopped again, its budget is used up, or the code no longer fits.
    """
    with RunStore.open(folder / DATABASE) as store:
        return run_interruptible(_resumed_run(settings, reached_author(settings, folder, console), store, console))


async def _resumed_run(settings: Settings, author: Author, store: RunStore, console: Console) -> Conclusion:
    async with AsyncExitStack() as stack:
        stack.push_async_callback(author.close)
        history = store.history()
        with announced(console, lambda: STARTING):
            sets = recorded_sets(history.instances, settings.problem)
            evaluator = await stack.enter_async_context(make_evaluator(settings, sets))
        audience = stack.enter_context(make_audience(settings, console))
        engine = make_engine(settings, author, evaluator, store, audience)
        restored = RestoredRun(history, settings.operators)
        for recorded in restored.placed(author):
            if engine.restore(recorded.step) != recorded.placements:
                raise UserError(f"Candidate {recorded.step.ordinal} is no longer placed as recorded: see `evo replay`.")
        engine.ledger.charge(history.total_spent)
        engine.tally.earlier_seconds = history.header.seconds
        for source, outcome in history.baselines:
            evaluator.memory.keep(source, Split.TRAIN, outcome)
        begun = restored.begun(author)
        used_up = engine.ledger.used_up(engine.tally.searched)
        if history.header.status is RunStatus.FINISHED and used_up and not begun:
            raise UserError(f"The run has ended and {used_up}: resume it with a larger one, nothing was changed.")
        store.resume(recorded_islands(settings))
        audience.started(started_event(history.header, settings, store.path.parent, engine.tally.placed))
        async with watching(watched_search(settings, engine), console):
            rated, stopped = await search(settings, store, engine, evaluator, begun)
            validated = recorded_validations(history)
            earlier = None if history.header.best is None else restored.candidate(history.header.best)
            conclusion = await conclude(
                settings.problem, engine, evaluator, store, validated, rated, stopped, ScoredBy.RESUME, earlier
            )
        audience.ended(ended_event(conclusion, engine))
        return conclusion
