"""Programs as models: real processes, what they read and print, how they end and what is left of them."""

import asyncio
import io
import json
import os
import shlex
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from evo.authors.llm import ErrorKind, LLMError, LLMSettings, Sampling, make_llm, make_models
from evo.authors.llm.contract import Completion
from evo.cli.app import status
from evo.config.compose import compose
from evo.config.recorded import load
from evo.core.errors import UserError
from evo.core.records import Message
from evo.runs.replay import replay
from evo.runs.resume import resume
from evo.runs.run import DATABASE, run

PROMPT = (Message("system", "You write rules.\n"), Message("user", "Write one: größer als ≤ 3."))
SAMPLING = Sampling()
AUTHOR = """
import hashlib, pathlib, sys
prompt = sys.stdin.read()
with pathlib.Path(__file__).with_name("asked").open("a") as file:
    file.write("once\\n")
weight = int(hashlib.sha256(prompt.encode()).hexdigest()[:3], 16) / 100
print(f"```python\\ndef priority(p, w):\\n    return p - {weight} * w\\n```")
"""
SMALL = ["problem=toy", "problem.train=3", "problem.validation=2", "problem.test=2", "evaluator.workers=1",
         "llm=command", "polish.per_reply=1", "llm.price_per_call=0.5"]  # fmt: skip


def python(code: str) -> tuple[str, ...]:
    """Return the command of a program in Python."""
    return (sys.executable, "-c", code)


def asked(command: tuple[str, ...] | str, sampling: Sampling = SAMPLING, messages=PROMPT, **changes) -> Completion:
    """Ask a program once."""
    settings = LLMSettings(provider="command", model="mine", command=command, **{"timeout": 30.0, **changes})

    async def once() -> Completion:
        return await make_llm(settings, {"A_KEY": "sk-0123456789abcdef"}).complete(messages, sampling)

    return asyncio.run(once())


def failed(command: tuple[str, ...], **changes) -> LLMError:
    with pytest.raises(LLMError) as caught:
        asked(command, **changes)
    assert "\n" not in str(caught.value)
    return caught.value


def until(is_so: Callable[[], bool], seconds: float = 20.0) -> bool:
    end = time.monotonic() + seconds
    while not is_so() and time.monotonic() < end:
        time.sleep(0.02)
    return is_so()


def is_gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has waited for yet has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


class TestConversation:
    def test_the_whole_prompt_is_read_in_utf_8_and_the_reply_printed(self):
        reply = asked(python("import sys; sys.stdout.buffer.write(b'<' + sys.stdin.buffer.read() + b'>')"))
        assert reply.text == "<You write rules.\n\nWrite one: größer als ≤ 3.\n>"

    def test_of_a_conversation_that_went_on_the_earlier_answer_is_named(self):
        turn = (Message("assistant", "No."), Message("user", "Answer again."))
        reply = asked(python("import sys; print(sys.stdin.read())"), messages=(*PROMPT, *turn))
        assert reply.text.strip().endswith("≤ 3.\n\nYour answer was:\n\nNo.\n\nAnswer again.")

    def test_one_text_is_split_into_words_without_a_shell(self):
        text = shlex.join(python("import sys; print(sys.argv[1:])")) + " 'a b' $HOME *"
        assert asked(text).text.strip() == "['a b', '$HOME', '*']"

    def test_a_program_that_does_not_read_its_prompt_may_answer(self):
        long = (Message("user", "word " * 500_000),)
        assert asked(python("print('early')"), messages=long).text == "early\n"

    def test_a_reply_is_cut_at_its_limit_as_a_provider_would(self):
        reply = asked(python("print('1 ' * 5000)"), Sampling(max_tokens=100))
        assert reply.finish == "length"
        assert reply.usage.completion_tokens <= 100

    def test_a_call_costs_its_price_whatever_it_says(self):
        reply = asked(python("print('yes')"), price_per_call=0.25)
        assert reply.usage.dollars == 0.25
        assert reply.usage.prompt_tokens > 10
        (model,) = make_models(LLMSettings(provider="command", model="m", command="cat", price_per_call=0.25), {})
        assert model.worst(1000).dollars == 0.25
        assert asked(python("print('yes')")).usage.dollars is None

    def test_one_that_a_daemon_of_its_own_outlives_is_not_waited_for(self):
        daemon = "import subprocess; subprocess.Popen(['sleep', '60'], start_new_session=True); print('done')"
        started = time.monotonic()
        assert asked(python(daemon)).text == "done\n"
        assert time.monotonic() - started < 20


