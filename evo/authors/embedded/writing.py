"""From expressions back to the source of a rule."""

import ast
from collections.abc import Mapping, Sequence

from evo.authors.embedded.reading import BINARY, COMPARE
from evo.authors.embedded.tree import Node, walk
from problems import Signature

_OPERATORS = {symbol: operator for operator, symbol in BINARY.items()}
_COMPARISONS = {symbol: comparison for comparison, symbol in COMPARE.items()}


def write(functions: Mapping[str, Node], signatures: Sequence[Signature]) -> str:
    """Return a source in which each function returns its expression."""
    called = {node.name for expression in functions.values() for _, node in walk(expression)}
    header = "import math\n\n\n" if any(name.startswith("math.") for name in called) else ""
    return header + "\n\n".join(f"{each.header()}\n    return {text(functions[each.name])}\n" for each in signatures)


def text(node: Node) -> str:
    """Return the expression as Python text."""
    return ast.unparse(_syntax(node))


def _syntax(node: Node) -> ast.expr:
    children = [] if node.op == "call" else [_syntax(child) for child in node.children]
    match node.op:
        case "constant":
            magnitude = ast.Constant(abs(node.value))
            return ast.UnaryOp(ast.USub(), magnitude) if node.value < 0 else magnitude
        case "feature":
            return ast.Name(node.name)
        case "call":
            return ast.Call(ast.Name(node.name), [_syntax(each) for each in _arguments(node)], [])
        case "neg":
            return ast.UnaryOp(ast.USub(), children[0])
        case "not":
            return ast.UnaryOp(ast.Not(), children[0])
        case "if":
            return ast.IfExp(*children)
        case "and" | "or":
            return ast.BoolOp(ast.And() if node.op == "and" else ast.Or(), children)
        case symbol if symbol in _OPERATORS:
            return ast.BinOp(children[0], _OPERATORS[symbol](), children[1])
        case symbol:
            return ast.Compare(children[0], [_COMPARISONS[symbol]()], [children[1]])


def _arguments(node: Node) -> list[Node]:
    """Return the arguments of a call; a max of a max is written as one call of many."""
    if not node.is_call("min", "max"):
        return list(node.children)
    nested = [_arguments(child) if child.is_call(node.name) else [child] for child in node.children]
    return [argument for arguments in nested for argument in arguments]
