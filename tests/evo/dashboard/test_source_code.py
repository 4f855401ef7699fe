"""Sources in colours, and what differs between two, token by token."""

import pytest
from dash import html

from evo.dashboard.source_code import (
    MOST_COLOURED,
    MOST_TOKENS,
    DiffKind,
    DiffPart,
    coloured,
    source_difference,
    token_changes,
)

EVIL = '<img src=x onerror="alert(1)">'


def text_of(parts):
    """Return the text of elements that stand in each other."""
    if isinstance(parts, list | tuple):
        return "".join(map(text_of, parts))
    return text_of(parts.children) if hasattr(parts, "children") else parts or ""


def told(before, after):
    """Return what is new and what is gone, in turn."""
    return [(str(piece.kind), piece.text) for piece in token_changes(before, after) if piece.kind is not DiffKind.KEPT]


class TestColours:
    @pytest.mark.parametrize(
        "source", ["", "def f(p):\n    return 1.5 * p  # why\n", "no python (", f"'''{EVIL}'''", "\n\n"]
    )
    def test_a_source_keeps_its_letters(self, source):
        assert text_of(coloured(source)) == source

    def test_tokens_have_the_class_of_their_kind(self):
        parts = coloured("def f(p):\n    return 1.5 if p else 'a'  # b\n")
        classes = {part.className: part.children for part in parts if not isinstance(part, str)}
        assert {"token-keyword", "token-name", "token-number", "token-string", "token-comment"} == set(classes)
        assert classes["token-number"] == "1.5"

    def test_markup_is_text_in_an_element(self):
        (part,) = [part for part in coloured(f"x = '{EVIL}'") if not isinstance(part, str)]
        assert isinstance(part, html.Span)
        assert part.children == f"'{EVIL}'"

    def test_a_very_long_source_has_one_colour(self):
        source = "x = 1\n" * MOST_COLOURED
        assert all(isinstance(part, str) for part in coloured(source))


class TestDifferences:
    def test_both_sources_are_in_the_pieces(self):
        before = "def f(p, w):\n    a = p\n    return a / w + 1\n"
        after = "def f(p, w):\n    b = 2.5 * p\n    return b / w\n# end\n"
        pieces = token_changes(before, after)
        assert "".join(piece.text for piece in pieces if piece.kind is not DiffKind.ADDED) == before
        assert "".join(piece.text for piece in pieces if piece.kind is not DiffKind.REMOVED) == after

    def test_a_number_is_one_token_with_its_exponent(self):
        assert told("return 1.5e-3 * p\n", "return 2.5e-3 * p\n") == [("removed", "1.5e-3"), ("added", "2.5e-3")]

    def test_a_change_is_found_where_lines_were_put_in_before_it(self):
        before = "a = p\nb = w\nreturn a + b\n"
        after = "# one\n# two\na = p\nb = w\nreturn a - b\n"
        assert told(before, after) == [("added", "# one\n# two\n"), ("removed", "+"), ("added", "-")]

    def test_a_change_is_found_where_lines_were_joined(self):
        pieces = told("a = p / w\nreturn a\n", "return p / w\n")
        assert "p / w" not in "".join(text for _, text in pieces)

    def test_a_bracket_between_two_changes_is_part_of_them(self):
        assert told("return a * (b)\n", "return c * (d)\n") == [("removed", "a * (b"), ("added", "c * (d")]

    @pytest.mark.parametrize("text", ["", "a", "a\nb\n"])
    def test_equal_sources_have_none(self, text):
        assert told(text, text) == []
        assert source_difference(text, text, "").children == "The same source."

    def test_very_long_changes_are_told_as_a_whole(self):
        before, after = "a " * MOST_TOKENS + "a", "b " * MOST_TOKENS + "b"
        assert token_changes(before, after) == (DiffPart(DiffKind.REMOVED, before), DiffPart(DiffKind.ADDED, after))

    def test_equal_lines_far_from_a_change_are_left_out(self):
        lines = [f"x{number} = {number}\n" for number in range(40)]
        shown = text_of(source_difference("".join(lines), "".join([*lines[:20], "y = 1\n", *lines[20:]]), ""))
        assert all(words in shown for words in ("x18", "y = 1", "x21", "…"))
        assert not any(words in shown for words in ("x10", "x30"))

    def test_of_a_very_long_line_the_change_can_be_seen(self):
        long = "p + " * 300
        shown = text_of(source_difference(f"return {long}1\n", f"return {long}2\n", ""))
        assert "12" in shown
        assert len(shown) < 200

    def test_a_long_difference_is_cut_and_says_so(self):
        text = "\n".join(str(number) for number in range(2_100))
        assert "more lines" in text_of(source_difference("", text, ""))

    def test_what_is_gone_and_what_is_new_are_elements_of_their_own(self):
        code = source_difference("return a\n", f"return '{EVIL}'\n", "").children.children
        kinds = {type(part): part.children for part in code if not isinstance(part, str)}
        assert kinds == {html.Del: "a", html.Ins: f"'{EVIL}'"}
