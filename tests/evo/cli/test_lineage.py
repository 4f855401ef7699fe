"""The questions of `evo lineage` on a real run, also one that goes on."""

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from evo.analysis import Column, DataTable, Unit
from evo.cli.app import status
from evo.cli.question_tables import conversation, difference, table
from evo.cli.run_summary import DESCENT, MODELS, REPORT, SHOW
from evo.core.records import Message, Operator, Proposal, Request, Usage
from evo.store import RunStore

QUESTIONS = {
    "best": [],
    "path": ["best"],
    "ancestors": ["best"],
    "descendants": ["0"],
    "common": ["6", "7"],
    "diff": ["best"],
    "cell": ["{cell}"],
    "migrants": [],
    "contrib": [],
    "duplicates": [],
    "prompt": ["best"],
}
FORMATS = {"table": "toy_run", "json": '{\n  "title"', "csv": ",", "dot": "digraph", "mermaid": "flowchart TD"}

Asked = Callable[..., str]


@pytest.fixture
def asked(runs: Path, capsys: pytest.CaptureFixture[str]) -> Asked:
    """Return what puts a question to the run and returns what was printed."""

    def put(*words: str) -> str:
        assert status(["lineage", *words, "--runs", str(runs)]) == 0
        return capsys.readouterr().out

    return put


@pytest.fixture
def held(runs: Path) -> str:
    """Return a cell that is held in the run."""
    with RunStore.open(runs / "toy_run" / "run.sqlite", readonly=True) as store:
        cell = store.history().steps[0].placements[0].cell  # type: ignore[index]
    return ",".join(map(str, cell))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_is_answered_in_every_format(question: str, form: str, asked: Asked, held: str) -> None:
    words = [word.format(cell=held) for word in QUESTIONS[question]]
    assert FORMATS[form] in asked(question, *words, "--format", form)


def test_the_best_of_all_runs_name_their_run(asked: Asked) -> None:
    rows = json.loads(asked("best", "--all", "-n", "2", "-f", "json"))["rows"]
    assert [row["run"] for row in rows] == ["toy_run", "toy_run"]


def test_a_difference_to_a_candidate_of_choice(asked: Asked) -> None:
    assert asked("diff", "best", "0").startswith("toy_run: from 0 (gap ")


@pytest.mark.parametrize("arguments", [[], ["lineage"]])
def test_help_is_shown_where_nothing_is_asked(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert status(arguments) == 0
    assert capsys.readouterr().out.startswith(f"Usage: {' '.join(['evo', *arguments])} [OPTIONS]")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["54"], "use `evo lineage path 54`"),
        (["7bc4"], "use `evo lineage path 7bc4`"),
        (["bset"], "Did you mean 'best'?"),
        (["path", "99"], "expected 0 to 9"),
        (["common", "0", "zzz"], "'zzz'"),
        (["cell", "99,99"], "nearest"),
        (["diff", "0"], "has no parent"),
        (["path", "best", "--run", "nowhere"], "nowhere"),
        (["best", "--format", "xml"], "xml"),
    ],
)
def test_a_wrong_question_is_told_in_one_line(
    words: list[str], says: str, runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rest = ["--runs", str(runs)] if len(words) > 1 else []
    assert status(["lineage", *words, *rest]) == 2
    printed = capsys.readouterr().err
    assert says in printed
    assert printed.count("\n") == 1


def test_a_run_that_goes_on_is_asked(runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(runs / "toy_run", tmp_path / "under_way")
    proposal = Proposal(10, 0, Operator("vary", "llm", 1), (), 1)
    with RunStore.open(tmp_path / "under_way" / "run.sqlite") as writer:
        writer.record_intent(Request(proposal, "m", (Message("user", "now?"),), Usage(1, 1, 0.1)))
        for question in (["prompt", "10"], ["ancestors", "10"], ["contrib"], ["migrants"], ["duplicates"]):
            assert status(["lineage", *question, "--runs", str(tmp_path)]) == 0
    assert "--- 1 user (1, draft, m, intent)\nnow?" in capsys.readouterr().out


def test_what_is_proposed_after_a_run_can_be_asked() -> None:
    for command, _ in (DESCENT, MODELS, REPORT, SHOW):
        assert status([*command.split(), "--help"]) == 0


NAMES = ("candidate", "second", "third", "fourth")
WIDE = DataTable(
    "wide",
    (
        *(Column(name, Unit.SHARE, spare=2 * (name == "third")) for name in NAMES),
        Column("long_words_of_a_heading"),
        Column("words", Unit.WORDS),
    ),
    ((0.5, 0.25, 0.125, 1.0, 3, "several words that may be broken where there is no room " * 3),),
)


def shown(answer: DataTable, width: int) -> str:
    console = Console(file=io.StringIO(), width=width)
    console.print(table(answer, "run"))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [30, 60, 80, 120])
def test_figures_and_headings_are_never_broken(width: int) -> None:
    printed = shown(WIDE, width)
    assert max(map(len, printed.splitlines())) <= width
    assert "candidate" in printed
    assert "50.000%" in printed
    assert ("12.500%" in printed) == (width == 120)


def test_the_columns_of_least_weight_are_left_out_first_and_named() -> None:
    assert "no room for third: --format json or csv has all" in shown(WIDE, 80)
    assert "no room for" not in shown(WIDE, 120)
    assert "second" in shown(WIDE, 60)


def test_what_a_model_wrote_cannot_steer_the_terminal() -> None:
    hostile = "a\x1b[2Jb\rc\x9bd\n[bold]e"
    columns = tuple(Column(name) for name in ("message", "role", "content"))
    said = conversation(DataTable("t", columns, ((1, "user", hostile),)), "run")
    changed = difference(DataTable("t", columns, ((1, "added", hostile),)), "run")
    for view in (said, changed, table(DataTable("t", columns, ((1, "user", hostile),)), "run")):
        console = Console(file=io.StringIO(), width=80)
        console.print(view)
        assert isinstance(console.file, io.StringIO)
        printed = console.file.getvalue()
        assert not set("\x1b\r\x9b") & set(printed)
        assert "[bold]e" in printed
