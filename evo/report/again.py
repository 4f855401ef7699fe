"""How to do a run again: the commands, as they can be pasted, and all that they need."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evo.store import RunHeader, RunStatus
from problems import Split

NO_LIBRARIES = ("python", "machine", "language", "commit", "origin", "uncommitted")
"""What a run's environment holds beside versions of libraries."""
COMMIT = re.compile("[0-9a-f]{7,64}")


@dataclass(frozen=True, slots=True)
class Command:
    """A line for the shell and what it is for."""

    line: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Again:
    """What is needed, each in a sentence, and the commands in their order."""

    needed: tuple[str, ...]
    commands: tuple[Command, ...]

    @property
    def text(self) -> str:
        """The commands as lines, with their purposes as comments."""
        return "\n".join(f"{one.line}  # {one.purpose}" for one in self.commands)


def again(run: RunHeader, folder: Path, began: bool, resumed: bool) -> Again:
    """Return how to do a run again; `folder` is where it is, `began` whether a command is known to have begun it.

    Folders of the user's own code and files with own instances are named by absolute paths: a command that was typed
    elsewhere works here too.
    """
    own = [part for one in run.folders for part in ("--config-dir", one)]
    name = shlex.quote(_shown(folder))
    files = own_files(run)
    commands = []
    if began:
        purpose = "how it began, before it was resumed" if resumed else "the same run, the same archives"
        commands.append(Command(shlex.join(["evo", "run", *own, *_settings(run.overrides or (), files)]), purpose))
    if run.status is not RunStatus.FINISHED:
        commands.append(Command(shlex.join(["evo", "resume", *own]) + f" {name}", "go on with this one"))
    commands += [
        Command(
            shlex.join(["evo", "replay", *own]) + f" {name} --evaluate",
            "the record gone through again, every candidate scored again, compared",
        ),
        Command(f"evo export {name} --to rule.py", "the rule as a plain Python file"),
        Command(f"evo lineage best --run {name}", "the fittest; more questions: evo lineage --help"),
    ]
    return Again((*_needed(run, files, folder),), tuple(commands))


def own_files(run: RunHeader) -> dict[Split, tuple[str, ...]]:
    """Return the files of own instances by split: their absolute paths or patterns."""
    problem = json.loads(run.config).get("problem")
    found: dict[Split, tuple[str, ...]] = {}
    for split in Split:
        entries = problem.get(split) if isinstance(problem, dict) else None
        names = entries if isinstance(entries, list) else []
        if names and all(isinstance(one, str) and Path(one).is_absolute() for one in names):
            found[split] = tuple(names)
    return found


def _settings(overrides: Sequence[str], files: Mapping[Split, Sequence[str]]) -> Iterator[str]:
    """Yield the settings that were typed, with files by their absolute paths."""
    keys = tuple(f"problem.{split}" for split in files)
    yield from (override for override in overrides if override.lstrip("+").partition("=")[0] not in keys)
    yield from (f"problem.{split}=[{','.join(map(json.dumps, paths))}]" for split, paths in files.items())


def _needed(run: RunHeader, files: Mapping[Split, Sequence[str]], folder: Path) -> Iterator[str]:
    environment = json.loads(run.environment)
    libraries = {name: version for name, version in environment.items() if name not in NO_LIBRARIES}
    python = f" under Python {environment['python']}" if "python" in environment else ""
    yield f"evo {run.version}{python}: {_installed(run.version, environment)}"
    if libraries:
        versions = ", ".join(f"{name} {version}" for name, version in libraries.items())
        yield f"for figures that are equal to the last digit, the versions of then: {versions}"
    for place in run.folders:
        code = f", whose code had the SHA-256 {run.code[:16]}" if run.code else ""
        yield f"the folder of its own problems and settings, {place}{code}; where it lies elsewhere, name that place"
    for split, paths in files.items():
        yield f"the files of its instances of {split}: {', '.join(paths)}; where they lie elsewhere, name that place"
    yield f"for all but the first command, the folder of the run, {_shown(folder)}"


def _installed(version: str, environment: Mapping[str, str]) -> str:
    """Say how to get the code that made a run: by its commit where it ran from a checkout."""
    go = "there python3 go.py stands for evo, and installs what it needs"
    commit, origin = str(environment.get("commit", "")), str(environment.get("origin", ""))
    if not COMMIT.fullmatch(commit):
        index = f"pip install evo-heuristics=={version} where a package index has it"
        return f"{index}; else a checkout of its source: {go}"
    address = "ITS-ADDRESS" if not origin or origin.startswith("-") else shlex.quote(origin)
    changed = "; the run's code had changes that were not committed" if environment.get("uncommitted") == "yes" else ""
    return f"git clone {address} evo-heuristics, then git -C evo-heuristics checkout {commit}; {go}{changed}"


def _shown(folder: Path) -> str:
    """Return a folder as it is named from here: relative where it lies below, else absolute."""
    whole, here = folder.resolve(), Path.cwd()
    return str(whole.relative_to(here)) if whole.is_relative_to(here) and whole != here else str(whole)
