"""No spelling of a secret is left in a text, and nothing else is taken from it."""

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.authors.llm.redaction import blotted, secrets_of

KEY = 'sk-"te$t"/+0123456789&abcdef='
BROKEN = "sk-first-part\nsk-second-\u00e9\u200bpart"


@pytest.mark.parametrize("key", [KEY, BROKEN])
@pytest.mark.parametrize(
    "spelled",
    [
        str,
        repr,
        ascii,
        lambda key: repr(key.encode()),
        json.dumps,
        lambda key: json.dumps(json.dumps(key)),
        lambda key: json.dumps(key, ensure_ascii=False),
        html.escape,
        quote,
        lambda key: quote(key, safe=""),
        quote_plus,
        lambda key: key.encode().hex(),
        lambda key: key.upper(),
        lambda key: key.replace("0", "0\n"),
        lambda key: key.replace("0", r"0\r\n  "),
        lambda key: " ".join(key),
        lambda key: "\0".join(key),
        lambda key: key[:20],
    ],
)
def test_no_spelling_is_left(key, spelled):
    told = blotted(f"the key {spelled(key)} is wrong", (key,))
    letters = "".join(letter for letter in told if letter.isalnum()).lower()
    assert "***" in told
    assert not any(part in letters for part in ("te0t", "0123", "skfirst", "sksecond", "736b2d"))
    assert (told[:8], told[-9:]) == ("the key ", " is wrong")


@pytest.mark.parametrize("before", ["", "a", "ab", "user:"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_nor_is_base64_wherever_the_key_begins(before, encode):
    told = blotted(encode(f"{before}{KEY}|end".encode()).decode(), (KEY,))
    assert "***" in told
    assert len(told) < 20


@pytest.mark.parametrize("part", [slice(8), slice(3, 13), slice(-8, None), slice(-12, -2)])
def test_nor_is_any_part_of_eight_characters(part):
    key = "sk-T7fQ2mWx9LpZ4vRb8KcN"
    assert blotted(f"the key {key[part]} or {key[part].upper()} is wrong", (key,)) == "the key *** or *** is wrong"
    masked = f"Incorrect key {key[:8]}********{key[-8:]}"
    assert blotted(masked, (key,)) == f"Incorrect key {'*' * 14}"


def test_words_in_a_key_are_words():
    code = "def priority(p, w):\n    return largest_weight - p\n"
    assert blotted(code, ("priority-of-the-largest_weight-1",)) == code


def test_all_secrets_are_taken_out():
    assert blotted("first-secret, second-secret", ("first-secret", "second-secret")) == "***, ***"


def test_a_short_one_is_also_a_word():
    assert blotted("there is none", ("none",)) == "there is none"
    assert blotted("nothing", ("",)) == "nothing"


@given(st.text(st.characters(exclude_characters="k")))
@settings(max_examples=100, deadline=None)
def test_other_text_stays(text):
    assert blotted(text, ("k" * 8, "k0123456789")) == text


def test_secrets_are_known_by_the_names_of_their_variables():
    environment = {
        "A_KEY": "one\n",
        "AWS_SESSION_TOKEN": "two",
        "DB_PASSWORD": "three",
        "HOME": "/root",
        "KEYBOARD": "us",
    }
    assert secrets_of(environment) == ("one", "two", "three")
