import math
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numba import cfunc, float64
from numba.core.types import WrapperAddressProtocol

from problems import Instance, Rule, Signature


class NativeRule(WrapperAddressProtocol):
    """A rule that a kernel calls by address, and that Python can call too."""

    def __init__(self, function: Rule, parameters: int) -> None:
        self.shape = float64(*[float64] * parameters)
        self.function = function
        self.compiled = cfunc(self.shape)(function)

    def __wrapper_address__(self) -> int:
        return int(self.compiled.address)

    def signature(self) -> object:
        return self.shape

    def __call__(self, *arguments: float) -> float:
        return self.function(*arguments)


def plain_rule(source: str, signature: Signature) -> Rule:
    namespace: dict[str, object] = {"math": math}
    exec(source, namespace)
    function = namespace[signature.name]
    assert callable(function)
    return function


@pytest.fixture(scope="session")
def native() -> Callable[[str, Signature], NativeRule]:
    made: dict[tuple[str, str], NativeRule] = {}

    def make(source: str, signature: Signature) -> NativeRule:
        key = (source, signature.name)  # one source may define several functions
        if key not in made:
            made[key] = NativeRule(plain_rule(source, signature), len(signature.parameters))
        return made[key]

    return make


@pytest.fixture(scope="session")
def plain() -> Callable[[str, Signature], Rule]:
    return plain_rule


@pytest.fixture(scope="session")
def instance_of() -> Callable[[list[tuple[int, int]]], Instance]:
    """An instance from its jobs, each a pair of processing time and due date."""

    def make(jobs: list[tuple[int, int]]) -> Instance:
        p, d = np.array(jobs, dtype=np.int64).T.copy()
        return Instance("drawn", "drawn", (p, d), scale=1.0)

    return make


@pytest.fixture(scope="session")
def printed_by() -> Callable[[str], str]:
    """Run a script in a process of its own, and return what it prints."""

    def run(script: str) -> str:
        root = Path(__file__).parents[2]
        return subprocess.run(
            [sys.executable, "-c", script], cwd=root, capture_output=True, check=True, text=True
        ).stdout

    return run
