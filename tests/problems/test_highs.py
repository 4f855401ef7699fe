import highspy
import pulp
import pytest

from problems.highs import empty, found_solution, loaded


def knapsack(least: int = 0) -> pulp.LpProblem:
    """Twice each of three things of weight 3, 5 and 7 in a bag of 12; the best value is 18."""
    problem = pulp.LpProblem("knapsack", pulp.LpMaximize)
    taken = [problem.add_variable(f"x_{weight}", 0, 2, pulp.LpInteger) for weight in (3, 5, 7)]
    problem += pulp.lpDot([4, 7, 11], taken)
    problem += pulp.lpDot([3, 5, 7], taken) <= 12
    problem += taken[0] >= least
    return problem


@pytest.mark.parametrize("highs", [empty(), loaded(knapsack())])
def test_highs_is_silent_and_runs_on_one_thread(highs: highspy.Highs) -> None:
    assert [highs.getOptionValue(name)[1] for name in ("output_flag", "threads")] == [False, 1]


def test_a_model_is_solved_to_its_optimum() -> None:
    highs = loaded(knapsack())
    highs.run()
    assert found_solution(highs)
    assert highs.getInfo().objective_function_value == pytest.approx(-18)  # PuLP has HiGHS minimise


def test_without_a_solution_none_is_said_to_be_found() -> None:
    highs = loaded(knapsack(least=5))
    highs.run()
    assert not found_solution(highs)


def test_limits_are_those_that_were_asked_for() -> None:
    highs = loaded(knapsack(), gap=0.5, seconds=7.0, nodes=3)
    names = ("mip_rel_gap", "mip_abs_gap", "time_limit", "mip_max_nodes")
    assert [highs.getOptionValue(name)[1] for name in names] == [0.0, 0.5, 7.0, 3]


def test_what_is_not_asked_for_has_no_limit() -> None:
    highs, plain = loaded(knapsack()), empty()
    for name in ("time_limit", "mip_max_nodes"):
        assert highs.getOptionValue(name) == plain.getOptionValue(name)
