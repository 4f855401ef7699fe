"""Whole runs in which no candidate is worth anything: they stop, or end, with a status above 0 and say why."""

import json
import os
import sqlite3
from pathlib import Path

import pytest

from evo.cli.app import status
from evo.runs.run import DATABASE

SMALL = ["problem=toy", "problem.train=3", "problem.validation=2", "problem.test=2", "islands=one"]
MODEL = ["llm=vllm", "llm.model=coder", "llm.mend=0", "llm.retries=0", "llm.price_in=1", "llm.price_out=1",
         "polish.per_reply=0"]  # fmt: skip


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return what makes a run with these replies, the list of models apart, and returns its exit status."""
    monkeypatch.setenv("EVO_RUNS", str(tmp_path))

    def made(endpoint, *overrides: str) -> int:
        model = [*MODEL, f"llm.base_url={endpoint.url}"]
        return status(["run", *SMALL, *model, "evaluator.workers=1", f"hydra.run.dir={tmp_path}/run", *overrides])

    return made


def state(folder: Path) -> str:
    with sqlite3.connect(folder / DATABASE) as connection:
        return str(connection.execute("SELECT status FROM run").fetchone()[0])


@pytest.mark.parametrize("body", ['{"error": {"message": "no credits", "code": 402}}', '{"error": "no credits"}'])
def test_a_provider_that_tells_errors_with_status_200_is_out_of_reach(run, body, endpoints, capsys, tmp_path):
    endpoint = endpoints.open(lambda _: endpoints.Reply(body))
    assert run(endpoint, "budget.candidates=60", "window=1") == 1
    told = capsys.readouterr().err
    assert "coder is out of reach" in told
    assert "no credits" in told
    assert told.count("\n") == 1
    assert len(endpoint.bodies) == 5
    assert state(tmp_path / "run") == "interrupted"


def test_edits_do_not_make_up_for_a_model_that_brings_nothing(run, endpoints, capsys, tmp_path):
    endpoint = endpoints.open(lambda _: endpoints.said("I would rather not."))
    assert run(endpoint, "budget.replies=3", "polish.per_reply=2") == 1
    assert "all 3 failed" in capsys.readouterr().err.splitlines()[-1]
    with sqlite3.connect(tmp_path / "run" / DATABASE) as connection:
        assert connection.execute("SELECT count(*) FROM candidates WHERE model = 'embedded'").fetchone()[0] == 6


def test_edits_in_between_do_not_hide_that_the_model_is_out_of_reach(run, endpoints, capsys):
    endpoint = endpoints.open(lambda _: endpoints.Reply('{"error": "no credits"}'))
    assert run(endpoint, "budget.replies=60", "polish.per_reply=2", "window=1") == 1
    assert "coder is out of reach" in capsys.readouterr().err
    assert len(endpoint.bodies) == 5


@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_a_run_without_one_valid_candidate_is_finished_with_a_status_above_0(run, as_json, endpoints, capsys, tmp_path):
    endpoint = endpoints.open(lambda _: endpoints.said("I would rather not."))
    assert run(endpoint, "budget.candidates=6", *as_json) == 1
    told = capsys.readouterr()
    assert told.err.startswith("evo: ") or as_json
    line = told.err.splitlines()[-1]
    assert "all 6 failed, 6 times: rejected: the reply has no function (as candidate " in line
    assert f"`evo lineage failures {os.path.relpath(tmp_path)}/run` has all." in line
    assert state(tmp_path / "run") == "finished"
    assert json.loads(told.out)["best"] < 6 if as_json else "stopped:" in told.out
    assert status(["resume", str(tmp_path / "run"), "budget.candidates=8", *as_json]) == 1
    again = capsys.readouterr().err.splitlines()[-1]
    assert again.partition("`")[0] == line.partition("`")[0].replace("6", "8")


def test_a_model_whose_first_replies_hold_no_code_is_given_up_and_a_resumed_run_counts_anew(
    run, endpoints, capsys, tmp_path
):
    endpoint = endpoints.open(lambda _: endpoints.said("I would rather not."))
    assert run(endpoint, "budget.candidates=60", "window=2") == 1
    told = capsys.readouterr()
    assert "none of the first 20 replies held usable code (llm.give_up_after); 20 times" in " ".join(told.out.split())
    assert len(endpoint.bodies) == 21, "the one that was under way is taken as well"
    assert status(["resume", str(tmp_path / "run")]) == 1
    assert len(endpoint.bodies) == 42
    endpoint.replies.append(endpoints.said(f"```python\n{endpoints.RULE}```"))
    assert status(["resume", str(tmp_path / "run")]) == 0
    assert len(endpoint.bodies) == 60


def test_a_model_that_has_stopped_writing_code_is_given_up_with_what_was_found(run, endpoints, capsys):
    code = endpoints.said(f"```python\n{endpoints.RULE}```")
    endpoint = endpoints.open(code, endpoints.said("I would rather not."))
    assert run(endpoint, "budget.candidates=60", "window=1", "llm.give_up_after=10") == 0
    assert "none of the last 10 replies held usable code" in " ".join(capsys.readouterr().out.split())
    assert len(endpoint.bodies) == 11


def test_replies_that_no_parser_takes_are_failures_and_no_tracebacks(run, endpoints, capsys):
    deep = ["(" * 30_000 + "p" + ")" * 30_000, "-" * 30_000 + "p", "not " * 9_000 + "p", "p" + ".a" * 15_000]
    replies = [endpoints.said(f"```python\ndef priority(p, w):\n    return {each}\n```") for each in deep]
    assert run(endpoints.open(lambda body: replies[len(json.dumps(body)) % 4], *replies), "budget.candidates=6") == 1
    told = capsys.readouterr().err
    assert "all 6 failed" in told
    assert "Traceback" not in told


def test_one_valid_candidate_is_enough(run, endpoints):
    replies = [endpoints.said("I would rather not.")] * 3 + [endpoints.said(f"```python\n{endpoints.RULE}```")]
    endpoint = endpoints.open(lambda _: replies[0], *replies)
    assert run(endpoint, "budget.candidates=6", "window=1") == 0


def test_a_job_of_a_sweep_that_found_nothing_is_named(endpoints, capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("EVO_RUNS", str(tmp_path))
    endpoint = endpoints.open(lambda _: endpoints.said("I would rather not."))
    model = [*MODEL, f"llm.base_url={endpoint.url}", "budget.candidates=3", "evaluator.workers=1"]
    assert status(["run", "-m", *SMALL, *model, "seed=1,2"]) == 1
    told = capsys.readouterr().err
    assert told.count("No candidate that was asked for has a score") == 2
    assert "job 1 (" in told
