from pathlib import Path

import numpy as np
import pytest

from evaluators import Evaluation, Facts, Gap, Isolation, Seconds
from evo.analysis.archives import ShownAxis, ShownElite, archives, find_island, island_names
from evo.cli.app import status
from evo.config.recorded import load
from evo.core.errors import UserError
from evo.core.records import Draft, Operator, Proposal, Request
from evo.runs.build import make_population
from evo.runs.recorded_steps import RestoredRun
from evo.search.population import Population
from evo.store import RecordedPlacement, RunHeader, RunStore
from islands import Axis
from problems import Instance, Reference, Split

SMALL = ["problem=toy", "problem.train=3", "problem.validation=2", "problem.test=2", "evaluator.workers=1"]
SEARCH = ["islands=three", "budget.candidates=24", "islands.migration.every=5", "axes.size.high=40"]
ONE_ISLAND = [("only", (Axis("a", 0.0, 1.0, 2),))]


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
        restored = RestoredRun(store.history(), settings.operators)
    for recorded in restored.placed():
        step = recorded.step
        population.add(step.request.proposal, step.draft.source, step.outcome)
        population.migrate(step.ordinal)
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


def test_an_elite_has_the_gaps_of_all_levels(tmp_path: Path) -> None:
    header = RunHeader("u", "toy", 0, "{}", "0.1.0", "{}", Isolation.B, "2026-01-01T00:00:00")
    known = [(Instance("t", "t", (np.arange(1),), 1.0), Reference(1.0, 1.0, True, "exact"))]
    gaps, aggregates = np.array([0.5]), Gap(0.5, 0.5, None, lower=(0.25, 0.0))
    outcome = Evaluation(
        Split.TRAIN, Facts("d", 9), gaps + 1, gaps, aggregates, {"a": 0.5}, Seconds(), np.array([[0.25, 0.0]])
    )
    with RunStore.create(tmp_path / "run.sqlite", header, {Split.TRAIN: known}, ONE_ISLAND) as store:
        request = Request(Proposal(0, 0, Operator("vary", "embedded", 1), (), 1), "embedded")
        store.record_intent(request)
        store.record_draft(request, Draft("x = 1"))
        store.record_outcome(0, outcome)
        store.record_placements(0, [RecordedPlacement(0, 0, (1,), "new", None)])
        (island,) = archives(store)
    assert (island.name, island.axes) == ("only", (ShownAxis("a", (0.0, 0.5, 1.0)),))
    assert island.elites == (ShownElite((1,), 0, 0.5, (0.25, 0.0)),)
    assert island.elites[0].gaps == (0.5, 0.25, 0.0)


def test_without_a_score_there_is_no_archive(run) -> None:
    run.add(0, None)
    assert archives(run.store) == ()


@pytest.fixture
def named(tmp_path, make):
    """Return a function that gives the names of islands that a run recorded so."""

    def of(*names):
        axes = (Axis("size", 0.0, 1.0, 2), Axis("b", 0.0, 1.0, 2))
        islands = [(name, axes) for name in names]
        with RunStore.create(tmp_path / "run.sqlite", make.header(), {}, islands) as store:
            return island_names(store)

    return of


def test_islands_are_called_by_their_names_and_equal_ones_by_their_number_too(named) -> None:
    assert named("first", "other", "other") == {0: "first", 1: "other 1", 2: "other 2"}


@pytest.mark.parametrize(("word", "number"), [("first", 0), ("0", 0), ("second", 1), ("1", 1)])
def test_an_island_is_found_by_its_name_or_number(word, number) -> None:
    assert find_island({0: "first", 1: "second"}, word) == number


@pytest.mark.parametrize(("names", "said"), [({0: "first", 1: "second"}, "first or second"), ({}, "none is on record")])
def test_an_unknown_island_is_said_in_a_line(names, said) -> None:
    with pytest.raises(UserError, match=f"No island '9': expected .*{said}"):
        find_island(names, "9")
