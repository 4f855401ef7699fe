"""A user's files in place of generated instances: settings that name them, what a split holds, what has changed.

A field `train`, `validation` or `test` may be a text or a list of texts: files, folders or patterns such as
`data/wt*.txt`, relative to where the user stands. Where train is of files, a split that is left out is taken from them:
of each five instances, by position, the first three stay in train, the fourth is for validation and the fifth for test.
Where train is left out it stays generated, as every other split that is left out then.
"""

import glob
import os
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any, Protocol

from problems.contract import Instance, Readable, Split, UnreadableInstance
from problems.settings import of_split

PERIOD = 5
PLACES: Mapping[Split, tuple[int, ...]] = {Split.TRAIN: (0, 1, 2), Split.VALIDATION: (3,), Split.TEST: (4,)}
"""Which of each five instances a split gets of the files of train."""
EVERY = tuple(range(PERIOD))


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """The instances of a split: those at some places of each five in all that the patterns name, in this order.

    Patterns are absolute: files, folders or globs. `named_by` is the setting that names them.
    """

    patterns: tuple[str, ...]
    named_by: Split
    places: tuple[int, ...] = EVERY


@dataclass(frozen=True, slots=True)
class FileInstance:
    """An instance and the user's file that it stands in."""

    file: Path
    instance: Instance


class OnFiles(Protocol):
    """A problem whose splits may be files."""

    @property
    def train(self) -> Any:
        """What train holds."""

    @property
    def validation(self) -> Any:
        """What validation holds."""

    @property
    def test(self) -> Any:
        """What test holds."""

    def read_instances(self, file: Path) -> Sequence[Instance]:
        """Return the instances in a user's file."""

    def __hash__(self) -> int:
        """Equal settings have one hash: what was read is kept by them."""


def check_splits(
    problem: OnFiles, checked: Callable[[str, Any], object], is_name: Callable[[str], bool] = lambda _: False
) -> None:
    """Put `OwnFiles`, or what `checked` makes of other entries, in the place of each split; to call in __post_init__.

    `is_name` tells texts that name published instances from those that name files.

    Raises:
        ValueError: the entries of a split are neither.
    """
    defaults = {field.name: field.default for field in fields(problem)}  # type: ignore[arg-type]  # a dataclass
    given = {split: of_split(problem, split) for split in Split}
    left_out = {split for split in Split if given[split] is defaults[split]}
    entries = {split: _files(split, given[split], is_name) or checked(split, given[split]) for split in Split}
    train = entries[Split.TRAIN]
    if isinstance(train, OwnFiles) and train.places == EVERY and left_out:
        taken = {split: replace(train, places=PLACES[split]) for split in left_out}
        rest = tuple(place for place in EVERY if not any(place in PLACES[split] for split in left_out))
        entries = {**entries, **taken, Split.TRAIN: replace(train, places=rest)}
    for split, entry in entries.items():
        object.__setattr__(problem, split, entry)


def _files(split: Split, given: object, is_name: Callable[[str], bool]) -> OwnFiles | None:
    """Return the files that texts name, None where the entries are something else."""
    if isinstance(given, OwnFiles):
        return given
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, Sequence) or not any(isinstance(text, str) and not is_name(text) for text in texts):
        return None
    if not all(isinstance(text, str) and not is_name(text) for text in texts):
        raise ValueError(f"Expected files alone in {split}, or no file, got both: {list(texts)}.")
    if not all(text.strip() for text in texts):
        raise ValueError(f"Expected names of files in {split}, got an empty text.")
    return OwnFiles(tuple(absolute(text) for text in texts), split)


def absolute(text: str) -> str:
    """Return the absolute path, or pattern, of a text that is relative to where the user stands."""
    path = Path(text).expanduser()
    whole = os.path.normpath(path.absolute())
    if path.is_absolute() or Path(whole).exists():
        return whole
    return os.path.normpath(Path(glob.escape(str(Path.cwd()))) / path)  # signs of the folder's name are no pattern


def recorded(problem: object) -> dict[str, list[str]]:
    """Return the absolute patterns of the settings that name files, by setting: what a record has in their place."""
    named = {split: getattr(problem, split, None) for split in Split}
    return {
        split.value: list(entry.patterns)
        for split, entry in named.items()
        if isinstance(entry, OwnFiles) and entry.named_by is split
    }


def has_files(problem: object) -> bool:
    """Return whether any split of a problem is of files."""
    return any(isinstance(getattr(problem, split, None), OwnFiles) for split in Split)


def instances_of(problem: OnFiles, split: Split, generated: Callable[[Any], Sequence[Instance]]) -> Sequence[Instance]:
    """Return the instances of a split: those of its files, or what `generated` makes of its other entries.

    Raises:
        OSError: a file cannot be read.
        UnreadableInstance: a file is missing, holds something else or has too few instances to be split.
    """
    entries = of_split(problem, split)
    if not isinstance(entries, OwnFiles):
        return generated(entries)
    return tuple(each.instance for each in from_files(problem, entries))


