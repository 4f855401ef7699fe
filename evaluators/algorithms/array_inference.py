"""Which variables of an algorithm may be arrays: what an operator on them costs is known only when it runs.

An over-estimate is harmless, as `elements` charges a number 1 at run time; numba decides the types themselves.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from evaluators.algorithms import language
from evaluators.algorithms.names import Algorithm
from evaluators.syntax import rejected


@dataclass(slots=True)
class ArrayVariables:
    """The array variables of each function, and which of its returned values may be arrays."""

    arrays: dict[str, set[str]] = field(default_factory=dict)
    returned: dict[str, set[int]] = field(default_factory=dict)

    def size(self) -> int:
        """Return the number of entries, which only grows."""
        return sum(map(len, self.arrays.values())) + sum(map(len, self.returned.values()))


def infer_arrays(algorithm: Algorithm) -> ArrayVariables:
    """Follow arrays through assignments, calls and returns until nothing changes."""
    promised = algorithm.functions[algorithm.promised]
    variables = ArrayVariables(
        {name: set() for name in algorithm.functions}, {name: set() for name in algorithm.functions}
    )
    variables.arrays[algorithm.promised] = {argument.arg for argument in promised.args.args}
    before = -1
    while variables.size() > before:
        before = variables.size()
        for name, node in algorithm.functions.items():
            ArrayFlow(name, variables, algorithm.functions).follow(node)
    return variables


def check_arrays(algorithm: Algorithm) -> None:
    """Refuse what no rule here follows: values of several kinds, and stores into the entries that an array names."""
    variables, several = infer_arrays(algorithm), several_valued(algorithm.functions)
    for name, node in algorithm.functions.items():
        flow = ArrayFlow(name, variables, algorithm.functions)
        check_several(node, several)
        conditions = {id(part) for part in condition_parts(node)}
        for part in ast.walk(node):
            if isinstance(part, ast.Subscript) and isinstance(part.ctx, ast.Store) and flow.is_array(part.slice):
                raise rejected(part.lineno, "only entries a[i] and slices a[i:j] are assigned to: use a loop.")
            if isinstance(part, ast.BoolOp) and id(part) not in conditions and flow.is_array(part):
                raise rejected(part.lineno, "and/or between arrays: use np.where, np.any or np.all.")


def condition_parts(function: ast.FunctionDef) -> Iterator[ast.expr]:
    """Yield the expressions of which only the truth is asked."""
    waiting: list[ast.expr] = []
    for part in ast.walk(function):
        match part:
            case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
                waiting.append(test)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                waiting.append(operand)
    while waiting:
        part = waiting.pop()
        waiting += part.values if isinstance(part, ast.BoolOp) else []
        yield part


def check_several(function: ast.FunctionDef, several: set[str]) -> None:
    """Refuse a call of a helper that returns several values where they are not taken apart at once."""
    taken: set[int] = set()
    for part in ast.walk(function):
        match part:
            case ast.Assign(targets=[ast.Tuple()], value=value) | ast.Return(value=value) | ast.Expr(value=value):
                taken.add(id(value))
    for part in ast.walk(function):
        match part:
            case ast.Call(func=ast.Name(id=name)) if name in several and id(part) not in taken:
                raise rejected(part.lineno, f"{name}() returns several values: assign them, a, b = {name}(...).")


def several_valued(functions: Mapping[str, ast.FunctionDef]) -> set[str]:
    """Return the functions that return several values, by themselves or as one above them does."""
    several: set[str] = set()
    for name, function in functions.items():
        for part in ast.walk(function):
            match part:
                case ast.Return(value=ast.Tuple()):
                    several.add(name)
                case ast.Return(value=ast.Call(func=ast.Name(id=called))) if called in several:
                    several.add(name)
    return several


class ArrayFlow:
    """Follows arrays through one function."""

    def __init__(self, function: str, variables: ArrayVariables, functions: Mapping[str, ast.FunctionDef]) -> None:
        self.arrays = variables.arrays[function]
        self.returned = variables.returned[function]
        self.variables = variables
        self.functions = functions

    def follow(self, function: ast.FunctionDef) -> None:
        """Note what every statement and call of a function makes an array."""
        for node in ast.walk(function):
            match node:
                case ast.Assign(targets=[ast.Tuple(elts=targets)], value=value):
                    self.assign(targets, self.are_arrays(value))
                case ast.Assign(targets=targets, value=value):
                    self.assign(targets, [self.is_array(value)] * len(targets))
                case ast.AugAssign(target=target, value=value):
                    self.assign([target], [self.is_array(value)])
                case ast.Return(value=ast.expr() as value):
                    self.returned.update(index for index, is_array in enumerate(self.are_arrays(value)) if is_array)
                case ast.Call(func=ast.Name(id=name), args=arguments) if name in self.functions:
                    pairs = zip(self.functions[name].args.args, arguments, strict=True)
                    self.variables.arrays[name].update(
                        argument.arg for argument, value in pairs if self.is_array(value)
                    )

    def assign(self, targets: Sequence[ast.expr], are_arrays: Sequence[bool]) -> None:
        """Note the names that get arrays."""
        pairs = zip(targets, are_arrays, strict=False)
        self.arrays.update(target.id for target, is_array in pairs if is_array and isinstance(target, ast.Name))

    def are_arrays(self, value: ast.expr) -> list[bool]:
        """Return for each value of a tuple, or of a helper's answer, whether it may be an array."""
        match value:
            case ast.Tuple(elts=values):
                return [self.is_array(each) for each in values]
            case ast.Call(func=ast.Name(id=name)) if name in self.functions:
                returned = self.variables.returned[name]
                return [index in returned for index in range(max(returned, default=0) + 1)]
        return [self.is_array(value)]

    def is_array(self, node: ast.expr) -> bool:
        """Say whether an expression may be an array; there is no form of the language that is not named here."""
        match node:
            case ast.Name(id=name):
                return name in self.arrays
            case ast.BinOp(left=left, right=right):
                return self.is_array(left) or self.is_array(right)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                return self.is_array(operand)
            case ast.BoolOp(values=values):
                return any(map(self.is_array, values))
            case ast.Compare(left=left, comparators=others):
                return any(map(self.is_array, (left, *others)))
            case ast.IfExp(body=body, orelse=orelse):
                return self.is_array(body) or self.is_array(orelse)
            case ast.Subscript(slice=index):
                return isinstance(index, ast.Slice) or self.is_array(index)
            case ast.Call():
                return self.gives_array(node)
            case ast.Constant() | ast.Attribute() | ast.UnaryOp(op=ast.Not()) | ast.Slice():
                return False
        raise AssertionError(f"the reader lets no {type(node).__name__} pass")

    def gives_array(self, node: ast.Call) -> bool:
        """Say whether a call may give an array."""
        match node.func:
            case ast.Name(id="abs"):
                return self.is_array(node.args[0])
            case ast.Name(id=name) if name in self.functions:
                return 0 in self.variables.returned[name]
            case ast.Attribute(value=ast.Name(id="np"), attr=name):
                gives = language.NUMPY[name].gives
                shaping = node.args[1:] if name == "searchsorted" else node.args
                return gives == "array" or (gives == "alike" and any(map(self.is_array, shaping)))
            case ast.Attribute(value=ast.Name(id="math")):
                return False
            case ast.Attribute(attr=name):
                return language.METHODS[name].gives == "array"
            case ast.Name(id=name) if name in language.BUILTINS:
                return False
        raise AssertionError("the reader lets no other call pass")
