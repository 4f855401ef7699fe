"""Calls kept and given back: one by one, and as whole runs without a network."""

import asyncio
import contextlib
import hashlib
import io
import json
import sqlite3
from dataclasses import replace

import pytest
from rich.console import Console

from evo.authors.llm import (
    Completion,
    ErrorKind,
    LLMError,
    Price,
    Recording,
    RecordingError,
    RecordingLLM,
    ReplayLLM,
    Sampling,
    ScriptedLLM,
)
from evo.cli.app import status
from evo.config.compose import compose
from evo.core.records import Message, Usage
from evo.runs.replay import replay
from evo.runs.run import DATABASE, run

PROMPT = (Message("user", "Write a rule.\nIt has two inputs.\nAnswer with code."),)
SAMPLING = Sampling(max_tokens=50)
BUSY = LLMError(ErrorKind.RETRYABLE, "busy", retry_after=7.0)
LOST = LLMError(ErrorKind.RETRYABLE, "too slow", lost=True)


def kept(path, *results, sampling=SAMPLING, messages=PROMPT):
    """Record one call's tries, as a session of their own."""

    async def ask_all():
        llm = RecordingLLM("m", ScriptedLLM(results), Recording.begin(path))
        for _ in results:
            with contextlib.suppress(LLMError):
                await llm.complete(messages, sampling)
        await llm.close()

    asyncio.run(ask_all())


def given(path, sampling=SAMPLING, messages=PROMPT, model="m", times=1):
    """Replay a call so many times."""

    async def ask_all():
        llm = ReplayLLM(model, Price(1.0, 1.0), Recording.read(path))
        results = []
        for _ in range(times):
            try:
                results.append(await llm.complete(messages, sampling))
            except LLMError as error:
                results.append(error)
        return results

    return asyncio.run(ask_all())


class TestCalls:
    def test_a_reply_comes_back_with_everything_that_came_with_it(self, tmp_path):
        reply = Completion("π\n", Usage(3, 5, 0.1 + 0.2, 1 / 3), '{"prompt_tokens": 3}', "stop")
        kept(tmp_path / "a", reply)
        assert given(tmp_path / "a") == [reply]

    def test_the_tries_of_a_call_come_back_in_turn_and_the_last_error_is_final(self, tmp_path):
        kept(tmp_path / "a", BUSY, LOST)
        first, last = given(tmp_path / "a", times=2)
        assert [(e.kind, str(e), e.lost, e.final) for e in (first, last)] == [
            (ErrorKind.RETRYABLE, "busy", False, False),
            (ErrorKind.RETRYABLE, "too slow", True, True),
        ]
        assert first.retry_after is None, "a replay does not wait"

    def test_samples_of_one_prompt_are_told_apart(self, tmp_path):
        for sample in range(3):
            kept(tmp_path / "a", f"reply {sample}", sampling=replace(SAMPLING, sample=sample))
        (second,) = given(tmp_path / "a", replace(SAMPLING, sample=1))
        assert second.text == "reply 1"

    def test_a_later_session_replaces_an_earlier_ones_tries_of_the_same_call(self, tmp_path):
        kept(tmp_path / "a", BUSY, BUSY)
        kept(tmp_path / "a", "other", messages=(Message("user", "Something else."),))
        kept(tmp_path / "a", "again")
        assert [result.text for result in given(tmp_path / "a")] == ["again"]

    def test_a_line_that_a_kill_has_cut_is_passed_over(self, tmp_path):
        path = tmp_path / "a"
        kept(path, "one")
        with path.open("a") as file:
            file.write('{"session": "x", "model"')
        kept(path, "two", sampling=replace(SAMPLING, sample=1))
        assert given(path)[0].text == "one"
        assert given(path, replace(SAMPLING, sample=1))[0].text == "two"

    @pytest.mark.parametrize("content", [None, "", "no recording\n", "[1, 2]\n", "\x00\xff"])
    def test_a_file_that_holds_no_call_is_refused_by_its_name(self, content, tmp_path):
        if content is not None:
            (tmp_path / "a").write_text(content, encoding="latin-1")
        with pytest.raises(RecordingError, match=r"llm\.recording .*a.*llm\.calls=record"):
            Recording.read(tmp_path / "a")

    def test_a_file_that_cannot_be_written_is_told(self, tmp_path):
        with pytest.raises(RecordingError, match=r"llm\.recording"):
            Recording.begin(tmp_path)


class TestDifference:
    def told(self, path, **changes):
        with pytest.raises(RecordingError) as caught:
            given(path, **changes)
        assert "\n" not in str(caught.value)
        return str(caught.value)

    def test_the_first_line_that_differs_from_the_nearest_prompt_is_named(self, tmp_path):
        kept(tmp_path / "a", "far", messages=(Message("user", "Something\nelse."),))
        kept(tmp_path / "a", "near")
        asked = (Message("user", PROMPT[0].content.replace("two inputs", "three inputs")),)
        told = self.told(tmp_path / "a", messages=asked)
        assert "message 1 (user)" in told
        assert "line 2: asked 'It has three inputs.', recorded 'It has two inputs.'" in told

    def test_of_a_longer_conversation_the_later_message_is_named(self, tmp_path):
        turn = (Message("assistant", "No."), Message("user", "Answer again."))
        kept(tmp_path / "a", "near", messages=(*PROMPT, *turn))
        told = self.told(tmp_path / "a", messages=(*PROMPT, Message("assistant", "Never."), turn[1]))
        assert "message 2 (assistant)" in told
        assert "ends after message 1" in self.told(tmp_path / "a")

    def test_other_numbers_and_another_model_are_named(self, tmp_path):
        kept(tmp_path / "a", "one")
        assert "max_tokens=50" in self.told(tmp_path / "a", sampling=Sampling(max_tokens=51))
        assert "model m" in self.told(tmp_path / "a", model="other")

    def test_more_tries_than_were_recorded_are_told(self, tmp_path):
        kept(tmp_path / "a", "one")
        assert "1 times" in self.told(tmp_path / "a", times=2)


