"""What a function means: the parameters that its source uses with their units, and how its values decide."""

import pytest

from evo.core.function_meaning import function_meanings
from problems import Direction, Parameter, Signature

PARAMETERS = (Parameter("p", "processing time", unit="time units"), Parameter("w_late", "work that would be late"))
PRIORITY = Signature("priority", PARAMETERS, "a number", Direction.SMALLEST, "the shorter job")


def test_the_lines_tell_direction_ties_units_and_what_is_not_used() -> None:
    (meaning,) = function_meanings((PRIORITY,), "def priority(p, w_late):\n    return 2 * p")
    assert meaning.lines == (
        "priority(p, w_late): smallest first; ties go to the shorter job",
        "    p  processing time (time units)",
        "    not used: w_late",
        "    returns a number",
    )


def test_a_parameter_is_known_by_its_place_whatever_the_source_calls_it() -> None:
    (meaning,) = function_meanings((PRIORITY,), "def priority(time, late):\n    return late")
    assert [one.name for one in meaning.used] == ["w_late"]
    assert meaning.unused == ("p",)


@pytest.mark.parametrize("source", [None, "", "def priority(:", "def other(p): return p", "def priority(p): return p"])
def test_where_the_source_does_not_tell_all_parameters_count_as_used(source: str | None) -> None:
    (meaning,) = function_meanings((PRIORITY,), source)
    assert (meaning.used, meaning.unused) == (PARAMETERS, ())


def test_each_function_has_its_own_meaning_and_one_that_ranks_nothing_says_nothing_of_it() -> None:
    plain = Signature("solve", (Parameter("p", "times"),), "the sequence")
    first, second = function_meanings(
        (PRIORITY, plain), "def solve(p):\n    return p\n\ndef priority(p, w):\n    return w"
    )
    assert first.unused == ("p",)
    assert second.lines == ("solve(p)", "    p  times", "    returns the sequence")
