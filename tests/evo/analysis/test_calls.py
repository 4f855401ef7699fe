"""What calls were charged, and the calls a page at a time."""

import pytest

from evo.analysis.calls import ModelCharges, ReplyCounts, count_calls, list_calls, model_charges, reply_counts
from evo.core.records import Attempt, Usage


@pytest.fixture
def calls(make, store):
    """Return a run with one failed and one answered call to m, and one call to m that waits for its reply."""
    request = make.request(0, prompt="x")
    store.record_intent(request)
    attempts = [Attempt("m", Usage(1, 0, 0.5), error="e" * 2000), Attempt("m", Usage(2, 3, 0.25, 1.0), "reply")]
    store.record_draft(request, make.draft(attempts=attempts))
    store.record_intent(make.request(1, prompt="x"))
    return store


def test_the_charges_of_a_model_are_added_up(calls, make):
    (charges,) = model_charges(calls)
    tokens = (3 + make.worst.prompt_tokens, 3 + make.worst.completion_tokens)
    assert charges == ModelCharges("m", 3, 1, 1, *tokens, 0.75 + make.worst.dollars, charges.mean_seconds)


def test_without_calls_there_are_no_charges(store):
    assert model_charges(store) == ()
    assert count_calls(store) == 0


def test_calls_are_chosen_by_model_and_status(calls):
    assert (count_calls(calls), count_calls(calls, "m"), count_calls(calls, "other")) == (3, 3, 0)
    assert count_calls(calls, status="failed") == 1


def test_the_newest_call_comes_first_and_pages_follow_each_other(calls):
    first = list_calls(calls, "", "", count=2, skipped=0)
    second = list_calls(calls, "", "", count=2, skipped=2)
    assert [call.ordinal for call in (*first, *second)] == [1, 0, 0]
    numbers = [call.number for call in (*first, *second)]
    assert numbers == sorted(numbers, reverse=True)


def test_a_long_error_is_cut(calls):
    (failed,) = list_calls(calls, "m", "failed", count=9, skipped=0)
    assert len(failed.error) == 1000


def test_a_reply_is_valid_where_its_candidate_has_a_score_however_often_it_was_mended(run):
    run.add(0, 0.5, operator="seed")
    run.add(1, 0.4, [0], prompt="a", asked=[Attempt("m", Usage(), "not yet"), Attempt("m", Usage(), "mended")])
    run.add(2, None, [0], prompt="b", asked=[Attempt("m", Usage(), "too slow")])
    run.add(3, None, [0], prompt="c", asked=[Attempt("m", Usage(), "again")], repeat_of=1)
    run.add(4, 0.3, [0])
    assert reply_counts(run.store) == ReplyCounts(replies=3, valid=2, repeats=1)


def test_a_run_without_models_has_no_replies(run):
    run.add(0, 0.5, operator="seed")
    assert reply_counts(run.store) == ReplyCounts()
