"""What of a lineage is drawn, where it stands, and what a click on it does."""

import json

import pytest
from plotly.utils import PlotlyJSONEncoder
from selenium.webdriver.common.keys import Keys

from evo.analysis.candidates import best_ordinal
from evo.analysis.lineage import (
    LineageCandidate,
    LineageStep,
    fittest_line,
    improving_steps,
    read_ancestors,
    read_descendants,
)
from evo.analysis.lineage_graph import LineageDirection, nearest_relatives
from evo.core.errors import UserError
from evo.dashboard.lineage_drawing import places
from evo.dashboard.pages import lineage
from evo.dashboard.pages.lineage import MOST_CARDS, largest_steps
from evo.dashboard.run_folder import RunFolder
from evo.store import StoreError

EVERY = range(32)
"""The ordinals of a run of 30 candidates and 2 seeds."""


def words(shown: object) -> str:
    return json.dumps(shown, cls=PlotlyJSONEncoder)


def improving(store, ordinal):
    return [step.candidate for step in improving_steps(fittest_line(store, ordinal))]


@pytest.fixture
def of_many(store) -> int:
    """Return the candidate of the most ancestors."""
    return max(EVERY, key=lambda ordinal: len(read_ancestors(store, ordinal).relatives))


class TestTheLine:
    def test_each_improving_step_beats_all_of_its_parents(self, store):
        for ordinal in EVERY:
            lineage = read_ancestors(store, ordinal)
            gaps = {one.ordinal: one.gaps for one in lineage.relatives}
            for step in improving_steps(fittest_line(store, ordinal)):
                parents = [edge.parent for edge in lineage.edges if edge.child == step.candidate.ordinal]
                assert all(step.candidate.gaps < gaps[parent] for parent in parents if gaps[parent])
                assert not parents or step.parent.gaps == min(filter(None, (gaps[parent] for parent in parents)))

    def test_it_leads_from_the_candidate_to_a_seed_without_a_gap(self, store):
        line = [node.ordinal for node in fittest_line(store, best_ordinal(store))]
        edges = {(edge.parent, edge.child) for edge in read_ancestors(store, line[0]).edges}
        assert line[0] == best_ordinal(store)
        assert set(zip(line[1:], line, strict=False)) <= edges
        assert line[-1] not in {child for _, child in edges}


class TestWhatIsDrawn:
    @pytest.mark.parametrize(
        ("direction", "all_of"), [("ancestors", read_ancestors), ("descendants", read_descendants)]
    )
    def test_all_is_drawn_where_there_is_room(self, store, direction, all_of):
        for ordinal in (0, best_ordinal(store), EVERY[-1]):
            graph = nearest_relatives(store, ordinal, LineageDirection(direction), 100, (), most=100)
            everyone = all_of(store, ordinal)
            assert [node.ordinal for node in graph.nodes] == [one.ordinal for one in everyone.relatives]
            assert set(graph.edges) == {(edge.parent, edge.child) for edge in everyone.edges}
            assert graph.generations == everyone.depths
            assert (graph.relatives, graph.beyond, graph.clusters) == (len(everyone.relatives) - 1, 0, ())

    def test_of_a_generation_the_fittest_are_drawn_and_the_others_are_a_cluster(self, store, of_many):
        lineage = read_ancestors(store, of_many)
        graph = nearest_relatives(store, of_many, LineageDirection.ANCESTORS, 100, (), most=1)
        assert graph.clusters, "a generation has more than one"
        for cluster in graph.clusters:
            of_generation = [one for one in lineage.relatives if lineage.depths[one.ordinal] == cluster.generation]
            (drawn,) = [one for one in of_generation if one.ordinal in graph.generations]
            others = [one for one in of_generation if one is not drawn]
            assert cluster.count == len(others)
            assert all(not one.gaps or drawn.gaps <= one.gaps for one in others)
            assert cluster.gap == min((one.gaps[0] for one in others if one.gaps), default=None)

    def test_a_cluster_is_related_to_those_that_are_drawn_of_the_generation_before(self, store, of_many):
        edges = {(edge.parent, edge.child) for edge in read_ancestors(store, of_many).edges}
        graph = nearest_relatives(store, of_many, LineageDirection.ANCESTORS, 100, (), most=1)
        for cluster in graph.clusters:
            assert all(graph.generations[one] == cluster.generation - 1 for one in cluster.relatives)
            assert all(any((parent, one) in edges for parent in EVERY) for one in cluster.relatives)

    def test_a_depth_keeps_to_so_many_generations_and_counts_those_beyond(self, store, of_many):
        graph = nearest_relatives(store, of_many, LineageDirection.ANCESTORS, 1, (), most=100)
        depths = read_ancestors(store, of_many).depths
        assert [node.ordinal for node in graph.nodes] == [one for one, depth in sorted(depths.items()) if depth <= 1]
        assert graph.beyond == sum(depth > 1 for depth in depths.values())

    def test_the_line_has_its_place_before_fitter_relatives(self, store, of_many):
        line = fittest_line(store, of_many)
        graph = nearest_relatives(store, of_many, LineageDirection.ANCESTORS, 100, line[1:2], most=1)
        assert line[1].ordinal in graph.generations


