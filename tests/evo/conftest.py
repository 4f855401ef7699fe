"""A language model for whole runs, and records of runs made from few arguments."""

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from evaluators import Evaluation, Facts, Failure, FailureKind, Gap, Isolation, Seconds, no_levels
from evo.core.context import Insight
from evo.core.records import Attempt, Candidate, Draft, Message, Operator, Proposal, Request, Usage
from evo.store import RecordedPlacement, RunHeader, RunStatus, RunStore
from islands import Axis
from problems import Instance, Reference, Split


class Oracle:
    """A model on the loopback whose reply depends on the prompt alone; counts the prompts that it answered.

    Asked for code it gives a rule of the toy problem, asked for an analysis it says that the weight helps.
    """

    def __init__(self) -> None:
        self.remark = self.comment = self.phrase = ""
        self.answered: Counter[str] = Counter()
        oracle = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send({"object": "list", "data": [{"id": "oracle", "object": "model"}]})

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                digest = hashlib.sha256(json.dumps(body["messages"]).encode()).hexdigest()
                threading.Event().wait(0.05)
                rule = f"def priority(p, w):\n    return p - {int(digest[:3], 16) / 100} * w{oracle.comment}"
                code = f"```python\n{rule}\n```{oracle.remark}"
                analysis = (
                    f"HELPS: the weight of w{oracle.remark}" if "HELPS:" in body["messages"][0]["content"] else ""
                )
                message = {"role": "assistant", "content": analysis or code}
                oracle.answered[digest] += 1
                usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
                choice = {"index": 0, "finish_reason": "stop", "message": message}
                self.send({"id": "1", "object": "chat.completion", "model": "oracle", "created": 0,
                           "choices": [choice], "usage": usage})  # fmt: skip

            def send(self, answer: dict[str, object]) -> None:
                body = json.dumps(answer).encode()
                self.send_response(200, oracle.phrase)
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

    def say(self, remark: str) -> None:
        """End each reply, and the code in it, with a remark, and word the status of HTTP so."""
        self.remark, self.comment = f" {remark}", f"  # {remark}"
        self.phrase = remark.encode("latin-1", "ignore").decode("latin-1")


@pytest.fixture
def oracle() -> Iterator[Oracle]:
    made = Oracle()
    yield made
    made.server.shutdown()
    made.server.server_close()


class Make:
    """Builds what a search would."""

    worst = Usage(1000, 500, 0.25)

    def header(self) -> RunHeader:
        return RunHeader(
            "u1", "toy", 7, '{"seed": 7}', "0.1.0", '{"python": "3.11"}', Isolation.B, "2026-01-01T00:00:00"
        )

    def instances(self) -> dict[Split, list[tuple[Instance, Reference]]]:
        train = [
            (Instance(f"t{i}", "small", (np.arange(i + 1),), 2.0), Reference(10.0 + i, 10.0 + i, True, "exact"))
            for i in range(3)
        ]
        return {Split.TRAIN: train, Split.VALIDATION: [(Instance("v", "big", (np.ones(2),), 1.0), self.open_reference)]}

    @property
    def open_reference(self) -> Reference:
        return Reference(5.0, None, False, "descent")

    def request(self, ordinal: int, parents: Sequence[int] = (), prompt: str = "", operator: str = "vary") -> Request:
        drawn = tuple(Candidate(parent, "", Facts("", 1), 0.0) for parent in parents)
        proposal = Proposal(ordinal, ordinal % 2, Operator(operator, "llm", 1), drawn, 2**128 - 1 - ordinal)
        return (
            Request(proposal, "m", (Message("user", prompt),), self.worst) if prompt else Request(proposal, "embedded")
        )

    def draft(self, source: str | None = "def f(): ...", attempts: Sequence[Attempt] = (), reason: str = "") -> Draft:
        return Draft(source, reason, tuple(attempts))

    def evaluation(
        self,
        gap: float = 0.5,
        split: Split = Split.TRAIN,
        digest: str = "d",
        size: int = 9,
        lower: tuple[float, ...] = (),
    ) -> Evaluation:
        gaps = np.array([gap - 0.1, gap, gap + 0.1])
        aggregates = Gap(gap, gap / 3, None, lower=lower)
        below = np.array([lower] * 3) if lower else no_levels()
        seconds = Seconds(0.1, 0.2, 0.3)
        return Evaluation(split, Facts(digest, size), gaps + 10, gaps, aggregates, {"a": gap}, seconds, below)

    def placement(self, ordinal: int, status: str = "new") -> RecordedPlacement:
        return RecordedPlacement(ordinal, 0, (1, 2), status, None)

    def placed(
        self,
        store: RunStore,
        ordinal: int,
        gap: float,
        parents: Sequence[int] = (),
        lower: tuple[float, ...] = (),
        **asked: str,
    ) -> None:
        """Take a candidate through its four transactions."""
        request = self.request(ordinal, parents, **asked)
        store.record_intent(request)
        store.record_draft(request, self.draft(f"def f(): return {ordinal}"))
        store.record_outcome(ordinal, self.evaluation(gap, digest=f"d{ordinal}", lower=lower))
        store.record_placements(ordinal, [self.placement(ordinal)])

    def failed(self, store: RunStore, ordinal: int, kind: FailureKind, repeat_of: int | None = None) -> None:
        store.record_intent(self.request(ordinal))
        store.record_draft(self.request(ordinal), self.draft(f"bad {ordinal}"))
        store.record_outcome(ordinal, Failure(kind, f"message {ordinal}", facts=Facts("d", 1)), repeat_of)
        store.record_placements(ordinal, ())

    def repeated(self, store: RunStore, ordinal: int, repeat_of: int) -> None:
        store.record_intent(self.request(ordinal))
        store.record_draft(self.request(ordinal), self.draft())
        store.record_outcome(ordinal, self.evaluation(), repeat_of)
        store.record_placements(ordinal, [self.placement(ordinal, "rejected")])

    def store(self, path: Path) -> RunStore:
        return RunStore.create(path, self.header(), self.instances())


