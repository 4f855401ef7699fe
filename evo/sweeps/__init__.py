"""Several runs beside each other: which belong together, how their arms compare, how sure that is (docs/sweeps.md)."""

from evo.sweeps.arms import SweepArm, arms
from evo.sweeps.compare import ArmFigures, SpendUnit, SweepComparison, compare
from evo.sweeps.jobs import SweepJob, read_jobs, write_job
from evo.sweeps.runs import LeftOut, SweptRun, read_runs

__all__ = [
    "ArmFigures",
    "LeftOut",
    "SpendUnit",
    "SweepArm",
    "SweepComparison",
    "SweepJob",
    "SweptRun",
    "arms",
    "compare",
    "read_jobs",
    "read_runs",
    "write_job",
]
