"""Heilbronn's problem in a triangle: n points, the smallest triangle among them maximised."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np

from problems.baseline_text import text_of_program
from problems.contract import Infeasible, Instance, LiteralLimits, Reference, Signature, Solution
from problems.geometry import references
from problems.geometry.areas import areas, coincident, smallest_area, weights
from problems.geometry.drawing import draw_triangle
from problems.geometry.placement import SECONDS, PointPlacement, Sizes, points_of, signature
from problems.geometry.programs import heilbronn_annealing, heilbronn_jitter, heilbronn_rings, heilbronn_slsqp
from problems.geometry.symmetry import mirror_residual

TASK = (
    "Heilbronn's problem: place n points in a triangle of area 1, on its boundary too. Maximise the area of the "
    "smallest of the triangles that any three of the points span. A point is given by three weights of the corners, "
    "not negative, which are divided by their sum, so that it lies in the triangle whatever they are; areas are "
    f"computed in exact arithmetic. Two equal points are refused. {SECONDS}"
)
MEASURES = {
    "boundary_share": "share of points on the boundary of the triangle, 0 to 1",
    "asymmetry": "mean distance of the points from their image under the nearest mirror of the triangle, over half the "
    "mean spacing, at most 1; 0 to 1",
    "level_share": "share of triangles whose area is at most 1.1 times the smallest, 0 to 1",
}
BASELINES: Mapping[str, str] = MappingProxyType(
    {
        "rings": text_of_program(heilbronn_rings),
        "jitter": text_of_program(heilbronn_jitter),
        "SLSQP": text_of_program(heilbronn_slsqp),
        "annealing": text_of_program(heilbronn_annealing),  # the reference program, written by hand; no seed
    }
)
CONTACT, LEVEL = 1e-9, 1.1  # only the measures know tolerances


@dataclass(frozen=True, slots=True)
class HeilbronnTriangle(PointPlacement):
    """What both tracks share: objective, measures, references."""

    prefix: ClassVar[str] = "heilbronn"
    scale: ClassVar[float] = 0.001  # less than any reference
    known: ClassVar[frozenset[int]] = references.HEILBRONN
    coordinates: ClassVar[int] = 3
    signatures: ClassVar[tuple[Signature, ...]] = (
        signature("the points: n triples of weights from 0 to 10^6, the sum of each at least 10^-6, as a float64 array "
                  "of shape (n, 3) or as lists"),
    )  # fmt: skip
    baselines: ClassVar[Mapping[str, str]] = BASELINES
    seeds: ClassVar[tuple[str, ...]] = ("rings", "jitter", "SLSQP")
    measures: ClassVar[Mapping[str, str]] = MEASURES
    reference_method: ClassVar[str] = "heilbronn best known 1"

    def objective(self, instance: Instance, solution: Solution) -> float:
        """Return the smallest area; raises Infeasible unless the weights are in their range and the points distinct."""
        rows = weights(solution, points_of(instance))
        if (pair := coincident(rows)) is not None:
            raise Infeasible(f"Points {pair[0]} and {pair[1]} are the same: weights {rows[pair[1]].tolist()}.")
        return smallest_area(rows)

    def behaviour(self, instance: Instance, solution: Solution) -> Mapping[str, float]:
        """Return the measures of feasible weights."""
        rows = weights(solution, points_of(instance))
        boundary = float(np.mean(rows.min(axis=1) <= CONTACT * rows.sum(axis=1)))
        sizes = np.array([float(area) for area in areas(rows)])
        level = float(np.mean(sizes <= LEVEL * sizes.min()))
        return dict(zip(MEASURES, (boundary, mirror_residual(rows), level), strict=True))

    def draw(self, instance: Instance, solution: Solution) -> str:
        """Return the points as an SVG, with the smallest triangle."""
        return draw_triangle(weights(solution, points_of(instance)), instance.name)

    def reference(self, instance: Instance) -> Reference:
        """Return the best value known for this number of points, and a bound by triangulation."""
        return references.heilbronn_reference(points_of(instance))


@dataclass(frozen=True, slots=True)
class Heilbronn(HeilbronnTriangle):
    """Search programs: numbers of points that are held out, and few literals, so that no coordinates are carried.

    No number stands twice in a split: what a program remembers from one call is of no use in the next.
    """

    name: ClassVar[str] = "heilbronn"
    description: ClassVar[str] = (
        f"{TASK} The program is judged on n = 11 and several other n from 7 to 14, some of which it never saw, so it "
        "must search; the number of literals is limited."
    )
    literal_limits: ClassVar[LiteralLimits] = LiteralLimits(numbers=150, digits=20, letters=300)

    train: Sizes = (8, 10, 11, 12)
    validation: Sizes = (7, 11, 13)
    test: Sizes = (9, 11, 14)


@dataclass(frozen=True, slots=True)
class HeilbronnConstruction(HeilbronnTriangle):
    """Constructions: n = 11 is known, and coordinates may be written down."""

    name: ClassVar[str] = "heilbronn_construction"
    description: ClassVar[str] = f"{TASK} It is judged on n = 11; coordinates may be written down."

    train: Sizes = (11,)
    validation: Sizes = (11,)
    test: Sizes = (11,)
