"""The checked tree becomes the text of one LLVM module: functions take and return doubles by the C convention.

A failing call stores the number of its fault in the module's error cell, if that is still 0, and returns NaN.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan

from evaluators.rules.arithmetic import EMITTERS, Site, whole_number
from evaluators.rules.assembly import Bit, Label, Real, real
from evaluators.rules.errors import Cause, Fault
from evaluators.rules.tree import (
    Apply,
    Assign,
    Break,
    Choice,
    Compare,
    Continue,
    Expression,
    For,
    Function,
    If,
    Invoke,
    Number,
    Return,
    RuleTree,
    Shortcut,
    Statement,
    Variable,
    While,
)

ERROR_CELL = "rule_error"


@dataclass(frozen=True, slots=True)
class Emitted:
    """The module's text, the native names, and the faults that the numbers 1, 2, … in the error cell mean."""

    text: str
    names: Mapping[str, str]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """Where break and continue of the innermost loop go."""

    after: Label
    again: Label


def emit(tree: RuleTree) -> Emitted:
    """Emit all functions of a tree; native names are numbers, as names of the source may hold any letter."""
    names = {name: f"rule_{index}" for index, name in enumerate(tree.functions)}
    faults: dict[Fault, int] = {}
    declared: dict[str, int] = {}
    texts = []
    for name, function in tree.functions.items():
        emitter = FunctionEmitter(function, name in tree.promised, names, faults)
        texts.append(emitter.emit(names[name]))
        declared |= emitter.site.declared
    for native in names.values():
        declared.pop(native, None)
    foreign = [f"declare double @{name}({', '.join(['double'] * arity)})" for name, arity in declared.items()]
    text = "\n".join([f"@{ERROR_CELL} = global i64 0", *foreign, *texts])
    return Emitted(text, names, tuple(faults))


