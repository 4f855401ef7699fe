"""Proofs against everything tried, against an independent algorithm, and against optima of the literature."""

import importlib
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from problems import Split
from problems.smtt import exact
from problems.smtt.exact import solve
from problems.smtt.exact.lawler import pure_lawler
from problems.smtt.exact.solver import load_kernels
from problems.smtt.generator import draw, instances
from problems.smtt.kernel import verified_tardiness

FOLDER = Path(__file__).parents[4].parent / "shared" / "data" / "smtt_paper"
NEEDS_FOLDER = pytest.mark.skipif(not FOLDER.is_dir(), reason="shared/data/smtt_paper is missing")
EXAMPLES = settings(deadline=None, derandomize=True, max_examples=1000)
HARD = ((0.2, 0.4), (0.2, 0.6), (0.2, 0.8), (0.4, 0.4), (0.6, 0.6), (0.8, 0.8))
SEED = 77


def hold(proof, p, d):
    """What every answer keeps, finished or not."""
    assert verified_tardiness(proof.sequence, p, d) == proof.value
    assert proof.root_bound <= proof.bound <= proof.value
    assert proof.proven == (proof.bound == proof.value)
    return proof


def proven(p, d):
    proof = hold(solve(p, d), p, d)
    assert proof.proven
    return proof.value


@EXAMPLES
@given(
    st.integers(0, 2**32), st.integers(0, 12), st.sampled_from([2, 5, 20, 100]), st.floats(-0.3, 1), st.floats(0, 1.3)
)
def test_small_instances_with_ties_zeros_and_negative_due_dates_are_solved(optimum, seed, jobs, largest, low, high):
    rng = np.random.default_rng(seed)
    p = rng.integers(0, largest, jobs, endpoint=True)
    d = np.rint(p.sum() * rng.uniform(min(low, high), max(low, high), jobs)).astype(np.int64)
    assert proven(p, d) == optimum(p, d)


@pytest.mark.parametrize("jobs", [40, 80, 120])
@pytest.mark.parametrize(("rdd", "tf"), HARD)
def test_values_are_those_of_pure_lawler(jobs, rdd, tf):
    for seed in range(3):
        p, d = draw(np.random.default_rng(seed), jobs, rdd, tf)
        assert proven(p, d) == pure_lawler(p, d)


@pytest.mark.parametrize("largest", [1, 3, 10])
def test_many_equal_processing_times_are_no_trouble_to_either(largest):
    rng = np.random.default_rng(largest)
    for jobs in (30, 60):
        p = rng.integers(1, largest, jobs, endpoint=True)
        d = rng.integers(-5, p.sum(), jobs)
        assert proven(p, d) == pure_lawler(p, d)


@pytest.mark.slow
@pytest.mark.parametrize(("jobs", "classes"), [(100, HARD), (200, HARD), (500, ((1.0, 0.2), (0.8, 0.4), (1.0, 0.6)))])
def test_values_of_large_instances_are_those_of_pure_lawler(jobs, classes):
    for rdd, tf in classes:
        for seed in range(5):
            p, d = draw(np.random.default_rng(seed), jobs, rdd, tf)
            assert proven(p, d) == pure_lawler(p, d, slots=2**22)


def test_every_generated_instance_up_to_two_hundred_jobs_is_proven():
    for instance in instances(SEED, Split.TEST, ((20, 3), (100, 2), (200, 1))):
        proven(*instance.arrays)


def paper_instances(name):
    """Processing times, due dates and stored optimum of each instance."""
    stored = np.load(FOLDER / f"{name}.npz")
    return list(zip(stored["processing_times"], stored["due_dates"], stored["stored_optimum"], strict=True))


@NEEDS_FOLDER
@pytest.mark.parametrize(
    ("name", "solvable"), [("n20_uniform", 800), ("n20_normal", 695), ("n100", 200), ("n200", 200)]
)
def test_the_optima_stored_with_the_papers_instances_are_found(name, solvable):
    found = [(proven(p, d), stored) for p, d, stored in paper_instances(name) if p.min() >= 0]
    assert len(found) == solvable
    assert all(value == stored for value, stored in found)


@NEEDS_FOLDER
@pytest.mark.slow
def test_the_normal_instances_that_have_negative_times_are_refused_and_their_optima_are_those_of_all_sets(optimum):
    negative = [instance for instance in paper_instances("n20_normal") if instance[0].min() < 0]
    assert len(negative) == 105
    for p, d, stored in negative:
        with pytest.raises(ValueError, match="processing times >= 0"):
            solve(p, d)
        assert optimum(p.astype(np.int64), d.astype(np.int64)) == stored


@pytest.mark.parametrize(("rdd", "tf"), [(0.2, 0.6), (0.6, 0.6)])
def test_five_hundred_jobs_give_the_same_proof_every_time(rdd, tf):
    p, d = draw(np.random.default_rng(0), 500, rdd, tf)
    proofs = [hold(solve(p, d), p, d) for _ in range(2)]
    assert proofs[0].proven
    assert proofs[0].sequence.tolist() == proofs[1].sequence.tolist()
    assert proofs[0].nodes == proofs[1].nodes
    assert proofs[0].root_bound >= 0.995 * proofs[0].value


