"""The dispatching kernel against the literal contract, and what a cheating rule gains from it."""

import math
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from problems import Instance, Split
from problems.jobshop import JobShop
from problems.jobshop.baselines import PRIORITY, RULES
from problems.jobshop.generator import as_instance

DOCS = Path(__file__).parents[3] / "docs" / "jobshop.md"
HEADER = PRIORITY["active"].header()
SHARED = [parameter.name for parameter in PRIORITY["non_delay"].parameters if parameter.shared]
EXAMPLES = settings(deadline=None, derandomize=True, max_examples=15)
RULES_OF_ALL_KINDS = {
    **{name: RULES[name] for name in ("SPT", "MWKR", "SPT/TWKR")},
    "constant": f"{HEADER}\n    return 0.0\n",
    "shared features": f"{HEADER}\n    return ({' + '.join(SHARED)}) % 7.0\n",
    "everything": (
        f"{HEADER}\n    return (p - p_mean) * ops_left / work_left + job_work - job_ready * 0.5 + next_p\\\n"
        "        - next_free + next_queue * waiting - next_work + machine_work / bound - start\n"
    ),
    "failing": f"{HEADER}\n    return math.nan\n",
    "failing for some": f"{HEADER}\n    return math.nan if p < p_mean else work_left\n",
    "infinity": f"{HEADER}\n    return math.inf if p > p_mean else -math.inf\n",
}


@st.composite
def shops(draw, least=0, jobs=5, machines=4):
    m = draw(st.integers(2, machines))
    n = draw(st.integers(2, jobs))
    durations = draw(st.lists(st.lists(st.integers(least, 9), min_size=m, max_size=m), min_size=n, max_size=n))
    routes = draw(st.lists(st.permutations(range(m)), min_size=n, max_size=n))
    return as_instance("drawn", "drawn", np.array(durations, dtype=np.int64), np.array(routes, dtype=np.int64))


def literal_dispatch(rule, instance: Instance, active: bool) -> list[list[int]]:
    """The contract, word for word, with every feature computed from the schedule so far."""
    durations, routes = (array.tolist() for array in instance.arrays)
    n, m = len(durations), len(durations[0])
    start: list[list[int]] = [[] for _ in range(n)]

    def job_ready(j):
        return start[j][-1] + durations[j][len(start[j]) - 1] if start[j] else 0

    def done_on(machine):
        return [(j, k) for j in range(n) for k in range(len(start[j])) if routes[j][k] == machine]

    def left_on(machine):
        return [(j, k) for j in range(n) for k in range(len(start[j]), m) if routes[j][k] == machine]

    def machine_ready(machine):
        return max((start[j][k] + durations[j][k] for j, k in done_on(machine)), default=0)

    def work(operations):
        return sum(durations[j][k] for j, k in operations)

    while open_jobs := [j for j in range(n) if len(start[j]) < m]:
        at = {j: routes[j][len(start[j])] for j in open_jobs}
        p = {j: durations[j][len(start[j])] for j in open_jobs}
        begins = {j: max(job_ready(j), machine_ready(at[j])) for j in open_jobs}
        first = min(open_jobs, key=lambda j: (begins[j] + active * p[j], at[j], j))
        limit = max(begins[first], begins[first] + p[first] - 1) if active else begins[first]
        rivals = [j for j in open_jobs if at[j] == at[first] and job_ready(j) <= limit]
        left = {j: sum(durations[j][len(start[j]) :]) for j in range(n)}
        bound = max(
            1,
            *(job_ready(j) + left[j] for j in range(n)),
            *(machine_ready(i) + work(left_on(i)) for i in range(m)),
        )
        values = {}
        for j in rivals:
            k = len(start[j])
            after = routes[j][k + 1] if k + 1 < m else None
            heading = [(i, len(start[i])) for i in open_jobs if at[i] == after]
            features = {
                "p": max(1, p[j]),
                "work_left": max(1, left[j]),
                "ops_left": m - k,
                "job_work": max(1, sum(durations[j])),
                "job_ready": job_ready(j),
                "start": begins[j],
                "waiting": len(rivals),
                "p_mean": max(1.0, sum(p[i] for i in rivals) / len(rivals)),
                "machine_work": max(1, work(left_on(at[j]))),
                "next_p": durations[j][k + 1] if after is not None else 0,
                "next_free": machine_ready(after) if after is not None else 0,
                "next_queue": work(heading) if after is not None else 0,
                "next_work": work(left_on(after)) if after is not None else 0,
                "bound": bound,
            }
            values[j] = rule(**{name: float(value) for name, value in features.items()})
        chosen = min(rivals, key=lambda j: (math.inf if math.isnan(values[j]) else values[j], j))
        start[chosen].append(begins[chosen])
    return start


