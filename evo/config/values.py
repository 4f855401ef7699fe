"""Settings from plain names and values, composed by hydra or read from a record."""

import json
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from evaluators.sandbox import Limits
from evo.authors.llm.settings import SERVERS, LLMSettings
from evo.callbacks.events import Callback
from evo.config.axes import island_settings
from evo.config.settings import EvaluatorSettings, Settings
from evo.config.targets import TARGET, NotAllowedError, locate, make
from evo.core.checked_values import build, check_types, defaults, mapping, near
from evo.core.errors import UserError
from evo.core.records import Operator
from evo.core.shadowing import hidden_package
from evo.search.budget import Budget
from evo.search.emitters import EmitterShares
from evo.search.population import Polish
from islands import Migration
from problems import Instructed, Problem


def operators(group: Mapping[str, object], problem: Problem) -> tuple[Operator, ...]:
    """Return all operators; one that tells a problem's own instructions needs a problem with some."""
    every = [_operator(name, mapping(values, f"operator.{name}"), group) for name, values in group.items()]
    instructed = isinstance(problem, Instructed) and len(problem.instructions) > 0
    return tuple(one for one in every if instructed or not one.knowledge)


def _operator(name: str, values: Mapping[str, object], group: Mapping[str, object]) -> Operator:
    if not {"author", "parents"} <= set(values):
        fields = " ".join(
            f"operator.{name}.{field}" for field in ("author=llm", "parents=1", "template='… {parents} …'")
        )
        others = near(name, [other for other in group if other != name])
        raise UserError(f"operator.{name} is no operator yet{others}; a new one needs {fields}.")
    return build(Operator, {"name": name, **values}, f"operator.{name}")


def with_models_of(group: Sequence[Operator], llm: LLMSettings) -> LLMSettings:
    """Let the one endpoint serve the other models that operators name; of several models each is configured itself."""
    named = [operator.model for operator in group if operator.model]
    if llm.models or llm.provider not in SERVERS or not named:
        return llm
    return replace(llm, models={name: {"model": name} for name in (llm.model, *named)})


OWN = ("seed", "window", "tournament", "strategy", "adaptive", "novelty", "insights")
GROUPS = ("problem", "axes", "llm", "operator", "islands", "evaluator", "budget", "callbacks", "emitters", "polish")
PRIMARY = "config.yaml"
"""The file that names our defaults, of the user's folders and ours the first."""
FAULTS = (ImportError, SyntaxError, TypeError, ValueError, OSError)
"""What wrong settings cause where an object is made of them."""


def from_values(
    values: Mapping[str, object],
    folders: Sequence[str] = (),
    overrides: Sequence[str] = (),
    allowed: Collection[str] | None = None,
) -> Settings:
    """Make settings; `folders` are the user's own, `allowed` the packages whose classes may be made, None for all.

    Raises:
        UserError: one line that says what is wrong.
    """
    tree = dict(values)
    groups = {name: mapping(tree.pop(name, {}), name) for name in GROUPS}
    if unknown := [name for name in tree if name not in OWN]:
        raise UserError(f"Unknown setting {unknown[0]}{near(unknown[0], (*OWN, *GROUPS))}.")
    problem = _problem(groups["problem"], folders, allowed)
    every = operators(groups["operator"], problem)
    llm = with_models_of(every, build(LLMSettings, groups["llm"], "llm"))
    islands = dict(groups["islands"])
    made = partial(
        Settings,
        problem=problem,
        llm=llm,
        operators=every,
        migration=build(Migration, mapping(islands.pop("migration", {}), "islands.migration"), "islands.migration"),
        islands=island_settings(problem, islands, groups["axes"]),
        emitters=build(EmitterShares, groups["emitters"], "emitters"),
        polish=build(Polish, groups["polish"], "polish"),
        budget=build(Budget, groups["budget"], "budget"),
        evaluator=_evaluator(groups["evaluator"]),
        folders=tuple(folders),
        overrides=tuple(overrides),
        config=json.dumps(values),
        callbacks={
            name: partial(_callback, f"callbacks.{name}", given, allowed) for name, given in groups["callbacks"].items()
        },
    )
    return build(made, tree, "")


def own_folders(config_dir: str | None) -> tuple[str, ...]:
    """Return the user's folder as an absolute path, if one was given.

    Raises:
        UserError: it is no folder, or holds a file that would take the place of all our defaults.
    """
    if config_dir is None:
        return ()
    folder = Path(config_dir).resolve()
    if not folder.is_dir():
        raise UserError(f"Expected a folder after --config-dir, got {config_dir}.")
    if (folder / PRIMARY).exists():
        raise UserError(f"{folder / PRIMARY} would take the place of all defaults: give that file another name.")
    return (str(folder),)


def first_line(error: BaseException) -> str:
    """Return an error's message as one line, the file named where it is one of the operating system."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return " ".join(str(error).split())


def _problem(values: Mapping[str, object], folders: Sequence[str], allowed: Collection[str] | None) -> Problem:
    if fault := hidden_package(folders):
        raise UserError(fault)
    sys.path[:0] = [folder for folder in folders if folder not in sys.path]
    if TARGET not in values:
        raise UserError("Expected problem._target_, the class of the problem; choose a problem by problem=NAME.")
    try:
        problem: Problem = make(values, allowed)
    except NotAllowedError as error:
        raise UserError(f"problem: {error} is no class of a problem.") from error
    except FAULTS as error:
        raise UserError(f"problem: {_fault(error, values)}") from error
    if missing := [name for name in vars(Problem) if not (name.startswith("_") or hasattr(problem, name))]:
        raise UserError(f"problem: {values[TARGET]} lacks {', '.join(missing)}: `evo new problem` writes them all.")
    if not problem.seeds:
        raise UserError(f"problem: {values[TARGET]} has no seeds: name some of its baselines.")
    if unknown := [name for name in problem.seeds if name not in problem.baselines]:
        known = near(unknown[0], problem.baselines)
        raise UserError(f"problem: seed {unknown[0]} of {values[TARGET]} is no baseline{known}.")
    return problem


def _fault(error: BaseException, values: Mapping[str, object]) -> str:
    """Say why the problem's class cannot be imported or does not take its values."""
    if isinstance(error, TypeError):
        check_types(locate(str(values[TARGET])), values, "problem")
    if not isinstance(error, ImportError | SyntaxError):
        return first_line(error)
    return (
        f"cannot import {values[TARGET]}: {first_line(error)}; --config-dir names the folder of a module of your own."
    )


def _callback(where: str, given: object, allowed: Collection[str] | None) -> Callback:
    values = mapping(given, where)
    if TARGET not in values:
        raise UserError(
            f"Expected {where}._target_, the class of the callback; choose a shipped one by callbacks=NAME."
        )
    try:
        made: Callback = make(values, allowed)
    except NotAllowedError as error:
        raise UserError(f"{where}: {error} is no class of a callback.") from error
    except FAULTS as error:
        raise UserError(f"{where}: {first_line(error)}") from error
    return made


def _evaluator(values: Mapping[str, object]) -> EvaluatorSettings:
    limits = {name: value for name, value in values.items() if name in defaults(Limits)}
    rest = {name: value for name, value in values.items() if name not in limits}
    return build(partial(EvaluatorSettings, build(Limits, limits, "evaluator")), rest, "evaluator")
