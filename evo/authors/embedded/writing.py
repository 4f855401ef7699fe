"""From formulas back to the source of a rule."""

import ast
from collections.abc import Mapping, Sequence

from evaluators.language.tree import Apply
from evaluators.language.writing import Writer, spelling
from evo.authors.embedded.tree import Node, is_call, op_of, walk, with_children
from problems import Signature


def write(functions: Mapping[str, Node], signatures: Sequence[Signature]) -> str:
    """Return a source in which each function returns its formula."""
    called = {node.name for tree in functions.values() for _, node in walk(tree) if isinstance(node, Apply)}
    spelled = (spelling(name) for name in called if op_of(Apply(name, ())) == "call")
    header = "import math\n\n\n" if any(name.startswith("math.") for name in spelled) else ""
    return header + "\n\n".join(f"{each.header()}\n    return {text(functions[each.name])}\n" for each in signatures)


def text(node: Node) -> str:
    """Return the formula as Python text."""
    return ast.unparse(Writer().expression(_flat(node)))


def _flat(node: Node) -> Node:
    """Return a formula in which a max of a max is one call of many."""
    parts = [_flat(child) for child in node.children]
    if isinstance(node, Apply) and node.name in ("min", "max"):
        nested = [list(part.children) if is_call(part, node.name) else [part] for part in parts]
        return Apply(node.name, tuple(argument for arguments in nested for argument in arguments))
    return with_children(node, tuple(parts))
