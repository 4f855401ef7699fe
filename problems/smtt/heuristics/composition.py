"""From plain functions to the text of a candidate: a function with all it calls, without annotations."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable
from types import FunctionType, ModuleType

PACKAGE = __name__.rpartition(".")[0]
ANNOTATED = re.compile(r"^( +\w+): \w+ =", re.MULTILINE)


def composed(solver: Callable[..., None]) -> str:
    """Return a candidate whose `solve` is the given function: its docstring, imports, constants, parts, `solve`.

    What it needs is found by name in the globals of the functions of this package, the called before the callers.
    """
    assert isinstance(solver, FunctionType)
    parts = needed(solver, {})
    parts.pop(solver.__name__, None)
    modules = sorted(_import(name, part) for name, part in parts.items() if isinstance(part, ModuleType))
    constants = [f"{name} = {part!r}\n" for name, part in parts.items() if isinstance(part, int | float)]
    functions = [text(part) for part in parts.values() if isinstance(part, FunctionType)]
    head = "\n".join(filter(None, (docstring(solver), "".join(modules), "".join(constants))))
    return "\n\n".join((head, *functions, text(solver, "solve")))


def needed(function: FunctionType, found: dict[str, object]) -> dict[str, object]:
    """Add to `found` whatever a function names in its globals, then the function itself; return it."""
    for name in function.__code__.co_names:
        part = function.__globals__.get(name)
        if isinstance(part, FunctionType) and part.__module__.startswith(PACKAGE) and name not in found:
            needed(part, found)
        elif isinstance(part, int | float | ModuleType):
            found.setdefault(name, part)
    found[function.__name__] = function
    return found


def docstring(function: FunctionType) -> str:
    """Return the docstring of a function as that of a module, indented no more."""
    lines = inspect.cleandoc(function.__doc__ or "")
    return f'"""{lines}\n"""\n' if "\n" in lines else f'"""{lines}"""\n'


def text(function: FunctionType, name: str = "") -> str:
    """Return the source of a function without annotations; under another name, also without its docstring."""
    source = textwrap.dedent(inspect.getsource(function))
    definition = ast.parse(source).body[0]
    assert isinstance(definition, ast.FunctionDef)
    arguments = ", ".join(argument.arg for argument in definition.args.args)
    first = definition.body[0]
    kept = first.lineno - 1 if not name else first.end_lineno
    body = ANNOTATED.sub(r"\1 =", "".join(source.splitlines(keepends=True)[kept:]))
    return f"def {name or definition.name}({arguments}):\n{body}"


def _import(name: str, module: ModuleType) -> str:
    return f"import {name}\n" if module.__name__ == name else f"import {module.__name__} as {name}\n"
