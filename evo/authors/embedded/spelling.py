"""One spelling for each function: `np.maximum`, `from math import exp` and `m.exp` become `max` and `math.exp`."""

import ast
import math
from collections.abc import Mapping

PLAIN = ("abs", "min", "max", "round", "int")
RENAMED: Mapping[str, str] = {
    "math.fabs": "abs",
    **{f"numpy.{name}": "abs" for name in ("abs", "absolute")},
    **{f"numpy.{name}": "max" for name in ("maximum", "fmax")},
    **{f"numpy.{name}": "min" for name in ("minimum", "fmin")},
}
CONSTANTS: Mapping[str, float] = {"pi": math.pi, "e": math.e, "tau": math.tau}


class Respelled(ast.NodeTransformer):
    """Rewrites a module in place: callees to names in the one spelling, constants of modules to numbers.

    A name that has none is left alone, and `reading` stops at it.
    """

    def __init__(self, module: ast.Module) -> None:
        self._meaning: dict[str, str] = {name: name for name in PLAIN}
        for node in module.body:
            if isinstance(node, ast.Import):
                self._meaning |= {alias.asname or alias.name: alias.name for alias in node.names}
            if isinstance(node, ast.ImportFrom):
                self._meaning |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """Respell the function that is called."""
        spelled = self._dotted(ast.unparse(node.func))
        node.args = [self.visit(argument) for argument in node.args]
        if spelled is not None:
            node.func = ast.copy_location(ast.Name(spelled), node.func)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """Put the number in place of `math.pi`."""
        dotted = self._dotted(ast.unparse(node)) or ""
        if dotted.startswith(("math.", "numpy.")) and node.attr in CONSTANTS:
            return ast.copy_location(ast.Constant(CONSTANTS[node.attr]), node)
        return node

    def _dotted(self, text: str) -> str | None:
        head, dot, rest = text.partition(".")
        if head not in self._meaning:
            return None
        module, point, name = f"{self._meaning[head]}{dot}{rest}".rpartition(".")
        if module == "numpy" and hasattr(math, name):
            module = "math"
        return RENAMED.get(f"{module}{point}{name}", f"{module}{point}{name}")