class TestWhereItStands:
    EDGES = ((0, 2), (1, 2), (0, 3), (2, 4), (3, 4), (0, 4))

    @pytest.mark.parametrize("backward", [True, False])
    def test_children_stand_right_of_their_parents_and_the_line_in_the_middle(self, backward):
        found = places(dict.fromkeys(range(5), 0), self.EDGES, (0, 2, 4), backward)
        assert all(found[parent][0] < found[child][0] for parent, child in self.EDGES)
        assert {ordinal for ordinal, (_, row) in found.items() if row == 0} == {0, 2, 4}
        assert len(set(found.values())) == 5

    def test_columns_count_from_the_candidate_that_was_asked_for(self):
        edges = ((0, 1), (1, 2), (3, 4))
        ancestors, descendants = {2: 0, 1: 1, 0: 2, 4: 1, 3: 2}, {0: 0, 1: 1, 2: 2, 3: 1, 4: 2}
        columns = {one: column for one, (column, _) in places(ancestors, edges, (), True).items()}
        assert columns == {0: -2, 1: -1, 2: 0, 3: -2, 4: -1}
        columns = {one: column for one, (column, _) in places(descendants, edges, (), False).items()}
        assert columns == {0: 0, 1: 1, 2: 2, 3: 1, 4: 2}


class TestThePage:
    def test_it_says_what_is_left_out(self, seen_runs, of_many):
        told = words(lineage.view(RunFolder(seen_runs), {"run": "toy_one", "id": str(of_many), "depth": "1"}))
        assert "are further away." in told

    def test_the_candidate_itself_is_the_last_card_also_where_it_did_not_improve(self, says, seen_runs, store):
        worse = next(one for one in EVERY if fittest_line(store, one)[0] not in improving(store, one))
        told = says(seen_runs, "/lineage", run="toy_one", id=str(worse))
        cards = told[told.index("Each beat all of its parents") : told.index("Its line among all candidates")]
        assert f"#{worse}\n" in cards

    def test_a_step_tells_what_changed_by_how_much_and_whether_that_is_certain(self, says, seen_runs, store):
        best = best_ordinal(store)
        step = improving(store, best)[-1]
        told = says(seen_runs, "/lineage", run="toy_one", id=str(step.ordinal))
        assert " points, " in told
        assert any(words in told for words in ("certainly better", "not certain", "too few to tell"))
        assert f"by {step.operator}" in told

    def test_of_many_steps_the_first_the_last_and_the_largest_have_a_card(self):
        def candidate(ordinal, gap):
            return LineageCandidate(ordinal, 0, "tune", "embedded", 9, (gap,))

        falls = [0.5 if place % 2 else 0.1 for place in range(MOST_CARDS * 2)]
        steps = [LineageStep(candidate(0, 9.0), None)]
        steps += [LineageStep(candidate(at, 1.0), candidate(at - 1, 1.0 + fall)) for at, fall in enumerate(falls, 1)]
        kept = largest_steps(steps)
        assert len(kept) == MOST_CARDS
        assert {steps[0], steps[-1]} < set(kept)
        assert all(step.parent.gaps == (1.5,) for step in kept if step not in (steps[0], steps[-1]))
        assert largest_steps(steps[:3]) == tuple(steps[:3])

    def test_islands_are_named(self, says, seen_runs):
        assert "Shape, island: " in says(seen_runs, "/lineage", run="toy_one", direction="descendants", id="0")

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ({"depth": "0"}, "Expected a depth of 1 to 10 generations, got '0'."),
            ({"depth": "many"}, "Expected a depth of 1 to 10 generations, got 'many'."),
            ({"direction": "aside"}, "Expected direction ancestors or descendants, got 'aside'."),
            ({"id": "4000"}, "No candidate '4000'"),
        ],
    )
    def test_what_cannot_be_shown_is_said_in_one_line(self, seen_runs, query, said):
        with pytest.raises(UserError, match=said.replace(".", r"\.")) as raised:
            lineage.view(RunFolder(seen_runs), {"run": "toy_one", **query})
        assert "\n" not in str(raised.value)

    def test_an_unknown_run_is_said_so(self, seen_runs):
        with pytest.raises(StoreError, match="No run 'nowhere'"):
            lineage.view(RunFolder(seen_runs), {"run": "nowhere"})

    def test_a_click_on_a_node_and_enter_on_a_link_lead_to_the_candidate(self, browser, dashboard):
        browser.open(f"{dashboard}/lineage?run=toy_one", "Ancestors of #")
        browser.wait_for("#lineage-graph canvas")
        assert browser.faults() == []
        node = "document.getElementById('lineage-graph')._cyreg.cy.nodes()[0]"
        browser.driver.execute_script(f"{node}.emit('tap')")
        browser.wait_for_address("/candidate?run=toy_one&id=0")
        browser.wait_for_words("Candidate #0")
        browser.open(f"{dashboard}/lineage?run=toy_one", "Steps that improved")
        browser.wait_for(".card a").send_keys(Keys.ENTER)
        browser.wait_for_address("/candidate?run=toy_one&id=")
        assert browser.complaints() == []
        assert browser.hosts() == {"127.0.0.1"}

    def test_a_click_on_a_node_in_the_moment_in_which_it_is_there_leads_to_the_candidate(self, browser, dashboard):
        node = "document.getElementById('lineage-graph')?._cyreg?.cy.nodes()[0]"
        with browser.as_soon_as(node, "found.emit('tap')"):
            browser.driver.get(f"{dashboard}/lineage?run=toy_one")
            browser.wait_for_address("/candidate?run=toy_one&id=0")
        browser.wait_for_words("Candidate #0")
