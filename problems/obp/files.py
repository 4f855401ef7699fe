"""A user's own instances of bin packing: the texts of `problems.files.bin_packing`, or numpy archives.

An archive holds `items` of shape (instances, items), or `items_0`, `items_1`, … of shape (items,), and one `capacity`.
"""

import re
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from problems.contract import Factors, Instance, UnreadableInstance
from problems.files.bin_packing import EXPECTED, Packing, parse_packings
from problems.files.text import labels, read_text, unit
from problems.obp.generator import MOST_ITEMS

MOST_OWN_CAPACITY = 100_000
"""Kernels keep tables by room, and look at each room that may suffice for each item."""


def read_instances(file: Path) -> tuple[Instance, ...]:
    """Return the instances of a text, or of a .npz file (its arrays: see above), in the order of arrival.

    Raises:
        OSError: the file cannot be read.
        UnreadableInstance: it holds something else; the message says where.
    """
    found = _archived(file) if file.suffix == ".npz" else parse_packings(read_text(file, EXPECTED), str(file))
    return tuple(_made(file, len(found), index, each) for index, each in enumerate(found))


def _made(file: Path, count: int, index: int, given: Packing) -> Instance:
    where = f"{file}, instance {given.name or index}" if count > 1 else str(file)
    sizes, capacity, units = given.sizes, given.capacity, unit(given.factor)
    if not 1 <= capacity <= MOST_OWN_CAPACITY:
        raise UnreadableInstance(
            f"{where}: Expected a capacity from 1 to {MOST_OWN_CAPACITY}, got {capacity}{units}: divide sizes and "
            "capacity by a common number, sizes rounded up."
        )
    if sizes.size > MOST_ITEMS:
        raise UnreadableInstance(f"{where}: Expected at most {MOST_ITEMS} items, got {sizes.size}.")
    for item in np.flatnonzero((sizes < 1) | (sizes > capacity)):
        raise UnreadableInstance(
            f"{where}: Expected sizes above 0, up to the capacity {capacity}{units}, got {sizes[item]} of item {item}."
        )
    name, family = labels(file, count, index, f"C={capacity} n={sizes.size}{units}", given.name)
    arrays = (sizes, np.array([capacity], dtype=np.int64))
    return Instance(name, family, arrays, scale=1.0, factors=Factors(numbers=given.factor))


def _archived(file: Path) -> Sequence[Packing]:
    try:
        with file.open("rb") as stream, zipfile.ZipFile(stream):  # numpy would take other formats by this name too
            archive = np.load(file, allow_pickle=False)
        with archive:
            capacity = archive["capacity"]
            numbered = sorted(int(key[6:]) for key in archive.files if re.fullmatch(r"items_\d+", key))
            rows = [archive[f"items_{k}"] for k in numbered] or list(archive["items"])
    except (ValueError, KeyError, TypeError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        expected = "Expected arrays `items` (instances, items), or items_0, items_1, …, and `capacity` in it"
        raise UnreadableInstance(f"{file}: {expected}: {' '.join(str(error).split())}.") from error
    arrays = [capacity, *rows]
    if (
        capacity.size != 1
        or any(row.ndim != 1 for row in rows)
        or any(array.dtype.kind not in "iu" for array in arrays)
    ):
        raise UnreadableInstance(f"{file}: Expected one whole number `capacity` and rows of whole numbers `items`.")
    return [Packing(row.astype(np.int64), int(capacity.reshape(-1)[0])) for row in rows]
