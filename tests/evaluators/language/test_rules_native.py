"""Compiled rules as kernels use them: through numba, through Python, and with the error cell."""

import math
import os
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from evaluators.language import Cause, CompiledRule, CompiledRules, Fault, RuleError, compile_rules, interpret_rules
from problems import Parameter, Signature

SIGNATURES = (
    Signature("f", (Parameter("a", "a number"), Parameter("b", "a number")), "a number"),
    Signature("g", (Parameter("a", "a number"),), "a number"),
)
SOURCE = """
def half(x):
    return x / 2
def f(a, b):
    return half(a) / b
def g(a):
    if a > 0:
        return a ** 400
"""


@pytest.fixture(name="rules")
def compiled_rules() -> CompiledRules:
    return compile_rules(SOURCE, SIGNATURES)


def test_a_numba_kernel_calls_rules_by_address(rules: CompiledRules) -> None:
    @numba.njit
    def kernel(f: CompiledRule, g: CompiledRule) -> float:
        return f(6.0, 2.0) + g(1.0)

    assert kernel(*rules.functions) == 2.5
    rules.check()


def test_a_failed_call_returns_nan_and_the_first_fault_is_kept_until_reset(rules: CompiledRules) -> None:
    f, g = rules.functions
    assert math.isnan(f(1.0, 0.0))
    assert math.isnan(g(-1.0))
    with pytest.raises(RuleError) as raised:
        rules.check()
    assert str(raised.value) == "line 5: division by zero"
    assert raised.value.fault == Fault(Cause.ZERO_DIVISION, 5)
    rules.reset()
    rules.check()
    assert f(1.0, 1.0) == 0.5


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return a / b", "line 3: division by zero"),
        ("return a // b", "line 3: division by zero"),
        ("return a % b", "line 3: division by zero"),
        ("return b ** -a", "line 3: division by zero"),
        ("return math.exp(a * 1000)", "line 3: result too large for a float (overflow) in exp()"),
        ("return 10 ** 10 ** 9", "line 3: result too large for a float (overflow)"),
        ("return math.log(b)", "line 3: math domain error in log()"),
        ("return math.sqrt(-a)", "line 3: math domain error in sqrt()"),
        ("return (-a) ** 0.5", "line 3: math domain error"),
        ("return int(float('inf') - float('inf'))", "line 3: math domain error in int()"),
        ("return int(float('inf'))", "line 3: result too large for a float (overflow) in int()"),
        ("if b: x = 1\n    return x", "line 4: variable used before a value is assigned in 'x'"),
        ("x += 1\n    return x", "line 3: variable used before a value is assigned in 'x'"),
        ("if b: return 1", "line 2: the function ended without return"),
        ("return a * 1e308 * 10", "line 3: the rule returned NaN or infinity"),
        ("for i in range(0.5): pass\n    return 1", "line 3: range() needs whole numbers"),
        ("for i in range(0, 1, b): pass\n    return 1", "line 3: range() needs whole numbers"),
        ("for i in range(1e300): pass\n    return 1", "line 3: range() needs whole numbers"),
    ],
)
def test_each_fault_is_told_with_its_line(body: str, message: str) -> None:
    signature = (SIGNATURES[0],)
    source = f"import math\ndef f(a, b):\n    {body}\n"
    compiled = compile_rules(source, signature)
    assert math.isnan(compiled.functions[0](1.0, 0.0))
    with pytest.raises(RuleError) as raised:
        compiled.check()
    assert str(raised.value).startswith(message)
    with pytest.raises(RuleError) as of_interpreter:
        interpret_rules(source, signature)[0](1.0, 0.0)
    assert of_interpreter.value.fault.cause is raised.value.fault.cause


def test_each_compilation_has_an_error_cell_of_its_own(rules: CompiledRules) -> None:
    other = compile_rules(SOURCE, SIGNATURES)
    rules.functions[0](1.0, 0.0)
    other.check()


def test_a_function_outlives_the_rules_it_came_from() -> None:
    functions = [compile_rules(SOURCE, SIGNATURES).functions[0] for _ in range(20)]
    assert [function(4.0, 2.0) for function in functions] == [1.0] * 20


def run(program: str, **environment: str) -> str:
    """Return what a program prints in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", PRELUDE + program],
        cwd=Path(__file__).parents[3],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


PRELUDE = """
import numba, resource
from evaluators.language import compile_rules, warm_rules as warm
from problems import Parameter, Signature
signature = Signature("f", (Parameter("a", "a number"),), "a number")
"""


def test_kernels_without_jit_call_rules_as_python_functions() -> None:
    program = """
rules = compile_rules("def f(a):\\n    return a + 1", (signature,))
kernel = numba.njit(lambda f: f(1.0))
print(kernel(rules.functions[0]))
"""
    assert run(program, NUMBA_DISABLE_JIT="1") == "2.0\n"


def test_a_warm_process_compiles_without_opening_files() -> None:
    program = """
warm()
resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
source = "import math\\ndef f(a):\\n    return math.erf(math.floor(a ** 1.5 % 7) // 3) + math.cbrt(round(a))"
print(compile_rules(source, (signature,)).functions[0](8.0))
"""
    assert run(program) == "2.0\n"
