"""Instances of Taillard (1993) for the job shop: his generator, and his eighty published ones, ta01 to ta80.

The latter are drawn again from the seeds that he published. Generated ones may also have stages: every job visits all
machines of one group before those of the next, as in dmu41-80 of Demirkol, Mehta and Uzsoy (1998).
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from problems.contract import Instance, Split
from problems.settings import random_numbers

Matrix = NDArray[np.int64]
Size = tuple[int, ...]  # (jobs, machines, instances) or (jobs, machines, instances, stages)

A, B, C, M = 16807, 127773, 2836, 2**31 - 1  # Taillard (1993), section 2, after Bratley, Fox and Schrage (1983)
LONGEST = 99  # time units
SEEDS: Mapping[tuple[int, int], tuple[tuple[int, int], ...]] = {  # seeds of durations and of routes
    (15, 15): (
        (840612802, 398197754),
        (1314640371, 386720536),
        (1227221349, 316176388),
        (342269428, 1806358582),
        (1603221416, 1501949241),
        (1357584978, 1734077082),
        (44531661, 1374316395),
        (302545136, 2092186050),
        (1153780144, 1393392374),
        (73896786, 1544979948),
    ),
    (20, 15): (
        (533484900, 317419073),
        (1894307698, 1474268163),
        (874340513, 509669280),
        (1124986343, 1209573668),
        (1463788335, 529048107),
        (1056908795, 25321885),
        (195672285, 1717580117),
        (961965583, 1353003786),
        (1610169733, 1734469503),
        (532794656, 998486810),
    ),
    (20, 20): (
        (1035939303, 773961798),
        (5997802, 1872541150),
        (1357503601, 722225039),
        (806159563, 1166962073),
        (1902815253, 1879990068),
        (1503184031, 1850351876),
        (1032645967, 99711329),
        (229894219, 1158117804),
        (823349822, 108033225),
        (1297900341, 489486403),
    ),
    (30, 15): (
        (98640593, 1981283465),
        (1839268120, 248890888),
        (573875290, 2081512253),
        (1670898570, 788294565),
        (1118914567, 1074349202),
        (178750207, 294279708),
        (1549372605, 596993084),
        (798174738, 151685779),
        (553410952, 1329272528),
        (1661531649, 1173386294),
    ),
    (30, 20): (
        (1841414609, 1357882888),
        (2116959593, 1546338557),
        (796392706, 1230864158),
        (532496463, 254174057),
        (2020525633, 978943053),
        (524444252, 185526083),
        (1569394691, 487269855),
        (1460267840, 1631446539),
        (198324822, 1937476577),
        (38071822, 1541985579),
    ),
    (50, 15): (
        (17271, 718939),
        (660481279, 449650254),
        (352229765, 949737911),
        (1197518780, 166840558),
        (1376020303, 483922052),
        (2106639239, 955932362),
        (1765352082, 1209982549),
        (1105092880, 1349003108),
        (907248070, 919544535),
        (2011630757, 1845447001),
    ),
    (50, 20): (
        (8493988, 2738939),
        (1991925010, 709517751),
        (342093237, 786960785),
        (1634043183, 973178279),
        (341706507, 286513148),
        (320167954, 1411193018),
        (1089696753, 298068750),
        (433032965, 1589656152),
        (615974477, 331205412),
        (236150141, 592292984),
    ),
    (100, 20): (
        (302034063, 1203569070),
        (1437643198, 1692025209),
        (1792475497, 1039908559),
        (1647273132, 1012841433),
        (696480901, 1689682358),
        (1785569423, 1092647459),
        (117806902, 739059626),
        (1639154709, 1319962509),
        (2007423389, 749368241),
        (682761130, 262763021),
    ),
}
PER_SIZE = 10


class Uniform:
    """Taillard's stream of random integers; a seed from 1 to 2**31 - 2 determines it."""

    def __init__(self, seed: int) -> None:
        if not 0 < seed < M:
            raise ValueError(f"Expected a seed from 1 to {M - 1}, got {seed}.")
        self._state = seed

    def draw(self, low: int, high: int) -> int:
        """Return the next integer from low to high."""
        self._state = A * (self._state % B) - C * (self._state // B)
        if self._state < 0:
            self._state += M
        return low + int(self._state / M * (high - low + 1))


def draw_shop(time_seed: int, machine_seed: int, jobs: int, machines: int) -> tuple[Matrix, Matrix]:
    """Return durations (U{1, ..., 99}) and routes, both (jobs, machines), machines counted from 0.

    Taillard (1993), section 4: durations are drawn row by row; each route is a permutation by swaps.
    """
    times, swaps = Uniform(time_seed), Uniform(machine_seed)
    durations = [[times.draw(1, LONGEST) for _ in range(machines)] for _ in range(jobs)]
    routes = [route(swaps, machines) for _ in range(jobs)]
    return np.array(durations, dtype=np.int64), np.array(routes, dtype=np.int64)


def staged_routes(swaps: Uniform, jobs: int, machines: int, stages: int) -> Matrix:
    """Return routes (jobs, machines): a random order of the first group of machines, then of the second, and so on."""
    ends = [machines * stage // stages for stage in range(stages + 1)]
    groups = [(first, end - first) for first, end in pairwise(ends)]
    routes = [[first + place for first, count in groups for place in route(swaps, count)] for _ in range(jobs)]
    return np.array(routes, dtype=np.int64)


def route(swaps: Uniform, machines: int) -> list[int]:
    """Return one permutation of the machines: each place in turn is swapped with one from there on."""
    order = list(range(machines))
    for place in range(machines):
        other = swaps.draw(place, machines - 1)
        order[place], order[other] = order[other], order[place]
    return order


def checked_size(name: str, size: Sequence[int]) -> Size:
    """Return a size from a configuration; raises ValueError unless it is in range."""
    if isinstance(size, Sequence) and len(size) in (3, 4) and all(isinstance(number, int) for number in size):
        jobs, machines, count, stages = *size[:3], size[3] if len(size) == 4 else 1
        if 2 <= jobs <= 200 and 2 <= machines <= 50 and 1 <= count <= 1000 and 1 <= stages <= machines:
            return (jobs, machines, count) if stages == 1 else (jobs, machines, count, stages)
    form = "[jobs 2-200, machines 2-50, instances 1-1000] and perhaps stages from 1 to the machines"
    raise ValueError(f"Expected {form} in {name}, got {size}.")


# An evaluation asks for its instances every time, and drawing them takes longer than scoring a rule on them.
@lru_cache(maxsize=64)
def instances(seed: int, split: Split, size: Size) -> tuple[Instance, ...]:
    """Return the generated instances of one size."""
    jobs, machines, count, *stages = size
    return tuple(instance(seed, split, jobs, machines, replicate, *stages) for replicate in range(count))


def instance(seed: int, split: Split, jobs: int, machines: int, replicate: int, stages: int = 1) -> Instance:
    """Draw one instance; it depends on these arguments alone, so other sizes and counts leave it as it is."""
    key = (jobs, machines, replicate) if stages == 1 else (jobs, machines, replicate, stages)
    time_seed, machine_seed = random_numbers(seed, split, *key).integers(1, M - 1, size=2, endpoint=True).tolist()
    durations, routes = draw_shop(time_seed, machine_seed, jobs, machines)
    family = f"{jobs}x{machines}"
    if stages > 1:
        family, routes = f"{family} in {stages} stages", staged_routes(Uniform(machine_seed), jobs, machines, stages)
    return as_instance(f"jobshop-{seed}-{split}-{family.replace(' ', '-')}-{replicate}", family, durations, routes)


def as_instance(name: str, family: str, durations: Matrix, routes: Matrix) -> Instance:
    """Return an instance with its arrays; its scale is one time unit, which matters where all durations are 0."""
    return Instance(name, family, (durations, routes), scale=1.0)


@lru_cache(maxsize=1)
def taillard() -> Mapping[str, Instance]:
    """Return the instances by name, ta01 first."""
    by_name = {}
    for group, ((jobs, machines), seeds) in enumerate(SEEDS.items()):
        for index, (times, swaps) in enumerate(seeds, PER_SIZE * group + 1):
            name = f"ta{index:02d}"
            by_name[name] = as_instance(name, f"ta {jobs}x{machines}", *draw_shop(times, swaps, jobs, machines))
    return by_name
