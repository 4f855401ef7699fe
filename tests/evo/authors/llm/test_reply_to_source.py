from time import process_time

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


def quoted(text, mark="> "):
    return "".join(f"{mark}{line}\n" for line in text.splitlines())


FENCED = f"```python\n{BETTER}```"
OLD = f"```python\n{PARENT}```"
LINE = BETTER.replace("\n", "\\n")
KINDS = {
    "a fence behind words": f"Here's it: {FENCED}",
    "a fence behind a heading": f"### The code, it's short: {FENCED}",
    "fences in a comment": FENCED.replace("0.5 * w\n", "0.5 * w  # like ```p```, I think\n"),
    "a fence behind a bullet": "* " + FENCED.replace("\n", "\n  "),
    "code on the line of the fence": f"```python {BETTER}```",
    "code on the line of a fence without a tag": f"```{BETTER}```",
    "no opening fence": f"{BETTER}```",
    "no opening fence and words on both sides": f"I halve it.\n\n{BETTER}```\n\nIt is short.",
    "no closing fence": f"```python\n{BETTER}\nIt is short.",
    "a closing fence in the place of an opening one": f"```\n```\n{BETTER}",
    "a closing fence that names a language": f"```python\n{BETTER}```python\n",
    "a fence at the end of the code": f"```python\n{BETTER.rstrip()}```",
    "a fence and words at the end of the code": f"```python\n{BETTER.rstrip()}``` It's shorter.",
    "one line": "```def priority(p, w): return p / w - 0.5 * w```",
    "four back-ticks": f"````python\n{BETTER}````",
    "fences inside a fence": f"````markdown\n# Rule\n{FENCED}\n````",
    "another fence before it": f"```text\nfirst I think\n```\n{FENCED}\n```\n3.5\n```",
    "a tag with a version": f"```python3.11\n{BETTER}```",
    "a tag with a version apart": f"```python 3\n{BETTER}```\n```\n3.5\n```",
    "a tag of pandoc": f"```{{.python}}\n{BETTER}```",
    "a tag with a title": f'```python title="rule.py"\n{BETTER}```',
    "a tag with a file": f"```python:rule.py\n{BETTER}```",
    "a tag in capitals": f"```PYTHON\n{BETTER}```",
    "a mark of the byte order": f"\ufeff{BETTER}",
    "a mark of the byte order in a fence": f"```python\n\ufeff{BETTER}```",
    "other breaks of lines": f"```python\n{BETTER.replace(':' + chr(10), ':' + chr(0x2028))}```",
    "blanks that do not break": FENCED.replace(" ", "\xa0"),
    "quoting": quoted(FENCED),
    "quoting without blanks": quoted(FENCED, ">"),
    "a tag of an answer": f"I think.\n<answer>\n{BETTER}</answer>",
    "a tag of an answer on its line": f"{OLD}\n<answer>{BETTER}</answer>",
    "tags of a page": f'<pre><code class="python">{BETTER.replace("p / w -", "p / w &#45;")}</code></pre>',
    "brackets": f"[PYTHON]\n{BETTER}[/PYTHON]",
    "JSON": f'{{"thought": "halve it", "code": "{LINE}"}}',
    "JSON in a fence": f'```json\n{{\n  "code": "{LINE}",\n  "note": "a \\"note\\""\n}}\n```',
    "JSON line by line": '{"code": ["def priority(p, w):", "    return p / w - 0.5 * w"]}',
    "escaped breaks of lines": f"```python\\n{LINE}```",
    "numbered lines": "```python\n1 def priority(p, w):\n2     return p / w - 0.5 * w\n```",
    "numbered lines with bars": " 9 | def priority(p, w):\n10 |     return p / w - 0.5 * w\n",
    "a diff": "```diff\n--- a/rule.py\n+++ b/rule.py\n@@ -1,2 +1,2 @@\n def priority(p, w):\n-    return p / w\n"
    "+    return p / w - 0.5 * w\n```",
    "a diff without counts": "```diff\n-    return p / w\n+    return p / w - 0.5 * w\n```",
    "a diff that calls itself Python": "```python\ndef priority(p, w):\n-    return p / w\n"
    "+    return p / w - 0.5 * w\n```",
    "a diff without a fence": "Changes:\n@@ -2 +2 @@\n-    return p / w\n+    return p / w - 0.5 * w\n",
    "a diff of another code": "```diff\n@@ @@\n-def f(p, w):\n-    return 3\n" + quoted(BETTER, "+") + "```",
    "a diff below the old code": f"{OLD}\n```diff\n-    return p / w\n+    return p / w - 0.5 * w\n```",
    "the old code for comparison": f"{FENCED}\nIt was:\n{OLD}",
    "the old code before, in a better fence": f"{OLD}\nNow:\n```\n{BETTER}```",
    "the header again": f"{FENCED}\nThe header is as asked:\n```python\ndef priority(p, w):\n    ...\n```",
    "thinking": f"<think>{OLD}</think>{FENCED}",
    "thinking without its opening mark": f"{OLD}</think>\n{FENCED}",
    "thinking after the answer": f"{FENCED}\n<reflection>{OLD}</reflection>",
    "thinking in capitals": f"<THINKING>\n{OLD}\n</THINKING>\n{FENCED}",
    "thinking in brackets": f"[THINK]{OLD}[/THINK]{FENCED}",
    "thinking of any length": f"<think>{'I think of it. ' * 20_000}</think>\n{FENCED}",
    "channels": f"<|channel|>analysis<|message|>{OLD}<|end|><|start|>assistant"
    f"<|channel|>final<|message|>{FENCED}<|return|>",
    "channels whose marks are lost": f"analysisWe may halve it. {OLD} assistantfinal{FENCED}",
    "a channel of thoughts": f"<|channel>thought\n{OLD}<channel|>{FENCED}",
    "a mark of the end": f"{BETTER.rstrip()}<|im_end|>",
    "another name": FENCED.replace("priority", "new_rule"),
    "another name and an assignment": f"```python\n{BETTER.replace('priority', 'new_rule')}\npriority = new_rule\n```",
}  # fmt: skip


