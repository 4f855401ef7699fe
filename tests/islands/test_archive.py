import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ribs.archives import AddStatus
from ribs.archives import GridArchive as RibsArchive

from islands import Axis, Elite, GridArchive, Status

AXES = (Axis("a", 0.0, 1.0, 5), Axis("b", -2.0, 2.0, 3))
RIBS_STATUS = {
    AddStatus.NEW: Status.NEW,
    AddStatus.IMPROVE_EXISTING: Status.IMPROVED,
    AddStatus.NOT_ADDED: Status.REJECTED,
}
# Away from bin edges, where pyribs shifts values by an epsilon of its own.
OFF_EDGE_A = st.integers(-3, 12).map(lambda i: i / 10 + 0.0371)
OFF_EDGE_B = st.integers(-30, 30).map(lambda i: i / 10 + 0.0371)
STREAM = st.lists(st.tuples(st.integers(-40, 0), OFF_EDGE_A, OFF_EDGE_B), max_size=60)


def elite(name: str, fitness: float, a: float, b: float = 0.0, length: int = 10) -> Elite[str]:
    return Elite(name, fitness, length, {"a": a, "b": b})


def archive_of(*elites: Elite[str]) -> GridArchive[str]:
    archive = GridArchive[str](AXES)
    for each in elites:
        archive.add(each)
    return archive


def ribs_archive() -> RibsArchive:
    return RibsArchive(solution_dim=1, dims=[5, 3], ranges=[(0.0, 1.0), (-2.0, 2.0)], qd_score_offset=-40.0)


@settings(deadline=None, max_examples=50)
@given(STREAM)
def test_cells_statuses_and_statistics_agree_with_pyribs(stream: list[tuple[int, float, float]]) -> None:
    ours, theirs = GridArchive[str](AXES), ribs_archive()
    for number, (fitness, a, b) in enumerate(stream):
        placement = ours.add(elite(str(number), fitness, a, b))
        told = theirs.add_single([number], fitness, [a, b])
        index = theirs.index_of(np.array([[a, b]]))
        assert placement.cell == tuple(theirs.int_to_grid_index(index)[0])
        assert placement.status == RIBS_STATUS[AddStatus(int(told["status"]))]
    stats = ours.stats(floor=-40.0)
    assert (stats.elites, stats.cells) == (theirs.stats.num_elites, theirs.cells)
    assert stats.coverage == pytest.approx(theirs.stats.coverage)
    assert stats.qd_score == pytest.approx(theirs.stats.qd_score)
    assert stats.best == theirs.stats.obj_max


@settings(deadline=None, max_examples=50)
@given(STREAM)
def test_the_archive_keeps_the_fittest_of_each_cell_in_cell_order(stream: list[tuple[int, float, float]]) -> None:
    offered = [elite(str(i), *entry, length=i % 3) for i, entry in enumerate(stream)]
    archive = archive_of(*offered)
    fittest: dict[tuple[int, ...], tuple[float, int]] = {}
    for each in offered:
        key = (-each.fitness, each.length)
        fittest[archive.cell_of(each.measures)] = min(key, fittest.get(archive.cell_of(each.measures), key))
    assert [(-each.fitness, each.length) for each in archive] == [fittest[cell] for cell in sorted(fittest)]
    best = archive.best
    assert (best is None) == (not offered)
    if best is not None:
        assert (-best.fitness, best.length) == min(fittest.values())


def test_an_improvement_names_whom_it_displaced() -> None:
    weak, strong = elite("weak", -2.0, 0.5), elite("strong", -1.0, 0.5)
    archive = archive_of(weak)
    placement = archive.add(strong)
    assert (placement.status, placement.displaced) == (Status.IMPROVED, weak)
    rejected = archive.add(weak)
    assert (rejected.status, rejected.displaced) == (Status.REJECTED, None)
    assert list(archive) == [strong]


@pytest.mark.parametrize(("length", "status"), [(9, Status.IMPROVED), (10, Status.REJECTED), (11, Status.REJECTED)])
def test_at_equal_fitness_only_the_shorter_source_takes_the_cell(length: int, status: Status) -> None:
    archive = archive_of(elite("held", -1.0, 0.5, length=10))
    assert archive.add(elite("other", -1.0, 0.5, length=length)).status == status


def test_lower_levels_decide_in_turn_among_the_equally_fit() -> None:
    levels = [(-1.0, (-5.0, 0.0)), (-1.0, (-4.0, -9.0)), (-1.0, (-4.0, -8.0)), (-0.5, (-99.0, -99.0))]
    elites = [Elite(str(k), fitness, 10, {"a": 0.1, "b": 0.0}, lower) for k, (fitness, lower) in enumerate(levels)]
    archive = archive_of(*elites[::-1])
    assert archive.best is elites[-1]
    climbing = GridArchive[str](AXES)
    assert [climbing.add(each).status for each in elites] == [Status.NEW] + [Status.IMPROVED] * 3


