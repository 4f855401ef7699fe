"""A run in Weights & Biases; `mode: offline` keeps it on this machine."""

from evo.callbacks.events import Ended, Placed, Started
from evo.callbacks.tracking import final_gaps, import_library, metrics, parameters


class WandB:
    """Logs to `project`; mode is online, offline or disabled. A resumed run goes on with its W&B run."""

    def __init__(self, project: str = "evo", mode: str = "online") -> None:
        self._project = project
        self._mode = mode
        self._wandb = import_library("wandb", "wandb")

    def started(self, event: Started) -> None:
        """Begin, or go on."""
        self._run = self._wandb.init(
            project=self._project,
            id=event.uid,
            name=event.folder.name,
            resume="allow",
            mode=self._mode,
            dir=str(event.folder),
            config=parameters(event.config),
            settings=self._wandb.Settings(silent=True),
        )

    def placed(self, event: Placed) -> None:
        """Add a point to each curve, over candidates."""
        self._run.log(metrics(event), step=event.placed)

    def ended(self, event: Ended) -> None:
        """Add the gaps of what was found."""
        self._run.summary.update({**final_gaps(event), "ended": event.why})
        self._run.finish(exit_code=0 if event.gaps else 1)
