"""Settings: composed from YAML and overrides, each fault one line that names the setting."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import pytest
from omegaconf import DictConfig, OmegaConf

from evaluators import Isolation
from evo.cli.app import status
from evo.config.compose import compose, composed, from_config
from evo.config.settings import EvaluatorSettings
from evo.core.checked_values import build, defaults
from evo.core.errors import UserError
from evo.store import RunStore
from islands import Axis
from problems.smtt import Smtt
from problems.toy import Toy


@dataclass(frozen=True, slots=True)
class FromEdd(Smtt):
    seeds: ClassVar[tuple[str, ...]] = ("EDD",)


@pytest.fixture(scope="module")
def default() -> DictConfig:
    return composed([])


def fault(*overrides: str) -> str:
    with pytest.raises(UserError) as caught:
        compose(overrides)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_default_is_the_main_job_without_key_or_network() -> None:
    settings = compose()
    assert settings.problem.name == "smtt"
    assert settings.llm.provider == "embedded"
    assert settings.budget.candidates == 1000
    assert len(settings.islands) == 3
    assert len({island.axes for island in settings.islands}) == 3


def test_the_experiment_first_is_the_default_spelled_out() -> None:
    first, default = compose(["experiment=first"]), compose()
    assert (first.problem, first.budget, first.islands) == (default.problem, default.budget, default.islands)


def test_a_choice_on_the_command_line_beats_the_experiment() -> None:
    settings = compose(["experiment=quick", "problem=smtt", "budget=hour"])
    assert settings.problem.name == "smtt"
    assert (settings.budget.candidates, settings.budget.seconds) == (None, 3600)


def test_operators_are_those_of_the_chosen_author() -> None:
    embedded, mixed = compose(), compose(["llm=ollama"])
    asked = compose(["llm=ollama", "polish.per_reply=0"])
    assert {operator.author for operator in embedded.operators} == {"embedded"}
    assert {operator.author for operator in mixed.operators} == {"embedded", "llm"}
    assert {operator.author for operator in asked.operators} == {"llm"}


def test_axes_by_place_fit_a_problem_that_has_no_ranges_of_its_own() -> None:
    behaviour = compose(["problem=toy"]).islands[0].axes
    assert [(axis.measure, axis.low, axis.high) for axis in behaviour] == [
        ("spt_likeness", 0.0, 1.0),
        ("weight_likeness", 0.0, 1.0),
    ]


def test_axes_take_the_ranges_of_the_problem() -> None:
    settings = compose(["axes.spt_likeness.low=0.2", "islands.archives.behaviour=[spt_likeness,size]"])
    assert settings.islands[0].axes[0].low == 0.2
    assert settings.islands[0].axes[1].scale == "log"


def test_a_field_that_the_problem_s_file_omits_can_be_set() -> None:
    assert compose(["problem=toy", "problem.seed=5"]).problem != compose(["problem=toy"]).problem


def test_the_record_of_the_configuration_is_the_composed_one() -> None:
    assert '"seed": 7' in compose(["seed=7"]).config


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("sead=1", ("Unknown setting 'sead'", "seed")),
        ("budget.candidate=3", ("budget.candidates",)),
        ("problem=tooy", ("Unknown problem 'tooy'", "toy")),
        ("llm=opnai", ("Unknown llm", "openai")),
        ("problem.jobbs=3", ("jobbs",)),
        ("nothing", ("key=value", "'nothing'")),
        ("a=[", ("'['", '"["')),
        ("llm.base_url=http://x/v1?a=b", ("llm.base_url", 'llm.base_url="http://x/v1?a=b"')),
        ("operator.varry.weight=2", ("operator.varry", "nearest: vary", "operator.varry.author=llm")),
        ("operator.physics.template=x", ("operator.physics.author=llm", "operator.physics.parents=1", "template=")),
        ("operator=physics", ("+operator@operator.physics=physics", "operator.vary.weight=2")),
        ("budget=50", ("budget.candidates=50",)),
        ("seed=1,2", ("--multirun",)),
    ],
)
def test_a_wrong_override_is_one_line_that_names_it(override: str, words: tuple[str, ...]) -> None:
    said = fault(override)
    assert all(word in said for word in words), said


NO_NAMES = ["100", "3.5", "[1]", "[null]", "[[1]]", "null", "true", "{}", "{a: 1}", "1,2", "range(1,3)"]
GROUPS = ["problem", "axes", "llm", "islands", "evaluator", "budget", "callbacks", "experiment"]


@pytest.mark.parametrize("value", NO_NAMES)
@pytest.mark.parametrize("group", [*GROUPS, "+budget", "operator@operator.vary"])
def test_a_group_that_is_given_no_name_says_what_it_expects(group: str, value: str) -> None:
    said = fault(f"{group}={value}")
    assert f"{group.strip('+').partition('@')[0]} is a group: expected one of " in said
    assert repr(f"{group}={value}") in said


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("budget=100", ("hour, minute, quick", "budget.candidates=100")),
        ("~budget=100", ("budget is a group",)),
        ("budget=[quick]", ("budget is a group",)),
        ("callbacks=[jsonl,5]", ("jsonl, mlflow",)),
        ("callbacks={}", ("jsonl, mlflow",)),
        ("budget=''", ("Unknown budget ''", "minute")),
        ("problem='a b'", ("Unknown problem 'a b'",)),
        ("operator=3", ("operator.vary.weight=2",)),
        ("operator={}", ("operator.vary.weight=2",)),
        ("hydra/launcher=3", ("hydra/launcher is a group",)),
        ("hydra=3", ("hydra is a group",)),
        ("=3", ("key=value", "'=3'")),
        ("+x=1", ("Unknown setting x",)),
        ("seed=null", ("seed", "whole number")),
        (f"seed={2**63}", ("seed", "2**63")),
        ("budget.candidates=[1]", ("budget.candidates", "[1]")),
        ("llm.models=[1]", ("llm.models", "names and values")),
    ],
)
def test_a_value_of_another_kind_is_one_line(override: str, words: tuple[str, ...]) -> None:
    said = fault(override)
    assert all(word in said for word in words), said


@pytest.mark.parametrize("override", ["callbacks=[]", "callbacks=[jsonl,tensorboard]", "~budget", "budget='hour'"])
def test_a_group_takes_names_and_may_be_left_out(override: str) -> None:
    assert compose([override]).seed == 0


def test_the_user_s_own_file_of_a_shipped_name_wins(tmp_path: Path) -> None:
    folder = tmp_path / "my, own=configs"
    for group, name, text in (
        ("budget", "quick", "candidates: 3\n"),
        ("problem", "toy", "_target_: problems.toy.Toy\ntrain: 4\n"),
        ("operator", "vary", "author: embedded\nmove: vary\nparents: 1\nweight: 7\n"),
    ):
        (folder / group).mkdir(parents=True)
        (folder / group / f"{name}.yaml").write_text(text)
    settings = compose(["problem=toy", "budget=quick"], str(folder))
    assert isinstance(settings.problem, Toy)
    assert (settings.budget.candidates, settings.problem.train) == (3, 4)
    assert {one.name: one.weight for one in settings.operators}["vary"] == 7
    shipped = compose(["problem=toy", "budget=quick"])
    assert shipped.budget.candidates == 60, "and only where that folder is named"


def test_operators_of_the_user_s_own_folder_are_added_and_win(tmp_path: Path) -> None:
    (tmp_path / "operator").mkdir()
    for name in ("mine", "rewrite"):
        text = f"author: llm\nparents: 1\nmodel: m\ntemplate: |\n  {name} this.\n  {{parents}}\n"
        (tmp_path / "operator" / f"{name}.yaml").write_text(text)
    asked = ["problem=toy", "llm=vllm", "llm.model=m", "+operator@operator.mine=mine", "operator.mine.weight=3"]
    operators = {operator.name: operator for operator in compose(asked, str(tmp_path)).operators}
    assert operators["mine"].template.startswith("mine this.")
    assert (operators["mine"].weight, operators["mine"].model) == (3.0, "m")
    assert operators["rewrite"].template.startswith("rewrite this.")


def test_an_own_file_that_would_replace_all_defaults_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("seed: 3\n")
    with pytest.raises(UserError, match="give that file another name"):
        compose([], str(tmp_path))


def test_a_sweep_too_takes_the_user_s_own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own" / "budget").mkdir(parents=True)
    (tmp_path / "own" / "budget" / "quick.yaml").write_text("candidates: 3\n")
    monkeypatch.setenv("EVO_RUNS", str(tmp_path / "runs"))
    small = ["problem=toy", "problem.train=3", "problem.validation=2", "problem.test=2", "evaluator.workers=1"]
    assert status(["run", "-m", *small, "budget=quick", "seed=1,2", "--config-dir", str(tmp_path / "own")]) == 0
    for folder in (tmp_path / "runs").glob("*_toy_*"):
        with RunStore.open_folder(folder) as store:
            assert json.loads(store.header().config)["budget"]["candidates"] == 3
            assert store.header().folders == (str(tmp_path / "own"),)


def test_a_group_of_the_user_s_own_says_its_options(tmp_path: Path) -> None:
    (tmp_path / "budget").mkdir()
    (tmp_path / "budget" / "night.yaml").write_text("seconds: 30000\n")
    with pytest.raises(UserError, match="hour, minute, night, quick"):
        compose(["budget=8"], str(tmp_path))


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "budget=100"],
        ["run", "--estimate", "budget=100"],
        ["run", "--cfg", "job", "budget=100"],
        ["run", "-m", "budget=1,2"],
        ["run", "-m", "budget=quick,2"],
        ["run", "-m", "seed=1,2", "budget=range(1,3)"],
        ["evaluate", "rule.py", "budget=100"],
        ["check", "budget=100"],
        ["references", "budget=100"],
        ["solve", "jobs.txt", "budget=100"],
    ],
    ids=" ".join,
)
def test_every_verb_refuses_a_group_that_is_given_no_name(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rule.py").write_text("def priority(p, w):\n    return p\n")
    assert status(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("evo: budget is a group: expected one of hour, minute, quick")
    assert printed.err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["rule.py"]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("budget.candidates", "few", ("budget.candidates", "whole number", "'few'")),
        ("budget.candidates", 0, ("budget.candidates > 0",)),
        ("window", 0, ("window >= 1",)),
        ("seed", -1, ("seed >= 0",)),
        ("tournament", 0, ("tournament >= 1",)),
        ("evaluator.isolation", "Z", ("evaluator.isolation", "A or B or C or none")),
        ("evaluator.workers", -1, ("workers >= 0",)),
        ("evaluator.cpu_seconds", 0, ("cpu_seconds",)),
        ("evaluator.cpu", 1, ("evaluator.cpu",)),
        ("islands.archives.first", ["taill"], ("taill", "tail")),
        ("islands.archives.first", [], ("islands.archives.first",)),
        ("islands.migration.every", 0, ("every >= 1",)),
        ("axes.tail.bins", 0, ("bins >= 1",)),
        ("axes.tale", {"bins": 2}, ("axes.tale", "tail")),
        ("problem._target_", "problems.nowhere.Nothing", ("problems.nowhere",)),
        ("operator.vary.weight", "heavy", ("operator.vary.weight", "'heavy'")),
        ("colour", "red", ("colour",)),
    ],
)
def test_a_value_that_does_not_fit_is_one_line_that_names_it(
    name: str, value: object, words: tuple[str, ...], default: DictConfig
) -> None:
    config = default.copy()
    OmegaConf.update(config, name, value, merge=False, force_add=True)
    with pytest.raises(UserError) as caught:
        from_config(config)
    said = str(caught.value)
    assert "\n" not in said
    assert all(word in said for word in words), said


def test_no_operator_with_weight_is_refused() -> None:
    names = [operator.name for operator in compose().operators]
    assert "weight > 0" in fault(*(f"operator.{name}.weight=0" for name in names))


def test_a_wrong_override_ends_with_status_2_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["check", "problem=tooy"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1


def test_a_missing_config_folder_is_named() -> None:
    with pytest.raises(UserError, match="nowhere"):
        compose([], "nowhere")


def test_a_problem_of_the_user_s_own_folder_composes(tmp_path: Path) -> None:
    (tmp_path / "problem").mkdir()
    (tmp_path / "own_problem_here.py").write_text(
        "from problems.toy import Toy\n\n\nclass Own(Toy):\n    name = 'own'\n"
    )
    (tmp_path / "problem" / "own.yaml").write_text("_target_: own_problem_here.Own\n")
    settings = compose(["problem=own"], str(tmp_path))
    assert settings.problem.name == "own"
    assert settings.folders == (str(tmp_path.resolve()),)


def test_a_dataclass_is_built_from_plain_values_without_loss() -> None:
    assert build(Axis, {"measure": "m", "low": 0, "high": 1, "bins": 3}, "axis") == Axis("m", 0.0, 1.0, 3)
    assert defaults(EvaluatorSettings) == {"workers": 0, "isolation": Isolation.C.value}


@pytest.mark.parametrize(
    "values",
    [
        {"measure": "m", "low": 0, "high": 1},
        {"measure": "m", "low": 0, "high": 1, "bins": 3.5},
        {"measure": "m", "low": 0, "high": 1, "bins": True},
        {"measure": 3, "low": 0, "high": 1, "bins": 3},
        {"measure": "m", "low": 0, "high": 1, "bins": 3, "colour": "red"},
        {"measure": "m", "low": 2, "high": 1, "bins": 3},
    ],
)
def test_a_dataclass_is_not_built_from_values_that_do_not_fit(values: dict[str, object]) -> None:
    with pytest.raises(UserError, match="axis"):
        build(Axis, values, "axis")


def test_a_limit_on_replies_takes_the_place_of_the_preset_s_on_candidates() -> None:
    replies = compose(["llm=ollama", "budget.replies=30"]).budget
    assert (replies.replies, replies.candidates) == (30, None)
    both = compose(["llm=ollama", "budget.replies=30", "budget.candidates=40"]).budget
    assert (both.replies, both.candidates) == (30, 40)
    assert "the embedded author has no replies" in fault("budget.replies=30")


def test_edits_follow_replies_by_the_kind_of_candidate_where_cells_are_drawn_from() -> None:
    assert compose(["llm=ollama"]).edits_per_reply == 10
    assert compose(["llm=ollama", "problem=smtt_b"]).edits_per_reply == 3
    assert compose(["llm=ollama", "problem=smtt_program"]).edits_per_reply == 1
    assert compose(["llm=ollama", "strategy=sample"]).edits_per_reply == 0
    assert compose(["llm=ollama", "strategy=sample", "polish.per_reply=2"]).edits_per_reply == 2
    assert compose([]).edits_per_reply == 0
    assert compose([]).drafts_of_opening == 6
    assert {compose([off]).drafts_of_opening for off in ("polish.opening=false", "strategy=chains")} == {0}
    assert compose(["problem=smtt_b"]).drafts_of_opening == 0
    assert replace(compose([]), problem=FromEdd()).drafts_of_opening == 54, "bounds where there is one seed"
    assert replace(compose(["polish.bounds=5"]), problem=FromEdd()).drafts_of_opening == 11
    assert "polish.bounds" in fault("polish.bounds=-1")
    assert "polish.per_reply" in fault("polish.per_reply=-1")
    assert "emitters.map" in fault("emitters.map=-1")
