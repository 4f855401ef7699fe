"""Rules: checked scalar functions, compiled alone or interpreted by plain Python with the same meaning."""

from evaluators.rules.errors import Cause, Fault, RuleError
from evaluators.rules.interpreter import OperationCount, interpret_rules
from evaluators.rules.language import LANGUAGE, LANGUAGE_IN_SHORT
from evaluators.rules.native import CompiledRule, CompiledRules, compile_rules, warm
from evaluators.rules.reading import facts, read_rules

__all__ = [
    "LANGUAGE",
    "LANGUAGE_IN_SHORT",
    "Cause",
    "CompiledRule",
    "CompiledRules",
    "Fault",
    "OperationCount",
    "RuleError",
    "compile_rules",
    "facts",
    "interpret_rules",
    "read_rules",
    "warm",
]
