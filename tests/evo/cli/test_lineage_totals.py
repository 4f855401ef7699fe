"""`evo lineage`: the questions that sum up a run."""

import csv
import io
import json
from pathlib import Path

import pytest

from evo.cli.app import status

COMMANDS = {
    "operators": [],
    "models": [],
    "cost": ["--gap", "0.5"],
    "failures": ["-n", "3"],
    "stagnation": [],
    "instances": ["best", "-n", "2"],
    "winners": ["-n", "2", "-k", "2"],
    "generalise": ["-n", "3", "--scored"],
    "sql": ["select ordinal, operator from candidates", "-n", "2"],
}


def asked(*arguments: str) -> int:
    return status(["lineage", *arguments])


@pytest.mark.parametrize("command", COMMANDS)
def test_every_question_answers_in_every_format(command: str, runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = {}
    for form in ("table", "json", "csv", "dot", "mermaid"):
        assert asked(command, *COMMANDS[command], "--runs", str(runs), "--format", form) == 0
        told[form] = capsys.readouterr().out
    answer = json.loads(told["json"])
    assert len(list(csv.reader(io.StringIO(told["csv"])))) == len(answer["rows"]) + 1
    assert "toy_run: " in told["table"]
    assert told["dot"].startswith("digraph")
    assert told["mermaid"].startswith("flowchart")


@pytest.mark.parametrize("command", [*COMMANDS, "compare"])
def test_every_question_has_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(command, "--help") == 0
    assert f"Example: evo lineage {command}" in capsys.readouterr().out


def test_two_runs_are_compared(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked("compare", "toy_run", str(runs / "toy_run"), "--runs", str(runs), "--format", "json") == 0
    found = {row["what"]: row for row in json.loads(capsys.readouterr().out)["rows"]}
    assert found["gap on test, %"]["less"] == 0.0
    assert found["candidates to match"]["first"] == found["candidates to match"]["second"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["sql", "drop table run"], "evo: sql: only reading is allowed"),
        (["sql", "select 1; select 2"], "evo: sql: expected one SELECT"),
        (["sql", "select colour from candidates"], "evo: sql: no such column: colour."),
        (["compare", "toy_run", "nosuch"], "evo: No run 'nosuch'"),
        (["instances", "9999"], "evo: No candidate '9999'"),
    ],
)
def test_a_mistake_is_one_line(arguments: list[str], says: str, runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(*arguments, "--runs", str(runs)) in (1, 2)
    told = capsys.readouterr().err
    assert told.startswith(says)
    assert told.count("\n") == 1
