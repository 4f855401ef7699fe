"""The stand-in model of the comparisons of search engines, and what compares them."""

import ast
import dataclasses
import importlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from evaluators.language import read_rules
from problems import Split

SEARCH = Path(__file__).parents[2] / "benchmarks" / "search"
SEEDS = {"smtt_edd": "d", "smtt_mdd": "max(t + p, d)", "obp": "-left", "jobshop": "p"}
FORMS = {
    "complete": ("Write it again.\n{program}", "```python\nimport math\n"),
    "edit": (
        "<<<<<<< SEARCH\n=======\n>>>>>>> REPLACE\n{program}",
        "A change of the formula.\n\n<<<<<<< SEARCH\n    re",
    ),
    "thought": ("inside within boxed {{}}.\n{program}", "{A change of the formula, variant "),
    "open": ("write TUNE(low, high)\n{program}", "```python\nimport math\n"),
}


@pytest.fixture(scope="module")
def modules() -> Iterator[dict[str, ModuleType]]:
    """Return modules of `benchmarks/search`, which are imported as its scripts import them."""
    sys.path.insert(0, str(SEARCH))
    names = ("standin", "tasks", "server", "duel", "grid", "rivals", "polish")
    yield {name: importlib.import_module(name) for name in names}
    sys.path.remove(str(SEARCH))


def model(modules, task="smtt_edd", seed=3, knowledge=0.0):
    return modules["standin"].StandIn(modules["tasks"].TASKS[task], seed, knowledge)


def shown(modules, task, expression):
    return modules["tasks"].program(modules["tasks"].TASKS[task].signature, expression)


def test_a_reply_depends_on_seed_number_and_programs_alone(modules):
    program, other = (shown(modules, "smtt_edd", text) for text in ("d + p", "d - p"))
    one = [model(modules).reply(f"A text.\n{program}", number) for number in range(20)]
    assert one == [model(modules).reply(f"Another text.\n{program}", number) for number in range(20)]
    assert one != [model(modules, seed=4).reply(program, number) for number in range(20)]
    assert one != [model(modules).reply(other, number) for number in range(20)]
    assert len({reply.text for reply in one}) > 15


@pytest.mark.parametrize("task", SEEDS)
@pytest.mark.parametrize("form", FORMS)
def test_replies_have_the_format_that_is_asked_for_and_parameters_of_the_task(modules, task, form):
    prompt, begins = FORMS[form]
    asked = model(modules, task)
    for number in range(60):
        reply = asked.reply(prompt.format(program=shown(modules, task, SEEDS[task])), number)
        assert (reply.form, reply.shown) == (form, 1)
        if not reply.fault:
            assert reply.text.startswith(begins)
            assert ("TUNE(" in reply.program) == (form == "open")
            if form != "open":
                read_rules(reply.program, asked.task.problem.signatures)


def test_one_in_twenty_replies_has_no_code_and_one_in_twenty_a_syntax_error(modules):
    prompt = shown(modules, "obp", "-left")
    faults = [model(modules, "obp").reply(prompt, number) for number in range(600)]
    assert 15 <= sum(reply.fault == "no code" for reply in faults) <= 50
    broken = [reply for reply in faults if reply.fault == "syntax"]
    assert 15 <= len(broken) <= 50
    with pytest.raises(SyntaxError):
        ast.parse(broken[0].program)


def test_an_edit_replaces_lines_as_the_current_program_has_them(modules):
    before, current = (shown(modules, "smtt_edd", text) for text in ("d + p", "1.25 * d"))
    prompt = f"<<<<<<< SEARCH\n{before}\n# Current Program\n```python\n{current}```\n"
    replies = [model(modules).reply(prompt, number) for number in range(20)]
    assert all(reply.shown == 2 for reply in replies)
    assert all("SEARCH\n    return 1.25 * d\n=======" in reply.text for reply in replies if reply.fault != "no code")


