"""What a run will ask of language models and what that costs, before anything is sent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, isinf

from evo.authors.llm import LLMAuthor, Model, insight_prompt
from evo.authors.llm.contract import cost
from evo.config.settings import Settings
from evo.core.records import Message, Usage, total
from evo.runs.build import first_proposal
from evo.search.budget import Budget
from evo.search.population import Handover

ANSWER_SHARE = 0.4
"""Of the tokens that an answer may have, what one of a model that thinks is expected to have."""
WORDS, CODE = 200, 2.0
"""Without thought an answer is expected to have so many tokens of words, and so many for each of the longest seed's,
but not more than this share. Rules that a small model answered took 99 to 393 tokens (docs/llm.md)."""
ANALYSIS = "(analysis)"
CHARACTERS_PER_TOKEN = 4.0
"""Of prompts: tokenizers in use agree on about this for prose and code."""


@dataclass(frozen=True, slots=True)
class Asking:
    """One operator asking one model: `share` of all candidates, `expected` and `worst` of one candidate.

    Analyses of candidates, which insights need, are an operator of their own here. `always`: the operator names this
    model, which is asked before a handover as well as after it.
    """

    operator: str
    model: str
    share: float
    expected: Usage
    worst: Usage
    always: bool = False


@dataclass(frozen=True, slots=True)
class Estimate:
    """All that a run asks; `replies` is None where only time or money ends it."""

    askings: tuple[Asking, ...]
    budget: Budget
    edits_per_reply: int = 0
    handover: Handover | None = None

    @property
    def replies(self) -> int | None:
        """How many replies the budget allows, None where it bounds neither these nor the candidates."""
        return self.budget.most_replies(self.edits_per_reply)

    def expected(self) -> Usage:
        """Return what one reply is expected to cost, over all operators and models."""
        return total([_scaled(asking.expected, asking.share) for asking in self.askings])

    def worst(self) -> Usage:
        """Return what one reply costs at worst, over all operators and models."""
        return total([_scaled(asking.worst, asking.share) for asking in self.askings])

    def cuts(self) -> tuple[str, ...]:
        """Say of each cap on dollars and tokens how many replies it pays for, as expected and at worst."""
        phases, budget = self.phases(), self.budget
        likely, worst = [phase.expected for phase in phases], [phase.worst for phase in phases]
        lengths = [phase.replies for phase in phases]
        caps = (
            ("dollars", budget.dollars, [one.dollars for one in likely], [one.dollars for one in worst]),
            ("tokens", budget.tokens, [one.tokens for one in likely], [one.tokens for one in worst]),
        )
        return tuple(_cut(name, cap, lengths, ones, mosts) for name, cap, ones, mosts in caps if cap is not None)

    def phases(self) -> tuple["EstimatedPhase", ...]:
        """Return the parts of the run in which the same models are asked, in their order."""
        replies = inf if self.replies is None else self.replies
        if self.handover is None:
            return (EstimatedPhase(replies, self.expected(), self.worst()),)
        strong = self.handover.strong
        before = min(self.handover.replies, replies)
        always = [asking for asking in self.askings if asking.always]
        others = [asking for asking in self.askings if not asking.always]
        part = before / replies
        early = _phase(before, _at(part, always) + [asking for asking in others if asking.model != strong])
        late = _phase(replies - before, _at(1 - part, always) + [asking for asking in others if asking.model == strong])
        return tuple(phase for phase in (early, late) if phase.replies > 0)


@dataclass(frozen=True, slots=True)
class EstimatedPhase:
    """So many replies (infinitely many where nothing bounds them) and what one of them costs."""

    replies: float
    expected: Usage
    worst: Usage


def _at(part: float, askings: Sequence[Asking]) -> list[Asking]:
    return [replace(asking, share=part * asking.share) for asking in askings]


def _phase(replies: float, askings: Sequence[Asking]) -> EstimatedPhase:
    """Return a phase in which these alone are asked."""
    whole = sum(asking.share for asking in askings if asking.operator != ANALYSIS) or 1.0
    shares = [asking.share / whole for asking in askings]
    return EstimatedPhase(
        replies,
        total([_scaled(asking.expected, share) for asking, share in zip(askings, shares, strict=True)]),
        total([_scaled(asking.worst, share) for asking, share in zip(askings, shares, strict=True)]),
    )


def estimate(settings: Settings, author: LLMAuthor) -> Estimate:
    """Render each operator's prompt from the seeds and price it; models that compete are asked alike.

    What is told of parents' lineage comes on top later: at worst the prompt is as long as the settings allow.
    """
    operators = [operator for operator in settings.asked_of_models if operator.weight > 0]
    weights = sum(operator.weight for operator in operators)
    askings: list[Asking] = []
    shares = model_shares(settings)
    for model in author.models:
        worst = author.worst_at(settings.llm.prompt_tokens, model.name, settings.llm.mend)
        own: list[Asking] = []
        for operator in operators:
            if operator.model != model.name if operator.model else model.name not in shares:
                continue
            share = operator.weight / weights * (1.0 if operator.model else shares[model.name])
            request = author.prepare(first_proposal(settings, operator, model.name))
            expected = _expected(model, request.messages, _answer(settings, model))
            own.append(Asking(operator.name, model.name, share, expected, worst, bool(operator.model)))
        for always in (False, True) if settings.insights else ():
            if share := sum(asking.share for asking in own if asking.always is always):
                own.append(replace(_analysis(settings, author, model, share), always=always))
        askings += own
    return Estimate(tuple(askings), settings.budget, settings.edits_per_reply, settings.handover)


def model_shares(settings: Settings) -> dict[str, float]:
    """Return the share that each model is expected to have of the replies to operators that name none."""
    names, handover, replies = settings.competing_models, settings.handover, settings.replies
    if handover is None or not replies:
        return dict.fromkeys(names, 1 / len(names))
    before = min(handover.replies / replies, 1.0)
    others = [name for name in names if name != handover.strong]
    return {**dict.fromkeys(others, before / len(others)), handover.strong: 1 - before}


def _analysis(settings: Settings, author: LLMAuthor, model: Model, share: float) -> Asking:
    """Return what an analysis of every candidate costs, the first seed taken for both versions."""
    problem = settings.problem
    seed = problem.baselines[problem.seeds[0]]
    messages = insight_prompt(problem, seed, seed, {}, 0.0, settings.llm.prompt_tokens)
    worst = author.worst_at(settings.llm.prompt_tokens, model.name)
    return Asking(ANALYSIS, model.name, share, _expected(model, messages, _answer(settings, model)), worst)


def _answer(settings: Settings, model: Model) -> int:
    """Return the tokens that an answer is expected to have."""
    own, problem = settings.llm.each()[model.name], settings.problem
    longest = max(len(problem.baselines[name]) for name in problem.seeds) / CHARACTERS_PER_TOKEN
    thinks = own.reasoning_tokens > 0 or own.reasoning_effort not in ("", "none")
    share = ANSWER_SHARE * model.answer_tokens
    return round(share if thinks else min(share, WORDS + CODE * longest))


def _expected(model: Model, messages: Sequence[Message], answer: int) -> Usage:
    """Return what one call with an answer of so many tokens costs."""
    prompt_tokens = round(sum(len(message.content) for message in messages) / CHARACTERS_PER_TOKEN)
    return cost(model.price, prompt_tokens, answer)


def _scaled(usage: Usage, share: float) -> Usage:
    dollars = None if usage.dollars is None else share * usage.dollars
    return Usage(round(share * usage.prompt_tokens), round(share * usage.completion_tokens), dollars)


def _cut(
    name: str, cap: float, lengths: Sequence[float], likely: Sequence[float | None], worst: Sequence[float | None]
) -> str:
    """Say what a cap cuts, by the lengths of the phases and what a reply costs in each."""
    likely_known = [cost for cost in likely if cost is not None]
    worst_known = [cost for cost in worst if cost is not None]
    if len(likely_known) < len(likely) or len(worst_known) < len(worst):
        return f"budget.{name} = {cap:g}: refused, a price is unknown"
    if not any(likely_known):
        return f"budget.{name} = {cap:g} cuts nothing: it costs nothing"
    replies, paid, least = sum(lengths), _paid(cap, lengths, likely_known), _paid(cap, lengths, worst_known)
    of = "" if isinf(replies) else f" of {replies:g}"
    verdict = "is never reached" if least >= replies else f"pays for about {int(paid)}{of} replies"
    return f"budget.{name} = {cap:g} {verdict}; at worst {int(least)}"


def _paid(cap: float, lengths: Sequence[float], prices: Sequence[float]) -> float:
    """Return how many replies a cap pays for, those of the earlier phases first."""
    count = 0.0
    for length, price in zip(lengths, prices, strict=True):
        possible = cap / price if price > 0 else inf
        if possible < length:
            return count + possible
        count, cap = count + length, cap - length * price
    return count
