"""The section of a report on what each part is worth: there once a candidate was explained."""

from evaluators.statistics import Interval
from evo.analysis.explanation import Explanation, PartFinding, PartWorth, Smallest, keep
from evo.report import contents
from evo.report.page import markdown, page

HOSTILE = "<script>alert(1)</script>"


def explained(ordinal: int) -> Explanation:
    parts = (
        PartWorth("term", "3 * p", "left out", 2, PartFinding.NEEDED, 0.5, Interval(0.2, 0.1, 0.3), alike=(HOSTILE,)),
        PartWorth("branch", f"if {HOSTILE}", "never taken", 2, PartFinding.FAILS, failure=HOSTILE),
    )
    smallest = Smallest(f"def f(p):\n    return p  # {HOSTILE}\n", 5, Interval(0.0, 0.0, 0.0), 90, (9,))
    figures = (0.3, "EDD", Interval(0.15, 0.1, 0.2), 90, (1,), 0.01, 9)
    return Explanation(ordinal, f"{ordinal:04x}" * 16, "", *figures, parts, smallest, True)


def test_there_is_no_section_before_it_was_asked(finished) -> None:
    assert "What each part is worth" not in page(contents(finished.store))
    assert "What each part is worth" not in markdown(contents(finished.store), {})


def test_the_section_tells_sentences_table_and_smallest(finished) -> None:
    keep(explained(3), finished.folder)
    html, text = page(contents(finished.store)), markdown(contents(finished.store), {})
    for written in (html, text):
        assert "What each part is worth" in written
        assert "the gain over EDD falls from 15.000 to −5.000 points" in written
        assert "+20.000" in written
        assert "+10.000 to +30.000" in written
        assert "fails without" in written
    assert '<a href="#parts">' in html
    assert HOSTILE not in html
    assert "| without the term 3 \\* p; or" in text


def test_an_explanation_of_another_candidate_is_not_told(finished) -> None:
    keep(explained(2), finished.folder)
    assert contents(finished.store).explained is None
