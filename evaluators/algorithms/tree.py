"""An algorithm after checking."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from evaluators.algorithms.constants import Constant


@dataclass(frozen=True, slots=True)
class Algorithm:
    """The functions that run, bare of docstrings and annotations, each before its callers: the promised one is last."""

    functions: Mapping[str, ast.FunctionDef]
    constants: Mapping[str, Constant]

    @property
    def promised(self) -> str:
        """The name of the function that is called from outside."""
        return list(self.functions)[-1]
