"""References are computed once and kept."""

import sqlite3
from pathlib import Path
from typing import ClassVar

import pytest

from evaluators import references
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
        assert connection.execute("SELECT count(*) FROM reference_values").fetchone() == (3,)