SMALL = ["problem=toy", "problem.train=3", "problem.validation=2", "problem.test=2", "evaluator.workers=1",
         "islands.migration.every=6", "budget.replies=24", "polish.per_reply=1", "window=4"]  # fmt: skip


class Oracle:
    """Answers a prompt by its digest, and now and then with an error, no code, or code that fails."""

    def __init__(self, endpoints):
        self.endpoints = endpoints
        self.refused = set()

    def __call__(self, body):
        number = int(hashlib.sha256(json.dumps(body["messages"]).encode()).hexdigest()[:6], 16)
        if number % 5 == 0 and number not in self.refused:
            self.refused.add(number)
            return self.endpoints.failed(503, f"starting; your key {self.endpoints.KEY} is fine", retry_after="0.1")
        if number % 5 == 1:
            return self.endpoints.said(f"{self.endpoints.KEY}: I would rather not.")
        quotient = " / (w - w)" if number % 5 == 2 else ""
        return self.endpoints.said(
            f"```python\ndef priority(p, w):\n    return p - {number % 997 / 100} * w{quotient}\n```"
        )


def archive(folder):
    with sqlite3.connect(folder / DATABASE) as connection:
        rows = [
            connection.execute("SELECT * FROM placements ORDER BY seq").fetchall(),
            connection.execute(
                "SELECT ordinal, island, operator, model, source, reason, digest FROM candidates ORDER BY ordinal"
            ).fetchall(),
            connection.execute("SELECT * FROM parents ORDER BY child, position").fetchall(),
            connection.execute(
                "SELECT ordinal, attempt, model, status, prompt, reply, error, dollars FROM calls ORDER BY id"
            ).fetchall(),
        ]
    rows[3].sort()
    return rows


class TestRuns:
    @pytest.fixture
    def overrides(self, endpoints, tmp_path, monkeypatch):
        monkeypatch.setenv("CANARY_KEY", endpoints.KEY)
        self.endpoint = endpoints.open(Oracle(endpoints))
        return [*SMALL, "llm=record", f"llm.base_url={self.endpoint.url}", "llm.api_key_env=CANARY_KEY",
                f"llm.recording={tmp_path}/calls.jsonl", "llm.local=false", "llm.price_in=1.0", "llm.price_out=2.0",
                "budget.dollars=5"]  # fmt: skip

    def recorded(self, tmp_path, overrides):
        folder = tmp_path / "recorded"
        folder.mkdir()
        run(compose(overrides), folder, Console(file=io.StringIO()))
        return folder

    def test_a_recorded_run_is_replayed_without_a_network_to_the_same_archive_bit_for_bit(
        self, overrides, tmp_path, monkeypatch
    ):
        recorded = self.recorded(tmp_path, overrides)
        self.endpoint.close()
        monkeypatch.delenv("CANARY_KEY")
        again = tmp_path / "again"
        again.mkdir()
        asked = len(self.endpoint.bodies)
        run(compose([*overrides, "llm.calls=replay"]), again, Console(file=io.StringIO()))
        assert len(self.endpoint.bodies) == asked > 24
        assert archive(again) == archive(recorded)
        assert replay(compose([*overrides, "llm.calls=replay"]), again).identical

    def test_a_key_is_in_no_file_of_a_run_and_in_nothing_that_is_printed(self, overrides, tmp_path, endpoints, capfd):
        assert status(["run", *overrides, f"hydra.run.dir={tmp_path}/toy_run"]) == 0
        assert status(["show", "best", "--run", f"{tmp_path}/toy_run"]) == 0
        assert status(["lineage", "best", "--run", f"{tmp_path}/toy_run"]) == 0
        assert endpoints.KEY in self.endpoint.keys[0]
        printed = "".join(capfd.readouterr())
        assert "***" in (tmp_path / "calls.jsonl").read_text(), "the server quoted it"
        assert endpoints.KEY not in printed
        for file in tmp_path.rglob("*"):
            assert file.is_dir() or endpoints.KEY.encode() not in file.read_bytes(), file

    def test_a_missing_call_ends_the_run_in_one_line_that_names_the_candidate(self, overrides, tmp_path, capfd):
        self.recorded(tmp_path, overrides)
        again = [*overrides, "llm.calls=replay", "seed=5", f"hydra.run.dir={tmp_path}/again"]
        assert status(["run", *again]) == 1
        complaint = [line for line in capfd.readouterr().err.splitlines() if line.strip()]
        assert len(complaint) == 1
        assert complaint[0].startswith("evo: Candidate ")
        assert "recorded" in complaint[0]

    def test_a_missing_file_is_told_before_anything_is_made(self, overrides, tmp_path, capfd):
        assert status(["run", *overrides, "llm.calls=replay", f"hydra.run.dir={tmp_path}/again"]) == 2
        assert "llm.calls=record" in capfd.readouterr().err
        assert not (tmp_path / "again").exists()
