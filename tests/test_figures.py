"""The README's measured figures are those of the JSON files that the benchmarks wrote."""

import io
import json
import math
import re
import runpy
import statistics
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from rich.console import Console

from evaluators import InstanceSet
from evaluators.language import compile_rules
from evaluators.scoring import relative_gaps
from evaluators.statistics import mean_interval, paired_difference
from evo.config.compose import compose
from evo.runs.build import instance_sets
from problems import Problem, Split
from problems.smtt import Smtt

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
WORDS = " ".join(README.split())

SHOWN = {"best": 0, "sixth": 5, "ninth": 8, "worst": 9}
"""The runs that the README shows: their place by the instances that chose."""


def measured(name: str) -> Any:  # what a benchmark writes has no common type
    return json.loads((ROOT / "benchmarks" / name).read_text(encoding="utf-8"))


FIRST_RUNS = measured("search/first_runs.json")
RUNS = FIRST_RUNS["runs"]
SMALL, LARGE = "100 and 200", "500"
"""The names of the unseen sets, by number of jobs."""
BY_HAND, WITH_SHARE = "max(t + p, d) + 0.04 * w_late", "max(t + p, d) + 0.055 * late_share * w_late"
COUNTS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def control_row(name: str, control: str) -> str:
    small, large = (FIRST_RUNS["controls"][each][control] for each in (SMALL, LARGE))
    return f"| {name} | {small:.2f} |  | {large:.2f} |  |"


def found_row(word: str, place: int) -> str:
    run = RUNS[place]
    small, large = run["unseen"][SMALL], run["unseen"][LARGE]
    by_hand, mddc = small["above"][BY_HAND], large["above"]["MDDC"]
    cells = [
        f"found, {word} of 10 (seed {run['seed']})",
        f"{small['gap']:.2f}",
        f"[{by_hand['low']:+.3f}, {by_hand['high']:+.3f}]",
        f"{large['gap']:.2f}",
        f"[{mddc['low']:+.2f}, {mddc['high']:+.2f}]",
    ]
    return f"| {' | '.join(cells)} |"


def certain(size: str, control: str, sign: float = 1.0) -> str:
    """Return in a word how many runs are certainly better than a control, or, with sign -1, worse."""
    ends = [run["unseen"][size]["above"][control] for run in RUNS]
    return COUNTS[sum(end["high"] < 0 if sign > 0 else end["low"] > 0 for end in ends)]


def test_the_first_runs_are_ordered_by_instances_that_the_figures_do_not_come_from() -> None:
    fresh = runpy.run_path(str(ROOT / "benchmarks" / "search" / "fresh.py"))
    seeds = {fresh["CHOOSING"][0], *(seed for seed, _ in fresh["UNSEEN"].values())}
    assert len(seeds) == 2
    assert Smtt().seed not in seeds
    choices = [run["choosing"] for run in RUNS]
    assert choices == sorted(choices)
    assert sorted(run["seed"] for run in RUNS) == list(range(20, 30))


def test_the_table_of_first_runs_is_the_measured_one_with_the_controls_beside_them() -> None:
    rows = [
        control_row("MDD (= PSK)", "MDD"),
        control_row("MDDC", "MDDC"),
        control_row(f"by hand, `{BY_HAND}`", BY_HAND),
        control_row(f"by hand, `{WITH_SHARE}`", WITH_SHARE),
        *(found_row(word, place) for word, place in SHOWN.items()),
    ]
    assert "\n".join(["|---|---|---|---|---|", *rows, ""]) in README


def test_so_many_first_runs_are_certainly_better_as_is_said() -> None:
    mdd, mddc, by_hand = (certain(SMALL, control) for control in ("MDD", "MDDC", BY_HAND))
    share, worse = certain(SMALL, WITH_SHARE), certain(SMALL, BY_HAND, -1.0)
    said = (
        f"of the ten rules {mdd} are certainly better than MDD, {mddc} than MDDC, {by_hand} than the first line by hand"
    )
    said = f"At 100 and 200 jobs, {said} and {share} than the second, {worse} certainly worse"
    assert said in WORDS
    smaller = sum(run["unseen"][LARGE]["gap"] < FIRST_RUNS["controls"][LARGE]["MDDC"] for run in RUNS)
    assert smaller == len(RUNS)
    large = f"{certain(LARGE, 'MDDC')} certainly; {certain(LARGE, BY_HAND)} are certainly better than the first line "
    large += f"by hand, {certain(LARGE, BY_HAND, -1.0)} certainly worse"
    assert f"At 500 jobs, more than any run trains on, all ten have a smaller gap than MDDC, {large}" in WORDS
    median = statistics.median(run["unseen"][SMALL]["gap"] for run in RUNS)
    assert f"their median gap is {median:.2f} %" in WORDS


