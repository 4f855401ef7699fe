"""The stand-in model behind an OpenAI-compatible server on this machine, and an evaluator for engines in other Pythons.

    python benchmarks/search/server.py --task smtt_edd --folder FOLDER [--seed 0] [--replies 100] [--knowledge 0.02]

prints `PORT n` and serves until it is killed. `POST /v1/chat/completions` answers one prompt, numbered in the order of
arrival; after `--replies` of them it answers 400, so that no engine gets more. `GET /v1/models` names the model.
`POST /evaluate` takes `{"source": …}` and returns `{"gap": …}` in per cent on the training instances, or
`{"error": …}`. Each reply and each evaluation is a line of FOLDER/log.jsonl; references are kept in `--references`.
"""

import argparse
import json
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TextIO

from standin import StandIn
from tasks import TASKS, Unusable

from problems import Split

MODEL = "stand-in"
LOG = "log.jsonl"
REFUSED = 400
PAUSE = 1.0  # seconds before a refusal: LLM4AD asks again at once, for ever
TOKEN = 4  # characters, about

Json = dict[str, Any]  # what travels as JSON has no common type


class Service:
    """What the server does, one request after the other: a reply must have a number of its own."""

    def __init__(self, model: StandIn, most: int | None, log: TextIO, references: Path) -> None:
        self.model, self.most, self.log, self.references = model, most, log, references
        self.given, self.refused = 0, False
        self.lock = threading.Lock()
        model.task.known(Split.TRAIN, references)

    def answer(self, path: str, body: Json) -> tuple[int, Json]:
        """Return the HTTP status and what is sent."""
        with self.lock:
            if path.endswith("/chat/completions"):
                return self.chat(body)
            if path == "/evaluate":
                return 200, self.evaluate(str(body["source"]))
        if path.endswith("/models"):
            return 200, {"object": "list", "data": [{"id": MODEL, "object": "model"}]}
        return 404, {"error": {"message": f"Nothing is at {path}."}}

    def chat(self, body: Json) -> tuple[int, Json]:
        """Answer a prompt: a model's own reply that is quoted to it is no program that an engine shows.

        A prompt without the function's name asks for no program (engines try whether a model is there): not counted.
        """
        messages: Sequence[Mapping[str, Any]] = body["messages"]
        prompt = "\n".join(text_of(message["content"]) for message in messages if message["role"] != "assistant")
        if self.model.task.signature.name not in prompt:
            return 200, completion(prompt, "Yes.", "sign of life")
        if self.most is not None and self.given >= self.most:
            if not self.refused:
                self.write({"kind": "refusal"})
            self.refused = True
            return REFUSED, {"error": {"message": "The budget of replies is used up.", "code": "budget"}}
        reply = self.model.reply(prompt, self.given)
        self.write(
            {
                "kind": "reply",
                "number": self.given,
                "form": reply.form,
                "shown": reply.shown,
                "fault": reply.fault,
                "program": reply.program,
            }
        )
        self.given += 1
        return 200, completion(prompt, reply.text, f"reply-{self.given}")

    def evaluate(self, source: str) -> Json:
        """Score a program on the training instances."""
        began = time.thread_time()
        gap = self.model.task.gap(source, Split.TRAIN, self.references)
        result = {"error": gap.reason} if isinstance(gap, Unusable) else {"gap": gap}
        seconds = time.thread_time() - began
        self.write({"kind": "evaluation", "replies": self.given, "program": source, "seconds": seconds, **result})
        return result

    def write(self, line: Json) -> None:
        """Append one line to the log at once."""
        self.log.write(json.dumps(line) + "\n")
        self.log.flush()


def completion(prompt: str, text: str, name: str) -> Json:
    """Return a reply with its usage in the form of the chat-completions interface."""
    before, after = len(prompt) // TOKEN + 1, len(text) // TOKEN + 1
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return {
        "id": name,
        "object": "chat.completion",
        "created": int(time.time()),
        "model": MODEL,
        "choices": [choice],
        "usage": {"prompt_tokens": before, "completion_tokens": after, "total_tokens": before + after},
    }


def text_of(content: str | Sequence[Mapping[str, str]]) -> str:
    """Return the text of a message, whether it is given whole or in parts."""
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def handler_of(service: Service) -> type[BaseHTTPRequestHandler]:
    """Return the class that the standard library's server wants."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self.send(*service.answer(self.path, {}))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            status, content = service.answer(self.path, body)
            if status == REFUSED:
                time.sleep(PAUSE)
            self.send(status, content)

        def send(self, status: int, body: Json) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
            """Say nothing: the log has it."""

    return Handler


class QuietServer(ThreadingHTTPServer):
    """A server that says nothing of engines that end while it replies."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Print what went wrong, but for a connection that is closed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--task", choices=sorted(TASKS), required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--references", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--replies", type=int)
    parser.add_argument("--knowledge", type=float, default=0.0)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    model = StandIn(TASKS[options.task], options.seed, options.knowledge)
    with (options.folder / LOG).open("w", encoding="utf-8") as log:
        service = Service(model, options.replies, log, options.references or options.folder)
        server = QuietServer(("127.0.0.1", options.port), handler_of(service))
        print("PORT", server.server_address[1], flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
