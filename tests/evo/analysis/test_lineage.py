"""Ancestors, descendants, improving steps and where two lines meet, on small graphs and against a plain walk."""

import random

import pytest

from evo.analysis.lineage import ancestors, common, descendants, improving_path, path, read_ancestors, read_descendants
from evo.store import StoreError

DIAMOND = {
    0: (0.9, ()),
    1: (0.8, (0,)),
    2: (0.85, (0, 0)),
    3: (0.7, (1, 2)),
    4: (0.95, (3,)),
    5: (0.6, (4, 3)),
    6: (0.5, ()),
}


def ordinals(steps):
    return [(step.candidate.ordinal, step.parent and step.parent.ordinal) for step in steps]


@pytest.fixture
def diamond(make, store):
    for ordinal, (gap, parents) in DIAMOND.items():
        make.placed(store, ordinal, gap, parents)
    return store


def test_ancestors_are_a_graph_with_depths(diamond):
    lineage = read_ancestors(diamond, 3)
    assert lineage.depths == {0: 2, 1: 1, 2: 1, 3: 0}
    edges = [(edge.child, edge.parent, edge.position) for edge in lineage.edges]
    assert edges == [(1, 0, 0), (2, 0, 0), (2, 0, 1), (3, 1, 0), (3, 2, 1)]
    assert [relative.gaps for relative in lineage.relatives] == [(0.9,), (0.8,), (0.85,), (0.7,)]


def test_descendants_are_a_graph_with_depths(diamond):
    lineage = read_descendants(diamond, 1)
    assert lineage.depths == {1: 0, 3: 1, 4: 2, 5: 2}


def test_a_candidate_without_relatives_is_its_own_lineage(diamond):
    assert [relative.ordinal for relative in read_ancestors(diamond, 6).relatives] == [6]
    assert read_descendants(diamond, 6).edges == ()


def test_the_path_follows_the_fittest_parent_and_keeps_improvements(diamond):
    path = improving_path(diamond, 5)
    assert ordinals(path) == [(0, None), (1, 0), (3, 1), (5, 3)]
    assert [step.parent.gaps for step in path[1:]] == [(0.9,), (0.8,), (0.7,)]
    assert [step.candidate.ordinal for step in improving_path(diamond, 4) if step.improves] == [0, 1, 3]


def test_a_candidate_that_does_not_improve_ends_the_path_beside_the_last_step(diamond):
    last = improving_path(diamond, 4)[-1]
    assert (last.candidate.ordinal, last.parent.ordinal, last.improves) == (4, 3, False)


def test_a_step_that_improved_a_lower_level_alone_is_one(make, store):
    make.placed(store, 0, gap=0.5, lower=(0.2,))
    make.placed(store, 1, gap=0.5, parents=[0], lower=(0.1,))
    make.placed(store, 2, gap=0.5, parents=[1], lower=(0.1,))
    steps = [step for step in improving_path(store, 2) if step.improves]
    assert ordinals(steps) == [(0, None), (1, 0)]
    assert [step.candidate.gaps for step in steps] == [(0.5, 0.2), (0.5, 0.1)]


def test_an_unscored_candidate_ends_a_path_without_a_step(make, diamond):
    diamond.record_intent(make.request(7, parents=[5]))
    assert [step.candidate.ordinal for step in improving_path(diamond, 7)] == [0, 1, 3, 5]


@pytest.mark.parametrize("query", [read_ancestors, read_descendants, improving_path])
def test_an_unknown_candidate_has_no_lineage(diamond, query):
    with pytest.raises(StoreError, match="no candidate 99"):
        query(diamond, 99)


def test_random_graphs_agree_with_a_plain_walk(make, store):
    draw = random.Random(1)
    parents = {o: draw.choices(range(o), k=draw.randrange(3)) if o else [] for o in range(60)}
    for ordinal, drawn in parents.items():
        make.placed(store, ordinal, gap=draw.random(), parents=drawn)

    def reached(start: int, beyond: dict[int, list[int]]) -> dict[int, int]:
        depths, layer = {start: 0}, [start]
        while layer:
            layer = sorted({far for near in layer for far in beyond[near]} - depths.keys())
            depths |= dict.fromkeys(layer, max(depths.values()) + 1)
        return depths

    children = {o: [child for child, drawn in parents.items() if o in drawn] for o in parents}
    for ordinal in (0, 17, 59):
        for query, beyond in ((read_ancestors, parents), (read_descendants, children)):
            assert query(store, ordinal).depths == reached(ordinal, beyond)


@pytest.fixture
def diamond_run(run):
    for ordinal, (gap, parents) in DIAMOND.items():
        run.add(ordinal, gap, parents, operator="vary" if parents else "seed")
    return run.store


def test_ancestors_come_with_generations_gaps_and_parents(diamond_run, values):
    answer = ancestors(diamond_run, 3)
    assert values(answer, "candidate", "depth", "gap", "parents") == [
        (3, 0, 0.7, "1, 2"),
        (1, 1, 0.8, "0"),
        (2, 1, 0.85, "0"),
        (0, 2, 0.9, None),
    ]
    assert set(answer.edges) == {(0, 1), (0, 2), (1, 3), (2, 3)}
    assert answer.notes[0] == "3 ancestors in all, 1 without parents"


