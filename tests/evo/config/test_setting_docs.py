"""Every setting has a sentence, and the default that is told is the one that the dataclass has."""

import importlib
from pathlib import Path

import pytest

from evo.config.compose import composed
from evo.config.groups import GROUPS, default_choices, group_options, option_meaning
from evo.config.setting_docs import PLACES, setting_docs
from evo.config.values import OWN
from evo.core.checked_values import defaults

DOCS = {doc.name: doc for doc in setting_docs()}
OF_RUNS = ("budget", "llm", "evaluator", "polish", "emitters")


def test_every_setting_that_hydra_knows_has_a_sentence() -> None:
    config = composed([])
    names = {*OWN, *(f"{group}.{name}" for group in OF_RUNS for name in config[group])}
    names |= {f"islands.migration.{name}" for name in config.islands.migration}
    names |= {f"operator.NAME.{name}" for one in config.operator.values() for name in one if name != "name"}
    names |= {f"axes.MEASURE.{name}" for one in config.axes.values() for name in one}
    assert sorted(names - DOCS.keys()) == []
    assert [name for name, doc in DOCS.items() if not doc.meaning.endswith((".", "never."))] == []


@pytest.mark.parametrize(("prefix", "file", "owner"), PLACES, ids=[owner for *_, owner in PLACES])
def test_the_default_that_is_told_is_the_dataclasses_own(prefix: str, file: str, owner: str) -> None:
    module = importlib.import_module(file.removesuffix(".py").replace("/", "."))
    has = {f"{prefix}{name}": value for name, value in defaults(getattr(module, owner)).items()}
    told = {name: doc.default for name, doc in DOCS.items() if name in has}
    assert told or owner == "Migration", "a preset gives its values"
    assert told == {name: has[name] for name in told}


def test_the_values_of_an_enumeration_are_told() -> None:
    assert DOCS["llm.policy"].values == ("compete", "handover")
    assert DOCS["insights"].values == ("true", "false")
    assert "pool" in DOCS["strategy"].values
    assert DOCS["evaluator.isolation"].values == ("A", "B", "C", "none")


@pytest.mark.parametrize("group", GROUPS)
def test_every_option_of_a_group_says_what_it_is(group: str) -> None:
    assert group_options(group)
    assert [name for name in group_options(group) if not option_meaning(group, name).strip()] == []


def test_the_choices_of_a_plain_run_are_those_of_the_configuration() -> None:
    chosen = composed([], with_hydra=True).hydra.runtime.choices
    assert {group: default_choices()[group] for group in ("problem", "llm", "budget", "islands", "evaluator")} == {
        group: chosen[group] for group in ("problem", "llm", "budget", "islands", "evaluator")
    }


def test_the_users_folder_adds_options_and_its_file_wins(tmp_path: Path) -> None:
    (tmp_path / "budget").mkdir()
    (tmp_path / "budget" / "night.yaml").write_text("# Until tomorrow. Or later.\nseconds: 28800\n")
    (tmp_path / "budget" / "hour.yaml").write_text("# Mine.\nseconds: 3600\n")
    assert group_options("budget", [str(tmp_path)]) == ["hour", "minute", "night", "quick"]
    assert option_meaning("budget", "night", [str(tmp_path)]) == "Until tomorrow."
    assert option_meaning("budget", "hour", [str(tmp_path)]) == "Mine."
