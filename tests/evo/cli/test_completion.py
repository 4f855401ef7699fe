"""Completion as the shells ask for it, by a real process; and the words of bash, which breaks them at `=`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from evo.cli.completion import join_words, settings

EVO = [sys.executable, "-c", "from evo.cli import main; main()"]


HEAVY = {"numba", "numpy", "sqlalchemy", "hydra", "omegaconf", "pydantic", "rich", "litellm", "dash"}
LOADED = f"""
import sys
from evo.cli import main
try:
    main()
except SystemExit:
    print(*sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)
"""


def asking(words: str, folder: Path, shell: str = "bash") -> dict[str, str]:
    """Return the environment in which a shell asks for the answers to the last word, as bash splits a line."""
    asked = {"_EVO_COMPLETE": f"complete_{shell}"}
    if shell == "bash":
        split = words.replace("=", " = ").split(" ")
        asked |= {"COMP_WORDS": "\n".join(split), "COMP_CWORD": str(len(split) - 1)}
    else:
        asked |= {"_TYPER_COMPLETE_ARGS": words, "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    return {"PATH": os.environ["PATH"], "EVO_RUNS": str(folder), **asked}


def completed(words: str, folder: Path, shell: str = "bash") -> list[str]:
    environment = asking(words, folder, shell)
    process = subprocess.run(EVO, env=environment, capture_output=True, text=True, check=True)
    assert process.stderr == ""
    return process.stdout.splitlines()


@pytest.mark.parametrize(
    "words", ["evo sho", "evo show toy_run b", "evo run experiment=", "evo run budget.", "evo report to --to x"]
)
def test_nothing_heavy_is_loaded_for_a_tab(words: str, runs: Path) -> None:
    process = subprocess.run(
        [sys.executable, "-c", LOADED], env=asking(words, runs), capture_output=True, text=True, check=True
    )
    assert process.stderr == "\n"


@pytest.mark.parametrize(
    ("words", "answers"),
    [
        ("evo sho", ["show"]),
        ("evo lineage anc", ["ancestors"]),
        ("evo run --est", ["--estimate"]),
        ("evo run experiment=q", ["quick"]),
        ("evo run seed=1 budget.c", ["budget.candidates="]),
        ("evo doctor llm=oll", ["ollama"]),
        ("evo show to", ["toy_run"]),
        ("evo show toy_run b", ["best"]),
        ("evo report to", ["toy_run"]),
    ],
)
def test_bash_completes_verbs_settings_groups_and_runs(words: str, answers: list[str], runs: Path) -> None:
    assert completed(words, runs) == answers


def test_fish_and_zsh_complete_whole_words_and_say_what_they_mean(runs: Path) -> None:
    lines = completed("evo run budget=", runs, "fish")
    assert [line.partition("\t")[0] for line in lines] == ["budget=hour", "budget=minute", "budget=quick"]
    assert all(line.partition("\t")[2] for line in lines)
    assert '"problem=obp_vector":"' in "".join(completed("evo run problem=obp_", runs, "zsh"))


@pytest.mark.parametrize(
    ("words", "place", "joined"),
    [
        (["evo", "run", "problem", "=", "sm"], 4, (["evo", "run", "problem=sm"], 2)),
        (["evo", "run", "problem", "="], 3, (["evo", "run", "problem="], 2)),
        (["evo", "run", "seed", "=", "1", "bud"], 5, (["evo", "run", "seed=1", "bud"], 3)),
        (["evo", "run"], 2, (["evo", "run", ""], 2)),
    ],
)
def test_what_bash_broke_is_joined(words: list[str], place: int, joined: tuple[list[str], int]) -> None:
    assert join_words(words, place) == joined


@pytest.mark.parametrize(
    ("begun", "offers"),
    [
        ("strategy=sam", ["strategy=sample"]),
        ("operator.vary.we", ["operator.vary.weight="]),
        ("operator.vary.task=", ["operator.vary.task=vary", "operator.vary.task=repair", "operator.vary.task=explore"]),
        ("polish.opening=", ["polish.opening=true", "polish.opening=false"]),
        ("++problem.tr", ["++problem.train="]),
        ("seed=1,2", []),
        ("problem=smtt,to", ["problem=smtt,toy", "problem=smtt,toy_algorithm", "problem=smtt,toy_program"]),
        ("islands.", ["islands.migration.", "islands.archives."]),
        ("hydra/l", ["hydra/launcher="]),
    ],
)
def test_settings_are_completed_part_by_part(begun: str, offers: list[str]) -> None:
    assert [word for word, _ in settings(begun)] == offers


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
def test_the_script_that_is_shown_and_installed_works_in_bash(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "SHELL": "/bin/bash"}
    shown = subprocess.run([*EVO, "--show-completion"], env=environment, capture_output=True, text=True, check=True)
    subprocess.run([*EVO, "--install-completion"], env=environment, capture_output=True, check=True)
    installed = tmp_path / ".bash_completions" / "evo.sh"
    assert installed.read_text() == shown.stdout
    assert str(installed) in (tmp_path / ".bashrc").read_text()
    (tmp_path / "evo").write_text(f'#!/bin/sh\nexec {sys.executable} -c "from evo.cli import main; main()" "$@"\n')
    (tmp_path / "evo").chmod(0o755)
    asks = "COMP_WORDS=(./evo run llm = olla); COMP_CWORD=4; _evo_completion ./evo; echo ${COMPREPLY[@]}"
    command = ["bash", "-c", f"source .bashrc; {asks}"]
    answered = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert answered.stdout == "ollama\n"


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_have_a_script_too_and_an_unknown_one_is_told(shell: str, tmp_path: Path) -> None:
    shared = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    asked = [*EVO, "--show-completion"]
    shown = subprocess.run(asked, env={**shared, "SHELL": f"/bin/{shell}"}, capture_output=True, text=True, check=True)
    assert f"_EVO_COMPLETE=complete_{shell}" in shown.stdout
    unknown = subprocess.run(asked, env={**shared, "SHELL": "/bin/ksh"}, capture_output=True, text=True)
    assert (unknown.returncode, unknown.stderr.count("\n")) == (2, 1)
