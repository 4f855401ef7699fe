"""What the words of a command name: a run first, then what is asked of it, such as a candidate."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evo.cli.options import CandidateName, CandidateOption, RunFirst, RunOption, RunsDir, find_run, open_run
from evo.core.files import RUNS

BEST = "best"
Verb = Callable[..., int | None]


@dataclass(frozen=True, slots=True)
class Named:
    """A run's folder and the words that follow it, such as the name of a candidate; fewer where some were left out."""

    folder: Path
    words: tuple[str, ...]

    @property
    def candidate(self) -> str:
        """The first candidate that is named, the best where none is."""
        return self.words[0] if self.words else BEST


def named(words: Sequence[str | None], run: str | None, runs: Path, needs: int = 0) -> Named:
    """Return the run and the words that follow it, of `[RUN] WORD…`; a run that is left out is the newest.

    `words` has a place for the run and one for each word that may follow; who left some out has the last ones None.
    `run` is what --run gave. `needs` words must follow the run. Where words are left out, the first one names a run
    unless it names a candidate: best, an ordinal, or the beginning of a digest.

    Raises:
        UserError: a word is missing or one too many, there is no such run, or a word fits a run and a candidate.
    """
    from evo.core.errors import UserError

    given = [word for word in words if word is not None]
    if run is not None:
        if len(given) == len(words):
            raise UserError(f"The run is named twice: by {given[0]!r} and by --run {run}.")
        folder, rest = find_run(run, runs), given
    elif len(given) == len(words):
        folder, rest = _first(given, runs), given[1:]
    elif len(given) <= needs or _is_candidate(given[0], runs):
        folder, rest = find_run(None, runs), given
    else:
        folder, rest = find_run(given[0], runs), given[1:]
    if len(rest) < needs:
        words = f"{needs} name{'s' if needs > 1 else ''}"
        raise UserError(f"Expected {words} after the run, got {len(rest)}: --help has an example.")
    return Named(folder, tuple(rest))


def of_candidate(verb: Verb) -> Verb:
    """Make the command of a verb that is about one candidate: `[RUN] [CANDIDATE]` stand for its first parameter.

    That is what they name, as `Named`; run and candidate may be said by options as well. The command raises a
    UserError as `named` says, or where the candidate is named twice.
    """
    shared = list(inspect.signature(_named_candidate).parameters.values())
    _, *own = inspect.signature(verb).parameters.values()

    def command(**arguments: Any) -> int | None:
        chosen = _named_candidate(*(arguments.pop(parameter.name) for parameter in shared))
        return verb(chosen, **arguments)

    command.__name__, command.__doc__ = verb.__name__, verb.__doc__
    command.__dict__["__signature__"] = inspect.Signature([*shared, *own])  # typer makes the options of it
    return command


def _named_candidate(
    name: RunFirst = None,
    candidate: CandidateName = None,
    run: RunOption = None,
    by_option: CandidateOption = None,
    runs: RunsDir = RUNS,
) -> Named:
    """Return the run and the candidate; `run` and `by_option` are what --run and --candidate gave."""
    if by_option is None:
        return named((name, candidate), run, runs)
    from evo.core.errors import UserError

    if candidate is not None or (name is not None and run is not None):
        raise UserError(f"The candidate is named twice: by {candidate or name!r} and by --candidate {by_option}.")
    return Named(find_run(name if run is None else run, runs), (by_option,))


def _first(given: Sequence[str], runs: Path) -> Path:
    """Return the run that stands first; who wrote it last is told so."""
    from evo.core.errors import UserError

    try:
        return find_run(given[0], runs)
    except UserError as error:
        if looks_like_candidate(given[0]):
            raise UserError(f"{str(error).rstrip('.')}; the run stands first, the candidate after it.") from error
        raise


def _is_candidate(word: str, runs: Path) -> bool:
    """Return whether a word that stands alone means a candidate of the newest run, and not a run.

    An ordinal of that run is one though it is a part of a run's name, as nearly all are of those with a date.

    Raises:
        UserError: both fit.
    """
    from evo.core.errors import UserError
    from evo.store.folders import DATABASE, run_folders

    if not looks_like_candidate(word):
        return False
    folders = run_folders(runs)
    whole = (Path(word) / DATABASE).is_file() or any(folder.name == word for folder in folders)
    part = any(word in folder.name for folder in folders)
    if not part and not whole:
        return True
    there = _is_there(word, runs)
    if there and (whole or not (word == BEST or word.isdecimal())):
        newest = find_run(None, runs).name
        ways = f"`--run {word}` means the run, `{newest} {word}` the candidate"
        raise UserError(f"{word!r} names a run and a candidate of the newest run: {ways}.")
    return there


def looks_like_candidate(word: str) -> bool:
    """Return whether a word may name a candidate: best, an ordinal, three or more letters of a digest."""
    return word == BEST or word.isdecimal() or (len(word) >= 3 and set(word.lower()) <= set("0123456789abcdef"))


def _is_there(word: str, runs: Path) -> bool:
    """Return whether the newest run has a candidate of that name."""
    from evo.analysis import find_candidate
    from evo.core.errors import EvoError

    with open_run(None, runs) as store:
        try:
            find_candidate(store, word)
        except EvoError:
            return False
    return True
