import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from evaluators.language import RunnableAlgorithm, compile_algorithm, compile_rules
from problems import Split
from problems.smtt import Smtt, SmttAlgorithm
from problems.smtt.algorithm import LEAST_CLASS, SEEDS, SOLVE
from problems.smtt.generator import draw
from problems.smtt.heuristics import ALGORITHMS
from problems.smtt.problem import MULTIPLES, allowance_of_rule, mdd_operations

Jobs = NDArray[np.int64]
LIKE = (np.zeros(1, np.int64),) * 3


@pytest.fixture(scope="module")
def mdd() -> RunnableAlgorithm:
    return compile_algorithm(ALGORITHMS["MDD"], SOLVE, LIKE)


def operations(algorithm: RunnableAlgorithm, p: Jobs, d: Jobs) -> int:
    return algorithm.run(None, (p, d), np.zeros_like(p))


@pytest.mark.parametrize("n", [1, 2, 3, 8, 9, 50, 500])
def test_mdd_uses_its_most_operations_where_the_first_job_that_waits_is_always_chosen(
    mdd: RunnableAlgorithm, n: int
) -> None:
    assert operations(mdd, np.arange(1, n + 1), np.zeros(n, dtype=np.int64)) == mdd_operations(n)


@settings(max_examples=50, deadline=None)
@given(jobs=st.lists(st.tuples(st.integers(1, 100), st.integers(-50, 2000)), min_size=1, max_size=40))
def test_mdd_never_uses_more(mdd: RunnableAlgorithm, jobs: list[tuple[int, int]]) -> None:
    p, d = np.array(jobs, dtype=np.int64).T.copy()
    assert operations(mdd, p, d) <= mdd_operations(p.size)


def test_mdd_as_a_rule_does_work_of_three_since_the_kernel_is_charged() -> None:
    problem = Smtt()
    rules = compile_rules(problem.baselines["MDD"], problem.signatures)
    instance = problem.instances(Split.TRAIN)[0]
    problem.construct(rules.functions, instance)
    allowed = problem.allowance(instance)
    assert allowed.base + rules.operations == 3 * allowed.unit == 3 * mdd_operations(20)


def test_a_rule_of_class_a_has_24_operations_a_call() -> None:
    allowed = allowance_of_rule("A", 500)
    assert allowed.most is not None
    assert (allowed.most - allowed.base) // (500 * 501 // 2) == 24


@pytest.mark.parametrize("budget_class", MULTIPLES)
def test_the_seeds_of_a_class_need_that_class(budget_class: str) -> None:
    problem = SmttAlgorithm(budget_class=budget_class)
    assert problem.seeds == SEEDS[budget_class]
    assert {LEAST_CLASS.get(seed, "A") for seed in problem.seeds} == {budget_class}
    assert problem.name == f"smtt_{budget_class.lower()}"
    assert f" {MULTIPLES[budget_class]} times" in problem.description


def test_an_unknown_class_is_refused() -> None:
    for problem in (Smtt, SmttAlgorithm):
        with pytest.raises(ValueError, match="Expected budget_class in A, B, C, D, got 'E'"):
            problem(budget_class="E")


@pytest.mark.slow
@pytest.mark.parametrize("name", ALGORITHMS)
def test_every_heuristic_keeps_within_its_class_up_to_500_jobs(name: str) -> None:
    algorithm = compile_algorithm(ALGORITHMS[name], SOLVE, LIKE)
    rng = np.random.default_rng(1)
    for n in (20, 50, 100, 200, 500):
        most = MULTIPLES[LEAST_CLASS.get(name, "A")] * mdd_operations(n)
        for tf in (0.2, 0.4, 0.6, 0.8):
            for rdd in (0.2, 0.4, 0.6, 0.8, 1.0):
                p, d = draw(rng, n, rdd, tf)
                algorithm.run(most, (p, d), np.zeros_like(p))
