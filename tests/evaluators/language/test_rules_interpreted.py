"""The compiled rule, its reference interpreter and CPython itself agree."""

import math
import struct
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluators.language import Cause, Fault, OperationCount, RuleError, compile_rules, interpret_rules
from problems import Parameter, Signature

SIGNATURES = (Signature("f", tuple(Parameter(name, "a number") for name in "abc"), "a number"),)
HEADER = "import math\nimport numpy as np\nfrom math import exp\n"
INPUTS = (0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 3.0, -2.5, 7.25, 1e-300, 5e-324, 1e16, 1e300, -1e308, math.inf, -math.inf)
FUNCTIONS = (
    "abs bool float int round exp math.exp math.exp2 math.expm1 math.log math.log1p math.log2 math.log10 math.sqrt"
    " math.cbrt math.sin math.cos math.tan math.asin math.acos math.atan math.sinh math.cosh math.tanh math.asinh"
    " math.acosh math.atanh math.floor math.ceil math.trunc math.erf math.erfc math.degrees math.radians math.isnan"
    " math.isinf math.isfinite np.sign np.square"
)
BINARY = "math.log math.atan2 math.pow math.fmod math.copysign pow min max np.power np.maximum np.mod np.divide"
CAUSES = {
    ZeroDivisionError: Cause.ZERO_DIVISION,
    OverflowError: Cause.OVERFLOW,
    ValueError: Cause.DOMAIN,
    UnboundLocalError: Cause.UNASSIGNED,
}
WHOLE = {"bool", "int", "round", "math.floor", "math.ceil", "math.trunc", "math.isnan", "math.isinf", "math.isfinite"}
LITERALS = ["0", "1", "2", "3", "0.5", "-1", "1e-3", "1e200", "7", "1.75", "True", "math.pi", "K"]
REALS = ["0.0", "1.0", "2.0", "0.5", "1e-3", "1e200", "7.0", "math.pi"]
PLAIN_OPERATORS = ["+", "-", "*", "/", "//", "%"]
OPERATORS = [*PLAIN_OPERATORS, "**"]
NOT_PLAIN = {"pow", "math.copysign", "np.power", "np.maximum", "np.mod", "np.divide"}
RELATIONS = ["<", "<=", ">", ">=", "==", "!="]


