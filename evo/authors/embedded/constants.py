"""Tuning of sources that are no single expression: their constants are changed in place."""

import ast

import numpy as np


def perturbed(source: str, rng: np.random.Generator) -> str | None:
    """Return the source with one number scaled, log-normal; None when it holds no number to scale.

    Whole numbers stay as they are: outside of formulas they count and index.
    """
    module = ast.parse(source)
    numbers = [node for node in ast.walk(module) if isinstance(node, ast.Constant) and _scalable(node.value)]
    if not numbers:
        return None
    chosen = numbers[int(rng.integers(len(numbers)))]
    if isinstance(chosen.value, float):
        chosen.value = float(f"{chosen.value * np.exp(rng.normal(0.0, 0.3)):.4g}")
    return ast.unparse(module) + "\n"


def _scalable(value: object) -> bool:
    return isinstance(value, float) and value != 0
