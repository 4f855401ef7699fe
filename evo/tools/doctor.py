"""Does everything that a run needs work on this machine?"""

import asyncio
import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import numba
import pulp

from evaluators import Isolation
from evaluators.sandbox import probe
from evo.authors.llm import LLMSettings, Price, fault_of_key, reachable
from evo.authors.llm.listed_prices import source
from evo.authors.llm.settings import OF_TEXTS
from evo.tools.check import CheckResult
from problems.kernels import cache_folder, compiled

PACKAGES = ("numpy", "numba", "llvmlite", "highspy", "pulp", "hydra-core", "sqlalchemy", "litellm", "openai", "rich")
SECONDS = 10.0
NOT_KEPT = (
    "keeps no machine code, so that each start compiles anew: set NUMBA_CACHE_DIR to a folder that can be written"
)


def diagnose(
    llm: LLMSettings, required: Isolation, key_variables: Mapping[str, str], fault: str = ""
) -> tuple[CheckResult, ...]:
    """Try everything; `key_variables` maps the names of llm settings to the variables of their keys (never printed).

    `fault` is what is wrong with the settings, which are then the usual ones.
    """
    return (
        *((CheckResult("settings", False, fault),) if fault else ()),
        CheckResult("python", True, f"{platform.python_version()} on {platform.system()} {platform.machine()}"),
        CheckResult("packages", True, ", ".join(f"{name} {version(name)}" for name in PACKAGES)),
        compiler(),
        solver(),
        isolation(required),
        keys(key_variables, llm),
        endpoint(llm),
    )


def compiler() -> CheckResult:
    """Compile a function by numba as kernels are, and call it."""
    kernel = compiled(_successor)
    try:
        answer = kernel(41)
    except numba.core.errors.NumbaError as error:
        return CheckResult("numba", False, str(error).splitlines()[0])
    folder = cache_folder(kernel)
    kept = f"keeps machine code below {Path(folder).parent}" if folder else NOT_KEPT
    return CheckResult("numba", answer == 42, f"compiles and calls; {kept}")


def solver() -> CheckResult:
    """Solve max 2x + y, x + y <= 3.5, x <= 2, integers, by HiGHS through PuLP: 5 at (2, 1)."""
    model = pulp.LpProblem("doctor", pulp.LpMaximize)
    x = model.add_variable("x", 0, 2, pulp.LpInteger)
    y = model.add_variable("y", 0, None, pulp.LpInteger)
    model += 2 * x + y
    model += x + y <= 3.5
    try:
        model.solve(pulp.HiGHS(msg=False, threads=1))
    except pulp.PulpSolverError as error:
        return CheckResult("solver", False, f"HiGHS: {error}")
    found = pulp.value(model.objective)
    return CheckResult("solver", found == 5, f"HiGHS through PuLP finds {found:g} of 5")


def isolation(required: Isolation) -> CheckResult:
    """Probe the layers that confine candidates."""
    probed = probe()
    detail = f"level {probed.level}, required {required}" + (f"; {probed.missing}" if probed.missing else "")
    return CheckResult("isolation", probed.level <= required, detail)


def keys(variables: Mapping[str, str], llm: LLMSettings) -> CheckResult:
    """Say which keys of language models are set, and what is wrong with one."""
    values = {name: os.environ.get(variable, "").strip() for name, variable in variables.items()}
    present = [
        f"{name} ({variables[name]}{f', which {fault}' if (fault := fault_of_key(key)) else ''})"
        for name, key in values.items()
        if key
    ]
    none = f"none set{'; the embedded author needs none' if llm.provider == 'embedded' else ''}"
    return CheckResult("keys", True, f"set: {', '.join(present)}" if present else none)


def endpoint(llm: LLMSettings) -> CheckResult:
    """Ask the model for one token."""
    if llm.provider == "embedded":
        return CheckResult("endpoint", True, "the embedded author needs none; try `evo doctor llm=NAME`")
    if all(model.provider == "human" for model in llm.each().values()):
        where = "prompts are written to prompts/ of the run's folder, replies are read from replies/"
        return CheckResult("endpoint", True, f"{where}; {_price(llm)}")
    fault = asyncio.run(reachable(llm, seconds=SECONDS, asks=True))
    return CheckResult("endpoint", fault is None, fault or f"{llm.model} answers; {_price(llm)}")


def _price(llm: LLMSettings) -> str:
    """Say what is known of prices, and from where."""
    told = []
    for name, model in llm.each().items():
        is_listed = model.price_in is None and not model.local and model.provider not in OF_TEXTS
        price = model.price()
        listed = f", from {source()}" if is_listed and price is not None else ""
        told.append(f"price of {name} {_amounts(price)}{listed}")
    return "; ".join(told)


def _amounts(price: Price | None) -> str:
    if price is None:
        return "unknown"
    tokens = f"${price.prompt:g} in, ${price.completion:g} out per million tokens"
    call = f"${price.call:g} a call"
    if not price.call:
        return tokens
    return f"{tokens}, {call}" if price.prompt or price.completion else call


def _successor(number: int) -> int:
    return number + 1
