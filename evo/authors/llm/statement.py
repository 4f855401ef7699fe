"""The fixed part of every prompt: the problem, the functions to write, and the language they are written in."""

import re

from evaluators import algorithms, rules
from evaluators.source import PROGRAM_MODULES
from evo.authors.llm.contract import tokens_at_most
from problems import Kind, Problem, Signature

SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
AIM = re.compile(r"minimi[sz]|maximi[sz]", re.IGNORECASE)
MODULES = ", ".join(PROGRAM_MODULES)
LANGUAGES = {
    Kind.RULE: rules.LANGUAGE,
    Kind.ALGORITHM: algorithms.LANGUAGE,
    Kind.PROGRAM: f"Write plain Python. Importable modules: {MODULES}. No files, no network, no other processes.",
}
IN_SHORT = {
    Kind.RULE: rules.LANGUAGE_IN_SHORT,
    Kind.ALGORITHM: algorithms.LANGUAGE_IN_SHORT,
    Kind.PROGRAM: "Plain Python, with numpy or scipy where it helps. No files, no network.",
}


def task(problem: Problem, most_tokens: int) -> str:
    """Return the fixed part of prompts of at most `most_tokens`.

    Where it would take more than half of them, as for a small model, the language and the problem are told in short.
    """
    whole = _stated(problem, problem.description, LANGUAGES[problem.kind])
    if 2 * tokens_at_most(whole) <= most_tokens:
        return whole
    return _stated(problem, _in_short(problem.description), IN_SHORT[problem.kind])


def _stated(problem: Problem, description: str, language: str) -> str:
    signatures = "\n".join(_described(signature) for signature in problem.signatures)
    return f"{description.strip()}\n\n{signatures}\n\n{language.strip()}"


def _in_short(description: str) -> str:
    """Return the first sentence of a description, and those that say what is minimised or maximised."""
    first, *others = SENTENCE_END.split(description.strip())
    return " ".join([first, *(sentence for sentence in others if AIM.search(sentence))])


def _described(signature: Signature) -> str:
    """Return a signature as a list: small models copy what looks like the inside of a function."""
    parameters = [f"- {parameter.name}: {parameter.meaning}" for parameter in signature.parameters]
    return "\n".join([signature.header(), *parameters, f"- returns: {signature.returns}"])
