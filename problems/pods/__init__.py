"""Pod packing with priority classes on the nodes of a cluster."""

from problems.pods.problem import Pods, PodsOrder

__all__ = ["Pods", "PodsOrder"]
