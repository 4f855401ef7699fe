"""Placed points, drawn: packed circles, and points in a triangle with the smallest triangle that they span."""

import math
from itertools import combinations

from problems.drawing import BLUE, INK, ORANGE, SKY, YELLOW, Canvas, plural
from problems.geometry.areas import areas
from problems.geometry.exact_arithmetic import Reals

LEFT, TOP, SIDE = 16, 60, 520
HEIGHT = math.sqrt(3) / 2  # of a triangle with sides of 1


def draw_circles(points: Reals, radii: Reals, name: str) -> str:
    """Return circles in the unit square, centres of shape (n, 2)."""
    canvas = Canvas(
        SIDE + 2 * LEFT,
        TOP + SIDE + 16,
        f"{name}: sum of radii {float(radii.sum()):.6f}",
        f"{plural(len(points), 'circle')} in the unit square, radii from {float(radii.min()):.4f} to "
        f"{float(radii.max()):.4f}",
    )
    canvas.rectangle(LEFT, TOP, SIDE, SIDE, "#f6f8fa", stroke=INK)
    for number, ((x, y), radius) in enumerate(zip(points.tolist(), radii.tolist(), strict=True)):
        left, top = LEFT + SIDE * x, TOP + SIDE * (1 - y)
        tip = f"circle {number}: ({x:.4f}, {y:.4f}), radius {radius:.4f}"
        canvas.circle(left, top, SIDE * radius, SKY, stroke=BLUE, tip=tip)
        canvas.text(left, top + 4, str(number), size=10, anchor="middle")
    return canvas.svg()


def draw_triangle(weights: Reals, name: str) -> str:
    """Return points in an equilateral triangle, given by weights of its corners of shape (n, 3)."""
    every = areas(weights)
    least = min(range(len(every)), key=every.__getitem__)
    smallest = list(combinations(range(len(weights)), 3))[least]
    canvas = Canvas(
        SIDE + 2 * LEFT,
        TOP + HEIGHT * SIDE + 24,
        f"{name}: smallest triangle {float(every[least]):.6f}",
        f"of the area; of {plural(len(weights), 'point')}, {', '.join(map(str, smallest))} span it",
    )
    corners = ((LEFT, TOP + HEIGHT * SIDE), (LEFT + SIDE, TOP + HEIGHT * SIDE), (LEFT + SIDE / 2, TOP))
    canvas.polygon(corners, "#f6f8fa")
    places = []
    for row in weights.tolist():
        shares = [weight / sum(row) for weight in row]
        places.append(
            (
                sum(share * x for share, (x, _) in zip(shares, corners, strict=True)),
                sum(share * y for share, (_, y) in zip(shares, corners, strict=True)),
            )
        )
    canvas.polygon((places[number] for number in smallest), YELLOW, stroke=ORANGE)
    for number, (x, y) in enumerate(places):
        canvas.circle(x, y, 4, ORANGE if number in smallest else BLUE, tip=f"point {number}")
        canvas.text(x + 7, y - 5, str(number), size=10)
    return canvas.svg()
