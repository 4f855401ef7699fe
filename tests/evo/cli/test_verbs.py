"""The verbs on a real run, a real file, a real sandbox."""

import io
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from evo.analysis.candidates import top
from evo.analysis.looks import looks_at_test
from evo.cli import views
from evo.cli.app import status
from evo.store import RunStore, ScoredBy
from evo.store.looks import read_looks

SMITH = "def priority(p, w):\n    return p / w\n"


def said(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    printed = json.loads(capsys.readouterr().out)
    assert isinstance(printed, dict)
    return printed


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    """Return what was said on stderr: one line."""
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1, printed
    return printed


def test_a_run_leaves_its_folder_with_settings_and_best_rule(runs: Path) -> None:
    assert {path.name for path in (runs / "toy_run").iterdir()} >= {"run.sqlite", ".hydra", "best.py", "run.log"}


def test_a_run_ends_with_a_table_and_what_to_do_next(runs: Path) -> None:
    printed = (runs / "printed").read_text()
    assert all(word in printed for word in ("stopped: ", "WSPT", "found #", "evo show", "evo report", "best.py"))
    assert len(printed.splitlines()) <= 24 + printed.count(" s  ")  # lines of progress, which a file has, come first
    assert "looked at" not in printed, "once is not worth a word"


def test_a_run_with_a_larger_budget_goes_on_as_if_it_had_it_at_first(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(runs / "toy_run", tmp_path / "larger")
    assert status(["resume", "budget.candidates=24", "--runs", str(tmp_path), "--json"]) == 0
    printed = said(capsys)
    assert "candidates = 24" in str(printed["stopped"])
    looks = printed["looks_at_test"]
    assert isinstance(looks, dict)
    assert looks["count"] == 2
    assert status(["replay", "--runs", str(tmp_path)]) == 0, "it proposes what a run without a pause would have"


def test_a_run_that_has_ended_is_not_resumed_without_a_larger_budget(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(runs / "toy_run", tmp_path / "ended")
    for override in ([], ["budget.candidates=5"]):
        assert status(["resume", "ended", *override, "--runs", str(tmp_path)]) == 2
        assert "is used up: resume it with a larger one" in complaint(capsys)
    with RunStore.open(tmp_path / "ended" / "run.sqlite", readonly=True) as store:
        assert looks_at_test(store, None).count == 1


@pytest.mark.parametrize("override", ["seed=3", "problem=smtt", "budget.candidates=many", "budget.kandidates=3"])
def test_a_resumed_run_keeps_its_search(override: str, runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["resume", "toy_run", override, "--runs", str(runs)]) == 2
    assert override.partition("=")[0] in complaint(capsys)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_figures_of_a_ranking_are_never_broken(width: int, runs: Path) -> None:
    with RunStore.open(runs / "toy_run" / "run.sqlite", readonly=True) as store:
        found = top(store, 10)
    console = Console(file=io.StringIO(), width=width)
    console.print(views.ranking(found, "fittest"))
    assert isinstance(console.file, io.StringIO)
    printed = console.file.getvalue()
    assert all(f"{one.gap.scaled:.3%}" in printed for one in found)
    assert max(map(len, printed.splitlines())) <= width


def test_a_reader_who_has_seen_enough_is_no_error() -> None:
    code = "from evo.cli import main; main()"
    command = [sys.executable, "-c", code, "--help"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode in (1, 128 + signal.SIGPIPE)


def test_top_lists_the_fittest_first(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["top", "--runs", str(runs), "-n", "3", "--json"]) == 0
    candidates = said(capsys)["candidates"]
    assert isinstance(candidates, list)
    gaps = [candidate["gap"]["scaled"] for candidate in candidates]
    assert len(gaps) == 3
    assert gaps == sorted(gaps)


def test_one_candidate_is_shown_to_people_and_to_programs(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["show", "best", "--runs", str(runs)]) == 0
    assert "candidate" in capsys.readouterr().out
    assert status(["show", "0", "--runs", str(runs), "--run", "toy_run", "--json"]) == 0
    assert said(capsys)


def test_the_exported_rule_runs_without_us_and_says_where_it_comes_from(runs: Path, tmp_path: Path) -> None:
    file = tmp_path / "rule.py"
    assert status(["export", "toy_run", "--runs", str(runs), "--to", str(file)]) == 0
    code = "import rule; print(rule.priority(3.0, 2.0)); print(rule.__doc__)"
    alone = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(word in alone.stdout for word in ("seed 0", "toy", "isolation", "train: mean gap", "test: mean gap"))


def test_a_run_replays_identically(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["replay", "--runs", str(runs), "--json"]) == 0
    assert said(capsys)["identical"] is True


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["show", "9999"], "9999"),
        (["show", "first"], "first"),
        (["show", str(2**63)], "expected 0 to 9"),
        (["lineage", "path", str(10**30)], "expected 0 to 9"),
        (["top", "nowhere"], "nowhere"),
        (["top", "--run", "nowhere"], "nowhere"),
        (["export", "nowhere"], "nowhere"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(
    arguments: list[str], words: str, runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status([*arguments, "--runs", str(runs)]) in (1, 2)
    printed = capsys.readouterr().err
    assert words in printed
    assert printed.count("\n") == 1


@pytest.mark.parametrize("name", ["best.svg", "best.PNG", "best.json"])
def test_an_export_to_what_is_no_python_names_the_verb_for_drawings(
    name: str, runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(["export", "toy_run", "--runs", str(runs), "--to", str(tmp_path / name)]) == 2
    assert "evo draw --to FILE.svg" in complaint(capsys)
    assert not (tmp_path / name).exists()


def test_an_export_that_fails_leaves_the_file_as_it_was(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = tmp_path / ".rule.py.part"
    taken.mkdir()  # where the file is drafted
    (tmp_path / "rule.py").write_text("mine")
    assert status(["export", "--runs", str(runs), "--to", str(tmp_path / "rule.py")]) == 2
    assert "rule.py" in complaint(capsys)
    assert (tmp_path / "rule.py").read_text() == "mine"


def test_a_foreign_database_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "run.sqlite").write_text("no database")
    assert status(["top", "--runs", str(tmp_path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["problem=toy_program"], "llm="),
        (["llm=openai"], "OPENAI_API_KEY"),
        (["seed=-1"], "seed >= 0"),
        (["hydra.run.dir=."], "exists already"),
        (["--config-dir", "nowhere"], "nowhere"),
        (["problem=toy", "--config-dir", "nowhere", "seed=1"], "nowhere"),
        (["operator.vary.move=fly"], "fly"),
        (["llm=openrouter", "budget.dollars=1"], "llm.price_in"),
        (["llm=vllm", "llm.base_url=http://a:b:c/"], "llm.base_url"),
        (["--jsn"], "--json"),
        (["--cfg"], "value after --cfg"),
        (["--cfg", "all of it"], "all of it"),
        (["+colour=red"], "colour"),
    ],
)
def test_a_run_that_cannot_be_leaves_no_folder(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("OPENROUTER_API_KEY", "any")
    assert status(["run", *arguments]) == 2
    assert words in complaint(capsys)
    assert list(tmp_path.iterdir()) == []


def test_a_plain_run_leaves_what_hydra_would(small: list[str], tmp_path: Path) -> None:
    given = [*small, "budget.candidates=1", "problem.seed=3"]
    for name, more in (("plain", []), ("hydra", ["hydra.mode=RUN"])):  # the second one is left to hydra's own main
        assert status(["run", *given, *more, f"hydra.run.dir={tmp_path / name}"]) == 0
    plain, hydras = tmp_path / "plain", tmp_path / "hydra"
    assert sorted(path.name for path in plain.iterdir()) == sorted(path.name for path in hydras.iterdir())
    for file in ("config.yaml", "overrides.yaml"):
        assert (plain / ".hydra" / file).read_text() == (hydras / ".hydra" / file).read_text()
    kept = (plain / ".hydra" / "hydra.yaml").read_text()
    assert kept.replace(str(plain), str(hydras)) == (hydras / ".hydra" / "hydra.yaml").read_text().replace(
        "    - hydra.mode=RUN\n", ""
    )
    with RunStore.open_folder(plain) as one, RunStore.open_folder(hydras) as other:
        assert one.header().config == other.header().config
        assert one.header().overrides == other.header().overrides


def test_a_file_is_scored_on_train_and_validation_with_a_row_per_instance(
    runs: Path, small: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "smith.py"
    file.write_text(SMITH)
    shared = [*small, "--runs", str(runs), "--json"]
    assert status(["evaluate", str(file), "--per-instance", *shared]) == 0
    scored = said(capsys)
    assert scored["status"] == "ok"
    assert scored["fitness"] == 0
    assert set(scored) >= {"message", "gap", "measures", "isolation", "seconds"}
    assert isinstance(scored["instances"], list)
    assert [row["split"] for row in scored["instances"]] == ["train"] * 3 + ["validation"] * 2
    assert scored["looks_at_test"] == {"counted": [], "uncounted": []}


@pytest.mark.parametrize("split", ["test", "all"])
def test_a_file_that_is_scored_on_test_is_a_look_at_the_runs_that_have_it(
    split: str, runs: Path, small: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(shutil.copytree(runs, tmp_path / "runs"))
    assert (
        status(["evaluate", str(folder / "toy_run" / "best.py"), *small, "--split", split, "--runs", str(folder)]) == 0
    )
    assert "toy_run: test instances were looked at 2 times" in capsys.readouterr().out
    assert status(["show", "best", "--run", str(folder / "toy_run")]) == 0
    assert "test instances were looked at 2 times" in capsys.readouterr().out
    with RunStore.open_folder(folder / "toy_run") as store, store.snapshot() as connection:
        first, second = read_looks(connection)
    assert (first.scored_by, second.scored_by) == (ScoredBy.RUN, ScoredBy.EVALUATE)
    assert first.candidate == second.candidate, "it is the run's best, known by its syntax"


def test_a_look_at_other_instances_is_counted_nowhere(
    runs: Path, small: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(shutil.copytree(runs, tmp_path / "runs"))
    (tmp_path / "smith.py").write_text(SMITH)
    other = [*small, "problem.seed=77", "--split", "test", "--runs", str(folder)]
    assert status(["evaluate", str(tmp_path / "smith.py"), *other]) == 0
    assert "looked at" not in capsys.readouterr().out
    with RunStore.open_folder(folder / "toy_run") as store, store.snapshot() as connection:
        assert len(read_looks(connection)) == 1


def test_a_file_that_cannot_be_read_as_a_candidate_looks_at_nothing(
    runs: Path, small: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "wrong.py").write_text("def priority(p, w):\n    return open(p)\n")
    on_test = [*small, "--split", "test", "--runs", str(runs), "--json"]
    assert status(["evaluate", str(tmp_path / "wrong.py"), *on_test]) == 1
    assert said(capsys)["looks_at_test"] == {"counted": [], "uncounted": []}


def test_a_record_that_cannot_count_a_look_is_named(
    runs: Path, small: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(shutil.copytree(runs, tmp_path / "runs"))
    (folder / "damaged").mkdir()
    (folder / "damaged" / "run.sqlite").write_text("no database")
    (tmp_path / "smith.py").write_text(SMITH)
    on_test = [*small, "--split", "test", "--runs", str(folder)]
    assert status(["evaluate", str(tmp_path / "smith.py"), *on_test]) == 0
    printed = capsys.readouterr().out
    assert "toy_run: test instances were looked at 2 times" in printed
    assert "damaged: this look is not counted" in printed


def test_a_program_that_answers_differently_when_asked_again_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "unsteady.py"
    body = "    n.append(1)\n    return list(range(len(p)))[:: 1 if len(n) < 3 else -1]\n"
    file.write_text(f"n = []\ndef solve(p, w):\n{body}")
    sizes = ["problem.train=2", "problem.validation=1", "problem.test=1", "evaluator.workers=1"]
    assert status(["evaluate", str(file), "problem=toy_program", *sizes, "--split", "train"]) == 0
    assert "answered the first instance differently" in " ".join(capsys.readouterr().out.split())


def test_a_failing_file_says_kind_and_line(
    runs: Path, small: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "broken.py"
    file.write_text("def priority(p, w):\n    return p / (w - w)\n")
    assert status(["evaluate", str(file), *small, "--split", "train", "--runs", str(runs), "--json"]) == 1
    failed = said(capsys)
    assert (failed["status"], failed["fitness"]) == ("runtime_error", None)
    assert "line 2: division by zero" in str(failed["message"])


@pytest.mark.parametrize("kind", ["rule", "algorithm", "program"])
def test_a_new_problem_is_sound(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = f"fresh_{kind}"
    assert status(["new", "problem", name, "--kind", kind, "--dir", str(tmp_path)]) == 0
    assert f"evo check problem={name}" in capsys.readouterr().out
    assert status(["new", "problem", name, "--kind", kind, "--dir", str(tmp_path)]) == 2
    assert "exists already" in capsys.readouterr().err
    assert status(["check", f"problem={name}", "--config-dir", str(tmp_path), "--json"]) == 0
    assert said(capsys)["sound"] is True


@pytest.mark.parametrize("name", ["class", "toy", "numpy", "Knapsack", "é", "_", "a-b"])
def test_a_new_problem_needs_a_name_that_is_free(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["new", "problem", name, "--dir", str(tmp_path)]) == 2
    assert name in complaint(capsys)
    assert list(tmp_path.iterdir()) == []


def test_a_new_problem_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "problem").write_text("no folder")
    assert status(["new", "problem", "halfway", "--dir", str(tmp_path)]) == 2
    assert "problem" in complaint(capsys)
    assert [path.name for path in tmp_path.iterdir()] == ["problem"]


def test_a_rule_is_compared_with_the_baselines_on_a_split(
    small: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "smith.py").write_text(SMITH)
    asked = ["evaluate", str(tmp_path / "smith.py"), *small, "--runs", str(tmp_path), "--baselines", "--json"]
    assert status([*asked, "--split", "train"]) == 0
    printed = said(capsys)
    assert (printed["split"], printed["instance_file"], printed["count"]) == ("train", None, 3)
    baselines = printed["baselines"]
    assert isinstance(baselines, dict)
    assert baselines["WSPT"]["ties"] == 3
    assert baselines["SPT"]["difference"]["estimate"] < 0
    assert status(asked) == 0
    assert said(capsys)["split"] == "validation"
    assert status([*asked, "--split", "all"]) == 2
    assert "--baselines compares on one split" in complaint(capsys)
