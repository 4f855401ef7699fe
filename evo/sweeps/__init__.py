"""Several runs beside each other: which belong together, how their arms compare, how sure that is (docs/sweeps.md)."""

from evo.sweeps.arms import Arm, arms
from evo.sweeps.comparing import ArmFigures, Comparison, compare
from evo.sweeps.curves import Spend
from evo.sweeps.jobs import Job, read_jobs, write_job
from evo.sweeps.runs import LeftOut, SweptRun, read_runs

__all__ = [
    "Arm",
    "ArmFigures",
    "Comparison",
    "Job",
    "LeftOut",
    "Spend",
    "SweptRun",
    "arms",
    "compare",
    "read_jobs",
    "read_runs",
    "write_job",
]