def test_the_rule_of_twice_the_candidates_beats_mddc_with_clear_intervals() -> None:
    measured_rule = measured("class_a.json")
    assert {"seed=1", "budget.candidates=2000"} <= set(measured_rule["overrides"])
    found = [line for line in measured_rule["lines"] if line["name"] == "found"]
    assert measured_rule["against"] == "MDDC"
    assert [line["jobs"] for line in found] == [100, 200, 500]
    assert all(line[f"less_{figure}"]["high"] < 0 for line in found for figure in ("scaled", "ratio", "positive"))
    assert "With 2,000 candidates seed 1 beats MDDC with clear intervals at 100, 200 and 500 jobs" in WORDS


@pytest.mark.parametrize(("jobs", "digits"), [(100, 3), (500, 2), (1000, 1)])
def test_the_table_of_proven_optima_is_the_measured_one(jobs: int, digits: int) -> None:
    row = next(row for row in measured("smtt_exact.json") if (row["name"], row["jobs"]) == ("20 classes", jobs))
    proven = f"| {jobs:,} | {row['proven']} of {row['instances']} "
    assert f"{proven}| {row['median']:.{digits}f} s | {row['maximum']:.{digits}f} s |" in README
    if jobs == 1000:
        assert f"| at most {row['peak_mib']:.0f} MiB |" in README


def test_the_paper_s_tables_are_reproduced_and_so_many_heuristics_are_measured() -> None:
    paper = measured("smtt_paper.json")
    assert all(cell["equal"] for cell in paper["paper"])
    assert f"{len({row['heuristic'] for row in paper['heuristics']})} heuristics measured against optima" in WORDS


def test_the_costs_are_the_measured_ones() -> None:
    one, engine = measured("evaluator.json"), measured("engine.json")
    early, late = engine["cpu_ms_100_200"], engine["cpu_ms_1900_2000"]
    fresh = f"{one['fresh_ms']:.0f} ms: a fresh interpreter compiling rule and kernel by numba ({one['ratio']:.1f} ×)"
    rows = [
        f"| one rule candidate on 5 × 60 jobs, end to end, sandboxed | {one['ours_ms']:.0f} ms CPU | {fresh} |",
        f"| all layers of isolation | {one['layers_ms']:.1f} ms CPU | above a bare fork |",
        f"| re-scoring in the parent | {one['scoring_share']:.1%} | of the evaluation |",
        f"| engine, per candidate | {early:.1f} ms CPU; {late:.1f} ms at 2,000 |",
        f"| driver's memory at 10,000 candidates | {engine['peak_mib']:.0f} MiB | |",
    ]
    assert [row for row in rows if row not in README] == []
    peers = next(line for line in README.splitlines() if line.startswith("| engine, per candidate"))
    assert "as reported to us, other machine" in peers


def test_the_speed_of_rules_is_the_measured_one() -> None:
    rules = measured("rules.json")
    evaluated, times = ([row[figure] for row in rules] for figure in ("evaluated", "times"))
    of = {row["problem"]: f"{row['times']:.0f}" for row in rules}
    assert f"A rule costs {min(evaluated):.2f} to {max(evaluated):.2f} s of CPU on the whole training set" in WORDS
    assert f"its kernel is {min(times):.0f} to {max(times):.0f} times faster than the same in plain Python" in WORDS
    assert f"{of['smtt']} for `smtt` and {of['jobshop']} for `jobshop`" in WORDS


def test_the_time_of_recursive_questions_is_the_measured_one() -> None:
    store = measured("store.json")
    recursive = ("ancestors of last", "descendants of first", "path to last", "common of the last two")
    seconds = [store[f"{name} ms"] / 1000 for name in recursive]
    assert f"On {store['candidates']:,} candidates" in WORDS
    assert f"recursive questions take {min(seconds):.2f} to {max(seconds):.2f} s of CPU" in WORDS


