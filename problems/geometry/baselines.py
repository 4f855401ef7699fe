"""The baselines of both tasks, by name: the modules of `problems.geometry.programs` as texts of candidates."""

from collections.abc import Mapping
from types import MappingProxyType

from problems.geometry.programs import (
    circles_grid,
    circles_hopping,
    circles_jitter,
    circles_slsqp,
    heilbronn_annealing,
    heilbronn_jitter,
    heilbronn_rings,
    heilbronn_slsqp,
)
from problems.geometry.text import candidate

CIRCLES: Mapping[str, str] = MappingProxyType(
    {
        "grid": candidate(circles_grid),
        "jitter": candidate(circles_jitter),
        "SLSQP": candidate(circles_slsqp),
        "hopping": candidate(circles_hopping),
    }
)
"""`hopping` is the hand-written reference program and no seed."""

HEILBRONN: Mapping[str, str] = MappingProxyType(
    {
        "rings": candidate(heilbronn_rings),
        "jitter": candidate(heilbronn_jitter),
        "SLSQP": candidate(heilbronn_slsqp),
        "annealing": candidate(heilbronn_annealing),
    }
)
"""`annealing` is the hand-written reference program and no seed."""
