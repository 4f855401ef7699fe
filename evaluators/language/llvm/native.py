"""Compiled rules: native functions made by LLVM, which Python and numba's kernels call, and the cells they share."""

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import llvmlite.binding as llvm

from evaluators.language.errors import Fault, RuleError
from evaluators.language.llvm.builder import ERROR_CELL, LIBM_PREFIX, WORK_CELL
from evaluators.language.llvm.codegen import emit_module
from evaluators.language.numba.internals import AddressedFunction
from evaluators.language.reading import read_rules
from problems import Signature

LIBM = (
    "exp", "exp2", "expm1", "log", "log1p", "log2", "log10", "cbrt", "pow", "sin", "cos", "tan", "asin", "acos",
    "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "fmod", "erf", "erfc",
)  # fmt: skip
INTRINSIC = ("floor", "ceil", "trunc", "rint")


class CompiledRule(AddressedFunction):
    """One native function; numba's kernels call it by address, Python by ctypes.

    A call that fails returns NaN: `CompiledRules.check` says why. It keeps its machine code alive.
    """

    def __init__(self, engine: llvm.ExecutionEngine, native: str, arity: int) -> None:
        self.arity = arity
        self.engine = engine
        self.address = int(engine.get_function_address(native))
        self.native: Callable[..., float] = ctypes.CFUNCTYPE(*[ctypes.c_double] * (arity + 1))(self.address)

    def __call__(self, *arguments: float) -> float:
        """Call the native function."""
        return self.native(*arguments)


@dataclass(frozen=True, slots=True)
class CompiledRules:
    """The promised functions in the order of the signatures; since the last reset, the first fault and the work."""

    functions: tuple[CompiledRule, ...]
    faults: tuple[Fault, ...]
    cell: ctypes.c_uint64
    work: ctypes.c_int64

    @property
    def operations(self) -> int:
        """The operations (`evaluators/work.py`) of all calls since the last reset."""
        return self.work.value

    def check(self) -> None:
        """Raise the first fault of any call since the last reset.

        Raises:
            RuleError: a call had no value; its message names line and cause.
        """
        if self.cell.value:
            raise RuleError(self.faults[self.cell.value - 1])

    def reset(self) -> None:
        """Forget the fault and the work."""
        self.cell.value = self.work.value = 0


def compile_rules(source: str, signatures: Sequence[Signature]) -> CompiledRules:
    """Read, check and compile the source of a rule.

    Raises:
        Refused: the source is no Python or not in the rule language.
    """
    emitted = emit_module(read_rules(source, signatures))
    engine = load_module(emitted.text)
    functions = tuple(CompiledRule(engine, emitted.names[s.name], len(s.parameters)) for s in signatures)
    cell = ctypes.c_uint64.from_address(engine.get_global_value_address(ERROR_CELL))
    work = ctypes.c_int64.from_address(engine.get_global_value_address(WORK_CELL))
    return CompiledRules(functions, emitted.faults, cell, work)


@cache
def warm() -> llvm.Target:
    """Set LLVM up; the zygote calls this once, so that its forks need no file and find every symbol by address."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    process = ctypes.CDLL(None)
    for name in LIBM:
        llvm.add_symbol(LIBM_PREFIX + name, address_of(process, name))
    for name in INTRINSIC:
        llvm.add_symbol(name, address_of(process, name))
    return llvm.Target.from_default_triple()


def address_of(library: ctypes.CDLL, name: str) -> int:
    """Return the address of a library's function."""
    address = ctypes.cast(getattr(library, name), ctypes.c_void_p).value
    if address is None:
        raise OSError(f"Expected {name} in the C library.")
    return address


@cache
def host() -> tuple[str, str]:
    """Return the processor's name and features."""
    return llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()


def load_module(text: str) -> llvm.ExecutionEngine:
    """Optimise a module and make it executable; the addresses live as long as the engine."""
    cpu, features = host()
    machine = warm().create_target_machine(cpu=cpu, features=features, opt=0, jit=True)
    module = llvm.parse_assembly(text)
    module.triple = llvm.get_process_triple()
    module.data_layout = str(machine.target_data)
    optimise(module, machine)
    engine = llvm.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    return engine


def optimise(module: llvm.ModuleRef, machine: llvm.TargetMachine) -> None:
    """Run the few passes that pay: variables into registers, simpler instructions, fewer branches."""
    builder = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=1))
    passes = llvm.create_new_function_pass_manager()
    passes.add_sroa_pass()
    passes.add_instruction_combine_pass()
    passes.add_simplify_cfg_pass()
    for function in module.functions:
        if not function.is_declaration:
            passes.run(function, builder)