ARMS = {
    "default": "**evo**",
    "nopolish": "evo without edits, `polish.per_reply=0`",
    "pool": "a pool of the ten best",
    "sample": "drafts from the seed",
    "climb": "(1+1)",
    "llm4ad": "LLM4AD 1.11, EoH",
    "openevolve": "OpenEvolve 0.4.1",
    "shinkaevolve": "ShinkaEvolve 0.0.7, its search in one process",
}
"""The arms of the duel that the README shows, in this order."""
DUEL = measured("search/duel.json")
TASKS = ("smtt_edd", "smtt_mdd", "obp", "jobshop")
PEERS = {run["plan"]["arm"] for run in DUEL["runs"] if run["plan"]["engine"] in ("control", "rival")}
OTHERS = [one for one in DUEL["comparisons"] if one["arm"] in PEERS]
"""The comparisons of evo with controls and rivals."""
SEARCH = (ROOT / "docs" / "search.md").read_text(encoding="utf-8")
SEARCH_WORDS = " ".join(SEARCH.split())


def of_arm(found: Any, arm: str, task: str, replies: int = 300) -> dict[int, dict[str, Any]]:
    """Return the runs of an arm by seed."""
    plans = [(run["plan"], run) for run in found["runs"]]
    wanted = (arm, task, replies)
    return {plan["seed"]: run for plan, run in plans if (plan["arm"], plan["task"], plan["replies"]) == wanted}


def ends(ratio: dict[str, float]) -> str:
    return f"{ratio['estimate']:.2f}" + ("" if ratio["low"] is None else f" [{ratio['low']:.2f}, {ratio['high']:.2f}]")


def compared_row(found: Any, arm: str, title: str, replies: int = 300, figures: tuple[str, ...] = ()) -> str:
    """Return the row of an arm: for each task its mean gap and the ratio with its interval, then means of figures."""
    cells, every = [], []
    for task in TASKS:
        own = of_arm(found, "default", task, replies)
        runs = [run for seed, run in of_arm(found, arm, task, replies).items() if seed in own]
        ratios = [
            one["ratio"]
            for one in found["comparisons"]
            if (one["task"], one["replies"], one["arm"]) == (task, replies, arm)
        ]
        mean = statistics.geometric_mean(run["fresh"] for run in runs)
        cells.append(" ".join([f"{mean:.2f}", *(f"({ends(one)})" for one in ratios)]))
        every += runs
    cells += [f"{statistics.mean(run[figure] for run in every):,.0f}" for figure in figures]
    return f"| {title} | {' | '.join(cells)} |"


def test_the_duel_is_the_measured_one() -> None:
    for replies, page in ((300, README), (100, SEARCH)):
        arms = [arm for arm in ARMS if of_arm(DUEL, arm, "obp", replies)]
        assert len(arms) >= 7
        rows = [compared_row(DUEL, arm, ARMS[arm], replies, ("evaluations", "cpu")) for arm in arms]
        assert [row for row in rows if row not in page] == []
    assert "300 replies, ten seeds" in WORDS
    assert all(len(of_arm(DUEL, arm, task)) == 10 for arm in ARMS for task in TASKS)
    (few,) = {len(of_arm(DUEL, "default", task, 100)) for task in TASKS}
    assert f"100 replies, {COUNTS[few]} seeds" in SEARCH_WORDS


def test_so_many_comparisons_of_the_duel_are_certain_as_is_said() -> None:
    ratios = {replies: [one["ratio"] for one in OTHERS if one["replies"] == replies] for replies in (300, 100)}
    below = {replies: sum(one["high"] < 1 for one in each) for replies, each in ratios.items()}
    assert (len(ratios[300]), below[300], len(ratios[100])) == (24, 24, 24)
    assert all(one["low"] < 1 for each in ratios.values() for one in each)
    said = f"below 1 in 24 of 24 comparisons with controls and rivals after 300 replies and in {below[100]} of 24 after"
    assert f"{said} 100, above 1 in none" in SEARCH_WORDS
    assert f"The interval lies below 1 in all 24 comparisons, and in {below[100]} of 24 after 100 replies" in WORDS
    corrected = [one["holm"] for one in OTHERS if one["replies"] == 300]
    told = f"{COUNTS[sum(p < 0.05 for p in corrected)]} are below 5 % and all below 8 %"
    assert told in WORDS
    assert told in SEARCH_WORDS
    assert max(corrected) < 0.08


