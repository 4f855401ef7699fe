"""The one retry loop: every try is recorded, what may be charged for is bounded in number, the rest in time."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf, isnan

from evo.authors.llm.contract import LLM, ONLY_THOUGHT, REFUSAL, Completion, ErrorKind, LLMError, Sampling
from evo.authors.llm.pace import Clock
from evo.core.records import Attempt, Message, Notices, Usage

MODELS_FAULTS = (ErrorKind.CONTEXT, ErrorKind.REFUSED)
CUT = ("length", "max_tokens", "MAX_TOKENS")
"""What providers call an answer that reached its limit."""
ENDED = (*CUT, "content_filter", ONLY_THOUGHT)


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a call that may have been charged for is repeated, and for how long one that surely was not.

    `patience` is seconds since the first of such failures in a row; the wait doubles from `first` up to `longest`.
    """

    retries: int = 3
    patience: float = 300.0
    first: float = 1.0
    longest: float = 30.0

    def __post_init__(self) -> None:
        if self.retries < 0:
            raise ValueError(f"Expected retries >= 0, got {self.retries}.")
        if isnan(self.patience) or self.patience < 0:
            raise ValueError(f"Expected patience >= 0 seconds, got {self.patience}.")
        if not 0 <= self.first <= self.longest:
            raise ValueError(f"Expected 0 <= first <= longest, got {self.first} and {self.longest}.")

    def backoff(self, failures: int) -> float:
        """Return the seconds to wait after so many failures."""
        return min(self.first * 2.0 ** min(failures - 1, 30), self.longest)


class Contact:
    """What is known of a model's being there: why it is waited for, if it is, and what it is asked without.

    `awaited` says what a person is to do, nothing mostly.
    """

    def __init__(self, awaited: Callable[[], str] = str) -> None:
        self._awaited = awaited
        self._reason = ""
        self._again = self._given_up = 0.0
        self._without: dict[str, None] = {}

    def lost(self, reason: str, again: float, given_up: float) -> None:
        """Note that it is asked again at one time, and given up at another, in the seconds of the clock."""
        self._reason, self._again, self._given_up = reason, again, given_up

    def made(self) -> None:
        """Note that it answered."""
        self._reason = ""

    def leaves_out(self, field: str) -> None:
        """Note a field that it refuses."""
        self._without[field] = None

    def notices(self, name: str, clock: Clock) -> Notices:
        """Return what there is to tell now."""
        lasting = (f"{name} refuses {', '.join(self._without)} and is asked without",) if self._without else ()
        if not self._reason:
            awaited = self._awaited()
            return Notices((awaited,) if awaited else (), lasting)
        left = [max(0.0, moment - clock.now()) for moment in (self._again, self._given_up)]
        patience = f", given up in {left[1]:.0f} s" if left[1] < inf else ""
        return Notices((f"{name} is out of reach, asked again in {left[0]:.0f} s{patience} ({self._reason})",), lasting)


class RetryAllowance:
    """How many calls of one candidate may still be charged for in vain; its turns and its models share it."""

    def __init__(self, retries: int) -> None:
        self._left = retries

    def take(self) -> bool:
        """Use one up, if there is one."""
        self._left -= 1
        return self._left >= 0


@dataclass(frozen=True, slots=True)
class ModelCall:
    """What is asked of whom: `name` is recorded, `worst` is the most that one try can cost."""

    name: str
    llm: LLM
    messages: tuple[Message, ...]
    sampling: Sampling
    worst: Usage


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """What the loop brought: the text, or None with the reason; `unreachable` as in `Draft`.

    `cut`: the text ends at the limit of answers; `too_long`: the provider takes no prompt of this length.
    """

    text: str | None
    reason: str
    attempts: tuple[Attempt, ...]
    unreachable: bool = False
    cut: bool = False
    too_long: bool = False


@dataclass(frozen=True, slots=True)
class _Try:
    """One try and what may follow: `again` it may be asked, after `rest` seconds; `faulty`: the model said nothing.

    `cut` and `too_long` as in `ModelAnswer`, `without` as in `LLMError`.
    """

    attempt: Attempt
    reason: str = ""
    again: bool = False
    charged: bool = True
    rest: float = 0.0
    faulty: bool = False
    cut: bool = False
    too_long: bool = False
    without: str = ""


async def ask(
    call: ModelCall, retry: Retry, allowance: RetryAllowance, clock: Clock, contact: Contact | None = None
) -> ModelAnswer:
    """Ask until there is a text, an error that asking again does not mend, or patience or allowance is used up.

    A try that was sent and brought nothing may be charged for: it is recorded at the call's worst.
    """
    contact = contact or Contact()
    attempts: list[Attempt] = []
    deadline: float | None = None
    while True:
        tried = await _once(call)
        attempts.append(tried.attempt)
        if not tried.faulty:
            contact.made()
        if not tried.reason:
            return ModelAnswer(tried.attempt.reply, "", tuple(attempts), cut=tried.cut)
        if tried.charged:
            deadline = None
        elif deadline is None:
            deadline = clock.now() + retry.patience
        left = retry.patience if deadline is None else deadline - clock.now()
        over = tried.rest > left or (not tried.charged and left <= 0)
        if not tried.again or over or (tried.charged and not allowance.take()):
            silent = all(attempt.reply is None for attempt in attempts)
            away = tried.faulty and silent
            return ModelAnswer(None, tried.reason, tuple(attempts), unreachable=away, too_long=tried.too_long)
        rest = max(tried.rest, min(retry.backoff(len(attempts)), left))
        if tried.without:
            contact.leaves_out(tried.without)
        elif tried.faulty:
            contact.lost(tried.reason, clock.now() + rest, deadline or inf)
        await clock.sleep(rest)


async def _once(call: ModelCall) -> _Try:
    try:
        completion = await call.llm.complete(call.messages, call.sampling)
    except LLMError as error:
        return _failed(call, error)
    reason = _silence(completion, call.sampling)
    attempt = Attempt(call.name, completion.usage, completion.text, reason or None, completion.raw_usage)
    ended = completion.finish in ENDED or completion.finish.startswith(REFUSAL)
    return _Try(attempt, reason, again=not ended, cut=completion.finish in CUT)


def _failed(call: ModelCall, error: LLMError) -> _Try:
    usage = replace(call.worst if error.lost else Usage(), seconds=error.seconds)
    reason = f"{error.kind}: {error}" + (" (counted at its worst case)" if error.lost else "")
    return _Try(
        Attempt(call.name, usage, error=reason),
        reason,
        again=error.kind is ErrorKind.RETRYABLE and not error.final,
        charged=error.lost,
        rest=error.retry_after or 0.0,
        faulty=error.kind not in MODELS_FAULTS,
        too_long=error.kind is ErrorKind.CONTEXT,
        without=error.without,
    )


def _silence(completion: Completion, sampling: Sampling) -> str:
    """Return why there is no text, or nothing: a model that thinks may use its tokens up before it speaks."""
    if completion.text.strip():
        return ""
    if completion.finish in CUT:
        return f"empty reply: all {sampling.max_tokens} tokens were used up, by thinking perhaps; raise llm.max_tokens"
    if completion.finish == "content_filter":
        return f"{ErrorKind.REFUSED}: the provider's filter held the reply back"
    if completion.finish.startswith(REFUSAL):
        return f"{ErrorKind.REFUSED}: {completion.finish}"
    if completion.finish == ONLY_THOUGHT:
        return (
            "empty reply: the model thought and gave no answer; llm.extra_body may tell its server how it shall think"
        )
    return "empty reply"
