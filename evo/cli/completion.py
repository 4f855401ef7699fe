"""What a shell offers after Tab: runs, candidates, groups and settings; verbs and options are typer's.

Bash breaks a word at `=` and completes what follows it; zsh and fish complete whole words.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from types import ModuleType

VARIABLE = "_EVO_COMPLETE"
"""Set by the shell's function to say that it asks for completions, and for which shell."""
FURTHER_GROUPS = ("hydra/launcher",)
LAUNCHERS = ("basic", "joblib", "submitit_local", "submitit_slurm")
MOST_CANDIDATES = 10

Offer = tuple[str, str]
"""A word and what it means."""


def leave_words_unchecked() -> None:
    """Have typer check no words of a command line: pydantic, which does it, takes longer to load than all else.

    What a shell asks to complete is not run, and a word that cannot be read is passed over by click.
    """
    unchecked = ModuleType("typer._adapters")
    vars(unchecked)["try_build_adapter"] = lambda *_, **__: None
    sys.modules.setdefault(unchecked.__name__, unchecked)


def join_words(words: Sequence[str], place: int) -> tuple[list[str], int]:
    """Return the words of bash with what it broke at `=` put together again, and where the word at `place` is then."""
    joined: list[str] = []
    at = 0
    for index, word in enumerate(words):
        if joined and index > 1 and (word.startswith("=") or joined[-1].endswith("=")):
            joined[-1] += word
        else:
            joined.append(word)
        if index <= place:
            at = len(joined) - 1
    return (joined, at) if place < len(words) else ([*joined, ""], len(joined))


def complete_bash(ask: Callable[[], int]) -> int:
    """Have typer complete the words of bash; print of each answer what follows the `=` at which bash broke the word."""
    words = os.environ["COMP_WORDS"].split()
    joined, place = join_words(words, int(os.environ["COMP_CWORD"]))
    os.environ |= {"COMP_WORDS": "\n".join(joined), "COMP_CWORD": str(place)}
    broken = "=" in joined[place] and not joined[place].startswith("-")
    answered = StringIO()
    try:
        with redirect_stdout(answered):
            return ask()
    finally:  # typer exits once it has answered
        for line in answered.getvalue().splitlines():
            print(line[joined[place].rindex("=") + 1 :] if broken else line)


def run_names(incomplete: str) -> list[Offer]:
    """Return the names of the runs, the newest first."""
    from evo.core.files import RUNS

    runs = Path(os.environ.get("EVO_RUNS", RUNS))
    folders = sorted(runs.glob("*/run.sqlite"), key=lambda file: file.stat().st_mtime, reverse=True)
    return [(file.parent.name, "") for file in folders if file.parent.name.startswith(incomplete)]


def sweep_names(incomplete: str) -> list[Offer]:
    """Return the folders of sweeps, the newest first."""
    from evo.core.files import RUNS

    runs = Path(os.environ.get("EVO_RUNS", RUNS))
    folders = sorted({file.parent for file in runs.glob("*/job*.json")}, reverse=True)
    return [(str(folder), "") for folder in folders if str(folder).startswith(incomplete)]


def run_or_candidate(incomplete: str) -> list[Offer]:
    """Return the names of the runs and, since a candidate may stand alone, best."""
    return [*candidate_names(incomplete), *run_names(incomplete)]


def candidate_names(incomplete: str) -> list[Offer]:
    """Return the candidate that people mean most often; ordinals are too many."""
    return [("best", "the candidate that validation picked")] if "best".startswith(incomplete) else []


def settings(incomplete: str) -> list[Offer]:
    """Return the groups and settings that begin so, `budget.` for all of a part; after `=` the options of a group."""
    name, equals, value = incomplete.lstrip("+~").partition("=")
    sign = incomplete[: len(incomplete) - len(incomplete.lstrip("+~"))]
    if not equals:
        return [(f"{sign}{word}", meaning) for word, meaning in _names(name)]
    *before, last = value.split(",")
    head = f"{sign}{name}={''.join(f'{one},' for one in before)}"
    return [(f"{head}{word}", meaning) for word, meaning in _values(name) if word.startswith(last)]


def _names(beginning: str) -> Iterator[Offer]:
    from evo.config.groups import GROUPS

    yield from ((f"{name}=", meaning) for name, meaning in GROUPS.items() if name.startswith(beginning))
    yield from ((f"{name}=", "") for name in FURTHER_GROUPS if name.startswith(beginning))
    if "." not in beginning and any(f"{name}." == f"{beginning}." for name in GROUPS):
        yield f"{beginning}.", "its settings"
    offered = set()
    for name, meaning in _all_settings():
        if not name.startswith(beginning) or name == beginning:
            continue
        rest = name[len(beginning) :]
        part, dot, _ = rest.partition(".")
        word = f"{beginning}{part}{dot}" if dot and part else f"{name}="
        if word not in offered:
            offered.add(word)
            yield word, "" if word.endswith(".") else meaning


def _all_settings() -> Iterator[Offer]:
    """Yield the dotted names of all settings; of operators, which have names, those that there are."""
    from evo.config.groups import group_options
    from evo.config.setting_docs import setting_docs

    names = {"operator": group_options("operator")}
    for doc in setting_docs():
        part, _, rest = doc.name.partition(".NAME.")
        if not rest:
            yield doc.name.removesuffix("NAME"), doc.meaning
            continue
        yield from ((f"{part}.{name}.{rest}", doc.meaning) for name in names.get(part, []))


def _values(name: str) -> Iterator[Offer]:
    from evo.config.groups import GROUPS, group_options, option_meaning
    from evo.config.setting_docs import setting_docs

    if name in FURTHER_GROUPS:
        yield from ((launcher, "") for launcher in LAUNCHERS)
    elif name in GROUPS:
        yield from ((option, option_meaning(name, option)) for option in group_options(name))
    else:
        yield from ((value, "") for doc in setting_docs() if _fits(doc.name, name) for value in doc.values)


def _fits(pattern: str, name: str) -> bool:
    """Return whether a name is that of a setting, or of one with any name in its middle."""
    begin, any_name, end = pattern.partition(".NAME.")
    return name == pattern or (bool(any_name) and name.startswith(f"{begin}.") and name.endswith(f".{end}"))
