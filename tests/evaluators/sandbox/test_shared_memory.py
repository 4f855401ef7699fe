import errno
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluators import Facts, FailureKind
from evaluators.sandbox.shared_memory import HEADER, ChildState, SharedPage, create, decode
from problems import SolutionShape

SHAPES = (SolutionShape((3,)), SolutionShape((2, 2), integral=False))
NAMES = ("first", "second")


def written(page: SharedPage, descriptor: int) -> int:
    page.store(0, np.array([1, 2, 3]), 17)
    page.store(1, np.array([[0.5, 1.5], [2.5, 3.5]]))
    page.write(ChildState.DONE)
    return descriptor


def test_solutions_come_back_as_private_copies_of_the_right_type() -> None:
    descriptor = create(SHAPES, b"source")
    page = SharedPage(descriptor, SHAPES)
    assert page.source() == b"source"
    answer = decode(written(page, descriptor), SHAPES, NAMES)
    page.store(0, np.array([9, 9, 9]))
    assert [solution.tolist() for solution in answer.solutions] == [[1, 2, 3], [[0.5, 1.5], [2.5, 3.5]]]
    assert answer.solutions[0].flags.writeable
    assert answer.operations == (17, 0)
    os.close(descriptor)


def test_facts_come_back() -> None:
    descriptor = create((), b"")
    page = SharedPage(descriptor, ())
    page.write(ChildState.STARTED)
    assert decode(descriptor, (), ()).facts is None
    page.facts = Facts("ab" * 32, 17)
    page.fail(FailureKind.RUNTIME_ERROR, "division by zero")
    assert decode(descriptor, (), ()).facts == page.facts
    os.close(descriptor)


def test_a_failure_comes_back_with_its_instance_and_a_short_message() -> None:
    descriptor = create(SHAPES, b"")
    page = SharedPage(descriptor, SHAPES)
    page.enter(1)
    page.fail(FailureKind.INVALID_RESULT, "ä" * 10_000)
    failure = decode(descriptor, SHAPES, NAMES).failure
    assert failure is not None
    assert (failure.kind, failure.instance) == (FailureKind.INVALID_RESULT, "second")
    assert set(failure.message) == {"ä"}
    os.close(descriptor)


def test_a_child_cannot_report_that_its_candidate_is_a_duplicate() -> None:
    descriptor = create(SHAPES, b"")
    os.pwrite(
        descriptor, HEADER.pack(ChildState.FAILED, list(FailureKind).index(FailureKind.TWIN), 0, 0, b"", 0, 0, 0, 1), 0
    )
    assert decode(descriptor, SHAPES, NAMES).failure is None
    os.close(descriptor)


def test_the_size_of_a_page_is_sealed() -> None:
    descriptor = create(SHAPES, b"")
    for size in (0, 10**6):
        with pytest.raises(OSError, match="not permitted") as refused:
            os.ftruncate(descriptor, size)
        assert refused.value.errno == errno.EPERM
    os.close(descriptor)


@given(st.binary(min_size=HEADER.size, max_size=HEADER.size) | st.builds(
    lambda state, kind, instance, length: HEADER.pack(state, kind, instance, length, b"", 2**64 - 1, 2**64 - 1, 0, 7),
    st.integers(0, 3), st.integers(0, 2**32 - 1), st.integers(-(2**31), 2**31 - 1), st.integers(0, 2**32 - 1),
))  # fmt: skip
def test_a_lying_header_is_decoded_within_ranges(header: bytes) -> None:
    descriptor = create(SHAPES, b"")
    os.pwrite(descriptor, header, 0)
    answer = decode(descriptor, SHAPES, NAMES)
    os.close(descriptor)
    assert answer.instance in (None, 0, 1)
    assert len(answer.solutions) in (0, 2)
    assert 0 <= answer.compile_seconds <= 86400
    assert answer.facts is None or answer.facts.size <= 2**31
    assert (answer.failure is not None) == (answer.state is ChildState.FAILED)
