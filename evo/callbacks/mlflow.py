"""A run in MLflow: parameters, curves, gaps and the best source."""

from evo.callbacks.events import Ended, Placed, Started
from evo.callbacks.tracking import final_gaps, import_library, metrics, parameters
from evo.core.foreign_source import visible_source

FINISHED, BROKEN_OFF = "FINISHED", "KILLED"


class MLflow:
    """Logs to the server or folder `uri`, by default MLflow's own choice; a resumed run goes on with its MLflow run."""

    def __init__(self, experiment: str = "evo", uri: str | None = None) -> None:
        self._experiment = experiment
        mlflow = import_library("mlflow", "mlflow")
        try:
            self._client = mlflow.MlflowClient(uri)
        except ImportError as error:  # mlflow-skinny has no database of its own
            raise ImportError(f"{error}; set callbacks.mlflow.uri to a server, or pip install mlflow") from error

    def started(self, event: Started) -> None:
        """Find the MLflow run of this run, or make one."""
        self._placed = event.placed
        existing = self._client.get_experiment_by_name(self._experiment)
        experiment = existing.experiment_id if existing else self._client.create_experiment(self._experiment)
        runs = self._client.search_runs([experiment], f"tags.evo_uid = '{event.uid}'")
        if runs:
            self._run = runs[0].info.run_id
            self._client.update_run(self._run, "RUNNING")
            return
        tags = {"evo_uid": event.uid}
        self._run = self._client.create_run(experiment, tags=tags, run_name=event.folder.name).info.run_id
        for name, value in parameters(event.config).items():
            self._client.log_param(self._run, name, value)

    def placed(self, event: Placed) -> None:
        """Add a point to each curve, over candidates; keep the source of a new best."""
        self._placed = event.placed
        self._log(metrics(event))
        if event.source is not None:
            self._client.log_text(self._run, visible_source(event.source), "best.py")

    def ended(self, event: Ended) -> None:
        """Add the gaps of what was found, and say how it ended."""
        self._log(final_gaps(event))
        self._client.set_tag(self._run, "evo_ended", event.why)
        self._client.set_terminated(self._run, FINISHED if event.gaps else BROKEN_OFF)

    def _log(self, numbers: dict[str, float]) -> None:
        for name, value in numbers.items():
            self._client.log_metric(self._run, name, value, step=self._placed)