def expressions(names: list[str], plain: bool) -> st.SearchStrategy[str]:
    """Return random expressions; plain ones never let an int, bool or complex be a number."""
    functions = [name for name in FUNCTIONS.split() if not (plain and (name in WHOLE or name.startswith("np")))]
    binary = [name for name in BINARY.split() if not (plain and name in NOT_PLAIN)]
    operators = PLAIN_OPERATORS if plain else OPERATORS

    def extend(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        condition = st.builds("({} {} {} {} {})".format, inner, relation, inner, relation, inner) | st.builds(
            "({} {} {})".format, inner, relation, inner
        )
        numbers = [
            st.builds("({} {} {})".format, inner, st.sampled_from(operators), inner),
            st.builds("(-{})".format, inner),
            st.builds("{}({})".format, st.sampled_from(functions), inner),
            st.builds("{}({}, {})".format, st.sampled_from(binary), inner, inner),
            st.builds("({} if {} else {})".format, inner, condition, inner),
            st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
            st.builds("helper({}, {})".format, inner, inner),
        ]
        if not plain:
            numbers += [
                condition,
                st.builds("(not {})".format, inner),
                st.builds("helper({})".format, inner),
                st.builds("np.where({}, {}, {})".format, inner, inner, inner),
                st.builds("np.clip({}, {}, {})".format, inner, inner, inner),
            ]
        return st.one_of(numbers)

    relation = st.sampled_from(RELATIONS)
    return st.recursive(st.sampled_from(names + (REALS if plain else LITERALS)), extend, max_leaves=6)


def indent(lines: list[str]) -> list[str]:
    return ["    " + line for line in lines]


def blocks(plain: bool, depth: int, loop: bool) -> st.SearchStrategy[list[str]]:
    """Return random statements over the parameters and two variables that may have no value yet."""
    value = expressions(["a", "b", "c", "x", "y"], plain)
    target = st.sampled_from(["x", "y", "a"])
    simple = [
        st.builds(lambda t, v: [f"{t} = {v}"], target, value),
        st.builds(lambda v, w: [f"x, y = {v}, {w}"], value, value),
        st.builds(
            lambda t, o, v: [f"{t} {o}= {v}"], target, st.sampled_from(PLAIN_OPERATORS if plain else OPERATORS), value
        ),
        st.builds(lambda v: [f"return {v}"], value),
    ]
    if loop:
        simple.append(st.sampled_from([["break"], ["continue"]]))
    one = st.one_of(simple)
    if depth:
        n = f"n{depth}"  # one per level, or a broken inner loop would start the outer one again
        inner, looped = blocks(plain, depth - 1, loop), blocks(plain, depth - 1, True)
        step = st.sampled_from(["1", "2", "-1"] if plain else ["1", "2", "-1", "0", "0.5"])
        stop = st.sampled_from(["3", "0"]) if plain else st.sampled_from(["3", "min(max(b, -3), 3)", "0"])
        one |= st.builds(lambda v, t, e: [f"if {v}:", *indent(t), "else:", *indent(e)], value, inner, inner)
        one |= st.builds(lambda t, s, d, b: [f"for {t} in range(1, {s}, {d}):", *indent(b)], target, stop, step, looped)
        one |= st.builds(
            lambda b, e: [f"{n} = 0.0", f"while {n} < 3:", f"    {n} += 1", *indent(b), "else:", *indent(e)],
            looped,
            inner,
        )
    return st.lists(one, min_size=1, max_size=3).map(lambda parts: [line for part in parts for line in part])


def sources(plain: bool) -> st.SearchStrategy[str]:
    helper = expressions(["u", "v"], plain=True).filter(lambda text: "helper" not in text)
    body = blocks(plain, 2, loop=False)
    result = expressions(["a", "b", "c", "x"], plain)
    top = f"{HEADER}K = 2 ** 0.5\ndef helper(u, v=2):\n    return"
    begin = ["if a > c or b == 1:", "    x, y = 1.0, b"]
    return st.builds(
        lambda h, b, r: "\n".join([f"{top} {h}", "def f(a, b, c):", *indent([*begin, *b, f"return {r}"])]),
        helper,
        body,
        result,
    )


def result_of(function: Callable[..., float], arguments: tuple[float, ...], check: Callable[[], None]) -> object:
    """Return the bits of the value, or cause and line of the fault."""
    try:
        value = function(*arguments)
        check()
    except RuleError as error:
        # CPython 3.11 fuses two instructions and may then give the line before the unassigned variable's.
        line = 0 if error.fault.cause is Cause.UNASSIGNED else error.fault.line
        return error.fault.cause, line
    return struct.pack("<d", value)


def python_result(function: Callable[..., object], arguments: tuple[float, ...]) -> object:
    """Return the bits of Python's answer, or the cause that the language gives for its error."""
    try:
        value = function(*arguments)
    except tuple(CAUSES) as error:
        complex_power = isinstance(error, OverflowError) and "complex" in str(error)
        return Cause.DOMAIN if complex_power else CAUSES[type(error)]
    if not isinstance(value, float):
        return Cause.DOMAIN
    return struct.pack("<d", value) if math.isfinite(value) else Cause.NOT_FINITE


POINTS = st.lists(st.tuples(*[st.sampled_from(INPUTS) | st.floats(allow_nan=False)] * 3), min_size=8, max_size=8)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(sources(plain=False), POINTS)
def test_compiled_and_interpreted_rule_agree_bit_for_bit_and_in_their_work(
    source: str, inputs: list[tuple[float, ...]]
) -> None:
    compiled = compile_rules(source, SIGNATURES)
    count = OperationCount()
    (interpreted,) = interpret_rules(source, SIGNATURES, count)
    for point in inputs:
        compiled.reset()
        count.operations = 0
        found = result_of(compiled.functions[0], point, compiled.check)
        assert found == result_of(interpreted, point, lambda: None)
        if not isinstance(found, tuple):  # what of a block has run when it fails is not counted alike
            assert compiled.operations == count.operations


@settings(max_examples=50, deadline=None, derandomize=True)
@given(sources(plain=True), POINTS)
def test_the_interpreter_means_what_python_means(source: str, inputs: list[tuple[float, ...]]) -> None:
    names: dict[str, Callable[..., object]] = {}
    exec(source, names)
    (interpreted,) = interpret_rules(source, SIGNATURES)
    for point in inputs:
        expected = python_result(names["f"], point)
        found = result_of(interpreted, point, lambda: None)
        assert (found[0] if isinstance(found, tuple) else found) == expected


@pytest.mark.parametrize(
    ("body", "work"),
    [
        ("return a", 0),
        ("return -a + -1", 2),
        ("return max(a + b, c)", 2),
        ("return min(a, b, c)", 2),
        ("return math.exp(a) + np.power(a, 2)", 21),
        ("return 1 if a < b < c and not a else helper(b)", 7),
        ("x = y = a * b\n    x += 1\n    return x", 2),
        ("x = 0\n    for i in range(3):\n        x += i\n    return x", 6),
        ("x = 0\n    while x < 3:\n        x += 1\n    return x", 10),
        ("if a > 0:\n        return a * 2\n    return a + 1 + 1", 2),
    ],
)
def test_an_operator_that_runs_costs_one_and_a_dear_function_ten(body: str, work: int) -> None:
    source = f"{HEADER}def helper(u):\n    return u + 1\ndef f(a, b, c):\n    {body}\n"
    rules, count = compile_rules(source, SIGNATURES), OperationCount()
    rules.functions[0](1.0, 2.0, 3.0)
    interpret_rules(source, SIGNATURES, count)[0](1.0, 2.0, 3.0)
    assert (rules.operations, count.operations) == (work, work)


@pytest.mark.parametrize("name", [name for name in FUNCTIONS.split() if not name.startswith("np.")])
def test_each_function_has_the_bits_of_pythons(name: str) -> None:
    compiled = compile_rules(f"{HEADER}def f(a, b, c):\n    return {name}(a)\n", SIGNATURES)
    python = eval(name, {"math": math, "exp": math.exp})
    for x in [*INPUTS, *(0.1 * k for k in range(-200, 200)), *(1.7**k for k in range(-900, 900))]:
        compiled.reset()
        value = compiled.functions[0](x, 0.0, 0.0)
        try:
            expected = float(python(x))
        except (ValueError, OverflowError) as error:
            with pytest.raises(RuleError) as raised:
                compiled.check()
            cause = Cause.OVERFLOW if isinstance(error, OverflowError) else Cause.DOMAIN
            assert raised.value.fault == Fault(cause, 5, f"{name.removeprefix('math.')}()"), x
        else:
            if math.isfinite(expected):
                compiled.check()
                assert struct.pack("<d", value) == struct.pack("<d", expected), x


@pytest.mark.parametrize("operation", ["a ** b", "a // b", "a % b", "a / b", "math.pow(a, b)", "math.fmod(a, b)"])
def test_each_operator_has_the_bits_and_errors_of_pythons(operation: str) -> None:
    compiled = compile_rules(f"{HEADER}def f(a, b, c):\n    return {operation}\n", SIGNATURES)
    python = eval(f"lambda a, b: {operation}", {"math": math})
    points = [*INPUTS, *(float(k) / 3 for k in range(-12, 13)), 1e308, -3.0]
    for a in points:
        for b in points:
            compiled.reset()
            found = result_of(compiled.functions[0], (a, b, 0.0), compiled.check)
            cause = found[0] if isinstance(found, tuple) else found
            assert cause == python_result(python, (a, b)), (a, b)
