from evo.analysis.progress import Point, progress, trajectory
from evo.core.records import Attempt, Usage


def test_there_is_a_point_where_the_gap_fell_and_one_at_the_end(run) -> None:
    for ordinal, gap in enumerate((0.5, 0.7, 0.3, 0.3, 0.4)):
        run.add(ordinal, gap)
    assert [(p.candidates, p.gap, p.ordinal) for p in progress(run.store)] == [(1, 0.5, 0), (3, 0.3, 2), (5, 0.3, 2)]


def test_an_end_that_is_the_best_stands_once(run) -> None:
    run.add(0, 0.5)
    assert len(progress(run.store)) == 1


def test_failures_count_and_change_nothing(run) -> None:
    run.add(0, None)
    assert progress(run.store) == ()
    run.add(1, 0.5)
    run.add(2, None)
    assert [(p.candidates, p.ordinal) for p in progress(run.store)] == [(2, 1), (3, 1)]


def test_an_equal_gap_with_a_fitter_lower_level_is_a_point(run) -> None:
    run.add(0, 0.5, lower=(0.2,))
    run.add(1, 0.5, lower=(0.1,))
    run.add(2, 0.5, lower=(0.3,))
    assert [(p.candidates, p.ordinal) for p in progress(run.store)] == [(1, 0), (2, 1), (3, 1)]


def test_spend_adds_up_and_is_unknown_once_a_price_is(run) -> None:
    run.add(0, 0.5, prompt="one", asked=[Attempt("m", Usage(100, 20, 0.5), "reply")])
    run.add(1, 0.4, prompt="two", asked=[Attempt("m", Usage(100, 20, 0.25), "reply")])
    run.add(2, 0.3, prompt="three", asked=[Attempt("m", Usage(100, 20, None), "reply")])
    assert [(p.tokens, p.dollars) for p in progress(run.store)] == [(120, 0.5), (240, 0.75), (360, None)]


def test_what_was_not_asked_cost_nothing(run) -> None:
    run.add(0, 0.5)
    assert progress(run.store) == (Point(1, 0.0, 0.0, 0, 0.5, 0),)


def test_every_score_of_its_own_is_a_point_of_the_trajectory(run) -> None:
    for ordinal, gap in enumerate((0.5, None, 0.7)):
        run.add(ordinal, gap)
    run.add(3, 0.5, repeat_of=0)
    went = trajectory(run.store)
    assert [(point.ordinal, point.candidates, point.gap) for point in went.scored] == [(0, 1, 0.5), (2, 3, 0.7)]
    assert went.best == progress(run.store)
