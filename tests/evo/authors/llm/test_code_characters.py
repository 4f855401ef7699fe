from time import process_time

import pytest

from evo.authors.llm.code_characters import as_python
from evo.authors.llm.reply_to_source import read_answer
from evo.core.records import Operator

ODD = "× − ÷ ≤ ≥ ≠ “ ” ’ \u00a0 \u200b \u3000 ² （"


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("a × b", "a * b"),
        ("a − b – c — d", "a - b - c - d"),
        ("a ÷ b", "a / b"),
        ("a ≤ b ≥ c ≠ d", "a <= b >= c != d"),
        ("a² + b³", "a**2 + b**3"),
        ("f（a，b）：", "f(a,b):"),
        ("a\u00a0+\u2009b\u3000+ c", "a + b + c"),
        ("a\u200b + \ufeffb\u2060 + \u202ec", "a + b + c"),
        ("x = “fast”; y = ‘a − b’; z = ’c’", "x = \"fast\"; y = 'a − b'; z = 'c'"),
        ("α × β_é", "α * β_é"),
        ("def f(a) → float:", "def f(a) -> float:"),
    ],
)
def test_what_a_model_writes_for_a_sign_of_python_is_read_as_it(code, meant):
    assert as_python(code) == meant


@pytest.mark.parametrize(
    "code",
    [
        f"a = 1  # {ODD}",
        f"a = '{ODD.replace(chr(39), '')}'",
        f'a = "{ODD} \\" {ODD}" # {ODD}',
        f'def f():\n    """{ODD}\n    {ODD} "quoted" \n    """\n    return 1',
        f"a = '''{ODD}\n'{ODD}''' + r'\\{ODD}'",
        f"a = f'{ODD}'",
    ],
)
def test_inside_strings_and_comments_it_is_left(code):
    assert as_python(code) == code
    assert as_python(f"{code}\nb = a × 2") == f"{code}\nb = a * 2"


ANSWERS = {
    "times": "p × w",
    "minus": "p − w",
    "both behind a text": "max(p − w, 0.0) ÷ 2  # so × it − is",
    "blanks": "p\u00a0-\u2003w",
    "no width": "p\u200b - w\u200d",
    "square": "p² − w",
}


@pytest.mark.parametrize("answer", ["code", "edit"])
@pytest.mark.parametrize("code", ANSWERS.values(), ids=ANSWERS.keys())
def test_so_it_is_in_a_reply(code, answer):
    parent = "def priority(p, w):\n    return p / w\n"
    operator = Operator("o", "llm", 1, template="{parents}", answer=answer)
    edit = f"<<<<<<< SEARCH\n    return p / w\n=======\n    return {code}\n>>>>>>> REPLACE"
    fenced = f"It's 2 × 3:\n```python\ndef priority(p, w):\n    return {code}\n```"
    for reply in (fenced, edit) if answer == "edit" else (fenced,):
        read = read_answer(reply, operator, (parent,), ("priority",), ("def priority(p, w):",))
        assert read.source == f"def priority(p, w):\n    return {as_python(code)}\n"
        compile(read.source or "", "reply", "exec")


def test_indentation_by_odd_blanks_is_one():
    reply = (
        "```python\ndef priority(p, w):\n\u3000\u3000if p ≥ w:\n\u2003\u2003\u00a0\u00a0return p\n\u00a0 return w\n```"
    )
    read = read_answer(reply, Operator("o", "llm", 1, template="{parents}"), (), ("priority",))
    assert read.source == "def priority(p, w):\n  if p >= w:\n    return p\n  return w\n"


@pytest.mark.parametrize(
    "text", ["“" * 60_000, "“a" * 30_000, '"' * 60_000, "×'" * 30_000, "'\\" * 30_000, '"""é' * 9_000]
)
def test_hostile_texts_take_bounded_time(text):
    started = process_time()
    as_python(text)
    assert process_time() - started < 2.0
