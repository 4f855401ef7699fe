"""One candidate: the difference to its parents, its gaps, and its page."""

import json
from dataclasses import replace

import numpy as np
import pytest
from plotly.utils import PlotlyJSONEncoder
from selenium.webdriver.common.keys import Keys

from evaluators.statistics import Interval, PairedDifference
from evo.analysis.candidates import best_ordinal, show
from evo.analysis.rivals import Baseline, Rivalry
from evo.dashboard.components import candidate_links, cut
from evo.dashboard.instance_gaps import InstanceGap, gaps_by_family, scatter
from evo.dashboard.pages import candidate
from evo.dashboard.rivalry_table import in_words, rivalry_table
from evo.dashboard.run_folder import RunFolder
from evo.store import InstanceRow
from problems import Reference, Split


def words(shown: object) -> str:
    return json.dumps(shown, cls=PlotlyJSONEncoder, ensure_ascii=False)


def seen(runs, **query: str) -> str:
    return words(candidate.view(RunFolder(runs), {"run": "toy_one", **query}))


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


def test_a_gap_is_drawn_against_the_baselines_on_the_same_instance_and_names_are_no_markup():
    rows = [InstanceRow(name, "f", "d", 1.0, Reference(1.0, None, False, "known")) for name in ("<b>one", "two")]
    line, points = scatter(Baseline("<i>EDD", 0.2, (0.1, 0.3)), (0.2, 0.05), rows).data
    assert list(points.x) == [10.0, 30.0]
    assert list(points.y) == [20.0, 5.0]
    assert points.marker.color[0] != points.marker.color[1]
    assert list(points.hovertext) == [
        "&lt;b&gt;one: 20.000%, &lt;i&gt;EDD 10.000%",
        "two: 5.000%, &lt;i&gt;EDD 30.000%",
    ]
    assert list(line.x) == list(line.y) == [0.0, 30.0]


def test_where_the_objective_has_more_levels_the_first_is_said_to_be_compared_alone():
    equal = PairedDifference(Interval(0.0, 0.0, 0.0), 0, 8, 0)
    rivalry = Rivalry("SPT", Split.TEST, 0.1, 0.1, equal, 8, more_levels=True)
    begin = (
        "Against SPT, the best baseline, on 8 instances of test: equal everywhere on the first level of the objective"
    )
    assert in_words(rivalry).startswith(begin)
    assert "on the first level" not in in_words(replace(rivalry, more_levels=False))
    assert "of the first level of the objective alone" in words(rivalry_table("r", [rivalry]))


class TestThePage:
    def test_it_has_source_scores_placements_and_the_difference_to_each_parent(self, store, seen_runs, says):
        record = show(store, best_ordinal(store))
        told = seen(seen_runs)
        said = says(seen_runs, "/candidate", run="toy_one").replace("\n", "")
        assert record.step.source.replace("\n", "") in said
        assert all(f"from parent #{parent}" in told for parent in record.step.parents)
        assert all(split in told for split in record.outcomes)
        assert all(name in told for name in record.outcomes["train"].measures)
        assert "What the archives answered, in order" in told

    def test_it_says_how_it_stands_to_its_fittest_parent_and_to_the_best_baseline(self, store, says, seen_runs):
        told = says(seen_runs, "/candidate", run="toy_one")
        record = show(store, best_ordinal(store))
        assert "Validation picked it" in told
        assert any(f"Against #{parent}, a parent, on " in told for parent in record.step.parents)
        assert "Against WSPT, the best baseline, on 2 instances of test: " in told

    def test_it_leads_to_its_neighbours_and_to_its_lineage(self, says, seen_runs):
        told = says(seen_runs, "/candidate", run="toy_one", id="3").split("\n")
        wanted = ["/candidate?run=toy_one&id=2", "/candidate?run=toy_one&id=4", "/lineage?run=toy_one&id=3"]
        assert [one for one in wanted if one not in told] == []

    def test_its_island_is_named(self, says, seen_runs):
        assert "behaviour" in says(seen_runs, "/candidate", run="toy_one", id="0").split("\n")

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
