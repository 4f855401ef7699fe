"""Whole algorithms varied at their syntax trees: what an edit does not touch keeps its meaning."""

from evo.authors.embedded.algorithms.variation import AlgorithmVariation

__all__ = ["AlgorithmVariation"]
