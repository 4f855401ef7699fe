"""Failures by kind and wording."""

import pytest

from evaluators import Facts, Failure, FailureKind
from evo.analysis.failures import failure_groups, failures, pattern
from evo.core.records import Draft, Operator, Proposal, Request


def fail(run, ordinal: int, kind: FailureKind, message: str, repeat_of: int | None = None) -> None:
    request = Request(Proposal(ordinal, 0, Operator("vary", "llm", 1), (), 1), "m")
    run.store.record_intent(request)
    run.store.record_draft(request, Draft(f"source {ordinal}"))
    run.store.record_outcome(ordinal, Failure(kind, message, "t0", Facts("d", 1)), repeat_of)
    run.store.record_placements(ordinal, ())


def test_messages_that_differ_in_numbers_and_names_are_one_group(run, values):
    run.add(0, 0.5)
    fail(run, 1, FailureKind.INVALID_RESULT, "job 3 is there twice")
    fail(run, 2, FailureKind.TIMEOUT, "more than 2.5 s")
    fail(run, 3, FailureKind.INVALID_RESULT, "job 17 is there twice")
    fail(run, 4, FailureKind.TIMEOUT, "", repeat_of=2)
    fail(run, 5, FailureKind.INVALID_RESULT, "job 17 is missing")
    answer = failures(run.store, 10)
    assert values(answer, "example", "kind", "count", "share", "pattern") == [
        (1, "invalid_result", 2, 2 / 6, "job … is there twice"),
        (2, "timeout", 2, 2 / 6, "more than … s"),
        (5, "invalid_result", 1, 1 / 6, "job … is missing"),
    ]
    assert values(answer, "message", "instance", "operator")[0] == ("job 3 is there twice", "t0", "vary")
    assert answer.notes[0].startswith("5 of 6 candidates failed")


def test_what_is_left_out_is_said(run):
    for ordinal in range(4):
        fail(run, ordinal, FailureKind.INVALID_RESULT, "abcd"[ordinal])
    answer = failures(run.store, 1)
    assert len(answer.rows) == 1
    assert answer.notes[1] == "left out: 3 rarer patterns, 3 candidates"


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ("name 'foo' is not defined", "name … is not defined"),
        ("needs more than the 13,060 operations", "needs more than the … operations"),
        ("got -1.5e-07, wanted 0", "got …, wanted …"),
        ("line 3: x1 is unknown\n  more\n", "line …: x1 is unknown"),
        ("", ""),
    ],
)
def test_a_pattern_leaves_out_what_varies(message, wanted):
    assert pattern(message) == wanted


def test_a_run_without_failures_says_so(run):
    assert failures(run.store, 5).rows == ()
    assert failures(run.store, 5).notes == (
        "0 of 0 candidates failed on train; share: of all candidates; …: what varies",
    )


def test_failures_are_grouped_by_kind_with_the_first_as_example(make, store):
    make.failed(store, 0, FailureKind.MEMORY)
    make.failed(store, 1, FailureKind.TIMEOUT)
    make.failed(store, 2, FailureKind.TIMEOUT)
    make.failed(store, 3, FailureKind.TIMEOUT, repeat_of=2)
    groups = [(group.kind, group.count, group.example, group.message) for group in failure_groups(store)]
    assert groups == [(FailureKind.TIMEOUT, 3, 1, "message 1"), (FailureKind.MEMORY, 1, 0, "message 0")]
