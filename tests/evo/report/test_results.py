from evo.analysis.candidates import show
from evo.report.results import results
from problems import Split


def test_a_finished_run_has_the_table_that_it_ended_with(finished) -> None:
    table = results(finished.store, show(finished.store, 3))
    assert [line.name for line in table.rows] == ["found #3", "EDD"]
    assert table.decides is Split.TEST
    assert table.best.gaps[Split.TEST].scaled == 0.3


def test_a_run_under_way_is_compared_with_its_seeds(record) -> None:
    record.seed(0, 0.2, "LPT")
    record.seed(1, 0.5)
    record.add(2, 0.4, [0])
    table = results(record.store, show(record.store, 2))
    assert [line.name for line in table.rows] == ["LPT", "found #2", "SPT"]
    assert table.decides is Split.TRAIN
    assert table.best_other is not None
    assert table.best_other.name == "LPT"


def test_a_seed_that_is_the_best_is_not_compared_with_itself(record) -> None:
    record.seed(0, 0.2)
    record.seed(1, 0.5, "LPT")
    assert [line.name for line in results(record.store, show(record.store, 0)).others] == ["LPT"]
