"""The parts of a run, built from its settings."""

import asyncio
import os
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from evaluators import Evaluator, Facts, FailureKind, InstanceSet, references
from evo.authors.embedded import EmbeddedAuthor
from evo.authors.llm import (
    Conditions,
    LLMAnalyst,
    LLMAuthor,
    RecordingError,
    check_operator,
    insight_prompt,
    make_conditions,
    make_models,
    reachable,
    render,
)
from evo.authors.llm.settings import OF_TEXTS
from evo.authors.mixed import MixedAuthor
from evo.callbacks.events import Audience, Callback
from evo.config.settings import Settings
from evo.core.context import Context
from evo.core.errors import MachineError, UserError
from evo.core.foreign_text import visible
from evo.core.protocols import Analyst, Author
from evo.core.records import Broken, Candidate, Operator, Proposal, Wanted
from evo.runs.waiting import announced
from evo.search.budget import Ledger
from evo.search.context_tracker import ContextTracker
from evo.search.engine import Engine
from evo.search.pipeline import Pipeline
from evo.search.population import ParentSelection, Population
from evo.search.recorder import Recorder
from evo.search.unusable_replies import UnusableReplies
from evo.search.window import Window
from evo.store import RunStore
from islands import GridArchive, Island
from problems import Instance, Problem, Split

REFERENCES = "references.sqlite"


def make_author(settings: Settings, environment: Mapping[str, str] = os.environ, folder: Path = Path()) -> Author:
    """Build the author that the settings name, with keys from the environment; nothing is sent.

    `folder` is the run's, for prompts and replies in files.

    Raises:
        UserError: the embedded author cannot write for this problem, a key, a price or a recording is missing, or an
            operator is wrong.
    """
    try:
        if not settings.asks_models:
            return _embedded_author(settings)
        author = _llm_author(settings, environment, folder)
        return MixedAuthor(author, _embedded_author(settings)) if settings.edits_per_reply else author
    except (ValueError, RecordingError) as error:
        raise UserError(str(error)) from error


def _embedded_author(settings: Settings) -> EmbeddedAuthor:
    author = EmbeddedAuthor(settings.problem, settings.asks_models)
    for operator in settings.operators:
        if operator.author != "embedded":
            continue
        author.prepare(Proposal(0, 0, operator, (), settings.seed))  # refuses an unknown move
    return author


def _llm_author(settings: Settings, environment: Mapping[str, str], folder: Path) -> LLMAuthor:
    llm = settings.llm
    conditions = run_conditions(settings)
    check_room(settings, conditions)
    models = make_models(llm, environment, folder)
    author = LLMAuthor(
        settings.problem,
        models,
        settings.asked_of_models,
        llm.fallback,
        llm.mend,
        llm.prompt_tokens,
        conditions,
    )
    unknown = [name for name, price in author.prices().items() if price is None]
    if settings.budget.dollars is not None and unknown:
        place = f"llm.models.{unknown[0]}" if llm.models else "llm"
        stated = f"{place}.price_in and {place}.price_out, in USD per million tokens"
        if llm.each()[unknown[0]].provider in OF_TEXTS:
            stated = f"{place}.price_per_call, in USD, which may be 0"
        raise UserError(f"budget.dollars needs the price of {unknown[0]}: set {stated}.")
    return author


def run_conditions(settings: Settings) -> Conditions:
    """Return what prompts say of a run beside its problem."""
    train = drawn_instances(settings.problem, Split.TRAIN)
    return make_conditions(settings.problem, train, settings.evaluator.limits, settings.tunes_constants)


def make_analyst(settings: Settings, author: Author, context: ContextTracker | None) -> Analyst | None:
    """Return who analyses candidates, None where nobody shall."""
    asked = author.models if isinstance(author, MixedAuthor) else author
    if context is None or not (settings.insights and isinstance(asked, LLMAuthor)):
        return None
    return LLMAnalyst(asked, settings.problem, context, settings.llm.prompt_tokens)


def make_population(settings: Settings) -> Population:
    """Build the empty islands."""
    islands = [Island(island.name, GridArchive[Candidate](island.axes)) for island in settings.islands]
    models = settings.competing_models if settings.asks_models else ("",)
    drawing = ParentSelection(
        tournament=settings.tournament,
        models=models,
        adaptive=settings.is_adaptive,
        strategy=settings.strategy,
        shares=settings.emitters,
        per_reply=settings.edits_per_reply,
        constants=settings.tries_for_constants,
        forms=settings.tries_for_forms,
        opening=settings.drafts_of_opening,
        handover=settings.handover,
    )
    return Population(islands, settings.migration, settings.operators, settings.seed, drawing)


def make_callbacks(settings: Settings) -> dict[str, Callback]:
    """Make those who hear of the run, by name.

    Raises:
        UserError: one lacks the packages that it needs, or a setting of it is wrong.
    """
    return {name: make() for name, make in settings.callbacks.items()}


def make_evaluator(settings: Settings, sets: Mapping[Split, InstanceSet]) -> Evaluator:
    """Build the evaluator; its processes start when it is entered."""
    wanted = settings.evaluator
    return Evaluator(settings.problem, sets, wanted.limits, wanted.processes, settings.folders, wanted.isolation)


