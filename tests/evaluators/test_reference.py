"""References are computed once and kept."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

from evaluators import kept_references, references
from problems import Instance, Reference, Split
from problems.toy import Toy


class CountingToy(Toy):
    """Notes whose reference was computed; the fourth one fails when `faulty`."""

    computed: ClassVar[list[str]] = []
    faulty: ClassVar[bool] = False

    def reference(self, instance: Instance) -> Reference:
        if self.faulty and len(self.computed) == 3:
            raise RuntimeError("power cut")
        self.computed.append(instance.name)
        return super().reference(instance)


@pytest.fixture
def problem() -> CountingToy:
    class Fresh(CountingToy):
        computed: ClassVar[list[str]] = []

    return Fresh()


def test_a_kept_reference_is_not_computed_again(problem: CountingToy, tmp_path: Path) -> None:
    instances = problem.instances(Split.TRAIN)[:5]
    first = references(problem, instances, tmp_path / "r.sqlite")
    again = references(problem, instances, tmp_path / "r.sqlite")
    assert first == again == tuple(Toy().reference(instance) for instance in instances)
    assert len(problem.computed) == 5


def test_the_same_instance_twice_is_computed_once(problem: CountingToy, tmp_path: Path) -> None:
    instance = problem.instances(Split.TRAIN)[0]
    assert len(references(problem, [instance, instance], tmp_path / "r.sqlite")) == 2
    assert len(problem.computed) == 1


def test_many_references_are_computed_by_several_processes_in_order(tmp_path: Path) -> None:
    problem = Toy()
    instances = problem.instances(Split.TRAIN)
    heard: list[tuple[int, int]] = []
    found = references(problem, instances, tmp_path / "r.sqlite", progress=lambda done, n: heard.append((done, n)))
    assert found == tuple(problem.reference(instance) for instance in instances)
    assert heard[-1] == (len(instances), len(instances))


def test_what_was_computed_before_a_fault_is_kept(problem: CountingToy, tmp_path: Path) -> None:
    type(problem).faulty = True
    with pytest.raises(RuntimeError, match="power cut"):
        references(problem, problem.instances(Split.TRAIN)[:5], tmp_path / "r.sqlite")
    with sqlite3.connect(tmp_path / "r.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM reference_records").fetchone() == (3,)


class Undecided(CountingToy):
    """Proves nothing at first."""

    proves: ClassVar[bool] = False

    def reference(self, instance: Instance) -> Reference:
        exact = super().reference(instance)
        return exact if self.proves else Reference(exact.value, None, False, "a guess")


def test_references_that_are_not_proven_can_be_computed_again(tmp_path: Path) -> None:
    class Fresh(Undecided):
        computed: ClassVar[list[str]] = []

    problem = Fresh()
    instances = problem.instances(Split.TRAIN)[:3]
    assert not any(r.proven for r in references(problem, instances, tmp_path / "r.sqlite"))
    Fresh.proves = True
    assert not any(r.proven for r in references(problem, instances, tmp_path / "r.sqlite"))
    assert all(r.proven for r in references(problem, instances, tmp_path / "r.sqlite", renew=True))
    references(problem, instances, tmp_path / "r.sqlite", renew=True)
    assert len(problem.computed) == 6, "what is proven is not computed again"


def test_what_is_kept_is_shown_without_computing(problem: CountingToy, tmp_path: Path) -> None:
    instances = problem.instances(Split.TRAIN)[:3]
    references(problem, instances[:2], tmp_path / "r.sqlite")
    kept = kept_references(problem, instances, tmp_path / "r.sqlite")
    assert kept[:2] == tuple(Toy().reference(instance) for instance in instances[:2])
    assert kept[2] is None
    assert len(problem.computed) == 2


def test_a_setting_of_the_exact_method_has_references_of_its_own(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Limited(Toy):
        rounds: int = 5

    instances = Limited().instances(Split.TRAIN)[:2]
    references(Limited(), instances, tmp_path / "r.sqlite")
    assert None not in kept_references(Limited(rounds=5, seed=2), instances, tmp_path / "r.sqlite")
    assert kept_references(Limited(rounds=6), instances, tmp_path / "r.sqlite") == (None, None)


def test_the_time_that_a_reference_took_is_kept(problem: CountingToy, tmp_path: Path) -> None:
    (reference,) = references(problem, problem.instances(Split.TRAIN)[:1], tmp_path / "r.sqlite")
    assert reference.seconds > 0
    (kept,) = kept_references(problem, problem.instances(Split.TRAIN)[:1], tmp_path / "r.sqlite")
    assert kept is not None
    assert kept.seconds == reference.seconds