@pytest.mark.parametrize("limits", [{"time_limit": 0.0}, {"node_limit": 0}, {"node_limit": 1}, {"node_limit": 4000}])
def test_a_limit_leaves_a_sequence_and_a_bound_that_enclose_the_optimum(limits):
    for rdd, tf in HARD:
        p, d = draw(np.random.default_rng(1), 200, rdd, tf)
        proof = hold(solve(p, d, **limits), p, d)
        assert proof.bound <= proven(p, d) <= proof.value
        assert proof.nodes <= limits.get("node_limit", 0)


@pytest.mark.parametrize(("rdd", "tf"), [(0.2, 0.6), (0.2, 0.8), (0.4, 0.6), (0.4, 0.8)])
@pytest.mark.parametrize("limit", [0.1, 0.5])
def test_two_thousand_jobs_take_the_time_given_and_no_more(rdd, tf, limit):
    load_kernels()
    p, d = draw(np.random.default_rng(1), 2000, rdd, tf)
    proof = hold(solve(p, d, time_limit=limit), p, d)
    assert proof.seconds < limit + 0.25
    assert proof.bound > 0.9 * proof.value


def test_wherever_nodes_run_out_the_sequence_is_real_and_the_bound_holds():
    p, d = draw(np.random.default_rng(3), 60, 0.2, 0.6)
    whole = hold(solve(p, d), p, d)
    proofs = [hold(solve(p, d, node_limit=nodes), p, d) for nodes in range(whole.nodes + 1)]
    assert all(proof.nodes <= nodes for nodes, proof in enumerate(proofs))
    assert all(proof.bound <= whole.value <= proof.value for proof in proofs)
    assert proofs[-1].proven
    assert any(proof.bound == whole.value < proof.value for proof in proofs)  # searched, but not yet built


def test_little_memory_changes_no_value():
    p, d = draw(np.random.default_rng(0), 100, 0.2, 0.6)
    proof = hold(solve(p, d, memory=2_000_000), p, d)
    assert proof.proven
    assert proof.value == 49567
    unsearched = hold(solve(p, d, memory=1000), p, d)
    assert unsearched.nodes == 0
    assert unsearched.bound <= 49567 <= unsearched.value


def test_instances_at_the_limits_are_solved():
    assert proven(np.array([], dtype=int), np.array([], dtype=int)) == 0
    assert proven(np.array([4]), np.array([1])) == 3
    assert proven(np.array([0, 0, 0]), np.array([-1, 2, -4])) == 5
    assert proven(np.full(2000, 5), np.full(2000, 7)) == sum(max(0, 5 * k - 7) for k in range(1, 2001))
    one, rest = 2**31 - 51, np.arange(1, 51)
    assert proven(np.array([1] * 50 + [one]), np.full(51, -(10**9))) == rest.sum() + one + 50 + 51 * 10**9


@pytest.mark.parametrize("largest", [10**4, 10**6, 2 * 10**7])
def test_long_horizons_are_proven_with_coarse_prices(largest):
    for seed in range(4):
        rng = np.random.default_rng(seed)
        p = rng.integers(1, largest, 60)
        d = (p.sum() * rng.uniform(0.3, 0.5, 60)).astype(np.int64)
        assert proven(p, d) == pure_lawler(p, d)


def test_nothing_is_compiled_once_the_kernels_are_loaded():
    modules = [
        importlib.import_module(f"{exact.__name__}.{found.name}") for found in pkgutil.iter_modules(exact.__path__)
    ]
    kernels = {id(k): k for m in modules for k in vars(m).values() if hasattr(k, "signatures")}
    load_kernels()
    before = {k.__name__: len(k.signatures) for k in kernels.values()}
    solve(*draw(np.random.default_rng(0), 300, 0.2, 0.6), node_limit=50_000)
    solve(np.arange(1, 200) * 100_000, np.arange(1, 200) * 5_000_000)
    assert {k.__name__: len(k.signatures) for k in kernels.values()} == before


PROGRAM = """
import numpy as np
from problems.smtt.exact import solve
from problems.smtt.exact.lawler import pure_lawler
for seed in range(3):
    rng = np.random.default_rng(seed)
    p, d = rng.integers(0, 9, 9), rng.integers(-3, 40, 9)
    print(solve(p, d).value)
    assert solve(p, d).value == pure_lawler(p, d)
"""


def printed(**environment):
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    return [int(line) for line in run.stdout.split()]


def test_the_whole_solver_runs_uncompiled(optimum):
    rngs = [np.random.default_rng(seed) for seed in range(3)]
    assert printed(NUMBA_DISABLE_JIT="1") == [optimum(rng.integers(0, 9, 9), rng.integers(-3, 40, 9)) for rng in rngs]


@pytest.mark.slow
def test_no_index_leaves_its_array(tmp_path):
    assert printed(NUMBA_BOUNDSCHECK="1", NUMBA_CACHE_DIR=str(tmp_path)) == printed()
