"""What the pages about runs, archives and calls say."""

from dataclasses import replace
from pathlib import Path

import pytest
from dash import no_update

from evo.analysis.archives import IslandArchive, ShownAxis, ShownElite
from evo.analysis.candidates import header
from evo.dashboard.app import MOST_LETTERS, answer, render
from evo.dashboard.pages.archive import best_of_cells, leads_to
from evo.dashboard.pages.calls import ROWS
from evo.dashboard.run_folder import RunFolder
from evo.store import RunStore
from evo.store.looks import add_evaluation_look


def test_the_runs_are_told_apart_by_problem_seed_status_and_gaps(says, seen_runs: Path) -> None:
    told = says(seen_runs, "/").split("\n")
    assert all(word in told for word in ("toy_one", "toy_two", "finished", "toy", "gap, test"))
    assert sum("%" in word for word in told) == 6


def test_a_run_is_picked_for_comparison_and_left_out_by_links(says, seen_runs: Path) -> None:
    assert "/?compare=toy_one&over=candidates" in says(seen_runs, "/")
    told = says(seen_runs, "/", compare="toy_one\nno_such_run\ntoy_two", over="seconds")
    assert "Comparison" in told
    assert "/?compare=toy_two&over=seconds" in told
    assert "no_such_run" not in told


def test_a_damaged_run_does_not_hide_the_others(says, copied: Path) -> None:
    (copied / "toy_one" / "run.sqlite").write_text("no database", encoding="utf-8")
    for left in copied.glob("toy_one/run.sqlite-*"):
        left.unlink()
    told = says(copied, "/")
    assert "is not a database" in told
    assert "finished" in told


def test_a_folder_without_runs_says_what_makes_one(says, tmp_path: Path) -> None:
    assert all("`evo run` makes one" in says(tmp_path, path) for path in ("/", "/run", "/archive", "/calls"))


def test_a_run_tells_budget_islands_last_candidates_and_its_best_rule(says, seen_runs: Path) -> None:
    told = says(seen_runs, "/run", run="toy_one")
    wanted = ("Spend against budget", "100%", "behaviour", "first", "second", "def priority(p, w):", "#29", "finished")
    assert [word for word in wanted if word not in told] == []


def test_a_run_tells_how_often_test_was_looked_at_from_the_second_time_on(says, copied: Path) -> None:
    assert "looked at" not in says(copied, "/run", run="toy_one")
    add_evaluation_look(copied / "toy_one" / "run.sqlite", "")
    for page in ("/run", "/candidate"):
        assert "test instances were looked at 2 times" in says(copied, page, run="toy_one")


def test_a_run_without_a_candidate_yet_can_be_looked_at(says, copied: Path) -> None:
    (copied / "new").mkdir()
    with RunStore.open(copied / "toy_one" / "run.sqlite", readonly=True) as store:
        begun = replace(header(store), best=None, result=None)
    RunStore.create(copied / "new" / "run.sqlite", begun, {}).close()
    assert "No candidate has a score yet." in says(copied, "/run", run="new")
    assert "No archive yet" in says(copied, "/archive", run="new")
    assert "new" in says(copied, "/").split("\n")


def test_a_page_of_a_finished_run_is_not_asked_again(seen_runs: Path) -> None:
    assert render(RunFolder(seen_runs), "/run", {"run": "toy_one"}).seconds is None


def test_the_cells_of_an_archive_are_links_too(says, seen_runs: Path) -> None:
    told = says(seen_runs, "/archive", run="toy_one")
    assert "/candidate?run=toy_one&id=" in told
    assert "All elites, the fittest first" in told


def test_of_the_elites_behind_a_cell_of_two_axes_the_best_is_shown() -> None:
    axis = ShownAxis("a", (0.0, 0.5, 1.0))
    elites = (ShownElite((0, 1, 0), 3, 0.2), ShownElite((0, 1, 1), 4, 0.1), ShownElite((1, 0, 0), 5, 0.3))
    best = best_of_cells(IslandArchive(0, "i", (axis, axis, axis), elites))
    assert best == {(0, 1): elites[1], (1, 0): elites[2]}


