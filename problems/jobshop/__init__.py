"""Job shop scheduling, J||Cmax."""

from problems.jobshop.problem import JobShop

__all__ = ["JobShop"]
