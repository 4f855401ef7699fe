"""Validation picks the winner: the best, or a shorter one that is as good."""

import numpy as np
import pytest

from evaluators import Evaluation, Facts, Gap, Seconds
from evo.core.errors import ForeignCodeError
from evo.core.records import Candidate
from evo.runs.finish import pick_winner
from problems import Split


def finalist(ordinal: int, size: int) -> Candidate:
    return Candidate(ordinal, "source", Facts(str(ordinal), size), -1.0)


def validated(gap: float, lower: tuple[float, ...] = ()) -> Evaluation:
    scores = Gap(gap, None, None, lower=lower)
    return Evaluation(Split.VALIDATION, Facts("d", 1), np.zeros(1), np.zeros(1), scores, {}, Seconds())


@pytest.mark.parametrize(
    ("scores", "winner"),
    [
        ({0: validated(0.0100), 1: validated(0.0120)}, 0),
        ({0: validated(0.0100), 1: validated(0.01004)}, 1),
        ({0: validated(0.0), 1: validated(0.00001)}, 0),
        ({0: validated(0.0100, (0.1,)), 1: validated(0.0100, (0.1004,))}, 0),
        ({0: validated(0.0100)}, 0),
    ],
    ids=["the best", "a shorter one within half a per cent", "nothing is within a share of 0", "by levels", "scored"],
)
def test_the_winner_is(scores: dict[int, Evaluation], winner: int) -> None:
    assert pick_winner([finalist(0, 30), finalist(1, 9)], scores).ordinal == winner


def test_without_a_score_on_validation_nothing_wins() -> None:
    with pytest.raises(ForeignCodeError, match="validation"):
        pick_winner([finalist(0, 30)], {})