@pytest.mark.parametrize("schedule", PRIORITY)
@pytest.mark.parametrize("name", RULES_OF_ALL_KINDS)
class TestDispatch:
    @EXAMPLES
    @given(instance=shops())
    def test_kernel_and_slow_twin_follow_the_contract(self, native, plain, schedule, name, instance):
        source, signature = RULES_OF_ALL_KINDS[name], PRIORITY["active"]
        expected = literal_dispatch(plain(source, signature), instance, schedule == "active")
        problem = JobShop(schedule=schedule)
        assert problem.construct([plain(source, signature)], instance).tolist() == expected
        solution = problem.construct([native(source, signature)], instance)
        assert solution.tolist() == expected
        assert problem.objective(instance, solution) >= 0


def schedule_of(native, source: str, instance: Instance, **settings) -> list[list[int]]:
    return JobShop(**settings).construct([native(source, PRIORITY["active"])], instance).tolist()


def test_no_machine_waits_while_an_operation_waits_for_it(native):
    instance = JobShop().instances(Split.TRAIN)[0]
    durations, routes = instance.arrays
    start = np.array(schedule_of(native, RULES["FIFO"], instance))
    ends = start + durations
    arrived = np.hstack((np.zeros((len(start), 1), dtype=np.int64), ends[:, :-1]))
    for machine in range(routes.shape[1]):
        own = sorted(zip(start[routes == machine], ends[routes == machine], arrived[routes == machine], strict=True))
        for (_, end, _), (begin, _, since) in pairwise(own):
            assert begin == max(end, since)


def test_the_rules_in_the_docs_run(plain):
    instance = JobShop().instances(Split.TRAIN)[0]
    for example in re.findall(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL):
        start = JobShop().construct([plain(example, PRIORITY["active"])], instance)
        assert JobShop().objective(instance, start) > 0


class TestCheats:
    def test_what_all_rivals_share_decides_nothing(self, native):
        for instance in JobShop().instances(Split.TRAIN)[::100]:
            constant, shared = (RULES_OF_ALL_KINDS[name] for name in ("constant", "shared features"))
            assert schedule_of(native, constant, instance) == schedule_of(native, shared, instance)

    def test_keys_to_the_size_and_constants_lose_against_the_classic_rules(self, native):
        problem = JobShop()
        keyed = f"{HEADER}\n    return ops_left * waiting % 10.0\n"
        instances = problem.instances(Split.TRAIN)[::6]
        mean = {
            name: np.mean([problem.objective(i, np.array(schedule_of(native, source, i))) for i in instances])
            for name, source in {**RULES, "keyed": keyed, "constant": RULES_OF_ALL_KINDS["constant"]}.items()
        }
        assert min(mean["keyed"], mean["constant"]) > mean["SPT/TWKR"] * 1.05

    def test_an_order_of_jobs_is_no_help_where_jobs_and_machines_get_other_numbers(self, native):
        problem, rng = JobShop(), np.random.default_rng(1)
        instance = problem.instances(Split.TRAIN)[0]
        source = f"{HEADER}\n    return p / work_left + 0.001 * job_ready + 0.0001 * next_p + 0.00001 * job_work\n"
        values = {problem.objective(instance, np.array(schedule_of(native, source, instance)))}
        for _ in range(5):
            other = problem.permuted(instance, rng)
            values.add(problem.objective(other, np.array(schedule_of(native, source, other))))
        assert len(values) == 1
