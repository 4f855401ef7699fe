"""The settings of a run from its record: `run.sqlite` alone is enough."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from omegaconf import OmegaConf

from evo.config.settings import Settings
from evo.config.trust import allowed_targets
from evo.config.values import from_values, own_folders
from evo.core.checked_values import mapping
from evo.core.errors import UserError
from evo.search.emitters import Strategy
from evo.store import RunStore
from evo.store.folders import DATABASE
from evo.store.history import read_instances
from problems import Split

CHANGEABLE = re.compile(r"(budget\.\w+|evaluator\.workers|llm\.\w[\w.-]*)=")
OF_THE_SEARCH = ("llm.policy", "llm.strong", "llm.handover", "llm.handover_replies")
"""What says who is asked for which candidate: a replay draws it again."""
JOBSHOP_TRAIN = [[10, 10, 100], [15, 10, 100], [15, 15, 100], [20, 15, 100], [30, 10, 100], [30, 15, 100]]
JOBSHOP_VALIDATION = [[20, 20, 30], [30, 20, 30], [50, 15, 30]]
"""The job shops before there were stages."""
SMTT_TEST, SMTT_TESTS = [[100, 6], [200, 3], [500, 1]], 200
"""The test of smtt, and how many instances it had, before verdicts asked for more."""

PRINTED_BYTES = "output_bytes"
"""A limit that is none any more: what programs print is discarded."""


def load(
    folder: Path,
    config_dir: str | None = None,
    overrides: Sequence[str] = (),
    trust: bool = False,
    resumes: bool = False,
) -> Settings:
    """Make the settings of a run again from its record; `config_dir` stands in for a moved folder of own code.

    `overrides` change what is no part of the search: the budget, the number of workers, and how models are asked; one
    model takes the place of another under its name. `resumes` says that models are asked and callbacks told. Without
    `trust` nothing of a record is run that this user has not made or named.

    Raises:
        StoreError: there is no record.
        UserError: it does not fit the code, an override is not allowed, or `trust` is needed.
    """
    for override in overrides:
        if not CHANGEABLE.match(override) or override.partition("=")[0] in OF_THE_SEARCH:
            expected = "budget.NAME=…, evaluator.workers=… or a setting of how models are asked, llm.NAME=…,"
            raise UserError(f"Expected {expected} for a run that exists, got {override!r}.")
    with RunStore.open(folder / DATABASE, readonly=True) as store:
        header = store.header()
        with store.snapshot() as connection:
            tests = len(read_instances(connection).get(Split.TEST, ()))
    values = dict(mapping(json.loads(header.config), "the recorded configuration"))
    folders = own_folders(config_dir) or header.folders
    allowed = None if trust else allowed_targets(folder, header, values, folders, config_dir is not None, resumes)
    _spell_out(values, tests)
    if any(override.startswith("budget.") for override in overrides):
        _keep_handover(values, from_values(values, folders, allowed=allowed))
    changes = mapping(OmegaConf.to_container(OmegaConf.from_dotlist(list(overrides))), "the overrides")
    if "llm" in changes:
        _keep_name(values, mapping(changes["llm"], "llm"))
    return from_values(_merged(values, changes), folders, header.overrides or (), allowed)


def _merged(values: Mapping[str, object], changes: Mapping[str, object]) -> dict[str, object]:
    """Return values with others in their place, at any depth."""
    merged = dict(values)
    for name, change in changes.items():
        old = merged.get(name)
        merged[name] = _merged(old, change) if isinstance(old, dict) and isinstance(change, dict) else change
    return merged


def _keep_name(values: dict[str, object], changes: Mapping[str, object]) -> None:
    """Let a model that takes the place of the only one bear its name: else a replay would draw another one.

    Raises:
        UserError: the run asks no model, or would ask none.
    """
    llm = mapping(values.get("llm", {}), "llm")
    if "embedded" in (llm.get("provider", "embedded"), changes.get("provider")):
        raise UserError("Expected no llm.NAME=…: who writes is part of a run, the embedded author or models.")
    if "model" in changes and not llm.get("models"):
        operators = [mapping(one, "operator") for one in mapping(values.get("operator", {}), "operator").values()]
        named = {str(one["model"]): {"model": one["model"]} for one in operators if one.get("model")}
        values["llm"] = {**llm, "models": {**named, str(llm["model"]): {"model": changes["model"]}}}


def _keep_handover(values: dict[str, object], recorded: Settings) -> None:
    """Let the strong model take over where it was to do so, also with a larger budget: else a replay would differ."""
    if recorded.handover is not None:
        values["llm"] = {**mapping(values["llm"], "llm"), "handover_replies": recorded.handover.replies}


def _spell_out(values: dict[str, object], tests: int) -> None:
    """Set what earlier versions left to a default that is another one now; `tests` test instances are on record."""
    values.setdefault("strategy", Strategy.EVOLVE)
    problem = dict(mapping(values.get("problem", {}), "problem"))
    polish = mapping(values.get("polish", {}), "polish")
    if "forms" not in polish and problem.get("_target_") == "problems.smtt.Smtt":
        validation = [[100, 24], [200, 12], [500, 1]] if "emitters" in values else [[100, 6], [200, 3], [500, 1]]
        values["problem"] = {"validation": validation, **problem}
    train = problem.get(Split.TRAIN)
    of_files = isinstance(train, str | list) and any(isinstance(entry, str) for entry in train)
    if tests == SMTT_TESTS and problem.get("_target_") == "problems.smtt.Smtt" and not of_files:
        values["problem"] = {"test": SMTT_TEST, **mapping(values["problem"], "problem")}
    if "bounds" not in polish and problem.get("_target_") == "problems.jobshop.JobShop":
        values["problem"] = {"train": JOBSHOP_TRAIN, "validation": JOBSHOP_VALIDATION, **problem}
    evaluator = mapping(values.get("evaluator", {}), "evaluator")
    values["evaluator"] = {name: value for name, value in evaluator.items() if name != PRINTED_BYTES}
    values["polish"] = {"forms": 0, "opening": False, "bounds": 0, **polish}
    if values.get("novelty") is None:
        values["novelty"] = mapping(values.get("llm", {}), "llm").get("provider", "embedded") != "embedded"
