"""What a cheating program gains: nothing."""

import asyncio

import numpy as np
import pytest

from evaluators import Evaluation, Evaluator, Failure, InstanceSet, Outcome
from evaluators.sandbox import Limits
from problems import Split
from problems.geometry import Circles, CirclesConstruction, Heilbronn

GRID = """
import numpy as np

def spots(n):
    cells = [((i + 0.5) / 5, (j + 0.5) / 5) for i in range(5) for j in range(5)]
    return np.array((cells + [(i / 5, j / 5) for i in range(1, 5) for j in range(1, 5)])[:n])
"""
PLAIN = GRID + "def construct(n, seed, seconds):\n    return spots(n)\n"
COORDINATES = ", ".join(f"({x:.3f}, {y:.3f})" for x, y in np.random.default_rng(1).random((26, 2)))
STORED = f"def construct(n, seed, seconds):\n    return [{COORDINATES}][:n]\n"
DIGITS = "".join(f"{value:03d}" for value in np.random.default_rng(1).integers(1000, size=104))


def run(problem: Circles | CirclesConstruction | Heilbronn, *sources: str) -> list[Outcome]:
    instances = tuple(problem.instances(Split.TRAIN))
    known = InstanceSet(Split.TRAIN, instances, tuple(map(problem.reference, instances)))

    async def every() -> list[Outcome]:
        async with Evaluator(problem, {Split.TRAIN: known}, Limits(cpu_seconds=2, wall_seconds=100)) as evaluator:
            return [await evaluator.evaluate(source) for source in sources]

    return asyncio.run(every())


REFUSED = {
    "nan": ("    p = spots(n)\n    p[3, 0] = np.nan\n    return p\n", "NaN or infinity"),
    "inf": ("    p = spots(n)\n    p[3, 0] = np.inf\n    return p\n", "NaN or infinity"),
    "outside": ("    p = spots(n)\n    p[3, 0] = -1e-15\n    return p\n", "Centre 3 lies outside the unit square"),
    "twins": ("    p = spots(n)\n    p[3] = p[2]\n    return p\n", "Centres 2 and 3 are the same point"),
    "radii": ("    return np.column_stack((spots(n), np.full(n, 0.5)))\n", "must have shape (26, 2), got (26, 3)"),
    "more": ("    return spots(n + 1)\n", "must have shape (26, 2), got (27, 2)"),
    "fewer": ("    return spots(n - 1)\n", "must have shape (26, 2), got (25, 2)"),
    "complex": ("    return spots(n) + 0j\n", "must hold real numbers"),
    "late": ("    import time\n    while time.process_time() < 9: pass\n", "s of CPU time"),
    "later": (
        "    import time\n    began = time.process_time()\n    while time.process_time() < began + 1: pass\n"
        "    return spots(n)\n",
        "more than the 0.5 s of CPU time that each instance allows",
    ),
    "own clock": (
        "    import time\n    real = time.process_time\n    began = real()\n    while real() < began + 1: pass\n"
        "    time.process_time = lambda: 0.0\n    return spots(n)\n",
        "more than the 0.5 s of CPU time that each instance allows",
    ),
    "threads": ("    import threading\n", "module 'threading' cannot be imported"),
    "stored": ("    return [" + COORDINATES + "]\n", "significant digits in all"),
    "text": ("    s = '" + DIGITS + "'\n    return spots(n)\n", "more than 300 letters in strings"),
    "bits": ("    s = [" + "True, " * 151 + "]\n    return spots(n)\n", "more than 150 numeric literals"),
    "long": ("    s = " + "9" * 60 + "\n    return spots(n)\n", "more than 40 significant digits"),
}  # fmt: skip


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Outcome]:
    bodies = {name: GRID + "def construct(n, seed, seconds):\n" + body for name, (body, _) in REFUSED.items()}
    found = run(Circles(train=(26,), instance_seconds=0.5), *bodies.values())
    return dict(zip(bodies, found, strict=True))


@pytest.mark.parametrize("name", REFUSED)
def test_a_cheat_fails_and_is_told_why(name: str, outcomes: dict[str, Outcome]) -> None:
    outcome = outcomes[name]
    assert isinstance(outcome, Failure)
    assert REFUSED[name][1] in outcome.message


def test_a_docstring_is_no_place_to_store_coordinates() -> None:
    reading = PLAIN.replace(
        "return spots(n)\n", "'''0.1 0.2'''\n    return spots(n if construct.__doc__ is None else 0)\n"
    )
    (outcome,) = run(Circles(train=(26,)), reading)
    assert isinstance(outcome, Evaluation)


def test_coordinates_may_be_stored_in_the_construction_track() -> None:
    (outcome,) = run(CirclesConstruction(train=(26,)), STORED)
    assert isinstance(outcome, Evaluation)


def test_what_is_remembered_from_one_number_of_circles_does_not_fit_the_next() -> None:
    remembering = (
        GRID + "known = []\ndef construct(n, seed, seconds):\n    known.append(spots(n))\n    return known[0]\n"
    )
    (outcome,) = run(Circles(train=(22, 26)), remembering)
    assert isinstance(outcome, Failure)
    assert "must have shape (26, 2), got (22, 2)" in outcome.message


def test_weights_cannot_leave_the_triangle() -> None:
    source = (
        "import numpy as np\ndef construct(n, seed, seconds):\n"
        "    w = np.random.default_rng(seed).dirichlet([1, 1, 1], n)\n    w[0] = {}\n    return w\n"
    )
    tricks = ("[2, -1e-15, -1]", "[1e300, 0, 0]", "[0, 0, 0]", "w[1]", "[np.nan, 1, 1]", "2 * w[1]")
    for outcome in run(Heilbronn(train=(11,)), *(source.format(trick) for trick in tricks)):
        assert isinstance(outcome, Failure)
