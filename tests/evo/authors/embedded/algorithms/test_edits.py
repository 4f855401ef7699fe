import ast
from collections.abc import Sequence

import numpy as np
import pytest

from evo.authors.embedded.algorithms.edits import (
    Edit,
    comparisons,
    conditions,
    constants,
    inlinings,
    judgements,
)
from evo.authors.embedded.algorithms.formulas import expression, formula
from evo.authors.embedded.algorithms.loops import passes, removals, windows
from evo.authors.embedded.algorithms.sites import material, sites
from evo.authors.embedded.algorithms.subject import Entry, Subject
from evo.authors.embedded.algorithms.types import INT, ArrayOf

ENTRY = Entry("solve", (ArrayOf(INT), ArrayOf(INT)))


def subject(*lines: str, helpers: str = "") -> Subject:
    return Subject(f"{helpers}\ndef solve(p, out):\n" + "".join(f"    {line}\n" for line in lines), ENTRY)


def applied(given: Subject, edits: Sequence[Edit], chosen: int = 0) -> str:
    edits[chosen].apply(np.random.default_rng(1))
    return ast.unparse(ast.fix_missing_locations(given.module))


def test_expressions_become_trees_whose_features_are_entries_and_calls() -> None:
    tree = formula(ast.parse("max(t + p[job], late(t, d[job])) * 2", mode="eval").body)
    assert tree is not None
    assert ast.unparse(expression(tree)) == "max(t + p[job], late(t, d[job])) * 2"


@pytest.mark.parametrize("text", ["a < b", "math.inf", "[1, 2]", "a and b"])
def test_what_is_no_number_becomes_no_tree(text: str) -> None:
    assert formula(ast.parse(text, mode="eval").body) is None


def test_what_is_compared_or_preferred_is_varied_and_what_indexes_is_not(mdd: Subject) -> None:
    found = {ast.unparse(site.slot.node) for site in sites(mdd)}
    assert {"max(t + p[job], d[job])", "value", "least"} <= found
    assert not found & {"k", "0", "chosen", "waiting[k]", "left - 1", "waiting[k + 1]"}


def test_a_site_knows_the_scalars_and_entries_at_hand(mdd: Subject) -> None:
    site = next(each for each in sites(mdd) if ast.unparse(each.slot.node) == "max(t + p[job], d[job])")
    made = material(mdd, site)
    assert made is not None
    assert {"t", "least", "p[job]", "d[job]"} <= set(made.features)
    assert {"p[job]", "d[job]"} <= set(made.own)
    assert {"k", "left", "job"} <= set(made.counts)
    assert not any("out" in name or name == "value" for name in made.features)


def test_the_only_statement_beside_a_docstring_is_not_left_out() -> None:
    assert removals(subject('"""Copies."""', "for k in range(out.size):", "    out[k] = p[k]")) == []


def test_what_has_the_same_form_changes_likewise(mdd: Subject) -> None:
    chosen = [ast.unparse(site.slot.node) for site in sites(mdd)].index("max(t + p[job], d[job])")
    after = applied(mdd, judgements(mdd, "tune", ()), chosen)
    changed = [line.split("= ")[1] for line in after.splitlines() if line.strip().startswith(("least =", "value ="))]
    assert changed[0].replace("waiting[0]", "job") == changed[1] != "max(t + p[job], d[job])"


def test_a_number_that_must_stay_whole_is_made_whole() -> None:
    given = subject("out[0] = total(p) - 1", "out[1:] = 0", helpers="def total(a):\n    x = a[0] + 3\n    return x\n")
    for edit in judgements(given, "tune", ()):
        edit.apply(np.random.default_rng(3))
    assert given.fits()


def test_constants_that_index_or_step_stay() -> None:
    given = subject("for i in range(p.size - 1, 0, -1):", "    out[i] = i", "out[0] = 7 * len(p) // 20")
    found = [ast.unparse(edit.apply.args[0]) for edit in constants(given)]  # type: ignore[attr-defined] # a partial
    assert sorted(found) == ["20", "7"]


def test_ties_are_let_through_a_comparison_that_judges(mdd: Subject) -> None:
    assert "if value <= least:" in applied(mdd, comparisons(mdd))


def test_a_branch_asks_for_more_or_less(mdd: Subject) -> None:
    assert "if value < least and" in applied(mdd, conditions(mdd)) or "if value < least or" in ast.unparse(mdd.module)


def test_a_loop_that_only_looks_looks_less_far_and_one_that_moves_does_not(mdd: Subject) -> None:
    edits = windows(mdd)
    assert len(edits) == 1
    assert "for k in range(1, min(left, " in applied(mdd, edits)


def test_a_window_can_be_taken_away() -> None:
    given = subject(
        "for i in range(p.size):", "    x = 0", "    for j in range(i, min(p.size, i + 5)):", "        x += p[j]"
    )
    assert "for j in range(i, p.size):" in applied(given, windows(given), 1)


def test_passes_are_bounded_done_once_or_done_again(exchanges: Subject) -> None:
    bounded = Subject(ast.unparse(exchanges.module), exchanges.entry)
    assert "for turn in range(" in applied(bounded, passes(bounded))
    once = Subject(ast.unparse(exchanges.module), exchanges.entry)
    assert "while moved" not in applied(once, passes(once), 1)
    assert applied(exchanges, passes(exchanges), -1).count("descend(p, d, out)") == 3


def test_steps_are_left_out_but_not_the_first(exchanges: Subject) -> None:
    edits = removals(exchanges)
    after = applied(exchanges, edits, -1)
    assert "    start(p, d, out)" in after or "    descend(p, d, out)" in after
    assert after.count("(p, d, out)") < 8


def test_a_helper_of_one_expression_is_put_in_place_of_its_call(exchanges: Subject) -> None:
    assert "found += max(0, t - d[sequence[k]])" in applied(exchanges, inlinings(exchanges))
