"""Work that runs an event loop of its own, from anywhere: a script, a thread, where a loop runs, as in notebooks."""

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from contextvars import ContextVar, copy_context
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")


class Interruption:
    """Carries a Ctrl-C, which the main thread alone gets, to the event loop of the thread that does the work."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked = False
        self._cancel: Callable[[], object] | None = None

    def ask(self) -> None:
        """Cancel the task under way; where there is none yet, the next one as soon as it begins."""
        with self._lock:
            self._asked = True
            if self._cancel is not None:
                self._cancel()

    def watch(self, loop: asyncio.AbstractEventLoop, task: "asyncio.Task[Any]") -> None:
        """Have this task cancelled from now on."""
        with self._lock:
            self._cancel = lambda: loop.call_soon_threadsafe(task.cancel)
            if self._asked:
                self._cancel()

    def leave(self) -> None:
        """Forget the task, which has ended."""
        with self._lock:
            self._cancel = None


INTERRUPTION: ContextVar[Interruption | None] = ContextVar("INTERRUPTION", default=None)


class _Work(Generic[Result]):
    """A call in a thread of its own, in a copy of the caller's context."""

    def __init__(self, call: Callable[[], Result]) -> None:
        self.interruption = Interruption()
        self._future: Future[Result] = Future()
        self._call = call
        self._context = copy_context()
        threading.Thread(target=self._perform, name="evo", daemon=True).start()

    def result(self) -> Result:
        return self._future.result()

    def wait(self) -> None:
        with suppress(BaseException):
            self._future.result()

    def _perform(self) -> None:
        def within() -> Result:
            INTERRUPTION.set(self.interruption)
            return self._call()

        try:
            self._future.set_result(self._context.run(within))
        except BaseException as error:  # noqa: BLE001 the waiting thread raises it
            self._future.set_exception(error)


def outside_loops(call: Callable[[], Result]) -> Result:
    """Make a call that runs event loops of its own; where one runs already, in another thread, and wait for it.

    A Ctrl-C while it waits ends the work as it would have in this thread, then raises KeyboardInterrupt.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return call()
    work = _Work(call)
    try:
        with _raising_at_ctrl_c():
            return work.result()
    except KeyboardInterrupt:
        work.interruption.ask()
        work.wait()
        raise


@contextmanager
def _raising_at_ctrl_c() -> Iterator[None]:
    """Have Ctrl-C raise here: the running loop would only note it, and hear of it when this call has returned."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def run_interruptible(main: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end in an event loop; a polite kill, or a Ctrl-C in another thread, is a Ctrl-C.

    Raises:
        KeyboardInterrupt: it was cancelled.
    """
    try:
        return asyncio.run(_cancellable(main))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


async def _cancellable(main: Coroutine[Any, Any, Result]) -> Result:
    task, loop = asyncio.ensure_future(main), asyncio.get_running_loop()
    interruption = INTERRUPTION.get()
    if threading.current_thread() is threading.main_thread():  # no other one may handle signals
        loop.add_signal_handler(signal.SIGTERM, task.cancel)
    if interruption is not None:
        interruption.watch(loop, task)
    try:
        return await task
    finally:
        if interruption is not None:
            interruption.leave()
