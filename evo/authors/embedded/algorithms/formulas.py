"""Between an algorithm's expressions and formulas: what rules do not know becomes a feature, named by its text."""

import ast
from collections.abc import Mapping

from evaluators.language.dialect import RULES
from evaluators.language.expressions import ExpressionReader
from evaluators.language.names import Header, Names
from evaluators.syntax import Refused
from evo.authors.embedded.reading import UnreadableError, number
from evo.authors.embedded.tree import Node, feature
from evo.authors.embedded.writing import text

MODULES = ("math", "np")
FUNCTIONS = ("abs", "min", "max", "int", "round")
EMPTY = ast.FunctionDef("formula", ast.arguments([], [], None, [], [], None, []), [], [], lineno=1)


def formula(node: ast.expr) -> Node | None:
    """Return the tree of a scalar expression; None: it is a truth value, or too large."""
    opaque = _Opaque()
    try:
        copied = opaque.visit(ast.parse(ast.unparse(node), mode="eval").body)
        header = Header(EMPTY, tuple(opaque.features), ())
        names = Names(RULES, {"math": "math"}, {name: name for name in FUNCTIONS})
        return number(ExpressionReader(header, names).read(copied), opaque.features)
    except (UnreadableError, Refused):
        return None


def atoms(node: ast.expr) -> frozenset[str]:
    """Return the texts of the names, entries and calls that an expression is made of."""
    opaque = _Opaque()
    try:
        opaque.visit(ast.parse(ast.unparse(node), mode="eval").body)
    except UnreadableError:
        return frozenset()
    return frozenset(opaque.features)


def expression(tree: Node) -> ast.expr:
    """Return the syntax of a tree, whole numbers as integers."""
    syntax = ast.parse(text(tree), mode="eval").body
    for node in ast.walk(syntax):
        if isinstance(node, ast.Constant) and isinstance(node.value, float) and node.value.is_integer():
            node.value = int(node.value)
    return syntax


class Substituted(ast.NodeTransformer):
    """Puts expressions in place of names."""

    def __init__(self, given: Mapping[str, ast.expr]) -> None:
        self._given = given

    @classmethod
    def of(cls, node: ast.expr, given: Mapping[str, ast.expr]) -> ast.expr:
        """Return a copy of an expression with these names replaced."""
        changed = cls(given).visit(ast.parse(ast.unparse(node), mode="eval").body)
        assert isinstance(changed, ast.expr)
        return changed

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Replace a name that is given."""
        return self._given.get(node.id, node)


class _Opaque(ast.NodeTransformer):
    """Puts a name, spelled as its text, in place of what a formula cannot hold."""

    def __init__(self) -> None:
        self.features: dict[str, Node] = {}

    def visit_Name(self, node: ast.Name) -> ast.Name:
        """A name is a feature."""
        return self._feature(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.Name:
        """An entry is a feature."""
        return self._feature(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.Name:
        """So is a size; infinity is none, nothing is weighed against it."""
        if isinstance(node.value, ast.Name) and node.value.id in MODULES:
            raise UnreadableError(f"it holds {ast.unparse(node)}")
        return self._feature(node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """So is every call but those that formulas know."""
        match node.func:
            case ast.Name(id=name) if name in FUNCTIONS and not (name in ("min", "max") and len(node.args) == 1):
                node.args = [self.visit(argument) for argument in node.args]
            case ast.Attribute(value=ast.Name(id="math")):
                node.args = [self.visit(argument) for argument in node.args]
            case _:
                return self._feature(node)
        return node

    def _feature(self, node: ast.expr) -> ast.Name:
        spelled = ast.unparse(node)
        self.features[spelled] = feature(spelled)
        return ast.copy_location(ast.Name(spelled), node)
