import numpy as np
import pytest

from problems import Infeasible
from problems.sequences import permutation

JOBS = 20


@pytest.mark.parametrize("entry", [0, -1, 2**62, -(2**63), 10**6])
def test_an_entry_that_repeats_or_is_no_job_is_named_with_its_position(entry: int) -> None:
    sequence = np.arange(JOBS)
    sequence[5] = entry
    with pytest.raises(Infeasible, match=rf"(?s){entry}.*position 5"):
        permutation(sequence, JOBS)


def test_what_is_returned_is_a_copy() -> None:
    sequence = np.arange(JOBS)
    kept = permutation(sequence, JOBS)
    sequence[0] = 7
    assert kept.tolist() == list(range(JOBS))