def test_a_lower_level_that_is_not_finite_raises() -> None:
    with pytest.raises(ValueError, match="finite fitness"):
        archive_of(Elite("x", 0.0, 1, {"a": 0.1, "b": 0.0}, (math.nan,)))


def test_ties_of_the_best_go_to_the_shorter_then_to_the_smaller_cell() -> None:
    late, early = elite("late", -1.0, 0.9), elite("early", -1.0, 0.1)
    assert archive_of(late, early).best == early
    assert archive_of(early, late).best == early
    short = elite("short", -1.0, 0.9, length=5)
    assert archive_of(early, short).best == short


@pytest.mark.parametrize("fitness", [math.nan, math.inf, -math.inf])
def test_a_fitness_that_is_not_finite_raises(fitness: float) -> None:
    with pytest.raises(ValueError, match="finite fitness"):
        archive_of(elite("x", fitness, 0.5))


def test_an_archive_without_axes_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one axis"):
        GridArchive[str](())


def full_archive() -> GridArchive[str]:
    return archive_of(
        *(elite(f"{i}{j}", -(i + 5.0 * j), 0.1 + 0.2 * i, -1.5 + 1.5 * j) for i in range(5) for j in range(3))
    )


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 40), st.integers(1, 5), st.integers(0, 1000))
def test_samples_are_deterministic_and_distinct_while_there_are_enough(count: int, tournament: int, seed: int) -> None:
    archive = full_archive()
    drawn = archive.sample(np.random.default_rng(seed), count, tournament)
    assert drawn == archive.sample(np.random.default_rng(seed), count, tournament)
    names = [each.candidate for each in drawn]
    assert len(names) == count
    for start in range(0, count, 15):
        chunk = names[start : start + 15]
        assert len(set(chunk)) == len(chunk)


def test_samples_do_not_depend_on_the_order_of_additions() -> None:
    elites = list(full_archive())
    shuffled = archive_of(*reversed(elites))
    assert shuffled.sample(np.random.default_rng(1), 8) == full_archive().sample(np.random.default_rng(1), 8)


def test_cells_are_drawn_uniformly_and_tournaments_prefer_the_fit() -> None:
    archive, rng = full_archive(), np.random.default_rng(0)
    plain = [archive.sample(rng, 1)[0] for _ in range(3000)]
    counts = np.unique([each.candidate for each in plain], return_counts=True)[1]
    assert len(counts) == 15
    assert counts.min() > 140
    pressed = [archive.sample(rng, 1, tournament=4)[0] for _ in range(3000)]
    assert np.mean([each.fitness for each in pressed]) > np.mean([each.fitness for each in plain]) + 2


def test_sampling_an_empty_archive_raises() -> None:
    rng = np.random.default_rng(0)
    assert archive_of().sample(rng, 0) == ()
    with pytest.raises(ValueError, match="with elites"):
        archive_of().sample(rng, 1)


@pytest.mark.parametrize(("count", "tournament"), [(-1, 1), (1, 0)])
def test_sampling_out_of_range_raises(count: int, tournament: int) -> None:
    with pytest.raises(ValueError, match="Expected count >= 0 and tournament >= 1"):
        full_archive().sample(np.random.default_rng(0), count, tournament)


def test_the_frontier_is_the_empty_cells_beside_elites_each_with_the_fittest_of_them() -> None:
    archive = GridArchive[str]([Axis("x", 0.0, 3.0, 3), Axis("y", 0.0, 2.0, 2)])
    assert archive.frontier() == ()
    poor, good = Elite("poor", -1.0, 1, {"x": 0.5, "y": 0.5}), Elite("good", 0.0, 1, {"x": 2.5, "y": 0.5})
    archive.add(poor)
    archive.add(good)
    assert archive.frontier() == (((0, 1), poor), ((1, 0), good), ((2, 1), good))
    assert archive.ranges((1, 0)) == {"x": (1.0, 2.0), "y": (0.0, 1.0)}


def test_ranked_elites_come_from_the_fittest_on_and_the_best_of_twins_alone() -> None:
    archive = GridArchive[str]([Axis("m", 0.0, 1.0, 10)])
    assert archive.ranked() == ()
    for place, (name, fitness, behaviour) in enumerate(
        [("a", -3.0, "x"), ("b", -1.0, "y"), ("c", -1.0, "y"), ("d", -2.0, ""), ("e", -2.0, "")]
    ):
        archive.add(Elite(name, fitness, 5 if name == "c" else 10, {"m": (place + 0.5) / 10}, behaviour=behaviour))
    assert [elite.candidate for elite in archive.ranked()] == ["c", "d", "e", "a"]
    archive.add(Elite("f", -0.5, 10, {"m": 0.95}, behaviour="z"))
    assert archive.ranked()[0].candidate == "f"
