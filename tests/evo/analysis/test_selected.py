"""Questions in SQL as answers."""

import pytest

from evo.analysis.selected import selected
from evo.store import StoreError


def test_a_select_is_answered_with_its_own_columns(run, values):
    run.add(0, 0.5)
    answer = selected(run.store, "SELECT ordinal, operator FROM candidates", 5, 10.0)
    assert values(answer, "ordinal", "operator") == [(0, "vary")]
    assert answer.notes == ()


def test_more_rows_than_asked_for_are_left_out_and_said_to_be(run):
    answer = selected(run.store, "VALUES (1), (2), (3)", 2, 10.0)
    assert answer.rows == ((1,), (2,))
    assert "only the first 2 rows" in answer.notes[0]


def test_writing_is_refused(run):
    with pytest.raises(StoreError, match="only reading"):
        selected(run.store, "DELETE FROM candidates", 5, 10.0)