class FunctionEmitter:
    """Emits one function, statement by statement.

    `sure` holds the variables that have a value on every path to this place: reading another one tests its flag.
    """

    def __init__(self, function: Function, promised: bool, names: Mapping[str, str], faults: dict[Fault, int]) -> None:
        self.function = function
        self.promised = promised
        self.names = names
        self.site = Site(faults)
        self.slots = [self.site.slot("double") for _ in function.variables]
        self.flags = [self.site.slot("i1") for _ in function.variables]
        self.sure = frozenset(range(function.parameters))
        self.loops: list[Loop] = []

    def emit(self, native: str) -> str:
        """Return the text of the whole function."""
        site, parameters = self.site, self.function.parameters
        for index in range(parameters):
            site.store("double", f"%a{index}", self.slots[index])
        for flag in self.flags[parameters:]:
            site.store("i1", "false", flag)
        self.block(self.function.body)
        if not site.ended:
            site.at(self.function.line)
            site.note(Cause.NO_RETURN)
            site.jump(site.failed)
        if site.failing:
            self.fail()
        return site.text(native, parameters)

    def fail(self) -> None:
        """Emit the common end of all failing paths."""
        site = self.site
        site.begin(site.failed)
        fault = site.meet("i64", site.failing)
        earlier = site.emit(f"load i64, ptr @{ERROR_CELL}")
        first = site.emit(f"icmp eq i64 {earlier}, 0")
        kept = site.emit(f"select i1 {first}, i64 {fault}, i64 {earlier}")
        site.lines.append(f"store i64 {kept}, ptr @{ERROR_CELL}")
        site.ret(real(nan))

    def block(self, statements: Sequence[Statement]) -> None:
        """Emit statements up to the first that leaves."""
        for statement in statements:
            if self.site.ended:
                return
            self.statement(statement)

    def statement(self, node: Statement) -> None:
        """Emit one statement."""
        match node:
            case Assign(targets, values):
                for target, value in zip(targets, [self.value(value) for value in values], strict=True):
                    self.assign(target, value)
            case If(condition, then, otherwise):
                self.branch(self.condition(condition), then, otherwise)
            case While():
                self.while_loop(node)
            case For():
                self.for_loop(node)
            case Break():
                self.site.jump(self.loops[-1].after)
                self.leave()
            case Continue():
                self.site.jump(self.loops[-1].again)
                self.leave()
            case Return(value, line):
                result = self.value(value)
                if self.promised:
                    self.site.at(line)
                    self.site.guard(self.site.negation(self.site.finite(result)), Cause.NOT_FINITE)
                self.site.ret(result)
                self.leave()

    def assign(self, variable: int, value: Real) -> None:
        """Give a variable its value."""
        self.site.store("double", value, self.slots[variable])
        if variable >= self.function.parameters:
            self.site.store("i1", "true", self.flags[variable])
        self.sure |= {variable}

    def leave(self) -> None:
        """Note that no path comes to this place, so that anything holds here."""
        self.sure = frozenset(range(len(self.slots)))

    def branch(self, condition: Bit, then: Sequence[Statement], otherwise: Sequence[Statement]) -> None:
        """Emit two alternatives and their meeting."""
        site, before = self.site, self.sure
        first, second, after = site.label(), site.label(), site.label()
        site.branch(condition, first, second)
        left = [self.alternative(first, then, after)]
        then_sure, self.sure = self.sure, before
        left.append(self.alternative(second, otherwise, after))
        self.sure &= then_sure
        if not all(left):
            site.begin(after)

    def alternative(self, block: Label, statements: Sequence[Statement], after: Label) -> bool:
        """Emit one alternative; return whether it leaves, so that nothing follows it."""
        self.site.begin(block)
        self.block(statements)
        left = self.site.ended
        self.site.jump(after)
        return left

    def while_loop(self, node: While) -> None:
        """Emit a loop with a condition."""
        site = self.site
        test, body, done, after = (site.label() for _ in range(4))
        site.jump(test)
        site.begin(test)
        site.branch(self.condition(node.condition), body, done)
        site.begin(body)
        self.loop(Loop(after, test), done, node, self.sure)

    def for_loop(self, node: For) -> None:
        """Emit a loop over range, whose counter the body cannot change."""
        site = self.site
        arguments = [self.value(argument) for argument in (node.start, node.stop, node.step)]
        site.at(node.line)
        start, stop, step = (whole_number(site, argument) for argument in arguments)
        site.guard(site.compare("==", step, real(0.0)), Cause.RANGE)
        counter = site.slot("double")
        test, body, again, done, after = (site.label() for _ in range(5))
        site.store("double", start, counter)
        site.jump(test)
        site.begin(again)
        site.store("double", site.arithmetic("fadd", site.load(counter), step), counter)
        site.jump(test)
        site.begin(test)
        now = site.load(counter)
        upward, downward = site.compare("<", now, stop), site.compare(">", now, stop)
        inside = site.emit(f"select i1 {site.compare('>', step, real(0.0))}, i1 {upward}, i1 {downward}")
        site.branch(Bit(inside), body, done)
        before = self.sure
        site.begin(body)
        self.assign(node.variable, now)
        self.loop(Loop(after, again), done, node, before)

    def loop(self, loop: Loop, done: Label, node: While | For, before: frozenset[int]) -> None:
        """Emit a loop's body and its else; afterwards only what was sure before is sure."""
        self.loops.append(loop)
        self.block(node.body)
        self.loops.pop()
        self.site.jump(loop.again)
        self.site.begin(done)
        self.sure = before
        self.block(node.otherwise)
        self.site.jump(loop.after)
        self.sure = before
        self.site.begin(loop.after)

    def condition(self, node: Expression) -> Bit:
        """Emit an expression as a bit."""
        return self.site.truth(self.value(node))

    def value(self, node: Expression) -> Real:
        """Emit an expression as a double."""
        match node:
            case Number(value):
                return real(value)
            case Variable(index, line):
                return self.variable(index, line)
            case Apply(name, arguments, line):
                values = [self.value(argument) for argument in arguments]
                self.site.at(line, f"{name}()" if name.isalnum() else "")
                return EMITTERS[name](self.site, *values)
            case Invoke(function, arguments, line):
                return self.invoke(function, [self.value(argument) for argument in arguments], line)
            case Compare(operands, relations):
                return self.comparison(operands, relations)
            case Shortcut(conjunction, operands):
                return self.shortcut(conjunction, operands)
            case Choice(condition, then, otherwise):
                return self.choice(condition, then, otherwise)

    def variable(self, index: int, line: int) -> Real:
        """Read a variable, testing first that it has a value where that is not sure."""
        if index not in self.sure:
            self.site.at(line, f"'{self.function.variables[index]}'")
            self.site.guard(self.site.negation(self.site.load_bit(self.flags[index])), Cause.UNASSIGNED)
        return self.site.load(self.slots[index])

    def invoke(self, function: str, arguments: Sequence[Real], line: int) -> Real:
        """Call another function of the rule and fail when it has failed: its own fault is then in the cell."""
        site = self.site
        result = site.call(self.names[function], *arguments)
        site.at(line, f"{function}()")
        failed = site.emit(f"icmp ne i64 {site.emit(f'load i64, ptr @{ERROR_CELL}')}, 0")
        site.guard(Bit(failed), Cause.NOT_FINITE)
        return result

    def comparison(self, operands: Sequence[Expression], relations: Sequence[str]) -> Real:
        """Emit a chain: an operand is evaluated only while the relations hold."""
        site, after = self.site, self.site.label()
        left = self.value(operands[0])
        ends: list[tuple[Real, Label]] = []
        for relation, operand in zip(relations[:-1], operands[1:-1], strict=True):
            right = self.value(operand)
            ends.append((real(0.0), site.here))
            going_on = site.label()
            site.branch(site.compare(relation, left, right), going_on, after)
            site.begin(going_on)
            left = right
        holds = site.number(site.compare(relations[-1], left, self.value(operands[-1])))
        return self.meet(after, holds, ends) if ends else holds

    def meet(self, after: Label, value: Real, others: Sequence[tuple[Real, Label]]) -> Real:
        """Go on at a block where this path and others bring their values."""
        here = self.site.here
        self.site.jump(after)
        self.site.begin(after)
        return Real(self.site.meet("double", [*others, (value, here)]))

    def shortcut(self, conjunction: bool, operands: Sequence[Expression]) -> Real:
        """Emit and/or: the value of the operand that decides."""
        site, after = self.site, self.site.label()
        decided: list[tuple[Real, Label]] = []
        for operand in operands[:-1]:
            value = self.value(operand)
            going_on = site.label()
            decided.append((value, site.here))
            targets = (going_on, after) if conjunction else (after, going_on)
            site.branch(site.truth(value), *targets)
            site.begin(going_on)
        return self.meet(after, self.value(operands[-1]), decided)

    def choice(self, condition: Expression, then: Expression, otherwise: Expression) -> Real:
        """Emit a conditional expression."""
        site = self.site
        first, second, after = site.label(), site.label(), site.label()
        site.branch(self.condition(condition), first, second)
        site.begin(first)
        value = self.value(then)
        end = site.here
        site.jump(after)
        site.begin(second)
        return self.meet(after, self.value(otherwise), [(value, end)])
