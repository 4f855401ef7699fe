"""Emitters draw parents as their names say, alike for equal generators."""

import numpy as np
import pytest

from evaluators import Facts
from evo.core.records import Candidate
from evo.search.emitters import (
    BestOfN,
    CellsByRank,
    Chains,
    Champion,
    Emitter,
    EmitterShares,
    Pool,
    SearchState,
    Seeds,
    Strategy,
    make_emitters,
)
from islands import Axis, Elite, GridArchive, Island


def candidate(ordinal: int, fitness: float) -> Candidate:
    return Candidate(ordinal, f"source {ordinal}", Facts(str(ordinal), 10), fitness)


def placed(fitness: list[float], seeds: int = 1) -> SearchState:
    """Return one island with a candidate a cell, of which the first ones are seeds."""
    archive = GridArchive[Candidate]([Axis("m", 0.0, 1.0, 100)])
    every = [candidate(ordinal, value) for ordinal, value in enumerate(fitness)]
    bests = [one for one in every if all(one.fitness > other.fitness for other in every[: one.ordinal])]
    state = SearchState([Island("only", archive)], every[:seeds], bests)
    for one in every:
        elite = Elite(one, one.fitness, 10, {"m": one.ordinal / 100}, behaviour=str(one.fitness))
        archive.add(elite)
        state.note(elite)
    return state


def drawn(emitter: Emitter, count: int, times: int, seed: int = 3) -> list[tuple[int, ...]]:
    rng = np.random.default_rng(seed)
    return [tuple(one.ordinal for one in emitter.parents(k, 0, count, rng)) for k in range(times)]


@pytest.mark.parametrize("name", [name for name in Strategy if name is not Strategy.MAP])
def test_every_emitter_draws_so_many_and_alike_for_equal_generators(name: Strategy) -> None:
    makes = [make_emitters(name, EmitterShares(), placed([-3.0, -1.0, -2.0]), 2)[name][0] for _ in range(2)]
    first, second = (drawn(emitter, 2, 20) for emitter in makes)
    assert first == second
    assert all(len(parents) == 2 for parents in first)


def test_cells_are_drawn_by_rank_whatever_their_number() -> None:
    emitter = CellsByRank(placed([-99.0] + [-float(k) for k in range(1, 81)]))
    draws = [parents[0] for parents in drawn(emitter, 1, 2000)]
    assert 0.4 < sum(ordinal <= 10 for ordinal in draws) / len(draws) < 0.6, "the best eighth of them gets half"
    assert max(draws) > 60


def test_elites_worse_than_every_seed_are_not_drawn() -> None:
    emitter = CellsByRank(placed([-2.0, -3.0, -1.0, -9.0], seeds=2))
    assert {ordinal for parents in drawn(emitter, 1, 200) for ordinal in parents} == {0, 1, 2}


def test_parents_of_one_proposal_are_no_twins() -> None:
    emitter = CellsByRank(placed([-9.0, -1.0, -1.0, -2.0]))
    assert {frozenset(parents) for parents in drawn(emitter, 2, 100)} <= {
        frozenset(p) for p in ((1, 3), (0, 1), (0, 3))
    }


def test_seeds_are_independent_of_what_was_found() -> None:
    assert {ordinal for parents in drawn(Seeds(placed([-3.0, -2.0, -1.0], seeds=2)), 2, 50) for ordinal in parents} == {
        0,
        1,
    }


def test_beside_other_emitters_the_fitter_seeds_are_drawn_more_often() -> None:
    emitter, _ = make_emitters(Strategy.MAP, EmitterShares(), placed([-3.0, -1.0, -2.0, -9.0], seeds=4), 2)["sample"]
    draws = [parents[0] for parents in drawn(emitter, 1, 1000)]
    assert draws.count(1) > draws.count(2) > draws.count(0) > draws.count(3) > 0


def test_the_champion_comes_with_the_bests_before_it() -> None:
    assert drawn(Champion(placed([-3.0, -2.0, -5.0, -1.0])), 3, 2) == [(3, 1, 0), (3, 1, 0)]


def test_the_pool_holds_the_ten_best_of_distinct_behaviour() -> None:
    state = placed([-float(k) for k in range(20)] + [-3.0, -0.5])
    assert [elite.candidate.ordinal for elite in state.pool] == [0, 21, *range(1, 9)]
    draws = drawn(Pool(state), 2, 200)
    assert all(first != second for first, second in draws)
    assert {ordinal for parents in draws for ordinal in parents} == {0, 21, *range(1, 9)}


def test_weak_chains_stop_and_strong_ones_go_on() -> None:
    emitter = Chains(placed([-10.0]), width=2, length=2)
    rng = np.random.default_rng(0)
    for ordinal, fitness in ((1, -5.0), (2, -9.0), (3, -6.0), (4, -9.5)):
        emitter.parents(ordinal, 0, 1, rng)
        emitter.placed(ordinal, candidate(ordinal, fitness))
    heads = {emitter.parents(ordinal, 0, 1, rng)[0].fitness for ordinal in range(5, 9)}
    assert heads == {-5.0}
    for ordinal in range(5, 9):
        emitter.placed(ordinal, None)
    assert emitter.parents(9, 0, 1, rng)[0].fitness == -10.0, "after the last round new chains begin at the seeds"


def test_the_best_of_n_drafts_takes_the_place_of_their_parent() -> None:
    emitter = BestOfN(placed([-10.0]), n=3)
    rng = np.random.default_rng(0)
    for ordinal, made in ((1, candidate(1, -8.0)), (2, None), (3, candidate(3, -7.0))):
        assert emitter.parents(ordinal, 0, 1, rng)[0].ordinal == 0
        emitter.placed(ordinal, made)
    assert emitter.parents(4, 0, 1, rng)[0].ordinal == 3


def test_a_strategy_other_than_map_is_one_emitter_alone() -> None:
    shares = EmitterShares(map=1.0, sample=0.0, champion=2.0)
    assert list(make_emitters(Strategy.CHAINS, shares, placed([-1.0]), 2)) == ["chains"]
    assert list(make_emitters(Strategy.MAP, shares, placed([-1.0]), 2)) == ["map", "champion"]


@pytest.mark.parametrize("shares", [{"map": -1.0}, {"map": 0.0, "sample": 0.0, "champion": 0.0}])
def test_shares_out_of_range_are_refused(shares: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="emitters"):
        EmitterShares(**shares)
