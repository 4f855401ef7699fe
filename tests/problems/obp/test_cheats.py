"""Rules that cheat, run as the sandbox runs them: each fails by name, or is first fit."""

import numpy as np
import pytest

from evaluators.language import RuleError
from evaluators.sandbox.solvers import rule_solver
from evaluators.source import Refused
from problems.obp import Obp
from problems.obp.baselines import RULES, SCORE
from problems.obp.generator import instance_of

HEADER = f"import math\n\n\n{SCORE.header()}\n"
INSTANCE = instance_of(np.array([7, 3, 9, 2, 5, 5, 8, 1]), 10, "drawn", "drawn")


class TestCheats:
    @pytest.mark.parametrize(
        ("body", "told"),
        [
            ("return math.inf - math.inf", "NaN or infinity"),
            ("return math.inf", "NaN or infinity"),
            ("return 1.0 / left", "division by zero"),
            ("return math.exp(1000.0 * residual)", "overflow"),
            ("return 1e308 * residual", "NaN or infinity"),
            ("if seen > 3.0:\n        return 1.0", "return"),
        ],
    )
    def test_what_is_no_number_fails_and_is_no_first_fit(self, body, told):
        with pytest.raises(RuleError, match=told):
            rule_solver(Obp(), f"{HEADER}    {body}\n")(INSTANCE)

    @pytest.mark.parametrize(
        "source",
        [
            f"STATE = [0]\n{HEADER}    return STATE[0]\n",
            f"{HEADER}    global seen_before\n    return 0.0\n",
            f"import random\n{HEADER}    return random.random()\n",
            f"import time\n{HEADER}    return time.time()\n",
            f"{HEADER}    return items[0]\n",
        ],
    )
    def test_state_clocks_and_other_items_are_not_in_the_language(self, source):
        with pytest.raises(Refused):
            rule_solver(Obp(), source)

    def test_constants_are_first_fit(self):
        first_fit = rule_solver(Obp(), RULES["first fit"])(INSTANCE).solution
        for constant in ("1e300", "-7.0", "seen * capacity"):
            assert (
                rule_solver(Obp(), f"{HEADER}    return {constant}\n")(INSTANCE).solution.tolist() == first_fit.tolist()
            )
