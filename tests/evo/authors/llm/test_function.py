"""A function in the place of a language model."""

import asyncio

import pytest

from evo.authors.llm.contract import ErrorKind, LLMError, Price, Sampling
from evo.authors.llm.function import FunctionLLM, find_function
from evo.core.errors import UserError
from evo.core.records import Message

ASKED = (Message("system", "Write rules."), Message("user", "One."))


def ask(function, price=None):
    return asyncio.run(FunctionLLM(function, "mine", price).complete(ASKED, Sampling()))


def test_it_is_given_the_whole_prompt_and_its_tokens_are_priced():
    reply = ask(str.upper, Price(1.0, 2.0))
    assert reply.text == "WRITE RULES.\n\nONE.\n"
    assert reply.usage.tokens > 0
    assert reply.usage.dollars > 0


def test_what_it_raises_is_a_call_without_a_reply():
    def broken(prompt):
        raise KeyError(prompt[:5])

    with pytest.raises(LLMError, match="KeyError: 'Write'") as failed:
        ask(broken)
    assert failed.value.kind is ErrorKind.OTHER


def test_what_is_no_text_is_no_reply():
    with pytest.raises(LLMError, match="Expected a text from mine, got int"):
        ask(len)


def test_a_function_is_found_by_its_place():
    assert find_function("os.path:join").__name__ == "join"


@pytest.mark.parametrize("place", ["os.path:nothing", "no_such_module:reply", "nobody", ":x"])
def test_a_function_that_is_not_there_is_told_in_a_line(place):
    with pytest.raises(UserError, match=place):
        find_function(place)
