"""A function of a notebook or a script as the text of a module: what a run needs of it stands beside its record."""

import ast
import builtins
import dis
import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from textwrap import dedent
from types import CodeType, FunctionType, ModuleType
from typing import Any

from evo.core.errors import UserError


@dataclass(slots=True)
class _Module:
    """The text as it grows: by name, what stands at the top level."""

    imports: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)


def module_text(*functions: Callable[..., Any]) -> str:
    """Return imports, constants and functions such that the functions work by themselves.

    What they name must be a module, something imported, a plain constant, or a function of the same file.

    Raises:
        UserError: they name something else, or have no source.
    """
    module = _Module()
    for function in functions:
        _add(module, function)
    parts = ["\n".join(module.imports.values()), "\n".join(module.constants.values()), *module.functions.values()]
    return "\n\n\n".join(part for part in parts if part) + "\n"


def function_source(function: Callable[..., Any]) -> str:
    """Return the source of a function by itself, without decorators.

    Raises:
        UserError: there is none, or it is a lambda, a method or a class.
    """
    name = getattr(function, "__name__", repr(function))
    if not isinstance(function, FunctionType) or name == "<lambda>":
        raise UserError(f"Expected a function made by def, got {name}.")
    try:
        text = dedent(inspect.getsource(function))
        node = ast.parse(text).body[0]
    except (OSError, SyntaxError) as error:
        raise UserError(f"The source of {name} is not to be had: define it in a notebook's cell or a file.") from error
    if not isinstance(node, ast.FunctionDef):
        raise UserError(f"Expected a plain function made by def, got {name}.")
    return "\n".join(text.splitlines()[node.lineno - 1 : node.end_lineno])


def _add(module: _Module, function: Callable[..., Any]) -> None:
    text = function_source(function)
    assert isinstance(function, FunctionType), "function_source takes no other"
    name = function.__name__
    if name in module.functions:
        if module.functions[name] != text:
            raise UserError(f"Two functions are named {name}, in one module of a run's folder: rename one.")
        return
    if function.__code__.co_freevars:
        raise UserError(
            f"{name} uses {function.__code__.co_freevars[0]} of the function around it: give it as a global."
        )
    module.functions[name] = text
    for other in sorted(_global_names(compile(text, name, "exec")) - {name}):
        if other in function.__globals__:
            _name(module, function, other, function.__globals__[other])
        elif not hasattr(builtins, other):
            raise UserError(f"{name} uses {other}, which is not defined yet: define it before.")


def _global_names(code: CodeType) -> set[str]:
    """Return the names that a code takes from its module, defaults and annotations included."""
    found = {str(one.argval) for one in dis.get_instructions(code) if one.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    return found.union(*(_global_names(inner) for inner in code.co_consts if isinstance(inner, CodeType)))


def _name(module: _Module, user: FunctionType, name: str, value: object) -> None:
    """Write what a function names by `name`."""
    home, own_name = getattr(value, "__module__", None), getattr(value, "__name__", "")
    if isinstance(value, ModuleType):
        root = value.__name__
        module.imports[name] = f"import {root}" if root == name else f"import {root} as {name}"
    elif isinstance(value, FunctionType) and value.__globals__ is user.__globals__:
        if own_name != name:
            raise UserError(f"{user.__name__} uses {own_name} under the name {name}: use one name.")
        _add(module, value)
    elif home in sys.modules and home != user.__module__ and getattr(sys.modules[home], own_name, None) is value:
        alias = "" if own_name == name else f" as {name}"
        module.imports[name] = f"from {home} import {own_name}{alias}"
    elif _is_plain(value):
        module.constants[name] = f"{name} = {value!r}"
    else:
        raise UserError(
            f"{user.__name__} uses {name}, {type(value).__name__}, which cannot be written into a run's folder: "
            "put both into a module of a folder, as `evo new problem` does."
        )


def _is_plain(value: object) -> bool:
    try:
        return bool(ast.literal_eval(repr(value)) == value)
    except (ValueError, SyntaxError, TypeError, RecursionError):
        return False
