"""A user's own instances: the texts of `problems.files.job_lists`, or numpy archives of many.

An archive holds `processing_times` and `due_dates`, both of shape (instances, jobs), or where sizes differ `p_0` and
`d_0`, `p_1` and `d_1`, … of shape (jobs,), a pair for each instance.
"""

import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from problems.contract import Array, Factors, Instance, UnreadableInstance
from problems.files.job_lists import EXPECTED, JobList, parse_job_lists
from problems.files.text import labels, read_text, unit
from problems.sequences import JobSequence
from problems.smtt.exact import MOST_WORK

P_KEY, D_KEY = "processing_times", "due_dates"
NUMBERED = re.compile(r"([pd])_(\d+)")
ARRAYS = f"Expected arrays {P_KEY} and {D_KEY} of numbers in it, or p_0 and d_0, p_1 and d_1, …"


def read_instances(file: Path) -> tuple[Instance, ...]:
    """Return the instances of a .npz file (its arrays: see above) or of a text.

    Numbers with up to six decimals in a text are multiplied by a power of ten, which the instance's family says; one
    unit of tardiness per job is still that of the file.

    Raises:
        OSError: the file cannot be read.
        UnreadableInstance: it holds something else; the message says where.
    """
    if file.suffix == ".npz":
        found: Sequence[JobList] = _archived(file)
    else:
        found = parse_job_lists(read_text(file, EXPECTED), str(file), file.stem)
    return tuple(_made(file, len(found), index, jobs) for index, jobs in enumerate(found))


def _made(file: Path, count: int, index: int, jobs: JobList) -> Instance:
    where = str(file) if count == 1 else f"{file}, instance {jobs.name or index}"
    p, d = jobs.p, jobs.d
    if p.size and p.min() < 0:
        raise UnreadableInstance(f"{where}: Expected processing times >= 0, got {p.min()}.")
    if p.size and max(p.max(), np.abs(d).max()) > MOST_WORK:
        raise UnreadableInstance(f"{where}: Expected numbers up to 2**31 in size{unit(jobs.factor)}.")
    if p.sum() > MOST_WORK:
        raise UnreadableInstance(f"{where}: Expected processing times that sum to at most 2**31, got {p.sum()}.")
    factor = jobs.factor
    name, family = labels(file, count, index, f"n={p.size}{unit(factor)}", jobs.name)
    scale, factors = float(factor * max(1, p.size)), Factors(numbers=factor, objective=factor)
    return Instance(name, family, (p, d), scale, jobs.labels, factors)


def _archived(file: Path) -> Sequence[JobList]:
    try:
        with file.open("rb") as stream, zipfile.ZipFile(stream):  # numpy would take other formats by this name too
            archive = np.load(file, allow_pickle=False)
        with archive:
            numbered = sum(NUMBERED.fullmatch(key) is not None for key in archive.files)
            every = [f"{letter}_{k}" for k in range((numbered + 1) // 2) for letter in "pd"]
            arrays = {key: archive[key] for key in every or (P_KEY, D_KEY)}
    except (ValueError, KeyError, TypeError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise UnreadableInstance(f"{file}: {ARRAYS}: {' '.join(str(error).split())}.") from error
    return _of_many_sizes(file, arrays) if numbered else _of_one_size(file, arrays)


def _of_many_sizes(file: Path, arrays: Mapping[str, Array]) -> Sequence[JobList]:
    for key, values in arrays.items():
        if values.ndim != 1:
            raise UnreadableInstance(f"{file}: {key}: Expected an array (jobs,), got {values.shape}.")
    found = []
    for k in range(len(arrays) // 2):
        p, d = (_whole(f"{file}: {key}", arrays[key]) for key in (f"p_{k}", f"d_{k}"))
        if p.shape != d.shape:
            raise UnreadableInstance(f"{file}: p_{k} and d_{k}: Expected as many numbers, got {p.size} and {d.size}.")
        found.append(JobList(p, d))
    return found


def _of_one_size(file: Path, arrays: Mapping[str, Array]) -> Sequence[JobList]:
    p, d = arrays[P_KEY], arrays[D_KEY]
    if p.ndim != 2 or p.shape != d.shape:
        raise UnreadableInstance(f"{file}: Expected two arrays (instances, jobs) alike, got {p.shape} and {d.shape}.")
    whole = [_whole(f"{file}: {key}", values) for key, values in arrays.items()]
    if not len(p):
        raise UnreadableInstance(f"{file}: Expected at least one instance, got arrays of shape {p.shape}.")
    return [
        JobList(np.ascontiguousarray(times), np.ascontiguousarray(dates)) for times, dates in zip(*whole, strict=True)
    ]


def _whole(where: str, values: Array) -> JobSequence:
    """Return integers of at most MOST_WORK in size; numbers with a fraction, booleans and text are refused."""
    if values.dtype.kind not in "iuf" or not np.array_equal(values, np.trunc(values)) or not np.isfinite(values).all():
        raise UnreadableInstance(f"{where}: Expected whole numbers, got {values.dtype} with fractions or text.")
    if values.size and np.abs(values.astype(np.float64)).max() > MOST_WORK:
        raise UnreadableInstance(f"{where}: Expected numbers up to 2**31 in size.")
    return values.astype(np.int64)