class RecordOf:
    """A record of a finished run in which every text is the same one, whoever may have written it."""

    scored, failed, without_source = 1, 2, 3

    def __init__(self, words: str) -> None:
        self.words = words
        self.source = f'''def priority(p, w):  # {words}
    """{words}"""
    return p
'''
        config = {"islands": {"archives": {words: [1, 2]}}, "budget": {"candidates": 9}, "axes": {}}
        started = "2026-01-01T00:00:00+00:00"
        self.header = RunHeader(words, words, 0, json.dumps(config), words, "{}", Isolation.B, started)
        self.islands = [(words, (Axis(words, 0.0, 1.0, 10), Axis("b", 0.0, 1.0, 10)))]

    def instances(self, split: Split) -> list[tuple[Instance, Reference]]:
        reference = Reference(10.0, 5.0, False, self.words, 1.0, self.words)
        names = [(f"{split} {i} {self.words}", f"{i} {self.words}") for i in range(3)]
        return [(Instance(*name, (np.arange(i + 1),), 1.0), reference) for i, name in enumerate(names)]

    def request(self, ordinal: int, parents: tuple[int, ...] = ()) -> Request:
        drawn = tuple(Candidate(parent, "", Facts("", 1), 0.0) for parent in parents)
        proposal = Proposal(ordinal, 0, Operator(self.words, "llm", 1), drawn, 1)
        messages = (Message(self.words, self.words),)
        return Request(proposal, self.words, messages, Usage(10, 10, 0.1), instruction=self.words)

    def draft(self, source: str | None) -> Draft:
        usage, words = Usage(10, 10, 0.1, 1.0), self.words
        answered = Attempt(words, usage, reply=words, raw_usage=words)
        return Draft(source, words, (Attempt(words, usage, error=words), answered))

    def evaluation(self, ordinal: int, split: Split) -> Evaluation:
        gaps = np.array([0.3, 0.2, 0.1]) / (ordinal + 1)
        gap = Gap(float(gaps.mean()), 0.1, None)
        measures = {self.words: 0.5, "b": 0.4}
        return Evaluation(split, Facts(f"d{ordinal}", 9), gaps + 10, gaps, gap, measures, Seconds())

    def write(self, path: Path) -> None:
        """Write a seed, its child with an insight, and two failures, one of them without a source."""
        known = {split: self.instances(split) for split in Split}
        with RunStore.create(path, self.header, known, self.islands) as store:
            for ordinal in (0, self.scored):
                store.record_intent(self.request(ordinal, tuple(range(ordinal))))
                store.record_draft(self.request(ordinal), self.draft(f"{self.source}# {ordinal}\n"))
                store.record_outcome(ordinal, self.evaluation(ordinal, Split.TRAIN))
                store.record_placements(ordinal, [RecordedPlacement(ordinal, 0, (ordinal, 1), "new", None)], 1.0)
            insight = Insight(self.scored, True, self.words, {self.words: 0.1})
            store.record_insights(self.request(self.scored), (), (insight,))
            for ordinal, source in ((self.failed, self.source), (self.without_source, None)):
                store.record_intent(self.request(ordinal, (self.scored,)))
                store.record_draft(self.request(ordinal), self.draft(source))
                store.record_outcome(ordinal, Failure(FailureKind.RUNTIME_ERROR, self.words, self.words))
                store.record_placements(ordinal, ())
            store.record_score(self.scored, Split.TEST, self.evaluation(self.scored, Split.TEST))
            store.record_selected(self.scored, json.dumps({"stopped": self.words}))
            store.finish(RunStatus.FINISHED)


@pytest.fixture(scope="session")
def record_of() -> type[RecordOf]:
    return RecordOf


@pytest.fixture
def make() -> Make:
    return Make()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.sqlite"


@pytest.fixture
def store(make: Make, path: Path) -> Iterator[RunStore]:
    with make.store(path) as store:
        yield store
