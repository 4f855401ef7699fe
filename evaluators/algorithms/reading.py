"""Source text of an algorithm to its checked tree, and the facts about that tree: digest and size."""

import ast
import hashlib
from collections.abc import Mapping, Sequence

from evaluators.algorithms import language
from evaluators.algorithms.array_inference import check_arrays
from evaluators.algorithms.names import Algorithm, Constant, check_promised, reachable, read_names
from evaluators.algorithms.statements import check_function
from evaluators.outcome import Facts
from evaluators.syntax import line_of, parse, rejected
from problems import Signature


def read_algorithm(source: str, signature: Signature) -> Algorithm:
    """Parse and check the source of an algorithm.

    Raises:
        Refused: the source is no Python or not in the language.
    """
    tree = parse(source)
    check_size(tree)
    names = read_names(tree)
    check_promised(names, signature)
    for name, node in names.functions.items():
        check_function(node, names, name == signature.name)
    functions = {name: stripped_function(names.functions[name]) for name in reachable(signature.name, names)}
    algorithm = Algorithm(functions, names.constants)
    check_arrays(algorithm)
    return algorithm


def check_size(tree: ast.Module) -> None:
    """Refuse an algorithm of more than 6,000 statements and expressions."""
    counted = 0
    for node in ast.walk(tree):
        counted += isinstance(node, ast.stmt | ast.expr)
        if counted > language.ALGORITHM_NODES:
            most = f"more than {language.ALGORITHM_NODES:,} statements and expressions"
            raise rejected(line_of(node), f"{most}: write less.")


class Stripper(ast.NodeTransformer):
    """Takes away what does not run: texts, annotations, `pass`."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        """Drop the annotation."""
        return ast.copy_location(ast.arg(node.arg), node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.Assign:
        """Drop the annotation."""
        assert node.value is not None, "checked before"
        return ast.copy_location(ast.Assign([node.target], node.value), node)

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | ast.Pass:
        """Put `pass` for a text."""
        return ast.copy_location(ast.Pass(), node) if isinstance(node.value, ast.Constant) else node


def stripped_function(node: ast.FunctionDef) -> ast.FunctionDef:
    """Return a function without texts and annotations; bodies hold `pass` only where they would be empty."""
    stripped = Stripper().visit(node)
    assert isinstance(stripped, ast.FunctionDef)
    stripped.returns = None
    for part in ast.walk(stripped):
        for name in ("body", "orelse"):
            body = getattr(part, name, None)
            if isinstance(body, list):
                kept = [statement for statement in body if not isinstance(statement, ast.Pass)]
                setattr(part, name, kept or body[:1])
    return stripped


def facts(algorithm: Algorithm) -> Facts:
    """Return digest and size of what runs: names, lines, layout, annotations and unused functions do not count."""
    functions = {name: f"f{index}" for index, name in enumerate(algorithm.functions)}
    texts = [canonical_text(node, functions, algorithm.constants) for node in algorithm.functions.values()]
    size = sum(isinstance(part, ast.stmt | ast.expr) for f in algorithm.functions.values() for part in ast.walk(f))
    return Facts(hashlib.sha256("\n".join(texts).encode("utf-8", "surrogatepass")).hexdigest(), size)


def canonical_text(node: ast.FunctionDef, functions: Mapping[str, str], constants: Mapping[str, Constant]) -> str:
    """Return an unambiguous text of a function, its variables and functions numbered, constants by value."""
    parameters = [argument.arg for argument in node.args.args]
    numbers = {name: f"v{index}" for index, name in enumerate(variables(node, parameters))}
    return node_text(node.body, {**functions, **numbers}, {**constants, **dict.fromkeys(numbers)})


def variables(node: ast.FunctionDef, parameters: Sequence[str]) -> list[str]:
    """Return the variables of a function, parameters first, the others by their first assignment in the text."""
    stored = [part for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)]
    stored.sort(key=lambda part: (part.lineno, part.col_offset))
    return list(dict.fromkeys([*parameters, *(part.id for part in stored)]))


def node_text(value: object, names: Mapping[str, str], constants: Mapping[str, Constant | None]) -> str:
    """Return the text of a part of a tree; constants carry their type, since 1, 1.0 and True differ."""
    match value:
        case ast.Name(id=name):
            constant = constants.get(name)
            return names.get(name, name) if constant is None else f"{type(constant).__name__}:{constant!r}"
        case ast.Constant(value=constant):
            return f"{type(constant).__name__}:{constant!r}"
        case ast.AST():
            parts = [node_text(part, names, constants) for name, part in ast.iter_fields(value) if name != "ctx"]
            return f"{type(value).__name__}({','.join(parts)})"
        case list():
            return f"[{','.join(node_text(part, names, constants) for part in value)}]"
    return repr(value)
