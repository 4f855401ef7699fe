"""Curves in TensorBoard: `tensorboard --logdir runs`."""

from evo.callbacks import library
from evo.callbacks.events import Ended, Placed, Started
from evo.callbacks.figures import figures_of, gaps_of


class TensorBoard:
    """Writes event files to a folder inside the run's; a resumed run adds a file, its steps go on."""

    def __init__(self, folder: str = "tensorboard") -> None:
        self._folder = folder
        self._summary = library("tensorboard.summary", "tensorboard")

    def started(self, event: Started) -> None:
        """Begin a file."""
        self._placed = event.placed
        path = event.folder / self._folder
        self._writer = self._summary.Writer(self._summary.DirectoryOutput(str(path)))

    def placed(self, event: Placed) -> None:
        """Add a point to each curve, over candidates."""
        self._placed = event.placed
        self._add(figures_of(event))

    def ended(self, event: Ended) -> None:
        """Add the gaps of what was found and close the file."""
        self._add(gaps_of(event))
        self._writer.close()

    def _add(self, figures: dict[str, float]) -> None:
        for name, value in figures.items():
            self._writer.add_scalar(name, value, self._placed)
