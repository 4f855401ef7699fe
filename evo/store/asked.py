"""What models were asked for candidates, what that cost, and what they said of them."""

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import Connection, text

from evo.core.context import Insight
from evo.core.records import Message, Usage, total
from evo.store import codec
from evo.store.records import CallStatus, Purpose

ANSWERED = (CallStatus.OK, CallStatus.FAILED)


@dataclass(slots=True)
class Asked:
    """The calls for one candidate: its prompt, what those with an answer cost, whether it was analysed."""

    usage: Usage = field(default_factory=Usage)
    messages: tuple[Message, ...] = ()
    analysed: bool = False


def read_asked(connection: Connection, only: int | None) -> defaultdict[int, Asked]:
    """Return what was asked for each candidate, or for one; nothing for those without a call."""
    found: defaultdict[int, Asked] = defaultdict(Asked)
    where = "" if only is None else f" WHERE ordinal = {only:d}"
    rows = connection.execute(
        text(
            "SELECT k.*, b.content FROM calls k LEFT JOIN blobs b ON b.sha256 = k.prompt"
            f"{where} ORDER BY ordinal, attempt"
        )
    )
    for row in rows:
        asked, answered = found[row.ordinal], row.status in ANSWERED
        if row.purpose == Purpose.ANALYSIS:
            asked.analysed |= answered
            continue
        if not asked.messages and row.content is not None:
            asked.messages = codec.prompt_messages(row.content)
        if answered:
            usage = Usage(row.prompt_tokens, row.completion_tokens, row.dollars, row.seconds)
            asked.usage = total([asked.usage, usage])
    return found


def read_insights(connection: Connection, only: int | None = None) -> dict[int, tuple[Insight, ...]]:
    """Return what was said of each candidate, or of one, in order."""
    found: defaultdict[int, list[Insight]] = defaultdict(list)
    where = "" if only is None else f" WHERE candidate = {only:d}"
    for row in connection.execute(text(f"SELECT * FROM insights{where} ORDER BY candidate, position")):
        found[row.candidate].append(codec.insight_of(row))
    return {ordinal: tuple(insights) for ordinal, insights in found.items()}
