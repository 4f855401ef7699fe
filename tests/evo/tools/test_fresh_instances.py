"""Fresh instances: those of no run, always the same, none where there is no generator."""

from dataclasses import replace
from pathlib import Path

from evo.tools.fresh_instances import fresh_instances
from problems import Split
from problems.obp import Obp
from problems.smtt import Smtt
from problems.toy import Toy

SMALL = Smtt(train=((5, 1),), validation=((5, 2),), test=((5, 2),))


def test_whole_sets_of_validation_are_drawn_until_there_are_enough() -> None:
    drawn = fresh_instances(SMALL, 50, 900, frozenset())
    assert (len(drawn.instances), drawn.seeds) == (80, (900, 901))
    families = [one.family for one in SMALL.instances(Split.VALIDATION)]
    assert [one.family for one in drawn.instances] == families * 2
    assert fresh_instances(SMALL, 50, 900, frozenset()) == drawn


def test_they_are_none_of_the_run() -> None:
    own = {one.digest() for split in Split for one in SMALL.instances(split)}
    assert not own & {one.digest() for one in fresh_instances(SMALL, 50, 900, own).instances}


def test_known_ones_are_left_out_also_where_the_seed_is_the_one_of_the_run() -> None:
    own = {one.digest() for one in SMALL.instances(Split.VALIDATION)}
    assert fresh_instances(SMALL, 40, SMALL.seed, own).seeds == ()


def test_without_a_generator_there_are_none(tmp_path: Path) -> None:
    file = tmp_path / "items.txt"
    file.write_text("3\n10\n5\n5\n5\n")
    assert fresh_instances(replace(Obp(), validation=str(file)), 5, 900, frozenset()).instances == ()


def test_none_are_drawn_where_none_are_wanted() -> None:
    assert fresh_instances(Toy(), 0, 900, frozenset()).instances == ()
