"""Calls kept in a file of JSON lines, and given back without a network.

A call is known by its model, messages, sampling numbers and sample index. Errors are kept too, so that a replay takes
the same path; a key is in none of it. Lines of a later session replace those of an earlier one, call by call.
"""

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from pathlib import Path
from typing import TextIO

from evo.authors.llm.contract import LLM, Completion, ErrorKind, LLMError, Price, Sampling
from evo.core.errors import UserError
from evo.core.records import Message, Usage

SHOWN = 80

Messages = Sequence[Message]


def first_difference(asked: Messages, recorded: Sequence[Messages]) -> str:
    """Return one line: the message, its first line that differs, and how both have it."""
    lines = _lines(asked)
    nearest = max(recorded, key=lambda other: SequenceMatcher(None, _lines(other), lines, False).quick_ratio())
    for number, one in enumerate(asked, 1):
        other = nearest[number - 1].content if number <= len(nearest) else ""
        if one.content != other:
            return f"message {number} ({one.role}) differs from the nearest recorded one, {_first(one.content, other)}"
    return f"it ends after message {len(asked)}, the nearest recorded one does not"


def _lines(messages: Messages) -> list[str]:
    return [line for message in messages for line in message.content.splitlines()]


def _first(one: str, other: str) -> str:
    pairs = enumerate(zip_longest(one.split("\n"), other.split("\n"), fillvalue="(no line)"), 1)
    number, (ours, theirs) = next((number, pair) for number, pair in pairs if pair[0] != pair[1])
    return f"first in line {number}: asked {ours[:SHOWN]!r}, recorded {theirs[:SHOWN]!r}"


class RecordingError(UserError):
    """A recording cannot be used, or lacks a call: one line that says where it differs."""

    status = 1  # the settings fit, what was recorded does not


@dataclass(frozen=True, slots=True)
class Recorded:
    """One call and what came of it; `session` tells apart the runs that wrote into one file."""

    model: str
    messages: tuple[Message, ...]
    sampling: Sampling
    result: Completion | LLMError
    session: str = ""

    @property
    def key(self) -> str:
        """What the call is known by."""
        return key(self.model, self.messages, self.sampling)


def key(model: str, messages: Sequence[Message], sampling: Sampling) -> str:
    """Return the sha256 of what is asked."""
    return hashlib.sha256(json.dumps([model, *_asked(messages, sampling)]).encode()).hexdigest()


class Recording:
    """A file of calls: `begin` to add to it, `read` to look calls up."""

    def __init__(self, path: Path, calls: Sequence[Recorded] = (), file: TextIO | None = None) -> None:
        self.path = path
        self.calls = tuple(calls)
        self._file = file
        self._session = uuid.uuid4().hex[:8]
        self._by_key: dict[str, list[Recorded]] = {}
        for call in calls:
            known = self._by_key.setdefault(call.key, [])
            if known and known[0].session != call.session:
                known.clear()
            known.append(call)

    @classmethod
    def begin(cls, path: Path) -> "Recording":
        """Open a file to add to it.

        Raises:
            RecordingError: it cannot be written.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = path.open("a+", encoding="utf-8")
            file.write("\n")  # ends a line that a kill has cut
            file.flush()
        except OSError as error:
            raise RecordingError(
                f"llm.recording {path}: {error.strerror}; choose a file that can be written."
            ) from None
        return cls(path, file=file)

    @classmethod
    def read(cls, path: Path) -> "Recording":
        """Read a file; a line that a kill has cut is passed over.

        Raises:
            RecordingError: it is not there, or holds no call.
        """
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            what = error.strerror if isinstance(error, OSError) else "no text"
            raise RecordingError(f"llm.recording {path}: {what}; llm.calls=record makes one.") from None
        calls = [call for call in map(_from_line, lines) if call is not None]
        if not calls:
            raise RecordingError(f"llm.recording {path} holds no calls; llm.calls=record makes them.")
        return cls(path, calls)

    def add(self, model: str, messages: Sequence[Message], sampling: Sampling, result: Completion | LLMError) -> None:
        """Write a call down at once."""
        assert self._file is not None, "a recording that was read is not added to"
        self._file.write(_to_line(Recorded(model, tuple(messages), sampling, result, self._session)))
        self._file.flush()

    def find(self, model: str, messages: Sequence[Message], sampling: Sampling) -> Sequence[Recorded]:
        """Return the tries of one call, in order.

        Raises:
            RecordingError: there is none; the message says where the nearest call differs.
        """
        asked = (model, tuple(messages), sampling)
        found = self._by_key.get(key(*asked))
        if found is None:
            raise RecordingError(f"{self.path} lacks this call: {_difference(asked, self.calls)}")
        return found

    def close(self) -> None:
        """Close the file; it may be closed again."""
        if self._file is not None:
            self._file.close()


class RecordingLLM:
    """Asks `llm` and writes down what came."""

    def __init__(self, name: str, llm: LLM, recording: Recording) -> None:
        self.model = name
        self.price = llm.price
        self._llm = llm
        self._recording = recording

    async def complete(self, messages: Sequence[Message], sampling: Sampling) -> Completion:
        """Ask once."""
        try:
            completion = await self._llm.complete(messages, sampling)
        except LLMError as error:
            self._recording.add(self.model, messages, sampling, error)
            raise
        self._recording.add(self.model, messages, sampling, completion)
        return completion

    async def ping(self) -> tuple[str, ...]:
        """Ask for a sign of life, which is not recorded."""
        return await self._llm.ping()

    async def close(self) -> None:
        """Release the model's connections and the file."""
        await self._llm.close()
        self._recording.close()


