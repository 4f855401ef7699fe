"""Drafts of algorithms from algorithms, by the moves that operators name."""

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np

from evaluators.language import read_algorithm
from evaluators.syntax import Refused
from evo.authors.embedded.algorithms.edits import (
    Edit,
    comparisons,
    conditions,
    constants,
    inlinings,
    judgements,
)
from evo.authors.embedded.algorithms.loops import passes, removals, windows
from evo.authors.embedded.algorithms.modules import bare, definitions, is_docstring, tidied
from evo.authors.embedded.algorithms.pipelines import contests, exchanges, steps
from evo.authors.embedded.algorithms.sites import sites
from evo.authors.embedded.algorithms.subject import Entry, Subject
from evo.authors.embedded.algorithms.types import FLOAT, INT, ArrayOf, MistypedError, Type
from evo.authors.embedded.tree import Node
from problems import Parameter, Problem, Sense

ATTEMPTS = 16
MAX_SYNTAX = 3000  # nodes of a whole draft
CHAINED = 0.3  # how often a second edit follows the first
LITERATURE = 0.3  # how often a baseline of the problem lends, in place of the other parents
KEPT = 128  # analysed lenders: they come again, and analysing one takes longer than all else in a draft

Family = Callable[[Subject, Sequence[Subject]], list[Edit]]


@lru_cache(KEPT)
def _lent(donor: Subject) -> tuple[Node, ...]:
    return tuple(site.tree for site in sites(donor))


def _judged(move: str) -> Family:
    if move == "cross":
        return lambda subject, donors: judgements(subject, move, [tree for donor in donors for tree in _lent(donor)])
    return lambda subject, _: judgements(subject, move, ())


def _pairs(find: Callable[[Subject, Subject], list[Edit]]) -> Family:
    return lambda subject, donors: [edit for donor in donors for edit in find(subject, donor)]


def _alone(find: Callable[[Subject], list[Edit]]) -> Family:
    return lambda subject, _: find(subject)


# By move: families of edits, and how often each is drawn.
FAMILIES: Mapping[str, Sequence[tuple[float, Family]]] = {
    "tune": ((0.6, _alone(constants)), (0.25, _judged("tune")), (0.15, _alone(comparisons))),
    "scale": ((1.0, _alone(constants)),),
    "grow": ((0.6, _judged("grow")), (0.15, _alone(conditions)), (0.15, _alone(passes)), (0.1, _alone(inlinings))),
    "vary": (
        (0.35, _judged("vary")),
        (0.15, _alone(comparisons)),
        (0.2, _alone(windows)),
        (0.2, _alone(passes)),
        (0.1, _alone(inlinings)),
    ),
    "cross": ((0.35, _judged("cross")), (0.3, _pairs(steps)), (0.2, _pairs(exchanges)), (0.15, _pairs(contests))),
    "modulate": ((1.0, _judged("modulate")),),
    "simplify": ((0.5, _judged("simplify")), (0.3, _alone(removals)), (0.2, _alone(windows))),
}


class AlgorithmVariation:
    """Varies the fittest parent; the others, and now and then a baseline of the problem, lend steps and helpers.

    Types and indices of a draft fit together, its sequence is built as in its parents, and it has at most
    `MAX_SYNTAX` syntax nodes. Whether it ends within its limits is for the evaluator to say.
    """

    def __init__(self, problem: Problem) -> None:
        signature = problem.signatures[0]
        arguments = tuple(_type(parameter) for parameter in signature.parameters)
        self._signature = signature
        self._entry = Entry(signature.name, arguments, problem.sense is Sense.MINIMISE)
        self._read = lru_cache(KEPT)(self._subject)
        self._baselines = tuple(source for source in problem.baselines.values() if self._read(source))

    def sources(self, move: str, parents: Sequence[str], rng: np.random.Generator) -> Iterator[str]:
        """Yield drafts of the first parent that can be varied, until it has been tried often enough."""
        first, *others = [source for source in parents if self._read(source)] or [""]
        known = {bare(source) for source in parents}
        for _ in range(ATTEMPTS if first else 0):
            donors = self._donors(others, rng)
            drafted = self._edited(first, move, donors, rng)
            if drafted is not None and rng.random() < CHAINED:
                drafted = self._edited(drafted, move, donors, rng) or drafted
            if drafted is not None and bare(drafted) not in known:
                yield drafted

    def _donors(self, others: Sequence[str], rng: np.random.Generator) -> list[Subject]:
        if self._baselines and (not others or rng.random() < LITERATURE):
            others = [self._baselines[int(rng.integers(len(self._baselines)))]]
        return [donor for donor in map(self._read, others) if donor is not None]

    def _edited(self, source: str, move: str, donors: Sequence[Subject], rng: np.random.Generator) -> str | None:
        """Make one edit; None: there is none of the family drawn, or its result is not sound."""
        subject = Subject(source, self._entry)
        before = {name: ast.dump(each) for name, each in definitions(subject.module).items()}
        families = FAMILIES[move]
        edits = families[int(rng.choice(len(families), p=[share for share, _ in families]))][1](subject, donors)
        if not edits:
            return None
        weights = np.array([edit.weight for edit in edits])
        edits[int(rng.choice(len(edits), p=weights / weights.sum()))].apply(rng)
        if not _acts(subject.module):
            return None
        module = ast.parse(ast.unparse(ast.fix_missing_locations(tidied(subject.module, self._entry.name))))
        _undocument(module, before)
        text = ast.unparse(module) + "\n"
        bounded = sum(1 for _ in ast.walk(module)) <= MAX_SYNTAX
        return text if bounded and self._subject(text) and self._accepted(text) else None

    def _accepted(self, source: str) -> bool:
        """Say whether the language takes a draft: not where a variable may have no value, for one."""
        try:
            read_algorithm(source, self._signature)
        except Refused:
            return False
        return True

    def _subject(self, source: str) -> Subject | None:
        try:
            return Subject(source, self._entry)
        except MistypedError:
            return None


def _type(parameter: Parameter) -> Type:
    """Return the type of an argument as its meaning states it: integers unless it says float64."""
    entry = FLOAT if "float64" in parameter.meaning else INT
    return ArrayOf(entry) if "array" in parameter.meaning else entry


def _acts(module: ast.Module) -> bool:
    """Whether each function still has a statement beside its docstring."""
    functions = [each for each in module.body if isinstance(each, ast.FunctionDef)]
    return all(any(not is_docstring(each) for each in function.body) for function in functions)


def _undocument(module: ast.Module, before: Mapping[str, str]) -> None:
    """Take the docstring from each function that no longer does what it says."""
    for name, function in definitions(module).items():
        if not isinstance(function, ast.FunctionDef) or ast.dump(function) == before.get(name, ""):
            continue
        if is_docstring(function.body[0]):
            del function.body[0]
