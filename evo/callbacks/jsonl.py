"""Events as lines of JSON in the run's folder, for programs that follow a run."""

import json
from dataclasses import asdict
from pathlib import Path

from evo.callbacks.events import Ended, Placed, Started


class JSONLines:
    """Appends an object for each event; `event` in it says which, the rest are the event's own names."""

    def __init__(self, file: str = "events.jsonl") -> None:
        self._name = file
        self._path = Path(file)

    def started(self, event: Started) -> None:
        """Open a file in the run's folder; that of a resumed run grows."""
        self._path = event.folder / self._name
        values = {"uid": event.uid, "problem": event.problem, "seed": event.seed, "placed": event.placed}
        self._write({"event": "started", **values})

    def placed(self, event: Placed) -> None:
        """Write a candidate."""
        self._write({"event": "placed", **asdict(event)})

    def ended(self, event: Ended) -> None:
        """Write the end."""
        self._write({"event": "ended", **asdict(event)})

    def _write(self, values: dict[str, object]) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(values, allow_nan=False) + "\n")
