"""Forms that wait for tries of their constants."""

from evaluators import Facts
from evo.core.records import Candidate
from evo.search.constant_tries import ConstantTries


def form(ordinal: int, fitness: float) -> Candidate:
    return Candidate(ordinal, "source", Facts(str(ordinal), 1), fitness)


def taken(tries: ConstantTries) -> list[int]:
    ordinals = []
    while tries.waits:
        ordinals.append(tries.take(100 + len(ordinals)).ordinal)
    return ordinals


def test_a_best_gets_its_tries_and_another_form_a_few_the_latest_first() -> None:
    tries = ConstantTries(3, 2)
    tries.add(form(1, -1.0), is_best=True)
    tries.add(form(2, -2.0), is_best=False)
    assert taken(tries) == [2, 2, 1, 1, 1]


def test_where_other_forms_get_none_a_new_best_takes_the_place_of_the_one_before() -> None:
    tries = ConstantTries(2, 0)
    for ordinal, is_best in ((1, True), (2, True), (3, False)):
        tries.add(form(ordinal, -float(ordinal)), is_best)
    assert taken(tries) == [2, 2]


def test_tries_go_on_from_better_constants_and_from_nothing_else() -> None:
    tries = ConstantTries(4, 1)
    tries.add(form(1, -3.0), is_best=True)
    tries.take(10)
    tries.placed(10, form(10, -4.0))
    assert tries.take(11).ordinal == 1
    tries.placed(11, None)
    tries.placed(99, form(99, -1.0))
    assert tries.take(12).ordinal == 1
    tries.placed(12, form(12, -2.0))
    assert tries.take(13).ordinal == 12
    assert not tries.waits


def test_without_tries_nothing_waits() -> None:
    tries = ConstantTries(0, 0)
    tries.add(form(1, -1.0), is_best=True)
    assert not tries.waits