@pytest.mark.parametrize("answer", ["code", "edit"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_new_code_is_found_however_a_model_writes_it_down(kind, answer):
    extraction = answered(KINDS[kind], answer, headers=HEADERS)
    source = (extraction.source or "").replace("  # like ```p```, I think", "").replace("w): ", "w):\n    ")
    assert source == BETTER


HELPER = "def half(x):\n    return K * x\n"
CONSTANT = "K = (\n    0.5\n)\n"
CALLER = "def priority(p, w):\n    return p / w - half(w)\n"


@pytest.mark.parametrize(
    "reply",
    [
        f"```python\n{CONSTANT}```\nand\n```python\n{HELPER}```\nand\n```python\n{CALLER}```",
        f"```python\n{CALLER}```\nwith\n```python\n{CONSTANT}\n{HELPER}```",
        f"```python\n{CALLER}\n{HELPER}\n{CONSTANT}```",
        f"```python\n{CALLER}\n{CONSTANT}\nprint(priority(1, K))\n```\n{HELPER}",
        f"```python\n{HELPER}\n{CONSTANT}\n{CALLER.replace('priority', 'rule')}\npriority = rule\n```",
    ],
)
def test_helpers_and_constants_stay_with_the_code_that_uses_them(reply):
    source, defined = answered(reply).source, {}
    exec(source, defined)
    assert defined["priority"](6.0, 2.0) == 2.0
    assert source.count("def half") == source.count("K = (") == 1
    assert "print" not in source


def test_the_parent_lends_the_helpers_that_its_child_calls():
    parent = f"{CONSTANT}\n\n{HELPER}\n\n{CALLER}"
    source, defined = answered(f"```python\n{CALLER.replace('half(w)', 'half(p)')}```", parents=(parent,)).source, {}
    exec(source, defined)
    assert defined["priority"](6.0, 2.0) == 0.0


@pytest.mark.parametrize(
    "reply",
    [
        "```" * 20_000,
        "``` a " * 10_000,
        "```python def f(" * 4_000,
        '"\\"' * 16_000,
        "<think>" * 9_000,
        "\n@@\n-a\n+b" * 6_000,
        "<answer>" * 8_000,
        "def priority(p, w):\n    return a\n" + "a = b\nb = a\n" * 5_000,
        "".join(f"def f{number}(a):\n    return f{number + 1}(a)\n```\n" for number in range(1_200)),
        "> " * 30_000,
        "1 " * 30_000,
        "\\n" * 30_000 + "def f(",
        "def priority(" + "\\n" * 30_000,
    ],
    ids=lambda reply: repr(reply[:20]),
)
@pytest.mark.parametrize("answer", ["code", "edit"])
def test_hostile_replies_take_bounded_time(reply, answer):
    started = process_time()
    answered(reply, answer, headers=HEADERS)
    assert process_time() - started < 2.0


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
