import pytest

from evo.authors.llm.reply_to_source import UNCHANGED, read_answer
from evo.core.records import Operator

PARENT = 'def priority(p, w):\n    """Ratio."""\n    return p / w\n'
BETTER = "def priority(p, w):\n    return p / w - 0.5 * w\n"
BLOCK = "<<<<<<< SEARCH\n    return p / w\n=======\n    return p / w - 0.5 * w\n>>>>>>> REPLACE"
NAMES = ("priority",)
HEADERS = ("def priority(p, w):",)


def answered(reply, answer="code", parents=(PARENT,), headers=()):
    return read_answer(reply, Operator("o", "llm", 1, template="{parents}", answer=answer), parents, NAMES, headers)


def test_an_edit_changes_the_first_parent_as_the_prompt_showed_it():
    assert answered(BLOCK, "edit").source == BETTER
    whole = "<<<<<<< SEARCH\ndef priority(p, w):\n    return p / w\n=======\n" + BETTER + ">>>>>>> REPLACE"
    assert answered(whole, "edit").source == BETTER


@pytest.mark.parametrize(
    "reply",
    [
        f"```python\n{BETTER}```",
        f"Here:\n{BETTER}",
        f"<<<<<<< SEARCH\n    return p / w\n=======\n{BETTER}>>>>>>> REPLACE",
        f"<<<<<<< SEARCH\ndef rule(p, w):\n    something = w\n    return something\n=======\n{BETTER}>>>>>>> REPLACE",
    ],
    ids=["fenced", "bare", "for one line", "for a text that is not there"],
)
def test_complete_code_in_place_of_an_edit_is_taken(reply):
    assert answered(reply, "edit").source == BETTER


def test_new_lines_alone_in_a_fence_replace_those_that_they_resemble():
    assert answered("```python\nreturn p / w - 1\n```", "edit").source == "def priority(p, w):\n    return p / w - 1\n"
    assert answered("```python\nweight = 0.5\n```", "edit").source is None


def test_an_edit_gets_the_imports_that_it_needs():
    assert answered(BLOCK.replace("0.5 * w", "math.sqrt(w)"), "edit").source.startswith("import math\n")


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("I would halve it.", "no SEARCH/REPLACE block in the reply, and the reply has no function"),
        (BLOCK.replace("p / w\n", "max(p, t) + 3\n", 1), "nearest: line 2 `return p / w`"),
        ("x" * 70_000, "longer than"),
    ],
)
def test_an_edit_that_cannot_be_applied_says_why(reply, reason):
    extraction = answered(reply, "edit")
    assert extraction.source is None
    assert reason in extraction.reason


@pytest.mark.parametrize("answer", ["code", "edit", "tune"])
@pytest.mark.parametrize(
    "again", [PARENT, "def priority(p, w):\n\n    return p/w", "def rule(p, w):\n    return p / w"]
)
def test_a_parent_given_back_is_refused(again, answer):
    assert answered(f"```python\n{again}\n```", answer).reason == UNCHANGED
    assert answered(f"```python\n{again}\n```", answer, parents=(BETTER, PARENT)).reason == UNCHANGED


def test_an_edit_that_changes_nothing_is_refused():
    assert answered(BLOCK.replace(" - 0.5 * w", ""), "edit").reason == UNCHANGED


def test_marks_of_constants_stay_as_they_are():
    source = "def priority(p, w):\n    return TUNE(0.5, 2) * p / w + TUNE(-1.0, 1e2) * w\n"
    assert answered(f"```python\n{source}```", "tune").source == source
    assert answered(f"```python\n{source.replace('priority', 'rule')}```", "tune").source == source


def test_headers_are_mended_where_they_are_known():
    more = "def priority(p, w, weight=0.5):\n    return p / w - weight * w\n"
    mended = "def priority(p, w):\n    weight = 0.5\n    return p / w - weight * w\n"
    assert answered(more, headers=HEADERS).source == mended
    assert answered(more).source == more


BOTH = ("leaves", "takes")
PAIR = "K = 2.0\n\n\ndef leaves(p):\n    return K * p\n\n\ndef takes(w):\n    return (\n        w\n    )\n"


@pytest.mark.parametrize("answer", ["code", "edit"])
def test_a_function_that_the_reply_leaves_out_stays_as_the_parent_has_it(answer):
    reply = "```python\nimport math\n\ndef leaves(p):\n    return math.sqrt(p)\n```"
    operator = Operator("o", "llm", 1, template="{parents}", answer=answer)
    source = read_answer(reply, operator, [PAIR], BOTH).source
    defined = {}
    exec(source, defined)
    assert (defined["leaves"](9.0), defined["takes"](5.0)) == (3.0, 5.0)
    assert source.count("def leaves") == source.count("def takes") == 1


def test_without_a_parent_every_function_is_asked_for():
    operator = Operator("o", "llm", 1, template="{header}")
    extraction = read_answer("```python\ndef leaves(p):\n    return p\n```", operator, [], BOTH)
    assert "but not takes" in extraction.reason


def test_a_parent_lends_nothing_to_code_that_has_none_of_the_functions():
    operator = Operator("o", "llm", 1, template="{parents}")
    assert read_answer("```python\ndef other(p):\n    return p\n```", operator, [PAIR], BOTH).source is None


def test_both_functions_in_blocks_of_their_own_are_taken_together():
    operator = Operator("o", "llm", 1, template="{parents}")
    reply = "```python\ndef takes(w):\n    return -w\n```\nand\n```python\ndef leaves(p):\n    return -p\n```"
    source = read_answer(reply, operator, [PAIR], BOTH).source
    assert source == "def takes(w):\n    return -w\n\ndef leaves(p):\n    return -p\n"
