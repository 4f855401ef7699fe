"""What a candidate may know of the others: the one rule of engine, pipeline and replay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.core.records import Operator, Proposal
from evo.search.window import Proposals, Window

SIZES, SEEDS = st.integers(1, 12), st.integers(1, 6)


class Drawn:
    """A population that only notes what was placed when a proposal was drawn."""

    def __init__(self) -> None:
        self.placed = -1

    def propose(self, ordinal: int) -> Proposal:
        return Proposal(ordinal, self.placed, Operator("one", "embedded", 1), (), 0)


def test_a_window_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="Expected window >= 1, got 0"):
        Window(0, seeds=1)


@given(size=SIZES, seeds=SEEDS)
def test_every_proposal_is_drawn_once_when_exactly_what_it_sees_is_placed(size: int, seeds: int) -> None:
    window, population = Window(size, seeds), Drawn()
    proposals = Proposals(population, window)
    for placed in range(seeds + 40):
        if placed >= seeds:
            assert proposals.take(placed).island == window.last_seen_by(placed)
        population.placed = placed
        proposals.draw_after(placed)


@given(size=SIZES, seeds=SEEDS, ordinal=st.integers(0, 60))
def test_what_a_proposal_sees_grows_by_one_and_stays_behind_by_the_window(size: int, seeds: int, ordinal: int) -> None:
    window = Window(size, seeds)
    last = window.last_seen_by(seeds + ordinal)
    assert last == max(seeds - 1, seeds + ordinal - size)
    assert window.is_before(seeds + ordinal - size, seeds + ordinal)
    assert not window.is_before(seeds + ordinal - size + 1, seeds + ordinal)


def test_a_proposal_that_the_record_held_is_not_kept() -> None:
    proposals = Proposals(Drawn(), Window(2, seeds=1))
    proposals.draw_after(0)
    proposals.draw_after(1)
    with pytest.raises(KeyError):
        proposals.take(1)