@pytest.mark.parametrize(
    "request_of_engine",
    [
        "Write one that joins a part of each.",
        "a totally different form but can be motivated from them",
        "I.e. perform crossover between the code scripts.",
        "a novel algorithm that draws inspiration from the provided context programs",
    ],
)
def test_a_join_that_is_asked_for_is_more_likely(modules, request_of_engine):
    other, current = (shown(modules, "smtt_edd", text) for text in ("123.25", "d"))
    prompt = f"{other}\n# Current program\n{current}"
    plain, joined = (
        sum("123.25" in model(modules).reply(text, number).program for number in range(100))
        for text in (prompt, f"{request_of_engine}\n{prompt}")
    )
    assert plain < 35 < joined


def test_a_whole_program_keeps_the_marks_of_the_part_that_may_change(modules):
    marked = modules["rivals"].marked_seed(modules["tasks"].TASKS["smtt_mdd"])
    replies = [model(modules, "smtt_mdd").reply(f"# Current program\n{marked}", number) for number in range(20)]
    form = re.compile(r"# EVOLVE-BLOCK-START\ndef priority\(.*\):\n    return .*\n# EVOLVE-BLOCK-END\n")
    assert form.search(marked)
    assert all(form.search(reply.text) for reply in replies if reply.fault != "no code")


def test_programs_with_variables_and_branches_are_read_and_others_are_left_out(modules):
    names = frozenset(("p", "d", "t"))
    value = modules["standin"].value_of_function
    source = (
        "def priority(p, d, t):\n    '''Text.'''\n    a = p + 1.0\n    if d < t:\n        return a\n    return a * d\n"
    )
    assert ast.unparse(value(source, names)) == "p + 1.0 if d < t else (p + 1.0) * d"
    for body in ("for i in range(3):\n        p += i\n    return p", "return q", "pass", "return ("):
        with pytest.raises(modules["standin"].UnreadableProgram):
            value(f"def priority(p, d, t):\n    {body}\n", names)


def test_with_knowledge_a_share_of_the_replies_contains_a_step_of_the_hidden_rule(modules):
    prompt = shown(modules, "smtt_edd", "d")
    prompts = {0.05: prompt, 0.1: prompt + "Where its gap is large, mean by kind of instance:\n- tf=0.6: 3 %\n"}
    steps = ("max(d, t + p)", "d + 0.117 * w_late * late_share ** 4.82 * (p / p_mean) ** 1.32 / n_left ** 0.413")
    for share, text in prompts.items():
        plain = [model(modules).reply(text, number) for number in range(400)]
        told = [model(modules, knowledge=0.1).reply(text, number) for number in range(400)]
        changed = [other for one, other in zip(plain, told, strict=True) if one != other]
        assert 0.6 * share <= len(changed) / 400 <= 1.4 * share
        assert {next(step for step in steps if reply.program.rstrip().endswith(step)) for reply in changed} == {*steps}


