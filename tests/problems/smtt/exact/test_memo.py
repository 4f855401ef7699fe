"""The memory against a dictionary."""

from hypothesis import given, settings
from hypothesis import strategies as st

from problems.kernels import plain as slow_twin
from problems.smtt.exact.memo import ENTRY, copy_entries, empty, holds, keep, room, slot_of, word

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=60)
INDEX = st.integers(0, 2**20 - 1)
KEYS = st.tuples(st.tuples(INDEX, INDEX, INDEX), st.integers(0, 2**31))
ENTRIES = st.tuples(KEYS, st.integers(0, 2**60), st.booleans(), st.integers(0, 2**20))


def entry(memo, jobs, t):
    """Value, kind and decision, or None."""
    slot = slot_of(memo, jobs, t)
    if not holds(memo, slot, jobs, t):
        return None
    return int(memo.values[slot] >> 1), bool(memo.values[slot] & 1), int(memo.times[slot] & (2**31 - 1))


@EXAMPLES
@given(entries=st.lists(ENTRIES, max_size=40))
def test_what_is_found_is_what_was_kept_last_and_little_is_forgotten(entries):
    memo, kept = empty(256), {}
    for (indices, t), value, exact, decision in entries:
        keep(memo, word(*indices), t, value, exact, decision)
        kept[indices, t] = (value, exact, decision)
    found = {(indices, t): entry(memo, word(*indices), t) for indices, t in kept}
    assert all(found[key] in (None, kept[key]) for key in kept)
    assert sum(value is None for value in found.values()) <= len(kept) // 4
    assert memo.used[0] == sum(value is not None for value in found.values())


@EXAMPLES
@given(entries=st.lists(ENTRIES, min_size=1, max_size=12))
def test_the_twins_place_entries_alike(entries):
    memo, twin = empty(8), empty(8)
    for (indices, t), value, exact, decision in entries:
        keep(memo, word(*indices), t, value, exact, decision)
        jobs = slow_twin(word)(*indices)
        assert slow_twin(slot_of)(twin, jobs, t) == slot_of(twin, jobs, t)
        slow_twin(keep)(twin, jobs, t, value, exact, decision)
        assert slow_twin(holds)(twin, slot_of(twin, jobs, t), jobs, t)
    assert [entry(memo, word(*indices), t) for (indices, t), *_ in entries] == [
        entry(twin, word(*indices), t) for (indices, t), *_ in entries
    ]


def test_no_two_subproblems_share_a_key():
    ends = (0, 1, 2**10, 2**20 - 1)
    assert len({word(first, last, longest) for first in ends for last in ends for longest in ends}) == 64


def test_a_half_full_table_doubles_with_its_entries_while_memory_allows():
    memo = empty(16)
    for t in range(40):
        keep(memo, word(1, 2, 3), t, t, True, 0)
    before = {t: entry(memo, word(1, 2, 3), t) for t in range(40)}
    assert room(memo, 32 * ENTRY - 1) is memo
    larger, twin = room(memo, 32 * ENTRY), empty(32)
    slow_twin(copy_entries)(memo, twin)
    assert [entry(twin, word(1, 2, 3), t) for t in before] == [entry(larger, word(1, 2, 3), t) for t in before]
    assert larger.jobs.size == 32
    assert all(entry(larger, word(1, 2, 3), t) in (None, known) for t, known in before.items())
    assert larger.used[0] >= 0.8 * memo.used[0]
