import numpy as np
import pytest

from islands import Axis, Elite, GridArchive, Island, Migration, Status, migrate_ring


def island(name: str, fitnesses: dict[float, float]) -> Island[str]:
    archive = GridArchive[str]([Axis("a", 0.0, 1.0, 10)])
    for a, fitness in fitnesses.items():
        archive.add(Elite(f"{name}{a}", fitness, 1, {"a": a}))
    return Island(name, archive)


def names(of: Island[str]) -> set[str]:
    return {elite.candidate for elite in of.archive}


def test_the_best_travels_one_step_round_the_ring() -> None:
    ring = [island("x", {0.1: -3.0}), island("y", {0.5: -2.0}), island("z", {0.9: -1.0})]
    migrants = migrate_ring(ring, 1, np.random.default_rng(0))
    assert [(m.source, m.target, m.elite.candidate) for m in migrants] == [
        (0, 1, "x0.1"),
        (1, 2, "y0.5"),
        (2, 0, "z0.9"),
    ]
    assert [m.placement.status for m in migrants] == [Status.NEW] * 3
    assert [names(each) for each in ring] == [{"x0.1", "z0.9"}, {"x0.1", "y0.5"}, {"y0.5", "z0.9"}]


def test_a_worse_migrant_is_rejected_and_its_island_keeps_it() -> None:
    ring = [island("x", {0.1: -3.0}), island("y", {0.1: -2.0})]
    migrants = migrate_ring(ring, 1, np.random.default_rng(0))
    assert [m.placement.status for m in migrants] == [Status.REJECTED, Status.IMPROVED]
    assert [names(each) for each in ring] == [{"y0.1"}, {"y0.1"}]


def test_emigrants_are_distinct_start_with_the_best_and_are_reproducible() -> None:
    def migrants() -> list[str]:
        ring = [island("x", {i / 10 + 0.05: -i for i in range(10)}), island("y", {})]
        return [m.elite.candidate for m in migrate_ring(ring, 4, np.random.default_rng(5))]

    assert migrants() == migrants()
    assert migrants()[0] == "x0.05"
    assert len(set(migrants())) == 4


def test_islands_with_fewer_elites_send_what_they_have() -> None:
    ring = [island("x", {0.1: -3.0, 0.3: -1.0}), island("y", {})]
    assert {m.elite.candidate for m in migrate_ring(ring, 5, np.random.default_rng(0))} == {"x0.1", "x0.3"}


def test_an_island_alone_sends_nothing() -> None:
    assert migrate_ring([island("x", {0.1: -3.0})], 3, np.random.default_rng(0)) == ()


@pytest.mark.parametrize(("every", "count", "message"), [(0, 1, "every >= 1"), (1, 0, "count >= 1")])
def test_migrations_out_of_range_are_refused(every: int, count: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Migration(every, count)


def test_the_smallest_migration_is_accepted() -> None:
    assert Migration(1, 1).count == 1
