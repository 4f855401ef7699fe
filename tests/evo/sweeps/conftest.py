"""Finished runs made of few numbers."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from evo.analysis.calls import ReplyCounts
from evo.analysis.progress import Point
from evo.sweeps import SweptRun
from evo.sweeps.runs import SplitGaps
from problems import Split


class MakeRun:
    """Builds a run whose found candidate has these gaps on every split."""

    def __call__(
        self,
        seed: int,
        gaps: Sequence[float] = (0.1, 0.2),
        asked: dict[str, str] | None = None,
        instances: Sequence[str] = (),
        points: Sequence[tuple[int, float]] = ((1, 0.5), (10, 0.2)),
        started: str = "2026-01-01",
        budget: float | None = None,
        replies: tuple[int, int, int] = (0, 0, 0),
        **settings: str,
    ) -> SweptRun:
        digests = tuple(instances) or tuple(map(str, range(len(gaps))))
        on_each = SplitGaps(float(np.mean(gaps)), np.array(gaps), digests)
        return SweptRun(
            Path(f"run{seed}"),
            seed,
            started,
            {"problem": "toy", "seed": str(seed), **settings},
            asked,
            dict.fromkeys(Split, on_each),
            tuple(Point(placed, placed / 2, None, 0, gap, 0) for placed, gap in points),
            {"candidates": budget},
            ReplyCounts(*replies),
        )


@pytest.fixture
def make_run() -> MakeRun:
    return MakeRun()