def from_files(problem: OnFiles, wanted: OwnFiles) -> tuple[FileInstance, ...]:
    """Return the instances of a split with their files; raises as `instances_of`."""
    setting = f"problem.{wanted.named_by}"
    files = tuple(file for pattern in wanted.patterns for file in resolved(pattern, setting))
    if doubled := [str(file) for file, count in Counter(files).items() if count > 1]:
        raise UnreadableInstance(f"{setting} names {doubled[0]} twice.")
    stamps = tuple((file, *_stamp(file)) for file in files)
    every = _read(problem, stamps)
    if wanted.places != EVERY and len(every) < PERIOD:
        raise UnreadableInstance(
            f"{setting} holds {len(every)} instance{'s' * (len(every) != 1)}: to take validation or test from them, "
            f"at least {PERIOD} are needed; name more, or give problem.validation and problem.test as well."
        )
    return tuple(each for place, each in enumerate(every) if place % PERIOD in wanted.places)


def resolved(pattern: str, setting: str) -> tuple[Path, ...]:
    """Return the files that a setting names; raises UnreadableInstance where there is none."""
    files = files_of(pattern)
    if not files:
        missing = "no files in this folder" if Path(pattern).is_dir() else "no such file"
        raise UnreadableInstance(f"{pattern}: {missing}, which {setting} names; put it there.")
    return files


def files_of(pattern: str) -> tuple[Path, ...]:
    """Return the files of a file, a folder (those directly in it, none hidden) or a glob, in natural order."""
    path = Path(pattern)
    if path.is_file():
        return (path,)
    found = path.iterdir() if path.is_dir() else map(Path, glob.glob(pattern, recursive=True))  # noqa: PTH207 - absolute
    return tuple(sorted((file for file in found if file.is_file() and not file.name.startswith(".")), key=_natural))


def _natural(file: Path) -> list[tuple[int, str]]:
    """Return what sorts a2 before a10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", str(file))]


def _stamp(file: Path) -> tuple[int, int]:
    state = file.stat()
    return state.st_mtime_ns, state.st_size


@lru_cache(maxsize=64)  # a run asks for its instances several times, and reading them may take seconds
def _read(problem: OnFiles, stamps: tuple[tuple[Path, int, int], ...]) -> tuple[FileInstance, ...]:
    """Return the instances of files as they are at these times and sizes."""
    return read(problem, [file for file, *_ in stamps])


def read(problem: Readable, files: Sequence[Path]) -> tuple[FileInstance, ...]:
    """Return the instances of files, their names distinct.

    Raises:
        OSError: a file cannot be read.
        UnreadableInstance: one holds something else, or an instance is empty.
    """
    found = []
    for file in files:
        for instance in problem.read_instances(file):
            if not sum(array.size for array in instance.arrays):
                raise UnreadableInstance(f"{file}: instance {instance.name} is empty: there is nothing to solve.")
            found.append(FileInstance(file, instance))
    folder = os.path.commonpath([file.absolute().parent for file in files]) if files else ""
    apart = _told_apart(found, [f" of {os.path.relpath(each.file, folder)}" for each in found])
    return _told_apart(apart, [f" ({place})" for place in range(len(apart))])


def _told_apart(found: Sequence[FileInstance], additions: Sequence[str]) -> tuple[FileInstance, ...]:
    """Return instances with an addition to the name of each that shares its name with another."""
    names = Counter(each.instance.name for each in found)
    return tuple(
        replace(each, instance=replace(each.instance, name=f"{each.instance.name}{addition}"))
        if names[each.instance.name] > 1
        else each
        for each, addition in zip(found, additions, strict=True)
    )


def check_files(problem: object) -> None:
    """See to it that the files of a problem can be read, and that no instance stands in two splits.

    Raises:
        OSError: a file cannot be read.
        UnreadableInstance: a file is missing, holds something else or has too few instances, or an instance stands in
            two splits.
    """
    if not has_files(problem):
        return
    found: dict[Split, dict[str, str]] = {}
    made: Any = problem
    for split in Split:
        entry = of_split(made, split)
        instances = made.instances(split)
        files = from_files(made, entry) if isinstance(entry, OwnFiles) else ()
        names = [f"{each.instance.name} ({each.file})" for each in files] or [each.name for each in instances]
        found[split] = {each.digest(): name for name, each in zip(names, instances, strict=True)}
    for one, other in combinations(Split, 2):
        if shared := [digest for digest in found[one] if digest in found[other]]:
            digest = shared[0]
            raise UnreadableInstance(
                f"{found[one][digest]} in {one} and {found[other][digest]} in {other} are the same instance: splits "
                f"must be disjoint, and {len(shared)} of their instances {'is' if len(shared) == 1 else 'are'} in both."
            )


def changed(problem: object, split: Split, names: Sequence[str], digests: Sequence[str]) -> str | None:
    """Say in a line which file no longer holds the instances on record, None where a split is of no files.

    `names` and `digests` are those on record, in their order.
    """
    made: Any = problem
    entry = getattr(made, split, None)
    if not isinstance(entry, OwnFiles):
        return None
    now = {each.instance.name: each for each in from_files(made, entry)}
    for name, digest in zip(names, digests, strict=True):
        if name not in now:
            return f"instance {name} is missing from {', '.join(entry.patterns)}, which problem.{entry.named_by} names"
        if now[name].instance.digest() != digest:
            return f"{now[name].file} has changed since the run began: instance {name} is another one"
    added = [each for name, each in now.items() if name not in names]
    if added:
        return f"{added[0].file} was not there, or had fewer instances, when the run began"
    return f"the files of problem.{entry.named_by} come in another order than when the run began"
