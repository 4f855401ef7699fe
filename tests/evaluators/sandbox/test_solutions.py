import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluators.cell.solutions import InvalidResult, as_solution
from problems import SolutionShape

INT64 = st.integers(-(2**63), 2**63 - 1)
FINITE = st.floats(allow_nan=False, allow_infinity=False)


class Index(int):
    pass


class Alike(type):
    """Claims to be any class, under a name that raises."""

    __name__ = property(lambda _: 1 / 0)

    def __eq__(cls, other: object) -> bool:
        return True

    def __hash__(cls) -> int:
        return hash(int)


class Seeming(metaclass=Alike):
    def __int__(self) -> int:
        return 0


@given(st.lists(INT64, max_size=20))
def test_lists_tuples_and_arrays_of_integers_are_the_same_solution(numbers: list[int]) -> None:
    shape = SolutionShape((len(numbers),))
    expected = np.array(numbers, dtype=np.int64)
    for result in (numbers, tuple(numbers), expected, [np.int64(number) for number in numbers]):
        found = as_solution(result, shape)
        assert found.dtype == np.int64
        assert np.array_equal(found, expected)


@given(st.lists(st.lists(FINITE, min_size=3, max_size=3), min_size=1, max_size=5))
def test_rows_may_be_lists_or_arrays(rows: list[list[float]]) -> None:
    shape = SolutionShape((len(rows), 3), integral=False)
    expected = np.array(rows)
    mixed = [np.array(row) if index % 2 else tuple(row) for index, row in enumerate(rows)]
    assert np.array_equal(as_solution(mixed, shape), expected)
    assert np.array_equal(as_solution(expected, shape), expected)


def test_integers_are_real_numbers_too() -> None:
    assert as_solution([1, np.float32(0.5)], SolutionShape((2,), integral=False)).tolist() == [1.0, 0.5]


def test_a_solution_may_be_a_single_number() -> None:
    assert as_solution(7, SolutionShape(())) == 7
    assert as_solution(np.array(7), SolutionShape(())) == 7


@pytest.mark.parametrize(
    "result",
    [
        None, "12", [True, False], [1.0, 2.0], [1, 2.5], [Index(1), 2], {1: 1, 2: 2}, {1, 2}, range(2), iter([1, 2]),
        [1], [1, 2, 3], [[1, 2]], np.array([[1, 2]]), np.array([1.0, 2.0]), np.array([True, False]),
        np.array([1, None]), np.array(["1", "2"]), np.array([1, 2]).view(np.recarray), [2**63, 0],
        np.array([2**63, 0], dtype=np.uint64), [np.bool_(True), 1], [1, 1j],
    ],
    ids=lambda result: type(result).__name__,
)  # fmt: skip
def test_what_is_no_pair_of_integers_is_refused(result: object) -> None:
    with pytest.raises(InvalidResult):
        as_solution(result, SolutionShape((2,)))


@pytest.mark.parametrize("result", [Seeming(), [Seeming(), 1]], ids=["itself", "in a list"])
def test_a_class_is_known_by_identity_and_named_by_its_own_name(result: object) -> None:
    with pytest.raises(InvalidResult, match="got Seeming"):
        as_solution(result, SolutionShape((2,)))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), 10**400, "1", True])
def test_what_is_no_finite_number_is_refused(number: object) -> None:
    with pytest.raises(InvalidResult):
        as_solution([number], SolutionShape((1,), integral=False))


def test_the_message_says_what_was_expected_and_what_came() -> None:
    with pytest.raises(InvalidResult, match="must have 3 entries, got 2"):
        as_solution([1, 2], SolutionShape((3,)))
    with pytest.raises(InvalidResult, match="must hold integers, got float"):
        as_solution([1, 2.0], SolutionShape((2,)))
