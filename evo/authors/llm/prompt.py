"""A proposal in words: what is fixed for the problem, then what the operator's template says.

The fixed part leads so that a prefix cache keeps it; shipped templates go on with their own fixed text. Candidate text
is quoted as data, between fences that it cannot close. Of instances only those of training are told.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from evaluators.language import (
    ALGORITHM_LANGUAGE,
    ALGORITHM_LANGUAGE_IN_SHORT,
    RULE_LANGUAGE,
    RULE_LANGUAGE_IN_SHORT,
)
from evaluators.source import PROGRAM_MODULES
from evo.authors.llm.conditions import Conditions
from evo.authors.llm.contract import prompt_tokens_at_most, tokens_at_most
from evo.authors.llm.evidence import Part, evidence_parts, told_gap
from evo.authors.llm.quoting import as_shown, fenced_code, inline
from evo.authors.llm.templates import fields_of, filled, hints_of
from evo.core.context import Context
from evo.core.records import Broken, Candidate, Message, Proposal, Wanted
from problems import Kind, Problem, Signature

SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
AIM = re.compile(r"minimi[sz]|maximi[sz]", re.IGNORECASE)
MODULES = ", ".join(PROGRAM_MODULES)
LANGUAGES = {
    Kind.RULE: RULE_LANGUAGE,
    Kind.ALGORITHM: ALGORITHM_LANGUAGE,
    Kind.PROGRAM: f"Write plain Python. Importable modules: {MODULES}. No files, no network, no other processes.",
}
IN_SHORT = {
    Kind.RULE: RULE_LANGUAGE_IN_SHORT,
    Kind.ALGORITHM: ALGORITHM_LANGUAGE_IN_SHORT,
    Kind.PROGRAM: "Plain Python, with numpy or scipy where it helps. No files, no network.",
}


def task(problem: Problem, most_tokens: int, judged: str = "") -> str:
    """Return the fixed part of prompts of at most `most_tokens`; `judged` says how candidates are judged and limited.

    Where it would take more than half of them, as for a small model, the language and the problem are told in short.
    """
    whole = "\n\n".join(
        text for text in (_stated(problem, problem.description, LANGUAGES[problem.kind]), judged) if text
    )
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
    parameters = [f"- {parameter.name}: {parameter.explanation}" for parameter in signature.parameters]
    return "\n".join([signature.header(), *parameters, f"- returns: {signature.returns}"])


MOST_TOKENS = 4000
INTERVAL = re.compile(r"\[(\d+\.\d+), (\d+\.\d+)\]")
FAILURE = 600  # characters of the message of the failure that is to be mended
SHORT_FAILURE = 80  # where there is no room for code
LINE = 200  # characters of the line that it names
CONSTANTS = (
    "Change the structure: which terms, conditions and steps there are. Give new constants a plausible value and leave "
    "the others as they are: a numeric search sets those of every new best version."
)
OTHER_MEASURES = {"size": "nodes of its syntax", "work": "operations that it takes, in the problem's unit"}


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is sent, and the instruction that was drawn for it (empty where the operator has none)."""

    messages: tuple[Message, ...]
    instruction: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """A prompt that may still shrink: `parts` by field, those first that go first; `most_code` characters a source."""

    proposal: Proposal
    fixed: str
    fields: Mapping[str, str]
    parts: Mapping[str, Part]
    most_code: int

    @property
    def messages(self) -> tuple[Message, ...]:
        """One user message, since some models know no system role."""
        texts = {
            **self.fields,
            **{field: part.text for field, part in self.parts.items()},
            "parents": _parents(self.proposal.parents, self.most_code),
            "broken": _broken(self.proposal.broken, self.most_code),
        }
        asked = filled(self.proposal.operator.template, texts)
        return (Message("user", "\n\n".join(text for text in (self.fixed, asked, self._note()) if text)),)

    def fits(self, most_tokens: int) -> bool:
        """Whether an upper estimate of its tokens is within bounds."""
        return prompt_tokens_at_most(self.messages) <= most_tokens

    def without_an_entry(self, field: str) -> "Layout":
        """Leave out the last entry of a part."""
        return replace(self, parts={**self.parts, field: self.parts[field].shorter()})

    def _note(self) -> str:
        """Say what was left out."""
        missing = [part.missing for part in self.parts.values() if part.missing]
        if _longest(self.proposal) > self.most_code:
            missing.append(f"code after {self.most_code} characters")
        return f"Left out for length: {', '.join(missing)}." if missing else ""


