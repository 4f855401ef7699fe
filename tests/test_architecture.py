"""What holds the code's shape: directions of imports, homes of libraries, configs that compose, verbs with help."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from evo.cli import lineage
from evo.cli.app import status
from evo.cli.verbs import app
from evo.config.axes import measures_of
from evo.config.compose import compose, composed
from evo.config.settings import Settings

ROOT = Path(__file__).parent.parent
PACKAGES = ("problems", "islands", "evaluators", "evo")
MAY_IMPORT = {
    "problems": {"problems"},
    "islands": {"islands"},
    "evaluators": {"evaluators", "problems"},
    "evo": {"evo", "evaluators", "islands", "problems"},
}
HOMES = {
    "hydra": ("evo/config/", "evo/cli/"),
    "omegaconf": ("evo/config/", "evo/cli/"),
    "litellm": ("evo/authors/llm/",),
    "openai": ("evo/authors/llm/",),
    "httpx": ("evo/authors/llm/",),
    "sqlalchemy": ("evo/store/", "evo/analysis/"),
    "pulp": ("evo/tools/doctor.py", "evaluators/reference", "problems/"),
    "highspy": ("evo/tools/doctor.py", "evaluators/reference", "problems/"),
    "typer": ("evo/cli/",),
    "dash": ("evo/dashboard/",),
    "jinja2": ("evo/report/", "evo/sweeps/"),
    "matplotlib": ("evo/report/", "evo/sweeps/"),
}
WINGS = (
    *("cli", "dashboard", "sweeps", "report", "tools", "analysis", "runs", "config"),
    *("search", "authors", "callbacks", "store", "core"),
)
"""The wings of `evo/`, the upper ones first: each imports what stands below it."""
VERBS = ["run", "resume", "replay", "evaluate", "apply", "top", "show", "lineage", "export", "new", "check", "doctor"]
VERBS += ["explain", "references", "solve", "draw", "note", "report", "sweep-report", "dashboard"]


def options(group: str) -> list[str]:
    return sorted(file.stem for file in (ROOT / "configs" / group).glob("*.yaml"))


OPTIONS = {group: options(group) for group in ("problem", "llm", "islands", "evaluator", "budget")}
EXPERIMENTS = options("experiment")


def modules() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_only_what_lies_below_it(package: str) -> None:
    ours = {name for path in (ROOT / package).rglob("*.py") for name in imported(path)} & set(PACKAGES)
    assert ours <= MAY_IMPORT[package]


def wings_imported(path: Path) -> Iterator[str]:
    """Yield the wings of `evo` that a module imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == "evo":
            _, *rest = node.module.split(".")
            yield from rest[:1] or (alias.name for alias in node.names)


def test_evo_holds_its_wings_and_no_loose_module() -> None:
    assert {path.name for path in (ROOT / "evo").iterdir() if path.is_dir() and path.name != "__pycache__"} == set(
        WINGS
    )
    assert [path.name for path in (ROOT / "evo").glob("*.py")] == ["__init__.py"]


@pytest.mark.parametrize("wing", WINGS)
def test_a_wing_imports_only_wings_below_it(wing: str) -> None:
    above = set(WINGS[: WINGS.index(wing)])
    uphill = {
        f"{path.relative_to(ROOT)} imports {other}"
        for path in (ROOT / "evo" / wing).rglob("*.py")
        for other in wings_imported(path)
        if other in above
    }
    assert sorted(uphill) == []


@pytest.mark.parametrize("library", HOMES)
def test_a_weighty_library_is_imported_in_its_home_alone(library: str) -> None:
    users = {path.relative_to(ROOT).as_posix() for path in modules() if library in imported(path)}
    assert [user for user in sorted(users) if not user.startswith(HOMES[library])] == []


def test_sql_stands_in_the_store_and_the_analysis_alone() -> None:
    statement = re.compile(r"\s*(SELECT|WITH RECURSIVE|INSERT INTO|UPDATE|DELETE FROM|PRAGMA)\s")
    speakers = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "evo").rglob("*.py")
        if not path.relative_to(ROOT).as_posix().startswith(HOMES["sqlalchemy"])
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Constant) and isinstance(node.value, str) and statement.match(node.value))
        or (isinstance(node, ast.alias) and node.name == "select")
    }
    assert sorted(speakers) == []


