"""A run's configuration as trackers want it: one level of names, short texts."""

import json

from evo.core.validation import flat

LONGEST = 250
"""Characters of a value; MLflow takes no more than some hundreds."""


def parameters(config: str) -> dict[str, str]:
    """Return the settings of a configuration, given as JSON, by dotted name; texts of operators are left out."""
    return {name: value[:LONGEST] for name, value in flat(json.loads(config)) if not name.startswith("operator.")}
