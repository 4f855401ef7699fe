"""What the pages about runs, archives and calls say."""

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from dash import no_update
from plotly.io.json import to_json_plotly

from evaluators.statistics import Interval
from evo.analysis.archives import IslandArchive, ShownAxis, ShownElite
from evo.analysis.candidates import header
from evo.analysis.overview import glance
from evo.analysis.verdict import verdict
from evo.core.format import points
from evo.dashboard.app import MOST_LETTERS, answer, render
from evo.dashboard.drawings import drawings
from evo.dashboard.pages.archive import best_of_cells, leads_to
from evo.dashboard.pages.calls import ROWS
from evo.dashboard.pages.run import in_words, phase
from evo.dashboard.pages.run import leads_to as dot_leads_to
from evo.dashboard.pages.runs import sort_runs, view
from evo.dashboard.run_folder import RunFolder
from evo.dashboard.run_summaries import RunSummary, summary
from evo.runs.drawings import Drawing, keep_drawing
from evo.store import RunStore
from evo.store.looks import add_evaluation_look
from evo.store.notes import add_note
from problems import Split


def test_the_runs_are_told_apart_by_problem_seed_status_and_gaps(says, seen_runs: Path) -> None:
    told = says(seen_runs, "/").split("\n")
    assert all(word in told for word in ("toy_one", "toy_two", "finished", "toy", "gap, test"))
    assert sum("%" in word for word in told) == 6


def test_a_run_is_picked_for_comparison_and_left_out_by_links(says, seen_runs: Path) -> None:
    assert "compare toy_one: /?compare=toy_one" in boxes(view(RunFolder(seen_runs), {}))
    asked = {"compare": "toy_one\nno_such_run\ntoy_two", "over": "seconds"}
    assert "Comparison" in says(seen_runs, "/", **asked)
    assert "compare toy_one: /?compare=toy_two&over=seconds" in boxes(view(RunFolder(seen_runs), asked))


def plain(shown: object) -> str:
    """Return all that an element has, as text."""
    return str(json.loads(to_json_plotly(shown)))


def boxes(shown: object) -> list[str]:
    """Return what each tick box is called, and where it leads to."""
    found = json.loads(to_json_plotly(shown))
    stack, told = [found], []
    while stack:
        one = stack.pop()
        if isinstance(one, dict) and one.get("role") == "checkbox":
            told.append(f"{one['title']}: {one['data-to']}")
        stack += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
    return told


def test_the_runs_are_sorted_by_what_the_address_says() -> None:
    def summaries(*gaps: float | None) -> list[RunSummary]:
        return [
            RunSummary(f"run {place}", difference=None if gap is None else Interval(gap, gap, gap))
            for place, gap in enumerate(gaps)
        ]

    runs = summaries(0.2, None, -0.1)
    assert [run.name for run in sort_runs(runs, "difference")] == ["run 2", "run 0", "run 1"]
    assert [run.name for run in sort_runs(runs, "-difference")] == ["run 0", "run 2", "run 1"]
    assert [run.name for run in sort_runs(runs, "-run")] == ["run 2", "run 1", "run 0"]
    assert [run.name for run in sort_runs(runs, "nonsense")] == ["run 0", "run 1", "run 2"]


def test_a_run_tells_how_it_stands_to_the_best_baseline(says, seen_runs: Path) -> None:
    told = says(seen_runs, "/").split("\n")
    with RunStore.open_folder(seen_runs / "toy_one") as store:
        found = verdict(store)
    assert found.difference is not None
    assert told.count(f"{points(found.difference.estimate)} ") == 2


def test_the_runs_of_one_problem_can_be_seen_alone(says, copied: Path) -> None:
    with sqlite3.connect(copied / "toy_two" / "run.sqlite") as connection:
        connection.execute("UPDATE run SET problem = 'other'")
    assert all(name in says(copied, "/").split("\n") for name in ("toy_one", "toy_two"))
    told = says(copied, "/", problem="other").split("\n")
    assert "toy_two" in told
    assert "toy_one" not in told


def test_a_run_is_read_again_only_when_its_file_has_changed(copied: Path) -> None:
    folder = RunFolder(copied)
    first = summary(folder, "toy_one")
    assert summary(folder, "toy_one") is first
    with sqlite3.connect(copied / "toy_one" / "run.sqlite") as connection:
        connection.execute("UPDATE run SET problem = 'other'")
    assert summary(folder, "toy_one").problem == "other"


