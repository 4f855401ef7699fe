"""The questions behind the command line's verbs."""

import pytest

from evaluators import Facts, Failure, FailureKind
from evo.analysis.candidates import header, show, top, worst_instances
from evo.analysis.summaries import OperatorRecord, Spend, failures, operator_records, spend
from evo.core.records import Attempt, Usage
from evo.store import RunStore, StoreError
from problems import Split


def failed(written, store: RunStore, ordinal: int, kind: FailureKind, repeat_of: int | None = None) -> None:
    store.record_intent(written.request(ordinal))
    store.record_draft(written.request(ordinal), written.draft(f"bad {ordinal}"))
    store.record_outcome(ordinal, Failure(kind, f"message {ordinal}", facts=Facts("d", 1)), repeat_of)
    store.record_placements(ordinal, ())


def repeated(written, store: RunStore, ordinal: int, repeat_of: int) -> None:
    store.record_intent(written.request(ordinal))
    store.record_draft(written.request(ordinal), written.draft())
    store.record_outcome(ordinal, written.evaluation(), repeat_of)
    store.record_placements(ordinal, [written.placement(ordinal, "rejected")])


def test_the_header_is_read_by_itself(written, store):
    assert header(store) == written.header()


def test_top_ranks_by_fitness_and_leaves_repeats_out(written, store):
    for ordinal, gap in enumerate((0.5, 0.2, 0.4)):
        written.placed(store, ordinal, gap)
    repeated(written, store, 3, repeat_of=1)
    store.record_score(2, Split.VALIDATION, written.evaluation(0.9, Split.VALIDATION))
    assert [(row.ordinal, row.fitness, row.validation) for row in top(store, 2)] == [(1, -0.2, None), (2, -0.4, -0.9)]
    assert [row.ordinal for row in top(store, 9)] == [1, 2, 0]
    assert [row.fitness for row in top(store, 9, Split.VALIDATION)] == [-0.9]


def test_equally_fit_the_smaller_then_the_earlier_comes_first(written, store):
    for ordinal, size in enumerate((9, 5, 5)):
        store.record_intent(written.request(ordinal))
        store.record_draft(written.request(ordinal), written.draft())
        store.record_outcome(ordinal, written.evaluation(size=size))
    assert [row.ordinal for row in top(store, 3)] == [1, 2, 0]


def test_lower_levels_decide_in_turn_among_the_equally_fit(written, store):
    for ordinal, lower in enumerate(((0.2, 0.1), (0.1, 0.9), (0.1, -0.3))):
        written.placed(store, ordinal, gap=0.5, lower=lower)
    written.placed(store, 3, gap=0.4, lower=(0.9, 0.9))
    assert [(row.ordinal, row.gap.lower) for row in top(store, 9)] == [
        (3, (0.9, 0.9)),
        (2, (0.1, -0.3)),
        (1, (0.1, 0.9)),
        (0, (0.2, 0.1)),
    ]


def test_show_tells_all_of_a_candidate(written, store):
    written.placed(store, 0, gap=0.5)
    request = written.request(1, parents=[0, 0], prompt="improve it")
    store.record_intent(request)
    store.record_draft(request, written.draft("def g(): ...", [Attempt("m", Usage(1, 2, 0.5), "```def g```")]))
    store.record_outcome(1, written.evaluation(0.3, digest="d1"))
    store.record_placements(1, [written.placement(0, "rejected"), written.placement(1)])
    store.record_score(1, Split.VALIDATION, written.evaluation(0.4, Split.VALIDATION, "d1"))
    written.placed(store, 2, gap=0.1, parents=[1, 0])
    repeated(written, store, 3, repeat_of=1)
    record = show(store, 1)
    assert (record.step.parents, record.children, record.repeats) == ((0, 0), (2,), (3,))
    assert (record.step.source, record.digest, record.size) == ("def g(): ...", "d1", 9)
    assert (record.calls[0].messages[0].content, record.calls[0].reply) == ("improve it", "```def g```")
    assert record.placements == (written.placement(1),)
    assert {split: outcome.fitness for split, outcome in record.outcomes.items()} == {
        Split.TRAIN: -0.3,
        Split.VALIDATION: -0.4,
    }


def test_show_of_a_repeat_shows_the_outcome_it_repeats(written, store):
    written.placed(store, 0, gap=0.5)
    repeated(written, store, 1, repeat_of=0)
    record = show(store, 1)
    assert record.step.outcome.fitness == record.outcomes[Split.TRAIN].fitness == -0.5


def test_worst_instances_come_with_their_references(written, store):
    written.placed(store, 0, gap=0.5)
    first, second = worst_instances(store, 0, 2)
    assert (first.position, first.instance.name, first.value, first.gap) == (2, "t2", 10.6, 0.6)
    assert first.instance.reference.value == 12.0
    assert second.gap == 0.5


@pytest.mark.parametrize("query", [show, lambda store, ordinal: worst_instances(store, ordinal, 1)])
def test_an_unknown_candidate_is_one_clear_line(store, query):
    with pytest.raises(StoreError, match="candidate 7"):
        query(store, 7)


def test_spend_is_told_by_operator_and_model(written, store):
    request = written.request(0, prompt="x", operator="cross")
    store.record_intent(request)
    attempts = [Attempt("m", Usage(1, 0, 0.5), error="e"), Attempt("m", Usage(2, 3, 0.25, 1.0), "r")]
    store.record_draft(request, written.draft(attempts=attempts))
    store.record_intent(written.request(1, prompt="x"))
    assert spend(store) == (
        Spend("cross", "m", calls=2, failed=1, unknown=0, usage=Usage(3, 3, 0.75, 1.0)),
        Spend("vary", "m", calls=1, failed=0, unknown=1, usage=written.worst),
    )


def test_operator_records_count_what_beat_its_parents(written, store):
    written.placed(store, 0, gap=0.5, operator="seed")
    written.placed(store, 1, gap=0.4, parents=[0])
    written.placed(store, 2, gap=0.45, parents=[0, 1])
    repeated(written, store, 3, repeat_of=2)
    failed(written, store, 4, FailureKind.TIMEOUT)
    assert operator_records(store) == (
        OperatorRecord("seed", "embedded", candidates=1, failed=0, repeats=0, accepted=1, better=0),
        OperatorRecord("vary", "embedded", candidates=4, failed=1, repeats=1, accepted=2, better=1),
    )


def test_a_lower_level_may_be_what_beats_the_parents(written, store):
    written.placed(store, 0, gap=0.5, lower=(0.2,))
    written.placed(store, 1, gap=0.5, parents=[0], lower=(0.1,))
    written.placed(store, 2, gap=0.5, parents=[0, 1], lower=(0.1,))
    written.placed(store, 3, gap=0.6, parents=[0], lower=(0.0,))
    assert [record.better for record in operator_records(store)] == [1]


def test_failures_are_grouped_by_kind_with_the_first_as_example(written, store):
    failed(written, store, 0, FailureKind.MEMORY)
    failed(written, store, 1, FailureKind.TIMEOUT)
    failed(written, store, 2, FailureKind.TIMEOUT)
    failed(written, store, 3, FailureKind.TIMEOUT, repeat_of=2)
    groups = [(group.kind, group.count, group.example, group.message) for group in failures(store)]
    assert groups == [(FailureKind.TIMEOUT, 3, 1, "message 1"), (FailureKind.MEMORY, 1, 0, "message 0")]
