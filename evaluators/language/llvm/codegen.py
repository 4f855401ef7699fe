"""The checked tree becomes the text of one LLVM module: functions take and return doubles by the C convention.

A failing call stores the number of its fault in the module's error cell, if that is still 0, and returns NaN. Each
block of statements adds what it costs to the module's work cell before it runs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan

from evaluators.language.costs import block_cost, operations
from evaluators.language.errors import Cause, Fault
from evaluators.language.llvm.arithmetic import EMITTERS, whole_number
from evaluators.language.llvm.builder import ERROR_CELL, WORK_CELL, Bit, FunctionBuilder, Label, Real, real
from evaluators.language.tree import (
    Apply,
    Assign,
    Break,
    Choice,
    Compare,
    Continue,
    Do,
    Expression,
    For,
    Function,
    If,
    Invoke,
    Number,
    Return,
    Shortcut,
    Statement,
    Target,
    Tree,
    Variable,
    While,
    walk,
)


class ExpressionEmitter:
    """Emits expressions and keeps the variables; reading one that may have no value tests its flag."""

    def __init__(self, function: Function, names: Mapping[str, str], faults: dict[Fault, int]) -> None:
        self.function = function
        self.names = names
        self.builder = FunctionBuilder(faults)
        self.parameters = function.parameters
        variables = dict.fromkeys(node.name for node in walk(*function.body) if isinstance(node, Variable))
        self.slots = {name: self.builder.slot("double") for name in (*self.parameters, *variables)}
        self.flags = {name: self.builder.slot("i1") for name in variables if name not in self.parameters}

    def begin(self) -> None:
        """Give the parameters their values; other variables have none."""
        for index, name in enumerate(self.parameters):
            self.builder.store("double", f"%a{index}", self.slots[name])
        for flag in self.flags.values():
            self.builder.store("i1", "false", flag)

    def assign(self, variable: Target, value: Real) -> None:
        """Give a variable its value."""
        assert isinstance(variable, Variable), "a rule has no arrays"
        self.builder.store("double", value, self.slots[variable.name])
        if variable.name in self.flags:
            self.builder.store("i1", "true", self.flags[variable.name])

    def condition(self, node: Expression) -> Bit:
        """Emit an expression as a bit."""
        return self.builder.truth(self.value(node))

    def value(self, node: Expression) -> Real:
        """Emit an expression as a double."""
        match node:
            case Number(value):
                return real(float(value))
            case Variable():
                return self.variable(node)
            case Apply(name, arguments, line):
                values = [self.value(argument) for argument in arguments]
                self.builder.locate(line, f"{name}()" if name.isalnum() else "")
                return EMITTERS[name](self.builder, *values)
            case Invoke(function, arguments, line):
                return self.invoke(function, [self.value(argument) for argument in arguments], line)
            case Compare(operands, relations):
                return self.comparison(operands, relations)
            case Shortcut(conjunction, operands):
                return self.shortcut(conjunction, operands)
            case Choice(condition, then, otherwise):
                return self.choice(condition, then, otherwise)
        raise AssertionError(f"a rule holds no {type(node).__name__}")

    def variable(self, node: Variable) -> Real:
        """Read a variable, testing first that it has a value where that is not certain."""
        if not node.certain:
            self.builder.locate(node.line, f"'{node.name}'")
            self.builder.guard(self.builder.negation(self.builder.load_bit(self.flags[node.name])), Cause.UNASSIGNED)
        return self.builder.load(self.slots[node.name])

    def invoke(self, function: str, arguments: Sequence[Real], line: int) -> Real:
        """Call another function of the rule and fail when it has failed: its own fault is then in the cell."""
        builder = self.builder
        result = builder.call(self.names[function], *arguments)
        builder.locate(line, f"{function}()")
        failed = builder.emit(f"icmp ne i64 {builder.emit(f'load i64, ptr @{ERROR_CELL}')}, 0")
        builder.guard(Bit(failed), Cause.NOT_FINITE)
        return result

    def comparison(self, operands: Sequence[Expression], relations: Sequence[str]) -> Real:
        """Emit a chain: an operand is evaluated only while the relations hold."""
        builder, after = self.builder, self.builder.label()
        left = self.value(operands[0])
        ends: list[tuple[Real, Label]] = []
        for relation, operand in zip(relations[:-1], operands[1:-1], strict=True):
            right = self.value(operand)
            ends.append((real(0.0), builder.here))
            going_on = builder.label()
            builder.branch(builder.compare(relation, left, right), going_on, after)
            builder.begin(going_on)
            left = right
        holds = builder.number(builder.compare(relations[-1], left, self.value(operands[-1])))
        return self.meet(after, holds, ends) if ends else holds

    def meet(self, after: Label, value: Real, others: Sequence[tuple[Real, Label]]) -> Real:
        """Go on at a block where this path and others bring their values."""
        here = self.builder.here
        self.builder.jump(after)
        self.builder.begin(after)
        return Real(self.builder.phi("double", [*others, (value, here)]))

    def shortcut(self, conjunction: bool, operands: Sequence[Expression]) -> Real:
        """Emit and/or: the value of the operand that decides."""
        builder, after = self.builder, self.builder.label()
        decided: list[tuple[Real, Label]] = []
        for operand in operands[:-1]:
            value = self.value(operand)
            going_on = builder.label()
            decided.append((value, builder.here))
            targets = (going_on, after) if conjunction else (after, going_on)
            builder.branch(builder.truth(value), *targets)
            builder.begin(going_on)
        return self.meet(after, self.value(operands[-1]), decided)

    def choice(self, condition: Expression, then: Expression, otherwise: Expression) -> Real:
        """Emit a conditional expression."""
        builder = self.builder
        first, second, after = builder.label(), builder.label(), builder.label()
        builder.branch(self.condition(condition), first, second)
        builder.begin(first)
        value = self.value(then)
        end = builder.here
        builder.jump(after)
        builder.begin(second)
        return self.meet(after, self.value(otherwise), [(value, end)])


@dataclass(frozen=True, slots=True)
class EmittedModule:
    """The module's text, the native names, and the faults that the numbers 1, 2, … in the error cell mean."""

    text: str
    names: Mapping[str, str]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class LoopTargets:
    """Where break and continue of the innermost loop go."""

    after: Label
    again: Label


