"""What a person sees while something takes long that has no panel of its own: that it goes on, and since when."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from evo.core.foreign_text import visible

PAUSES = ((10.0, 2.5), (60.0, 5.0), (600.0, 15.0))
SLOWEST = 60.0
"""Seconds between two lines where there is no terminal, while less than so many seconds have passed; later a minute."""


def pause(elapsed: float) -> float:
    """Return how many seconds to wait until the next line: the longer it takes, the rarer they are."""
    return next((seconds for until, seconds in PAUSES if elapsed < until), SLOWEST)


@contextmanager
def announced(console: Console, doing: Callable[[], str]) -> Iterator[None]:
    """Say what is being done until the block ends, on a terminal at once, elsewhere once it has taken some seconds."""
    if console.is_terminal:
        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
        with Progress(*columns, console=console, transient=True) as shown:
            shown.add_task(visible(doing()))
            yield
        return
    ended = threading.Event()
    thread = threading.Thread(target=_tell, args=(console, doing, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _tell(console: Console, doing: Callable[[], str], ended: threading.Event) -> None:
    began = time.monotonic()
    elapsed = 0.0
    while not ended.wait(pause(elapsed)):
        elapsed = time.monotonic() - began
        console.print(visible(f"{doing()}, {elapsed:.0f} s"), highlight=False, markup=False, soft_wrap=True)
