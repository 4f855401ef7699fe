"""The version of the language, and what earlier versions charged or made of a source otherwise."""

from collections.abc import Iterator, Mapping

from evaluators.language.arrays import ArrayFlow, infer_arrays
from evaluators.language.reading import read_algorithm
from evaluators.language.tree import Apply, Augment, Entry, Span, walk
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
    tree = read_algorithm(source, signature)
    variables = infer_arrays(tree)
    for name, function in tree.functions.items():
        flow = ArrayFlow(name, variables)
        for node in walk(*function.body):
            match node:
                case Apply(name="**") if flow.is_array(node):
                    yield POWERS
                case Augment(operator="**", target=target) if flow.is_array(target):
                    yield POWERS
                case Apply(name="np.searchsorted") if flow.is_array(node):
                    yield SEARCHES
                case Entry(index=index) if not isinstance(index, Span) and flow.is_array(index):
                    yield MASKS
