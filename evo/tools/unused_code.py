"""A source without what is not used any more: what stands behind a return, empty branches, names that nobody reads."""

import ast
from collections import Counter
from collections.abc import Iterator, Set

from evaluators.cell.program import without_docstrings
from problems import Kind

BLOCKS = ("body", "orelse", "finalbody")
LEAVING = (ast.Return, ast.Break, ast.Continue, ast.Raise)


def without_unused(source: str, kind: Kind, promised: Set[str]) -> str:
    """Return a source without docstrings and unused code; `promised` are the functions that are called from outside.

    Of programs only functions and imports that are never named are left out: what an assignment does is not known.
    """
    module = without_docstrings(ast.parse(source))
    before = ""
    while (text := ast.unparse(module)) != before:
        before = text
        own = {node.name for node in module.body if isinstance(node, ast.FunctionDef)}
        if kind is not Kind.PROGRAM:
            for function in (node for node in module.body if isinstance(node, ast.FunctionDef)):
                _trim_function(function, own if kind is Kind.ALGORITHM else frozenset())
            _Signs().visit(module)
        module.body = list(_used(module, promised))
    return before + "\n"


def _trim_function(function: ast.FunctionDef, acting: Set[str]) -> None:
    """Trim the blocks of a function; a call of one of the `acting` functions may write into arrays, so it stays."""
    read = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    for holder in ast.walk(function):
        for field in BLOCKS:
            block = getattr(holder, field, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                kept = list(_needed(block, read, acting))
                setattr(holder, field, kept or ([ast.Pass()] if field == "body" else []))


def _needed(block: list[ast.stmt], read: Set[str], acting: Set[str]) -> Iterator[ast.stmt]:
    """Yield the statements of a block that do something."""
    for statement in block:
        match statement:
            case ast.Pass():
                continue
            case ast.If(test, [ast.Pass()], []) | ast.Assign([ast.Name()], test) if _acts(test, acting):
                yield statement
            case ast.If(_, [ast.Pass()], []) | ast.For(_, _, [ast.Pass()], []):
                continue
            case ast.If(test, [ast.Pass()], orelse):
                yield ast.If(ast.UnaryOp(ast.Not(), test), orelse, [])
            case ast.Assign([ast.Name(name)]) | ast.AnnAssign(ast.Name(name)) | ast.AugAssign(ast.Name(name)) if (
                name not in read
            ):
                continue
            case _:
                yield statement
        if isinstance(statement, LEAVING):
            return


def _acts(node: ast.expr, acting: Set[str]) -> bool:
    calls = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
    return any(isinstance(called, ast.Name) and called.id in acting for called in calls)


class _Signs(ast.NodeTransformer):
    """Writes `x - y` for `x + -y`, and `x + y` for `x - -y`."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.BinOp:
        self.generic_visit(node)
        match node:
            case ast.BinOp(left, ast.Add(), ast.UnaryOp(ast.USub(), right)):
                return ast.BinOp(left, ast.Sub(), right)
            case ast.BinOp(left, ast.Sub(), ast.UnaryOp(ast.USub(), right)):
                return ast.BinOp(left, ast.Add(), right)
        return node


def _used(module: ast.Module, promised: Set[str]) -> Iterator[ast.stmt]:
    """Yield the statements of the top level that define something promised, or named by another one, or nothing."""
    named = [_named(node) for node in module.body]
    users = Counter(name for names in named for name in names)
    for node, own in zip(module.body, named, strict=True):
        match node:
            case ast.FunctionDef(name=name) | ast.Assign(targets=[ast.Name(name)]) | ast.AnnAssign(ast.Name(name)):
                defined = {name}
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                defined = {(alias.asname or alias.name).partition(".")[0] for alias in aliases}
            case _:
                yield node
                continue
        if any(name in promised or users[name] > (name in own) for name in defined):
            yield node


def _named(node: ast.stmt) -> set[str]:
    loaded = (each for each in ast.walk(node) if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Store))
    return {each.id for each in loaded}
