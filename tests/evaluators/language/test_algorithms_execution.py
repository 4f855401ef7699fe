"""Algorithms as machine code and as CPython runs them: the same solutions, the same work, the same errors."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from evaluators import FailureKind
from evaluators.language import RunnableAlgorithm, compile_algorithm, interpret_algorithm
from evaluators.syntax import Refused
from evaluators.work import RunError
from problems import Parameter, Signature
from problems.smtt.heuristics import ALGORITHMS

SIGNATURE = Signature("solve", tuple(Parameter(name, "an array") for name in ("p", "d", "out")), "nothing")
LIKE = (np.zeros(1, np.int64),) * 3
HEAD = "import math; K = 2**31 - 1\nimport numpy as np\n"
JOBS = (np.array([3, 1, 2, 9]), np.array([5, 1, 4, 2]))
Jobs = NDArray[np.int64]


def in_body(code: str) -> str:
    lines = "".join(f"    {line}\n" for line in code.splitlines())
    return f"{HEAD}def solve(p, d, out):\n{lines}"


def both(source: str) -> tuple[RunnableAlgorithm, RunnableAlgorithm]:
    return compile_algorithm(source, SIGNATURE, LIKE), interpret_algorithm(source, SIGNATURE)


def filled(algorithm: RunnableAlgorithm, p: Jobs, d: Jobs) -> tuple[list[int], int]:
    out = np.zeros_like(p)
    work = algorithm.run(None, (p, d), out)
    return out.tolist(), work


WORK = {
    "pass": 0,
    "x = 1": 0,
    "x = 2**31 - 1": 0,
    "x = -1": 0,
    "x = K": 0,
    "x = 1 + p.size": 1,
    "x = p[0] + p[1]": 3,
    "out[0] = 1": 1,
    "out[0] += 1": 3,
    "x = len(p) + p.shape[0] + d.size": 3,
    "x = max(p[0], 1, 2)": 3,
    "x = 1 if 1 < p[0] < 5 and not p[1] > 2 else 0": 8,
    "x = math.exp(1.0) + math.floor(2.5)": 12,
    "x = p[0] ** 0.5": 11,
    "for i in range(3):\n    out[i] = i": 6,
    "i = 0\nwhile i < 3:\n    i += 1": 10,
    "if p[0] > 1:\n    out[0] = 1 + p[1]\nelse:\n    out[1] = 1": 5,
    "x = p + d": 4,
    "x = p * 2 > d": 8,
    "x = np.zeros(5, dtype=np.int64)": 5,
    "x = np.arange(1, 4)": 3,
    "x = p.copy()": 4,
    "x = p.sum() + np.max(d)": 9,
    "x = p[1:3]": 1,
    "out[1:3] = p[0:2]": 4,
    "out[1:3] += 1": 6,
    "x = p[d > 3]": 8,
    "x = np.argsort(p, kind='mergesort')\ny = p[x]": 12,
    "x = np.sort(p[0:3])": 7,
    "x = np.searchsorted(p, 3)": 4,
    "x = np.searchsorted(p, d)": 16,
    "x = p ** 2": 40,
    "x = p * 1\nx **= 2": 44,
    "x = np.where(p > 2, p, 0)": 8,
    "x = p + 1\nx += d": 8,
    "x = p + 1\nx[0] -= 1": 7,
    "x, y = 1 + p[0], 2": 2,
    "x = helper(1) + helper(2)": 7,
}
HELPER = "def helper(a):\n    b = a * 2\n    return b + 1\n"


@pytest.mark.parametrize("code", WORK)
def test_an_operator_costs_one_and_an_array_its_elements(code: str) -> None:
    native, interpreted = both(in_body(code) + HELPER)
    assert filled(native, *JOBS) == filled(interpreted, *JOBS)
    assert filled(interpreted, *JOBS)[1] == WORK[code]


JOB_LISTS = st.lists(st.tuples(st.integers(0, 30), st.integers(-40, 250)), min_size=1, max_size=9)


@pytest.fixture(scope="module")
def heuristics() -> dict[str, tuple[RunnableAlgorithm, RunnableAlgorithm]]:
    return {name: both(ALGORITHMS[name]) for name in ("MDD", "MDDC", "DEC/MDD", "MDD+insertion", "MDD+insertion+swap")}


@settings(max_examples=40, deadline=None, derandomize=True)
@given(jobs=JOB_LISTS)
def test_heuristics_give_the_same_sequence_for_the_same_work_compiled_and_interpreted(
    heuristics: dict[str, tuple[RunnableAlgorithm, RunnableAlgorithm]], jobs: list[tuple[int, int]]
) -> None:
    p, d = np.array(jobs, dtype=np.int64).T.copy()
    for native, interpreted in heuristics.values():
        assert filled(native, p, d) == filled(interpreted, p, d)


@pytest.mark.slow
@pytest.mark.parametrize("name", ALGORITHMS)
def test_every_heuristic_does(name: str) -> None:
    native, interpreted = both(ALGORITHMS[name])
    rng = np.random.default_rng(1)
    for n in (1, 2, 3, 5, 8, 13, 21):
        p, d = rng.integers(1, 100, n), rng.integers(-50, 50 * n, n)
        assert filled(native, p, d) == filled(interpreted, p, d)


ARRAYS = [
    "out[:] = np.argsort(p * 2 - d, kind='mergesort')",
    "out[:] = np.maximum(p, d) + np.minimum(p, 3) - np.abs(d)",
    "out[:] = np.where(p > d, p, -d)",
    "out[0:2] = np.cumsum(p)[2:4]\nout[2] = np.sum(p > 1)",
    "out[0] = np.any(p > 3) + np.all(p > 3)\nout[1] = np.dot(p, d)\nout[2] = np.argmin(d)\nout[3] = d.argmax()",
    "out[:] = np.searchsorted(np.sort(p), d)",
    "out[0] = np.flatnonzero(p > 1).size\nout[1] = p[p > 1].max()\nout[2] = d[::-1][0]",
    "x = p.astype(np.float64) / 3.0\nout[0] = int(x.sum() * 1000)\nout[1] = int(np.mean(x) * 1e6)\nout[2] = round(2.5)",
    "x = p - np.arange(p.size)\nx *= 2\nx[1:3] -= 1\nout[:] = x",
    "out[0] = math.floor(-2.5)\nout[1] = math.ceil(2.1)\nout[2] = int(-2.9)\nout[3] = -7 // 2 + -7 % 3",
    "f = np.full(4, True)\nf[1] = False\nout[:] = np.where(f, 1, 0)",
    "out[0] = int(math.fmod(-7.5, 2.0) * 10) + int(math.pow(2.0, 3.0)) + int(2.0 ** p[0])",
]


@pytest.mark.parametrize("code", ARRAYS)
def test_arrays_mean_the_same_compiled_and_interpreted(code: str) -> None:
    native, interpreted = both(in_body(code))
    assert filled(native, *JOBS) == filled(interpreted, *JOBS)


ERRORS = {
    "x = 1\ny = p[4]": "line 5: IndexError",
    "out[-5] = 1": "line 4: IndexError",
    "x = 1 // (p[0] - 3)": "line 4: ZeroDivisionError",
    "x = 1.0 / (p[0] - 3)": "line 4: ZeroDivisionError",
    "x = p[0] % (p[0] - 3)": "line 4: ZeroDivisionError",
    "x = math.log(p[0] - 3.0)": "line 4: ValueError",
    "x = math.sqrt(-1.0 * p[0])": "line 4: ValueError",
    "x = math.exp(1000.0 * p[0])": "line 4: ValueError",
    "x = (-1.0 * p[0]) ** 0.5": "line 4: ValueError",
    "x = int(1e300 * p[0])": "line 4: OverflowError",
    "x = np.zeros(-1 * p[0])": "line 4: ValueError",
    "x = p[0:0].max()": "line 4: ValueError",
    "x = p[0:2] + d[0:3]": "line 4: ValueError",
    "out[0:2] = p": "line 4: ValueError",
    "x = p[2]\ny = p[0]\n\nz = p[x + 5]": "lines 4 to 7: IndexError",
    "for i in range(9):\n    out[i] = i": "lines 4 to 5: IndexError",
    "q = p\nq[0] = 1": "an input is changed",
    "x = np.zeros(10**12)": "line 4: MemoryError",
}


@pytest.mark.parametrize("code", ERRORS)
def test_an_error_is_told_with_its_lines(code: str) -> None:
    with pytest.raises(RunError) as raised:
        compile_algorithm(in_body(code), SIGNATURE, LIKE).run(None, JOBS, np.zeros(4, np.int64))
    assert str(raised.value).startswith(ERRORS[code])
    memory = "MemoryError" in ERRORS[code]
    assert raised.value.kind is (FailureKind.MEMORY if memory else FailureKind.RUNTIME_ERROR)


@pytest.mark.parametrize(("length", "other"), [(1, 4), (2, 4), (0, 4), (1, 0), (4, 0)])
@pytest.mark.parametrize("op", ["+=", "*="])
def test_an_array_is_not_changed_in_place_by_one_of_another_length(length: int, other: int, op: str) -> None:
    code = f"x = p[0:{length}] * 1\nx {op} d[0:{other}]\nout[0] = x.size"
    for algorithm in both(in_body(code)):
        with pytest.raises(RunError, match="lines 4 to 6: ValueError: an array changes in place by"):
            algorithm.run(None, JOBS, np.zeros(4, np.int64))


OPERANDS = ("b", "b[:1]", "a", "a[:1]", "a[-1:]", "a[::-1]", "f", "f[::-1]", "2", "0.5", "True", "b > 2",
            "twice(a)", "a if b[0] > 2 else b[:1]", "+a", "np.where(b > 2, a, b)",
            "a[np.argsort(b, kind='mergesort')]")  # fmt: skip
VIEWS = ("a", "a[1:]", "a[:-1]", "a[::-1]", "a[::2]", "a[:1]", "a[:0]", "f")
TWICE = "def twice(x):\n    return x[:]\n"


def outcome(algorithm: RunnableAlgorithm, p: Jobs, d: Jobs) -> tuple[str, tuple[list[int], int] | None]:
    try:
        return "", filled(algorithm, p, d)
    except RunError as error:
        return str(error).partition("ValueError: ")[2], None


def numpy_itself(code: str, p: Jobs) -> tuple[list[int], int] | None:
    """Return what CPython makes of a body that changes `v` twice, and how many elements it writes at least."""
    values: dict[str, Any] = {"p": p, "d": p[::-1].copy(), "out": np.zeros_like(p), "np": np, "twice": lambda x: x[:]}
    with np.errstate(all="ignore"):
        try:
            exec(code, values)
        except (ValueError, TypeError):
            return None
    return values["out"].tolist(), 7 * p.size + 2 * values["v"].size


def changed_twice(view: str, operand: str, other: str, op: str) -> str:
    """Return a body that changes a view in place by an operand, then by another view."""
    code = f"a = p * 1\nb = d * 1\nf = p * 0.5\nv = {view}\nw = {other}\nv {op} {operand}\nv {op} w\n"
    return code + "out[:] = a + np.where(f > 0.0, 1, 0)"


def assert_as_numpy(code: str, algorithms: Sequence[RunnableAlgorithm], p: Jobs) -> None:
    """Compare solution, failure and work of a body with what CPython makes of it."""
    expected = numpy_itself(code, p)
    native, interpreted = (outcome(algorithm, p, p[::-1].copy()) for algorithm in algorithms)
    assert native[1] == interpreted[1]
    if expected is None or native[1] is None:
        assert native[0]
        assert expected is native[1] is None
    else:
        assert native[1][0] == expected[0]
        assert native[1][1] >= expected[1]


FEW = st.lists(st.integers(1, 9), min_size=1, max_size=6)
CHANGES = [
    ("a", "a[:1]", "a[::-1]", "+="),
    ("a[1:]", "a[:-1]", "b[:1]", "-="),
    ("a[::-1]", "a if b[0] > 2 else b[:1]", "a[:1]", "*="),
    ("f", "twice(a)", "f", "/="),
]


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_changed_in_place_is_what_numpy_makes_of_it(change: tuple[str, str, str, str]) -> None:
    code = changed_twice(*change)
    algorithms = both(in_body(code) + TWICE)

    @settings(max_examples=30, deadline=None, derandomize=True)
    @given(jobs=FEW)
    def check(jobs: list[int]) -> None:
        assert_as_numpy(code, algorithms, np.array(jobs, dtype=np.int64))

    check()


@pytest.mark.slow
@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    jobs=FEW,
    view=st.sampled_from(VIEWS),
    operand=st.sampled_from(OPERANDS),
    other=st.sampled_from(VIEWS),
    op=st.sampled_from(["+=", "-=", "*=", "//=", "%=", "/="]),
)
def test_so_is_every_view_changed_by_every_operand(
    jobs: list[int], view: str, operand: str, other: str, op: str
) -> None:
    code = changed_twice(view, operand, other, op)
    assert_as_numpy(code, both(in_body(code) + TWICE), np.array(jobs, dtype=np.int64))


@pytest.mark.parametrize("chosen", ["p[d[0:3] > 1]", "p[np.full(5, True)]", "p[d]", "p[-d]", "p[0:2][d[0:1]]"])
def test_entries_are_chosen_by_a_mask_of_the_length_of_the_array_or_by_its_indices(chosen: str) -> None:
    for algorithm in both(in_body(f"x = {chosen}\nout[0] = x.size")):
        with pytest.raises(RunError, match="IndexError"):
            algorithm.run(None, JOBS, np.zeros(4, np.int64))


@pytest.mark.parametrize("change", ["x += 0.5", "x /= 2", "x += d * 0.5", "x **= 0.5", "x = x > 1\nx += 1"])
def test_a_result_that_does_not_fit_the_array_changed_in_place_fails(change: str) -> None:
    for algorithm in both(in_body(f"x = p * 1\n{change}\nout[0] = x.size")):
        with pytest.raises(RunError, match=r"^lines 4 to \d: ValueError: the result does not fit .*$") as raised:
            algorithm.run(None, JOBS, np.zeros(4, np.int64))
        assert "\n" not in str(raised.value)


@pytest.mark.parametrize("code", ["x = p + d[:2]", "out[1:3] += p", "out[1:3] = p[:0]"])
def test_an_error_of_arrays_is_one_line(code: str) -> None:
    for algorithm in both(in_body(code)):
        with pytest.raises(RunError, match=r"^line 4: ValueError: .*") as raised:
            algorithm.run(None, JOBS, np.zeros(4, np.int64))
        assert "\n" not in str(raised.value)


def test_an_array_is_changed_in_place_by_a_number_or_one_entry() -> None:
    code = "x = p * 1\nx += d[1:2]\nx += 5\ny = p[0:0] * 1\ny += d[0:1]\nout[:] = x\nout[0] += y.size"
    native, interpreted = both(in_body(code))
    assert filled(native, *JOBS) == filled(interpreted, *JOBS)
    assert filled(native, *JOBS)[0] == (JOBS[0] + JOBS[1][1] + 5).tolist()


TYPES = {
    "if p[0] > 1:\n    x = 1\nelse:\n    x = p\ny = x": "line ",
    "x = p + (1 if p.size > 2 else p)": "line 4: ",
    "x = p[1.5]": "line 4: ",
    "x = len(3)": "line 4: ",
    "for i in range(p):\n    pass": "line 4: ",
    "x = helper(p, 1)": "line 7: ",
    "x = round(p)": "line 4: types do not fit: ",
}


@pytest.mark.parametrize("code", TYPES)
def test_types_that_do_not_fit_are_one_line(code: str) -> None:
    with pytest.raises(Refused) as refused:
        compile_algorithm(in_body(code) + "def helper(a, b):\n    c = 1\n    return a[b][0] + c\n", SIGNATURE, LIKE)
    assert refused.value.kind is FailureKind.COMPILE_ERROR
    assert str(refused.value).startswith(TYPES[code])
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 300


ENDLESS = {
    "while True:\n    pass": "lines 4 to 5: ",
    "while p[0] > 0:\n    x = 1": "lines 4 to 5: ",
    "for i in range(10**18):\n    pass": "lines 4 to 5: ",
    "x = np.zeros(10**12)": "line 4: ",
    "x = np.arange(10**7)": "line 4: ",
    "for i in range(10**6):\n    x = np.sort(p)": "lines 4 to 5: ",
}


@pytest.mark.parametrize("code", ENDLESS)
def test_work_over_the_limit_ends_the_algorithm_where_it_is(code: str) -> None:
    for algorithm in both(in_body(code)):
        with pytest.raises(RunError, match="more than the 5,000 operations that this instance allows") as raised:
            algorithm.run(5000, JOBS, np.zeros(4, np.int64))
        assert raised.value.kind is FailureKind.OVER_BUDGET
        assert str(raised.value).startswith(ENDLESS[code])


def test_calls_that_double_are_ended_too() -> None:
    helpers = "".join(f"def f{k}(a):\n    return f{k - 1}(a) + f{k - 1}(a)\n" for k in range(1, 40))
    source = in_body("x = f39(1)") + "def f0(a):\n    return a + 1\n" + helpers
    with pytest.raises(RunError, match="more than the 5,000 operations"):
        interpret_algorithm(source, SIGNATURE).run(5000, JOBS, np.zeros(4, np.int64))


def test_the_limit_itself_is_allowed() -> None:
    for algorithm in both(in_body("for i in range(3):\n    out[i] = i")):
        assert algorithm.run(6, JOBS, np.zeros(4, np.int64)) == 6
        with pytest.raises(RunError):
            algorithm.run(5, JOBS, np.zeros(4, np.int64))
