import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from islands import Axis


@pytest.mark.parametrize(
    ("value", "expected"),
    [(-math.inf, 0), (-1.0, 0), (0.0, 0), (2.4, 0), (2.5, 1), (9.99, 3), (10.0, 3), (11.0, 3), (math.inf, 3)],
)
def test_bins_are_half_open_and_ends_clamp(value: float, expected: int) -> None:
    assert Axis("x", 0.0, 10.0, 4).bin(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(-5.0, 0), (0.0, 0), (1.0, 0), (9.9, 0), (10.1, 1), (101.0, 2), (1e9, 2)]
)
def test_a_log_axis_has_bins_of_equal_ratio(value: float, expected: int) -> None:
    assert Axis("x", 1.0, 1000.0, 3, "log").bin(value) == expected


@settings(deadline=None, max_examples=50)
@given(
    st.floats(-1e6, 1e6),
    st.floats(1e-6, 1e6),
    st.integers(1, 50),
    st.floats(allow_nan=False),
    st.floats(allow_nan=False),
)
def test_a_bin_exists_and_grows_with_the_value(low: float, width: float, bins: int, one: float, two: float) -> None:
    axis = Axis("x", low, low + width, bins)
    lower, upper = axis.bin(min(one, two)), axis.bin(max(one, two))
    assert 0 <= lower <= upper < bins


def test_nan_has_no_bin() -> None:
    with pytest.raises(ValueError, match="got NaN"):
        Axis("x", 0.0, 1.0, 4).bin(math.nan)


@pytest.mark.parametrize(
    ("low", "high", "bins", "scale", "message"),
    [
        (1.0, 1.0, 4, "linear", "low < high"),
        (0.0, math.inf, 4, "linear", "finite"),
        (math.nan, 1.0, 4, "linear", "finite"),
        (0.0, 1.0, 0, "linear", "bins >= 1"),
        (0.0, 1.0, 4, "cubic", "linear or log"),
        (0.0, 1.0, 4, "log", "low > 0"),
    ],
)
def test_an_axis_out_of_range_is_refused(low: float, high: float, bins: int, scale: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Axis("x", low, high, bins, scale)


def test_the_narrowest_axes_in_range_are_accepted() -> None:
    assert Axis("x", 0.0, math.nextafter(0.0, 1.0), 1).bin(0.5) == 0
    assert Axis("x", math.nextafter(0.0, 1.0), 1.0, 1, "log").bin(0.5) == 0


@given(
    axis=st.builds(
        Axis,
        st.just("m"),
        st.floats(0.1, 1.0),
        st.floats(2.0, 9.0),
        st.integers(1, 20),
        st.sampled_from(["linear", "log"]),
    ),
    data=st.data(),
)
def test_the_middle_of_a_bins_range_lies_in_the_bin(axis: Axis, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, axis.bins - 1))
    low, high = axis.range(place)
    assert low < high
    assert axis.bin((low + high) / 2) == place


@pytest.mark.parametrize("place", [-1, 3])
def test_a_range_of_no_bin_is_refused(place: int) -> None:
    with pytest.raises(ValueError, match=f"in 0 to 2, got {place}"):
        Axis("m", 0.0, 1.0, 3).range(place)
