"""The composition root: hydra's configuration to `Settings`. Below it nothing knows of hydra."""

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import ClassVar

from hydra import compose as hydra_compose
from hydra import initialize_config_module
from hydra.core.config_search_path import ConfigSearchPath, SearchPathQuery
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import ChoiceSweep, Glob, Override, QuotedString
from hydra.core.plugins import Plugins
from hydra.errors import HydraException
from hydra.plugins.search_path_plugin import SearchPathPlugin
from omegaconf import DictConfig, ListConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from evaluators.sandbox import Limits
from evo.authors.llm.settings import LLMSettings
from evo.config.groups import group_options
from evo.config.settings import EvaluatorSettings, Settings
from evo.config.targets import TARGET, locate
from evo.config.values import OWN, first_line, from_values, own_folders
from evo.core.checked_values import defaults, mapping, near
from evo.core.errors import UserError
from evo.search.budget import Budget
from evo.search.emitters import EmitterShares
from evo.search.population import Polish
from problems import UnreadableInstance
from problems.own_files import check_files, recorded

CALLBACKS = "callbacks"
"""The group of those who hear of a run; the entry points of packages stand under `evo.callbacks`."""
YAMLError: type[Exception] = import_module("yaml").YAMLError  # its package states no types
SETTINGS = {
    "problem": "problem.seed=1",
    "axes": "axes.MEASURE.bins=20",
    "llm": "llm.model=NAME",
    "operator": "operator.vary.weight=2",
    "islands": "islands.migration.every=60",
    "evaluator": "evaluator.workers=2",
    "budget": "budget.candidates=100",
}
"""For each group that has them the usual setting, as an example."""
PROMPTS_OF_A_PERSON = "window=2"
COMPOSING = Lock()
"""Hydra and its search path are one for the process: of two threads the second would look in the first's folders."""


def register_schema() -> None:
    """Give hydra the keys of our dataclasses with their defaults, as the config named `schema`."""
    settings = defaults(Settings)
    node = {
        **{name: settings[name] for name in OWN},
        "emitters": defaults(EmitterShares),
        "polish": defaults(Polish),
        "budget": defaults(Budget),
        "llm": defaults(LLMSettings),
        "evaluator": {**defaults(EvaluatorSettings), **defaults(Limits)},
        "axes": {},
        "operator": {},
        "callbacks": {},
    }
    ConfigStore.instance().store(name="schema", node=node)


def register_callbacks(overrides: Sequence[str]) -> None:
    """Give hydra the callbacks of installed packages as options of its group, where one is named.

    To look into all packages takes some hundredths of a second, which other runs do without.
    """
    if any(override.startswith(f"{CALLBACKS}=") for override in overrides):
        for point in entry_points(group=f"evo.{CALLBACKS}"):
            node = {point.name: {TARGET: point.value.replace(":", ".")}}
            ConfigStore.instance().store(group=CALLBACKS, name=point.name, node=node)


class OwnFolders(SearchPathPlugin):
    """Has hydra look for configurations in the user's folders before ours: a file of a shipped name wins."""

    folders: ClassVar[Sequence[str]] = ()

    def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
        """Put the user's folders before ours."""
        for folder in self.folders:
            search_path.prepend("own", f"file://{folder}", SearchPathQuery("main"))


def look_first_in(folders: Sequence[str]) -> None:
    """Have hydra look in the user's folders first, in all that it composes from now on."""
    OwnFolders.folders = tuple(folders)
    Plugins.instance().register(OwnFolders)


def compose(
    overrides: Sequence[str] = (),
    config_dir: str | None = None,
    further: Mapping[str, Mapping[str, object]] | None = None,
) -> Settings:
    """Compose settings from overrides such as `problem=toy`; `config_dir` is the user's own folder.

    `further` has values by group, such as a whole operator's, which take the place of those composed.

    Raises:
        UserError: one line that says what is wrong.
    """
    folders = own_folders(config_dir)
    values = plain_values(composed(overrides, folders))
    for group, more in (further or {}).items():
        values[group] = {**mapping(values.get(group, {}), group), **more}
    return with_files(from_values(values, folders))


