"""What a model was asked for a candidate, and what it said: exactly."""

from collections.abc import Iterator

from evo.analysis.select import Value, select
from evo.analysis.table import Column, DataTable, Unit
from evo.store import RunStore
from evo.store.calls import prompt_messages

COLUMNS = (
    Column("message"),
    Column("call"),
    Column("purpose"),
    Column("model"),
    Column("status"),
    Column("role"),
    Column("content", Unit.WORDS),
)
CALLS = """
SELECT k.attempt, k.purpose, k.model, k.status, p.content AS prompt, r.content AS reply, k.error
FROM calls k LEFT JOIN blobs p ON p.sha256 = k.prompt LEFT JOIN blobs r ON r.sha256 = k.reply
WHERE k.ordinal = :ordinal ORDER BY k.attempt
"""


def prompt(store: RunStore, ordinal: int) -> DataTable:
    """Return the messages of each call for a candidate, and its reply (role `reply`) or why there is none (`error`)."""
    messages = [message for call in select(store, CALLS, ordinal=ordinal) for message in _messages(call)]
    rows = tuple((number, *message) for number, message in enumerate(messages, 1))
    notes = () if rows else ("no model was asked for it",)
    return DataTable(f"prompts and replies of {ordinal}", COLUMNS, rows, notes=notes)


def _messages(call: tuple[Value, ...]) -> Iterator[tuple[Value, ...]]:
    *about, prompt, reply, error = call
    for message in () if prompt is None else prompt_messages(str(prompt)):
        yield *about, message.role, message.content
    if reply is not None:
        yield *about, "reply", reply
    if error is not None:
        yield *about, "error", error
