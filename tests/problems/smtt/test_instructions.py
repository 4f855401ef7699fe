"""The edits that carry knowledge: short imperative sentences about names that a rule knows."""

import re

from problems import Instructed
from problems.smtt import Smtt, SmttAlgorithm
from problems.smtt.baselines import PRIORITY
from problems.toy import Toy

KNOWN = {parameter.name for parameter in PRIORITY.parameters} | {"math", "exp", "max", "slack"}


def test_rules_have_instructions_and_other_kinds_and_the_toy_have_none() -> None:
    assert isinstance(Smtt(), Instructed)
    assert not any(isinstance(problem, Instructed) for problem in (SmttAlgorithm(), Toy()))


def test_each_is_one_short_sentence_and_none_stands_twice() -> None:
    assert len(set(Smtt.instructions)) == len(Smtt.instructions) >= 10
    for instruction in Smtt.instructions:
        assert re.fullmatch(r"[A-Z].{20,110}\.", instruction), instruction


def test_their_formulas_use_names_that_a_rule_knows() -> None:
    for instruction in Smtt.instructions:
        names = re.findall(r"\b[a-z]+_[a-z_]+\b|\b[a-z]\b(?!\w)", instruction)
        assert set(names) - {"a"} <= KNOWN, instruction
