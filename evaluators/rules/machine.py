"""The native target: LLVM set up once, modules optimised and made executable."""

import ctypes
from functools import cache

import llvmlite.binding as llvm

from evaluators.rules.site import LIBM_PREFIX

LIBM = (
    "exp", "exp2", "expm1", "log", "log1p", "log2", "log10", "cbrt", "pow", "sin", "cos", "tan", "asin", "acos",
    "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "fmod", "erf", "erfc",
)  # fmt: skip
INTRINSIC = ("floor", "ceil", "trunc", "rint")


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


def load(text: str) -> llvm.ExecutionEngine:
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
