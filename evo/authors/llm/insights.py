"""Analysis of a change: what is asked of a model, and what its reply says helps and hurts."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from evaluators import Evaluation
from evo.authors.llm.author import LLMAuthor
from evo.authors.llm.contract import prompt_tokens_at_most
from evo.authors.llm.evidence import changes
from evo.authors.llm.quoting import as_shown, fenced_code, one_line
from evo.authors.llm.recording import RecordingError
from evo.authors.llm.reply_text import plain
from evo.core.context import Insight
from evo.core.records import Attempt, Candidate, Message, Request
from problems import Problem

MOST = 3
CHARACTERS = 200
LONGEST = 16 * 1024  # of a reply without its thoughts, in characters
KINDS = 4  # kinds of instances whose change is told
ASKED = (
    "Say what in the change from the first version to the second helps and what hurts. Answer with at most three lines "
    "and nothing else. Each begins with HELPS: or HURTS: and names a piece of code and its effect, in at most 25 words."
)
VERDICT = re.compile(
    r"""^[\s>*_`#\-•\d.)(\[{"']*(helps?|hurts?)(?![a-z])[\s*_`"']*[:=–—-][\s*_"'\[]*(.*)$""", re.IGNORECASE
)
VERDICTS = {"help": True, "helps": True, "hurt": False, "hurts": False}
EMPTY = ("", "none", "nothing", "n/a", "na", "-", "true", "false", "null")


def insight_prompt(
    problem: Problem,
    parent_source: str,
    source: str,
    families: Mapping[str, float],
    change: float,
    most_tokens: int = 2000,
) -> tuple[Message, ...]:
    """Return the prompt of an analysis; `change` of the mean gap and those by family are fractions, negative is better.

    Raises:
        ValueError: it takes more than `most_tokens` even without code.
    """
    most_code = max(len(as_shown(parent_source)), len(as_shown(source)))
    while True:
        told = (
            problem.description.strip(),
            f"First version:\n{fenced_code(parent_source, most_code)}",
            f"Second version:\n{fenced_code(source, most_code)}",
            _effect(families, change),
            ASKED,
        )
        messages = (Message("user", "\n\n".join(told)),)
        if prompt_tokens_at_most(messages) <= most_tokens:
            return messages
        if not most_code:
            raise ValueError(f"Expected room for an analysis in {most_tokens} tokens, besides code.")
        most_code = most_code * 19 // 20


def read_insights(reply: str, candidate: int, families: Mapping[str, float]) -> tuple[Insight, ...]:
    """Return what a reply says, at most three insights of one printable line each; none where it says nothing.

    Lines may be bulleted, numbered, emphasised, in small letters, or the whole may be JSON.
    """
    found: dict[str, bool] = {}
    for helps, said in _verdicts(plain(reply)[:LONGEST]):
        text = one_line(said, CHARACTERS).strip(" *_\"',")
        if text.lower().rstrip(".]}") not in EMPTY:
            found.setdefault(text, helps)
    return tuple(Insight(candidate, helps, text, families) for text, helps in list(found.items())[:MOST])


def _effect(families: Mapping[str, float], change: float) -> str:
    verdict = "better" if change < 0 else "worse" if change > 0 else "neither better nor worse"
    kinds = changes(families, KINDS)
    where = f" By kind of instance: {', '.join(kinds)}." if kinds else ""
    points = f"its mean gap changes by {100 * change:+.3f} percentage points (negative is better)"
    return f"The second is {verdict}: {points}.{where}"


def _verdicts(text: str) -> list[tuple[bool, str]]:
    """Return each statement of a reply: whether it helps, and what."""
    start = min((at for c in "{[" if (at := text.find(c)) >= 0), default=0)
    try:
        told = _in_json(json.loads(text[start : max(map(text.rfind, "}]")) + 1]), None)
    except (ValueError, RecursionError):
        told = []
    return told or [verdict for line in text.splitlines() for verdict in _in_line(line)]


def _in_line(line: str) -> list[tuple[bool, str]]:
    matched = VERDICT.match(line)
    return [(matched[1].lower().startswith("help"), matched[2])] if matched else []


def _in_json(value: object, helps: bool | None) -> list[tuple[bool, str]]:
    """Find {"helps": text or texts} and {"kind": "helps", "text": text} at any depth."""
    if isinstance(value, str):
        return _in_line(value) if helps is None else [(helps, value)]
    if isinstance(value, list):
        return [verdict for item in value for verdict in _in_json(item, helps)]
    if not isinstance(value, dict):
        return []
    said = next((_verdict(item) for item in value.values() if _verdict(item) is not None), helps)
    items = [(_verdict(name), item) for name, item in value.items() if _verdict(item) is None]
    return [verdict for own, item in items for verdict in _in_json(item, said if own is None else own)]


def _verdict(word: object) -> bool | None:
    """Return whether a word says that something helps; None where it says neither."""
    return VERDICTS.get(word.strip().lower()) if isinstance(word, str) else None


class FamilyChanges(Protocol):
    """Knows the gaps of parents, family by family."""

    def change(self, parent: Candidate, evaluation: Evaluation) -> Mapping[str, float]:
        """Return by how much the mean gap of each family is above the parent's, as a fraction."""


class LLMAnalyst:
    """Asks the model that wrote a candidate, where its gap is another one than that of its first parent.

    Nobody is asked about an edit, which no model wrote.
    """

    def __init__(self, author: LLMAuthor, problem: Problem, gaps: FamilyChanges, prompt_tokens: int) -> None:
        self._author = author
        self._problem = problem
        self._gaps = gaps
        self._prompt_tokens = prompt_tokens

    def prepare(self, request: Request, source: str, evaluation: Evaluation) -> Request | None:
        """Make the question; there is none where nothing changed."""
        parents = request.proposal.parents
        if request.proposal.operator.author != "llm" or not parents:
            return None
        if (parents[0].fitness, parents[0].lower) == (evaluation.fitness, evaluation.lower):
            return None
        change, families = parents[0].fitness - evaluation.fitness, self._gaps.change(parents[0], evaluation)
        messages = insight_prompt(self._problem, parents[0].source, source, families, change, self._prompt_tokens)
        return replace(request, messages=messages, worst=self._author.worst_of(messages, request.model))

    async def write(self, question: Request, evaluation: Evaluation) -> tuple[tuple[Attempt, ...], tuple[Insight, ...]]:
        """Ask, and read the insights out of the reply.

        Raises:
            RecordingError: in a replay, the call was not recorded.
        """
        proposal = question.proposal
        try:
            answer = await self._author.ask_about(question.messages, question.model, question.sample)
        except RecordingError as error:
            raise RecordingError(f"Analysis of candidate {proposal.ordinal}: {error}") from None
        if answer.text is None:
            return answer.attempts, ()
        families = self._gaps.change(proposal.parents[0], evaluation)
        return answer.attempts, read_insights(answer.text, proposal.ordinal, families)