def composed(overrides: Sequence[str], folders: Sequence[str] = (), with_hydra: bool = False) -> DictConfig:
    """Return the composed configuration, its node `hydra` included where that is wanted.

    Raises:
        UserError: an override does not fit.
    """
    check_groups(overrides, folders)
    try:
        with COMPOSING:
            register_schema()
            register_callbacks(overrides)
            look_first_in(folders)
            GlobalHydra.instance().clear()
            with initialize_config_module("configs", version_base=None):
                return hydra_compose("config", extending(overrides), return_hydra_config=with_hydra)
    except (HydraException, OmegaConfBaseException, YAMLError) as error:
        raise UserError(one_line(error)) from error


def extending(overrides: Sequence[str]) -> list[str]:
    """Return the overrides such that fields of a problem, a range, an operator or a callback may be set though omitted.

    Their names are checked by what they build. Who limits the replies and says nothing of candidates has no limit on
    these: the preset's is meant for runs without a model. To a person two prompts are shown at a time.
    """
    names = {override.partition("=")[0] for override in overrides}
    more = [PROMPTS_OF_A_PERSON] if "llm=human" in overrides and "window" not in names else []
    more += ["budget.candidates=null"] if "budget.replies" in names and "budget.candidates" not in names else []
    known = r"^(?=(problem|axes|operator|llm\.models|llm\.extra_body|llm\.extra_headers|callbacks)\.)"
    return [*(re.sub(known, "++", override) for override in overrides), *more]


def check_groups(overrides: Sequence[str], folders: Sequence[str] = ()) -> None:
    """See to it that a group is given names of its options, and no value; hydra would end with a traceback.

    Raises:
        UserError: one is given something else, or an override cannot be read.
    """
    parsed = [_parsed(override) for override in overrides]
    for override in parsed:
        group, given = override.key_or_group, str(override.input_line)
        options = group_options(group, folders)
        example = f", as in {_example(group, override.value())}" if group in SETTINGS else ""
        if not group:
            raise UserError(f"Expected key=value, got {given!r}.")
        if group == "operator" and override.package is None:
            name = str(override.value()) if _names_options(override) else "NAME"
            added = f"a file operator/{name}.yaml of your own folder is added by +operator@operator.{name}={name}"
            raise UserError(
                f"operator holds all operators: expected a setting of one{example}, got {given!r}; {added}."
            )
        if (options or group.partition("/")[0] == "hydra") and not _names_options(override):
            expected = f"one of {', '.join(options)}" if options else "a name"
            single = f"; a single setting is given{example}" if example else ""
            raise UserError(f"{group} is a group: expected {expected}, got {given!r}{single}.")


def _example(group: str, given: object) -> str:
    """Return a setting of a group as an example, with the number that was given where it was probably meant."""
    name, _, value = SETTINGS[group].partition("=")
    return f"{name}={given if group in ('budget', 'evaluator') and type(given) is int else value}"


def _parsed(override: str) -> Override:
    try:
        return OverridesParser.create().parse_overrides([override])[0]
    except HydraException as error:
        why = one_line(error)
        if why.startswith("Expected key=value"):
            raise UserError(why) from error
        name, _, value = override.partition("=")
        quoted = shlex.quote(f'{name}="{value}"')
        raise UserError(f"{override}: {why}; a value with special signs needs quotes of its own: {quoted}.") from error


def _names_options(override: Override) -> bool:
    """Return whether an override of a group names an option, several where it takes them, or each job's in a sweep."""

    def is_name(value: object) -> bool:
        names = value if isinstance(value, list) and override.key_or_group == "callbacks" else [value]
        return all(isinstance(name, str | QuotedString | Glob) for name in names)

    value = override.value()
    choices = value.list if isinstance(value, ChoiceSweep) else [value]
    return all(map(is_name, choices)) or (override.is_delete() and value is None)


def from_config(config: DictConfig, folders: Sequence[str] = (), overrides: Sequence[str] = ()) -> Settings:
    """Make settings from a composed configuration; `overrides` are those that were typed, for the record.

    Raises:
        UserError: one line that says what is wrong.
    """
    typed_ones = [typed(override) for override in overrides]
    return with_files(from_values(plain_values(config), folders, typed_ones))


