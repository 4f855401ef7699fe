"""The pages for those who change the code cannot rot: files and commands that they name are there, words stand once."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from evo.cli.verbs import app

ROOT = Path(__file__).parents[1]
PAGES = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("CONTRIBUTING.md", "docs/architecture.md")}
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
ENTRIES = re.split(r"^- ", GLOSSARY, flags=re.MULTILINE)[1:]
WORDS = [entry.partition("**: ")[0].removeprefix("**") for entry in ENTRIES]
IMPORTED = ("evo", "evaluators", "problems", "islands")
TO_BE_MADE = re.compile(r"\bmine\.|/mine/|test_mine|my_")
"""What a recipe makes, not what is there."""
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGES["CONTRIBUTING.md"], re.DOTALL)
COMMANDS = [shlex.split(line, comments=True) for line in "".join(BLOCKS).replace("\\\n", " ").splitlines()]


def named_files(text: str) -> set[str]:
    """Return the paths that a page names: in code with a slash or as one of the root's files, and links within."""
    spelt = re.findall(r"`([\w.-]*(?:/[\w.-]*)+)`", text)
    top = re.findall(r"`([\w.-]+\.(?:toml|yaml|yml|md|lock))`", text)
    linked = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    return {path for path in (*spelt, *top, *linked) if not TO_BE_MADE.search(path)}


@pytest.mark.parametrize("page", PAGES)
def test_files_that_are_named_are_there(page: str) -> None:
    files = named_files(PAGES[page])
    near = ((ROOT / page).parent, ROOT, ROOT / "evo", ROOT / "evaluators", ROOT / "evo" / "authors")
    assert len(files) > 20
    assert [path for path in sorted(files) if not any((folder / path).exists() for folder in near)] == []


@pytest.mark.parametrize("command", [one for one in COMMANDS if one[:1] == ["evo"]], ids=" ".join)
def test_a_verb_and_its_options_exist(command: list[str]) -> None:
    verb, *rest = command[1:]
    shown = CliRunner().invoke(app, [verb, "--help"] if verb != "run" else ["--help"]).output
    options = [] if verb == "run" else [token for token in rest if token.startswith("--")]
    assert re.search(rf"^ *{verb}\b|Usage: evo {verb}\b|Usage: root {verb}\b", shown, re.MULTILINE)
    assert [option for option in options if option not in shown] == []


def test_tests_that_a_recipe_runs_are_there() -> None:
    run = [token for command in COMMANDS if command[:3] == ["python3", "go.py", "test"] for token in command[3:]]
    paths = [token for token in run if token.startswith("tests/") and not TO_BE_MADE.search(token)]
    assert len(paths) > 5
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_the_glossary_has_each_word_once_and_in_order() -> None:
    assert len(WORDS) > 40
    assert sorted(set(WORDS)) == WORDS


def test_an_entry_of_the_glossary_has_at_most_two_lines() -> None:
    assert [word for word, entry in zip(WORDS, ENTRIES, strict=True) if entry.strip().count("\n") > 1] == []


def test_the_hooks_are_the_checks_of_lint_by_the_environment_and_download_nothing() -> None:
    (repo,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    lint = (ROOT / "go.py").read_text(encoding="utf-8")
    assert repo["repo"] == "local"
    assert {hook["language"] for hook in repo["hooks"]} == {"system"}
    commands = [hook["entry"].removesuffix(" --force-exclude") for hook in repo["hooks"]]
    assert commands == [f".venv/bin/python -m {check}" for check in ("ruff check", "ruff format --check", "mypy")]
    assert '["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]' in lint


@pytest.mark.parametrize("package", IMPORTED)
def test_a_package_that_is_shipped_tells_that_it_is_typed(package: str) -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    assert (ROOT / package / "py.typed").read_bytes() == b""
    assert package in build["targets"]["wheel"]["packages"]
    assert "exclude" not in build["targets"]["wheel"]
