"""A proposal in words: what is fixed for the problem first, then parents and hint, as the operator's template says.

The fixed part leads so that a server's prefix cache keeps it. Candidate text is quoted as data, between fences that it
cannot close. Nothing but the training gap is told of a parent.
"""

import re
from string import Formatter

from evaluators import algorithms, rules
from evaluators.source import PROGRAM_MODULES
from evo.candidate import Candidate, Message, Operator, Proposal
from problems import Kind, Problem, Signature

FIELDS = ("parents", "hint", "header")
PARENT_CHARACTERS = 8000
DOCSTRING = re.compile(r"^(def [^\n]*:\n)[ \t]+(\"{3}|'{3})[^\"']*\2[ \t]*\n", re.MULTILINE)


def check_operator(operator: Operator) -> None:
    """See to it that an operator's template can be rendered.

    Raises:
        ValueError: one line that names the operator and what is wrong.
    """
    try:
        fields = {name for _, name, _, _ in Formatter().parse(operator.template) if name is not None}
    except ValueError as error:
        raise ValueError(f"Operator {operator.name}: its template has a stray brace ({error}).") from None
    unknown = sorted(fields - set(FIELDS))
    if unknown:
        raise ValueError(f"Operator {operator.name}: unknown fields {unknown} in its template; known are {FIELDS}.")
    if not fields:
        raise ValueError(f"Operator {operator.name}: its template uses none of the fields {FIELDS}.")
    if ("hint" in fields) != bool(operator.hints):
        raise ValueError(f"Operator {operator.name}: it needs both hints and a field {{hint}}, or neither.")


def render(proposal: Proposal, problem: Problem) -> tuple[Message, ...]:
    """Return the prompt: one user message, since some models know no system role; its hint is the proposal's draw."""
    operator = proposal.operator
    hint = str(operator.hints[int(proposal.rng().integers(len(operator.hints)))]) if operator.hints else ""
    asked = operator.template.format(
        parents="\n\n".join(_quote(parent) for parent in proposal.parents),
        hint=hint,
        header="\n".join(signature.header() for signature in problem.signatures),
    )
    return (Message("user", f"{task(problem)}\n\n{asked.strip()}"),)


def task(problem: Problem) -> str:
    """Return the fixed part: the problem, the functions to write, and the language they are written in."""
    signatures = "\n".join(_describe(signature) for signature in problem.signatures)
    return f"{problem.description.strip()}\n\n{signatures}\n\n{_language(problem.kind)}"


def _language(kind: Kind) -> str:
    if kind is not Kind.PROGRAM:
        return {Kind.RULE: rules.LANGUAGE, Kind.ALGORITHM: algorithms.LANGUAGE}[kind].strip()
    modules = ", ".join(PROGRAM_MODULES)
    return f"Write plain Python. Importable modules: {modules}. There are no files, no network and no other processes."


def _describe(signature: Signature) -> str:
    parameters = [f"    {parameter.name}: {parameter.meaning}" for parameter in signature.parameters]
    return "\n".join([signature.header(), *parameters, f"    returns: {signature.returns}"])


def _quote(parent: Candidate) -> str:
    """Return a parent between fences longer than any in its text, with its gap on the training instances.

    Plain docstrings are left out: models recite them, and the rule that they name, instead of changing the code.
    """
    source = DOCSTRING.sub(r"\1", parent.source).strip()
    if len(source) > PARENT_CHARACTERS:
        source = source[:PARENT_CHARACTERS] + "\n# (cut here)"
    fence = "```"
    while fence in source:
        fence += "`"
    return f"Gap {-100 * parent.fitness:.3f} % (less is better):\n{fence}python\n{source}\n{fence}"
