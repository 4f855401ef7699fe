"""Prompts in files and replies in others: when a reply is complete, which prompt it answers, and whole runs."""

import asyncio
import io
import os
import re
import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.console import Console

from evo.authors.llm import Completion, ErrorKind, LLMError, LLMSettings, Sampling, make_llm, make_models
from evo.authors.llm.prompt_files import PromptFilesLLM
from evo.cli.app import status
from evo.config.compose import compose
from evo.config.recorded import load
from evo.core.records import Message
from evo.runs.replay import replay
from evo.runs.resume import resume
from evo.runs.run import DATABASE, run

SAMPLING = Sampling(max_tokens=5000)
PROMPT = (Message("system", "You write rules."), Message("user", "Write one: größer als ≤ 3."))
SMALL = ["problem=toy", "problem.train=3", "problem.validation=2", "problem.test=2", "evaluator.workers=1",
         "llm=human", "polish.per_reply=1"]  # fmt: skip
CODE = "```python\ndef priority(p, w):\n    return p - {} * w\n```\n"


def model(folder: Path, **changes: object) -> PromptFilesLLM:
    made = make_llm(
        LLMSettings(provider="human", model="human", **{"timeout": 30.0, "local": True, **changes}), {}, folder
    )
    assert isinstance(made, PromptFilesLLM)
    return made


def asked(
    folder: Path, answer: Callable[[Path], Awaitable[None]], sampling: Sampling = SAMPLING, **changes: object
) -> Completion:
    """Ask once, and answer in between."""

    async def both() -> Completion:
        call = asyncio.create_task(model(folder, **changes).complete(PROMPT, sampling))
        while not list(folder.glob("prompts/*.md")):
            await asyncio.sleep(0.01)
        await answer(folder / "replies" / "0001.md")
        return await call

    return asyncio.run(both())


async def says(file: Path, text: str) -> None:
    draft = file.with_name("draft")
    draft.write_text(text, encoding="utf-8")
    draft.rename(file)


class TestFiles:
    def test_the_prompt_is_written_and_the_reply_read(self, tmp_path):
        reply = asked(tmp_path, lambda file: says(file, "größer"))
        assert reply.text == "größer"
        assert reply.usage.dollars == 0.0
        prompt = (tmp_path / "prompts" / "0001.md").read_text(encoding="utf-8")
        assert prompt.endswith("\n\nYou write rules.\n\nWrite one: größer als ≤ 3.\n")
        assert [file.name for file in (tmp_path / "prompts").iterdir()] == ["0001.md"]

    def test_a_file_that_is_still_written_is_not_read(self, tmp_path):
        async def slowly(file: Path) -> None:
            with file.open("w") as reply:
                await asyncio.sleep(1.6)  # an empty file, longer than a reply takes to settle
                reply.write("first ")
                reply.flush()
                await asyncio.sleep(1.6)
                reply.write("last")

        assert asked(tmp_path, slowly).text == "first last"

    def test_an_empty_file_skips_the_prompt(self, tmp_path):
        with pytest.raises(LLMError, match=r"skipped, .*replies/0001.md is empty") as caught:
            asked(tmp_path, lambda file: says(file, " \n"))
        assert caught.value.kind is ErrorKind.REFUSED

    def test_too_long_a_reply_is_refused_and_a_long_one_cut(self, tmp_path):
        with pytest.raises(LLMError, match="more than 1 MiB"):
            asked(tmp_path, lambda file: says(file, "x" * 2**21))
        reply = asked(tmp_path / "other", lambda file: says(file, "1 " * 9000))
        assert (reply.finish, reply.usage.completion_tokens <= 5000) == ("length", True)

    def test_a_limit_of_time_is_told(self, tmp_path):
        async def never(_: Path) -> None:
            """Say nothing."""

        with pytest.raises(LLMError, match=r"no reply in .*replies/0001.md within 0.2 s"):
            asked(tmp_path, never, timeout=0.2)

    def test_a_folder_that_cannot_be_written_is_told(self, tmp_path):
        (tmp_path / "run").write_text("a file")
        with pytest.raises(LLMError, match="cannot write"):
            asyncio.run(model(tmp_path / "run").complete(PROMPT, SAMPLING))

    def test_a_prompt_keeps_its_number_and_equal_ones_have_one_each(self, tmp_path):
        async def cancelled(*samples: int) -> None:
            one = model(tmp_path)
            calls = [asyncio.create_task(one.complete(PROMPT, Sampling(sample=sample))) for sample in samples]
            await asyncio.sleep(0.05)
            for call in calls:
                call.cancel()
            await asyncio.gather(*calls, return_exceptions=True)

        asyncio.run(cancelled(0, 1))
        asyncio.run(cancelled(1, 0, 2))
        files = sorted((tmp_path / "prompts").iterdir())
        assert [file.name for file in files] == ["0001.md", "0002.md", "0003.md"]
        assert len({re.search(r"key (\w+)", file.read_text())[1] for file in files}) == 3

    def test_who_is_waited_for_and_where_is_told(self, tmp_path):
        settings = LLMSettings(provider="human", model="human", timeout=None, local=True)

        async def told() -> list[str]:
            (one,) = make_models(settings, {}, tmp_path)
            call = asyncio.create_task(one.llm.complete(PROMPT, SAMPLING))
            await asyncio.sleep(0.1)
            texts = [*one.contact.notices("human", one.clock).now]
            await says(tmp_path / "replies" / "0001.md", "yes")
            await call
            return [*texts, *one.contact.notices("human", one.clock).now]

        folder = tmp_path
        assert asyncio.run(told()) == [f"human: waiting for {folder}/replies/0001.md (prompts in {folder}/prompts)"]


