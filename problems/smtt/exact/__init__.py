"""The exact algorithm for 1||ΣTj: Lawler's decomposition with a memory, bounded by prices of machine time."""

from problems.smtt.exact.jobs import MOST_WORK, checked_jobs
from problems.smtt.exact.solver import Proof, solve

__all__ = ["MOST_WORK", "Proof", "checked_jobs", "solve"]
