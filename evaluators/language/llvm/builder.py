"""A builder of LLVM assembly for functions on doubles that may fail: values are their names in the text.

llvmlite's own builder does the same with an object for each value, at ten times the time.
"""

import struct
from collections.abc import Sequence
from math import inf
from typing import NewType

from evaluators.language.errors import Cause, Fault

Real = NewType("Real", str)
Bit = NewType("Bit", str)
Label = NewType("Label", str)
Slot = NewType("Slot", str)

ERROR_CELL, WORK_CELL = "rule_error", "rule_work"
LIBM_PREFIX = "rule_libm_"
RELATIONS = {"<": "olt", "<=": "ole", ">": "ogt", ">=": "oge", "==": "oeq", "!=": "une"}


def real(value: float) -> Real:
    """Return a constant, bit for bit."""
    return Real(f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}")


class FunctionBuilder:
    """One function's text: instructions are appended to the present block.

    It also holds the line and place in the source of the present operation, and numbers the faults that may occur.
    """

    def __init__(self, faults: dict[Fault, int]) -> None:
        self.lines: list[str] = []
        self.slots: list[str] = []
        self.declared: dict[str, int] = {}
        self.bits: dict[Real, Bit] = {}
        self.here = Label("start")
        self.ended = False
        self.name_count = 0
        self.faults = faults
        self.failing: list[tuple[str, Label]] = []
        self.failed = self.label()
        self.line = 1
        self.place = ""

    def name(self, prefix: str = "%v") -> str:
        """Return a new name."""
        self.name_count += 1
        return f"{prefix}{self.name_count}"

    def emit(self, instruction: str) -> str:
        """Append an instruction that has a value."""
        name = self.name()
        self.lines.append(f"{name} = {instruction}")
        return name

    def slot(self, kind: str) -> Slot:
        """Return a new memory cell of type double or i1, made at the function's start."""
        name = self.name("%s")
        self.slots.append(f"{name} = alloca {kind}")
        return Slot(name)

    def load(self, slot: Slot) -> Real:
        """Read a double."""
        return Real(self.emit(f"load double, ptr {slot}"))

    def load_bit(self, slot: Slot) -> Bit:
        """Read a bit."""
        return Bit(self.emit(f"load i1, ptr {slot}"))

    def store(self, kind: str, value: str, slot: Slot) -> None:
        """Write a value of type double or i1."""
        self.lines.append(f"store {kind} {value}, ptr {slot}")

    def arithmetic(self, operation: str, left: Real, right: Real) -> Real:
        """Apply fadd, fsub, fmul or fdiv."""
        return Real(self.emit(f"{operation} double {left}, {right}"))

    def negate(self, value: Real) -> Real:
        """Flip the sign."""
        return Real(self.emit(f"fneg double {value}"))

    def call(self, function: str, *arguments: Real) -> Real:
        """Call a function on doubles."""
        self.declared[function] = len(arguments)
        values = ", ".join(f"double {argument}" for argument in arguments)
        return Real(self.emit(f"call double @{function}({values})"))

    def compare(self, relation: str, left: Real, right: Real) -> Bit:
        """Compare; a comparison with NaN is false but `!=`."""
        return Bit(self.emit(f"fcmp {RELATIONS[relation]} double {left}, {right}"))

    def isnan(self, value: Real) -> Bit:
        """Test for NaN."""
        return Bit(self.emit(f"fcmp uno double {value}, {value}"))

    def every(self, first: Bit, *others: Bit) -> Bit:
        """Return the conjunction."""
        for other in others:
            first = Bit(self.emit(f"and i1 {first}, {other}"))
        return first

    def differ(self, left: Bit, right: Bit) -> Bit:
        """Return whether exactly one is set."""
        return Bit(self.emit(f"xor i1 {left}, {right}"))

    def negation(self, bit: Bit) -> Bit:
        """Return the opposite."""
        return Bit(self.emit(f"xor i1 {bit}, true"))

    def select(self, bit: Bit, then: Real, otherwise: Real) -> Real:
        """Return one of two values, both computed."""
        return Real(self.emit(f"select i1 {bit}, double {then}, double {otherwise}"))

    def number(self, bit: Bit) -> Real:
        """Return 1.0 or 0.0."""
        value = Real(self.emit(f"uitofp i1 {bit} to double"))
        self.bits[value] = bit
        return value

    def truth(self, value: Real) -> Bit:
        """Return whether a value is not zero; NaN is true."""
        return self.bits.get(value) or self.compare("!=", value, real(0.0))

    def label(self) -> Label:
        """Return the name of a new block."""
        return Label(self.name("b"))

    def begin(self, block: Label) -> None:
        """Go on in a block."""
        self.lines.append(f"{block}:")
        self.here = block
        self.ended = False

    def jump(self, block: Label) -> None:
        """End the present block, if nothing has ended it."""
        self.end(f"br label %{block}")

    def branch(self, bit: Bit, then: Label, otherwise: Label) -> None:
        """End the present block by a choice."""
        self.end(f"br i1 {bit}, label %{then}, label %{otherwise}")

    def ret(self, value: Real) -> None:
        """End the present block and the function."""
        self.end(f"ret double {value}")

    def end(self, instruction: str) -> None:
        """Append what ends a block."""
        if not self.ended:
            self.lines.append(instruction)
        self.ended = True

    def phi(self, kind: str, incoming: Sequence[tuple[str, Label]]) -> str:
        """Return the value that the path taken to this block brings."""
        pairs = ", ".join(f"[ {value}, %{block} ]" for value, block in incoming)
        return self.emit(f"phi {kind} {pairs}")

    def text(self, name: str, parameters: int) -> str:
        """Return the whole function; its arguments are %a0, %a1, …"""
        arguments = ", ".join(f"double %a{index}" for index in range(parameters))
        return "\n".join([f"define double @{name}({arguments}) {{", "start:", *self.slots, *self.lines, "}"])

    def locate(self, line: int, place: str = "") -> None:
        """Set the line and place in the source of the next guards."""
        self.line, self.place = line, place

    def guard(self, bad: Bit, cause: Cause) -> None:
        """Fail the call with the cause when the bit is set, else go on."""
        self.record_fault(cause)
        going_on = self.label()
        self.branch(bad, self.failed, going_on)
        self.begin(going_on)

    def record_fault(self, cause: Cause) -> None:
        """Record that this block may go to the failing end, and with which fault."""
        fault = Fault(cause, self.line, self.place)
        self.failing.append((str(self.faults.setdefault(fault, len(self.faults) + 1)), self.here))

    def finite(self, value: Real) -> Bit:
        """Return a bit: neither NaN nor infinite."""
        return self.compare("<", self.call("llvm.fabs.f64", value), real(inf))
