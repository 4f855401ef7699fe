"""A user's own instances: numpy archives of many, or a text file with a job per line.

An archive holds `processing_times` and `due_dates`, both of shape (instances, jobs), or where sizes differ `p_0` and
`d_0`, `p_1` and `d_1`, … of shape (jobs,), a pair for each instance.
"""

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from problems.contract import Array, Instance, UnreadableInstance
from problems.sequences import JobSequence
from problems.smtt.exact import MOST_WORK

P_KEY, D_KEY = "processing_times", "due_dates"
NUMBERED = re.compile(r"([pd])_(\d+)")
EXPECTED = f"Expected arrays {P_KEY} and {D_KEY} of numbers in it, or p_0 and d_0, p_1 and d_1, …"


def read_instances(file: Path) -> tuple[Instance, ...]:
    """Return the instances of a .npz file (its arrays: see above), or the one of a text file with a line `p d` per job.

    Raises:
        OSError: the file cannot be read.
        UnreadableInstance: it holds something else; the message says where.
    """
    if file.suffix == ".npz":
        return _archived(file)
    return (_made(str(file), file.stem, *_jobs(file)),)


def _archived(file: Path) -> tuple[Instance, ...]:
    try:
        with file.open("rb") as stream, zipfile.ZipFile(stream):  # numpy would take other formats by this name too
            archive = np.load(file, allow_pickle=False)
        with archive:
            numbered = sum(NUMBERED.fullmatch(key) is not None for key in archive.files)
            every = [f"{letter}_{k}" for k in range((numbered + 1) // 2) for letter in "pd"]
            arrays = {key: archive[key] for key in every or (P_KEY, D_KEY)}
    except (ValueError, KeyError, zipfile.BadZipFile) as error:
        raise UnreadableInstance(f"{file}: {EXPECTED}: {' '.join(str(error).split())}.") from error
    return _of_many_sizes(file, arrays) if numbered else _of_one_size(file, arrays)


def _of_many_sizes(file: Path, arrays: Mapping[str, Array]) -> tuple[Instance, ...]:
    for key, values in arrays.items():
        if values.ndim != 1:
            raise UnreadableInstance(f"{file}: {key}: Expected an array (jobs,), got {values.shape}.")
    found = []
    for k in range(len(arrays) // 2):
        p, d = (_whole(f"{file}: {key}", arrays[key]) for key in (f"p_{k}", f"d_{k}"))
        if p.shape != d.shape:
            raise UnreadableInstance(f"{file}: p_{k} and d_{k}: Expected as many numbers, got {p.size} and {d.size}.")
        found.append(_made(f"{file}, instance {k}", f"{file.stem}[{k}]", p, d))
    return tuple(found)


def _of_one_size(file: Path, arrays: Mapping[str, Array]) -> tuple[Instance, ...]:
    p, d = arrays[P_KEY], arrays[D_KEY]
    if p.ndim != 2 or p.shape != d.shape:
        raise UnreadableInstance(f"{file}: Expected two arrays (instances, jobs) alike, got {p.shape} and {d.shape}.")
    whole = [_whole(f"{file}: {key}", values) for key, values in arrays.items()]
    if not len(p):
        raise UnreadableInstance(f"{file}: Expected at least one instance, got arrays of shape {p.shape}.")
    named = ((f"{file.stem}[{k}]", *jobs) for k, jobs in enumerate(zip(*whole, strict=True)))
    return tuple(_made(f"{file}, instance {k}", *jobs) for k, jobs in enumerate(named))


def _whole(where: str, values: Array) -> JobSequence:
    """Return integers of at most MOST_WORK in size; numbers with a fraction, booleans and text are refused."""
    if values.dtype.kind not in "iuf" or not np.array_equal(values, np.trunc(values)) or not np.isfinite(values).all():
        raise UnreadableInstance(f"{where}: Expected whole numbers, got {values.dtype} with fractions or text.")
    if values.size and np.abs(values.astype(np.float64)).max() > MOST_WORK:
        raise UnreadableInstance(f"{where}: Expected numbers up to 2**31 in size.")
    return values.astype(np.int64)


def _jobs(file: Path) -> tuple[JobSequence, JobSequence]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise UnreadableInstance(f"{file}: Expected text with a line `p d` per job, or a .npz file.") from error
    jobs = [_job(file, number, line) for number, line in enumerate(lines, 1) if line.split("#")[0].strip()]
    p, d = np.array(jobs, dtype=np.int64).reshape(-1, 2).T.copy()
    return p, d


def _job(file: Path, number: int, line: str) -> tuple[int, int]:
    try:
        p, d = (int(word) for word in line.split("#")[0].split())
    except ValueError as error:
        raise UnreadableInstance(
            f"{file}, line {number}: Expected two whole numbers `p d`, got {line.strip()!r}."
        ) from error
    if max(abs(p), abs(d)) > MOST_WORK:
        raise UnreadableInstance(f"{file}, line {number}: Expected numbers up to 2**31 in size, got {line.strip()!r}.")
    return p, d


def _made(where: str, name: str, p: JobSequence, d: JobSequence) -> Instance:
    if p.size and p.min() < 0:
        raise UnreadableInstance(f"{where}: Expected processing times >= 0, got {p.min()}.")
    if p.sum() > MOST_WORK:
        raise UnreadableInstance(f"{where}: Expected processing times that sum to at most 2**31, got {p.sum()}.")
    return Instance(name=name, family=f"n={p.size}", arrays=(p, d), scale=float(max(1, p.size)))
