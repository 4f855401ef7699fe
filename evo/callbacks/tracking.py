"""What trackers are given: numbers by name, the configuration as parameters, and the library that they write with."""

import json
from importlib import import_module
from types import ModuleType

from evo.callbacks.events import Ended, Placed
from evo.core.checked_values import flat

LONGEST = 250
"""Characters of a value; MLflow takes no more than some hundreds."""


def metrics(event: Placed) -> dict[str, float]:
    """Return the numbers of a candidate that was placed; an unknown price is left out."""
    values = {
        "best_gap": event.best_gap,
        "gap": event.gap,
        "seconds": event.seconds,
        "tokens": event.spent.tokens,
        "dollars": event.spent.dollars,
        **{f"elites/{island}": count for island, count in event.elites.items()},
    }
    return {name: float(value) for name, value in values.items() if value is not None}


def final_gaps(event: Ended) -> dict[str, float]:
    """Return the gaps of the candidate that the run returns, by split; none when it was broken off."""
    return {f"found_gap/{split}": gap for split, gap in (event.gaps or {}).items()}


def parameters(config: str) -> dict[str, str]:
    """Return the settings of a configuration, given as JSON, by dotted name; texts of operators are left out."""
    return {name: value[:LONGEST] for name, value in flat(json.loads(config)) if not name.startswith("operator.")}


def import_library(name: str, extra: str) -> ModuleType:
    """Import what a callback writes with.

    Raises:
        ImportError: it is missing; the message says what to install.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise ImportError(f"{error}; pip install 'evo-heuristics[{extra}]'") from error