def render(
    proposal: Proposal,
    problem: Problem,
    context: Context = Context(),  # noqa: B008 frozen
    most_tokens: int = MOST_TOKENS,
    conditions: Conditions = Conditions(),  # noqa: B008 frozen
) -> Prompt:
    """Return the prompt, which `prompt_tokens_at_most` counts at no more than `most_tokens`; the hint is drawn.

    What makes it too long goes in this order: notes, what was tried, how it came about, failures, the bad instance,
    gaps by kind of instance, the best programs; then the ends of the quoted sources. What is left out is said in the
    last line.

    Raises:
        ValueError: it is too long without any of these, or the hint is to be the problem's and it has none.
    """
    instruction = _drawn(proposal, problem)
    used = fields_of(proposal.operator.template)
    fields = {
        "hint": instruction,
        "header": "\n".join(signature.header() for signature in problem.signatures),
        "size": _size(proposal.parents),
        "target": _target(proposal.target, problem),
        "constants": CONSTANTS if conditions.tunes_constants else "",
    }
    parts = {field: part for field, part in evidence_parts(problem, context).items() if field in used}
    layout = Layout(proposal, task(problem, most_tokens, conditions.judged), fields, parts, _longest(proposal))
    return Prompt(_fitted(layout, most_tokens).messages, instruction)


def _fitted(layout: Layout, most_tokens: int) -> Layout:
    for field in layout.parts:
        while layout.parts[field].entries and not layout.fits(most_tokens):
            layout = layout.without_an_entry(field)
    while not layout.fits(most_tokens):
        if not layout.most_code:
            least = prompt_tokens_at_most(layout.messages)
            raise ValueError(f"Operator {layout.proposal.operator.name}: expected room for {least} tokens of prompt "
                             f"besides code, got {most_tokens}; raise llm.prompt_tokens.")  # fmt: skip
        layout = replace(layout, most_code=layout.most_code * 19 // 20)
    return layout


def _drawn(proposal: Proposal, problem: Problem) -> str:
    """Draw the hint, and a number from each interval in it: models do better with a number than with a range."""
    operator, rng = proposal.operator, proposal.rng()
    hints = hints_of(operator, problem)
    if operator.knowledge and not hints:
        raise ValueError(f"Operator {operator.name}: the problem {problem.name} has no instructions of its own.")
    hint = hints[int(rng.integers(len(hints)))] if hints else ""
    return INTERVAL.sub(lambda ends: f"{rng.uniform(float(ends[1]), float(ends[2])):.2g}", hint)


def _longest(proposal: Proposal) -> int:
    """Return the characters of the longest source that is quoted."""
    sources = [parent.source for parent in proposal.parents] + ([proposal.broken.source] if proposal.broken else [])
    return max((len(as_shown(source)) for source in sources), default=0)


def _parents(parents: tuple[Candidate, ...], most_code: int) -> str:
    """Return the parents with their gaps on the training instances; several are numbered."""
    numbered = len(parents) > 1
    return "\n\n".join(
        f"{f'Version {number}. ' if numbered else ''}Gap {told_gap(parent)} (less is better):\n"
        f"{fenced_code(parent.source, most_code)}"
        for number, parent in enumerate(parents, 1)
    )


def _broken(broken: Broken | None, most_code: int) -> str:
    """Return the source that fails and why; the line that the message counts is told as text, as the docstrings go."""
    if broken is None:
        return ""
    named = re.match(r"line ([1-9]\d{0,4}): ", broken.message)
    line = "".join(broken.source.split("\n")[int(named[1]) - 1 :][:1]).strip() if named else ""
    message = broken.message[named.end() :] if named and line else broken.message
    fault = f"The fault ({broken.kind}): {inline(message, FAILURE if most_code else SHORT_FAILURE)}"
    faulty = f"The faulty line: {inline(line, LINE)}\n{fault}" if line and most_code else fault
    return f"{fenced_code(broken.source, most_code)}\n\n{faulty}"


def _size(parents: tuple[Candidate, ...]) -> str:
    return f"It has {parents[0].facts.size} nodes of syntax; less is better." if parents else ""


def _target(target: tuple[Wanted, ...], problem: Problem) -> str:
    meanings = {**OTHER_MEASURES, **problem.measures}
    lines = [f"- {each.measure} from {each.low:.4g} to {each.high:.4g}: {meanings[each.measure]}" for each in target]
    return "\n".join(["Its behaviour shall be, in the mean over the instances:", *lines]) if lines else ""
