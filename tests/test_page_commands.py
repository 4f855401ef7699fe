"""The commands of the pages: verbs and arguments exist, settings compose, and each that can be run here is run.

Those that only read a run are run at once on a short one; the others, page by page, are slow. `NOT_RUN` has the rest.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
import pytest
import typer.main

from evo.analysis.select import select
from evo.cli.app import status
from evo.cli.verbs import app
from evo.config.compose import compose
from evo.store import RunStore
from problems import Split

ROOT = Path(__file__).parents[1]
PAGES = {
    page.stem: page.read_text(encoding="utf-8")
    for page in (*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "SKILL.md")
}
READERS = ("use", "lineage")
"""Pages whose commands only look at runs, and at a file of jobs."""
GUIDES = (
    *("problems", "models", "faq", "README", "SKILL", "agents", "configuration", "dashboard", "index", "instances"),
    *("llm", "sweeps", "tutorial", "report", "explain"),
)
"""Pages whose commands run one after the other, with searches among them."""
NOT_RUN = {
    r"llm=(?!embedded|command|human|mine)|experiment=small|OPENAI_API_KEY": "asks a server of models",
    r"claude -p": "starts an agent of somebody else",
    r"llm=human": "waits for a person",
    r"hydra/launcher=submitit": "needs a cluster",
    r"^docker|^pip install": "needs the network",
    r"^chromium": "needs a browser",
    r"^evo dashboard": "serves until it is stopped; tests/evo/dashboard looks at each page",
    r"^evo doctor": "tests how this machine is set up, not the code; tests/evo/cli/test_checks.py runs it",
    r"^python3 go\.py (test|doctor)|^export PATH": "sets up, or tests, this clone; tests/evo/cli/test_go.py",
    r"^evo resume$": "goes on with a run that was stopped, and none was; tests/evo/cli/test_verbs.py stops one",
    r"callbacks=(mlflow|wandb|\[tensorboard)": "needs a package that is not among ours",
    r"problem=mill experiment=nightly": "names files that the page only lists",
}
"""Commands that are not run, by what they look like, and why; those that only compute a cost (`--estimate`) are."""
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"[\w./-]+\.(?:py|txt|csv|json|npz|bpp|jsonl)")
SETTING = re.compile(r"[+\w@./]+=")
TO_BE_MADE = re.compile(r"=(mine|mill|pms|nightly)\b|@operator\.|operator\.mine")
"""Settings that name what a reader makes."""
BASELINE = "def priority(p, d, t, n_left, p_mean, p_max, w_late, d_mean, late_share):\n    return max(t + p, d)\n"
CANDIDATES = 30


@dataclass(frozen=True, slots=True)
class Command:
    """A line of a page, and its words without the comment."""

    page: str
    line: str
    words: tuple[str, ...]


def commands_of(page: str) -> list[Command]:
    """Return the lines of a page's shell blocks, those of several lines put together, without prompts and output."""
    commands = []
    for block in BLOCK.findall(PAGES[page]):
        shown = block.replace("\\\n", " ").splitlines()
        typed = [line[2:] for line in shown if line.startswith("$ ")] or shown
        for line in typed:
            if words := shlex.split(line, comments=True):
                commands.append(Command(page, line.partition("  #")[0].strip(), tuple(words)))
    return commands


COMMANDS = [command for page in PAGES for command in commands_of(page) if command.words[0] == "evo"]
VERBS = typer.main.get_group(app)


def test_there_are_commands_on_every_guide() -> None:
    assert len(COMMANDS) > 100
    assert set(GUIDES) < {command.page for command in COMMANDS}


