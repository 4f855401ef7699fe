"""Curves in TensorBoard: `tensorboard --logdir runs`."""

from evo.callbacks.events import Ended, Placed, Started
from evo.callbacks.tracking import final_gaps, import_library, metrics


class TensorBoard:
    """Writes event files to a folder inside the run's; a resumed run adds a file, its steps go on."""

    def __init__(self, folder: str = "tensorboard") -> None:
        self._folder = folder
        self._summary = import_library("tensorboard.summary", "tensorboard")

    def started(self, event: Started) -> None:
        """Begin a file."""
        self._placed = event.placed
        path = event.folder / self._folder
        self._writer = self._summary.Writer(self._summary.DirectoryOutput(str(path)))

    def placed(self, event: Placed) -> None:
        """Add a point to each curve, over candidates."""
        self._placed = event.placed
        self._add(metrics(event))

    def ended(self, event: Ended) -> None:
        """Add the gaps of what was found and close the file."""
        self._add(final_gaps(event))
        self._writer.close()

    def _add(self, numbers: dict[str, float]) -> None:
        for name, value in numbers.items():
            self._writer.add_scalar(name, value, self._placed)
