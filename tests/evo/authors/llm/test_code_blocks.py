import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.authors.llm import extract

RULE = "def priority(p, w):\n    return p / w\n"
OTHER = "def priority(p, w):\n    return p\n"
NAMES = ("priority",)


@pytest.mark.parametrize(
    "reply",
    [
        RULE,
        f"```python\n{RULE}```",
        f"```py\n{RULE}\n```\n",
        f"```\n{RULE}```",
        f"~~~Python\n{RULE}~~~",
        f"Here it is:\n\n```python\n{RULE}```\nIt divides `p` by `w`.",
        f"Sure!\n```python\n{RULE}",
        f"Sure! Here it is:\n{RULE}\nThis rule divides one by the other.",
        f"1. The rule:\n   ```python\n{''.join('   ' + line + chr(10) for line in RULE.splitlines())}   ```",
        "```python\r\n" + RULE.replace("\n", "\r\n") + "```",
        f"```python\n{RULE}\nprint(priority(1, 2))\n```",
        f"```python\n{RULE}\nif __name__ == '__main__':\n    print(priority(1, 2))\n```",
        f"```python\n{OTHER}```\nBetter:\n```python\n{RULE}```",
        f"```python\n{RULE}```\nCall it so:\n```python\nx = priority(1, 2)\n```",
        f"```bash\npip install x\n```\n```python\n{RULE}```",
        f"<think>def priority(p, w): return 1\n```python\n{OTHER}```</think>\n```python\n{RULE}```",
        f"```python\n{RULE.replace('priority', 'my_rule')}```",
        f"```python\np is the time and w the weight, both are numbers.\n\n{RULE}```",
    ],
)
def test_the_function_is_found_however_it_is_wrapped(reply):
    assert extract(reply, NAMES).source == RULE


def test_calls_of_a_renamed_function_follow_it():
    source = extract("def fact(n):\n    return n * fact(n - 1) + facts(n)\n", ("f",)).source
    assert source == "def f(n):\n    return n * f(n - 1) + facts(n)\n"


@pytest.mark.parametrize(
    ("body", "imported"),
    [("math.sqrt(p)", "import math"), ("np.sqrt(p)", "import numpy as np")],
)
def test_a_missing_import_is_added_once(body, imported):
    bare = f"def priority(p, w):\n    return {body}\n"
    assert extract(bare, NAMES).source == f"{imported}\n{bare}"
    assert extract(f"{imported}\n\n{bare}", NAMES).source == f"{imported}\n\n{bare}"


def test_a_docstring_and_a_signature_over_several_lines_stay_whole():
    source = 'def priority(\n    p, w\n) -> float:\n    """Ratio,\nat the margin.\n"""\n    return p / w\n'
    assert extract(f"```python\n{source}```", NAMES).source == source


def test_helpers_constants_and_imports_stay():
    source = "import math\n\nK = 0.5\n\n\ndef helper(x):\n    return K * x\n\n\n" + RULE
    assert extract(f"```python\n{source}```", NAMES).source == source


def test_functions_in_several_blocks_are_put_together():
    reply = "```python\ndef a(x):\n    return x\n```\nand\n```python\ndef b(x):\n    return -x\n```"
    assert extract(reply, ("a", "b")).source == "def a(x):\n    return x\n\ndef b(x):\n    return -x\n"


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("", "no function"),
        ("I cannot help with that.", "no function"),
        ("```python\nx = 1\n```", "no function"),
        ("<think>def priority(p, w):\n    return p", "no function"),
        ("def a(x):\n    return x\ndef b(x):\n    return x\n", "defines a, b but not priority"),
        ("def priority(p, w):\n" + "    p = p\n" * 10_000, "longer than"),
    ],
)
def test_a_reply_without_the_function_says_why(reply, reason):
    extraction = extract(reply, NAMES)
    assert extraction.source is None
    assert reason in extraction.reason


def test_text_that_kills_a_parser_is_only_text():
    source = "def priority(p, w):\n    return " + "-" * 60_000 + "p\n"
    assert extract(source, NAMES).source == source


PIECES = st.sampled_from(
    ["```", "```python", "def f(x):", "    return x", "<think>", "</think>", '"""', "import math", ""]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES | st.text(max_size=20), max_size=30))
def test_no_reply_breaks_it_and_a_source_always_defines_the_function(lines):
    extraction = extract("\n".join(lines), NAMES)
    assert (extraction.source is None) == bool(extraction.reason)
    assert extraction.source is None or "def priority" in extraction.source
