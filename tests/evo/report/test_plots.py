import re

import numpy as np
import pytest
from matplotlib.figure import Figure

from evo.analysis.archives import IslandArchive, ShownAxis, ShownElite
from evo.report.plots import FigureFormat, heatmap, panel, saved, short, svg

HOSTILE = "</text><script>alert(1)</script> $\\frac{1}$ -->"


def labelled() -> Figure:
    figure, axes = panel(2.0)
    axes.plot([0, 1], [0, 1], label=HOSTILE)
    axes.legend()
    return figure


def archive(*gaps: float, axes: int = 2) -> IslandArchive:
    shown = tuple(ShownAxis(f"m{k}", tuple(np.linspace(0, 1, 6))) for k in range(axes))
    elites = tuple(ShownElite((place % 5, place // 5, 0)[:axes], place, gap) for place, gap in enumerate(gaps))
    return IslandArchive(0, "one", shown, elites)


def test_equal_figures_give_equal_text_and_bytes() -> None:
    assert svg(labelled, "a") == svg(labelled, "a")
    assert all(saved(labelled, form) == saved(labelled, form) for form in FigureFormat)


def test_words_in_a_figure_are_text_that_no_markup_ends() -> None:
    drawn = svg(labelled, "a")
    assert "<script" not in drawn
    assert "&lt;script&gt;" in drawn


def test_figures_of_one_page_share_no_id() -> None:
    first, second = (set(re.findall(r' id="([^"]*)"', svg(labelled, name))) for name in ("a", "b"))
    assert first
    assert not first & second


def test_a_figure_takes_the_colour_of_the_page_and_its_width() -> None:
    drawn = svg(labelled, "a")
    assert "currentColor" in drawn
    assert "#010203" not in drawn
    assert not re.match(r"<svg[^>]* (width|height)=", drawn)


def test_each_elite_of_a_heatmap_has_its_gap_in_its_cell() -> None:
    texts = {text.get_text() for text in heatmap(archive(0.01, 0.5, 12.0)).axes[0].texts}
    assert texts == {"1.00", "50.0", "1.2k"}


@pytest.mark.parametrize("gaps", [(0.0,), (0.0, 0.5), (-0.1, 0.2), (0.01, 90.0), (0.2, 0.2)])
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_archives_of_all_kinds_are_drawn(gaps: tuple[float, ...], axes: int) -> None:
    assert svg(lambda: heatmap(archive(*gaps, axes=axes)), "a").startswith("<svg")


@pytest.mark.parametrize(
    ("gap", "told"), [(0, "0.00"), (9.994, "9.99"), (9.996, "10.0"), (99.96, "100"), (1234, "1.2k"), (99999, "100k")]
)
def test_gaps_are_told_in_four_characters(gap: float, told: str) -> None:
    assert short(gap) == told
