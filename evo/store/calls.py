"""Requests to models on record: prompt, reply and charge of each, and what analyses said of candidates."""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as insert_once

from evo.core.context import Insight
from evo.core.records import Attempt, Message, Request, Usage, total
from evo.store import tables
from evo.store.prepared_statements import Prepared
from evo.store.records import CallStatus, Purpose

ANSWERED = (CallStatus.OK, CallStatus.FAILED)
CALLS = tables.calls.c
NUMBERED = select(func.coalesce(func.max(CALLS.attempt), 0) + 1).where(CALLS.ordinal == bindparam("of"))
OPEN = update(tables.calls).where(CALLS.ordinal == bindparam("of"), CALLS.status == CallStatus.INTENT)
ANSWER = ("model", "status", "reply", "error", "raw_usage", "prompt_tokens", "completion_tokens", "dollars", "seconds")
REQUEST = ("ordinal", "operator", "purpose", "sample", "prompt", "reserved_tokens", "reserved_dollars", "created")

INSERT_BLOB = Prepared(insert_once(tables.blobs).on_conflict_do_nothing(), "sha256", "content")
INSERT_CALL = Prepared(insert(tables.calls).values(attempt=NUMBERED.scalar_subquery()), *REQUEST, *ANSWER)
ANSWER_CALL = Prepared(OPEN, *ANSWER)
FORGET_INTENT = Prepared(OPEN.values(status=CallStatus.UNKNOWN))


def store_blob(connection: Connection, content: str) -> str:
    """Store a text once, and return the sha256 that names it."""
    stored = tables.storable(content)
    sha256 = hashlib.sha256(stored.encode()).hexdigest()
    INSERT_BLOB.run(connection, {"sha256": sha256, "content": stored})
    return sha256


def insert_call(
    connection: Connection,
    request: Request,
    status: CallStatus,
    attempt: Attempt,
    reserved: Usage,
    purpose: Purpose = Purpose.DRAFT,
) -> None:
    """Write a call of its own, charged at what the attempt used."""
    ordinal = request.proposal.ordinal
    messages = attempt.messages or request.messages
    columns = {
        "of": ordinal,
        "ordinal": ordinal,
        "operator": request.proposal.operator.name,
        "purpose": purpose,
        "sample": request.sample,
        "prompt": store_blob(connection, _prompt_text(messages)) if messages else None,
        "reserved_tokens": reserved.tokens,
        "reserved_dollars": reserved.dollars,
        "created": tables.now(),
    }
    INSERT_CALL.run(connection, columns | _answer_columns(connection, status, attempt))


def forget_intent(connection: Connection, ordinal: int) -> None:
    """Mark the call that nobody waits for any more as unknown."""
    FORGET_INTENT.run(connection, {"of": ordinal})


def answer_intent(connection: Connection, ordinal: int, attempt: Attempt) -> bool:
    """Return whether there was an intent to answer: none is left when the run was resumed since."""
    columns = _answer_columns(connection, status_of(attempt), attempt)
    return ANSWER_CALL.run(connection, {"of": ordinal, **columns}) == 1


def _answer_columns(connection: Connection, status: CallStatus, attempt: Attempt) -> dict[str, object]:
    return {
        "model": attempt.model,
        "status": status,
        "reply": None if attempt.reply is None else store_blob(connection, attempt.reply),
        "error": attempt.error,
        "raw_usage": attempt.raw_usage,
        "prompt_tokens": attempt.usage.prompt_tokens,
        "completion_tokens": attempt.usage.completion_tokens,
        "dollars": attempt.usage.dollars,
        "seconds": attempt.usage.seconds,
    }


def status_of(attempt: Attempt) -> CallStatus:
    """Return whether there was a reply."""
    return CallStatus.FAILED if attempt.reply is None else CallStatus.OK


def _prompt_text(messages: tuple[Message, ...]) -> str:
    return json.dumps([{"role": m.role, "content": m.content} for m in messages], ensure_ascii=False)


def prompt_messages(content: str) -> tuple[Message, ...]:
    """Return the messages of a stored prompt, a JSON array."""
    return tuple(Message(entry["role"], entry["content"]) for entry in json.loads(content))


@dataclass(slots=True)
class Charged:
    """The calls for one candidate: its prompt, what those with a reply cost, whether it was analysed."""

    usage: Usage = field(default_factory=Usage)
    messages: tuple[Message, ...] = ()
    analysed: bool = False


def read_charged(connection: Connection, only: int | None) -> defaultdict[int, Charged]:
    """Return the calls for each candidate, or for one; nothing for those without a call."""
    by_candidate: defaultdict[int, Charged] = defaultdict(Charged)
    wanted = (
        select(tables.calls, tables.blobs.c.content)
        .outerjoin(tables.blobs, tables.blobs.c.sha256 == CALLS.prompt)
        .order_by(CALLS.ordinal, CALLS.attempt)
    )
    for row in connection.execute(wanted if only is None else wanted.where(CALLS.ordinal == only)):
        charged, answered = by_candidate[row.ordinal], row.status in ANSWERED
        if row.purpose == Purpose.ANALYSIS:
            charged.analysed |= answered
            continue
        if not charged.messages and row.content is not None:
            charged.messages = prompt_messages(row.content)
        if answered:
            usage = Usage(row.prompt_tokens, row.completion_tokens, row.dollars, row.seconds)
            charged.usage = total([charged.usage, usage])
    return by_candidate


def read_insights(connection: Connection, only: int | None = None) -> dict[int, tuple[Insight, ...]]:
    """Return what was said of each candidate, or of one, in order."""
    by_candidate: defaultdict[int, list[Insight]] = defaultdict(list)
    columns = tables.insights.c
    wanted = select(tables.insights).order_by(columns.candidate, columns.position)
    for row in connection.execute(wanted if only is None else wanted.where(columns.candidate == only)):
        by_candidate[row.candidate].append(Insight(row.candidate, row.helps, row.text, row.families))
    return {ordinal: tuple(insights) for ordinal, insights in by_candidate.items()}
