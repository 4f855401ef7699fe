"""Work with an event loop of its own, from a plain call, a thread, and where a loop runs already."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from evo.core.event_loop import outside_loops, run_interruptible

ROOT = Path(__file__).parents[3]
WAITING = """
import asyncio
from evo.core.event_loop import outside_loops, run_interruptible

async def wait():
    print("begun", flush=True)
    try:
        await asyncio.sleep(30)
    finally:
        print("ended in order", flush=True)

async def cell():
    try:
        outside_loops(lambda: run_interruptible(wait()))
    except KeyboardInterrupt:
        print("interrupted", flush=True)

asyncio.run(cell())
"""


async def thread_name() -> str:
    await asyncio.sleep(0)
    return threading.current_thread().name


def call() -> str:
    return outside_loops(lambda: run_interruptible(thread_name()))


def test_without_a_loop_the_work_is_done_in_the_same_thread() -> None:
    assert call() == threading.current_thread().name


def test_in_a_running_loop_the_work_is_done_in_another_thread() -> None:
    async def cell() -> str:
        return call()

    assert asyncio.run(cell()) == "evo"


def test_a_thread_needs_no_signals() -> None:
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.append(call()), name="mine")
    thread.start()
    thread.join()
    assert found == ["mine"]


def test_what_the_work_raises_is_raised_where_it_was_called() -> None:
    def work() -> None:
        raise ValueError("no")

    async def cell() -> None:
        outside_loops(work)

    with pytest.raises(ValueError, match="no"):
        asyncio.run(cell())


def test_ctrl_c_ends_work_in_another_thread_in_order() -> None:
    command = [sys.executable, "-c", WAITING]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        os.kill(process.pid, signal.SIGINT)
        assert process.stdout.read() == "ended in order\ninterrupted\n"