class TestRuns:
    @contextmanager
    def person(self, folder: Path, most: int) -> Iterator[list[str]]:
        """Answer the first prompts of a run by number, skip the second one."""
        done, answered = threading.Event(), []

        def answering() -> None:
            while not done.wait(0.05):
                for prompt in sorted(folder.glob("prompts/[0-9]*.md")):
                    number = int(prompt.stem)
                    if number <= most and prompt.name not in answered:
                        answered.append(prompt.name)
                        draft = folder / "replies" / "draft"
                        draft.write_text("" if number == 2 else CODE.format(number / 7))
                        draft.rename(folder / "replies" / prompt.name)

        thread = threading.Thread(target=answering)
        thread.start()
        try:
            yield answered
        finally:
            done.set()
            thread.join()

    def calls(self, folder: Path) -> list[tuple[str, str | None]]:
        with sqlite3.connect(folder / DATABASE) as connection:
            rows = connection.execute("SELECT status, error FROM calls ORDER BY id").fetchall()
        return [(state, error and error.partition(",")[0]) for state, error in rows]

    def test_replies_are_recorded_and_the_run_goes_on_with_a_resume(self, tmp_path):
        folder = tmp_path / "run"
        folder.mkdir()
        with self.person(folder, most=3) as answered:
            run(compose([*SMALL, "budget.replies=3"]), folder, Console(file=io.StringIO()))
            assert len(answered) == 3
        with self.person(folder, most=9):
            resume(load(folder, overrides=["budget.replies=4"], resumes=True), folder, Console(file=io.StringIO()))
        assert len(list(folder.glob("prompts/*.md"))) == 4
        assert [error for _, error in self.calls(folder)].count("refused: skipped") == 1
        assert replay(load(folder), folder).identical

    def test_an_interrupted_run_waits_for_the_same_files_again(self, tmp_path):
        folder = tmp_path / "run"
        folder.mkdir()

        def interrupt() -> None:
            while len(list(folder.glob("prompts/[0-9]*.md"))) < 2:
                time.sleep(0.05)
            os.kill(os.getpid(), 15)  # a polite kill is a Ctrl-C

        thread = threading.Thread(target=interrupt)
        thread.start()
        with pytest.raises(KeyboardInterrupt):
            run(compose([*SMALL, "budget.replies=2"]), folder, Console(file=io.StringIO()))
        thread.join()
        with self.person(folder, most=9) as answered:
            resume(load(folder, resumes=True), folder, Console(file=io.StringIO()))
            assert sorted(answered) == ["0001.md", "0002.md"]
        assert replay(load(folder), folder).identical

    def test_two_prompts_are_open_at_a_time_unless_a_window_is_given(self):
        assert compose(["llm=human"]).window == 2
        assert compose(["llm=human", "window=5"]).window == 5
        assert compose(["llm=vllm"]).window == 8

    def test_the_doctor_says_where_the_files_are(self, capsys):
        assert status(["doctor", "llm=human", "--json"]) == 0
        assert "replies are read from replies/" in capsys.readouterr().out