def test_without_edits_the_search_is_certainly_worse_than_no_control_and_than_the_version_before() -> None:
    titles = {"pool": "a pool of the ten best", "sample": "drafts from the seed", "climb": "(1+1)"}
    rows = {title: [ratio_of_means(DUEL, "nopolish", arm, task) for task in TASKS] for arm, title in titles.items()}
    before, pool = (
        [
            one["ratio"]
            for task in TASKS
            for one in measured(f"search/{name}.json")["comparisons"]
            if one["task"] == task
        ]
        for name in ("older", "lesion")
    )
    rows |= {
        "the default of commit e6efc1e, before this search": before,
        "the ten best in the place of the cells": pool,
    }
    assert [title for title, row in rows.items() if f"| {title} | {' | '.join(map(ends, row))} |" not in SEARCH] == []
    assert all((one["low"] or 0.0) < 1 for row in rows.values() for one in row)


def ratio_of_means(found: Any, one: str, other: str, task: str) -> dict[str, float]:
    """Return the ratio of two arms' geometric means after 300 replies, paired by seed."""
    first, second = (of_arm(found, arm, task) for arm in (one, other))
    seeds = sorted(first.keys() & second.keys())
    ratio = mean_interval(np.array([math.log(first[seed]["fresh"] / second[seed]["fresh"]) for seed in seeds]))
    found_ratio = ratio.exponential()
    return {"estimate": found_ratio.estimate, "low": found_ratio.low, "high": found_ratio.high}


def test_the_rules_that_evo_picks_have_the_gaps_that_are_said() -> None:
    runs = [of_arm(DUEL, "default", task).values() for task in TASKS]
    picked = [statistics.geometric_mean(run["chosen_fresh"] for run in each) for each in runs]
    assert f"have {picked[0]:.2f}, {picked[1]:.2f}, {picked[2]:.2f} and {picked[3]:.2f} %" in SEARCH_WORDS


def test_at_equal_evaluations_the_others_have_the_gaps_that_are_said() -> None:
    edited, more = measured("search/polished.json"), measured("search/replies.json")
    title = "LLM4AD, 300 replies and 2,700 of evo's edits, spread over its new bests"
    assert compared_row(edited, "llm4ad+polish", title, figures=("evaluations",)) in SEARCH
    assert {run["plan"]["edits"] for run in edited["runs"] if run["plan"]["arm"] == "llm4ad+polish"} == {2700}
    titles = {"pool*11": "a pool of the ten best", "sample*11": "drafts from the seed", "llm4ad*11": "LLM4AD"}
    arms = {run["plan"]["arm"] for run in more["runs"]} - {"default", "climb*11"}
    assert {"pool*11", "sample*11"} <= arms
    rows = [compared_row(more, arm, f"{titles[arm]}, 3,300 replies", figures=("evaluations",)) for arm in sorted(arms)]
    assert [row for row in rows if row not in SEARCH] == []
    pool = [statistics.geometric_mean(run["fresh"] for run in of_arm(more, "pool*11", task).values()) for task in TASKS]
    assert (
        f"a pool of the ten best with 3,300 has {pool[0]:.2f}, {pool[1]:.2f}, {pool[2]:.2f} and {pool[3]:.2f} %"
        in WORDS
    )


def test_the_embedded_author_alone_has_the_gaps_that_are_said() -> None:
    alone = [of_arm(DUEL, "free", task).values() for task in TASKS[:2]]
    gaps = [statistics.geometric_mean(run["fresh"] for run in runs) for runs in alone]
    (seeds,) = {len(runs) for runs in alone}
    said = f"has {gaps[0]:.2f} % from EDD and {gaps[1]:.2f} from MDD ({COUNTS[seeds]} seeds)"
    assert f"The embedded author alone, 2,000 candidates and no reply, {said}" in SEARCH_WORDS


