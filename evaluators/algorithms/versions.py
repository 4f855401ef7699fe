"""The version of the language of algorithms, and what earlier versions charged or made of a source otherwise."""

import ast
from collections.abc import Iterator, Mapping

from evaluators.algorithms.array_inference import ArrayFlow, infer_arrays
from evaluators.algorithms.reading import read_algorithm
from problems import Signature

LANGUAGE_VERSION = 2
"""Counts up when a construct changes its charge or meaning; the header of a run holds it."""

POWERS = "`**` of arrays costs 10 an element, no longer 1"
SEARCHES = "np.searchsorted costs the bits of the length for each value that it looks for, no longer once"
MASKS = "a[mask] fails where the mask is shorter than the array"
CHANGED: Mapping[int, tuple[str, ...]] = {2: (POWERS, SEARCHES, MASKS)}
"""The constructs that each version changed."""


def changed_constructs(source: str, signature: Signature, since: int) -> tuple[str, ...]:
    """Return what an algorithm uses that has changed since a version of the language.

    Raises:
        Refused: the source is no Python or not in the language.
    """
    changed = {text for version, texts in CHANGED.items() if version > since for text in texts}
    return tuple(sorted(changed & set(_constructs(source, signature)))) if changed else ()


def _constructs(source: str, signature: Signature) -> Iterator[str]:
    algorithm = read_algorithm(source, signature)
    variables = infer_arrays(algorithm)
    for name, function in algorithm.functions.items():
        flow = ArrayFlow(name, variables, algorithm.functions)
        for node in ast.walk(function):
            match node:
                case ast.BinOp(op=ast.Pow()) if flow.is_array(node):
                    yield POWERS
                case ast.AugAssign(op=ast.Pow(), target=target) if flow.is_array(target):
                    yield POWERS
                case ast.Call(func=ast.Attribute(attr="searchsorted"), args=[_, values]) if flow.is_array(values):
                    yield SEARCHES
                case ast.Subscript(slice=index) if not isinstance(index, ast.Slice) and flow.is_array(index):
                    yield MASKS
