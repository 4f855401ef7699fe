"""Any program as a language model: the prompt goes to its standard input, the reply comes from its standard output."""

import asyncio
import os
import shutil
import signal
from collections.abc import Sequence
from contextlib import suppress

from evo.authors.llm.contract import Completion, ErrorKind, LLMError, Price, Sampling
from evo.authors.llm.plain_text import MOST_BYTES, completion, prompt_text
from evo.authors.llm.redaction import one_line
from evo.core.records import Message

TOLD_BYTES = 4096
"""So much of the end of its standard error is kept for the error's line."""
CLOSING_SECONDS = 1.0
"""How long pipes are waited for once the program has ended: what left its process group may hold them open."""


class CommandLLM:
    """A program that is started for each call; `timeout` is seconds for the whole reply, None for no limit.

    It has the rights, the folder and the environment of the user. Its process group ends with the call, however that
    ends. `secrets` are blotted out of what its errors say.
    """

    def __init__(
        self,
        model: str,
        command: Sequence[str],
        price: Price | None,
        timeout: float | None,
        secrets: tuple[str, ...] = (),
    ) -> None:
        self.model = model
        self.price = price
        self._command = tuple(command)
        self._timeout = timeout
        self._secrets = secrets

    async def complete(self, messages: Sequence[Message], sampling: Sampling) -> Completion:
        """Start the program once."""
        try:
            async with asyncio.timeout(self._timeout):
                reply = await self._reply(prompt_text(messages).encode("utf-8", "replace"))
        except TimeoutError:
            message = f"no complete reply within {self._timeout:g} s; a slow program needs a larger llm.timeout"
            raise LLMError(ErrorKind.RETRYABLE, message, lost=True) from None
        return completion(reply, messages, self.price, sampling.max_tokens)

    async def ping(self) -> tuple[str, ...]:
        """See that the program is there; it is not started."""
        if fault := fault_of_command(self._command):
            raise LLMError(ErrorKind.OTHER, fault)
        return ()

    async def close(self) -> None:
        """Hold nothing: no program outlives its call."""

    async def _reply(self, prompt: bytes) -> str:
        loop = asyncio.get_running_loop()
        try:
            transport, talk = await loop.subprocess_exec(_Conversation, *self._command, start_new_session=True)
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise LLMError(ErrorKind.OTHER, one_line(f"cannot start {self._command[0]}: {why}", ())) from None
        try:
            talk.say(prompt)
            await talk.ended.wait()
        finally:
            with suppress(ProcessLookupError, PermissionError):  # nobody is left in it
                os.killpg(transport.get_pid(), signal.SIGKILL)
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSING_SECONDS):
                    await talk.closed.wait()
            transport.close()
        reply = bytes(talk.output).decode("utf-8", "replace")
        if fault := self._fault(reply, talk, transport.get_returncode()):
            raise LLMError(ErrorKind.RETRYABLE, one_line(fault, self._secrets), lost=True)
        return reply

    def _fault(self, reply: str, talk: "_Conversation", status: int | None) -> str:
        """Say what is wrong with how it ended, nothing for a reply."""
        lines = bytes(talk.errors).decode("utf-8", "replace").split("\n")
        told = next((f": {line.strip()}" for line in reversed(lines) if line.strip()), "")
        if talk.is_too_long:
            return f"{self._command[0]} printed more than {MOST_BYTES // 2**20} MiB"
        if status is not None and status < 0:
            named = -status in set(signal.Signals)
            return f"{self._command[0]} was ended by {signal.Signals(-status).name if named else -status}{told}"
        if status:
            return f"{self._command[0]} ended with exit status {status}{told}"
        return "" if reply.strip() else f"{self._command[0]} printed no reply{told}"


class _Conversation(asyncio.SubprocessProtocol):
    """What a program prints, up to a limit; `ended` with it or with too long a reply, `closed` with its last pipe."""

    def __init__(self) -> None:
        self.output, self.errors = bytearray(), bytearray()
        self.is_too_long = False
        self.ended, self.closed = asyncio.Event(), asyncio.Event()
        self._transport: asyncio.SubprocessTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.SubprocessTransport)
        self._transport = transport

    def say(self, prompt: bytes) -> None:
        """Write the whole prompt; a program that does not read it is none of our business."""
        assert self._transport is not None
        pipe = self._transport.get_pipe_transport(0)
        assert isinstance(pipe, asyncio.WriteTransport)
        pipe.write(prompt)
        pipe.close()  # once it is written

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == 2:
            self.errors = (self.errors + data)[-TOLD_BYTES:]
            return
        self.output += data[: MOST_BYTES + 1 - len(self.output)]
        if len(self.output) > MOST_BYTES:
            self.is_too_long = True
            self.ended.set()

    def process_exited(self) -> None:
        self.ended.set()

    def connection_lost(self, _: Exception | None) -> None:
        self.closed.set()


def fault_of_command(command: Sequence[str]) -> str:
    """Say why a program cannot be started, nothing where it can."""
    if shutil.which(command[0]) is not None:
        return ""
    return f"the program {command[0]} is not there, or cannot be executed: set llm.command to one that is installed"
