from hypothesis import given
from hypothesis import strategies as st

from evo.report.markup import ChangeKind, TextChange, changes

LINES = st.lists(st.text("ab +1(", max_size=6), min_size=1, max_size=3).map("\n".join)


def without(kind: ChangeKind, pieces: tuple[TextChange, ...]) -> str:
    return "".join(piece.text for piece in pieces if piece.kind is not kind)


def test_a_changed_constant_is_told_alone() -> None:
    told = changes("def f(p):\n    return p + 0.25 * p", "def f(p):\n    return p + 0.5 * p")
    assert [(p.kind, p.text) for p in told if p.kind is not ChangeKind.KEPT] == [
        (ChangeKind.REMOVED, "0.25"),
        (ChangeKind.ADDED, "0.5"),
    ]


def test_lines_with_little_in_common_are_told_as_a_whole() -> None:
    told = changes("return p", "for job in jobs:\n    total += job.weight")
    assert [piece.kind for piece in told] == [ChangeKind.REMOVED, ChangeKind.ADDED]


def test_a_line_is_compared_with_the_one_most_like_it() -> None:
    told = changes('"""Shortest first."""\nreturn p + d', "return p + 2 * d")
    assert [(piece.kind, piece.text) for piece in told if piece.kind is not ChangeKind.KEPT] == [
        (ChangeKind.REMOVED, '"""Shortest first."""\n'),
        (ChangeKind.ADDED, "2 * "),
    ]


def test_far_lines_that_both_have_are_skipped() -> None:
    lines = [f"x{i} = {i}" for i in range(40)]
    told = changes("\n".join(lines), "\n".join(["y = 0", *lines[1:-1], "z = 1"]))
    assert [piece.kind for piece in told].count(ChangeKind.SKIPPED) == 1
    assert "x20" not in "".join(piece.text for piece in told)


def test_equal_sources_have_no_changes() -> None:
    assert changes("x = 1\n", "\nx = 1") == ()


@given(LINES, LINES)
def test_what_is_kept_and_added_is_the_new_source(old: str, new: str) -> None:
    told = changes(old, new)
    if told:
        assert without(ChangeKind.REMOVED, told).splitlines() == new.strip().splitlines()
        assert without(ChangeKind.ADDED, told).splitlines() == old.strip().splitlines()
