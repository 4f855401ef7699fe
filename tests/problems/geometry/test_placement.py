import pytest

from problems import Literals, Split, Timed
from problems.geometry import Circles, CirclesConstruction, Heilbronn, HeilbronnConstruction
from problems.settings import of_split


def test_changing_one_number_leaves_the_other_instances_as_they_are() -> None:
    known = {i.name: i.digest() for i in Circles().instances(Split.TRAIN)}
    other = {i.name: i.digest() for i in Circles(train=(30, 25, 22)).instances(Split.TRAIN)}
    assert [name for name in other if name in known] == ["circles-1-train-n30-0", "circles-1-train-n22-0"]
    assert all(known[name] == digest for name, digest in other.items() if name in known)


def test_a_number_that_stands_twice_has_two_start_seeds() -> None:
    first, second = Circles(train=(26, 26)).instances(Split.TRAIN)
    assert first.arrays[1] != second.arrays[1]


@pytest.mark.parametrize("problem", [Circles(), Heilbronn()])
def test_the_search_track_holds_numbers_out_and_never_asks_for_one_twice_in_a_split(
    problem: Circles | Heilbronn,
) -> None:
    for split in Split:
        assert len(set(of_split(problem, split))) == len(of_split(problem, split))
    for split in (Split.VALIDATION, Split.TEST):
        assert len(set(of_split(problem, split)) - set(problem.train)) >= 2


def test_only_the_search_track_limits_literals() -> None:
    assert isinstance(Circles(), Literals)
    assert isinstance(Heilbronn(), Literals)
    assert not isinstance(CirclesConstruction(), Literals)
    assert not isinstance(HeilbronnConstruction(), Literals)


def test_the_time_of_an_instance_is_a_setting() -> None:
    problem = Circles(instance_seconds=0.5)
    assert isinstance(problem, Timed)
    assert problem.seconds(problem.instances(Split.TRAIN)[0]) == 0.5


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"seed": -1}, "seed >= 0"),
        ({"instance_seconds": 0}, "instance_seconds <= 600"),
        ({"instance_seconds": 601}, "instance_seconds <= 600"),
        ({"train": ()}, "Expected some of 20, 21, .*, 32 in train"),
        ({"test": (26, 19)}, "32 in test"),
        ({"validation": (31,)}, "32 in validation"),
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Circles(**settings)


def test_the_smallest_and_largest_numbers_are_accepted() -> None:
    assert Circles(train=(20, 32), instance_seconds=600).train == (20, 32)
    assert Heilbronn(train=(7, 14)).train == (7, 14)
