"""One candidate: the difference to its parents, its gaps, and its page."""

import json

import numpy as np
import pytest
from plotly.utils import PlotlyJSONEncoder
from selenium.webdriver.common.keys import Keys

from evo.analysis.candidates import best_ordinal, show
from evo.dashboard.components import candidate_links, cut
from evo.dashboard.instance_gaps import InstanceGap, gaps_by_family
from evo.dashboard.pages import candidate
from evo.dashboard.run_folder import RunFolder
from evo.dashboard.side_by_side import SourceLine, comparison_table, mark_changes, side_by_side
from evo.store import InstanceRow
from problems import Reference


def words(shown: object) -> str:
    return json.dumps(shown, cls=PlotlyJSONEncoder, ensure_ascii=False)


def seen(runs, **query: str) -> str:
    return words(candidate.view(RunFolder(runs), {"run": "toy_one", **query}))


class TestTwoSourcesBesideEachOther:
    def test_changed_lines_stand_in_one_row_with_their_signs(self):
        ((first, second),) = side_by_side("def f(p):\n    return p\n", "def f(p):\n    return -p\n")
        assert first == (SourceLine(1, " ", "def f(p):"), SourceLine(1, " ", "def f(p):"))
        assert second == (SourceLine(2, "-", "    return p"), SourceLine(2, "+", "    return -p"))

    def test_beside_a_line_that_was_added_stands_nothing(self):
        (rows,) = side_by_side("a\nb", "a\nnew\nb")
        assert (None, SourceLine(2, "+", "new")) in rows
        assert (SourceLine(2, " ", "b"), SourceLine(3, " ", "b")) in rows

    def test_parts_far_from_each_other_are_apart(self):
        lines = [str(number) for number in range(40)]
        changed = ["first", *lines[1:-1], "last"]
        assert [len(part) for part in side_by_side("\n".join(lines), "\n".join(changed))] == [4, 4]

    @pytest.mark.parametrize("text", ["", "a", "a\nb\n"])
    def test_equal_sources_have_no_part(self, text):
        assert side_by_side(text, text) == ()
        assert "The same lines." in words(comparison_table(text, text, ("one", "other")))

    def test_in_changed_lines_the_words_that_are_new_are_marked(self):
        assert mark_changes("return 1.5 * p", "return 2.5 * p") == [("return ", False), ("1.5", True), (" * p", False)]
        assert mark_changes("p", "") == [("p", True)]
        assert mark_changes("", "p") == []

    def test_a_long_difference_is_cut_and_says_so(self):
        text = "\n".join(str(number) for number in range(2_100))
        assert "… 100 more lines" in words(comparison_table("", text, ("one", "other")))


class TestLongTexts:
    @pytest.mark.parametrize(("text", "shown"), [("", ""), ("12345", "12345"), ("1234567", "12345 … 2 more letters")])
    def test_they_are_cut_and_say_so(self, text, shown):
        assert cut(text, 5) == shown

    def test_of_many_links_the_first_are_there(self):
        assert '"and 5 more"' in words(candidate_links("r", range(35)))
        assert words(candidate_links("r", ())) == words(candidate_links("other", ()))


def test_families_come_by_mean_gap_and_their_instances_by_gap():
    def score(family: str, gap: float) -> InstanceGap:
        return InstanceGap(InstanceRow("i", family, "d", 1.0, Reference(1.0, None, False, "known")), 1.0, gap)

    scores = [score("easy", 0.1), score("hard", 0.2), score("easy", 0.3), score("hard", 0.9)]
    found = {family: [one.gap for one in of] for family, of in gaps_by_family(scores).items()}
    assert list(found.items()) == [("hard", [0.9, 0.2]), ("easy", [0.3, 0.1])]


class TestThePage:
    def test_it_has_source_scores_placements_and_the_difference_to_each_parent(self, store, seen_runs):
        record = show(store, best_ordinal(store))
        told = seen(seen_runs)
        assert words(record.step.source) in told
        assert all(f"from parent #{parent}" in told for parent in record.step.parents)
        assert all(split in told for split in record.outcomes)
        assert all(name in told for name in record.outcomes["train"].measures)
        assert "What the archives answered, in order" in told

    def test_a_seed_has_no_difference(self, seen_runs):
        assert "What differs from its parents" not in seen(seen_runs, id="0")

    def test_a_repeat_shows_the_scores_of_the_one_it_repeats(self, store, seen_runs):
        repeats = [ordinal for ordinal in range(32) if show(store, ordinal).step.repeat_of is not None]
        assert repeats, "this seed repeats"
        told = seen(seen_runs, id=str(repeats[0]))
        assert "same syntax as" in told
        assert "mean gap" in told

    @pytest.mark.parametrize(("split", "shown"), [("validation", "validation"), ("train", "train"), ("no", "train")])
    def test_gaps_are_shown_on_the_split_that_the_address_names(self, store, seen_runs, split, shown):
        worst = int(np.argmax(show(store, best_ordinal(store)).outcomes[shown].gaps))
        name = store.history().instances[shown][worst].name
        assert f'"The {3 if shown == "train" else 2} worst instances of {shown}"' in seen(seen_runs, split=split)
        assert name in seen(seen_runs, split=split)

    def test_it_can_be_read_by_all_and_a_difference_unfolds_by_keyboard(self, browser, dashboard, store):
        of_many = next(ordinal for ordinal in range(31, 0, -1) if len({*show(store, ordinal).step.parents}) > 1)
        browser.open(f"{dashboard}/candidate?run=toy_one&id={of_many}", "What differs from its parents")
        browser.wait_for(".js-plotly-plot .main-svg")
        assert browser.faults() == []
        browser.wait_for("details:not([open]) summary").send_keys(Keys.ENTER)
        browser.wait_for("details:nth-of-type(2)[open]")
        assert browser.complaints() == []
        assert browser.hosts() == {"127.0.0.1"}
