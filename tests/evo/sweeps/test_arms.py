"""Arms: told apart by what was swept, else by what differs; one run for each seed."""

import pytest

from evo.core.errors import UserError
from evo.sweeps import arms


def names(found) -> dict[str, list[int]]:
    return {arm.name: list(arm.runs) for arm in found}


def test_runs_that_differ_by_seed_alone_are_one_arm(make_run) -> None:
    assert names(arms([make_run(2), make_run(1)])) == {"all runs": [1, 2]}


def test_arms_are_what_was_swept_beside_the_seed(make_run) -> None:
    runs = [make_run(s, asked={"strategy": way, "seed": str(s), "window": "8"}) for way in ("b", "a") for s in (1, 2)]
    assert names(arms(runs)) == {"strategy=b": [1, 2], "strategy=a": [1, 2]}


def test_a_job_without_an_override_has_the_recorded_value(make_run) -> None:
    runs = [make_run(1, asked={"window": "4"}, window="4"), make_run(1, asked={}, window="8")]
    assert names(arms(runs)) == {"window=4": [1], "window=8": [1]}


def test_runs_that_were_not_swept_differ_by_their_record(make_run) -> None:
    runs = [make_run(1, **{"llm.model": "a", "llm.odd": "1"}), make_run(1, **{"llm.model": "b", "llm.odd": "2"})]
    assert names(arms(runs)) == {"llm.model=a": [1], "llm.model=b": [1]}


def test_the_number_of_workers_makes_no_arm(make_run) -> None:
    runs = [make_run(1, **{"evaluator.workers": "1"}), make_run(2, **{"evaluator.workers": "2"})]
    assert names(arms(runs)) == {"all runs": [1, 2]}


def test_arms_may_be_made_by_a_setting_of_choice(make_run) -> None:
    runs = [make_run(s, window=w, strategy=w) for s, w in ((1, "4"), (2, "8"))]
    assert names(arms(runs, ["window"])) == {"window=4": [1], "window=8": [2]}


def test_a_setting_that_no_run_has_is_refused_with_near_names(make_run) -> None:
    with pytest.raises(UserError, match="windw; nearest: window"):
        arms([make_run(1, window="4")], ["windw"])


def test_of_equal_runs_the_newest_counts(make_run) -> None:
    old, new = make_run(1, started="2026-01-01"), make_run(1, started="2026-02-01")
    assert arms([new, old])[0].runs[1] is new