def plain_values(config: DictConfig) -> dict[str, object]:
    """Return a configuration as plain values.

    Raises:
        UserError: a value is missing or refers to nothing.
    """
    try:
        values = OmegaConf.to_container(config, resolve=True, throw_on_missing=True)
    except OmegaConfBaseException as error:
        raise UserError(one_line(error)) from error
    return dict(mapping(values, "the configuration"))


def with_files(settings: Settings) -> Settings:
    """Return settings that name a user's files by absolute paths: a run goes on from anywhere; the files are read.

    Raises:
        UserError: a file is missing, or holds no instances of the problem.
    """
    named = recorded(settings.problem)
    if not named:
        return settings
    try:
        check_files(settings.problem)
    except (OSError, UnreadableInstance) as error:
        raise UserError(one_line(error)) from error
    values = json.loads(settings.config)
    return replace(settings, config=json.dumps({**values, "problem": {**values["problem"], **named}}))


def begun_with(folder: Path) -> list[str] | None:
    """Return the arguments of `evo run` that made a folder, its place left out; None where hydra has not left them."""
    try:
        overrides = OmegaConf.load(folder / ".hydra" / "overrides.yaml")
        sources = OmegaConf.select(OmegaConf.load(folder / ".hydra" / "hydra.yaml"), "hydra.runtime.config_sources")
    except (OSError, OmegaConfBaseException, YAMLError):
        return None
    if not isinstance(overrides, ListConfig) or sources is None:
        return None
    given = [str(override) for override in overrides]
    own = [source["path"] for source in sources if source["schema"] == "file"]
    return [*(f"--config-dir={folder}" for folder in own), *map(typed, given)]


def typed(override: str) -> str:
    """Return an override as it was typed: without the signs that `extending` puts before it."""
    bare = override.removeprefix("++")
    return bare if extending([bare])[0] == override else override


def one_line(error: BaseException) -> str:
    """Return an error's message as one line, with near names where a name is unknown."""
    if isinstance(error, OSError) and error.filename is not None:
        return first_line(error)
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = " ".join(lines)
    if missing := re.search(r"Could not (?:find|load) '(\S+?)/([^']*)'", text):
        group, option = missing.groups()
        options = lines[next((i for i, line in enumerate(lines) if line.startswith("Available options")), -1) + 1 :]
        listed = [o for o in options if ":" not in o] or group_options(group)
        return f"Unknown {group} {option!r}{near(option, listed)}."
    if unknown := re.search(r"Could not override '(\S+?)'", text):
        return f"Unknown setting {unknown[1]!r}{near(unknown[1], known_settings())}."
    if bare := re.search(r"Error parsing override '(\S+)' missing EQUAL", text):
        return f"Expected key=value, got {bare[1]!r}."
    return text.split(" See https://")[0]


def known_settings() -> list[str]:
    """Return the dotted names of all settings of the default configuration."""
    found: list[str] = []
    pending: list[tuple[str, object]] = [("", OmegaConf.to_container(composed([]), resolve=False))]
    while pending:
        prefix, value = pending.pop()
        if isinstance(value, dict):
            pending += [(f"{prefix}.{key}" if prefix else str(key), item) for key, item in value.items()]
        found.append(prefix)
    return found


def shipped_problems() -> dict[str, type]:
    """Return the classes of our own problems by the names that `problem=` takes."""
    found: dict[str, type] = {}
    for file in sorted(Path(str(files("configs") / "problem")).glob("*.yaml")):
        made = locate(str(OmegaConf.select(OmegaConf.load(file), TARGET)))
        if isinstance(made, type):
            found[file.stem] = made
    return found


def key_variables() -> dict[str, str]:
    """Return the environment variables of keys by the name of the llm setting that reads them."""
    found: dict[str, str] = {}
    for file in sorted(Path(str(files("configs") / "llm")).glob("*.yaml")):
        variable = OmegaConf.select(OmegaConf.load(file), "api_key_env")
        if variable:
            found[file.stem] = str(variable)
    return found
