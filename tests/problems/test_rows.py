import pytest

from problems.rows import numbered, rows


def test_rows_come_back_as_tuples() -> None:
    assert numbered("train", [[20, 1], [50, 2]], ("jobs", "instances")) == ((20, 1), (50, 2))
    assert rows("train", [["weibull", 100]], ("distribution", "capacity"), words=1) == (("weibull", 100),)


@pytest.mark.parametrize("given", [3, "ab", [3], [[3]], [[3, 4, 5]], [["a", 4]], [[3.5, 4]], ["ab"]])
def test_another_form_is_named_with_the_setting_and_what_came(given: object) -> None:
    with pytest.raises(ValueError, match=r"Expected rows \[jobs, instances\] in train, got "):
        numbered("train", given, ("jobs", "instances"))
