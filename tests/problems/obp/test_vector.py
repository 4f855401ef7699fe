"""Priorities of all bins at once: equal to the scoring rules where these do not look at neighbours, and counted."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluators.language import interpret_algorithm
from evaluators.sandbox.solvers import algorithm_solver
from evaluators.work import RunError
from problems import Infeasible
from problems.obp import Obp, ObpVector
from problems.obp.baselines import PRIORITIES, PRIORITY, RULES, SCORE
from problems.obp.generator import instance_of

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=25)
SIZES = st.lists(st.integers(1, 20), min_size=1, max_size=15)
HEADER = f"import numpy as np\n\n\n{PRIORITY.header()}\n"


def drawn(sizes: list[int]):
    return instance_of(np.array(sizes, dtype=np.int64), 20, "drawn", "drawn")


def packing_of(problem: ObpVector, source: str, instance) -> list[int]:
    algorithm = interpret_algorithm(source, PRIORITY)
    return problem.construct([lambda *given: algorithm.run(None, given[:-1], given[-1])], instance).tolist()


class TestPriorities:
    @EXAMPLES
    @given(sizes=SIZES)
    @pytest.mark.parametrize("name", sorted(set(PRIORITIES) & set(RULES) - {"EoH", "worst fit"}))
    def test_pack_like_the_scores_of_the_same_name(self, plain, name, sizes):
        instance = drawn(sizes)
        scored = Obp().construct([plain(RULES[name], SCORE)], instance).tolist()
        for exposure in ("open", "all"):
            assert packing_of(ObpVector(exposure=exposure), PRIORITIES[name], instance) == scored

    def test_a_priority_that_looks_at_its_neighbour_depends_on_the_exposure(self):
        source = f"{HEADER}    out[:] = 1.0 * np.arange(bins.size)\n"
        assert packing_of(ObpVector(), source, drawn([5, 5, 5])) == [0, 1, 2]
        assert packing_of(ObpVector(exposure="all"), source, drawn([5, 5, 5])) == [2, 2, 2]

    def test_refuses_another_exposure(self):
        with pytest.raises(ValueError, match="exposure open or all, got one"):
            ObpVector(exposure="one")


class TestCheats:
    def test_a_priority_that_is_no_number_fails(self):
        with pytest.raises(Infeasible, match="item 0 is no finite number"):
            packing_of(ObpVector(), f"{HEADER}    out[:] = np.full(bins.size, np.inf)\n", drawn([5, 5]))

    def test_constant_priorities_are_first_fit(self):
        source = f"{HEADER}    out[:] = np.full(bins.size, 3.0)\n"
        instance = drawn([11, 12, 3, 9, 8, 1])
        assert packing_of(ObpVector(), source, instance) == packing_of(ObpVector(), PRIORITIES["first fit"], instance)

    def test_what_is_handed_out_reaches_neither_later_items_nor_the_bins(self):
        given = []
        ObpVector().construct([lambda *arrays: given.append(arrays)], drawn([5, 6, 7]))
        assert [item.tolist() for item, _, _ in given] == [[5], [6], [7]]
        assert all(array.base is None for arrays in given for array in arrays)


class TestSolver:
    def test_counts_the_work_of_all_calls_together(self):
        problem, source = ObpVector(), f"{HEADER}    out[:] = -1.0 * bins\n"
        short, long = drawn([5] * 4), drawn([5] * 12)
        solve = algorithm_solver(problem, source, short)
        assert 0 < 2 * solve(short).operations < solve(long).operations

    def test_ends_what_is_within_the_limit_in_each_call_but_not_in_all(self):
        source = f"{HEADER}    x = 0.0\n    for k in range(1000):\n        x += 1.0\n    out[0] = x\n"
        once, often = drawn([5] * 5), drawn([5] * 6)
        most = ObpVector().allowance(often).most
        assert algorithm_solver(ObpVector(), source, once)(drawn([1] * 60)).operations > most
        with pytest.raises(RunError, match=f"{most:,} operations"):
            algorithm_solver(ObpVector(), source, once)(often)

    def test_refuses_a_change_of_the_item(self):
        source = f"{HEADER}    b = item\n    b[0] = 1\n"
        instance = drawn([5, 5])
        with pytest.raises(RunError, match="input is changed"):
            algorithm_solver(ObpVector(), source, instance)(instance)
