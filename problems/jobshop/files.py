"""A user's own job shops: the texts of `problems.files.job_shops` as instances."""

from pathlib import Path

from problems.contract import Factors, Instance, UnreadableInstance
from problems.files.job_shops import EXPECTED, parse_job_shops
from problems.files.text import labels, read_text, unit

MOST_WORK = 2**31  # time units of all operations together: sums and tails of the search stay far from overflow


def read_instances(file: Path) -> tuple[Instance, ...]:
    """Return the instances of a text; their scale is one time unit of the file.

    Raises:
        OSError: the file cannot be read.
        UnreadableInstance: it holds something else; the message says where.
    """
    shops = parse_job_shops(read_text(file, EXPECTED), str(file))
    found = []
    for index, shop in enumerate(shops):
        jobs, machines = shop.durations.shape
        if shop.durations.sum() > MOST_WORK:
            raise UnreadableInstance(
                f"{file}: Expected durations that sum to at most 2**31, got {shop.durations.sum()}."
            )
        name, family = labels(file, len(shops), index, f"{jobs}x{machines}{unit(shop.factor)}")
        arrays, factors = (shop.durations, shop.routes), Factors(shop.factor, shop.factor, shop.factor)
        found.append(Instance(name, family, arrays, scale=float(shop.factor), factors=factors))
    return tuple(found)
