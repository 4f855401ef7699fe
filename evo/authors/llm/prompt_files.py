"""A person, or an agent, as a language model: prompts are written to files, replies are awaited in others."""

import asyncio
import fcntl
import hashlib
import os
import re
import signal
import stat
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from evo.authors.llm.contract import Completion, ErrorKind, LLMError, Price, Sampling
from evo.authors.llm.plain_text import MOST_BYTES, completion, prompt_text
from evo.core.records import Message

POLL_SECONDS = 0.3
SETTLED_SECONDS = 1.0
"""A reply that nobody has open for writing and that has not changed for so long is complete."""
HEADER = "<!-- prompt {number:04d} of evo, key {key}: the reply belongs into replies/{number:04d}.md -->\n\n"
KEY = re.compile(r"<!-- prompt \d+ of evo, key ([0-9a-f]{16}):")


class PromptFilesLLM:
    """Writes prompt 1 to `prompts/0001.md` of a folder and waits for `replies/0001.md`; an empty file skips it.

    A prompt is known by its key, so that after a resume it is awaited under its old number. `timeout` is seconds, None
    for no limit.
    """

    def __init__(self, model: str, folder: Path, price: Price | None, timeout: float | None) -> None:
        self.model = model
        self.price = price
        self._prompts, self._replies = folder / "prompts", folder / "replies"
        self._timeout = timeout
        self._numbers: dict[str, int] = {}
        self._awaited: dict[int, str] = {}

    async def complete(self, messages: Sequence[Message], sampling: Sampling) -> Completion:
        """Write the prompt, where that was not done yet, and wait for the reply."""
        try:
            number = self._written(messages, sampling)
        except OSError as error:
            raise LLMError(ErrorKind.OTHER, f"cannot write {error.filename}: {error.strerror}") from None
        file = self._replies / f"{number:04d}.md"
        self._awaited[number] = str(file)
        try:
            async with asyncio.timeout(self._timeout):
                reply = await self._reply(number, file)
        except TimeoutError:
            raise LLMError(ErrorKind.OTHER, f"no reply in {file} within {self._timeout:g} s (llm.timeout)") from None
        finally:
            self._awaited.pop(number, None)
        if len(reply) > MOST_BYTES:
            raise LLMError(ErrorKind.REFUSED, f"{file} has more than {MOST_BYTES // 2**20} MiB")
        text = reply.decode("utf-8-sig", "replace")
        if not text.strip():
            raise LLMError(ErrorKind.REFUSED, f"skipped, {file} is empty")
        return completion(text, messages, self.price, sampling.max_tokens)

    async def ping(self) -> tuple[str, ...]:
        """Be there: whoever answers is not asked for a sign of life."""
        return ()

    async def close(self) -> None:
        """Hold nothing: what is still awaited may be answered before a resume."""

    def waits_for(self) -> str:
        """Say which replies are awaited, and where; nothing where none is."""
        files = [file for _, file in sorted(self._awaited.items())]
        return f"{self.model}: waiting for {', '.join(files)} (prompts in {self._prompts})" if files else ""

    def _written(self, messages: Sequence[Message], sampling: Sampling) -> int:
        """Return the number of a prompt, the next free one for one that is new."""
        if not self._numbers:
            self._prompts.mkdir(parents=True, exist_ok=True)
            self._replies.mkdir(exist_ok=True)
            self._numbers = dict(_numbered(self._prompts))
        key = _key(self.model, messages, sampling.sample)
        if key not in self._numbers:
            self._numbers[key] = _put(self._prompts, key, prompt_text(messages))
        return self._numbers[key]

    async def _reply(self, number: int, file: Path) -> bytes:
        """Return the first bytes of a reply once it is complete."""
        seen, since = (-1, -1), time.monotonic()
        while True:
            try:
                state = file.stat()
                if not stat.S_ISREG(state.st_mode):
                    self._awaited[number] = f"{file} (it is no plain file)"
                elif (state.st_size, state.st_mtime_ns) != seen:
                    seen, since = (state.st_size, state.st_mtime_ns), time.monotonic()
                elif time.monotonic() - since >= SETTLED_SECONDS and not _is_being_written(file):
                    with file.open("rb") as reply:
                        return reply.read(MOST_BYTES + 1)
            except FileNotFoundError:
                seen = (-1, -1)
            except OSError as error:
                self._awaited[number] = f"{file} ({error.strerror})"
            await asyncio.sleep(POLL_SECONDS)


def _key(model: str, messages: Sequence[Message], sample: int) -> str:
    text = "\0".join([model, str(sample), *(f"{message.role}\0{message.content}" for message in messages)])
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _numbered(prompts: Path) -> list[tuple[str, int]]:
    """Return the keys of the prompts that there are, with their numbers."""
    files = [file for file in sorted(prompts.glob("*.md")) if file.stem.isdecimal()]
    found = [(KEY.match(file.read_text(encoding="utf-8", errors="replace")), int(file.stem)) for file in files]
    return [(match[1], number) for match, number in found if match is not None]


def _put(prompts: Path, key: str, text: str) -> int:
    """Write a prompt under the next free number, at once as a whole; return the number."""
    number = 1 + max((int(file.stem) for file in prompts.glob("*.md") if file.stem.isdecimal()), default=0)
    while True:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", errors="replace", dir=prompts, prefix=".") as draft:
            draft.write(HEADER.format(number=number, key=key) + text)
            draft.flush()
            os.fchmod(draft.fileno(), 0o644)
            try:
                os.link(draft.name, prompts / f"{number:04d}.md")
            except FileExistsError:  # another model of this run was first
                number += 1
            else:
                return number


def _is_being_written(file: Path) -> bool:
    """Whether somebody has a file open for writing, as a shell has until the command ends whose output it takes.

    Linux tells it to the owner of the file by refusing a lease for reading (fcntl(2), F_SETLEASE).
    """
    with file.open("rb") as reply:
        try:
            fcntl.fcntl(reply, fcntl.F_SETSIG, signal.SIGURG)  # what breaks a lease sends SIGIO, which would end us
            fcntl.fcntl(reply, fcntl.F_SETLEASE, fcntl.F_RDLCK)
            fcntl.fcntl(reply, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        except BlockingIOError:
            return True
        except OSError:  # it cannot be told here
            return False
    return False