def test_of_elites_whose_first_levels_tie_the_best_on_the_next_is_shown() -> None:
    axis = ShownAxis("a", (0.0, 0.5, 1.0))
    elites = (ShownElite((0, 1, 0), 3, 0.1, (0.3,)), ShownElite((0, 1, 1), 4, 0.1, (0.2,)))
    assert best_of_cells(IslandArchive(0, "i", (axis, axis, axis), elites)) == {(0, 1): elites[1]}


def test_elites_come_by_all_levels_and_an_island_tells_those_of_its_best(says, seen_runs: Path, growing) -> None:
    worse, better = growing.placed(-1.0, 0.3, 0.0, cell=(0, 0)), growing.placed(-1.0, 0.2, 0.9, cell=(1, 0))
    told = says(seen_runs, "/archive", run="going_on").split("\n")
    assert told.index(f"#{better}") < told.index(f"#{worse}")
    assert "-100.000% / 20.000% / 90.000%" in told
    on_run = says(seen_runs, "/run", run="going_on").split("\n")
    assert on_run[on_run.index("best gap") :].count("-100.000% / 20.000% / 90.000%") == 1


def test_a_click_on_an_empty_cell_leads_nowhere() -> None:
    click = {"points": [{"x": 1, "y": 2}]}
    assert leads_to(click, {"1,2": "/candidate?id=3"}) == "/candidate?id=3"
    assert leads_to(click, {}) is no_update
    assert leads_to(None, {"1,2": "/candidate?id=3"}) is no_update


def test_a_run_by_the_embedded_author_has_no_calls(says, seen_runs: Path) -> None:
    assert "No model was asked" in says(seen_runs, "/calls", run="toy_one")


def test_calls_are_totalled_by_model_and_shown_a_page_at_a_time(says, seen_runs: Path, growing) -> None:
    first = growing.asked()
    for _ in range(ROWS):
        growing.asked()
    growing.asked(error="the server <b>is</b> tired")
    newest = says(seen_runs, "/calls", run="going_on")
    assert f"{ROWS + 2} calls" in newest
    assert "page 1 of 2" in newest
    assert "the server <b>is</b> tired" in newest
    assert f"#{first}" not in newest.split("\n")
    assert f"#{first}" in says(seen_runs, "/calls", run="going_on", page="2").split("\n")
    assert "1 calls" in says(seen_runs, "/calls", run="going_on", status="failed")
    assert "0 calls" in says(seen_runs, "/calls", run="going_on", model="other")


@pytest.mark.parametrize("page", ["0", "-1", "999999999999999999999", "9" * 5_000, "x", "²"])
def test_a_page_number_out_of_range_means_the_nearest(says, seen_runs: Path, growing, page: str) -> None:
    growing.asked()
    assert "page 1 of 1" in says(seen_runs, "/calls", run="going_on", page=page)


def test_an_address_that_asks_too_much_is_refused_in_a_line(seen_runs: Path) -> None:
    asked = "?" + "a=1&" * (MOST_LETTERS // 4)
    _, told = answer(RunFolder(seen_runs), "/run", asked).page
    assert told.children == "Expected at most 20,000 letters after the path of an address, got 20,001; shorten it."
    assert answer(RunFolder(seen_runs), "/run", asked[:MOST_LETTERS]).title == "Run · toy_two"


def test_the_price_of_a_call_that_is_not_known_makes_the_sum_unknown(says, seen_runs: Path, growing) -> None:
    growing.asked(dollars=None)
    assert "unknown" in says(seen_runs, "/calls", run="going_on")
    assert "price unknown" in says(seen_runs, "/run", run="going_on")
