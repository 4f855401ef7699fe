"""Several runs beside each other: which belong together, how their arms compare, how sure that is (docs/sweeps.md)."""

from evo.sweeps.arms import SweepArm, arms
from evo.sweeps.compare import ArmFigures, SweepComparison, compare
from evo.sweeps.curves import SpendUnit
from evo.sweeps.jobs import SweepJob, read_jobs, sweep_folders, write_job
from evo.sweeps.runs import LeftOut, SweptRun, read_runs
from evo.sweeps.surface import Surface, SurfacePoint

__all__ = [
    "ArmFigures",
    "LeftOut",
    "SpendUnit",
    "Surface",
    "SurfacePoint",
    "SweepArm",
    "SweepComparison",
    "SweepJob",
    "SweptRun",
    "arms",
    "compare",
    "read_jobs",
    "read_runs",
    "sweep_folders",
    "write_job",
]
