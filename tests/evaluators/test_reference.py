"""References are computed once and kept."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

from evaluators import kept_references, references
from problems import Instance, Reference, Split
from problems.smtt import SmttAlgorithm
from problems.toy import Toy, ToyAlgorithm


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


def test_references_of_a_shipped_problem_are_kept_under_its_method_whatever_its_sources_are(tmp_path: Path) -> None:
    references(Toy(), Toy().instances(Split.TRAIN)[:1], tmp_path / "r.sqlite")
    references(Toy(seed=2), Toy(seed=2).instances(Split.TRAIN)[:1], tmp_path / "r.sqlite")
    references(ToyAlgorithm(jobs=11), ToyAlgorithm(jobs=11).instances(Split.TRAIN)[:1], tmp_path / "r.sqlite")
    with sqlite3.connect(tmp_path / "r.sqlite") as connection:
        keys = connection.execute("SELECT method_of, code FROM reference_records ORDER BY code").fetchall()
    assert keys == [("toy Smith's rule 1", "")] * 2 + [("toy Smith's rule 1", "jobs=11")]


def test_another_version_of_the_method_has_references_of_its_own(tmp_path: Path) -> None:
    class Improved(Toy):
        reference_method: ClassVar[str] = "toy Smith's rule 2"

    instances = Toy().instances(Split.TRAIN)[:2]
    references(Toy(), instances, tmp_path / "r.sqlite")
    assert kept_references(Improved(), instances, tmp_path / "r.sqlite") == (None, None)


def test_a_class_with_another_method_does_not_pass_for_the_one_above_it(problem: CountingToy, tmp_path: Path) -> None:
    instances = Toy().instances(Split.TRAIN)[:2]
    references(Toy(), instances, tmp_path / "r.sqlite")
    assert kept_references(problem, instances, tmp_path / "r.sqlite") == (None, None)


EARLIER_TABLE = """CREATE TABLE reference_records (
  method_of TEXT, code TEXT, instance TEXT, value REAL NOT NULL, bound REAL, proven INTEGER NOT NULL,
  method TEXT NOT NULL, seconds REAL NOT NULL, versions TEXT NOT NULL, PRIMARY KEY (method_of, code, instance))"""


def earlier_file(file: Path, rows: list[tuple[object, ...]]) -> Path:
    with sqlite3.connect(file) as connection:
        connection.execute(EARLIER_TABLE)
        connection.executemany("INSERT INTO reference_records VALUES (?,?,?,?,?,?,?,?,?)", rows)
    return file


@pytest.mark.parametrize(("budget_class", "code"), [("B", "2336ac09a7b2cf1b"), ("C", "565a002e3a5ce91f")])
def test_references_that_were_kept_under_a_hash_of_the_sources_are_still_found(
    tmp_path: Path, budget_class: str, code: str
) -> None:
    problem = SmttAlgorithm(budget_class=budget_class, train=((5, 1),))
    first, second, third = problem.instances(Split.TRAIN)[:3]
    method = "problems.smtt.problem.TotalTardiness.reference"
    rows: list[tuple[object, ...]] = [
        (method, code, first.digest(), 7.0, 7.0, 1, "exact", 0.5, "numba"),
        (method, code, second.digest(), 9.0, 8.0, 0, "best known", 0.5, "numba"),
        (method, "another", third.digest(), 9.0, 9.0, 1, "exact", 0.5, "numba"),
    ]
    kept = kept_references(problem, (first, second, third), earlier_file(tmp_path / "r.sqlite", rows))
    assert kept == (Reference(7.0, 7.0, True, "exact"), Reference(9.0, 8.0, False, "best known"), None)


def test_what_is_computed_now_counts_more_than_what_was_kept_under_a_hash(tmp_path: Path) -> None:
    first, second = Toy().instances(Split.TRAIN)[:2]
    key = ("problems.toy.WeightedCompletion.reference", "07403ba70462bd30")
    rows: list[tuple[object, ...]] = [
        (*key, first.digest(), 7.0, 7.0, 1, "a proof", 0.5, ""),
        (*key, second.digest(), 9.0, 8.0, 0, "a guess", 0.5, ""),
    ]
    file = earlier_file(tmp_path / "r.sqlite", rows)
    expected = (Reference(7.0, 7.0, True, "a proof"), Toy().reference(second))
    assert references(Toy(), (first, second), file, renew=True) == expected
    assert kept_references(Toy(), (first, second), file) == expected
