"""Help: what `evo` and `evo run` say of themselves, on terminals of usual widths."""

import os
import pty
import subprocess
import sys

import pytest

from evo.cli.app import status
from evo.config.setting_docs import setting_docs

EVO = [sys.executable, "-c", "from evo.cli import main; main()"]


@pytest.fixture(params=[80, 100, 120])
def width(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("COLUMNS", str(request.param))
    return int(request.param)


def test_the_help_of_run_fits_a_page_and_has_the_settings_that_people_use(
    width: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(["run", "--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= width
    text = "\n".join(lines)
    settings = [line.split()[0] for line in lines if line.startswith("  ") and "=" in line.split()[0]]
    assert len(settings) == 10
    assert {"problem=smtt", "budget.candidates=1000", "llm=embedded", "seed=0"} <= set(settings)
    assert all(word in text for word in ("evo run -m", "--estimate", "--config-dir", "--help-all"))


def test_the_long_help_has_every_setting_with_its_meaning(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["run", "--help-all"]) == 0
    text = capsys.readouterr().out
    words = " ".join(text.split())
    assert [doc.name for doc in setting_docs() if f"  {doc.name}=" not in text] == []
    assert [doc.name for doc in setting_docs() if doc.meaning not in words] == []
    assert "problem=jobshop" in text
    assert "proof_seconds" in text


def test_the_long_help_tells_the_values_that_the_settings_give(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["run", "--help-all", "llm=openai", "budget=hour"]) == 0
    text = capsys.readouterr().out
    assert "llm.api_key_env=OPENAI_API_KEY" in text
    assert "budget.seconds=3600" in text
    assert status(["run", "--help-all", "budget=houre"]) == 2


def test_the_help_of_evo_groups_the_verbs_and_cuts_no_sentence(width: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["--help"]) == 0
    text = capsys.readouterr().out
    assert "..." not in text.partition("\n")[2]
    assert max(map(len, text.splitlines())) <= width
    places = [text.index(f"\n{heading}") for heading in ("Run:", "Look at runs:", "Use what was found")]
    assert places == sorted(places)
    assert "nothing paid for is asked again." in " ".join(text.split())


@pytest.mark.parametrize("plain", [False, True])
def test_the_help_of_evo_has_colour_on_a_terminal_unless_it_is_refused(plain: bool) -> None:
    shown, terminal = pty.openpty()
    environment = {"PATH": os.environ["PATH"], "TERM": "xterm", **({"NO_COLOR": "1"} if plain else {})}
    with subprocess.Popen([*EVO, "--help"], env=environment, stdout=terminal):
        pass
    os.close(terminal)
    assert (b"\x1b[36m" in os.read(shown, 4096)) is not plain
    os.close(shown)
