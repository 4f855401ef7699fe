"""Trackers: each writes to its real library where that is installed, and says what to install where it is not."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from evo.callbacks.events import Callback, Ended, Placed, Started
from evo.callbacks.tracking import LONGEST, import_library, parameters
from evo.config.compose import compose
from evo.core.errors import UserError
from evo.core.records import Usage
from evo.runs.build import make_callbacks
from problems import Split

NAMES = ["jsonl", "tensorboard", "mlflow", "wandb"]


def told(callback: Callback, folder: Path) -> None:
    """Tell of a run of two candidates, the second one of unknown price and failed."""
    folder.mkdir(exist_ok=True)
    callback.started(Started("u1", folder, "toy", 0, json.dumps({"seed": 0})))
    callback.placed(Placed(0, "seed", "SPT", "elite", 0.5, 1, 0.1, Usage(), 0, 0.5, {"first": 1}, "def f(): ..."))
    callback.placed(Placed(1, "vary", "m", "timeout", None, 2, 0.2, Usage(5, 5, None), 0, 0.5, {"first": 1}))
    callback.ended(Ended("budget.candidates = 2 is used up", 0.3, 0, {Split.TRAIN: 0.5}))


def test_lines_of_json_hold_what_was_told(tmp_path: Path) -> None:
    told(make_callbacks(compose(["callbacks=jsonl"]))["jsonl"], tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert [line["event"] for line in lines] == ["started", "placed", "placed", "ended"]
    assert [line.get("gap") for line in lines] == [None, 0.5, None, None]
    assert lines[-1]["gaps"] == {"train": 0.5}


def test_tensorboard_draws_each_figure_over_candidates(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    told(make_callbacks(compose(["callbacks=tensorboard"]))["tensorboard"], tmp_path)
    found = EventAccumulator(str(tmp_path / "tensorboard"))
    found.Reload()
    assert [event.step for event in found.Tensors("best_gap")] == [1, 2]
    assert {"gap", "tokens", "elites/first", "found_gap/train"} <= set(found.Tags()["tensors"])


def test_mlflow_keeps_curves_source_and_gaps_in_one_run_also_when_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mlflow = pytest.importorskip("mlflow")
    pytest.importorskip("alembic")
    monkeypatch.chdir(tmp_path)  # where MLflow puts files beside a database
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    settings = compose(["callbacks=mlflow", f"callbacks.mlflow.uri={uri}"])
    for _ in range(2):
        told(make_callbacks(settings)["mlflow"], tmp_path)
    client = mlflow.MlflowClient(uri)
    (found,) = client.search_runs([client.get_experiment_by_name("evo").experiment_id])
    assert found.info.status == "FINISHED"
    assert found.data.metrics["found_gap/train"] == 0.5
    assert [file.path for file in client.list_artifacts(found.info.run_id)] == ["best.py"]


def test_wandb_keeps_a_run_offline(tmp_path: Path) -> None:
    pytest.importorskip("wandb")
    told(make_callbacks(compose(["callbacks=wandb", "callbacks.wandb.mode=offline"]))["wandb"], tmp_path)
    assert list(tmp_path.glob("wandb/offline-run-*-u1/*.wandb"))


@pytest.mark.parametrize("name", [name for name in NAMES[1:] if find_spec(name) is None])
def test_a_missing_library_is_one_line_that_says_what_to_install(name: str) -> None:
    settings = compose([f"callbacks={name}"])
    with pytest.raises(UserError, match=rf"^callbacks\.{name}: .*pip install 'evo-heuristics\[{name}\]'$"):
        make_callbacks(settings)


def test_any_library_that_is_missing_names_its_extra() -> None:
    with pytest.raises(ImportError, match=r"pip install 'evo-heuristics\[nothing\]'"):
        import_library("no_such_library", "nothing")


def test_several_are_chosen_by_a_list_and_set_like_all_else() -> None:
    settings = compose(["callbacks=[jsonl,tensorboard]", "callbacks.jsonl.file=told.jsonl"])
    assert list(settings.callbacks) == ["jsonl", "tensorboard"]


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("callbacks=nobody", ("Unknown callbacks 'nobody'", "jsonl")),
        ("callbacks.mine={}", ("callbacks.mine._target_",)),
        ("callbacks.mine._target_=evo.callbacks.jsonl.Nothing", ("callbacks.mine", "Nothing")),
        ("callbacks.mine={_target_:evo.callbacks.jsonl.JSONLines,fil:x}", ("callbacks.mine", "fil")),
        ("callbacks.mine=3", ("callbacks.mine", "names and values")),
    ],
)
def test_a_wrong_callback_is_one_line_that_names_it(override: str, words: tuple[str, ...]) -> None:
    with pytest.raises(UserError) as caught:
        make_callbacks(compose([override]))
    assert all(word in str(caught.value) for word in words), caught.value
    assert "\n" not in str(caught.value)


def test_parameters_are_short_and_leave_the_texts_of_operators_out() -> None:
    config = json.dumps({"seed": 3, "llm": {"model": "m" * 999}, "operator": {"hint": {"text": "…"}}})
    assert parameters(config) == {"seed": "3", "llm.model": "m" * LONGEST}
