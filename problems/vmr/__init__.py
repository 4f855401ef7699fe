"""Rescheduling of virtual machines: less fragmented free cores by few migrations."""

from problems.vmr.problem import Vmr

__all__ = ["Vmr"]
