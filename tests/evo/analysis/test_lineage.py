"""Ancestors, descendants and the path of improvements, checked against a plain walk over random graphs."""

import random

import pytest

from evo.analysis.lineage import ancestors, descendants, improving_path
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


@pytest.fixture
def diamond(written, store):
    for ordinal, (gap, parents) in DIAMOND.items():
        written.placed(store, ordinal, gap, parents)
    return store


def test_ancestors_are_a_graph_with_depths(diamond):
    lineage = ancestors(diamond, 3)
    assert {relative.ordinal: relative.depth for relative in lineage.relatives} == {0: 2, 1: 1, 2: 1, 3: 0}
    edges = [(edge.child, edge.parent, edge.position) for edge in lineage.edges]
    assert edges == [(1, 0, 0), (2, 0, 0), (2, 0, 1), (3, 1, 0), (3, 2, 1)]
    assert [relative.fitness for relative in lineage.relatives] == [-0.9, -0.8, -0.85, -0.7]


def test_descendants_are_a_graph_with_depths(diamond):
    lineage = descendants(diamond, 1)
    assert {relative.ordinal: relative.depth for relative in lineage.relatives} == {1: 0, 3: 1, 4: 2, 5: 2}


def test_a_candidate_without_relatives_is_its_own_lineage(diamond):
    assert [relative.ordinal for relative in ancestors(diamond, 6).relatives] == [6]
    assert descendants(diamond, 6).edges == ()


def test_the_path_follows_the_fittest_parent_and_keeps_improvements(diamond):
    path = improving_path(diamond, 5)
    assert [(step.ordinal, step.parent, step.before) for step in path] == [
        (0, None, None),
        (1, 0, -0.9),
        (3, 1, -0.8),
        (5, 3, -0.7),
    ]
    assert [step.ordinal for step in improving_path(diamond, 4)] == [0, 1, 3]


def test_a_step_that_improved_a_lower_level_alone_is_one(written, store):
    written.placed(store, 0, gap=0.5, lower=(0.2,))
    written.placed(store, 1, gap=0.5, parents=[0], lower=(0.1,))
    written.placed(store, 2, gap=0.5, parents=[1], lower=(0.1,))
    steps = improving_path(store, 2)
    found = [(step.ordinal, step.lower, step.lower_before) for step in steps]
    assert found == [(0, (-0.2,), ()), (1, (-0.1,), (-0.2,))]


def test_an_unscored_candidate_ends_a_path_without_a_step(written, diamond):
    diamond.record_intent(written.request(7, parents=[5]))
    assert [step.ordinal for step in improving_path(diamond, 7)] == [0, 1, 3, 5]


@pytest.mark.parametrize("query", [ancestors, descendants, improving_path])
def test_an_unknown_candidate_has_no_lineage(diamond, query):
    with pytest.raises(StoreError, match="no candidate 99"):
        query(diamond, 99)


def test_random_graphs_agree_with_a_plain_walk(written, store):
    draw = random.Random(1)
    parents = {o: draw.choices(range(o), k=draw.randrange(3)) if o else [] for o in range(60)}
    for ordinal, drawn in parents.items():
        written.placed(store, ordinal, gap=draw.random(), parents=drawn)

    def reached(start: int, beyond: dict[int, list[int]]) -> dict[int, int]:
        depths, layer = {start: 0}, [start]
        while layer:
            layer = sorted({far for near in layer for far in beyond[near]} - depths.keys())
            depths |= dict.fromkeys(layer, max(depths.values()) + 1)
        return depths

    children = {o: [child for child, drawn in parents.items() if o in drawn] for o in parents}
    for ordinal in (0, 17, 59):
        for query, beyond in ((ancestors, parents), (descendants, children)):
            found = {relative.ordinal: relative.depth for relative in query(store, ordinal).relatives}
            assert found == reached(ordinal, beyond)