def drawn_instances(problem: Problem, split: Split) -> tuple[Instance, ...]:
    """Return the instances of a split.

    Raises:
        UserError: there is none, or one is something else.
    """
    instances = tuple(problem.instances(split))
    if not instances:
        raise UserError(f"Expected instances of {problem.name} in {split}, got none.")
    for instance in instances:
        if not isinstance(instance, Instance):
            raise UserError(f"Expected Instance in {split} of {problem.name}, got {instance!r}.")
    return instances


def instance_sets(
    settings: Settings, folder: Path, console: Console, splits: Sequence[Split] = tuple(Split), renew: bool = False
) -> dict[Split, InstanceSet]:
    """Return the problem's instances with their references, computing with a progress bar those not yet in `folder`.

    `renew` computes those again that are known but not proven.

    Raises:
        MachineError: the file of references cannot be read or written.
    """
    with announced(console, lambda: f"making the instances of {settings.problem.name}"):
        instances = {split: drawn_instances(settings.problem, split) for split in splits}
    return with_references(settings, instances, folder, console, renew)


def with_references(
    settings: Settings,
    instances: Mapping[Split, tuple[Instance, ...]],
    folder: Path,
    console: Console,
    renew: bool = False,
) -> dict[Split, InstanceSet]:
    """Return instances with their references; how they are computed, and what is raised, see `instance_sets`."""
    every = [instance for members in instances.values() for instance in members]
    count = [0, len(every)]

    def heard(done: int, wanted: int) -> None:
        count[:] = done, wanted
        described = "references, computed once" if done else "references: compiling their code"
        bar.update(task, description=described, completed=done, total=wanted, visible=True)

    def doing() -> str:
        done, wanted = count
        return f"computing the references of {wanted} instances, once: {done or 'compiling their code'}"

    described = TextColumn("{task.description}")
    columns = (described, BarColumn(30), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (
            nullcontext() if console.is_terminal else announced(console, doing),
            Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar,
        ):
            task = bar.add_task("", total=None, visible=False)
            found = iter(references(settings.problem, every, folder / REFERENCES, settings.folders, heard, renew))
    except (OSError, sqlite3.Error) as error:
        raise MachineError(f"{folder / REFERENCES}: {error}; choose a folder that can be written to.") from error
    return {split: InstanceSet(split, known, tuple(next(found) for _ in known)) for split, known in instances.items()}


FAILED = "line 2: division by zero"


LONG_FAILURE = "0" * 4096


def check_room(settings: Settings, conditions: Conditions) -> None:
    """See to it that `llm.prompt_tokens` has room for every prompt, without its code.

    Raises:
        ValueError: it has none for the one that is named, or an operator's template is wrong.
    """
    least = settings.llm.prompt_tokens
    for operator in settings.asked_of_models:
        check_operator(operator)
        if operator.weight > 0:
            proposal = first_proposal(settings, operator, "", LONG_FAILURE)
            render(proposal, settings.problem, Context(), least, conditions)
    if settings.insights:
        insight_prompt(settings.problem, "", "", {}, 0.0, least)


def first_proposal(settings: Settings, operator: Operator, model: str, failed: str = FAILED) -> Proposal:
    """Return a proposal as the search makes them at its start, from the seeds."""
    problem = settings.problem
    seeds = [
        Candidate(ordinal, problem.baselines[name], Facts("", 0), 0.0) for ordinal, name in enumerate(problem.seeds)
    ]
    parents = tuple(seeds[place % len(seeds)] for place in range(operator.parents))
    plain = Proposal(0, 0, operator, parents, settings.seed, model)
    broken = Broken(0, seeds[0].source, FailureKind.RUNTIME_ERROR, failed)
    return replace(plain, broken=broken, target=_target(problem))


def _target(problem: Problem) -> tuple[Wanted, ...]:
    return tuple(Wanted(name, 0.0, 1.0) for name in problem.measures)


PING_SECONDS = 7.0


def reached_author(settings: Settings, folder: Path, console: Console) -> Author:
    """Make the author of a run in a folder and see that its model answers, before anything else is done."""
    author = make_author(settings, folder=folder)
    if not settings.asks_models:
        return author
    with announced(console, lambda: f"asking for a sign of life of {', '.join(settings.llm.names())}"):
        fault = asyncio.run(reachable(settings.llm, seconds=PING_SECONDS))
    if fault is not None:
        raise MachineError(fault)
    return author


def make_engine(
    settings: Settings, author: Author, evaluator: Evaluator, store: RunStore, audience: Audience
) -> Engine:
    """Put the search together: empty islands, an author, an evaluator, a record."""
    window = Window(settings.candidates_in_flight, len(settings.problem.seeds))
    context = ContextTracker(evaluator.sets[Split.TRAIN]) if settings.asks_models else None
    analyst = make_analyst(settings, author, context)
    return Engine(
        make_population(settings),
        author,
        Pipeline(evaluator, window, settings.novelty, analyst),
        Recorder(store, Ledger(settings.budget)),
        window,
        context,
        audience.placed if settings.callbacks else None,
        UnusableReplies(settings.llm.give_up_after) if settings.asks_models else None,
    )


def make_audience(settings: Settings, console: Console) -> Audience:
    """Gather those who hear of the run; what they fail at is told on the console."""

    def complain(line: str) -> None:
        console.print(f"evo: {visible(line)}", highlight=False, markup=False, soft_wrap=True)

    return Audience(make_callbacks(settings), complain)
