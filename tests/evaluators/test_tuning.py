"""Constants left open: their marks in the text, and the search for their values."""

import asyncio
import contextlib
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluators import Failure, FailureKind
from evaluators.syntax import Refused
from evaluators.tuning import MOST_MARKS, TuningResult, literal, marks, tune, with_values

RULE = "def priority(p, w):\n    return p - TUNE(0.5, 2.5) * w\n"
Landscape = Callable[[list[float]], float]


def source_of(count: int) -> str:
    return "".join(f"x{k} = TUNE(-1, 1)\n" for k in range(count))


def values_of(source: str) -> list[float]:
    return [float(line.partition(" = ")[2].strip("()")) for line in source.splitlines()]


def searched(source: str, landscape: Landscape, tries: int) -> tuple[TuningResult | Failure, list[str]]:
    seen: list[str] = []

    async def score(text: str) -> float:
        seen.append(text)
        return landscape(values_of(text))

    return asyncio.run(tune(source, score, tries)), seen


def test_marks_are_found_with_their_bounds() -> None:
    text = "a = TUNE(0.5, 2.0) + TUNE( -1 ,1e3 )\nb = -TUNE(.5,2.)\n"
    assert [(mark.low, mark.high) for mark in marks(text)] == [(0.5, 2.0), (-1.0, 1000.0), (0.5, 2.0)]
    assert text[marks(text)[0].start : marks(text)[0].end] == "TUNE(0.5, 2.0)"
    assert marks("TUNED = 1\nmy_TUNE = 'TUNE'  # to TUNE\n") == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1  # TUNE(0, 1)\n", "line 1: TUNE(low, high) in a comment or a string: write it in the code."),
        ("x = 'TUNE(0, 1)'\n", "line 1: TUNE(low, high) in a comment"),
        ('x = 1\n"""\nTUNE(0, 1)\n', "line 2: TUNE(low, high) in a comment"),
        ("x = '\\'' + 'TUNE(0, 1)'\n", "line 1: TUNE(low, high) in a comment"),
        ("x = TUNE\n", "line 1: expected TUNE(low, high) with two plain numbers, such as TUNE(0.5, 2.0)."),
        ("\nx = TUNE(TUNE(0, 1), 2)\n", "line 2: expected TUNE(low, high) with two plain numbers"),
        ("x = TUNE(0, a)\n", "line 1: expected TUNE(low, high) with two"),
        ("x = TUNE(0)\n", "line 1: expected TUNE(low, high) with two"),
        ("x = TUNE(0, 1, 2)\n", "line 1: expected TUNE(low, high) with two"),
        ("x = TUNE(low=0, high=1)\n", "line 1: expected TUNE(low, high) with two"),
        ("x = TUNE(0, nan)\n", "line 1: expected TUNE(low, high) with two"),
        ("x = TUNE(0, ١)\n", "line 1: expected TUNE(low, high) with two"),
        ("x = a.TUNE(0, 1)\n", "line 1: expected TUNE(low, high) with two"),
        ("x = TUNE(0, 1).real\n", "line 1: expected TUNE(low, high) with two"),
        ("x = TUNE(0, 1)e5\n", "line 1: expected TUNE(low, high) with two"),
        ("def TUNE(a, b): return a\n", "line 1: expected TUNE(low, high) with two"),
        ("x = TUNE(1, 1)\n", "line 1: expected finite low < high in TUNE(low, high), got 1 and 1."),
        ("x = TUNE(2, 1)\n", "line 1: expected finite low < high"),
        ("x = TUNE(0, 1e999)\n", "line 1: expected finite low < high"),
        (source_of(5), "line 5: more than 4 TUNE(low, high): leave fewer open."),
    ],
)
def test_other_marks_are_refused_in_one_line(text: str, message: str) -> None:
    with pytest.raises(Refused) as refused:
        marks(text)
    assert refused.value.kind is FailureKind.REJECTED
    assert refused.value.message.startswith(message)
    assert "\n" not in refused.value.message


