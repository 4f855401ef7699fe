"""What of a lineage is drawn, where it stands, and what a click on it does."""

import json

import pytest
from plotly.utils import PlotlyJSONEncoder
from selenium.webdriver.common.keys import Keys

from evo.analysis.candidates import best_ordinal
from evo.analysis.lineage import fittest_line, improving_steps, read_ancestors, read_descendants
from evo.analysis.lineage_graph import Direction, nearest_relatives
from evo.core.errors import UserError
from evo.dashboard.lineage_drawing import places
from evo.dashboard.pages import lineage
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
            graph, everyone = nearest_relatives(store, ordinal, Direction(direction), None, ()), all_of(store, ordinal)
            assert [node.ordinal for node in graph.nodes] == [one.ordinal for one in everyone.relatives]
            assert set(graph.edges) == {(edge.parent, edge.child) for edge in everyone.edges}
            assert graph.relatives == len(everyone.relatives) - 1

    def test_the_nearest_generations_come_first_and_the_fittest_of_the_last(self, store, of_many):
        lineage = read_ancestors(store, of_many)
        depths = lineage.depths
        graph = nearest_relatives(store, of_many, Direction.ANCESTORS, None, (), most=7)
        shown = {node.ordinal for node in graph.nodes}
        deepest = max(depths[ordinal] for ordinal in shown)
        assert len(shown) == 7
        assert all(depth >= deepest for ordinal, depth in depths.items() if ordinal not in shown)
        last = [one for one in lineage.relatives if depths[one.ordinal] == deepest and one.gaps]
        worst = max(one.gaps for one in last if one.ordinal in shown)
        assert all(one.gaps >= worst for one in last if one.ordinal not in shown)

    def test_a_depth_keeps_to_so_many_generations(self, store, of_many):
        graph = nearest_relatives(store, of_many, Direction.ANCESTORS, 1, fittest_line(store, of_many))
        near = [ordinal for ordinal, depth in sorted(read_ancestors(store, of_many).depths.items()) if depth <= 1]
        assert [node.ordinal for node in graph.nodes] == near

    def test_the_line_has_its_place_before_nearer_relatives(self, store, of_many):
        line = fittest_line(store, of_many)
        graph = nearest_relatives(store, of_many, Direction.ANCESTORS, None, line, most=len(line) + 1)
        assert {node.ordinal for node in line} <= {node.ordinal for node in graph.nodes}


class TestWhereItStands:
    EDGES = ((0, 2), (1, 2), (0, 3), (2, 4), (3, 4), (0, 4))

    @pytest.mark.parametrize("end", [True, False])
    def test_children_stand_right_of_their_parents_and_the_line_in_the_middle(self, end):
        found = places(range(5), self.EDGES, (0, 2, 4), end)
        assert all(found[parent][0] < found[child][0] for parent, child in self.EDGES)
        assert {ordinal for ordinal, (_, row) in found.items() if row == 0} == {0, 2, 4}
        assert len(set(found.values())) == 5

    def test_columns_count_from_the_end_that_was_asked_for(self):
        edges = ((0, 1), (1, 2), (3, 4))
        assert [column for column, _ in places(range(5), edges, (), True).values()] == [-2, -1, 0, -1, 0]
        assert [column for column, _ in places(range(5), edges, (), False).values()] == [0, 1, 2, 0, 1]


class TestThePage:
    def test_it_says_what_is_left_out(self, seen_runs, of_many):
        told = words(lineage.view(RunFolder(seen_runs), {"run": "toy_one", "id": str(of_many), "depth": "1"}))
        assert "left out: those within 1 generation." in told

    def test_the_candidate_itself_ends_the_table_also_where_it_did_not_improve(self, seen_runs, store):
        worse = next(one for one in EVERY if fittest_line(store, one)[0] not in improving(store, one))
        told = words(lineage.view(RunFolder(seen_runs), {"run": "toy_one", "id": str(worse)}))
        rows = told[told.index("Steps that beat all") :]
        assert f'"#{worse}"' in rows

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ({"depth": "0"}, "Expected a depth of 1 to 1000 generations, got '0'."),
            ({"depth": "many"}, "Expected a depth of 1 to 1000 generations, got 'many'."),
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
        browser.open(f"{dashboard}/lineage?run=toy_one", "Ancestors of candidate")
        browser.wait_for("#lineage-graph canvas")
        assert browser.faults() == []
        node = "document.getElementById('lineage-graph')._cyreg.cy.nodes()[0]"
        browser.driver.execute_script(f"{node}.emit('tap')")
        browser.wait_for_address("/candidate?run=toy_one&id=0")
        browser.wait_for_words("Candidate #0")
        browser.open(f"{dashboard}/lineage?run=toy_one", "Steps that improved")
        browser.wait_for("tbody a").send_keys(Keys.ENTER)
        browser.wait_for_address("/candidate?run=toy_one&id=")
        assert browser.complaints() == []
        assert browser.hosts() == {"127.0.0.1"}

    def test_a_click_on_a_node_in_the_moment_in_which_it_is_there_leads_to_the_candidate(self, browser, dashboard):
        node = "document.getElementById('lineage-graph')?._cyreg?.cy.nodes()[0]"
        with browser.as_soon_as(node, "found.emit('tap')"):
            browser.driver.get(f"{dashboard}/lineage?run=toy_one")
            browser.wait_for_address("/candidate?run=toy_one&id=0")
        browser.wait_for_words("Candidate #0")
