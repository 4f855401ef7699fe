import pytest

from problems import Split
from problems.settings import check_seed, check_splits, of_split, random_numbers, rows, sizes_within
from problems.toy import Toy

RANGES = {"jobs": (2, 50), "instances": (1, 9)}


def doubled(_: str, count: int) -> int:
    return 2 * count


def refused(name: str, count: int) -> int:
    raise ValueError(f"Expected none in {name}, got {count}.")


def test_a_split_has_the_entries_of_its_own_field() -> None:
    problem = Toy(train=3, validation=4, test=5)
    assert [of_split(problem, split) for split in Split] == [3, 4, 5]


def test_each_split_becomes_what_its_check_returns() -> None:
    problem = Toy(train=3, validation=4, test=5)
    check_splits(problem, doubled)
    assert (problem.train, problem.validation, problem.test) == (6, 8, 10)


def test_a_check_names_the_split_that_it_refuses() -> None:
    with pytest.raises(ValueError, match=r"^Expected none in train, got 3\.$"):
        check_splits(Toy(train=3), refused)


def test_a_negative_seed_is_refused() -> None:
    check_seed(0)
    with pytest.raises(ValueError, match=r"^Expected seed >= 0, got -1\.$"):
        check_seed(-1)


def test_rows_come_back_as_tuples() -> None:
    assert sizes_within("train", [[20, 1], [50, 2]], RANGES) == ((20, 1), (50, 2))
    assert rows("train", [["weibull", 100]], ("distribution", "capacity"), words=1) == (("weibull", 100),)


@pytest.mark.parametrize("given", [3, "ab", [3], [[3]], [[3, 4, 5]], [["a", 4]], [[3.5, 4]], ["ab"]])
def test_another_form_is_named_with_the_setting_and_what_came(given: object) -> None:
    with pytest.raises(ValueError, match=r"Expected rows \[jobs, instances\] in train, got "):
        sizes_within("train", given, RANGES)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([[1, 1]], r"^Expected \[jobs 2-50, instances 1-9\] in train, got \[1, 1\]\.$"),
        ([[20, 1], [51, 1]], r"got \[51, 1\]\.$"),
        ([[20, 1], [20, 2]], r"^Expected distinct sizes, at least one, in train, got \[\[20, 1\], \[20, 2\]\]\.$"),
        ([], r"got \[\]\.$"),
    ],
)
def test_a_size_out_of_range_or_named_twice_is_refused(given: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sizes_within("train", given, RANGES)


def test_each_instance_has_random_numbers_of_its_own() -> None:
    keys = [(1, Split.TRAIN, 0), (2, Split.TRAIN, 0), (1, Split.TEST, 0), (1, Split.TRAIN, 1)]
    assert len({int(random_numbers(*key).integers(2**62)) for key in keys}) == 4
    assert random_numbers(*keys[0]).random() == random_numbers(*keys[0]).random()
