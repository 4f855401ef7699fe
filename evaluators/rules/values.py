"""Expressions and variables of one function as instructions."""

from collections.abc import Mapping, Sequence

from evaluators.rules.arithmetic import EMITTERS
from evaluators.rules.assembly import Bit, Label, Real, real
from evaluators.rules.errors import Cause, Fault
from evaluators.rules.site import ERROR_CELL, Site
from evaluators.rules.tree import Apply, Choice, Compare, Expression, Function, Invoke, Number, Shortcut, Variable


class Values:
    """Emits expressions and keeps the variables.

    `sure` holds the variables that have a value on every path to this place: reading another one tests its flag.
    """

    def __init__(self, function: Function, names: Mapping[str, str], faults: dict[Fault, int]) -> None:
        self.function = function
        self.names = names
        self.site = Site(faults)
        self.slots = [self.site.slot("double") for _ in function.variables]
        self.flags = [self.site.slot("i1") for _ in function.variables]
        self.sure = frozenset(range(function.parameters))

    def begin(self) -> None:
        """Give the parameters their values; other variables have none."""
        parameters = self.function.parameters
        for index in range(parameters):
            self.site.store("double", f"%a{index}", self.slots[index])
        for flag in self.flags[parameters:]:
            self.site.store("i1", "false", flag)

    def assign(self, variable: int, value: Real) -> None:
        """Give a variable its value."""
        self.site.store("double", value, self.slots[variable])
        if variable >= self.function.parameters:
            self.site.store("i1", "true", self.flags[variable])
        self.sure |= {variable}

    def leave(self) -> None:
        """Note that no path comes to this place, so that anything holds here."""
        self.sure = frozenset(range(len(self.slots)))

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
