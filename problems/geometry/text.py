"""From a typed module to the text of a candidate: the same statements without annotations."""

import ast
import inspect
from types import ModuleType

TYPING = ("numpy.typing", "collections.abc")


def candidate(module: ModuleType) -> str:
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
