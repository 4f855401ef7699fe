"""The operating-system sandbox: a worker per slot, each with a warm locked-in process that forks a child per job."""

from evaluators.cell.proof import Check, Probe
from evaluators.sandbox.contract import BaselineError, IsolationError, Job, Limits, Report, SandboxError
from evaluators.sandbox.probes import probe
from evaluators.sandbox.process import end_ahead, start_ahead
from evaluators.sandbox.worker import Worker

__all__ = [
    "BaselineError",
    "Check",
    "IsolationError",
    "Job",
    "Limits",
    "Probe",
    "Report",
    "SandboxError",
    "Worker",
    "end_ahead",
    "probe",
    "start_ahead",
]
