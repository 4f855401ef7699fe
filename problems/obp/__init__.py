"""Online bin packing."""

from problems.obp.problem import Obp
from problems.obp.vector import ObpVector

__all__ = ["Obp", "ObpVector"]