class TestErrors:
    def test_a_status_above_0_is_told_with_the_last_line_of_standard_error(self):
        error = failed(python("import sys; print('half'); sys.exit('first\\nno credit is left\\n')"))
        assert str(error).endswith("ended with exit status 1: no credit is left")
        assert (error.kind, error.lost) == (ErrorKind.RETRYABLE, True)

    def test_a_key_of_the_environment_is_not_quoted(self):
        assert "0123456789" not in str(failed(python("import sys; sys.exit('bad key sk-0123456789abcdef')")))

    def test_a_signal_is_told_by_its_name(self):
        error = failed(python("import os; os.kill(os.getpid(), 15)"))
        assert str(error).endswith("was ended by SIGTERM")

    def test_no_reply_is_told_with_what_was_said_beside_it(self):
        error = failed(python("import sys; print('please log in', file=sys.stderr)"))
        assert str(error).endswith("printed no reply: please log in")

    def test_too_much_is_refused(self):
        error = failed(python("while True: print('x' * 1000)"))
        assert str(error).endswith("printed more than 1 MiB")

    def test_a_missing_program_was_surely_not_charged_for(self):
        error = failed(("no-such-program",))
        assert str(error) == "cannot start no-such-program: No such file or directory"
        assert (error.kind, error.lost) == (ErrorKind.OTHER, False)

    def test_too_slow_a_program_ends_with_all_that_it_started(self, tmp_path):
        shell = f"sleep 100 & echo $! > {tmp_path}/child; sleep 100"
        error = failed(("sh", "-c", shell), timeout=1.0)
        assert "no complete reply within 1 s" in str(error)
        assert (error.kind, error.lost) == (ErrorKind.RETRYABLE, True)
        assert until(lambda: is_gone(int((tmp_path / "child").read_text())))

    def test_a_call_that_is_cancelled_ends_the_program_with_all_that_it_started(self, tmp_path):
        settings = LLMSettings(
            provider="command", model="m", command=("sh", "-c", f"sleep 100 & echo $! > {tmp_path}/child; sleep 100")
        )

        async def cancelled() -> None:
            task = asyncio.create_task(make_llm(settings, {}).complete(PROMPT, Sampling()))
            while not ((tmp_path / "child").exists() and (tmp_path / "child").read_text()):
                await asyncio.sleep(0.02)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        asyncio.run(cancelled())
        assert until(lambda: is_gone(int((tmp_path / "child").read_text())))


class TestSettings:
    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"command": ()}, "a program in llm.command"),
            ({"command": "  "}, "a program in llm.command"),
            ({"command": "claude 'open"}, "llm.command to be split"),
            ({"command": ("claude", "--api-key=sk-1")}, "llm.command without a key"),
            ({"command": "cat", "timeout": 0.0}, "llm.timeout"),
            ({"command": "cat", "price_per_call": -1.0}, "USD per call"),
        ],
    )
    def test_what_is_wrong_is_told(self, changes, expected):
        with pytest.raises(ValueError, match=expected):
            LLMSettings(provider="command", model="m", **changes)

    def test_only_texts_may_take_as_long_as_they_like(self):
        assert LLMSettings(provider="command", model="m", command="cat", timeout=None).timeout is None
        with pytest.raises(ValueError, match=r"llm\.timeout"):
            LLMSettings(provider="openai", model="m", base_url="http://h/v1", timeout=None)

    def test_a_list_and_a_text_are_the_same(self):
        listed = compose(["llm=command", "llm.command=[claude,-p]"]).llm
        assert listed.words() == compose(["llm=command", "llm.command=claude -p"]).llm.words() == ("claude", "-p")
        with pytest.raises(UserError, match=r"llm\.command to be a text or a list"):
            compose(["llm=command", "llm.command=3"])

    def test_a_cap_in_dollars_needs_the_price_of_a_call(self, capsys):
        assert status(["run", *SMALL, "llm.price_per_call=null", "budget.dollars=1"]) == 2
        assert "llm.price_per_call" in capsys.readouterr().err