@pytest.mark.parametrize("piece", ['"""\\', '\\"""', "'\\", '"', "TUNE", "TUNE(0,", "#", "TUNE(1" + "1" * 50, '"""\\"'])
def test_hostile_text_is_read_in_linear_time(piece: str) -> None:
    started = time.process_time()
    with contextlib.suppress(Refused):
        marks(piece * (200_000 // len(piece)))
    assert time.process_time() - started < 2


NUMBERS = st.floats(-1e9, 1e9)


BEFORE = st.sampled_from(["", " ", "p * ", "'text' + ", "1 -", "(2, "])


@given(st.lists(st.tuples(NUMBERS, BEFORE), max_size=MOST_MARKS))
def test_values_stand_where_the_marks_stood_and_the_rest_is_as_it_was(drawn: list[tuple[float, str]]) -> None:
    text = "x = 0 " + "".join(f"{before}TUNE(0, 1) # and\n" for _, before in drawn)
    expected = "x = 0 " + "".join(f"{before}{literal(value)} # and\n" for value, before in drawn)
    made = with_values(text, [value for value, _ in drawn])
    assert made == expected
    assert marks(made) == ()


@given(NUMBERS)
def test_a_literal_is_a_real_number_of_four_significant_digits(value: float) -> None:
    text = literal(value)
    found = eval(text)
    assert type(found) is float
    assert found == float(f"{value:.4g}")
    assert text.startswith("(-") == (found < 0 or str(found) == "-0.0")


def test_as_many_values_as_marks_are_wanted() -> None:
    with pytest.raises(ValueError, match="argument"):
        with_values(RULE, [])


@pytest.mark.parametrize("optimum", [-0.97, -0.3, 0.0, 0.41, 1.0])
def test_one_constant_is_found_with_twelve_points(optimum: float) -> None:
    found, seen = searched(source_of(1), lambda values: -abs(values[0] - optimum), 12)
    assert isinstance(found, TuningResult)
    assert values_of(found.source)[0] == pytest.approx(optimum, abs=0.07)
    assert found.tried == len(seen) == len(set(seen)) <= 12


@pytest.mark.parametrize("count", range(1, 5))
def test_several_constants_come_closer_and_the_tries_are_kept(count: int) -> None:
    optimum = [0.6, -0.4, 0.1, -0.9][:count]

    def landscape(values: list[float]) -> float:
        return -sum((value - best) ** 2 for value, best in zip(values, optimum, strict=True))

    found, seen = searched(source_of(count), landscape, 40)
    assert isinstance(found, TuningResult)
    assert found.fitness > 0.05 * landscape([0.0] * count)
    assert found.fitness == max(landscape(values_of(text)) for text in seen)
    assert len(seen) <= 40
    assert searched(source_of(count), landscape, 40)[1] == seen


def test_positive_bounds_far_apart_are_searched_by_their_logarithm() -> None:
    found, _ = searched("x = TUNE(0.001, 1000)\n", lambda values: -abs(values[0] - 0.03), 12)
    assert isinstance(found, TuningResult)
    assert 0.02 < values_of(found.source)[0] < 0.05


def test_equally_fit_points_leave_the_middle() -> None:
    found, _ = searched(source_of(2), lambda _: 0.0, 12)
    assert isinstance(found, TuningResult)
    assert values_of(found.source) == [0.0, 0.0]


def test_a_source_without_marks_is_scored_once_and_stays() -> None:
    assert searched("x = 1.5\n", lambda values: values[0], 12) == (TuningResult("x = 1.5\n", 1, 1.5), ["x = 1.5\n"])


def test_points_that_fail_are_passed_over() -> None:
    async def score(text: str) -> float | Failure:
        (value,) = values_of(text)
        return value if value <= -0.5 else Failure(FailureKind.RUNTIME_ERROR, f"fails at {value}")

    found = asyncio.run(tune(source_of(1), score, 12))
    assert isinstance(found, TuningResult)
    assert values_of(found.source)[0] == -0.5


def test_when_all_points_fail_the_first_failure_is_told_and_little_is_spent() -> None:
    seen: list[str] = []

    async def score(text: str) -> Failure:
        seen.append(text)
        return Failure(FailureKind.TIMEOUT, f"number {len(seen)}")

    assert asyncio.run(tune(source_of(2), score, 12)) == Failure(FailureKind.TIMEOUT, "number 1")
    assert len(seen) == 3


def test_tries_are_counted_from_one() -> None:
    assert searched(source_of(1), sum, 1)[0] == TuningResult("x0 = 0.0\n", 1, 0.0)
    with pytest.raises(ValueError, match="tries >= 1, got 0"):
        searched(source_of(1), sum, 0)
