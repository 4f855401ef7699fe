"""Published figures on the published instances, which are no part of the repository: skipped where they are missing."""

from pathlib import Path

import numpy as np
import pytest

from evaluators.sandbox.solvers import rule_solver
from problems.obp import Obp
from problems.obp.baselines import RULES
from problems.obp.generator import instance_of
from problems.obp.offline import l1

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "obp"


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the published instances are not in ../shared/data/obp")
@pytest.mark.parametrize(
    ("file", "rule", "printed"),
    [
        ("funsearch_or3", "first fit", 5.74),
        ("funsearch_or3", "best fit", 5.37),
        ("funsearch_or3", "FunSearch OR", 3.11),
        ("funsearch_weibull_5k", "best fit", 3.98),
        ("eoh_1k", "EoH", 2.24),
        ("eoh_5k", "EoH", 0.80),
    ],
)
def test_figures_are_met_to_the_printed_digit(file: str, rule: str, printed: float) -> None:
    stored = np.load(FOLDER / f"{file}.npz")
    instances = [instance_of(s.astype(np.int64), int(stored["capacity"]), file, file) for s in stored["items"]]
    solve = rule_solver(Obp(), RULES[rule])
    bins = sum(Obp().objective(each, solve(each).solution) for each in instances)
    bound = sum(l1(each.arrays[0], int(each.arrays[1][0])) for each in instances)
    assert round(100 * (bins / bound - 1), 2) == printed
