"""What is recorded comes back, bit for bit, however far a candidate came."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from evaluators import Evaluation, Facts, Failure, FailureKind, Gap, Isolation, Seconds, no_levels
from evo.analysis.candidates import show
from evo.core.records import Attempt, Draft, Message, Operator, Proposal, Request, Usage
from evo.store import CallStatus, RecordedPlacement, RunHeader, RunStatus, RunStore, State
from problems import Split

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@pytest.fixture(scope="module")
def ordinals() -> Iterator[int]:
    return iter(range(10_000))


@pytest.fixture(scope="module")
def shared(tmp_path_factory) -> Iterator[RunStore]:
    header = RunHeader("u", "toy", 0, "{}", "0", "{}", Isolation.A, "2026-01-01T00:00:00")
    with RunStore.create(tmp_path_factory.mktemp("shared") / "run.sqlite", header, {}) as store:
        yield store


@settings(max_examples=25, deadline=None)
@given(
    values=arrays(np.float64, 4, elements=FINITE),
    aggregates=st.tuples(FINITE, st.none() | FINITE, st.none() | FINITE),
    levels=st.integers(0, 3).flatmap(lambda count: arrays(np.float64, (4, count), elements=FINITE)),
    measures=st.dictionaries(st.text(max_size=5), FINITE, max_size=3),
    repeats=st.booleans(),
    entropy=st.integers(0, 2**128 - 1),
    prompt=st.text(min_size=1),
    source=st.text(st.characters(exclude_categories=["Cs"])),
)
def test_every_float_text_and_integer_comes_back_exactly(
    shared, ordinals, values, aggregates, levels, measures, repeats, entropy, prompt, source
):
    ordinal = next(ordinals)
    gap = Gap(*aggregates, None, tuple(levels[0].tolist()))
    lower_values = levels if levels.size else no_levels()
    evaluation = Evaluation(
        Split.TRAIN, Facts("d", 1), values, values / 3, gap, measures, Seconds(0.1), lower_values, repeats
    )
    request = Request(Proposal(ordinal, 0, Operator("o", "llm", 1), (), entropy), "m", (Message("user", prompt),))
    shared.record_intent(request)
    shared.record_draft(request, Draft(source, attempts=(Attempt("m", Usage(), reply=source),)))
    shared.record_outcome(ordinal, evaluation)
    record = show(shared, ordinal)
    outcome = record.step.outcome
    assert outcome.values.tobytes() == values.tobytes()
    assert outcome.gaps.tobytes() == (values / 3).tobytes()
    assert (outcome.lower_values.tobytes(), outcome.lower_values.shape) == (lower_values.tobytes(), lower_values.shape)
    assert outcome.repeats is repeats
    assert (outcome.gap, outcome.measures, outcome.seconds) == (evaluation.gap, measures, evaluation.seconds)
    assert (record.step.entropy, record.step.source, record.calls[0].reply) == (entropy, source, source)


def test_header_and_instances_come_back(make, store):
    history = store.history()
    assert history.header == make.header()
    train = history.instances[Split.TRAIN]
    assert [row.name for row in train] == ["t0", "t1", "t2"]
    assert [row.digest for row in train] == [known.digest() for known, _ in make.instances()[Split.TRAIN]]
    assert history.instances[Split.VALIDATION][0].reference == make.open_reference
    assert history.instances[Split.TEST] == ()


def test_a_step_is_known_as_far_as_it_came(make, store):
    for ordinal in range(4):
        store.record_intent(make.request(ordinal, parents=range(ordinal)))
    for ordinal in range(3):
        store.record_draft(make.request(ordinal), make.draft(f"source {ordinal}"))
    for ordinal in range(2):
        store.record_outcome(ordinal, make.evaluation())
    placements = (make.placement(0), RecordedPlacement(0, 1, (0,), "improved", 0, source_island=0))
    store.record_placements(0, placements)
    steps = store.history().steps
    assert [step.state for step in steps] == [State.PLACED, State.EVALUATED, State.DRAFTED, State.PROPOSED]
    assert [step.source for step in steps] == ["source 0", "source 1", "source 2", None]
    assert [step.outcome is None for step in steps] == [False, False, True, True]
    assert steps[0].placements == placements
    assert steps[1].placements is None
    assert steps[3].parents == (0, 1, 2)
    assert steps[3].entropy == 2**128 - 4


def test_a_failure_comes_back_whole_and_is_placed_nowhere(make, store):
    failure = Failure(FailureKind.TIMEOUT, "over 2 s", "t1", Facts("d", 3), Seconds(1.0, 2.0, 3.0))
    store.record_intent(make.request(0))
    store.record_draft(make.request(0), make.draft())
    store.record_outcome(0, failure)
    store.record_placements(0, ())
    (step,) = store.history().steps
    assert step.outcome == failure
    assert step.placements == ()


def test_a_draft_without_source_keeps_its_reason(make, store):
    store.record_intent(make.request(0))
    store.record_draft(make.request(0), make.draft(None, reason="no code in the reply"))
    store.record_outcome(0, Failure(FailureKind.REJECTED, "no code in the reply"))
    (step,) = store.history().steps
    assert (step.source, step.reason) == (None, "no code in the reply")
    assert step.outcome.facts is None


def test_a_repeat_has_the_outcome_of_the_one_that_was_evaluated(make, store):
    make.placed(store, 0, gap=0.5)
    for ordinal, repeated in ((1, 0), (2, 1)):
        store.record_intent(make.request(ordinal))
        store.record_draft(make.request(ordinal), make.draft())
        store.record_outcome(ordinal, make.evaluation(), repeat_of=repeated)
    first, *repeats = store.history().steps
    assert [step.repeat_of for step in repeats] == [0, 0]
    assert all(step.outcome is first.outcome for step in repeats)


def test_a_repeat_whose_original_was_lost_can_be_evaluated_after_all(make, store):
    for ordinal in range(2):
        store.record_intent(make.request(ordinal))
        store.record_draft(make.request(ordinal), make.draft())
    store.record_outcome(1, make.evaluation(), repeat_of=0)
    assert store.history().steps[1].outcome is None
    store.record_outcome(1, make.evaluation())
    assert store.history().steps[1].outcome.fitness == make.evaluation().fitness


def test_an_intent_without_reply_is_unknown_and_charged_at_its_reservation(make, store):
    store.record_intent(make.request(0, prompt="please"))
    assert store.history().spent == {CallStatus.UNKNOWN: make.worst}
    assert store.history().total_spent == make.worst


def test_asking_again_after_a_kill_charges_both_calls(make, store):
    request = make.request(0, prompt="please")
    store.record_intent(request)
    store.resume()
    store.record_intent(request)
    store.record_draft(request, make.draft(attempts=[Attempt("m", Usage(10, 20, 0.01, 1.0), reply="hi")]))
    assert store.history().spent == {CallStatus.UNKNOWN: make.worst, CallStatus.OK: Usage(10, 20, 0.01, 1.0)}
    assert [call.attempt for call in show(store, 0).calls] == [1, 2]


def test_every_attempt_is_a_call_and_the_first_answers_the_intent(make, store):
    request = make.request(0, prompt="please")
    attempts = [
        Attempt("m", Usage(), error="rate limit"),
        Attempt("other", Usage(5, 6, None), "hi", raw_usage='{"t": 1}'),
    ]
    store.record_intent(request)
    store.record_draft(request, make.draft(attempts=attempts))
    first, second = show(store, 0).calls
    assert (first.status, first.error, first.reply) == (CallStatus.FAILED, "rate limit", None)
    assert (second.model, second.reply, second.raw_usage) == ("other", "hi", '{"t": 1}')
    assert first.messages == second.messages == request.messages
    assert store.history().total_spent.dollars is None


def test_a_prompt_that_was_never_sent_is_charged_nothing(make, store):
    request = make.request(0, prompt="please")
    store.record_intent(request)
    store.record_draft(request, make.draft(None, reason="no connection"))
    (call,) = show(store, 0).calls
    assert (call.status, call.usage, call.error) == (CallStatus.FAILED, Usage(), "no connection")


def test_equal_texts_are_stored_once(make, path, store):
    for ordinal in range(3):
        store.record_intent(make.request(ordinal, prompt="same"))
        reply = Attempt("m", Usage(), reply="code")
        store.record_draft(make.request(ordinal, prompt="same"), make.draft("code", [reply]))
    with closing(sqlite3.connect(path)) as plain:
        assert plain.execute("SELECT count(*) FROM blobs").fetchone() == (2,)


def test_lone_surrogates_in_a_reply_are_replaced(make, store):
    request = make.request(0, prompt="\ud800")
    store.record_intent(request)
    store.record_draft(request, make.draft("x = '\udfff'", [Attempt("m", Usage(), reply="\ud800")]))
    assert show(store, 0).step.source == "x = '?'"


def test_scores_on_other_splits_are_kept_apart(make, store):
    make.placed(store, 0, gap=0.5)
    refused = Failure(FailureKind.TIMEOUT, "slow", facts=Facts("d0", 9))
    store.record_score(0, Split.VALIDATION, make.evaluation(0.7, Split.VALIDATION))
    store.record_score(0, Split.TEST, refused)
    history = store.history()
    assert history.steps[0].outcome.fitness == -0.5
    assert history.scores[0, Split.VALIDATION].fitness == -0.7
    assert history.scores[0, Split.TEST] == refused


def test_a_finished_run_names_its_best_and_can_be_resumed(make, store):
    make.placed(store, 0, gap=0.5)
    store.record_selected(0, '{"gap": 0.5}')
    store.finish(RunStatus.FINISHED)
    header = store.history().header
    assert (header.status, header.best, header.result) == (RunStatus.FINISHED, 0, '{"gap": 0.5}')
    assert header.ended is not None
    store.resume()
    assert store.history().header.status is RunStatus.RUNNING


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_not_finite_is_refused_and_leaves_no_trace(make, store, number):
    store.record_intent(make.request(0))
    store.record_draft(make.request(0), make.draft())
    with pytest.raises(ValueError, match="finite"):
        store.record_outcome(0, make.evaluation(number))
    assert store.history().steps[0].state is State.DRAFTED


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_a_seed_that_no_column_holds_is_refused(make, seed):
    with pytest.raises(ValueError, match="Expected 0 <= seed"):
        replace(make.header(), seed=seed)


def test_scoring_again_replaces_what_came_before(make, store):
    make.placed(store, 0, gap=0.5)
    store.record_score(0, Split.TEST, Failure(FailureKind.TIMEOUT, "slow"))
    for gap in (0.7, 0.6):
        store.record_score(0, Split.TEST, make.evaluation(gap, Split.TEST))
    assert {key: outcome.fitness for key, outcome in store.history().scores.items()} == {(0, Split.TEST): -0.6}


def test_a_reply_is_recorded_even_when_its_intent_was_given_up(make, store):
    request = make.request(0, prompt="please")
    store.record_intent(request)
    store.resume()
    store.record_draft(request, make.draft(attempts=[Attempt("m", Usage(1, 2, 0.5), "hi")]))
    assert [call.status for call in show(store, 0).calls] == [CallStatus.UNKNOWN, CallStatus.OK]


def test_the_header_knows_the_wall_time_of_the_run(make, store):
    for ordinal in range(2):
        store.record_intent(make.request(ordinal))
        store.record_draft(make.request(ordinal), make.draft())
        store.record_outcome(ordinal, make.evaluation())
        store.record_placements(ordinal, (), elapsed=1.5 + ordinal)
    assert store.history().header.seconds == 2.5


def test_states_follow_one_another(make, store):
    store.record_intent(make.request(0))
    with pytest.raises(ValueError, match="Candidate 0"):
        store.record_outcome(0, make.evaluation())
    with pytest.raises(ValueError, match="Candidate 0"):
        store.record_placements(0, [make.placement(0)])
    store.record_draft(make.request(0), make.draft())
    with pytest.raises(ValueError, match="Candidate 0"):
        store.record_draft(make.request(0), make.draft())
    assert store.history().steps[0].state is State.DRAFTED


def test_a_reader_sees_a_run_that_goes_on(make, path, store):
    with RunStore.open(path, readonly=True) as reader:
        make.placed(store, 0, gap=0.5)
        assert len(reader.history().steps) == 1
        make.placed(store, 1, gap=0.4)
        assert len(reader.history().steps) == 2


def test_a_repeat_that_is_scored_shares_the_score_of_the_one_it_repeats(make, store):
    make.placed(store, 0, gap=0.5)
    store.record_intent(make.request(1))
    store.record_draft(make.request(1), make.draft())
    store.record_outcome(1, make.evaluation(), repeat_of=0)
    store.record_score(1, Split.TEST, make.evaluation(0.7, Split.TEST))
    assert set(store.history().scores) == {(0, Split.TEST)}
    assert show(store, 1).outcomes[Split.TEST].fitness == -0.7
