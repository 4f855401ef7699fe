"""Source text of a candidate to its checked tree."""

import ast
from collections.abc import Mapping, Sequence

from evaluators.language.arrays import check_arrays
from evaluators.language.dialect import ALGORITHMS, CALL_DEPTH, RULES, Dialect
from evaluators.language.names import check_promised, constants_of, read_names
from evaluators.language.statements import read_function
from evaluators.language.tree import Function, Tree, called
from evaluators.syntax import line_of, parse, rejected
from problems import Signature


def read_rules(source: str, signatures: Sequence[Signature]) -> Tree:
    """Parse and check the source of a rule.

    Raises:
        Refused: the source is no Python or not in the language.
    """
    return read_tree(source, signatures, RULES)


def read_algorithm(source: str, signature: Signature) -> Tree:
    """Parse and check the source of an algorithm.

    Raises:
        Refused: the source is no Python or not in the language.
    """
    return read_tree(source, (signature,), ALGORITHMS)


def read_tree(source: str, signatures: Sequence[Signature], dialect: Dialect) -> Tree:
    """Parse and check a source in either dialect.

    Raises:
        Refused: the source is no Python or not in the language.
    """
    module = parse(source)
    check_size(module, dialect)
    names = read_names(module, dialect)
    check_promised(names, signatures)
    promised = tuple(signature.name for signature in signatures)
    functions = {name: read_function(header, names, name in promised) for name, header in names.headers.items()}
    order = reachable(promised, functions, dialect)
    tree = Tree(promised, {name: functions[name] for name in order}, constants_of(names))
    if not dialect.scalar:
        check_arrays(tree)
    return tree


def check_size(module: ast.Module, dialect: Dialect) -> None:
    """Refuse a source of too many statements and expressions."""
    counted = 0
    for node in ast.walk(module):
        counted += isinstance(node, ast.stmt | ast.expr)
        if counted > dialect.most_nodes:
            raise rejected(line_of(node), f"more than {dialect.most_nodes:,} statements and expressions: write less.")


def reachable(promised: Sequence[str], functions: Mapping[str, Function], dialect: Dialect) -> list[str]:
    """Return the functions that run, each before those that call it; refuse a cycle of calls anywhere."""
    order: list[str] = []
    running = 0
    for number, name in enumerate((*promised, *functions)):
        visit(name, functions, (), order, dialect)
        running = len(order) if number < len(promised) else running
    return order[:running]


def visit(
    name: str, functions: Mapping[str, Function], path: tuple[str, ...], visited: list[str], dialect: Dialect
) -> None:
    """Depth-first search that refuses a call back into the path."""
    line = functions[name].line
    if name in path:
        cycle = " -> ".join([*path[path.index(name) :], name])
        raise rejected(line, f"recursion is not in {dialect.language} ({cycle}): use a loop.")
    if len(path) > CALL_DEPTH:
        raise rejected(line, f"more than {CALL_DEPTH} functions call one another in a chain.")
    if name not in visited:
        for other in called(functions[name]):
            visit(other, functions, (*path, name), visited, dialect)
        visited.append(name)
