"""A writer killed at any moment has lost nothing that was said to be recorded."""

import multiprocessing
import random
import sqlite3
from contextlib import closing
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

from evo.store import RunStore, State

FORK = multiprocessing.get_context("fork")
ORDER = list(State)


def write(make, path: Path, pipe: Pipe) -> None:
    """Go on with the run, and say after every transaction what was recorded."""
    with RunStore.open(path) as store:
        store.resume()
        ordinal = len(store.history().steps)
        while True:
            request = make.request(ordinal, parents=range(max(0, ordinal - 2), ordinal), prompt="p" * 2000)
            store.record_intent(request)
            pipe.send((ordinal, State.PROPOSED))
            store.record_draft(request, make.draft(f"def f(): return {ordinal}"))
            pipe.send((ordinal, State.DRAFTED))
            store.record_outcome(ordinal, make.evaluation(digest=f"{ordinal}"))
            pipe.send((ordinal, State.EVALUATED))
            store.record_placements(ordinal, [make.placement(ordinal)])
            pipe.send((ordinal, State.PLACED))
            ordinal += 1


def kill_after(make, path: Path, replies: int) -> dict[int, State]:
    """Run the writer until it has said so many things, kill it, and return the last that it said of each candidate."""
    here, there = FORK.Pipe(duplex=False)
    writer = FORK.Process(target=write, args=(make, path, there))
    writer.start()
    there.close()
    said = dict(here.recv() for _ in range(replies))
    writer.kill()
    while True:
        try:
            said.update([here.recv()])
        except EOFError:
            break
    writer.join()
    return said


def test_every_transaction_that_returned_survives_ten_kills(make, path):
    make.store(path).close()
    draw = random.Random(0)
    said: dict[int, State] = {}
    for _ in range(10):
        said |= kill_after(make, path, draw.randrange(1, 120))
        with RunStore.open(path, readonly=True) as store:
            steps = {step.ordinal: step for step in store.history().steps}
        for ordinal, state in said.items():
            assert ORDER.index(steps[ordinal].state) >= ORDER.index(state)
            assert (steps[ordinal].outcome is not None) == (steps[ordinal].state in (State.EVALUATED, State.PLACED))
    with closing(sqlite3.connect(path)) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert plain.execute("PRAGMA foreign_key_check").fetchall() == []