def test_no_grammar_of_our_own_author_is_in_the_stand_in():
    for file in ("standin.py", "tasks.py", "server.py"):
        assert "evo.authors" not in (SEARCH / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("task", SEEDS)
def test_a_task_starts_from_one_rule_and_splits_share_no_instance(modules, task):
    problem = modules["tasks"].TASKS[task].problem
    assert list(problem.baselines) == list(problem.seeds)
    assert SEEDS[task] in problem.baselines[problem.seeds[0]]
    digests = {split: {one.digest() for one in problem.instances(split)} for split in Split}
    assert [len(digests[split]) for split in (Split.TRAIN, Split.VALIDATION, Split.TEST)] == [40, 40, 200]
    assert len(set.union(*digests.values())) == 280


def test_the_server_numbers_replies_and_refuses_those_past_the_budget(modules, tmp_path):
    task = modules["tasks"].TASKS["jobshop"]
    messages = [{"role": "user", "content": shown(modules, "jobshop", "p")}]
    with (tmp_path / "log.jsonl").open("w") as log:
        service = modules["server"].Service(model(modules, "jobshop"), 2, log, tmp_path)
        assert service.answer("/v1/models", {})[1]["data"][0]["id"] == modules["server"].MODEL
        hello = {"messages": [{"role": "user", "content": "Are you there?"}]}
        assert service.answer("/v1/chat/completions", hello)[0] == 200
        replies = [service.answer("/v1/chat/completions", {"messages": messages}) for _ in range(3)]
        assert [status for status, _ in replies] == [200, 200, 400]
        assert (
            replies[1][1]["choices"][0]["message"]["content"]
            == model(modules, "jobshop").reply(messages[0]["content"], 1).text
        )
        assert replies[0][1]["usage"]["total_tokens"] > 0
        gap = service.answer("/evaluate", {"source": "p / work_left"})[1]["gap"]
        assert gap < task.gap("p", Split.TRAIN, tmp_path)
        assert "line" in service.answer("/evaluate", {"source": "def priority(): return p"})[1]["error"]


@pytest.mark.parametrize("name", ["openevolve", "llm4ad", "shinkaevolve"])
def test_a_rival_gets_the_seed_the_goal_the_budget_and_the_server_of_its_job(modules, tmp_path, name):
    task = modules["tasks"].TASKS["smtt_mdd"]
    job = modules["rivals"].Job(task, 5813, 271, "http://127.0.0.1:4711", tmp_path)
    arguments = modules["rivals"].RIVALS[name].prepare(job)
    sources = {file.name: file.read_text() for file in tmp_path.iterdir()}
    assert any(argument in sources for argument in arguments)
    for file, source in sources.items():
        if file.endswith(".py"):
            ast.parse(source)
    text = "".join(sources.values())
    for given in ("max(t + p, d)", task.goal, "5813", "271", "http://127.0.0.1:4711/v1"):
        assert given in text


def test_holm_and_the_sign_flip_test_are_those_of_the_books(modules):
    assert modules["duel"].holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert modules["duel"].sign_flip_p(np.array([1.0, 2.0, 3.0])) == pytest.approx(0.25)
    assert modules["duel"].sign_flip_p(np.array([1.0, -1.0])) == pytest.approx(1.0)


def run_of(modules, arm, seed, fresh, overrides=(), engine="ours"):
    plan = modules["duel"].Plan("obp", arm, seed, 100, 0.0, engine, overrides)
    return modules["duel"].Run(plan, 100, 90, 1.0, 2.0, fresh, fresh, fresh, "-left", 0, "")


def test_arms_are_compared_by_ratios_of_gaps_on_the_seeds_that_both_have(modules):
    gaps = {"ours": (1.0, 2.0, 4.0) * 2, "other": (2.0, 4.0, 8.0) * 2, "third": (1.0,)}
    runs = [run_of(modules, arm, seed, gap) for arm, row in gaps.items() for seed, gap in enumerate(row)]
    other, third = modules["duel"].comparisons(runs, "ours")
    assert (other.arm, other.seeds, third.seeds) == ("other", 6, 1)
    assert not third.ratio.known
    ratio = other.ratio
    assert (ratio.estimate, ratio.low, ratio.high) == pytest.approx((0.5, 0.5, 0.5))
    assert (other.p, other.holm) == pytest.approx((2 / 64, 4 / 64))


def test_each_kind_of_arms_is_corrected_alone(modules):
    arms = {"ours": "ours", "nopolish": "ours", "climb": "control", "llm4ad": "rival", "llm4ad+polish": "polished"}
    runs = [
        run_of(modules, arm, seed, 1.0 + (arm != "ours"), (), kind) for arm, kind in arms.items() for seed in (0, 1)
    ]
    corrected = {one.arm: one.holm for one in modules["duel"].comparisons(runs, "ours")}
    assert corrected == pytest.approx({"nopolish": 0.5, "climb": 1.0, "llm4ad": 1.0, "llm4ad+polish": 0.5})


def test_a_control_may_have_so_many_times_the_replies_in_an_arm_of_its_own(modules, tmp_path):
    duel = modules["duel"]
    plan = duel.Plan("smtt_mdd", duel.repeated("pool", 3), 0, 4, 0.0, "control", times=3)
    assert (plan.arm, plan.peer, plan.asked, plan.kind) == ("pool*3", "pool", 12, "more replies")
    run = duel.made(plan, tmp_path, duel.Places())
    plain = duel.made(duel.Plan("smtt_mdd", "pool", 0, 12, 0.0, "control"), tmp_path, duel.Places())
    assert (run.replies, run.program) == (12, plain.program)


def test_an_earlier_version_is_run_by_its_own_command(modules, tmp_path):
    duel = modules["duel"]
    command = tmp_path / "evo"
    command.write_text('#!/bin/sh\necho "$@"\nexit 3\n')
    command.chmod(0o755)
    plan = duel.Plan("smtt_mdd", "older", 0, 4, 0.0, "older")
    with pytest.raises(duel.FailedRun, match="exit status 3"):
        duel.made(plan, tmp_path, duel.Places(older=command))
    given = (tmp_path / "logs" / plan.name / "output.txt").read_text()
    assert given.startswith("run ")
    assert "budget.candidates=4" in given


def test_each_new_best_of_a_rival_gets_its_share_of_our_edits(modules, tmp_path):
    polish, duel = modules["polish"], modules["duel"]
    task = modules["tasks"].TASKS["smtt_mdd"]
    programs = ("max(t + p, d)", "d", "max(t + p, d) + 0.01 * w_late")
    scored = [
        polish.Scored(task.gap(text, Split.TRAIN, tmp_path), shown(modules, "smtt_mdd", text)) for text in programs
    ]
    assert polish.new_bests(scored) == [scored[0], scored[2]]
    edited = list(polish.polished(task, polish.new_bests(scored), 21, 0, tmp_path))
    assert edited == list(polish.polished(task, polish.new_bests(scored), 21, 0, tmp_path))
    assert len(edited) <= 21
    assert min(edited) < min(scored)
    plan = duel.Plan("smtt_mdd", "llm4ad+polish", 0, 3, 0.0, "polished", edits=21)
    (tmp_path / "logs" / plan.name).mkdir(parents=True)
    log = [{"kind": "evaluation", "program": one.source, "gap": one.gap} for one in scored]
    (tmp_path / "logs" / plan.name / modules["server"].LOG).write_text("".join(json.dumps(line) + "\n" for line in log))
    found = duel.with_polish(plan, task, tmp_path, duel.Found([], "", 3, 3, 1.0))
    assert (found.ranked[0], found.chosen) == (min(edited).source, min(edited).source)
    assert (found.evaluations, found.replies) == (3 + len(edited), 3)


def test_runs_that_are_done_are_not_wanted_again_unless_their_settings_differ(modules, tmp_path):
    done = run_of(modules, "ours", 0, 1.0, ("window=4",))
    (tmp_path / "runs.jsonl").write_text(json.dumps(dataclasses.asdict(done)) + "\n")
    read = modules["duel"].runs_in(tmp_path / "runs.jsonl")
    assert read == [done]
    other = dataclasses.replace(done.plan, seed=1)
    assert list(modules["duel"].missing([done.plan, other], read)) == [other]
    with pytest.raises(ValueError, match="another name"):
        list(modules["duel"].missing([dataclasses.replace(done.plan, overrides=())], read))


def test_a_cell_of_the_grid_has_so_many_replies_and_evaluations(modules):
    grid = modules["grid"]
    assert grid.cell(0, 1000) == ("llm=embedded", "budget.candidates=1000")
    assert grid.cell(100, 1000) == ("polish.per_reply=9", "budget.replies=100")
    assert grid.cell(300, 300) == ("polish.per_reply=0", "budget.replies=300")


def test_what_replies_add_is_the_ratio_to_none_at_equal_evaluations_and_seeds(modules):
    grid, duel = modules["grid"], modules["duel"]

    def run(seed, replies, fresh):
        plan = duel.Plan("smtt_mdd", grid.name(300), seed, replies, 0.1 if replies else 0.0, "ours")
        return duel.Run(plan, replies, 300, 1.0, 1.0, fresh, fresh, fresh, "", 0, "")

    runs = [run(0, 0, 0.8), run(1, 0, 0.8), run(0, 30, 0.4), run(1, 30, 0.2), run(2, 30, 0.1)]
    gained = grid.gain(runs, "smtt_mdd", 0.1, 300, 30)
    assert gained.seeds == 2
    assert gained.ratio.estimate == pytest.approx((0.5 * 0.25) ** 0.5)
    assert grid.gain(runs, "smtt_mdd", 0.1, 1000, 30) is None
