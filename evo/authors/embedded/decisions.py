"""What a rule decides where a seed was called: a draft that decides like a parent is known before it is evaluated."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluators.language import RuleError, interpret_rules
from evo.authors.embedded.tree import Node, is_constant, name_of, op_of, value_of
from problems import Instance, Problem, Rule, Split

MOST_INSTANCES, MOST_CALLS = 8, 3000
"""Of the smallest training instances so many are looked at, and so many calls of each function."""

Values = NDArray[Any]  # floats, or truths of a condition
Rows = list[tuple[float, ...]]

OPERATIONS: Mapping[str, Callable[..., Values]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "//": np.floor_divide, "%": np.mod,
    "**": np.float_power, "neg": np.negative, "not": np.logical_not, "and": np.logical_and, "or": np.logical_or,
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal, "!=": np.not_equal,
    "if": np.where,
}  # fmt: skip
CALLS: Mapping[str, Callable[..., Values]] = {
    "abs": np.abs, "min": np.minimum, "max": np.maximum, "round": np.rint, "int": np.trunc,
    **{name: getattr(np, name) for name in ("exp", "expm1", "log", "log1p", "log2", "log10", "sqrt", "cbrt",
       "floor", "ceil", "trunc", "sin", "cos", "tan", "sinh", "cosh", "tanh")},
    "pow": np.float_power, "fmod": np.fmod,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecordedCalls:
    """The calls of one function: each feature by name, of shape (calls,), and the decision that a call is part of.

    Calls in a row that agree in all shared features are the alternatives of one decision; `first` holds where each
    decision begins.
    """

    features: Mapping[str, NDArray[np.float64]]
    decision: NDArray[np.int64]
    first: NDArray[np.int64]

    def values(self, tree: Node) -> NDArray[np.float64] | None:
        """Return the value of an expression at each call, None where it uses what is not computed here."""
        with np.errstate(all="ignore"):
            try:
                return np.broadcast_to(computed(tree, self.features), self.decision.shape).astype(np.float64)
            except KeyError:
                return None

    def spread(self, tree: Node) -> float:
        """Return the standard deviation of a number within a decision, averaged over decisions; 0: not known."""
        values, sizes = self.values(tree), np.diff(np.append(self.first, self.decision.size))
        if values is None or not np.isfinite(values).all() or not (sizes > 1).any():
            return 0.0
        means = np.add.reduceat(values, self.first) / sizes
        variances = np.add.reduceat((values - means[self.decision]) ** 2, self.first) / sizes
        return float(np.sqrt(variances[sizes > 1]).mean())

    def ratios(self, one: Node, other: Node) -> NDArray[np.float64]:
        """Return one number divided by another at each call, where that is finite."""
        numerators, denominators = self.values(one), self.values(other)
        if numerators is None or denominators is None:
            return np.zeros(0)
        with np.errstate(all="ignore"):
            quotients = numerators / denominators
        return quotients[np.isfinite(quotients)]


class Decisions:
    """Decisions that a seed was asked for on a few small training instances, recorded when first needed."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._recorded: dict[str, RecordedCalls] | None = None

    def fingerprint(self, function: str, tree: Node) -> str | None:
        """Return a hash of the alternatives that come first and last by this expression in each decision.

        None where that is not known: nothing was recorded, or the expression uses what is not computed here.
        """
        calls = self.calls(function)
        values = None if calls is None else calls.values(tree)
        if calls is None or values is None:
            return None
        order = np.lexsort((values, calls.decision))
        last = np.append(calls.first[1:], calls.decision.size) - 1
        return hashlib.sha256(np.concatenate((order[calls.first], order[last])).tobytes()).hexdigest()

    def calls(self, function: str) -> RecordedCalls | None:
        """Return the calls of a function; None: it was not called."""
        if self._recorded is None:
            self._recorded = recorded_calls(self._problem)
        return self._recorded.get(function)


def computed(node: Node, features: Mapping[str, NDArray[np.float64]]) -> Values:
    """Return the value of an expression at each call, not a number where it has none.

    Raises:
        KeyError: it calls a function that is not computed here.
    """
    if is_constant(node):
        return np.float64(value_of(node))  # type: ignore[return-value]  # a scalar is broadcast
    if op_of(node) == "feature":
        return features[name_of(node)]
    operation = CALLS[name_of(node)] if op_of(node) == "call" else OPERATIONS[op_of(node)]
    return operation(*(computed(child, features) for child in node.children))


def recorded_calls(problem: Problem) -> dict[str, RecordedCalls]:
    """Return what the first seed's functions are called with on small training instances, by function.

    A problem without seeds, which no run has, has nothing to record.
    """
    if not problem.seeds:
        return {}
    functions = interpret_rules(problem.baselines[problem.seeds[0]], problem.signatures)
    rows: list[Rows] = [[] for _ in functions]
    groups: list[list[int]] = [[] for _ in functions]
    listening = [_listening(rule, kept) for rule, kept in zip(functions, rows, strict=True)]
    for number, instance in enumerate(_small(problem.instances(Split.TRAIN))):
        try:
            problem.construct(listening, instance)
        except RuleError:
            continue
        for kept, group in zip(rows, groups, strict=True):
            group += [number] * (len(kept) - len(group))
        if all(len(kept) >= MOST_CALLS for kept in rows):
            break
    calls = {}
    for signature, kept, group in zip(problem.signatures, rows, groups, strict=True):
        if kept:
            shared = [place for place, parameter in enumerate(signature.parameters) if parameter.shared]
            names = [parameter.name for parameter in signature.parameters]
            calls[signature.name] = _decided(names, shared, np.array(kept[: len(group)]), np.array(group))
    return calls


def _small(instances: Sequence[Instance]) -> list[Instance]:
    """Return a few of the smallest instances, of different families where there are."""
    by_size = sorted(instances, key=lambda instance: sum(array.size for array in instance.arrays))
    first_of_family = {instance.family: instance for instance in reversed(by_size)}
    chosen = sorted(first_of_family.values(), key=lambda instance: sum(array.size for array in instance.arrays))
    rest = [instance for instance in by_size if instance not in chosen]
    return [*chosen, *rest][:MOST_INSTANCES]


def _listening(rule: Rule, kept: Rows) -> Rule:
    """Return a rule that notes what it is called with."""

    def listening(*arguments: float) -> float:
        kept.append(tuple(map(float, arguments)))
        return rule(*arguments)

    return listening


def _decided(
    names: Sequence[str], shared: Sequence[int], rows: NDArray[np.float64], instance: NDArray[np.int64]
) -> RecordedCalls:
    """Tell decisions apart: a new one begins with another instance or another value of a shared feature."""
    table = np.column_stack((rows[:, list(shared)], instance))
    starts = np.append(True, (table[1:] != table[:-1]).any(axis=1))
    features = {name: rows[:, place] for place, name in enumerate(names)}
    return RecordedCalls(features, np.cumsum(starts) - 1, np.flatnonzero(starts))
