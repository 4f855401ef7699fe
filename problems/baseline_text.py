"""From our own typed code to the text of a baseline: the same statements without annotations."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable
from types import FunctionType, ModuleType

TYPING = ("numpy.typing", "collections.abc")
ANNOTATED = re.compile(r"^( +\w+): \w+ =", re.MULTILINE)


def text_of_algorithm(solver: Callable[..., None], package: str) -> str:
    """Return a candidate whose `solve` is the given function: its docstring, imports, constants, parts, `solve`.

    What it needs is found by name in the globals of the functions of the package, the called before the callers.
    """
    assert isinstance(solver, FunctionType)
    parts = needed(solver, package, {})
    parts.pop(solver.__name__, None)
    modules = sorted(_import(name, part) for name, part in parts.items() if isinstance(part, ModuleType))
    constants = [f"{name} = {part!r}\n" for name, part in parts.items() if isinstance(part, int | float)]
    functions = [text_of_function(part) for part in parts.values() if isinstance(part, FunctionType)]
    head = "\n".join(filter(None, (docstring(solver), "".join(modules), "".join(constants))))
    return "\n\n".join((head, *functions, text_of_function(solver, "solve")))


def needed(function: FunctionType, package: str, parts: dict[str, object]) -> dict[str, object]:
    """Add to `found` whatever a function names in its globals, then the function itself; return it."""
    for name in function.__code__.co_names:
        part = function.__globals__.get(name)
        if isinstance(part, FunctionType) and part.__module__.startswith(package) and name not in parts:
            needed(part, package, parts)
        elif isinstance(part, int | float | ModuleType):
            parts.setdefault(name, part)
    parts[function.__name__] = function
    return parts


def docstring(function: FunctionType) -> str:
    """Return the docstring of a function as that of a module, indented no more."""
    lines = inspect.cleandoc(function.__doc__ or "")
    return f'"""{lines}\n"""\n' if "\n" in lines else f'"""{lines}"""\n'


def text_of_function(function: FunctionType, name: str = "") -> str:
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


def text_of_program(module: ModuleType) -> str:
    """Return the module's source without annotations, type aliases and the imports that only they need."""
    tree = Untyped().visit(ast.parse(inspect.getsource(module)))
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


class Untyped(ast.NodeTransformer):
    """Takes annotations off arguments, results and assignments."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        """Return the bare argument."""
        return ast.arg(node.arg)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Return the function without the type of its result."""
        self.generic_visit(node)
        node.returns = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.Assign | None:
        """Return the bare assignment; a type alias is dropped."""
        if node.value is None or ast.unparse(node.annotation) == "TypeAlias":
            return None
        return ast.Assign([node.target], node.value)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom | None:
        """Drop imports of types."""
        return None if node.module in ("typing", *TYPING) else node
