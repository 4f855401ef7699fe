"""The kernel that lets two rules choose moves, against the contract word for word."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from problems import Split
from problems.vmr import Vmr
from problems.vmr.baselines import DST_SCORE, RULES, VM_SCORE
from problems.vmr.canonical_order import ordered

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=25)
VMS = st.lists(st.tuples(st.sampled_from((2, 4, 8)), st.integers(0, 3)), min_size=1, max_size=9)


def pair(vm_score: str, dst_score: str) -> str:
    return f"{VM_SCORE.header()}\n    return {vm_score}\n\n\n{DST_SCORE.header()}\n    return {dst_score}\n"


EVERYTHING = pair(
    "gain_best - moved * 3.0 + frag_src * 0.37 - slack_best * 0.21 + gain_remove / size + left_src * 0.11"
    " + frag_mean * 0.01 * free_src - n_src * 0.5 + k_left",
    "gain_add + 0.3 * frag_dst - 0.7 * left_dst + is_same_pm - 0.2 * n_dst + 0.05 * free_dst * frag_src / size"
    " - k_left",
)
PAIRS = {
    **{name: RULES[name] for name in ("tolerant", "finish", "scrambled")},
    "everything": EVERYTHING,
    "constant": pair("1.0", "0.0"),
    "failing": pair("math.nan", "math.nan"),
    "failing in part": pair("math.nan if size < 4.0 else size", "math.nan if frag_dst > 4.0 else frag_dst"),
    "infinite": pair("math.inf", "-math.inf"),
}


def literal_moves(functions, cluster, literal_free):
    """The contract: features from their definitions, the largest value above 0, ties in canonical order."""
    size, place = cluster.size.tolist(), cluster.start.tolist()
    moved, left, moves = [0] * len(size), [0] * len(cluster.capacity), []
    for step in range(cluster.limit):
        free = literal_free(cluster, place)
        vm, dst = literal_choice(functions, cluster, free, place, moved, left, min(10, cluster.limit - step))
        if vm is None:
            break
        moves.append([vm, dst])
        moved[vm], left[place[vm]] = moved[vm] + 1, left[place[vm]] + 1
        place[vm] = dst
    return moves + [[-1, -1]] * (cluster.limit - len(moves))


def literal_choice(functions, cluster, free, place, moved, left, k_left):
    vm_score, dst_score = functions
    node_order, vm_order, _ = ordered(cluster.size, cluster.start, cluster.capacity)
    size = cluster.size.tolist()
    frag = [each % 16 for each in free]

    def gain_add(vm, dst):
        return frag[dst] - (free[dst] - size[vm]) % 16

    values = {}
    for vm in vm_order.tolist():
        src = place[vm]
        open_to = [j for j in range(len(free)) if j != src and free[j] >= size[vm]]
        if open_to:
            gain_remove = frag[src] - (free[src] + size[vm]) % 16
            gain_best = gain_remove + max(gain_add(vm, j) for j in open_to)
            slack_best = min([frag[j] - size[vm] for j in open_to if frag[j] >= size[vm]] + [16])
            features = (size[vm], free[src], frag[src], gain_remove, gain_best, slack_best, place.count(src))
            value = vm_score(*map(float, (*features, moved[vm], left[src], sum(frag) / len(frag), k_left)))
            if value > 0:
                values[vm] = value
    if not values:
        return None, None
    vm = max(values, key=values.__getitem__)
    src = place[vm]
    values = {
        dst: dst_score(
            *map(float, (size[vm], free[dst], frag[dst], gain_add(vm, dst), dst // 2 == src // 2)),
            *map(float, (place.count(dst), left[dst], frag[src], k_left)),
        )
        for dst in node_order.tolist()
        if dst != src and free[dst] >= size[vm]
    }
    numbers = {dst: value for dst, value in values.items() if value == value} if first_is_number(values) else {}
    return vm, max(numbers, key=numbers.__getitem__) if numbers else next(iter(values))


def first_is_number(values):
    """A failed rule's NaN in the first place stays: such a candidate fails whatever comes of it."""
    first = next(iter(values.values()))
    return first == first


@pytest.mark.parametrize("name", PAIRS)
@EXAMPLES
@given(vms=VMS, limit=st.integers(1, 12))
def test_kernel_and_slow_twin_follow_the_definition(
    native, plain, cluster_of, as_instance, literal_free, name, vms, limit
):
    cluster = cluster_of(vms, limit=limit)
    rules = [plain(PAIRS[name], signature) for signature in (VM_SCORE, DST_SCORE)]
    expected = literal_moves(rules, cluster, literal_free)
    assert Vmr().construct(rules, as_instance(cluster)).tolist() == expected
    compiled = [native(PAIRS[name], signature) for signature in (VM_SCORE, DST_SCORE)]
    assert Vmr().construct(compiled, as_instance(cluster)).tolist() == expected


def test_compiled_and_interpreted_rules_agree_at_full_size(native, plain):
    instance = Vmr().instances(Split.TRAIN)[-1]
    for name in ("finish", "everything"):
        moves = [
            Vmr().construct([make(PAIRS[name], signature) for signature in (VM_SCORE, DST_SCORE)], instance)
            for make in (native, plain)
        ]
        assert (moves[0] == moves[1]).all()


@pytest.mark.parametrize("name", PAIRS)
def test_numbering_does_not_matter(native, name):
    problem, rng = Vmr(), np.random.default_rng(3)
    functions = [native(PAIRS[name], signature) for signature in (VM_SCORE, DST_SCORE)]
    for instance in problem.instances(Split.TRAIN)[::4]:
        other = problem.permuted(instance, rng)
        assert other.digest() != instance.digest()
        values = [problem.objective(each, problem.construct(functions, each)) for each in (instance, other)]
        assert values[0] == values[1]


def test_whatever_rules_answer_the_moves_are_feasible(native):
    problem = Vmr()
    for name in PAIRS:
        functions = [native(PAIRS[name], signature) for signature in (VM_SCORE, DST_SCORE)]
        for instance in problem.instances(Split.TRAIN)[::5]:
            assert 0 <= problem.objective(instance, problem.construct(functions, instance)) <= 1


def test_nothing_moves_where_no_value_is_above_zero(native):
    problem = Vmr()
    instance = problem.instances(Split.TRAIN)[0]
    for value in ("0.0", "-1.0", "math.nan"):
        functions = [native(pair(value, "1.0"), signature) for signature in (VM_SCORE, DST_SCORE)]
        assert (problem.construct(functions, instance) == -1).all()


SCRIPT = """
import json
from problems import Split
from problems.vmr import Vmr
problem = Vmr(seed=5, train=((3, 2),))
namespace = {}
exec(problem.baselines["finish"], namespace)
rows = []
for instance in problem.instances(Split.TRAIN):
    solution = problem.construct([namespace["vm_score"], namespace["dst_score"]], instance)
    reference = problem.reference(instance)
    measures = [round(value, 12) for value in problem.behaviour(instance, solution).values()]
    rows.append([solution.tolist(), problem.objective(instance, solution), reference.value, reference.bound, measures])
print(json.dumps(rows))
"""


def test_everything_gives_the_same_without_compilation(printed_by, monkeypatch):
    compiled = printed_by(SCRIPT)
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")
    assert printed_by(SCRIPT) == compiled
