from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.authors.llm.edits import MOST_EDITS, SourceEdit, apply_edits, read_edits

SOURCE = """\
def priority(p, d, t):
    slack = d - t - p
    if slack <= 0.0:
        return p

    return p + slack
"""
LAST = SourceEdit(("    return p + slack",), ("    return p + 2.0 * slack",))
CHANGED = SOURCE.replace("p + slack", "p + 2.0 * slack")


@pytest.mark.parametrize(
    "reply",
    [
        "<<<<<<< SEARCH\n{search}\n=======\n{replace}\n>>>>>>> REPLACE",
        "Sure.\n<<<< SEARCH\n{search}\n====\n{replace}\n>>>>>>>>>> REPLACE\nIt doubles the slack.",
        "```python\n<<<<<<< SEARCH\n{search}\n=======\n{replace}\n>>>>>>> REPLACE\n```\nIt doubles the slack.",
        "<<<<<<< SEARCH\n```python\n{search}\n```\n=======\n```python\n{replace}\n```\n>>>>>>> REPLACE",
        "SEARCH:\n```python\n{search}\n```\nREPLACE:\n```python\n{replace}\n```\nIt doubles the slack.",
        "**SEARCH**\n{search}\n=======\n**REPLACE**\n{replace}\n>>>>>>> REPLACE",
        "<<<<<<<\n{search}\n=======\n{replace}\n>>>>>>>\nIt doubles the slack.",
        "```\n<<<<<<< SEARCH\n\n{search}\n\n=======\n\n{replace}\n```\nIt doubles the slack.",
    ],
)
def test_a_block_is_read_however_it_is_marked(reply):
    (search,), (replace,) = LAST.search, LAST.replacement
    assert read_edits(reply.format(search=search, replace=replace)) == (LAST,)


def test_blocks_are_applied_in_order_and_later_ones_see_what_earlier_ones_made():
    reply = (
        "<<<<<<< SEARCH\n    return p + slack\n=======\n    return p * slack\n>>>>>>> REPLACE\n"
        "<<<<<<< SEARCH\n    return p * slack\n=======\n    return slack\n>>>>>>> REPLACE\n"
    )
    assert apply_edits(SOURCE, read_edits(reply)).source == SOURCE.replace("p + slack", "slack")


def test_an_empty_replacement_that_is_closed_deletes():
    edits = read_edits("<<<<<<< SEARCH\n    if slack <= 0.0:\n        return p\n=======\n>>>>>>> REPLACE\n")
    assert "if slack" not in apply_edits(SOURCE, edits).source


@pytest.mark.parametrize(
    ("search", "replacement", "made"),
    [
        ("return p + slack", "return slack", "    return slack"),
        ("  return  p+slack", "  return slack", "    return slack"),
        (
            "return p + slack",
            "if p > t:\n    return t\nreturn slack",
            "    if p > t:\n        return t\n    return slack",
        ),
        ("return p + slack", "q = p\n    return q", "    q = p\n    return q"),
        ("    return p + slack", "return slack", "    return slack"),
        ("\treturn p + slack", "\tq = p\n\treturn q", "    q = p\n    return q"),
        ("p + slack", "slack", "    return slack"),
        ("    return p + slak", "    return slack", "    return slack"),
    ],
    ids=["margin", "shifted", "margin of several", "first line", "margin after", "tabs", "part of a line", "misspelt"],
)
def test_the_replacement_stands_where_the_text_stood_with_its_indentation(search, replacement, made):
    edit = SourceEdit(*(tuple(text.expandtabs(4).split("\n")) for text in (search, replacement)))
    assert apply_edits(SOURCE, [edit]).source == SOURCE.replace("    return p + slack", made)


def test_blank_lines_do_not_hinder_a_match():
    edit = SourceEdit(("        return p", "    return p + slack"), ("        return t", "    return slack"))
    changed = apply_edits(SOURCE, [edit]).source
    assert changed.endswith("        return t\n    return slack\n")


@pytest.mark.parametrize(
    ("edits", "reason"),
    [
        ([SourceEdit((), ("    return p",))], "empty"),
        ([SourceEdit(("    return p",), None)], "ends before"),
        ([SourceEdit(("p",), ("t",))], "several lines, 1, 2, 4, 6"),
        ([SourceEdit(("    return max(p, d)",), ("    return p",))], "nearest: line 4 `return p`"),
        ([LAST, SourceEdit(("    while True:",), ("    return p",))], "block 2 of 2: "),
        ([LAST] * (MOST_EDITS + 1), f"more than {MOST_EDITS}"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_is_there(edits, reason):
    extraction = apply_edits(SOURCE, edits)
    assert extraction.source is None
    assert reason in extraction.reason
    assert "\n" not in extraction.reason


def test_a_text_that_stands_twice_is_refused_with_both_lines():
    source = SOURCE.replace("    return p + slack", "        return p")
    assert (
        "several lines, 4, 6" in apply_edits(source, [SourceEdit(("        return p",), ("        return t",))]).reason
    )


def test_two_equally_similar_places_are_refused():
    source = "def f(a, b):\n    x1 = 0.25 * (b + a)\n    x2 = 0.25 * (b - a)\n    return x1 + x2\n"
    assert (
        "several lines, 2, 3" in apply_edits(source, [SourceEdit(("    x3 = 0.25 * (b * a)",), ("    x = 1",))]).reason
    )


PIECES = st.sampled_from(
    ["<<<<<<< SEARCH", "=======", ">>>>>>> REPLACE", "```", "SEARCH:", "REPLACE:", "", *SOURCE.split("\n")]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES | st.text(max_size=20), max_size=30))
def test_no_reply_breaks_it(lines):
    extraction = apply_edits(SOURCE, read_edits("\n".join(lines)))
    assert (extraction.source is None) == bool(extraction.reason)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 5), st.integers(1, 6), st.text("abc +-*", min_size=1, max_size=20).filter(str.strip))
def test_lines_copied_from_the_source_are_replaced_exactly(first, length, text):
    lines = SOURCE.rstrip("\n").split("\n")
    search = [line for line in lines[first : first + length] if line]
    edit = SourceEdit(tuple(search), ("        " + text.strip(),))
    changed = apply_edits(SOURCE, [edit])
    if search:
        assert changed.source.split("\n")[first if lines[first] else first + 1].strip() == text.strip()


@pytest.mark.parametrize(
    ("source", "search"),
    [
        ("\n".join(["abababababababababac" * 19] * 60), "ab" * 190),
        ("a\n" * 30_000, "a\n" * 15_000),
        ("ab\n" * 20_000, "ba\n" * 100),
        ("\n" * 60_000 + "a", "b"),
        ("x" * 60_000, "x" * 399 + "y"),
    ],
)
def test_hostile_texts_take_bounded_time(source, search):
    started = process_time()
    apply_edits(source, [SourceEdit(tuple(search.split("\n")), ("c",))])
    read_edits("<<<<<<< SEARCH\n" * 4000)
    assert process_time() - started < 2.0