def emit_module(tree: Tree) -> EmittedModule:
    """Emit all functions of a tree; native names are numbers, as names of the source may hold any letter."""
    names = {name: f"rule_{index}" for index, name in enumerate(tree.functions)}
    faults: dict[Fault, int] = {}
    declared: dict[str, int] = {}
    texts = []
    for name, function in tree.functions.items():
        emitter = FunctionEmitter(function, name in tree.promised, names, faults)
        texts.append(emitter.emit(names[name]))
        declared |= emitter.builder.declared
    for native in names.values():
        declared.pop(native, None)
    external = [f"declare double @{name}({', '.join(['double'] * arity)})" for name, arity in declared.items()]
    cells = [f"@{cell} = global i64 0" for cell in (ERROR_CELL, WORK_CELL)]
    text = "\n".join([*cells, *external, *texts])
    return EmittedModule(text, names, tuple(faults))


class FunctionEmitter:
    """Emits one function, statement by statement."""

    def __init__(self, function: Function, promised: bool, names: Mapping[str, str], faults: dict[Fault, int]) -> None:
        self.function = function
        self.promised = promised
        self.expressions = ExpressionEmitter(function, names, faults)
        self.builder = self.expressions.builder
        self.loops: list[LoopTargets] = []

    def emit(self, native: str) -> str:
        """Return the text of the whole function."""
        builder = self.builder
        self.expressions.begin()
        self.block(self.function.body)
        if not builder.ended:
            builder.locate(self.function.line)
            builder.record_fault(Cause.NO_RETURN)
            builder.jump(builder.failed)
        if builder.failing:
            self.fail()
        return builder.text(native, len(self.function.parameters))

    def fail(self) -> None:
        """Emit the common end of all failing paths."""
        builder = self.builder
        builder.begin(builder.failed)
        fault = builder.phi("i64", builder.failing)
        earlier = builder.emit(f"load i64, ptr @{ERROR_CELL}")
        first = builder.emit(f"icmp eq i64 {earlier}, 0")
        kept = builder.emit(f"select i1 {first}, i64 {fault}, i64 {earlier}")
        builder.lines.append(f"store i64 {kept}, ptr @{ERROR_CELL}")
        builder.ret(real(nan))

    def block(self, statements: Sequence[Statement], own: int = 0) -> None:
        """Emit statements up to the first that leaves; `own` is what each pass costs of a loop whose body they are."""
        self.charge(own + block_cost(statements))
        for index, statement in enumerate(statements):
            if self.builder.ended:
                return
            if index and not isinstance(statements[index - 1], Assign):
                self.charge(block_cost(statements[index:]))
            self.statement(statement)

    def charge(self, cost: int) -> None:
        """Emit the addition of a block's cost."""
        if cost:
            total = self.builder.emit(f"add i64 {self.builder.emit(f'load i64, ptr @{WORK_CELL}')}, {cost}")
            self.builder.lines.append(f"store i64 {total}, ptr @{WORK_CELL}")

    def statement(self, node: Statement) -> None:
        """Emit one statement."""
        match node:
            case Assign(assigned, values):
                for target, value in zip(assigned, [self.expressions.value(value) for value in values], strict=True):
                    self.expressions.assign(target, value)
            case If(condition, then, otherwise):
                self.branch(self.expressions.condition(condition), then, otherwise)
            case While():
                self.while_loop(node)
            case For():
                self.for_loop(node)
            case Do(call):
                self.expressions.value(call)
            case Break():
                self.builder.jump(self.loops[-1].after)
            case Continue():
                self.builder.jump(self.loops[-1].again)
            case Return((value,), line):
                result = self.expressions.value(value)
                if self.promised:
                    self.builder.locate(line)
                    self.builder.guard(self.builder.negation(self.builder.finite(result)), Cause.NOT_FINITE)
                self.builder.ret(result)

    def branch(self, condition: Bit, then: Sequence[Statement], otherwise: Sequence[Statement]) -> None:
        """Emit two alternatives and their meeting."""
        builder = self.builder
        first, second, after = builder.label(), builder.label(), builder.label()
        builder.branch(condition, first, second)
        left = [self.alternative(first, then, after), self.alternative(second, otherwise, after)]
        if not all(left):
            builder.begin(after)

    def alternative(self, block: Label, statements: Sequence[Statement], after: Label) -> bool:
        """Emit one alternative; return whether it leaves, so that nothing follows it."""
        self.builder.begin(block)
        self.block(statements)
        left = self.builder.ended
        self.builder.jump(after)
        return left

    def while_loop(self, node: While) -> None:
        """Emit a loop with a condition."""
        builder = self.builder
        test, body, done, after = (builder.label() for _ in range(4))
        builder.jump(test)
        builder.begin(test)
        builder.branch(self.expressions.condition(node.condition), body, done)
        builder.begin(body)
        self.loop(LoopTargets(after, test), done, node)

    def for_loop(self, node: For) -> None:
        """Emit a loop over range, whose counter the body cannot change."""
        builder = self.builder
        arguments = [self.expressions.value(bound) for bound in node.bounds]
        builder.locate(node.line)
        start, stop, step = (whole_number(builder, argument) for argument in arguments)
        builder.guard(builder.compare("==", step, real(0.0)), Cause.RANGE)
        counter = builder.slot("double")
        test, body, again, done, after = (builder.label() for _ in range(5))
        builder.store("double", start, counter)
        builder.jump(test)
        builder.begin(again)
        builder.store("double", builder.arithmetic("fadd", builder.load(counter), step), counter)
        builder.jump(test)
        builder.begin(test)
        now = builder.load(counter)
        upward, downward = builder.compare("<", now, stop), builder.compare(">", now, stop)
        inside = builder.emit(f"select i1 {builder.compare('>', step, real(0.0))}, i1 {upward}, i1 {downward}")
        builder.branch(Bit(inside), body, done)
        builder.begin(body)
        self.expressions.assign(node.variable, now)
        self.loop(LoopTargets(after, again), done, node)

    def loop(self, loop: LoopTargets, done: Label, node: While | For) -> None:
        """Emit a loop's body and its else."""
        self.loops.append(loop)
        self.block(node.body, 1 + (operations((node.condition,)) if isinstance(node, While) else 0))
        self.loops.pop()
        self.builder.jump(loop.again)
        self.builder.begin(done)
        self.block(node.otherwise)
        self.builder.jump(loop.after)
        self.builder.begin(loop.after)
