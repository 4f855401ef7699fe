"""Circle packing: n centres in the unit square, the radii made outside, the sum of radii maximised."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np

from problems.baseline_text import text_of_program
from problems.contract import Instance, LiteralLimits, Reference, Signature, Solution
from problems.geometry import references
from problems.geometry.drawing import draw_circles
from problems.geometry.placement import SECONDS, PointPlacement, Sizes, points_of, signature
from problems.geometry.programs import circles_grid, circles_hopping, circles_jitter, circles_slsqp
from problems.geometry.radii import centres, largest_radii, total, walls
from problems.geometry.symmetry import square_residual

TASK = (
    "Circle packing: place n circles with disjoint interiors inside the unit square [0, 1] x [0, 1]. Maximise the sum "
    "of their radii. The program returns the centres alone: the radii of largest sum for these centres are computed by "
    "a linear program and shrunk until exact arithmetic proves that no two circles overlap and none leaves the square, "
    "so there is no tolerance. A centre outside the square, by however little, or two equal centres are refused. "
    f"{SECONDS}"
)
MEASURES = {
    "radius_spread": "standard deviation of the radii over their mean, at most 1; 0 to 1",
    "wall_share": "share of circles that touch a wall, 0 to 1",
    "asymmetry": "mean distance of the centres from their image under the nearest symmetry of the square, over half "
    "the mean spacing, at most 1; 0 to 1",
}
BASELINES: Mapping[str, str] = MappingProxyType(
    {
        "grid": text_of_program(circles_grid),
        "jitter": text_of_program(circles_jitter),
        "SLSQP": text_of_program(circles_slsqp),
        "hopping": text_of_program(circles_hopping),  # the reference program, written by hand; no seed
    }
)
CONTACT = 1e-9  # only the measure knows a tolerance


@dataclass(frozen=True, slots=True)
class CirclePacking(PointPlacement):
    """What both tracks share: objective, measures, references."""

    prefix: ClassVar[str] = "circles"
    scale: ClassVar[float] = 1.0  # less than any reference
    known: ClassVar[frozenset[int]] = references.CIRCLES
    coordinates: ClassVar[int] = 2
    signatures: ClassVar[tuple[Signature, ...]] = (
        signature("the centres: n pairs (x, y) of reals from 0 to 1, as a float64 array of shape (n, 2) or lists"),
    )
    baselines: ClassVar[Mapping[str, str]] = BASELINES
    seeds: ClassVar[tuple[str, ...]] = ("grid", "jitter", "SLSQP")
    measures: ClassVar[Mapping[str, str]] = MEASURES
    reference_method: ClassVar[str] = "circles best known 1"

    def objective(self, instance: Instance, solution: Solution) -> float:
        """Return the proved sum of radii; raises Infeasible unless the centres are distinct and in the square."""
        return total(largest_radii(centres(solution, points_of(instance))))

    def behaviour(self, instance: Instance, solution: Solution) -> Mapping[str, float]:
        """Return the measures of feasible centres."""
        points = centres(solution, points_of(instance))
        radii = largest_radii(points)
        spread = float(radii.std() / radii.mean()) if radii.any() else 0.0
        touching = float(np.mean(radii >= walls(points) * (1 - CONTACT)))
        return dict(zip(MEASURES, (min(1.0, spread), touching, square_residual(points)), strict=True))

    def draw(self, instance: Instance, solution: Solution) -> str:
        """Return the circles as an SVG."""
        points = centres(solution, points_of(instance))
        return draw_circles(points, largest_radii(points), instance.name)

    def reference(self, instance: Instance) -> Reference:
        """Return the best value known for this number of circles, and a bound by area."""
        return references.circles_reference(points_of(instance))


@dataclass(frozen=True, slots=True)
class Circles(CirclePacking):
    """Search programs: numbers of circles that are held out, and few literals, so that no coordinates are carried.

    No number stands twice in a split: what a program remembers from one call is of no use in the next.
    """

    name: ClassVar[str] = "circles"
    description: ClassVar[str] = (
        f"{TASK} The program is judged on several n from 20 to 32, some of which it never saw, so it must search; the "
        "number of literals is limited."
    )
    literal_limits: ClassVar[LiteralLimits] = LiteralLimits(numbers=150, digits=40, letters=300)

    train: Sizes = (22, 24, 26, 28, 30)
    validation: Sizes = (21, 23, 26, 29, 32)
    test: Sizes = (20, 25, 26, 27, 32)


@dataclass(frozen=True, slots=True)
class CirclesConstruction(CirclePacking):
    """Constructions: the n are known, and coordinates may be written down."""

    name: ClassVar[str] = "circles_construction"
    description: ClassVar[str] = f"{TASK} It is judged on n = 26 and n = 32; coordinates may be written down."

    train: Sizes = (26, 32)
    validation: Sizes = (26, 32)
    test: Sizes = (26, 32)
