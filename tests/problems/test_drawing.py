"""What problems draw with: words are escaped, numbers round, many parts become few."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from evo.core.svg import check_drawing
from problems.drawing import MOST_SHAPES, Canvas, blended, groups, ticks
from problems.jobshop.drawing import draw_schedule
from problems.obp.drawing import draw_packing
from problems.pods.drawing import draw_placement
from problems.smtt.drawing import draw_sequence
from problems.toy import draw_weighted
from problems.vmr.cluster import Cluster
from problems.vmr.drawing import draw_moves

HOSTILE = "</text></svg><script>alert('x')</script>\x00\x1b&\"]]>"
RNG = np.random.default_rng(0)


def test_words_are_shown_as_words() -> None:
    canvas = Canvas(100, 100, HOSTILE, HOSTILE)
    canvas.rectangle(0, 0, 10, 10, "#000000", tip=HOSTILE)
    text = check_drawing(canvas.svg())
    assert "<script" not in text
    words = ElementTree.fromstring(text).itertext()
    assert sum("</text></svg><script>alert('x')</script> &\"]]>" in one for one in words) == 5


def test_a_drawing_says_what_it_is_and_has_its_own_paper() -> None:
    root = ElementTree.fromstring(Canvas(100, 50, "Jobs", "two are late").svg())
    first, second, paper = list(root)[:3]
    assert (root.get("role"), root.get("aria-label")) == ("img", "Jobs")
    assert (first.text, second.text) == ("Jobs", "two are late")
    assert (paper.get("width"), paper.get("height"), paper.get("fill")) == ("100%", "100%", "#ffffff")


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (8.0, [0, 1, 2, 3, 4, 5, 6, 7, 8]),
        (0.3, [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3]),
        (0, [0]),
        (70, list(range(0, 71, 10))),
    ],
)
def test_an_axis_has_round_numbers(most: float, expected: list[float]) -> None:
    assert ticks(most) == pytest.approx(expected)


@pytest.mark.parametrize("count", [0, 1, 399, 400, 401, 10_000])
def test_groups_hold_everything_once_and_are_few(count: int) -> None:
    parts = groups(count, 400)
    assert [place for part in parts for place in range(part.start, part.stop)] == list(range(count))
    assert len(parts) == count if count <= 400 else len(parts) <= 400


def test_colours_are_blended() -> None:
    assert (blended(0, "#000000", "#ffffff"), blended(1, "#000000", "#ffffff")) == ("#000000", "#ffffff")
    assert blended(0.5, "#000000", "#ff0080") == "#800040"


def large_drawings() -> dict[str, str]:
    """Return drawings of instances far larger than any shipped one."""
    jobs = 10_000
    p, d, order = RNG.integers(1, 100, jobs), RNG.integers(0, 400_000, jobs), RNG.permutation(jobs)
    labels = tuple(f"{HOSTILE}{place}" for place in range(jobs))
    durations = RNG.integers(1, 100, (200, 100))
    routes = np.array([RNG.permutation(100) for _ in range(200)])
    starts = np.cumsum(durations, axis=1) - durations
    level, nodes = RNG.integers(0, 3, jobs), RNG.integers(-1, 2000, jobs)
    capacity = np.full(2000, 10_000)
    cluster = Cluster(np.full(8000, 2), RNG.integers(0, 2000, 8000), np.full(2000, 44), 500)
    moves = np.column_stack((RNG.permutation(8000)[:500], RNG.integers(0, 2000, 500)))
    return {
        "smtt": draw_sequence(p, d, order, HOSTILE, labels),
        "toy": draw_weighted(p, d + 1, order, HOSTILE),
        "jobshop": draw_schedule(durations, routes, starts, HOSTILE),
        "obp": draw_packing(p, 100, np.arange(jobs), HOSTILE),
        "obp, large items": draw_packing(p[:1000], 10**9, np.zeros(1000, dtype=np.int64), HOSTILE),
        "pods": draw_placement((p, p, level, order, capacity, capacity), nodes, HOSTILE),
        "pods on few nodes": draw_placement((p, p, level, order, capacity[:3], capacity[:3]), nodes % 3, HOSTILE),
        "vmr": draw_moves(cluster, moves, HOSTILE),
    }


def test_a_large_instance_is_drawn_in_summary() -> None:
    for name, text in large_drawings().items():
        check_drawing(text)
        assert "<script" not in text, name
        assert len(re.findall(r"<(rect|text|line|circle|polygon) ", text)) <= 2 * MOST_SHAPES, name
        assert len(text) < 600_000, name


def test_names_of_jobs_stand_in_their_boxes() -> None:
    text = draw_sequence(np.array([50, 50]), np.array([10, 200]), np.array([1, 0]), "own", ("a<b", "c"))
    words = [element.text for element in ElementTree.fromstring(text).iter("{http://www.w3.org/2000/svg}text")]
    assert words.index("c") < words.index("a<b")
    assert "1 job late; the largest tardiness is 90 time units" in words
