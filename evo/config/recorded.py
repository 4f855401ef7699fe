"""The settings of a run from its record: `run.sqlite` alone is enough."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from omegaconf import OmegaConf

from evo.config.settings import Settings
from evo.config.targets import SHIPPED
from evo.config.trust import code_digest, in_folder, own_targets, signature
from evo.config.values import from_values, own_folders
from evo.core.errors import UserError
from evo.core.validation import mapping
from evo.store import RunHeader, RunStore
from evo.store.folders import DATABASE


def load(
    folder: Path,
    config_dir: str | None = None,
    overrides: Sequence[str] = (),
    trust: bool = False,
    resumes: bool = False,
) -> Settings:
    """Make the settings of a run again from its record; `config_dir` stands in for a moved folder of own code.

    `overrides` change what is no part of the search: the budget and the number of workers. `resumes` says that models
    are asked and callbacks told. Without `trust` nothing of a record is run that this user has not made or named.

    Raises:
        StoreError: there is no record.
        UserError: it does not fit the code, an override is not allowed, or `trust` is needed.
    """
    for override in overrides:
        if not re.match(r"(budget\.\w+|evaluator\.workers)=", override):
            raise UserError(f"Expected budget.NAME=… or evaluator.workers=… for a run that exists, got {override!r}.")
    with RunStore.open(folder / DATABASE, readonly=True) as store:
        header = store.header()
    values = mapping(json.loads(header.config), "the recorded configuration")
    folders = own_folders(config_dir) or header.folders
    allowed = None if trust else _allowed(folder, header, values, folders, config_dir is not None, resumes)
    changes = OmegaConf.to_container(OmegaConf.from_dotlist(list(overrides)))
    for group, changed in mapping(changes, "the overrides").items():
        values[group] = {**mapping(values.get(group, {}), group), **mapping(changed, group)}
    return from_values(values, folders, header.overrides or (), allowed)


def _allowed(
    folder: Path, header: RunHeader, values: Mapping[str, object], folders: Sequence[str], given: bool, resumes: bool
) -> Collection[str] | None:
    """Return the packages whose classes the record may name, None for any; raise where that takes `--trust`."""
    ours = header.origin != "" and header.origin == signature(header.uid, values, header.folders, header.code)
    own = own_targets(values)
    if not ours and resumes and (outward := _outward(values)):
        raise UserError(f"{folder} was not made here, and to resume it {outward}; --trust goes on with it.")
    if not (own or header.folders):
        return SHIPPED
    code = ", ".join((*folders, *own))
    if not (ours or given):
        raise UserError(f"{folder} was not made here, and it would run code of its own: {code}; --trust goes on.")
    if missing := [one for one in folders if not Path(one).is_dir()]:
        raise UserError(f"The code of {folder} is gone: {missing[0]}; --config-dir names where it is now.")
    if code_digest(values, folders) != header.code:
        raise UserError(f"The code of {folder} is not known to be that of the run: {code}; --trust goes on with it.")
    if ours:
        return None
    return (*SHIPPED, *(root for root in (target.partition(".")[0] for target in own) if in_folder(root, folders)))


def _outward(values: Mapping[str, object]) -> str:
    """Say what resuming does beside the search: keys are sent where a record says, files written where it says."""
    if mapping(values.get("llm", {}), "llm").get("provider") != "embedded":
        return "asks models, with your keys"
    return "tells its callbacks" if mapping(values.get("callbacks", {}), "callbacks") else ""
