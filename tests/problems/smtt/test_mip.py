"""The models against brute force and each other; the solving process, its limits and its end."""

import itertools
import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from problems import SolverError, Split
from problems.smtt import exact
from problems.smtt.generator import instance
from problems.smtt.kernel import total_tardiness
from problems.smtt.mip import Mip, MipModel, MipReply, MipRequest, heuristic, solve_in_process, solve_mip
from problems.smtt.mip.solver import solve

JOBS = st.lists(st.tuples(st.integers(0, 9), st.integers(-5, 30)), min_size=1, max_size=6).filter(
    lambda jobs: any(p for p, _ in jobs)  # a model of nothing is "Empty"
)
CLASSES = [(0.2, 0.4), (0.4, 0.6), (0.8, 0.4), (0.8, 0.8)]


def arrays(jobs):
    return tuple(np.array(jobs, dtype=np.int64).T.copy())


def drawn(jobs, rdd, tf):
    return instance(7, Split.TEST, jobs, rdd, tf, 0).arrays


def value(sequence: Sequence[int], p, d) -> int:
    return total_tardiness(np.array(sequence, dtype=np.int64), p, d)


def optimum(p, d) -> int:
    return min(value(sequence, p, d) for sequence in itertools.permutations(range(len(p))))


def here(p, d, known, model, time_limit=60.0, start=True) -> MipReply:
    """Return the answer of this process: a process per example would take a second each."""
    return solve(MipRequest(p.tolist(), d.tolist(), list(known), model, time_limit, start))


@pytest.mark.parametrize("model", MipModel)
@settings(deadline=None, derandomize=True, max_examples=12)
@given(jobs=JOBS, start=st.booleans(), data=st.data())
def test_each_model_finds_the_optimum_of_brute_force(model, jobs, start, data):
    p, d = arrays(jobs)
    found = here(p, d, data.draw(st.permutations(range(len(jobs)))), model, start=start)
    assert found.status == "Optimal"
    assert sorted(found.sequence) == list(range(len(jobs)))
    assert value(found.sequence, p, d) == optimum(p, d)
    assert found.objective == pytest.approx(optimum(p, d))
    assert optimum(p, d) - 1 < found.bound <= found.objective + 1e-6


@pytest.mark.parametrize(("rdd", "tf"), CLASSES)
def test_the_models_agree_on_eleven_jobs(rdd, tf):
    p, d = drawn(11, rdd, tf)
    models = [MipModel.ARC_FLOW, MipModel.ORDERED, MipModel.POSITIONAL, MipModel.PRICED]
    values = [value(here(p, d, range(11), model).sequence, p, d) for model in models]
    assert len(set(values)) == 1


@pytest.mark.parametrize("model", MipModel)
def test_highs_takes_the_start_and_has_no_solution_without_it_when_there_is_no_time(model):
    p, d = drawn(30, 0.2, 0.6)
    known = heuristic(p, d)
    assert here(p, d, known, model, time_limit=1e-9).objective == pytest.approx(value(known, p, d))
    assert here(p, d, known, model, time_limit=1e-9, start=False).objective == np.inf


@pytest.mark.parametrize(
    "jobs",
    [[], [(0, 4), (0, 3)], [(0, 1), (3, -5), (0, -7)], [(3, 10**15), (2, -(10**12)), (2, 2), (2, 2)]],
    ids=["none", "no-work", "some-without-work", "far-due-dates"],
)
def test_a_process_of_its_own_proves_small_instances(jobs):
    p, d = arrays(jobs) if jobs else (np.zeros(0, np.int64), np.zeros(0, np.int64))
    found = solve_mip(p, d)
    assert found.proven
    assert found.value == found.bound == optimum(p, d) == value(found.sequence, p, d)
    assert "pulp 3" in found.versions
    assert "highspy 1" in found.versions


def test_a_time_out_leaves_the_heuristic_sequence_and_a_valid_bound():
    p, d = drawn(40, 0.4, 0.4)
    found = solve_mip(p, d, model="keha", time_limit=0.01)
    assert found.status == "Time limit reached"
    assert not found.proven
    assert found.value == value(found.sequence, p, d) <= value(heuristic(p, d), p, d)
    assert 0 <= found.bound <= exact.solve(p, d).value


@pytest.mark.parametrize(
    ("status", "bound", "verdict"),
    [
        ("Optimal", 5_000_000, "Optimal"),
        ("Optimal", 4_999_996, "Optimal to a relative 1e-06 only, which leaves totals from 4999996 to 5000000"),
        ("Time limit reached", 3, "Time limit reached"),
    ],
)
def test_an_optimum_of_highs_that_is_not_proven_says_why(status, bound, verdict):
    found = Mip(5_000_000, np.arange(2), bound, bound == 5_000_000, status, 1, 0.1, "")
    assert found.verdict == verdict


def test_a_solver_that_does_not_end_is_ended():
    request = MipRequest((1, 2), (1, 1), (0, 1), MipModel.KEHA, 0.01, True)
    assert solve_in_process(request, grace=0.1) == MipReply(
        "Ended after the time limit", np.inf, -np.inf, (), 0, 0.01, ""
    )


def test_a_solver_that_dies_is_an_error_that_says_so():
    p, d = drawn(200, 0.4, 0.4)
    with pytest.raises(SolverError, match="MIP solver's process ended with status"):
        solve_mip(p, d, model="positional", memory=1 << 26)


@pytest.mark.parametrize(
    ("arguments", "message"), [({"model": "cplex"}, "best, keha, keha\\+vi"), ({"time_limit": 0}, "time_limit > 0")]
)
def test_a_wrong_argument_is_refused_before_anything_starts(arguments, message):
    p, d = drawn(5, 0.4, 0.4)
    with pytest.raises(ValueError, match=message):
        solve_mip(p, d, **arguments)


def test_asking_loads_neither_pulp_nor_highs():
    code = "import sys, problems.smtt.mip; print([name for name in ('pulp', 'highspy') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.slow
@pytest.mark.parametrize(("rdd", "tf"), CLASSES)
@pytest.mark.parametrize(
    ("jobs", "model"),
    [(20, MipModel.POSITIONAL), (25, MipModel.ORDERED), (30, MipModel.PRICED), (30, MipModel.ARC_FLOW)],
)
@pytest.mark.timeout(400)
def test_a_proof_equals_that_of_the_exact_algorithm(jobs, model, rdd, tf):
    p, d = drawn(jobs, rdd, tf)
    found, proof = solve_mip(p, d, model=model, time_limit=120.0), exact.solve(p, d)
    assert found.bound <= proof.value <= found.value
    assert not found.proven or found.value == proof.value
