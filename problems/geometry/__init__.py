"""Points in a square or a triangle: circle packing by sum of radii, and Heilbronn's problem, for whole programs."""

from problems.geometry.circles import Circles, CirclesConstruction
from problems.geometry.heilbronn import Heilbronn, HeilbronnConstruction

__all__ = ["Circles", "CirclesConstruction", "Heilbronn", "HeilbronnConstruction"]