@pytest.mark.parametrize(
    "command", [c for c in COMMANDS if c.words[1] != "run"], ids=lambda command: f"{command.page}: {command.line}"
)
def test_a_verb_takes_the_arguments_that_a_page_gives_it(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for word in command.words:
        if FILE.fullmatch(word) and not word.startswith("/"):
            Path(word).parent.mkdir(parents=True, exist_ok=True)
            Path(word).touch()
    group: click.Command = VERBS
    names = list(command.words[1:])
    while isinstance(group, click.Group) and not names[0].startswith("-"):
        name = names.pop(0)
        assert name in group.commands, f"evo has no {name}"
        group = group.commands[name]
    if "--help" not in names and "--version" not in names:
        assert group.make_context(command.words[1], names).command is group


@pytest.mark.parametrize(
    "command",
    [c for c in COMMANDS if any(SETTING.match(word) for word in c.words[2:])],
    ids=lambda command: f"{command.page}: {command.line}",
)
def test_settings_of_a_page_compose(command: Command) -> None:
    settings = [word for word in command.words[2:] if SETTING.match(word) and not word.startswith("hydra")]
    own = any(TO_BE_MADE.search(word) for word in settings)  # a problem's fields are not known here
    known = [word for word in settings if not TO_BE_MADE.search(word) and not (own and word.startswith("problem"))]
    files = ("problem.train=", "problem.validation=", "problem.test=")
    known = [word for word in known if not (word.startswith(files) and re.search(r"[a-z]", word.partition("=")[2]))]
    first = [re.sub(r"^([\w./]+=)([\w.]+),[\w.,]+$", r"\1\2", word) for word in known]  # of a sweep
    assert compose(first).seed >= 0


SHORTER = (
    (r"^python3 go\.py run", "evo run"),
    (r"^(evo resume .*)budget\.candidates=\d+", rf"\1budget.candidates={CANDIDATES + 10}"),
    (r"budget\.candidates=[\d,]*\d{3,}", f"budget.candidates={CANDIDATES}"),
    (r"lineage diff best", "lineage diff 5"),  # the best of so few may be a seed, which has no parent
    (r"seed=1,2,[\d,]+", "seed=1,2"),
    (r"\[\[(50,4\],\[100,8|100,50)\]\]", "[[20,2]]"),
    (r"problem\.test=\d+", "problem.test=4"),
    (r"--fresh 3000", "--fresh 100"),
)
"""What makes a command short: fewer candidates, fewer seeds, smaller instances."""


def test_every_command_is_run_or_it_is_said_why_not() -> None:
    run = {*READERS, *GUIDES}
    left = [command.line for page in PAGES if page not in run for command in commands_of(page)]
    assert [line for line in left if not any(re.search(pattern, line) for pattern in NOT_RUN)] == []
    for pattern in NOT_RUN:
        assert any(re.search(pattern, command.line) for page in PAGES for command in commands_of(page)), pattern


def to_be_run(page: str) -> list[Command]:
    """Return the commands of a page but those that cannot be run here."""
    return [
        command
        for command in commands_of(page)
        if "--estimate" in command.words or not any(re.search(pattern, command.line) for pattern in NOT_RUN)
    ]


def shortened(line: str) -> str:
    """Return a command with fewer candidates, seeds and instances than a page gives it."""
    for pattern, short in SHORTER:
        line = re.sub(pattern, short, line)
    if not re.match(r"evo (run|evaluate|references)\b(?!.*(--estimate|--cfg|--instances))", line):
        return line
    if line.startswith("evo run") and "budget" not in line:
        line += f" budget.candidates={CANDIDATES}"
    if re.search(r"problem=(?!smtt\b)|problem\.train=[^\[]", line):
        return line
    return " ".join((line, *(f"problem.{split}=[[20,1]]" for split in Split if f"problem.{split}=" not in line)))


def of_this_desk(line: str, runs: Path) -> str:
    """Return a command with the names, numbers and cells of runs that are there in place of those of the page."""
    (first,) = runs.glob("*_smtt_first")
    if " cell " in line:
        with RunStore.open_folder(first) as store:
            (held, *_) = select(store, "SELECT cell FROM placements WHERE island = 1 AND status = 'new'")
        line = line.replace("4,5", re.sub(r"[][ ]", "", str(held[0])))
    sweep = max(runs.glob("*_sweep"), default=Path("none"))
    line = re.sub(r"\b(RUN|FIRST|SECOND|(\d{8}-\d{6}_)?smtt_s\d)\b|(?<=runs/)…", first.name, line)
    line = re.sub(r"\b\d{8}-\d{6}_sweep\b", sweep.name, line)
    return re.sub(r"(?<= )(26|334|374|388|7801763e)\b", "5", re.sub(r"(?<= )383\b", "6", line))


def lay_out(folder: Path) -> None:
    """Lay out what the pages take for granted: the examples, the settings, a rule and files of instances."""
    shutil.copytree(ROOT / "examples", folder / "examples")
    shutil.copytree(ROOT / "configs", folder / "configs")
    (folder / "rule.py").write_text(BASELINE, encoding="utf-8")
    (folder / "jobs.txt").write_text("3 4\n5 5\n2 6\n4 7\n", encoding="utf-8")
    np.savez(folder / "jobs.npz", processing_times=np.array([[3, 5, 2]]), due_dates=np.array([[4, 5, 6]]))
    for number, place in enumerate(("plant/2024/a", "plant/2025/b", "plant/2026/c", "data/wt1"), 1):
        file = folder / f"{place}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{number} 4\n5 5\n2 6\n", encoding="utf-8")
    (folder / "orders").mkdir()
    for number, name in enumerate("abcd", 1):
        (folder / "orders" / f"{name}.bpp").write_text(f"3\n10\n{number}\n7\n6\n", encoding="utf-8")
    (folder / "my_problems").mkdir()
    (bell,) = re.findall(r"```python\n(class Bell.*?)```", PAGES["sweeps"], re.DOTALL)
    (folder / "my_problems" / "bell.py").write_text(bell, encoding="utf-8")


