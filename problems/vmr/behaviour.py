"""What a list of moves is like, apart from how good it is: the behavioural measures."""

from collections.abc import Mapping

import numpy as np

from problems.vmr.cluster import Integers

MEASURES = {
    "mean_size": "mean cores of the moved VMs over 32, 0 to 1; 0 without moves",
    "patience": "share of moves that do not lower FR at once, 0 to 1; 0 without moves",
    "spread": "number of different destinations over the number of moves, 0 to 1; 0 without moves",
}
LARGEST = 32  # cores


def measured(moves: Integers, size: Integers, gains: Integers) -> Mapping[str, float]:
    """Return the measures of the moves that are made, of shape (moves, 2), with their gains."""
    made = len(moves)
    if not made:
        return dict.fromkeys(MEASURES, 0.0)
    mean_size = float(size[moves[:, 0]].mean()) / LARGEST
    destinations = np.unique(moves[:, 1]).size
    values = (min(1.0, mean_size), float((gains <= 0).mean()), destinations / made)
    return dict(zip(MEASURES, values, strict=True))
