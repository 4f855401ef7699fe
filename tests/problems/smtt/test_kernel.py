"""The dispatch kernel and the objective against literal definitions."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from problems import Infeasible, Split
from problems.kernels import plain as slow_twin
from problems.sequences import first_fault, ordered_share
from problems.smtt import Smtt
from problems.smtt.baselines import PRIORITY, RULES
from problems.smtt.kernel import total_tardiness

HEADER = PRIORITY.header()
RULES_OF_ALL_KINDS = {
    **{name: RULES[name] for name in ("EDD", "MDD", "MDDC", "ATC-2", "COVERT")},
    "constant": f"{HEADER}\n    return 0.0\n",
    "everything": (
        f"{HEADER}\n    return (p - p_mean) * (d_mean - d) + p_max * late_share / (p + w_late + 1.0) - n_left * t\n"
    ),
    "failing": f"{HEADER}\n    return math.nan\n",
    "failing late": f"{HEADER}\n    return math.nan if n_left < 3.0 else d\n",
    "failing for some": f"{HEADER}\n    return math.nan if p < p_mean else d\n",
    "minus infinity": f"{HEADER}\n    return -math.inf\n",
    "infinity": f"{HEADER}\n    return math.inf if p > p_mean else d\n",
}
EXAMPLES = settings(deadline=None, derandomize=True, max_examples=40)
JOBS = st.lists(st.tuples(st.integers(1, 8), st.integers(-10, 30)), min_size=1, max_size=9)


def literal_dispatch(rule, p: list[int], d: list[int]) -> list[int]:
    """The contract, word for word: values of all waiting jobs, then the smallest, ties by p, d, index."""
    waiting, sequence, t = set(range(len(p))), [], 0
    while waiting:
        ps, ds = [p[j] for j in waiting], [d[j] for j in waiting]
        n = len(waiting)
        edd = sorted(waiting, key=lambda j: (d[j], p[j], j))
        ends = itertools.accumulate([t + p[edd[0]], *(p[j] for j in edd[1:])])
        tardy = [j for end, j in zip(ends, edd, strict=True) if end > d[j]]
        late_share = len(tardy) / n
        w_late = {j: float(sum(p[i] for i in tardy if (p[i], d[i], i) < (p[j], d[j], j))) for j in waiting}
        before, after = (float(n), sum(ps) / n, float(max(ps))), (sum(ds) / n, late_share)
        values = {j: rule(float(p[j]), float(d[j]), float(t), *before, w_late[j], *after) for j in waiting}
        chosen = min(waiting, key=lambda j: (math.inf if math.isnan(values[j]) else values[j], p[j], d[j], j))
        waiting.remove(chosen)
        sequence.append(chosen)
        t += p[chosen]
    return sequence


def literal_tardiness(sequence: list[int], p: list[int], d: list[int]) -> int:
    ends = itertools.accumulate(p[j] for j in sequence)
    return sum(max(0, end - d[j]) for end, j in zip(ends, sequence, strict=True))


@pytest.mark.parametrize("name", RULES_OF_ALL_KINDS)
class TestDispatch:
    @EXAMPLES
    @given(jobs=JOBS)
    def test_kernel_and_slow_twin_follow_the_definition(self, native, plain, instance_of, name, jobs):
        instance = instance_of(jobs)
        p, d = (array.tolist() for array in instance.arrays)
        rule = plain(RULES_OF_ALL_KINDS[name], PRIORITY)
        expected = literal_dispatch(rule, p, d)
        assert Smtt().construct([rule], instance).tolist() == expected
        compiled = native(RULES_OF_ALL_KINDS[name], PRIORITY)
        assert Smtt().construct([compiled], instance).tolist() == expected

    @EXAMPLES
    @given(jobs=JOBS, data=st.data())
    def test_the_order_of_the_jobs_does_not_matter(self, native, instance_of, name, jobs, data):
        rule = native(RULES_OF_ALL_KINDS[name], PRIORITY)
        shuffled = data.draw(st.permutations(jobs))
        schedules = [
            [given[j] for j in Smtt().construct([rule], instance_of(given)).tolist()] for given in (jobs, shuffled)
        ]
        assert schedules[0] == schedules[1]


def test_ties_go_to_the_shorter_then_the_earlier_due_then_the_first_job(native, instance_of):
    instance = instance_of([(3, 1), (2, 9), (2, 4), (2, 4), (1, 20)])
    rule = native(RULES_OF_ALL_KINDS["constant"], PRIORITY)
    assert Smtt().construct([rule], instance).tolist() == [4, 2, 3, 1, 0]


def test_a_failing_rule_still_ends_in_a_permutation_at_full_size(native):
    instance = Smtt(train=((500, 1),)).instances(Split.TRAIN)[0]
    for name in ("failing", "failing late", "minus infinity", "infinity"):
        sequence = Smtt().construct([native(RULES_OF_ALL_KINDS[name], PRIORITY)], instance)
        assert sorted(sequence.tolist()) == list(range(500))


def test_compiled_and_interpreted_rules_agree_at_full_size(native, plain):
    instance = Smtt(train=((200, 1),)).instances(Split.TRAIN)[7]
    for name in ("MDDC", "ATC-2", "everything"):
        source = RULES_OF_ALL_KINDS[name]
        compiled = Smtt().construct([native(source, PRIORITY)], instance)
        assert (compiled == Smtt().construct([plain(source, PRIORITY)], instance)).all()


def test_a_rule_that_raises_in_python_is_not_swallowed(plain, instance_of):
    rule = plain(f"{HEADER}\n    return 1 / (n_left - n_left)\n", PRIORITY)
    with pytest.raises(ZeroDivisionError):
        Smtt().construct([rule], instance_of([(1, 1), (2, 2)]))


@EXAMPLES
@given(jobs=JOBS, data=st.data())
def test_objective_is_the_sum_of_tardiness(instance_of, jobs, data):
    instance = instance_of(jobs)
    p, d = (array.tolist() for array in instance.arrays)
    sequence = data.draw(st.permutations(range(len(jobs))))
    expected = literal_tardiness(sequence, p, d)
    assert Smtt().objective(instance, np.array(sequence)) == expected
    assert slow_twin(total_tardiness)(np.array(sequence), *instance.arrays) == expected


@EXAMPLES
@given(entries=st.lists(st.one_of(st.integers(-2, 6), st.integers(-(2**63), 2**63 - 1)), min_size=1, max_size=6))
def test_objective_takes_permutations_and_nothing_else(instance_of, entries):
    instance = instance_of([(1, 1)] * len(entries))
    solution = np.array(entries, dtype=np.int64)
    assert first_fault(solution) == slow_twin(first_fault)(solution)
    if sorted(entries) == list(range(len(entries))):
        Smtt().objective(instance, solution)
    else:
        with pytest.raises(Infeasible):
            Smtt().objective(instance, solution)


@EXAMPLES
@given(keys=st.lists(st.integers(0, 5), min_size=1, max_size=8), data=st.data())
def test_ordered_share_counts_pairs(keys, data):
    sequence = data.draw(st.permutations(range(len(keys))))
    pairs = [(keys[i], keys[j]) for i, j in itertools.combinations(sequence, 2) if keys[i] != keys[j]]
    expected = sum(a < b for a, b in pairs) / len(pairs) if pairs else 1.0
    arrays = np.array(keys, dtype=np.int64), np.array(sequence, dtype=np.int64)
    assert ordered_share(*arrays) == expected == slow_twin(ordered_share)(*arrays)


SCRIPT = """
import json
from problems import Split
from problems.smtt import Smtt
problem = Smtt(seed=5, train=((6, 1),))
namespace = {}
exec(problem.baselines["MDDC"], namespace)
rows = []
for instance in problem.instances(Split.TRAIN)[::4]:
    solution = problem.construct([namespace["priority"]], instance)
    reference = problem.reference(instance)
    measures = [round(value, 12) for value in problem.behaviour(instance, solution).values()]
    rows.append([solution.tolist(), problem.objective(instance, solution), reference.value, reference.bound, measures])
print(json.dumps(rows))
"""


def test_everything_gives_the_same_without_compilation(printed_by, monkeypatch):
    compiled = printed_by(SCRIPT)
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")
    assert printed_by(SCRIPT) == compiled
