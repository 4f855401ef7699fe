"""A module as definitions by name: what a function needs, how two modules are joined, what is left over."""

import ast
from collections.abc import Mapping

Definition = ast.FunctionDef | ast.Assign | ast.AnnAssign
Definitions = dict[str, Definition]


def definitions(module: ast.Module) -> Definitions:
    """Return functions and constants by name, in their order."""
    found: Definitions = {}
    for node in module.body:
        match node:
            case ast.FunctionDef(name=name) | ast.Assign(targets=[ast.Name(id=name)]):
                found[name] = node
            case ast.AnnAssign(target=ast.Name(id=name)):
                found[name] = node
    return found


def needed(known: Definitions, node: ast.AST) -> list[str]:
    """Return the definitions that a piece of code needs, each after those that it needs itself."""
    placed: dict[str, None] = {}
    for name in _named(known, node):
        _place(known, name, placed)
    return list(placed)


def _place(known: Definitions, name: str, placed: dict[str, None]) -> None:
    if name in placed:
        return
    for other in _named(known, known[name]):
        if other != name:
            _place(known, other, placed)
    placed[name] = None


def _named(known: Definitions, node: ast.AST) -> list[str]:
    """Return the definitions that a piece of code names, in their order."""
    read = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return [name for name in known if name in read]


def adopt(module: ast.Module, lent: Definitions, nodes: list[ast.stmt]) -> list[ast.stmt]:
    """Return statements of another module for use in this one, which gets the definitions they need.

    A definition of the same text is shared, another one of the same name is renamed.
    """
    held = definitions(module)
    wanted = list(dict.fromkeys(name for node in nodes for name in needed(lent, node)))
    names = {name: _name(name, lent[name], held) for name in wanted}
    for name in wanted:
        if names[name] not in held:
            module.body.append(_renamed(lent[name], names))
            held = definitions(module)
    return [_renamed(node, names) for node in nodes]


def tidied(module: ast.Module, start: str) -> ast.Module:
    """Return the imports, constants and functions that `start` needs, called before callers, without docstring."""
    held = definitions(module)
    parts = [held[name] for name in needed(held, held[start]) if name != start] + [held[start]]
    constants = [part for part in parts if not isinstance(part, ast.FunctionDef)]
    body: list[ast.stmt] = [*constants, *(part for part in parts if isinstance(part, ast.FunctionDef))]
    used = {node.id for each in body for node in ast.walk(each) if isinstance(node, ast.Name)}
    texts = {"math": "import math", "np": "import numpy as np"}
    imports: list[ast.stmt] = [ast.parse(line).body[0] for name, line in texts.items() if name in used]
    return ast.Module([*imports, *body], [])


def bare(source: str) -> str:
    """Return the source without comments, layout and docstrings: what it computes."""
    module = ast.parse(source)
    documented: list[ast.Module | ast.FunctionDef] = [module]
    documented += [each for each in module.body if isinstance(each, ast.FunctionDef)]
    for node in documented:
        if is_docstring(node.body[0]):
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(module)


def is_docstring(statement: ast.stmt) -> bool:
    """Whether a statement only says something."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _name(name: str, lent: Definition, held: Mapping[str, Definition]) -> str:
    """Return the name under which a definition is taken over: its own, unless that means something else here."""
    chosen, number = name, 2
    while chosen in held and ast.dump(_renamed(lent, {name: chosen})) != ast.dump(held[chosen]):
        chosen, number = f"{name}_{number}", number + 1
    return chosen


class _Renamed(ast.NodeTransformer):
    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self._names.get(node.id, node.id)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.name = self._names.get(node.name, node.name)
        for statement in node.body:
            self.visit(statement)
        return node


def _renamed(node: ast.stmt, names: Mapping[str, str]) -> ast.stmt:
    """Return a copy of a statement or definition with these names changed."""
    changed = _Renamed(names).visit(ast.parse(ast.unparse(node)).body[0])
    assert isinstance(changed, ast.stmt)
    return changed
