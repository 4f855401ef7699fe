"""The language of rules and algorithms: one reader, one tree, and three back ends that walk it.

CPython runs both kinds as the reference (`cpython`), LLVM compiles rules (`llvm`), numba algorithms (`numba`).
"""

from evaluators.language.cpython.algorithms import RunnableAlgorithm, interpret_algorithm
from evaluators.language.cpython.rules import OperationCount, interpret_rules
from evaluators.language.errors import Cause, Fault, RuleError
from evaluators.language.facts import facts_of_algorithm, facts_of_rules
from evaluators.language.llvm.native import CompiledRule, CompiledRules, compile_rules
from evaluators.language.llvm.native import warm as warm_rules
from evaluators.language.numba.native import compile_algorithm
from evaluators.language.numba.native import warm as warm_algorithms
from evaluators.language.prose import (
    ALGORITHM_LANGUAGE,
    ALGORITHM_LANGUAGE_IN_SHORT,
    RULE_LANGUAGE,
    RULE_LANGUAGE_IN_SHORT,
)
from evaluators.language.reading import read_algorithm, read_rules
from evaluators.language.versions import LANGUAGE_VERSION, changed_constructs

__all__ = [
    "ALGORITHM_LANGUAGE",
    "ALGORITHM_LANGUAGE_IN_SHORT",
    "LANGUAGE_VERSION",
    "RULE_LANGUAGE",
    "RULE_LANGUAGE_IN_SHORT",
    "Cause",
    "CompiledRule",
    "CompiledRules",
    "Fault",
    "OperationCount",
    "RuleError",
    "RunnableAlgorithm",
    "changed_constructs",
    "compile_algorithm",
    "compile_rules",
    "facts_of_algorithm",
    "facts_of_rules",
    "interpret_algorithm",
    "interpret_rules",
    "read_algorithm",
    "read_rules",
    "warm_algorithms",
    "warm_rules",
]
