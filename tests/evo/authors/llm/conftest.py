"""A chat endpoint on the loopback that answers as it is told, and a time that passes without waiting."""

import asyncio
import json
import selectors
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

KEY = "sk-test-0123456789abcdef"
RULE = "def priority(p, w):\n    return p / w\n"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: status, body, further headers; `held` keeps it back until the endpoint closes, `dropped` hangs up.

    `phrase` words the status.
    """

    body: str | bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    held: bool = False
    dropped: bool = False
    content_type: str = "application/json"
    phrase: str | None = None


def said(text: object, finish: str = "stop", prompt: int = 120, completion: int = 30) -> Reply:
    """Return a chat completion that says this."""
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text}}
    usage = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    return Reply(json.dumps({"id": "1", "object": "chat.completion", "model": "m", "created": 0, "choices": [choice],
                             "usage": usage}))  # fmt: skip


def failed(status: int, message: str, code: str = "", **headers: str) -> Reply:
    """Return an error the way OpenAI words it."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(json.dumps({"error": {"message": message, "type": "error", "code": code}}), status, names)


Body = dict[str, object]
Answering = Reply | Callable[[Body], Reply]
"""A reply, or what makes one of a request."""


class Endpoint:
    """Gives its replies in turn, the last one again and again; keeps path, key and body of every request."""

    def __init__(self, *replies: Answering, port: int = 0) -> None:
        self.replies = list(replies)
        self.bodies: list[Body] = []
        self.keys: list[str] = []
        self.paths: list[str] = []
        self.headers: list[Message] = []
        self.listed = Reply('{"object": "list", "data": []}')
        self.released = threading.Event()
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                endpoint.bodies.append(body)
                reply = endpoint.replies[min(len(endpoint.bodies), len(endpoint.replies)) - 1]
                self.answer(reply if isinstance(reply, Reply) else reply(body))

            def do_GET(self) -> None:
                first = endpoint.replies[0]
                self.answer(first if isinstance(first, Reply) else endpoint.listed)

            def answer(self, reply: Reply) -> None:
                endpoint.keys.append(self.headers.get("authorization", ""))
                endpoint.paths.append(self.path)
                endpoint.headers.append(self.headers)
                if reply.held:
                    endpoint.released.wait(20)
                if reply.dropped:
                    self.close_connection = True
                    return
                body = reply.body.encode() if isinstance(reply.body, str) else reply.body
                self.send_response(reply.status, reply.phrase)
                for name, value in {"content-type": reply.content_type, **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                with suppress(ConnectionError):  # of who reads no more
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            request_queue_size = 64  # so many may call at once

        self.server = Server(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.released.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Endpoints:
    """Opens endpoints, and closes them at the end of the test; hands out what the tests say and compare with."""

    KEY = KEY
    RULE = RULE
    Reply = Reply
    said = staticmethod(said)
    failed = staticmethod(failed)

    def __init__(self) -> None:
        self.opened: list[Endpoint] = []

    def open(self, *replies: Answering, port: int = 0) -> Endpoint:
        self.opened.append(Endpoint(*replies, port=port))
        return self.opened[-1]

    def refused_url(self) -> str:
        """Return the address of a server that has just gone."""
        gone = Endpoint(Reply(""))
        gone.close()
        return gone.url


@pytest.fixture
def endpoints() -> Iterator[Endpoints]:
    opened = Endpoints()
    yield opened
    for endpoint in opened.opened:
        endpoint.close()


class _Skipping(selectors.DefaultSelector):
    """Waits for nothing: the time that would have passed is counted instead."""

    skipped = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout:
            self.skipped += timeout
        return ready


class _Loop(asyncio.SelectorEventLoop):
    """An event loop whose time jumps from one sleeper to the next: an hour of waiting takes no time."""

    def __init__(self) -> None:
        self.skipping = _Skipping()
        super().__init__(self.skipping)

    def time(self) -> float:
        return self.skipping.skipped


@pytest.fixture(scope="session")
def at_once() -> Callable[[Coroutine[object, object, object]], object]:
    """Return what runs a coroutine to its end without waiting, whatever it sleeps."""

    def run(main: Coroutine[object, object, object]) -> object:
        with asyncio.Runner(loop_factory=_Loop) as runner:
            return runner.run(main)

    return run
