"""Names of the store's own tests."""

from typing import TypeVar

import pytest

T = TypeVar("T")


@pytest.fixture
def make(written: T) -> T:
    return written
