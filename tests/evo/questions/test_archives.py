from pathlib import Path

import pytest

from evo.build import make_population
from evo.cli.app import status
from evo.composition import load
from evo.population import Population
from evo.questions.archives import archives
from evo.recall import Recall
from evo.store import RunStore

SMALL = ["problem=toy", "problem.train=3", "problem.validation=2", "problem.test=2", "evaluator.workers=1"]
SEARCH = ["islands=three", "budget.candidates=24", "islands.migration.every=5", "axes.size.high=40"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a real run on three islands with migrations."""
    folder = tmp_path_factory.mktemp("runs") / "toy_run"
    assert status(["run", *SMALL, *SEARCH, f"hydra.run.dir={folder}"]) == 0
    return folder


def replayed(folder: Path) -> Population:
    settings = load(folder)
    population = make_population(settings)
    with RunStore.open(folder / "run.sqlite", readonly=True) as store:
        recall = Recall(store.history(), settings.operators)
    for recalled in recall.placed():
        step = recalled.step
        population.place(step.request.proposal, step.draft.source, step.outcome)
    return population


def test_archives_are_those_that_the_run_ended_with(folder: Path) -> None:
    with RunStore.open(folder / "run.sqlite", readonly=True) as store:
        shown = archives(store)
    islands = replayed(folder).islands
    assert [one.name for one in shown] == [island.name for island in islands]
    for one, island in zip(shown, islands, strict=True):
        held = [(island.archive.cell_of(e.measures), e.candidate.ordinal, -e.fitness) for e in island.archive]
        assert [(elite.cell, elite.ordinal, elite.gap) for elite in one.elites] == held


def test_axes_are_those_of_the_configuration(folder: Path) -> None:
    with RunStore.open(folder / "run.sqlite", readonly=True) as store:
        shown = archives(store)
    for one, island in zip(shown, load(folder).islands, strict=True):
        assert [axis.measure for axis in one.axes] == [axis.measure for axis in island.axes]
        for drawn, axis in zip(one.axes, island.axes, strict=True):
            ends = [axis.range(place) for place in range(axis.bins)]
            assert drawn.edges == (ends[0][0], *(high for _, high in ends))


def test_without_a_score_there_is_no_archive(run) -> None:
    run.add(0, None)
    assert archives(run.store) == ()