class ReplayLLM:
    """Gives back what was recorded: the tries of a call in turn; past the last one nobody asks."""

    def __init__(self, name: str, price: Price | None, recording: Recording) -> None:
        self.model = name
        self.price = price
        self._recording = recording
        self._given: Counter[str] = Counter()

    async def complete(self, messages: Sequence[Message], sampling: Sampling) -> Completion:
        """Give the next recorded try.

        Raises:
            RecordingError: it was not recorded.
        """
        tries = self._recording.find(self.model, messages, sampling)
        position = self._given[tries[0].key]
        self._given[tries[0].key] += 1
        if position >= len(tries):
            raise RecordingError(f"{self._recording.path} has this call {len(tries)} times, and no more is recorded")
        result = tries[position].result
        if isinstance(result, Completion):
            return result
        again = LLMError(result.kind, str(result), lost=result.lost, final=position == len(tries) - 1)
        again.seconds = result.seconds
        raise again

    async def ping(self) -> tuple[str, ...]:
        """Be there."""
        return ()

    async def close(self) -> None:
        """Hold nothing."""


def _asked(messages: Sequence[Message], sampling: Sampling) -> list[object]:
    numbers = [sampling.temperature, sampling.top_p, sampling.max_tokens, sampling.sample]
    return [[[message.role, message.content] for message in messages], numbers]


def _to_line(call: Recorded) -> str:
    result: dict[str, object]
    if isinstance(call.result, LLMError):
        error = call.result
        result = {"error": str(error), "kind": error.kind, "lost": error.lost, "seconds": error.seconds}
    else:
        reply = call.result
        usage = reply.usage
        charged = [usage.prompt_tokens, usage.completion_tokens, usage.dollars, usage.seconds]
        result = {"reply": reply.text, "usage": charged, "raw_usage": reply.raw_usage, "finish": reply.finish}
    messages, numbers = _asked(call.messages, call.sampling)
    row = {"session": call.session, "model": call.model, "sampling": numbers, "messages": messages, **result}
    return json.dumps(row) + "\n"


def _from_line(line: str) -> Recorded | None:
    """Read a line; None for one that is empty or was cut."""
    try:
        row = json.loads(line)
        messages = tuple(Message(role, content) for role, content in row["messages"])
        return Recorded(row["model"], messages, Sampling(*row["sampling"]), _result(row), row["session"])
    except (ValueError, KeyError, TypeError):
        return None


def _result(row: Mapping[str, object]) -> Completion | LLMError:
    if "error" not in row:
        usage = row["usage"]
        assert isinstance(usage, list)
        return Completion(str(row["reply"]), Usage(*usage), str(row["raw_usage"]), str(row["finish"]))
    error = LLMError(ErrorKind(str(row["kind"])), str(row["error"]), lost=bool(row["lost"]))
    error.seconds = float(str(row["seconds"]))
    return error


def _difference(asked: tuple[str, tuple[Message, ...], Sampling], calls: Sequence[Recorded]) -> str:
    model, messages, sampling = asked
    same = [call for call in calls if call.messages == messages]
    if same:
        numbers = f"model {model}, {sampling}", f"model {same[-1].model}, {same[-1].sampling}"
        return f"its messages are recorded, but with {numbers[1]}; asked are {numbers[0]}"
    return first_difference(messages, [call.messages for call in calls])
