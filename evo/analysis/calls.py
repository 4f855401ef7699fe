"""The calls to models: what each model was charged, and the single calls, a page at a time."""

from dataclasses import dataclass

from evo.analysis.select import named_rows
from evo.store import RunStore

TOTALS = """
SELECT model, count(*), sum(status = 'failed'), sum(status IN ('intent', 'unknown')), coalesce(sum(prompt_tokens), 0),
       coalesce(sum(completion_tokens), 0), CASE WHEN count(dollars) = count(*) THEN sum(dollars) END, avg(seconds)
FROM calls GROUP BY model ORDER BY model
"""
CHOSEN = "FROM calls WHERE (:model = '' OR model = :model) AND (:status = '' OR status = :status)"
COUNT = f"SELECT count(*) {CHOSEN}"
CALLS = f"""
SELECT id, ordinal, attempt, purpose, operator, model, status, coalesce(prompt_tokens, 0),
       coalesce(completion_tokens, 0), dollars, seconds, created, coalesce(substr(error, 1, 1000), '')
{CHOSEN} ORDER BY id DESC LIMIT :count OFFSET :skipped
"""

# A repeat has an outcome, its original's: it is valid, though nothing new.
REPLIES = """
SELECT count(*), count(e.candidate), count(CASE WHEN e.candidate IS NOT NULL THEN c.repeat_of END)
FROM candidates c LEFT JOIN evaluations e ON e.candidate = coalesce(c.repeat_of, c.ordinal) AND e.split = 'train'
WHERE c.state = 'placed' AND c.ordinal IN (SELECT ordinal FROM calls WHERE purpose = 'draft')
"""


@dataclass(frozen=True, slots=True)
class ReplyCounts:
    """Replies as `budget.replies` counts them: one a candidate that was asked of a model, mending included.

    `valid` ones became a candidate with a score on train, `repeats` of these are of the syntax of an earlier one.
    """

    replies: int = 0
    valid: int = 0
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class ModelCharges:
    """All calls to one model; `unanswered` ones are charged their reservation.

    `dollars` is None where the price of a call is not known.
    """

    model: str
    calls: int
    failed: int
    unanswered: int
    prompt_tokens: int
    completion_tokens: int
    dollars: float | None
    mean_seconds: float | None


@dataclass(frozen=True, slots=True)
class ListedCall:
    """One call without its prompt and reply; `error` is cut after 1,000 letters."""

    number: int
    ordinal: int
    attempt: int
    purpose: str
    operator: str
    model: str
    status: str
    prompt_tokens: int
    completion_tokens: int
    dollars: float | None
    seconds: float | None
    created: str
    error: str


def model_charges(store: RunStore) -> tuple[ModelCharges, ...]:
    """Return the totals of each model, by its name."""
    return tuple(ModelCharges(*row) for row in named_rows(store, TOTALS))


def reply_counts(store: RunStore) -> ReplyCounts:
    """Return how many candidates were asked of models, and what came of them."""
    ((replies, valid, repeats),) = named_rows(store, REPLIES)
    return ReplyCounts(replies, valid, repeats)


def count_calls(store: RunStore, model: str = "", status: str = "") -> int:
    """Return how many calls there are, of one model or status where these are given."""
    ((count,),) = named_rows(store, COUNT, model=model, status=status)
    return int(count)


def list_calls(store: RunStore, model: str, status: str, count: int, skipped: int) -> tuple[ListedCall, ...]:
    """Return `count` calls, the newest first, after the first `skipped` ones; an empty `model` or `status` is any."""
    rows = named_rows(store, CALLS, model=model, status=status, count=count, skipped=skipped)
    return tuple(ListedCall(*row) for row in rows)
