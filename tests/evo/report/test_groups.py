import pytest

from evo.report.groups import groups


def test_few_families_are_groups_in_the_order_of_the_instances() -> None:
    small, large = groups(("small", "large", "small"), (0.1, 0.4, 0.3), {"EDD": (0.3, 0.3, 0.3)})
    assert (small.name, small.instances, large.name) == ("small", 2, "large")
    assert small.gap.estimate == pytest.approx(0.2)
    assert small.rivals["EDD"].estimate == pytest.approx(0.3)
    assert small.difference is not None
    assert small.difference.estimate == pytest.approx(-0.1)


def test_many_families_are_told_by_their_parts_in_the_order_of_numbers() -> None:
    families = [f"n={n} load={load}%" for n in (100, 20, 5) for load in range(90, 120, 5)]
    told = groups(families, [0.0] * len(families), {})
    assert [one.name for one in told][:4] == ["n=5", "n=20", "n=100", "load=90%"]
    assert [one.instances for one in told][:4] == [6, 6, 6, 3]


def test_without_rivals_there_is_no_difference() -> None:
    assert groups(("one",), (0.1,), {})[0].difference is None
