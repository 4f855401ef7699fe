"""Published figures of online bin packing, computed by `benchmarks/obp.py` on the same sets or on sets drawn anew."""

import math
from collections.abc import Mapping
from pathlib import Path

from obp_excess import RULES, Cell, Packer, drawn, excess, rule_packer, stored, vector_packer

from problems.obp import ObpVector

NOTEBOOK = ObpVector(exposure="all")
# Of Romera-Paredes et al. (Nature 2024) and Liu et al. (ICML 2024), in the order of COLUMNS.
# The capacity 500 holds the items of capacity 100; those figures are computed, not printed.
COLUMNS = ("first fit", "best fit", "FunSearch OR", "FunSearch Weibull", "EoH")
PUBLISHED: Mapping[tuple[str, int], tuple[float | None, ...]] = {
    ("funsearch_or3", 150): (5.74, 5.37, 3.11, 12.77, None),
    ("funsearch_weibull_5k", 100): (4.23, 3.98, 3.03, 0.68, None),
    ("eoh_1k", 100): (5.32, 4.87, None, 3.78, 2.24),
    ("eoh_5k", 100): (4.40, 4.08, None, 0.80, 0.80),
    ("eoh_10k", 100): (4.44, 4.09, None, 0.33, 0.61),
    ("eoh_1k", 500): (0.25, 0.25, None, 65.2, 0.25),
    ("eoh_5k", 500): (0.50, 0.50, None, 16.1, 0.35),
    ("eoh_10k", 500): (0.50, 0.47, None, 12.6, 0.35),
}
# The same from another seed: 20 instances of each uniform set; of the others, five are taken to have been drawn.
REGENERATED: Mapping[tuple[str, int, int], tuple[float | None, ...]] = {
    ("weibull", 100, 1000): (4.96, 4.46, 3.47, 3.82, None),
    ("weibull", 100, 5000): (4.30, 4.10, 3.04, 0.71, None),
    ("weibull", 100, 10000): (4.21, 3.90, 2.97, 0.34, None),
    ("uniform", 150, 120): (7.18, 6.97, 5.62, 30.8, None),
    ("uniform", 150, 250): (6.34, 5.94, 4.14, 20.4, None),
    ("uniform", 150, 500): (5.54, 5.06, 2.96, 12.2, None),
    ("uniform", 150, 1000): (5.09, 4.69, 2.39, 7.6, None),
}


def published_packer(name: str) -> Packer:
    """Return a rule as published: over all n bins where that matters, which is where neighbours' scores do."""
    if name == "FunSearch Weibull":
        return vector_packer(NOTEBOOK, NOTEBOOK.baselines[name])
    return rule_packer(RULES.baselines[name])


def published(folder: Path) -> list[Cell]:
    """Return every figure that was published, computed; met: equal to the printed digit."""
    cells = []
    for name in COLUMNS:
        packer = published_packer(name)
        for (file, capacity), printed in PUBLISHED.items():
            value, error, _ = excess(packer, stored(folder, file, capacity))
            figure = printed[COLUMNS.index(name)]
            digits = 1 if figure is not None and figure > 12.5 and capacity == 500 else 2
            cells.append(Cell(f"{file} C={capacity}", name, value, error, figure, equal(value, figure, digits)))
    return cells


def equal(value: float, figure: float | None, digits: int) -> bool:
    """Whether a value is the figure to its last digit."""
    return figure is None or abs(value - figure) <= 0.5000001 * 10**-digits


def regenerated() -> list[Cell]:
    """Return the same on sets drawn anew; met: within 2.6 standard errors of the difference, 99 % of each figure."""
    cells = []
    for name in COLUMNS:
        packer = published_packer(name)
        for (kind, capacity, items), figures in REGENERATED.items():
            instances = drawn(kind, capacity, items, 1000 if items <= 1000 else 20)
            value, error, spread = excess(packer, instances)
            figure = figures[COLUMNS.index(name)]
            other = spread / math.sqrt(20 if kind == "uniform" else 5)
            met = figure is None or abs(value - figure) <= 2.6 * math.hypot(error, other) + 0.005
            cells.append(Cell(f"{kind} C={capacity} n={items}", name, value, error, figure, met))
    return cells
