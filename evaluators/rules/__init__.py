"""Rules: checked scalar functions, compiled alone or interpreted by plain Python with the same meaning."""

from evaluators.rules.compiled import CompiledRule, CompiledRules, compile_rules
from evaluators.rules.errors import Cause, Fault, RuleError
from evaluators.rules.language import LANGUAGE, LANGUAGE_IN_SHORT
from evaluators.rules.machine import warm
from evaluators.rules.reading import facts, read_rules
from evaluators.rules.twin import Count, interpret_rules

__all__ = [
    "LANGUAGE",
    "LANGUAGE_IN_SHORT",
    "Cause",
    "CompiledRule",
    "CompiledRules",
    "Count",
    "Fault",
    "RuleError",
    "compile_rules",
    "facts",
    "interpret_rules",
    "read_rules",
    "warm",
]
