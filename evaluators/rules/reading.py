"""Source text of a rule to its checked tree, and the facts about that tree: digest and size."""

import ast
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass

from evaluators.outcome import Facts
from evaluators.rules import language
from evaluators.rules.names import check_promised, read_names
from evaluators.rules.statements import read_function
from evaluators.rules.tree import Invoke, RuleFunction, RuleTree
from evaluators.syntax import line_of, parse, rejected
from problems import Signature


def read_rules(source: str, signatures: Sequence[Signature]) -> RuleTree:
    """Parse and check the source of a rule.

    Raises:
        Refused: the source is no Python or not in the language.
    """
    tree = parse(source)
    check_size(tree)
    names = read_names(tree)
    check_promised(names, signatures)
    functions = {name: read_function(header, names) for name, header in names.headers.items()}
    promised = tuple(signature.name for signature in signatures)
    return RuleTree(promised, {name: functions[name] for name in reachable(promised, functions)})


def check_size(tree: ast.Module) -> None:
    """Refuse a rule of more than 2,000 statements and expressions."""
    counted = 0
    for node in ast.walk(tree):
        counted += isinstance(node, ast.stmt | ast.expr)
        if counted > language.RULE_NODES:
            raise rejected(line_of(node), f"more than {language.RULE_NODES:,} statements and expressions: write less.")


def reachable(promised: Sequence[str], functions: Mapping[str, RuleFunction]) -> list[str]:
    """Return the functions that run, by first appearance; refuse a cycle of calls anywhere."""
    calls = {name: list(dict.fromkeys(called_functions(function))) for name, function in functions.items()}
    acyclic: list[str] = []
    for name in functions:
        visit(name, calls, (), acyclic, functions)
    order: list[str] = []
    waiting = list(reversed(promised))
    while waiting:
        name = waiting.pop()
        if name not in order:
            order.append(name)
            waiting.extend(reversed(calls[name]))
    return order


def visit(
    name: str,
    calls: Mapping[str, Sequence[str]],
    path: tuple[str, ...],
    acyclic: list[str],
    functions: Mapping[str, RuleFunction],
) -> None:
    """Depth-first search that refuses a call back into the path."""
    if name in path:
        cycle = " -> ".join([*path[path.index(name) :], name])
        raise rejected(functions[name].line, f"recursion is not in the rule language ({cycle}): use a loop.")
    if len(path) > language.CALL_DEPTH:
        raise rejected(functions[name].line, f"more than {language.CALL_DEPTH} functions call one another in a chain.")
    if name not in acyclic:
        for other in calls[name]:
            visit(other, calls, (*path, name), acyclic, functions)
        acyclic.append(name)


def nodes(value: object) -> Iterator[object]:
    """Yield the nodes of a tree of dataclasses and tuples, each before its parts."""
    if isinstance(value, tuple):
        for part in value:
            yield from nodes(part)
    elif is_dataclass(value):
        yield value
        for part in fields(value):
            yield from nodes(getattr(value, part.name))


def called_functions(function: RuleFunction) -> Iterator[str]:
    """Yield the names of the functions called_functions, in the order of the text."""
    return (node.function for node in nodes(function.body) if isinstance(node, Invoke))


def facts(tree: RuleTree) -> Facts:
    """Return digest and size of what runs: names, lines, layout, annotations and unused functions do not count."""
    numbers = {name: index for index, name in enumerate(tree.functions)}
    hashed = hashlib.sha256(repr([numbers[name] for name in tree.promised]).encode())
    for name, function in tree.functions.items():
        text = f"{numbers[name]}:{function.parameters}:{canonical_text(function.body, numbers)};"
        hashed.update(text.encode())
    size = sum(1 + sum(1 for _ in nodes(function.body)) for function in tree.functions.values())
    return Facts(hashed.hexdigest(), size)


def canonical_text(value: object, numbers: Mapping[str, int]) -> str:
    """Return an unambiguous text of a tree; floats bit for bit, own functions by number, without lines."""
    if isinstance(value, float):
        return value.hex()
    if isinstance(value, tuple):
        return f"({','.join(canonical_text(part, numbers) for part in value)})"
    if isinstance(value, Invoke):
        return f"Invoke({numbers[value.function]},{canonical_text(value.arguments, numbers)})"
    if is_dataclass(value):
        parts = [canonical_text(getattr(value, part.name), numbers) for part in fields(value) if part.name != "line"]
        return f"{type(value).__name__}({','.join(parts)})"
    return repr(value)