@pytest.mark.timeout(600)  # the kernels are compiled and 1,760 references computed
def test_the_output_of_the_first_run_shows_the_rule_the_gaps_and_the_verdict_that_it_has(tmp_path: Path) -> None:
    shown_rule = re.search(r"^def priority.*?(?=^file: )", README, re.MULTILINE | re.DOTALL)
    assert shown_rule is not None
    settings = compose(["experiment=first", "seed=0"])
    sets = instance_sets(settings, tmp_path, Console(file=io.StringIO()))
    shown = re.findall(r"^(\S+(?: #\d+)?) +([\d.]+%) +([\d.]+%) +([\d.]+%)$", README, re.MULTILINE)
    assert len(shown) == 4
    on_test = {}
    for name, *figures in shown:
        source = settings.problem.baselines.get(name, shown_rule.group())
        found = {split: gaps(settings.problem, known, source) for split, known in sets.items()}
        assert figures == [f"{each.mean():.3%}" for each in found.values()], name
        on_test[name] = found[Split.TEST]
    pair = paired_difference(on_test["found #563"], on_test["MDDC"])
    one = pair.difference
    high, middle, low = (f"{-100 * end:.3f}" for end in (one.low, one.estimate, one.high))
    counts = f"smaller on {pair.wins}, larger on {pair.losses} and equal on {pair.ties} instances."
    said = f"It is certainly better, by {middle} points (95 % interval {low} to {high}): its gap is {counts}"
    assert said in WORDS


def gaps(problem: Problem, known: InstanceSet, source: str) -> NDArray[np.float64]:
    """Return the gaps of a rule as fractions, shape (instances,)."""
    rules = compile_rules(source, problem.signatures)
    own = np.array([problem.objective(each, problem.construct(rules.functions, each)) for each in known.instances])
    rules.check()
    return relative_gaps(problem.sense, own, known)


def test_first_runs_of_other_problems_are_no_worse_than_those_of_the_version_before() -> None:
    pairs = measured("search/versions.json")["pairs"]
    problems = {each["problem"] for each in pairs}
    better = sum(each["difference"]["high"] < 0 for each in pairs)
    worse = sum(each["difference"]["low"] > 0 for each in pairs)
    assert problems == {"obp", "jobshop", "vmr", "pods"}
    said = (
        f"Of {len(pairs)} such pairs of runs {COUNTS[better]} are certainly better now, {COUNTS[worse]} certainly worse"
    )
    assert said in SEARCH_WORDS


def test_intervals_hold_the_mean_as_often_as_is_said() -> None:
    rows = [row for row in measured("intervals.json") if not row["population"].startswith("found, smtt")]
    rare = {row["size"]: row["held"] for row in rows if (row["population"], row["method"]) == ("rare gaps", "ours")}
    rows = [row for row in rows if row["population"] != "rare gaps"]
    ours = [row for row in rows if row["method"] == "ours"]
    assert len(ours) == 6 * 4
    held = {f"{100 * pick(row['held'] for row in ours):.0f}" for pick in (min, max)}
    plain = [row["held"] for row in rows if row["method"] == "percentile bootstrap" and row["size"] <= 20]
    page = " ".join((ROOT / "docs" / "report.md").read_text(encoding="utf-8").split())
    assert f"it holds the true mean in {' to '.join(sorted(held))} % of samples of 6, 10, 20 and 220" in page
    assert f"percentile bootstrap holds it in {100 * min(plain):.0f} to {100 * max(plain):.0f} % at 6 to 20" in page
    assert f"to {100 * rare[6]:.0f} % at 6" in page
    assert f"{min(row['width'] for row in ours):.1f} to {max(row['width'] for row in ours):.1f} times as wide" in page


def test_an_optimiser_gets_no_more_from_tries_for_constants_as_is_said() -> None:
    ratios = [one["ratio"] for one in measured("search/constants.json")]
    least, most = (pick(one["estimate"] for one in ratios) for pick in (min, max))
    below, above = sum(one["high"] < 1 for one in ratios), sum(one["low"] > 1 for one in ratios)
    counts = (
        f"in {COUNTS[below]} of {COUNTS[len(ratios)]} cases the 95 % interval lies below 1, in {COUNTS[above]} above"
    )
    assert f"over what it leaves, is {least:.2f} to {most:.2f}; {counts}" in " ".join(
        (ROOT / "docs" / "llm.md").read_text(encoding="utf-8").split()
    )


