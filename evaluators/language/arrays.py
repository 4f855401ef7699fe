"""Which variables of an algorithm may be arrays: what an operator on them costs is known only when it runs.

An over-estimate is harmless, as a number is charged as such at run time; numba decides the types themselves.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from evaluators.language.functions import FUNCTIONS, Gives
from evaluators.language.tree import (
    Apply,
    Assign,
    Augment,
    Choice,
    Compare,
    Do,
    Entry,
    Expression,
    Function,
    If,
    Invoke,
    Node,
    Return,
    Shortcut,
    Span,
    Spread,
    Target,
    Tree,
    Variable,
    While,
    walk,
)
from evaluators.syntax import rejected


@dataclass(slots=True)
class ArrayVariables:
    """The array variables of each function, and which of its returned values may be arrays."""

    functions: Mapping[str, Function]
    arrays: dict[str, set[str]] = field(default_factory=dict)
    returned: dict[str, set[int]] = field(default_factory=dict)

    def size(self) -> int:
        """Return the number of entries, which only grows."""
        return sum(map(len, self.arrays.values())) + sum(map(len, self.returned.values()))


def infer_arrays(tree: Tree) -> ArrayVariables:
    """Follow arrays through assignments, calls and returns until nothing changes."""
    variables = ArrayVariables(
        tree.functions, {name: set() for name in tree.functions}, {name: set() for name in tree.functions}
    )
    for name in tree.promised:
        variables.arrays[name] = set(tree.functions[name].parameters)
    before = -1
    while variables.size() > before:
        before = variables.size()
        for name in tree.functions:
            ArrayFlow(name, variables).follow()
    return variables


class ArrayFlow:
    """Follows arrays through one function."""

    def __init__(self, function: str, variables: ArrayVariables) -> None:
        self.function = variables.functions[function]
        self.arrays = variables.arrays[function]
        self.returned = variables.returned[function]
        self.variables = variables

    def follow(self) -> None:
        """Note what every statement and call of the function makes an array."""
        for node in walk(*self.function.body):
            match node:
                case Assign(targets=targets, values=values):
                    self.assign(targets, list(map(self.is_array, values)))
                case Spread(targets=targets, value=value, apart=apart):
                    self.assign(targets, self.are_arrays(value) if apart else [self.is_array(value)] * len(targets))
                case Augment(target=target, value=value):
                    self.assign((target,), [self.is_array(value)])
                case Return(values=(value,)):
                    self.returned.update(place for place, is_array in enumerate(self.are_arrays(value)) if is_array)
                case Return(values=values):
                    self.returned.update(place for place, value in enumerate(values) if self.is_array(value))
                case Invoke(function=name, arguments=arguments):
                    pairs = zip(self.variables.functions[name].parameters, arguments, strict=True)
                    self.variables.arrays[name].update(one for one, value in pairs if self.is_array(value))

    def assign(self, targets: Sequence[Target], are_arrays: Sequence[bool]) -> None:
        """Note the names that get arrays."""
        pairs = zip(targets, are_arrays, strict=False)
        self.arrays.update(one.name for one, is_array in pairs if is_array and isinstance(one, Variable))

    def are_arrays(self, value: Expression) -> list[bool]:
        """Return for each value that a helper returns, or for the one value, whether it may be an array."""
        if isinstance(value, Invoke):
            returned = self.variables.returned[value.function]
            return [place in returned for place in range(max(returned, default=0) + 1)]
        return [self.is_array(value)]

    def is_array(self, node: Expression) -> bool:
        """Say whether an expression may be an array."""
        match node:
            case Variable(name=name):
                return name in self.arrays
            case Shortcut(operands=operands) | Compare(operands=operands):
                return any(map(self.is_array, operands))
            case Choice(then=then, otherwise=otherwise):
                return self.is_array(then) or self.is_array(otherwise)
            case Entry(index=index):
                return isinstance(index, Span) or self.is_array(index)
            case Invoke(function=name):
                return 0 in self.variables.returned[name]
            case Apply(name=name, arguments=arguments):
                gives = FUNCTIONS[name].gives
                shaping = arguments[1:] if name == "np.searchsorted" else arguments
                return gives is Gives.ARRAY or (gives is Gives.ALIKE and any(map(self.is_array, shaping)))
        return False


def check_arrays(tree: Tree) -> None:
    """Refuse what no rule here follows: values of several kinds, and stores into the entries that an array names."""
    variables, several = infer_arrays(tree), several_valued(tree.functions)
    for name, function in tree.functions.items():
        flow = ArrayFlow(name, variables)
        check_several(function, several)
        conditions = set(map(id, conditions_in(function)))
        for node in walk(*function.body):
            stored = [one for one in targets_of(node) if isinstance(one, Entry) and flow.is_array(one.index)]
            if stored:
                raise rejected(stored[0].line, "only entries a[i] and slices a[i:j] are assigned to: use a loop.")
            if isinstance(node, Shortcut) and id(node) not in conditions and flow.is_array(node):
                raise rejected(node.line, "and/or between arrays: use np.where, np.any or np.all.")


def targets_of(node: Node) -> tuple[Target, ...]:
    """Return what a statement assigns to."""
    match node:
        case Assign(targets=targets) | Spread(targets=targets):
            return targets
        case Augment(target=target):
            return (target,)
    return ()


def conditions_in(function: Function) -> Iterator[Expression]:
    """Yield the expressions of which only the truth is asked."""
    waiting: list[Expression] = []
    for node in walk(*function.body):
        match node:
            case If(condition=condition) | While(condition=condition) | Choice(condition=condition):
                waiting.append(condition)
            case Apply(name="not", arguments=arguments):
                waiting += arguments
    while waiting:
        part = waiting.pop()
        waiting += part.operands if isinstance(part, Shortcut) else ()
        yield part


def check_several(function: Function, several: set[str]) -> None:
    """Refuse a call of a helper that returns several values where they are not taken apart at once."""
    taken: set[int] = set()
    for node in walk(*function.body):
        match node:
            case Spread(value=value, apart=True) | Return(values=(value,)) | Do(call=value):
                taken.add(id(value))
    for node in walk(*function.body):
        if isinstance(node, Invoke) and node.function in several and id(node) not in taken:
            name = node.function
            raise rejected(node.line, f"{name}() returns several values: assign them, a, b = {name}(...).")


def several_valued(functions: Mapping[str, Function]) -> set[str]:
    """Return the functions that return several values, by themselves or as one above them does."""
    several: set[str] = set()
    for name, function in functions.items():
        for node in walk(*function.body):
            match node:
                case Return(values=(_, _, *_)):
                    several.add(name)
                case Return(values=(Invoke(function=called),)) if called in several:
                    several.add(name)
    return several
