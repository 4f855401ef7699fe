"""A record keeps what it was made with: a default that is another one now stays as it was."""

from dataclasses import replace

import numpy as np
import pytest

from evo.config.compose import compose
from evo.config.recorded import load
from evo.store import RunStore
from problems import Instance, Reference, Split
from problems.own_files import OwnFiles


@pytest.mark.parametrize(
    ("recorded", "loaded"),
    [(200, ((100, 6), (200, 3), (500, 1))), (780, ((100, 24), (200, 12), (500, 3)))],
)
def test_a_run_on_200_test_instances_of_smtt_keeps_them(tmp_path, make, recorded, loaded):
    reference = Reference(1.0, 1.0, True, "exact")
    tests = [(Instance(f"t{i}", "", (np.arange(i + 1),), 1.0), reference) for i in range(recorded)]
    config = compose(["problem=smtt"]).config
    with RunStore.create(tmp_path / "run.sqlite", replace(make.header(), config=config), {Split.TEST: tests}):
        pass
    assert load(tmp_path, trust=True).problem.test == loaded


def test_a_test_of_200_instances_from_files_stays_one(tmp_path, make):
    for number in range(5):
        (tmp_path / f"{number}.txt").write_text(f"4 5\n3 {number + 9}\n")
    reference = Reference(1.0, 1.0, True, "exact")
    tests = [(Instance(f"t{i}", "", (np.arange(i + 1),), 1.0), reference) for i in range(200)]
    config = compose(["problem=smtt", f"problem.train=[{tmp_path}/*.txt]"]).config
    with RunStore.create(tmp_path / "run.sqlite", replace(make.header(), config=config), {Split.TEST: tests}):
        pass
    assert isinstance(load(tmp_path, trust=True).problem.test, OwnFiles)
