"""What is written of a request to a model: prompt, reply and charge."""

import hashlib

from sqlalchemy import Connection

from evo.core.records import Attempt, Message, Request, Usage
from evo.store import codec, statements
from evo.store.records import CallStatus, Purpose


def store_blob(connection: Connection, content: str) -> str:
    """Store a text once, and return the sha256 that names it."""
    stored = codec.storable(content)
    sha256 = hashlib.sha256(stored.encode()).hexdigest()
    connection.exec_driver_sql(statements.INSERT_BLOB, {"sha256": sha256, "content": stored})
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
    columns: codec.Columns = {
        "operator": request.proposal.operator.name,
        "purpose": purpose,
        "sample": request.sample,
        "prompt": _prompt(connection, attempt.messages or request.messages),
        "reserved_tokens": reserved.tokens,
        "reserved_dollars": reserved.dollars,
        "created": codec.now(),
    }
    connection.exec_driver_sql(
        statements.INSERT_CALL, columns | _answer_columns(connection, request.proposal.ordinal, status, attempt)
    )


def answer_intent(connection: Connection, ordinal: int, attempt: Attempt) -> bool:
    """Return whether there was an intent to answer: none is left when the run was resumed since."""
    columns = _answer_columns(connection, ordinal, status_of(attempt), attempt)
    return connection.exec_driver_sql(statements.ANSWER_CALL, columns).rowcount == 1


def _prompt(connection: Connection, messages: tuple[Message, ...]) -> str | None:
    return store_blob(connection, codec.prompt_text(messages)) if messages else None


def _answer_columns(connection: Connection, ordinal: int, status: CallStatus, attempt: Attempt) -> codec.Columns:
    return {
        "ordinal": ordinal,
        "model": attempt.model,
        "status": status,
        "reply": None if attempt.reply is None else store_blob(connection, attempt.reply),
        "error": None if attempt.error is None else codec.storable(attempt.error),
        "raw_usage": attempt.raw_usage,
        **codec.usage_columns(attempt.usage),
    }


def status_of(attempt: Attempt) -> CallStatus:
    """Return whether there was a reply."""
    return CallStatus.FAILED if attempt.reply is None else CallStatus.OK
