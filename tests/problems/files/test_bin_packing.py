"""Bin packing as text: each form that is read, and what is refused in one line."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from problems import UnreadableInstance
from problems.files.bin_packing import Packing, parse_packings

OR_LIBRARY = " 2\n u3_00\n 100.0 3 2\n50\n70\n 20.5\n u2_01\n 10 2 1\n4\n6\n"


def parsed(text: str) -> tuple[Packing, ...]:
    return parse_packings(text, "bins.txt")


@pytest.mark.parametrize(
    "text",
    [
        "3\n100\n50\n70\n20\n",
        "\ufeff3\n100\n50\n70\n20\n".lstrip("\ufeff"),
        "3\r\n100\r\n50;70;20\r\n",
        "3\n100.0\n50 70\n20",
    ],
)
def test_bpplib_has_items_capacity_and_sizes_in_order_of_arrival(text: str) -> None:
    (found,) = parsed(text)
    assert (found.sizes.tolist(), found.capacity, found.factor) == ([50, 70, 20], 100, 1)


def test_a_size_may_have_a_demand() -> None:
    (found,) = parsed("2\n100\n50 3\n20 1\n")
    assert found.sizes.tolist() == [50, 50, 50, 20]


def test_or_library_has_several_instances_and_fractions() -> None:
    first, second = parsed(OR_LIBRARY)
    assert (first.name, first.sizes.tolist(), first.capacity, first.factor) == ("u3_00", [500, 700, 205], 1000, 10)
    assert (second.name, second.sizes.tolist(), second.capacity, second.factor) == ("u2_01", [4, 6], 10, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3\n", "bins.txt: Expected BPPLIB's text"),
        ("3 5\n4 6\n1 2\n", "line 1: Expected BPPLIB's text"),
        ("3\n100\n50\n70\n", "Expected 3 sizes, as line 1 says, got 2"),
        ("2\n100\n50\n-3\n", "bins.txt, line 4: Expected sizes above 0, up to the capacity 100, got -3."),
        ("2\n100\n50\n0\n", "line 4: Expected sizes above 0"),
        ("2\n100\n50 1\n101 1\n", "line 4: Expected sizes above 0, up to the capacity 100, got 101."),
        ("2\n-100\n50\n3\n", "line 2: Expected a capacity above 0, got -100."),
        (OR_LIBRARY.replace("70", "170"), "line 5: Expected sizes above 0, up to the capacity 100.0, got 170."),
        ("3\n100\n50\n\n20\n", "Expected 3 sizes, as line 1 says, got 2"),
        ("2\n100\n50\nx\n", "line 4: Expected sizes, got 'x'"),
        ("2\n100\n50 1.5\n20 1\n", "line 3: Expected a whole demand"),
        ("x\n100\n50\n", "line 1: Expected"),
        (" 2\n u3_00\n 100 3 2\n50\n70\n20\n", "Expected 2 instances, as line 1 says, got 1"),
        (" 1\n u3_00\n 100 3 2\n50\n70\n20\n5\n", "line 7: Expected the end after 1 instances"),
        (" 1\n u3_00\n 100 2.5 2\n50\n70\n20\n", "Expected `capacity items best`"),
    ],
)
def test_what_is_no_packing_is_named_with_its_line(text: str, said: str) -> None:
    with pytest.raises(UnreadableInstance, match=re.escape(said)):
        parsed(text)


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=20), st.booleans())
def test_what_is_written_is_read_back(sizes: list[int], or_library: bool) -> None:
    rows = "\n".join(map(str, sizes))
    head = f"1\n a_0\n 1000 {len(sizes)} 1" if or_library else f"{len(sizes)}\n1000"
    (found,) = parsed(f"{head}\n{rows}\n")
    assert (found.sizes.tolist(), found.capacity) == (sizes, 1000)


def test_demands_without_end_are_refused_before_they_are_written_out() -> None:
    with pytest.raises(UnreadableInstance, match="Expected demands that sum to at most"):
        parsed("2\n10\n3 1000000000000\n4 2\n")
