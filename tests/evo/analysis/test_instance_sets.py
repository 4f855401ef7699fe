"""The instances of a run and what is known of their references."""

from evo.analysis.instance_sets import (
    FamilyCount,
    family_counts,
    instance_digests,
    instances_by_split,
    reference_summaries,
)
from problems import Split


def test_instances_come_by_split_and_position(store):
    names = {split: [instance.name for instance in rows] for split, rows in instances_by_split(store).items() if rows}
    assert names == {Split.TRAIN: ["t0", "t1", "t2"], Split.VALIDATION: ["v"]}


def test_references_are_counted_by_what_is_known_of_them(store):
    train, validation = reference_summaries(store)
    assert (train.split, train.instances, train.families, train.proven, train.methods) == ("train", 3, 1, 3, ("exact",))
    assert (validation.proven, validation.bounded, validation.best_known, validation.widest) == (0, 0, 1, None)


def test_families_are_counted_in_each_split(store):
    assert family_counts(store, 9) == (FamilyCount("big", 0, 1, 0, 0, 1), FamilyCount("small", 3, 0, 0, 3, 3))
    assert len(family_counts(store, 1)) == 1


def test_the_digests_of_a_split_are_in_the_order_of_its_instances(store):
    rows = instances_by_split(store)
    joined = {str(split): ",".join(row.digest for row in rows[split]) for split in (Split.TRAIN, Split.VALIDATION)}
    assert dict(instance_digests(store)) == joined
