"""`[RUN] [CANDIDATE]`: either may be left out, and one word alone is read as what it can be."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from evo.cli.app import status
from evo.cli.naming import named
from evo.core.errors import UserError

Said = Callable[..., str]


@pytest.fixture
def two(runs: Path, tmp_path: Path) -> Path:
    """Return a folder with two runs, of which `toy_run` is taken for the newest."""
    shutil.copytree(runs / "toy_run", tmp_path / "a_toy")
    shutil.copytree(runs / "toy_run", tmp_path / "toy_run")
    return tmp_path


@pytest.mark.parametrize(
    ("words", "run", "folder", "rest"),
    [
        ((None, None), None, "toy_run", ()),
        (("best", None), None, "toy_run", ("best",)),
        (("3", None), None, "toy_run", ("3",)),
        (("99", None), None, "toy_run", ("99",)),
        (("a_toy", None), None, "a_toy", ()),
        (("a_t", "3"), None, "a_toy", ("3",)),
        (("best", None), "a_toy", "a_toy", ("best",)),
        (("a_toy", "3", "0"), None, "a_toy", ("3", "0")),
        (("3", "0", None), None, "toy_run", ("3", "0")),
        (("a_toy", "3", None), None, "a_toy", ("3",)),
    ],
)
def test_a_word_is_a_run_or_a_candidate(
    words: tuple[str | None, ...], run: str | None, folder: str, rest: tuple[str, ...], two: Path
) -> None:
    found = named(words, run, two)
    assert (found.folder.name, found.words) == (folder, rest)


def test_where_words_are_needed_they_are_not_taken_for_a_run(two: Path) -> None:
    assert named(("3", "5", None), None, two, needs=2).words == ("3", "5")
    assert named(("a_toy", "3", "5"), None, two, needs=2).folder.name == "a_toy"
    with pytest.raises(UserError, match="Expected 2 names after the run, got 1"):
        named(("3", None, None), None, two, needs=2)


def test_an_ordinal_that_is_a_part_of_a_name_is_a_candidate_where_there_is_one(two: Path) -> None:
    (two / "toy_run").rename(two / "20261201_toy_s3")
    (two / "a_toy").rename(two / "20261130_other")
    assert named(("3", None), None, two).words == ("3",)
    assert named(("20261130", None), None, two).folder.name == "20261130_other"


@pytest.mark.parametrize("name", ["3", "best"])
def test_a_word_that_is_both_is_refused_with_the_two_ways_to_say_it(
    name: str, two: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (two / "a_toy").rename(two / name)
    assert status(["show", name, "--runs", str(two)]) == 2
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    assert f"`--run {name}` means the run, `toy_run {name}` the candidate" in printed
    assert status(["show", "--run", name, "--runs", str(two)]) == 0
    assert status(["show", "toy_run", name, "--runs", str(two)]) == 0
    assert status(["show", "--candidate", "3", "--run", name, "--runs", str(two)]) == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["show", "3", "a_toy"], "the run stands first"),
        (["show", "a_toy", "3", "--run", "toy_run"], "named twice"),
        (["show", "a_toy", "3", "--candidate", "2"], "named twice"),
        (["show", "nowhere"], "nowhere"),
        (["lineage", "common", "3"], "Expected 2 names"),
        (["lineage", "sql"], "Expected 1 name"),
        (["lineage", "compare", "a_toy", "nowhere"], "nowhere"),
    ],
)
def test_what_cannot_be_meant_is_told_in_one_line(
    words: list[str], says: str, two: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status([*words, "--runs", str(two)]) == 2
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    assert says in printed


def test_old_commands_and_new_ones_say_the_same(two: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*words: str) -> str:
        assert status([*words, "--runs", str(two)]) == 0
        return capsys.readouterr().out

    assert said("show", "best", "--run", "a_toy", "--json") == said("show", "a_toy", "best", "--json")
    assert said("show", "a_toy", "--json") == said("show", "a_toy", "best", "--json")
    assert said("lineage", "path", "3", "--run", "a_toy", "-f", "json") == said(
        "lineage", "path", "a_toy", "3", "-f", "json"
    )
    assert said("lineage", "operators", "a_toy", "-f", "csv") == said(
        "lineage", "operators", "--run", "a_toy", "-f", "csv"
    )
    assert (
        said("export", "a_toy", "--candidate", "3")
        == said("export", "a_toy", "3")
        == said("export", "3", "--run", "a_toy")
    )
    assert json.loads(said("replay", "--run", "a_toy", "--json"))["run"].endswith("a_toy")
    assert said("lineage", "sql", "a_toy", "select 1 as one", "-f", "csv") == "one\n1\n"
    assert said("lineage", "diff", "a_toy", "best", "0") == said("lineage", "diff", "best", "0", "--run", "a_toy")


def test_the_last_two_runs_are_compared_by_default(two: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["lineage", "compare", "--runs", str(two), "-f", "json"]) == 0
    assert status(["lineage", "compare", "a_toy", "--runs", str(two), "-f", "json"]) == 0
    one, other = capsys.readouterr().out.split("\n}\n")[:2]
    assert one == other
