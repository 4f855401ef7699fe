"""What happens in a run, told to whoever listens; no listener can change or break the search.

Each listener has a thread of its own, so that one that waits falls behind alone (one that computes without pause takes
its share of the driver's processor); one that raises is dropped. A resumed run
tells on from where it stopped; a replay tells nothing.
"""

import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol

from evo.core.records import Usage
from problems import Split

PATIENCE = 10.0
"""Seconds that listeners have, all together, to finish when the run ends."""


@dataclass(frozen=True, slots=True)
class Started:
    """A run begins, or goes on with `placed` candidates on record; `config` is the configuration as JSON."""

    uid: str
    folder: Path
    problem: str
    seed: int
    config: str
    placed: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """A candidate had its turn at the archives; what is said of the run is said as of then.

    `gap` is its mean gap on train, None where it failed; `ending` is elite, passed over, or why it failed. `placed`
    counts candidates, seeds included; `seconds` is wall time, earlier sessions included. `source` is that of a new best
    alone.
    """

    ordinal: int
    operator: str
    model: str
    ending: str
    gap: float | None
    placed: int
    seconds: float
    spent: Usage
    best: int | None
    best_gap: float | None
    elites: Mapping[str, int]
    source: str | None = None

    @property
    def is_best(self) -> bool:
        """Whether it is the fittest so far."""
        return self.best == self.ordinal


@dataclass(frozen=True, slots=True)
class Ended:
    """The run has ended: why, and the mean gaps of the candidate that it returns; none when it was broken off."""

    why: str
    seconds: float
    best: int | None = None
    gaps: Mapping[Split, float] | None = None


class Callback(Protocol):
    """Hears of a run; what it needs to import, it imports when it is made."""

    def started(self, event: Started) -> None:
        """Hear the first event."""

    def placed(self, event: Placed) -> None:
        """Hear of a candidate, in the order of the ordinals."""

    def ended(self, event: Ended) -> None:
        """Hear the last event."""


class Audience:
    """All that listen to one run; `complain` is given one line about each that is dropped."""

    def __init__(
        self, callbacks: Mapping[str, Callback], complain: Callable[[str], None], patience: float = PATIENCE
    ) -> None:
        self._listeners = [_Listener(name, callback, complain) for name, callback in callbacks.items()]
        self._complain = complain
        self._patience = patience
        self._over = False
        self._began = time.monotonic()

    def started(self, event: Started) -> None:
        """Tell everyone that the run begins."""
        self._tell(lambda callback: callback.started(event))

    def placed(self, event: Placed) -> None:
        """Tell everyone of a candidate."""
        self._tell(lambda callback: callback.placed(event))

    def ended(self, event: Ended) -> None:
        """Tell everyone that the run has ended."""
        self._over = True
        self._tell(lambda callback: callback.ended(event))

    def __enter__(self) -> "Audience":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say that the run was broken off, if nothing else was said; wait a little for those who lag behind."""
        if not self._over:
            self.ended(Ended("interrupted", time.monotonic() - self._began))
        deadline = time.monotonic() + self._patience
        for listener in self._listeners:
            if not listener.is_done(max(0.0, deadline - time.monotonic())):
                self._complain(f"callback {listener.name}: not done {self._patience:g} s after the run, left behind")

    def _tell(self, call: Callable[[Callback], None]) -> None:
        for listener in self._listeners:
            listener.tell(call, last=self._over)


class _Listener:
    """A callback with its thread and the calls that wait for it."""

    def __init__(self, name: str, callback: Callback, complain: Callable[[str], None]) -> None:
        self.name = name
        self._callback = callback
        self._complain = complain
        self._calls: queue.SimpleQueue[Callable[[Callback], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._listen, name=f"callback {name}", daemon=True)
        self._thread.start()

    def tell(self, call: Callable[[Callback], None], last: bool) -> None:
        if self._thread.is_alive():
            self._calls.put(call)
        if last:
            self._calls.put(None)

    def is_done(self, seconds: float) -> bool:
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _listen(self) -> None:
        try:
            while (call := self._calls.get()) is not None:
                call(self._callback)
        except (Exception, SystemExit) as error:  # noqa: BLE001 foreign code: whatever it raises, the run goes on
            self._complain(f"callback {self.name}: {type(error).__name__}: {' '.join(str(error).split())}; dropped")