def typed(line: str, folder: Path) -> str:
    """Type a line into a shell; return what it prints."""
    printed, fault = attempted(line, folder)
    assert not fault
    return printed


def attempted(line: str, folder: Path) -> tuple[str, str]:
    """Type a line into a shell; return what it prints, and the line with the end of it where it fails."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "EVO_RUNS": str(folder / "runs")}
    done = subprocess.run(
        ["bash", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout, f"{line}\n{done.stdout[-1000:]}{done.stderr[-1000:]}\n" if done.returncode else ""


@pytest.fixture(scope="module")
def read_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with what the pages take for granted and a short first run, asked of a model that echoes."""
    folder = tmp_path_factory.mktemp("desk")
    lay_out(folder)
    splits = " ".join(f"problem.{split}=[[10,6]]" for split in Split)
    typed(f"evo run {splits} budget.candidates={CANDIDATES} hydra.run.dir=runs/20260101-000000_smtt_first", folder)
    return folder


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "command",
    [command for page in READERS for command in to_be_run(page)],
    ids=lambda command: f"{command.page}: {command.line}",
)
def test_a_command_that_looks_at_a_run_runs(command: Command, read_desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(read_desk)
    line = shortened(of_this_desk(command.line, read_desk / "runs"))
    if command.words[0] == "evo":
        assert status(shlex.split(line)[1:]) == 0, line
    else:
        typed(line, read_desk)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("page", GUIDES)
def test_the_commands_of_a_guide_run_one_after_the_other(page: str, tmp_path: Path) -> None:
    lay_out(tmp_path)
    splits = " ".join(f"problem.{split}=[[20,1]]" for split in Split)
    typed(f"evo run {splits} budget.candidates={CANDIDATES} hydra.run.dir=runs/20260101-000000_smtt_first", tmp_path)
    faults = ""
    for command in to_be_run(page):
        line = shortened(of_this_desk(command.line, tmp_path / "runs"))
        if own := re.search(r"problem=(mine|pms)\b", line):
            line = re.sub(r"evaluate (FILE|\S+\.py)", "evaluate own_rule.py", line)
            if " own_rule.py" in line:
                (tmp_path / "own_rule.py").write_text(first_baseline(own[1], tmp_path), encoding="utf-8")
        faults += attempted(line, tmp_path)[1]
    assert not faults


def first_baseline(problem: str, folder: Path) -> str:
    """Return the source of a baseline of a reader's own problem."""
    made = f"compose(['problem={problem}'], 'my_problems').problem"
    code = f"from evo.config.compose import compose; print(next(iter({made}.baselines.values())))"
    return typed(f'python -c "{code}"', folder)


@pytest.mark.timeout(300)
def test_a_prompt_is_changed_as_the_page_says(tmp_path: Path) -> None:
    section = PAGES["llm"].partition("\n## Change one prompt\n")[2].partition("\n## ")[0]
    copy, look, _ = (block.splitlines() for block in BLOCK.findall(section))
    (template,) = re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)
    shutil.copytree(ROOT / "configs" / "operator", tmp_path / "configs" / "operator")
    for line in copy:
        typed(line, tmp_path)
    own = tmp_path / "my_configs" / "operator" / "rewrite.yaml"
    assert own.is_file()
    own.write_text(template, encoding="utf-8")
    run, ask = look
    typed(run, tmp_path)
    assert "Prefer a rule that a person can say in one sentence." in typed(ask, tmp_path)