def test_the_rule_of_the_job_shop_has_the_gaps_that_are_said() -> None:
    found = measured("jobshop.json")["search"]
    rows = found["seed=0 budget.candidates=1000"]["sets"]
    page = (ROOT / "docs" / "jobshop.md").read_text(encoding="utf-8")
    for name, row in rows.items():
        ends_of_it = "" if row["low"] is None else f" [{row['low']:+.2f}, {row['high']:+.2f}]"
        interval = f"{row['difference']:+.2f}{ends_of_it}"
        cells = (name, f"{row['found']:.2f}", f"{row['spt_twkr']:.2f}", interval)
        told = f"| {' | '.join(cells)} | {row['below']:.0f} of {row['instances']:.0f} |"
        assert told in page or name.startswith("ta"), told
    few = [found[f"seed={seed} budget.candidates=400"]["sets"] for seed in (1, 2)]
    ta, dmu = ([f"{sets[name]['found']:.2f}" for sets in few] for name in ("ta", "dmu41-80"))
    words = " ".join(page.split())
    assert f"have 14.16, {ta[0]} and {ta[1]} on ta, and 23.30, {dmu[0]} and {dmu[1]} on dmu41-80" in words


def test_the_grid_of_replies_and_evaluations_is_the_measured_one() -> None:
    grid = measured("search/grid_whole.json")
    for gain in grid["gains"]:
        assert (gain["task"], gain["knowledge"], gain["replies"], gain["seeds"]) == ("smtt_mdd", 0.1, 300, 6)
        cells = [f"{gain['evaluations']:,}"]
        for replies in (0, 30, 100, 300):
            wanted = (f"{gain['evaluations']}-evaluations", replies)
            runs = [run for run in grid["runs"] if (run["plan"]["arm"], run["plan"]["replies"]) == wanted]
            assert len(runs) == 6
            gap = statistics.geometric_mean(run["fresh"] for run in runs)
            cells.append(f"{gap:.2f} ({statistics.mean(run['cpu'] for run in runs):.0f})")
        assert f"| {' | '.join(cells)} | {ends(gain['ratio'])} |" in SEARCH
    assert [gain["ratio"]["high"] < 1 for gain in grid["gains"]] == [True, True, False], "as the text below it says"


def test_what_replies_add_at_equal_evaluations_is_the_measured_ratio() -> None:
    gains = {(one["task"], one["knowledge"]): one for one in measured("search/grid.json")["gains"]}
    titles = {"smtt_mdd": "1\\|\\|ΣTj from MDD", "obp": "bin packing", "jobshop": "job shop"}
    for task, title in titles.items():
        cells = [ends(gains[task, knowledge]["ratio"]) for knowledge in (0.0, 0.02, 0.1)]
        assert f"| {title} | {' | '.join(cells)} |" in SEARCH
    knowing = {task: ends(gains[task, 0.1]["ratio"]) for task in titles}
    assert (
        f"{knowing['obp']} in bin packing, {knowing['jobshop']} in job shops, {knowing['smtt_mdd']} from MDD" in WORDS
    )
    runs = [run for run in measured("search/grid.json")["runs"] if run["plan"]["replies"] == 0]
    alone = [statistics.geometric_mean(run["fresh"] for run in runs if run["plan"]["task"] == task) for task in titles]
    said = f"have {alone[0]:.2f} from MDD, {alone[1]:.2f} in bin packing and {alone[2]:.2f} in job shops"
    assert said in SEARCH_WORDS
    small = measured("search/real_q05.json")
    gaps = {
        arm: statistics.geometric_mean(run["fresh"] for run in small["runs"] if run["plan"]["arm"] == arm)
        for arm in ("real", "alone")
    }
    told = f"the embedded author alone with as many evaluations {gaps['alone']:.2f}"
    ratio = f"a ratio of {ends(small['comparisons'][0]['ratio'])}"
    assert f"from MDD: {gaps['real']:.2f} %, {told}, {ratio} (two seeds" in SEARCH_WORDS


def test_verdicts_are_as_often_wrong_and_call_as_many_differences_as_is_said() -> None:
    counts = measured("verdict/calibration.json")["counts"]
    certain, wrong, large, called = (counts[name] for name in ("certain", "wrong", "large", "called"))
    assert (counts["runs"], wrong) == (50, 0)
    assert f'{certain} end with "certainly better" or "worse", none of them wrongly by 4,000 fresh instances' in WORDS
    assert f"{called} of the {large} true differences above 0.1 points are called" in WORDS
    page = " ".join((ROOT / "docs" / "report.md").read_text(encoding="utf-8").split())
    assert f"{certain} verdicts were certain and none of these wrong by 4,000 fresh" in page
    assert f"{called} of {large} true differences above 0.1 points were called" in page
