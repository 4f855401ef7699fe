"""What a run will ask of language models and what that costs, before anything is sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from evo.authors.llm import LLMAuthor, Model, insight_prompt
from evo.authors.llm.contract import cost
from evo.config.settings import Settings
from evo.core.records import Message, Usage, total
from evo.runs.build import first_proposal
from evo.search.budget import Budget

ANSWER_SHARE = 0.4
"""Of the tokens that an answer may have, what it is expected to have: codes are short, replies that ramble are not."""
CHARACTERS_PER_TOKEN = 4.0
"""Of prompts: tokenizers in use agree on about this for prose and code."""


@dataclass(frozen=True, slots=True)
class Asking:
    """One operator asking one model: `share` of all candidates, `expected` and `worst` of one candidate.

    Analyses of candidates, which insights need, are an operator of their own here.
    """

    operator: str
    model: str
    share: float
    expected: Usage
    worst: Usage


@dataclass(frozen=True, slots=True)
class Estimate:
    """All that a run asks; `candidates` is None where only time or money ends it."""

    askings: tuple[Asking, ...]
    budget: Budget
    edits_per_reply: int = 0

    @property
    def replies(self) -> int | None:
        """How many replies the budget allows, None where it bounds neither these nor the candidates."""
        candidates = self.budget.candidates
        limits = (self.budget.replies, None if candidates is None else -(-candidates // (1 + self.edits_per_reply)))
        return min((limit for limit in limits if limit is not None), default=None)

    def expected(self) -> Usage:
        """Return what one reply is expected to cost, over all operators and models."""
        return total([_scaled(asking.expected, asking.share) for asking in self.askings])

    def worst(self) -> Usage:
        """Return what one reply costs at worst, over all operators and models."""
        return total([_scaled(asking.worst, asking.share) for asking in self.askings])

    def cuts(self) -> tuple[str, ...]:
        """Say of each cap on dollars and tokens how many replies it pays for, as expected and at worst."""
        likely, worst = self.expected(), self.worst()
        caps = (
            ("dollars", self.budget.dollars, likely.dollars, worst.dollars),
            ("tokens", self.budget.tokens, likely.tokens, worst.tokens),
        )
        return tuple(_cut(name, cap, one, most, self.replies) for name, cap, one, most in caps if cap is not None)


def estimate(settings: Settings, author: LLMAuthor) -> Estimate:
    """Render each operator's prompt from the seeds and price it; the models are asked alike.

    What is told of parents' lineage comes on top later: at worst the prompt is as long as the settings allow.
    """
    operators = [operator for operator in settings.asked_of_models if operator.weight > 0]
    weights = sum(operator.weight for operator in operators)
    askings = []
    for model in author.models:
        worst = author.worst_at(settings.llm.prompt_tokens, model.name, settings.llm.mend)
        for operator in operators:
            share = operator.weight / weights / len(author.models)
            request = author.prepare(first_proposal(settings, operator, model.name))
            askings.append(Asking(operator.name, model.name, share, _expected(model, request.messages), worst))
        if settings.insights:
            askings.append(_analysis(settings, author, model))
    return Estimate(tuple(askings), settings.budget, settings.edits_per_reply)


def _analysis(settings: Settings, author: LLMAuthor, model: Model) -> Asking:
    """Return what an analysis of every candidate costs, the first seed taken for both versions."""
    problem = settings.problem
    seed = problem.baselines[problem.seeds[0]]
    messages = insight_prompt(problem, seed, seed, {}, 0.0, settings.llm.prompt_tokens)
    worst = author.worst_at(settings.llm.prompt_tokens, model.name)
    return Asking("(analysis)", model.name, 1 / len(author.models), _expected(model, messages), worst)


def _expected(model: Model, messages: Sequence[Message]) -> Usage:
    """Return what one call with an answer of the expected length costs."""
    prompt_tokens = round(sum(len(message.content) for message in messages) / CHARACTERS_PER_TOKEN)
    return cost(model.price, prompt_tokens, round(ANSWER_SHARE * model.answer_tokens))


def _scaled(usage: Usage, share: float) -> Usage:
    dollars = None if usage.dollars is None else share * usage.dollars
    return Usage(round(share * usage.prompt_tokens), round(share * usage.completion_tokens), dollars)


def _cut(name: str, cap: float, likely: float | None, worst: float | None, replies: int | None) -> str:
    if likely is None or worst is None:
        return f"budget.{name} = {cap:g}: refused, a price is unknown"
    if likely == 0:
        return f"budget.{name} = {cap:g} cuts nothing: it costs nothing"
    of = "" if replies is None else f" of {replies}"
    enough = replies is not None and replies * worst <= cap
    verdict = "is never reached" if enough else f"pays for about {int(cap / likely)}{of} replies"
    return f"budget.{name} = {cap:g} {verdict}; at worst {int(cap / worst) if worst else 0}"