def test_generations_beyond_the_depth_are_left_out_and_said_to_be(diamond_run, values):
    answer = ancestors(diamond_run, 3, depth=1)
    assert values(answer, "candidate") == [(3,), (1,), (2,)]
    assert set(answer.edges) == {(1, 3), (2, 3)}
    assert answer.notes[-1] == "1 beyond depth 1 are left out"


def test_descendants_name_the_best_of_them(diamond_run, values):
    answer = descendants(diamond_run, 1)
    assert values(answer, "candidate", "depth") == [(1, 0), (3, 1), (4, 2), (5, 2)]
    assert "the best is 5, gap 60.000%" in answer.notes[0]
    assert descendants(diamond_run, 6).notes[0] == "0 descendants in all"


def test_failed_descendants_are_listed_and_never_the_best(run, values):
    run.add(0, 0.5)
    run.add(1, None, [0])
    answer = descendants(run.store, 0)
    assert values(answer, "candidate", "gap") == [(0, 0.5), (1, None)]
    assert answer.notes[0] == "1 descendants in all"


def test_a_path_has_the_improving_steps_alone(diamond_run, values):
    answer = path(diamond_run, 5)
    steps = values(answer, "candidate", "parent", "gap", "before", "operator")
    assert steps == [
        (0, None, 0.9, None, "seed"),
        (1, 0, 0.8, 0.9, "vary"),
        (3, 1, 0.7, 0.8, "vary"),
        (5, 3, 0.6, 0.7, "vary"),
    ]
    assert values(answer, "improvement")[1][0] == pytest.approx(0.1)
    assert answer.edges == ((0, 1), (1, 3), (3, 5))


def test_lower_levels_have_columns_where_a_problem_has_them(run, values):
    run.add(0, 0.5, lower=(0.2,))
    run.add(1, 0.5, [0], lower=(0.1,))
    answer = path(run.store, 1)
    assert values(answer, "lower_gaps", "lower_before") == [("20.000%", None), ("10.000%", "20.000%")]
    assert values(ancestors(run.store, 1), "lower_gaps") == [("10.000%",), ("20.000%",)]


def test_the_columns_of_lower_levels_are_left_out_elsewhere(diamond_run):
    for answer in (path(diamond_run, 5), ancestors(diamond_run, 5), common(diamond_run, 1, 2)):
        assert [column.name for column in answer.columns if column.name.startswith("lower")] == []


def test_the_nearest_common_ancestor_is_none_that_another_descends_from(diamond_run, values):
    answer = common(diamond_run, 4, 5)
    assert values(answer, "candidate", "generations_to_first", "generations_to_second") == [(4, 0, 1)]
    assert answer.edges == ((4, 5),)
    assert values(common(diamond_run, 1, 2), "candidate") == [(0,)]


def test_there_may_be_several_nearest_or_none(diamond_run, run, values):
    run.add(7, 0.4, [1, 2])
    assert values(common(diamond_run, 3, 7), "candidate") == [(2,), (1,)]
    assert set(common(diamond_run, 3, 7).edges) == {(1, 3), (2, 3), (1, 7), (2, 7)}
    apart = common(diamond_run, 3, 6)
    assert apart.rows == ()
    assert apart.notes == ("no common ancestor",)


def test_tables_of_random_graphs_agree_with_a_plain_walk(run):
    draw = random.Random(3)
    parents = {o: draw.choices(range(o), k=draw.randrange(4)) if o else [] for o in range(40)}
    for ordinal, drawn in parents.items():
        run.add(ordinal, draw.random(), drawn)
    above = {o: {o} for o in parents}
    for ordinal, drawn in parents.items():
        above[ordinal] |= set().union(*(above[parent] for parent in drawn))
    for one, other in ((39, 38), (37, 20), (30, 12), (5, 5)):
        shared = above[one] & above[other]
        nearest = {o for o in shared if not any(o in above[another] for another in shared - {o})}
        assert {row[0] for row in common(run.store, one, other).rows} == nearest
        assert {row[0] for row in ancestors(run.store, one).rows} == above[one]
        assert {row[0] for row in descendants(run.store, one).rows} == {o for o in parents if one in above[o]}


@pytest.mark.parametrize("question", [ancestors, descendants, path])
def test_an_unknown_candidate_has_no_table(question, diamond_run):
    with pytest.raises(StoreError, match="no candidate 99"):
        question(diamond_run, 99)


def test_a_path_ends_at_the_candidate_also_where_it_did_not_improve(run, values):
    run.add(0, 0.5, operator="seed")
    run.add(1, 0.4, [0])
    run.add(2, 0.45, [1])
    answer = path(run.store, 2)
    assert values(answer, "candidate", "parent", "gap") == [(0, None, 0.5), (1, 0, 0.4), (2, 1, 0.45)]
    assert values(answer, "improvement")[-1][0] == pytest.approx(-0.05)
    assert "2 itself" in answer.notes[-1]
    assert answer.edges[-1] == (1, 2)
