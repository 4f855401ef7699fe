"""The commands of the pages: verbs and arguments exist, settings compose; those of the guides are run as they stand."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
import typer.main

from evo.cli.verbs import app
from evo.config.compose import compose

ROOT = Path(__file__).parents[1]
PAGES = {page.stem: page.read_text(encoding="utf-8") for page in sorted((ROOT / "docs").glob("*.md"))}
GUIDES = ("problems", "models", "faq")
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"[\w./-]+\.(?:py|txt|csv|json|npz|bpp|jsonl)")
SETTING = re.compile(r"[+\w@./]+=")
TO_BE_MADE = re.compile(r"=(mine|mill|pms|nightly)\b|@operator\.|operator\.mine")
"""Settings that name what a reader makes."""
NOT_HERE = re.compile(
    r"llm=(?!embedded|command|human)|experiment=small|hydra/launcher|^evo (dashboard|run --help|resume$)"
)
"""Commands that ask a server, a cluster or a browser, unless they only compute what that would cost; or that find
nothing to do, as no run was stopped."""
BASELINE = "def priority(p, d, t, n_left, p_mean, p_max, w_late, d_mean, late_share):\n    return max(t + p, d)\n"
CANDIDATES = 60
BUDGET = re.compile(r"budget\.candidates=\d{3,}")


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


def desk(folder: Path) -> dict[str, str]:
    """Lay out a folder in which the guides' commands run: the examples, the settings, a rule and a short first run."""
    shutil.copytree(ROOT / "examples", folder / "examples")
    shutil.copytree(ROOT / "configs", folder / "configs")
    (folder / "rule.py").write_text(BASELINE, encoding="utf-8")
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)} | {"EVO_RUNS": str(folder / "runs")}
    sizes = " ".join(f"problem.{split}=[[20,1]]" for split in ("train", "validation", "test"))
    typed(f"evo run {sizes} budget.candidates={CANDIDATES // 2}", folder, environment)
    return environment


def typed(line: str, folder: Path, environment: dict[str, str]) -> str:
    """Type a line into a shell; return what it prints."""
    done = subprocess.run(
        ["bash", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{line}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("page", GUIDES)
def test_the_commands_of_a_guide_run_one_after_the_other(page: str, tmp_path: Path) -> None:
    environment = desk(tmp_path)
    (first,) = (tmp_path / "runs").glob("*_smtt_*")
    for command in commands_of(page):
        if NOT_HERE.search(command.line) and "--estimate" not in command.words:
            continue
        line = re.sub(r"\b(RUN|FIRST|SECOND)\b", first.name, command.line)
        typed(BUDGET.sub(f"budget.candidates={CANDIDATES}", line), tmp_path, environment)


@pytest.mark.timeout(300)
def test_a_prompt_is_changed_as_the_page_says(tmp_path: Path) -> None:
    section = PAGES["llm"].partition("\n## Change one prompt\n")[2].partition("\n## ")[0]
    copy, look, _ = (block.splitlines() for block in BLOCK.findall(section))
    (template,) = re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)
    shutil.copytree(ROOT / "configs" / "operator", tmp_path / "configs" / "operator")
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "EVO_RUNS": str(tmp_path / "runs")}
    for line in copy:
        typed(line, tmp_path, environment)
    own = tmp_path / "my_configs" / "operator" / "rewrite.yaml"
    assert own.is_file()
    own.write_text(template, encoding="utf-8")
    run, ask = look
    typed(run, tmp_path, environment)
    assert "Prefer a rule that a person can say in one sentence." in typed(ask, tmp_path, environment)