def test_the_verdict_stands_before_all_else_on_the_page_of_a_run(says, seen_runs: Path) -> None:
    told = says(seen_runs, "/run", run="toy_one")
    with RunStore.open_folder(seen_runs / "toy_one") as store:
        sentences = verdict(store).sentences
    places = [
        told.index(words) for words in ("Verdict", *sentences, "The rule that was found", "Against the baselines")
    ]
    assert places == sorted(places)


def test_what_stands_between_backticks_in_a_verdict_is_code() -> None:
    first, command, last = in_words("Next: `evo report`.")
    assert (first, command.children, last) == ("Next: ", "evo report", ".")


def test_nothing_is_said_of_dollars_where_no_model_was_asked(says, seen_runs: Path) -> None:
    told = says(seen_runs, "/run", run="toy_one").split("\n")
    assert "nothing: no model was asked" in told
    assert "dollars" not in told


def test_a_click_on_a_dot_leads_to_its_candidate_and_on_a_baseline_nowhere() -> None:
    assert dot_leads_to({"points": [{"customdata": 7}]}, "?run=toy_one") == "/candidate?run=toy_one&id=7"
    assert dot_leads_to({"points": [{}]}, "?run=toy_one") is no_update
    assert dot_leads_to(None, None) is no_update


@pytest.mark.parametrize(
    ("made", "limit", "said"),
    [
        (0, {"candidates": 100.0}, "left: not known yet"),
        (25, {"candidates": 100.0}, "search, 25%; left: about 30 s, by its candidates"),
        (25, {"candidates": 100.0, "seconds": 20.0}, "search, 50%; left: about 10 s, by its seconds"),
        (100, {"candidates": 100.0}, "search done"),
        (25, {}, "without a limit"),
    ],
)
def test_a_run_that_goes_on_tells_what_it_is_at_and_how_long_it_takes(seen_runs: Path, made, limit, said) -> None:
    with RunStore.open_folder(seen_runs / "toy_one") as store:
        overview = glance(store, "toy_one", alive=True)
    spent = replace(overview.spent, candidates=made, seconds=10.0)
    assert said in phase(replace(overview, spent=spent), limit)


def test_the_drawings_of_a_candidate_are_images_in_which_nothing_runs_beside_those_of_baselines(copied: Path) -> None:
    folder, run = RunFolder(copied), copied / "toy_one"
    assert drawings(folder, "toy_one", 7) is None
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>one</title><desc>two</desc></svg>'
    of_seven = Drawing("found #7", 7, Split.VALIDATION, 1, "toy-1", 12.0, svg)
    for one in (
        of_seven,
        replace(of_seven, name="SPT", candidate=None),
        replace(of_seven, name="LW", candidate=None, position=0),
        replace(of_seven, name="candidate 8", candidate=8, split=Split.TRAIN),
    ):
        keep_drawing(run, one)
    (run / "drawings" / "candidate-7-validation-1.svg").write_text(svg.replace("<title", "<title id='x'"))
    shown = plain(drawings(folder, "toy_one", 7))
    assert shown.count("data:image/svg+xml;base64,") == 2
    assert shown.index("found #7 on toy-1 of validation: objective 12") < shown.index("SPT on toy-1 of validation")
    assert "Drawn solutions" in plain(list(render(folder, "/candidate", {"run": "toy_one", "id": "7"}).page))
    (run / "drawings" / "candidate-7-validation-1.svg").write_text("<svg onload='alert(1)'/>")
    assert drawings(folder, "toy_one", 7) is None


def test_notes_stand_on_the_page_of_the_run_and_of_their_candidate(copied: Path) -> None:
    folder, file = RunFolder(copied), copied / "toy_one" / "run.sqlite"
    assert "Notes" not in plain(list(render(folder, "/run", {"run": "toy_one"}).page))
    add_note(file, "tried on <line> 3")
    add_note(file, "too slow?", 7)
    of_run = plain(list(render(folder, "/run", {"run": "toy_one"}).page))
    of_candidate = plain(list(render(folder, "/candidate", {"run": "toy_one", "id": "7"}).page))
    assert "tried on <line> 3" in of_run
    assert "too slow?" in of_run
    assert "too slow?" in of_candidate
    assert "line> 3" not in of_candidate


def test_links_of_the_header_keep_the_run_and_the_candidate(seen_runs: Path) -> None:
    rendered = render(RunFolder(seen_runs), "/run", {"run": "toy_one", "id": "3"})
    told = plain(list(rendered.links))
    assert all(f"/{page}?run=toy_one&id=3" in told for page in ("candidate", "lineage", "archive", "candidates"))
    assert "/run?run=toy_one&id=3&over=seconds" in plain(list(rendered.page))


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
    wanted = ("Spend against budget", "100%", "behaviour", "first", "second", "priority", "#29", "finished")
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
