"""Text of models, candidates and providers is shown and commands no terminal: by every verb, in every written file."""

import json
import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from plotly.io.json import to_json_plotly

from evaluators import Failure, FailureKind
from evo.cli.app import status
from evo.cli.views import outcome_line
from evo.core.foreign_source import visible_source
from evo.core.foreign_text import one_line, visible, visible_json
from evo.dashboard.app import answer
from evo.dashboard.run_folder import RunFolder
from evo.store.folders import DATABASE
from problems import Split

CLIPBOARD, C1, REVERSED, CURSOR = "\x1b]52;c;ZXZpbA==\x07", "\x9b2J", "\u202e\u2066gnorw", "\x1b[2A\x08\x7f"
EVIL = f"{CLIPBOARD}{C1}{REVERSED}{CURSOR}\u200b\ufeff\U000e0041 ende"
SHOWN = r"\x1b]52;c;ZXZpbA==\x07\x9b2J\u202e\u2066gnorw\x1b[2A\x08\x7f\u200b\ufeff\U000e0041 ende"
LOOKING = (
    *("show best --run", "show 0 --json --run", "show 1 --run", "show 2 --run", "show 3 --run", "top", "top --json"),
    *("export", "export --json", "report --format html", "report --format md", "report --format pdf-ready"),
)
QUESTIONS = (
    *("best", "path best", "ancestors best", "descendants 0", "common 0 best", "diff 1", "cell 0,1", "migrants"),
    *("contrib", "duplicates", "prompt 1", "prompt 2", "operators", "models", "emitters", "cost", "failures"),
    *("stagnation", "instances best", "winners", "generalise"),
    *("sql 'select content from blobs'", "sql 'select operator as o, model, reason from candidates'"),
)
LINEAGE = [
    f"lineage {question} --format {form} --run"
    for question in QUESTIONS
    for form in ("table", "json", "csv", "dot", "mermaid")
]


def commanding(text: str) -> str:
    """Return the characters of a text that could command a terminal or hide."""
    return "".join(sorted({c for c in text if not (c.isprintable() or c in "\n\t\u00a0")}))


def files(folder: Path) -> Iterator[Path]:
    """Yield the text files that a run has left in its folder."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.name.startswith(DATABASE) and path.suffix != ".png":
            yield path


def strings(value: object) -> Iterator[str]:
    """Yield every text inside lists and objects."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for item in value.items() for text in strings(list(item)))
    elif isinstance(value, list):
        yield from (text for item in value for text in strings(item))


