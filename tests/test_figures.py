"""The README's measured figures are those of the JSON files that the benchmarks wrote."""

import json
import runpy
from pathlib import Path
from typing import Any

from problems.smtt import Smtt

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
WORDS = " ".join(README.split())

SHOWN = {"best": 0, "sixth": 5, "ninth": 8, "worst": 9}
"""The runs that the README shows: their place by the instances that chose."""


def measured(name: str) -> Any:  # what a benchmark writes has no common type
    return json.loads((ROOT / "benchmarks" / name).read_text(encoding="utf-8"))


FIRST_RUNS = measured("search/first_runs.json")
RUNS = [arm for arm in FIRST_RUNS if arm["seed"] >= 0]
CONTROLS = {arm["found"]: arm for arm in FIRST_RUNS if arm["seed"] < 0}


def first_runs_row(name: str, arm: dict[str, float], compared: bool = True) -> str:
    gap, ratio = (
        f"[{arm[f'{figure}_low']:+.2f}, {arm[f'{figure}_high']:+.2f}]" if compared else ""
        for figure in ("gap", "ratio")
    )
    return f"| {name} | {arm['gap']:.2f} | {gap} | {arm['ratio']:.2f} | {ratio} |"


def test_the_first_runs_are_ordered_by_instances_that_the_figures_do_not_come_from() -> None:
    fresh = runpy.run_path(str(ROOT / "benchmarks" / "search" / "fresh.py"))
    assert len({fresh["FRESH_SEED"], fresh["UNSEEN_SEED"], Smtt().seed}) == 3
    choices = [arm["choice_gap"] for arm in RUNS]
    assert choices == sorted(choices)
    assert sorted(arm["seed"] for arm in RUNS) == list(range(10))


def test_the_table_of_first_runs_is_the_measured_one_with_the_control_beside_the_best() -> None:
    found = {
        word: first_runs_row(f"found, {word} of 10 (seed {RUNS[place]['seed']})", RUNS[place])
        for word, place in SHOWN.items()
    }
    rows = [
        first_runs_row("MDD (= PSK)", CONTROLS["MDD"], compared=False),
        first_runs_row("MDDC", CONTROLS["MDDC"]),
        found.pop("best"),
        first_runs_row("by hand, `max(t + p, d) + 0.04 * w_late`", CONTROLS["hand-made"]),
        *found.values(),
    ]
    assert "\n".join(["|---|---|---|---|---|", *rows, ""]) in README
    assert RUNS[SHOWN["best"]]["gap"] < CONTROLS["hand-made"]["gap"] < RUNS[SHOWN["sixth"]]["gap"]
    assert "by hand is behind the best of ten and ahead of the sixth" in WORDS


def test_so_many_first_runs_beat_mdd_as_is_said() -> None:
    beat = [arm for arm in RUNS if arm["gap_high"] < 0 and arm["ratio_high"] < 0]
    assert len(beat) == 9
    assert "Nine of ten beat MDD in both figures" in WORDS


def test_the_rule_of_twice_the_candidates_beats_mddc_with_clear_intervals() -> None:
    measured_rule = measured("class_a.json")
    assert {"seed=1", "budget.candidates=2000"} <= set(measured_rule["overrides"])
    found = [line for line in measured_rule["lines"] if line["name"] == "found"]
    assert measured_rule["against"] == "MDDC"
    assert [line["jobs"] for line in found] == [100, 200, 500]
    assert all(line[f"less_{figure}"]["high"] < 0 for line in found for figure in ("scaled", "ratio", "positive"))
    assert "With 2,000 candidates seed 1 beats MDDC with clear intervals at 100, 200 and 500 jobs" in WORDS