@pytest.mark.parametrize("wing", ["analysis", "report", "sweeps", "dashboard", "store"])
def test_who_looks_at_a_record_cannot_make_what_it_names(wing: str) -> None:
    making = {f"evo.config.{name}" for name in ("compose", "values", "recorded", "targets")}
    for path in (ROOT / "evo" / wing).rglob("*.py"):
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        assert not {node.module for node in nodes if isinstance(node, ast.ImportFrom)} & making, path


def test_every_module_says_what_it_is() -> None:
    silent = [str(path) for path in modules() if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert silent == []


@pytest.mark.parametrize("place", range(max(map(len, OPTIONS.values()))))
def test_every_option_of_every_group_composes(place: int) -> None:
    """Takes the groups abreast, each at this place of its list: a composition per option would cost ten seconds."""
    chosen = {group: names[place % len(names)] for group, names in OPTIONS.items()}
    needed = {"litellm": ["llm.model=mistral/codestral-latest"], "several": ["budget.replies=9"]}.get(chosen["llm"], [])
    assert isinstance(compose([*(f"{group}={name}" for group, name in chosen.items()), *needed]), Settings)


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_every_experiment_composes(experiment: str) -> None:
    assert isinstance(compose([f"experiment={experiment}"]), Settings)


def test_every_operator_takes_part_by_default() -> None:
    assert default_operators() == {file.stem for file in (ROOT / "configs" / "operator").glob("*.yaml")}


def default_operators() -> set[str]:
    return {str(name) for name in composed([]).operator}


def test_the_axes_name_measures_that_their_problem_has() -> None:
    for file in (ROOT / "configs" / "axes").glob("*.yaml"):
        config = composed([f"problem={file.stem}"])
        assert set(config.axes) <= set(measures_of(compose([f"problem={file.stem}"]).problem))


def test_every_verb_is_there() -> None:
    groups = [group.typer_instance for group in app.registered_groups if group.typer_instance]
    named = [str(group.info.name) for group in groups if isinstance(group.info.name, str)]
    loose = [name for group in groups if not isinstance(group.info.name, str) for name in commands(group)]
    assert sorted([*named, *loose]) == sorted(VERBS)


def commands(group: typer.Typer) -> list[str]:
    found = group.registered_commands
    return [str(command.name or command.callback.__name__) for command in found if command.callback]


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "run"])
def test_every_verb_has_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status([verb, "--help"]) == 0
    assert f"Usage: evo {verb}" in capsys.readouterr().out


@pytest.mark.parametrize("question", commands(lineage.app))
def test_every_question_has_help_with_an_example(question: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["lineage", question, "--help"]) == 0
    assert f"Example: evo lineage {question}" in " ".join(capsys.readouterr().out.split())


def test_help_of_run_lists_the_groups_and_help_needs_no_weighty_library() -> None:
    code = (
        "import sys; from evo.cli.app import status; status(['--help']);"
        "print([name for name in ('hydra', 'numpy', 'sqlalchemy', 'numba', 'openai') if name in sys.modules])"
    )
    light = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert light.stdout.endswith("[]\n")
    command = [sys.executable, "-c", "from evo.cli import main; main()", "run", "--help"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert "problem=smtt" in listed.stdout


def test_a_run_starts_without_what_only_other_verbs_sweeps_or_its_end_need() -> None:
    heavy = ("typer", "pydantic", "openai", "litellm", "pulp", "highspy", "matplotlib", "jinja2", "pygments", "pandas")
    code = (
        "import sys, evo.cli.app, evo.cli.hydra_run;"
        f"print([name for name in {heavy} if name in sys.modules],"
        "[name for name in sys.modules if name.startswith(('evo.analysis', 'evo.sweeps', 'evo.tools'))])"
    )
    light = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert light.stdout == "[] []\n"
