"""When to stop: limits on candidates, replies, money, tokens, time, stagnation; in flight all counts at its worst."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from evo.core.records import Draft, Proposal, Request, Usage, total


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits of one run, the first one reached ends it; None is no limit."""

    candidates: int | None = 1000
    """So many candidates end the run; seeds do not count."""
    replies: int | None = None
    """So many replies of models end the run."""
    dollars: float | None = None
    """So many US dollars end the run; open calls count at their worst."""
    tokens: int | None = None
    """So many tokens, in and out, end the run; open calls count at their worst."""
    seconds: float | None = None
    """So many seconds of search end the run; those before a resume count, references and baselines do not."""
    plateau: int | None = None
    """So many candidates in a row without a new best end the run."""

    def __post_init__(self) -> None:
        for name in ("candidates", "replies", "dollars", "tokens", "seconds", "plateau"):
            limit = getattr(self, name)
            if limit is not None and not limit > 0:
                raise ValueError(f"Expected budget.{name} > 0, got {limit}.")
        if all(getattr(self, name) is None for name in ("candidates", "replies", "dollars", "tokens", "seconds")):
            raise ValueError("Expected a limit in budget.candidates, replies, dollars, tokens or seconds.")

    @property
    def limits_edits(self) -> bool:
        """Whether a run that asks no model comes to an end."""
        return self.candidates is not None or self.seconds is not None

    def most_replies(self, edits_per_reply: int) -> int | None:
        """Return how many replies it allows, None where it bounds neither these nor the candidates."""
        asked = None if self.candidates is None else -(-self.candidates // (1 + edits_per_reply))
        return min((limit for limit in (self.replies, asked) if limit is not None), default=None)


@dataclass(slots=True)
class Ledger:
    """What was spent and what is reserved for requests in flight, by ordinal."""

    budget: Budget
    spent: Usage = field(default_factory=Usage)
    candidates: int = 0
    replies: int = 0
    since_best: int = 0
    reserved: dict[int, Usage] = field(default_factory=dict)
    analyses: dict[int, Usage] = field(default_factory=dict)

    def refusal(self, request: Request, elapsed: float) -> str | None:
        """Return why this request is not affordable, or None; `elapsed` is the run's wall time in seconds.

        Raises:
            ValueError: there is a dollar limit and the request's price is unknown.
        """
        budget = self.budget
        exposed = self.exposed(request.worst)
        if budget.dollars is not None and exposed.dollars is None:
            raise ValueError(f"budget.dollars needs the price of {request.model}: set llm.price_in and llm.price_out.")
        return self._over(request.proposal.operator.author == "llm", exposed, elapsed)

    def used_up(self, elapsed: float) -> str | None:
        """Return which limit leaves no room for a candidate that costs nothing, or None; `elapsed` as above."""
        return self._over(True, self.spent, elapsed)

    def _over(self, asks: bool, usage: Usage, elapsed: float) -> str | None:
        """Return the limit that one more candidate, which `asks` a model or not, would be over."""
        budget = self.budget
        checks: Iterable[tuple[str, float | None, float | None]] = (
            ("candidates", budget.candidates, self.candidates + 1),
            ("replies", budget.replies, self.replies + asks),
            ("dollars", budget.dollars, usage.dollars),
            ("tokens", budget.tokens, usage.tokens),
            ("seconds", budget.seconds, elapsed),
            ("plateau", budget.plateau, self.since_best + 1),
        )
        for name, limit, used in checks:
            if limit is not None and used is not None and used > limit:
                return f"budget.{name} = {limit:g} is used up"
        return None

    def room_may_come(self, request: Request, elapsed: float) -> bool:
        """Whether a refused request would be affordable if what is in flight cost nothing: then it is worth waiting."""
        return replace(self, reserved={}, analyses={}).refusal(request, elapsed) is None

    def exposed(self, more: Usage) -> Usage:
        """Return what is spent if everything in flight costs its worst, and so much more."""
        return total([self.spent, *self.reserved.values(), *self.analyses.values(), more])

    def affords(self, worst: Usage) -> bool:
        """Whether the caps on dollars and tokens leave room for a call beside the candidates'."""
        exposed, budget = self.exposed(worst), self.budget
        dollars = budget.dollars is None or (exposed.dollars is not None and exposed.dollars <= budget.dollars)
        return dollars and (budget.tokens is None or exposed.tokens <= budget.tokens)

    def reserve_analysis(self, question: Request) -> None:
        """Count an analysis at its worst until it is settled."""
        self.analyses[question.proposal.ordinal] = question.worst

    def settle_analysis(self, question: Request, usage: Usage) -> None:
        """Replace an analysis's reservation by what it really cost."""
        self.analyses.pop(question.proposal.ordinal, None)
        self.charge(usage)

    def reserve(self, request: Request) -> None:
        """Count a request at its worst until it is settled."""
        self.count(request.proposal)
        self.reserved[request.proposal.ordinal] = request.worst

    def count(self, proposal: Proposal) -> None:
        """Count a candidate, and whether it is a model's."""
        self.candidates += 1
        self.replies += proposal.operator.author == "llm"

    def settle(self, ordinal: int, draft: Draft) -> None:
        """Replace a reservation by what the attempts really cost."""
        self.reserved.pop(ordinal, None)
        self.charge(draft.usage)

    def charge(self, usage: Usage) -> None:
        """Add what was spent."""
        self.spent = total([self.spent, usage])