class TestRuns:
    @pytest.fixture
    def overrides(self, tmp_path):
        (tmp_path / "author.py").write_text(AUTHOR)
        return [*SMALL, f"llm.command=[{sys.executable},{tmp_path}/author.py]", "budget.replies=3"]

    def begun(self, folder: Path, overrides: list[str]) -> Path:
        folder.mkdir()
        run(compose(overrides), folder, Console(file=io.StringIO()))
        return folder

    def calls(self, folder: Path) -> list[tuple[str, float]]:
        with sqlite3.connect(folder / DATABASE) as connection:
            return connection.execute("SELECT model, dollars FROM calls ORDER BY id").fetchall()

    def test_every_call_is_on_record_and_a_resumed_run_asks_for_none_again(self, overrides, tmp_path):
        folder = self.begun(tmp_path / "run", overrides)
        resume(load(folder, overrides=["budget.replies=5"], resumes=True), folder, Console(file=io.StringIO()))
        assert self.calls(folder) == [("command", 0.5)] * 5
        assert (tmp_path / "asked").read_text().count("once") == 5
        assert replay(load(folder), folder).identical

    def test_recorded_calls_are_given_back_without_the_program(self, overrides, tmp_path):
        kept = f"llm.recording={tmp_path}/calls.jsonl"
        self.begun(tmp_path / "run", [*overrides, "llm.calls=record", kept])
        (tmp_path / "author.py").unlink()
        again = self.begun(tmp_path / "again", [*overrides, "llm.calls=replay", kept])
        assert self.calls(again) == [("command", 0.5)] * 3

    def test_a_cap_in_dollars_is_kept(self, overrides, tmp_path):
        capped = [*overrides, "budget.dollars=3", "llm.retries=1", "budget.replies=9", "window=2"]
        folder = self.begun(tmp_path / "run", capped)
        assert 1 <= len(self.calls(folder)) <= 6
        assert sum(dollars for _, dollars in self.calls(folder)) <= 3

    def test_a_program_that_only_fails_ends_the_run_with_its_words(self, tmp_path, capsys):
        failing = ["llm.command=[sh,-c,'echo no credit >&2; exit 3']", "llm.retries=0", f"hydra.run.dir={tmp_path}/run"]
        assert status(["run", *SMALL, *failing, "window=1", "budget.replies=20"]) == 1
        told = capsys.readouterr().err
        assert "command is out of reach (retryable: sh ended with exit status 3: no credit" in told
        assert len(self.calls(tmp_path / "run")) == 5

    def test_a_missing_program_is_told_before_a_folder_is_made(self, tmp_path, capsys):
        asked = [*SMALL, "llm.command=no-such-program", f"hydra.run.dir={tmp_path}/run"]
        assert status(["run", *asked]) == 2
        assert "no-such-program is not there" in capsys.readouterr().err
        assert not (tmp_path / "run").exists()
        assert status(["run", *asked, "--estimate", "--json"]) == 0, "an estimate starts nothing"

    def test_a_strangers_record_starts_no_program_without_trust(self, overrides, tmp_path, capsys):
        folder = self.begun(tmp_path / "run", overrides)
        with sqlite3.connect(folder / DATABASE) as connection:
            connection.execute("UPDATE run SET origin = 'x'")
        assert status(["resume", str(folder), "budget.replies=5"]) == 2
        told = capsys.readouterr().err
        assert "starts a program" in told
        assert json.dumps(sys.executable)[1:-1] in told
        assert "--trust" in told

    def test_the_doctor_starts_the_program_once(self, overrides, tmp_path, capsys):
        assert status(["doctor", *overrides, "--json"]) == 0
        assert "command answers; price of command $0.5 a call" in capsys.readouterr().out
        assert (tmp_path / "asked").read_text().count("once") == 1
        assert status(["doctor", *SMALL, "llm.command=[sh,-c,'exit 1']"]) == 1


def test_the_record_of_a_run_names_no_secret_of_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("MY_API_KEY", "sk-abcdef0123456789")
    folder = tmp_path / "run"
    folder.mkdir()
    talkative = "import os, sys; sys.exit(os.environ['MY_API_KEY'])"
    asked = [*SMALL, "llm.retries=0", "budget.replies=2", "window=1"]
    settings = compose([*asked, f"llm.command={json.dumps(list(python(talkative)))}"])
    run(settings, folder, Console(file=io.StringIO()))
    with sqlite3.connect(folder / DATABASE) as connection:
        errors = connection.execute("SELECT error FROM calls").fetchall()
    assert len(errors) == 2
    assert all("ended with exit status 1: ***" in error for (error,) in errors)
    for file in (each for each in folder.rglob("*") if each.is_file()):
        assert os.environ["MY_API_KEY"].encode() not in file.read_bytes()