@pytest.fixture(scope="module")
def folder(record_of, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run in whose record every text is hostile."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    folder.mkdir()
    record_of(EVIL).write(folder / DATABASE)
    return folder


@pytest.mark.filterwarnings("error")  # a warning may quote a text
@pytest.mark.parametrize("verb", [*LOOKING, *LINEAGE])
def test_no_verb_lets_a_text_of_the_record_command_the_terminal(
    verb: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status([*shlex.split(verb), str(folder)]) == 0
    printed = capsys.readouterr()
    assert commanding(printed.out + printed.err) == ""


def test_no_error_lets_it(capsys: pytest.CaptureFixture[str]) -> None:
    for verb in (["show", EVIL], ["top", EVIL], ["lineage", "path", EVIL], [EVIL], ["run", f"problem={EVIL}"]):
        assert status(verb) > 0
    assert commanding(capsys.readouterr().err) == ""


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_no_estimate_lets_it(flags: list[str], small: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    name = f"[bold]{CLIPBOARD}{C1}{REVERSED}{CURSOR}"
    asked = ["llm=vllm", f"llm.model='{name}'"]
    assert status(["run", *small, *asked, "llm.price_in=1", "llm.price_out=1", "--estimate", *flags]) == 0
    printed = capsys.readouterr().out
    assert commanding(printed) == ""
    assert "[bold]" in printed


def test_no_comparison_of_runs_lets_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("table", "json", "csv", "md", "html"):
        assert status(["sweep-report", str(folder.parent), "--format", form]) >= 0
        assert status(["lineage", "compare", str(folder), str(folder), "--format", form.replace("md", "dot")]) >= 0
    printed = capsys.readouterr()
    assert commanding(printed.out + printed.err) == ""


PAGES = ("/", "/run", "/archive", "/lineage", "/candidate", "/candidate?id=2", "/candidate?id=3", "/calls", "/problems",
         "/sql?q=select+content,+message+from+blobs,+failures")  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_no_page_of_the_dashboard_holds_it(address: str, folder: Path) -> None:
    path, _, search = address.partition("?")
    shown = answer(RunFolder(folder.parent), path, search)
    texts = list(strings(json.loads(to_json_plotly(shown.page))))
    assert any(SHOWN in text for text in texts) or address == "/"
    assert [text for text in texts if commanding(text)] == []


def test_no_report_holds_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("html", "md", "pdf-ready"):
        assert status(["report", str(folder), "--format", form]) == 0
    written = list(files(folder))
    assert len(written) == 3
    assert [path.name for path in written if commanding(path.read_text(encoding="utf-8"))] == []
    capsys.readouterr()
    assert all(SHOWN in path.read_text(encoding="utf-8") for path in written), "it is seen, not dropped"


def test_programs_read_the_very_text_from_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["show", "1", "--run", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["calls"][1]["reply"] == EVIL
    assert status(["lineage", "prompt", "1", "--run", str(folder), "--format", "json"]) == 0
    assert EVIL in {row["content"] for row in json.loads(capsys.readouterr().out)["rows"]}


@pytest.mark.parametrize("as_json", [False, True])
def test_nothing_that_a_whole_run_prints_or_writes_holds_what_the_model_said(
    as_json: bool, oracle, small: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    oracle.say(EVIL)
    folder = tmp_path / "run"
    asked = [
        *oracle.overrides,
        "budget.candidates=24",
        "seed=2",
        "polish.per_reply=0",
        "callbacks=jsonl",
        "insights=true",
    ]
    flags = ["--json"] if as_json else []
    assert status(["run", *flags, *small, *asked, f"hydra.run.dir={folder}"]) == 0
    verbs = ("resume {} budget.candidates=26", "replay {} --evaluate", "show best --run {}", "export {} --to {}/x.py")
    for verb in verbs:
        assert status([*verb.replace("{}", str(folder)).split(), *flags]) == 0
    assert status(["evaluate", str(folder / "best.py"), *small]) == 0
    printed = capsys.readouterr()
    assert commanding(printed.out + printed.err) == ""
    assert [path.name for path in files(folder) if commanding(path.read_text(encoding="utf-8"))] == []
    assert SHOWN in (folder / "best.py").read_text(encoding="utf-8")


def test_a_text_is_shown_with_escapes_and_letters_of_all_languages_stay() -> None:
    assert visible(EVIL) == SHOWN
    plain = "größer 大 ≥ − é\tü\n\u00a0\u3000🙂"
    assert visible(plain) == plain
    assert visible("a\r\nb\rc") == "a\nb\\rc"
    assert visible("\ud800") == r"\ud800"


def test_a_failure_forges_no_line() -> None:
    failure = Failure(FailureKind.RUNTIME_ERROR, "line 3: ValueError: x\nvalidation: mean gap 0.000%\r\x1b[2A")
    shown = r"line 3: ValueError: x\nvalidation: mean gap 0.000%\r\x1b[2A"
    assert outcome_line(Split.TRAIN, failure) == f"train: runtime_error: {shown}"
    assert one_line("a\r\nb\u2028c") == r"a\r\nb\u2028c"


def test_json_keeps_every_character() -> None:
    assert commanding(visible_json({EVIL: [EVIL, "\ud800"]})) == ""
    assert json.loads(visible_json({EVIL: [EVIL, "\ud800"]})) == {EVIL: [EVIL, "\ud800"]}


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::SyntaxWarning")
@pytest.mark.parametrize(
    "code",
    [
        "x = 1  # {}",
        "x = '{}'",
        "x = r'{}'",
        "x = '\\{}'",
        "def f():\n    '''{}'''\n    return 1\nx = f()",
        "x = 1\n\x0cy = 2  # {}",
        "x = f'{{1}}{}'",
    ],
)
def test_a_source_that_is_written_does_the_same(code: str) -> None:
    source = code.format(EVIL)
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    exec(source, before)
    exec(visible_source(source), after)
    assert after["x"] == before["x"]
    assert commanding(visible_source(source)) == ""


def test_a_source_that_is_no_python_is_shown_all_the_same() -> None:
    assert visible_source(f"def (  # {EVIL}") == f"def (  # {SHOWN}"


def test_a_program_says_that_it_is_foreign_code_and_is_not_exported_with_modules_that_it_may_not_import(
    oracle, small: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "run"
    asked = [*small, "problem=toy_program", *oracle.overrides, "budget.replies=2", "polish.per_reply=0"]
    status(["run", *asked, f"hydra.run.dir={folder}"])  # its replies are no programs: a seed wins
    assert (folder / "best.py").read_text(encoding="utf-8").startswith('"""Foreign code')
    capsys.readouterr()
    assert status(["export", str(folder)]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith('"""Foreign code')
    assert "Foreign code" in printed.err
    with closing(sqlite3.connect(folder / DATABASE)) as record, record:
        record.execute("UPDATE blobs SET content = 'import os\n' || content WHERE content LIKE '%def %'")
    assert status(["export", str(folder), "--to", str(tmp_path / "x.py")]) == 2
    assert "module 'os' cannot be imported" in capsys.readouterr().err
    assert not (tmp_path / "x.py").exists()


def test_a_rule_is_exported_without_a_warning(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["export", "toy_run", "--runs", str(runs)]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith('"""A heuristic for toy')
    assert printed.err == ""
