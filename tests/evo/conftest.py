"""A language model for whole runs: a real server on the loopback."""

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Oracle:
    """A model on the loopback whose reply depends on the prompt alone; counts the prompts that it answered.

    Asked for code it gives a rule of the toy problem, asked for an analysis it says that the weight helps.
    """

    def __init__(self) -> None:
        self.answered: Counter[str] = Counter()
        oracle = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send({"object": "list", "data": [{"id": "oracle", "object": "model"}]})

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                digest = hashlib.sha256(json.dumps(body["messages"]).encode()).hexdigest()
                threading.Event().wait(0.05)
                code = f"```python\ndef priority(p, w):\n    return p - {int(digest[:3], 16) / 100} * w\n```"
                analysis = "HELPS: the weight of w" if "HELPS:" in body["messages"][0]["content"] else ""
                message = {"role": "assistant", "content": analysis or code}
                oracle.answered[digest] += 1
                usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
                choice = {"index": 0, "finish_reason": "stop", "message": message}
                self.send({"id": "1", "object": "chat.completion", "model": "oracle", "created": 0,
                           "choices": [choice], "usage": usage})  # fmt: skip

            def send(self, answer: dict[str, object]) -> None:
                body = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.overrides = [
            "llm=vllm",
            "llm.model=oracle",
            f"llm.base_url=http://127.0.0.1:{self.server.server_port}/v1",
            "llm.price_in=1.0",
            "llm.price_out=1.0",
        ]


@pytest.fixture
def oracle() -> Iterator[Oracle]:
    made = Oracle()
    yield made
    made.server.shutdown()
    made.server.server_close()
