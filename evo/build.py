"""The parts of a run, built from its settings."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from evaluators import Evaluator, InstanceSet, references
from evo.author import Author
from evo.candidate import Candidate, Proposal
from evo.embedded import EmbeddedAuthor
from evo.engine import SearchError
from evo.fields import ConfigError
from evo.llm import LLMAuthor, make_llm
from evo.population import Population
from evo.settings import Settings
from islands import GridArchive, Island
from problems import Instance, Problem, Split

REFERENCES = "references.sqlite"


def make_author(settings: Settings) -> Author:
    """Build the author that the settings name; nothing is sent.

    Raises:
        ConfigError: the embedded author cannot write for this problem, a key or a price is missing, or an operator is
            wrong.
    """
    try:
        return _embedded_author(settings) if settings.llm.provider == "embedded" else _llm_author(settings)
    except ValueError as error:
        raise ConfigError(str(error)) from error


def _embedded_author(settings: Settings) -> EmbeddedAuthor:
    author = EmbeddedAuthor(settings.problem)
    for operator in settings.operators:
        author.prepare(Proposal(0, 0, operator, (), settings.seed))  # refuses an unknown move
    return author


def _llm_author(settings: Settings) -> LLMAuthor:
    llm = settings.llm
    model = make_llm(llm)
    if settings.budget.dollars is not None and model.price is None:
        raise ConfigError(
            f"budget.dollars needs the price of {llm.model}: set llm.price_in and llm.price_out, in USD per million "
            "tokens."
        )
    return LLMAuthor(settings.problem, model, settings.operators, llm.sampling(), llm.retry(), llm.concurrency)


def make_population(settings: Settings) -> Population:
    """Build the empty islands."""
    islands = [Island(island.name, GridArchive[Candidate](island.axes)) for island in settings.islands]
    return Population(islands, settings.migration, settings.operators, settings.seed, settings.tournament)


def make_evaluator(settings: Settings, sets: Mapping[Split, InstanceSet]) -> Evaluator:
    """Build the evaluator; its processes start when it is entered."""
    wanted = settings.evaluator
    return Evaluator(settings.problem, sets, wanted.limits, wanted.processes, settings.folders, wanted.isolation)


def drawn_instances(problem: Problem, split: Split) -> tuple[Instance, ...]:
    """Return the instances of a split.

    Raises:
        ConfigError: there is none, or one is something else.
    """
    instances = tuple(problem.instances(split))
    if not instances:
        raise ConfigError(f"Expected instances of {problem.name} in {split}, got none.")
    for instance in instances:
        if not isinstance(instance, Instance):
            raise ConfigError(f"Expected Instance in {split} of {problem.name}, got {instance!r}.")
    return instances


def instance_sets(
    settings: Settings, folder: Path, console: Console, splits: Sequence[Split] = tuple(Split), renew: bool = False
) -> dict[Split, InstanceSet]:
    """Return the problem's instances with their references, computing with a progress bar those not yet in `folder`.

    `renew` computes those again that are known but not proven.

    Raises:
        SearchError: the file of references cannot be read or written.
    """
    instances = {split: drawn_instances(settings.problem, split) for split in splits}
    every = [instance for split in splits for instance in instances[split]]

    def heard(done: int, wanted: int) -> None:
        bar.update(task, completed=done, total=wanted, visible=True)
        if done == 1 and not console.is_terminal:
            console.print(f"computing the references of {wanted} instances, once", highlight=False)

    columns = (TextColumn("references, computed once"), BarColumn(), MofNCompleteColumn())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task("", total=None, visible=False)
            found = iter(references(settings.problem, every, folder / REFERENCES, settings.folders, heard, renew))
    except (OSError, sqlite3.Error) as error:
        raise SearchError(f"{folder / REFERENCES}: {error}; choose a folder that can be written to.") from error
    return {split: InstanceSet(split, known, tuple(next(found) for _ in known)) for split, known in instances.items()}
