"""Functions of a notebook or a script as the text of a module that works by itself."""

import math
import random as chance
from math import hypot as length

import pytest

from evo.core.errors import UserError
from evo.tools.written_code import function_source, module_text

SCALE = 2.5
WEIGHTS = {"a": [1, 2], "b": (3.0, None)}
OBJECT = object()


def half(value):
    return value / 2


def uses_much(x, y=SCALE):
    tour = [half(one) for one in (x, y)]
    return math.floor(length(*tour)) + WEIGHTS["a"][0] + chance.Random(1).random()


def tour():
    return uses_much(3)


def uses_an_object():
    return OBJECT


def uses_nothing_yet():
    return not_there  # noqa: F821


def test_a_text_works_by_itself_and_gives_the_same():
    names = {}
    exec(module_text(tour), names)
    assert names["tour"]() == tour()


def test_a_local_name_that_is_also_a_global_one_brings_nothing_along():
    assert "def tour" not in module_text(uses_much)


def test_the_source_of_a_decorated_function_is_the_function_alone():
    def keep(function):
        return function

    @keep
    def inner(x):
        return x

    assert function_source(inner) == "def inner(x):\n    return x"


def test_what_cannot_be_written_is_refused_in_a_line():
    def outer(k):
        def inner(x):
            return x + k

        return inner

    for function, words in {
        uses_an_object: "uses OBJECT, object, which cannot be written",
        uses_nothing_yet: "uses not_there, which is not defined yet",
        outer(1): "uses k of the function around it",
    }.items():
        with pytest.raises(UserError, match=words):
            module_text(function)
    with pytest.raises(UserError, match="Expected a function made by def"):
        module_text(lambda x: x)
    names = {}
    exec("def f(x): return x", names)
    with pytest.raises(UserError, match="The source of f is not to be had"):
        module_text(names["f"])
