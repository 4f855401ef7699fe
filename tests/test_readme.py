"""The commands of the README and of SKILL.md: verbs and options exist, settings compose, files are there."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evo.cli.verbs import app
from evo.config.compose import compose

ROOT = Path(__file__).parents[1]
README, SKILL = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "SKILL.md"))
BLOCKS = re.findall(r"```sh\n(.*?)```", f"{README}\n{SKILL}", re.DOTALL)
COMMANDS = [shlex.split(line, comments=True) for block in BLOCKS for line in block.replace("\\\n", " ").splitlines()]
EVO = [command[1:] for command in COMMANDS if command[:1] == ["evo"]]


def test_there_are_commands() -> None:
    assert len(EVO) > 10


@pytest.mark.parametrize("command", EVO, ids=" ".join)
def test_a_verb_and_its_options_exist(command: list[str]) -> None:
    verb, *rest = command
    asked = command[: 2 if verb == "lineage" else 1] if verb != "run" else []
    shown = CliRunner().invoke(app, [*asked, "--help"]).output
    options = [] if verb == "run" else [token for token in rest if token.startswith("--")]
    assert "Usage: " in shown
    assert [option for option in options if option not in shown] == []


@pytest.mark.parametrize("command", [c for c in EVO if any("=" in token for token in c)], ids=" ".join)
def test_settings_compose(command: list[str]) -> None:
    mine = "problem=mine" in command  # its fields are not known here
    overrides = [token for token in command[1:] if "=" in token and not (mine and token.startswith("problem"))]
    ours = [token.partition(",")[0] for token in overrides if not token.startswith("hydra/")]  # the first of a sweep
    assert compose(ours).seed >= 0


def test_what_an_agent_reads_is_short_and_names_pages_that_are_there() -> None:
    assert len(SKILL.splitlines()) < 150
    assert all((ROOT / page).is_file() for page in re.findall(r"`(docs/\w+\.md)`", SKILL))


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`?((?:benchmarks|problems|configs|evo)/[\w/]+\.py)", README))))
def test_files_that_are_named_are_there(path: str) -> None:
    assert (ROOT / path).is_file()
