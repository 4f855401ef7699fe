"""The checked tree becomes the text of one LLVM module: functions take and return doubles by the C convention.

A failing call stores the number of its fault in the module's error cell, if that is still 0, and returns NaN. Each
block of statements adds what it costs to the module's work cell before it runs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan

from evaluators.rules.arithmetic import whole_number
from evaluators.rules.assembly import Bit, Label, real
from evaluators.rules.counting import WORK_CELL, operations, run
from evaluators.rules.errors import Cause, Fault
from evaluators.rules.site import ERROR_CELL
from evaluators.rules.tree import Assign, Break, Continue, For, Function, If, Return, RuleTree, Statement, While
from evaluators.rules.values import Values


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
    cells = [f"@{cell} = global i64 0" for cell in (ERROR_CELL, WORK_CELL)]
    text = "\n".join([*cells, *foreign, *texts])
    return Emitted(text, names, tuple(faults))


class FunctionEmitter:
    """Emits one function, statement by statement."""

    def __init__(self, function: Function, promised: bool, names: Mapping[str, str], faults: dict[Fault, int]) -> None:
        self.function = function
        self.promised = promised
        self.values = Values(function, names, faults)
        self.site = self.values.site
        self.loops: list[Loop] = []

    def emit(self, native: str) -> str:
        """Return the text of the whole function."""
        site = self.site
        self.values.begin()
        self.block(self.function.body)
        if not site.ended:
            site.at(self.function.line)
            site.note(Cause.NO_RETURN)
            site.jump(site.failed)
        if site.failing:
            self.fail()
        return site.text(native, self.function.parameters)

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

    def block(self, statements: Sequence[Statement], own: int = 0) -> None:
        """Emit statements up to the first that leaves; `own` is what each pass costs of a loop whose body they are."""
        self.charge(own + run(statements))
        for index, statement in enumerate(statements):
            if self.site.ended:
                return
            if index and not isinstance(statements[index - 1], Assign):
                self.charge(run(statements[index:]))
            self.statement(statement)

    def charge(self, cost: int) -> None:
        """Emit the addition of a block's cost."""
        if cost:
            total = self.site.emit(f"add i64 {self.site.emit(f'load i64, ptr @{WORK_CELL}')}, {cost}")
            self.site.lines.append(f"store i64 {total}, ptr @{WORK_CELL}")

    def statement(self, node: Statement) -> None:
        """Emit one statement."""
        match node:
            case Assign(targets, values):
                for target, value in zip(targets, [self.values.value(value) for value in values], strict=True):
                    self.values.assign(target, value)
            case If(condition, then, otherwise):
                self.branch(self.values.condition(condition), then, otherwise)
            case While():
                self.while_loop(node)
            case For():
                self.for_loop(node)
            case Break():
                self.site.jump(self.loops[-1].after)
                self.values.leave()
            case Continue():
                self.site.jump(self.loops[-1].again)
                self.values.leave()
            case Return(value, line):
                result = self.values.value(value)
                if self.promised:
                    self.site.at(line)
                    self.site.guard(self.site.negation(self.site.finite(result)), Cause.NOT_FINITE)
                self.site.ret(result)
                self.values.leave()

    def branch(self, condition: Bit, then: Sequence[Statement], otherwise: Sequence[Statement]) -> None:
        """Emit two alternatives and their meeting."""
        site, before = self.site, self.values.sure
        first, second, after = site.label(), site.label(), site.label()
        site.branch(condition, first, second)
        left = [self.alternative(first, then, after)]
        then_sure, self.values.sure = self.values.sure, before
        left.append(self.alternative(second, otherwise, after))
        self.values.sure &= then_sure
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
        site.branch(self.values.condition(node.condition), body, done)
        site.begin(body)
        self.loop(Loop(after, test), done, node, self.values.sure)

    def for_loop(self, node: For) -> None:
        """Emit a loop over range, whose counter the body cannot change."""
        site = self.site
        arguments = [self.values.value(argument) for argument in (node.start, node.stop, node.step)]
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
        before = self.values.sure
        site.begin(body)
        self.values.assign(node.variable, now)
        self.loop(Loop(after, again), done, node, before)

    def loop(self, loop: Loop, done: Label, node: While | For, before: frozenset[int]) -> None:
        """Emit a loop's body and its else; afterwards only what was sure before is sure."""
        self.loops.append(loop)
        self.block(node.body, 1 + (operations(node.condition) if isinstance(node, While) else 0))
        self.loops.pop()
        self.site.jump(loop.again)
        self.site.begin(done)
        self.values.sure = before
        self.block(node.otherwise)
        self.site.jump(loop.after)
        self.values.sure = before
        self.site.begin(loop.after)
