"""The figures of a report, of a column's width: drawn once, shown in the page and written for papers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from evo.analysis.progress import Point
from evo.report.contents import Contents, Found
from evo.report.drawing import COLOURS, INK, panel
from evo.report.groups import Group
from evo.report.heatmap import heatmap
from problems import Split

MARKS = ("o", "s", "^", "D")
"""The found candidate's and those of its rivals."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A figure with its file's name, what it shows in a few words, and how to read it."""

    name: str
    title: str
    caption: str
    draw: Callable[[], Figure]


def drawn(told: Contents) -> tuple[Drawn, ...]:
    """Return all figures that there is something to draw for."""
    return (*_curves(told), *_archives(told), *_families(told.found))


def _curves(told: Contents) -> Iterator[Drawn]:
    if not told.points:
        return
    baseline = _best_on_train(told.found)
    last = told.points[-1]
    scales: list[tuple[str, str, list[float]]] = [
        ("candidates", "candidates placed", [point.candidates for point in told.points]),
        ("time", "wall time of the run, seconds", [point.seconds for point in told.points]),
    ]
    if last.tokens and last.dollars is None:
        scales.append(("tokens", "tokens", [point.tokens for point in told.points]))
    elif last.tokens:
        scales.append(("dollars", "US dollars charged", [point.dollars or 0.0 for point in told.points]))
    for name, label, along in scales:
        caption = f"Best mean gap on train so far; the last is {last.gap:.3%}, of candidate {last.ordinal}."
        yield Drawn(
            f"gap-over-{name}", f"gap over {name}", caption, _Curve(along, label, told.points, told.seeds, baseline)
        )


def _best_on_train(found: Found | None) -> tuple[str, float] | None:
    best = None if found is None else found.results.best_other(Split.TRAIN)
    return None if best is None else (best.name, best.gaps[Split.TRAIN].scaled)


@dataclass(frozen=True, slots=True)
class _Curve:
    along: Sequence[float]
    label: str
    points: Sequence[Point]
    seeds: int
    baseline: tuple[str, float] | None

    def __call__(self) -> Figure:
        figure, axes = panel(2.3)
        gaps = [100 * point.gap for point in self.points]
        axes.step(self.along, gaps, where="post", color=COLOURS[0], linewidth=1.4, label="best so far")
        if self.baseline is not None:
            name, gap = self.baseline
            axes.axhline(100 * gap, color=COLOURS[1], linewidth=1, linestyle="--", label=shortened(name))
        axes.set_ylim(*self._ends(gaps))
        axes.set(xlabel=self.label, ylabel="mean gap on train, %")
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.legend()
        return figure

    def _ends(self, gaps: Sequence[float]) -> tuple[float, float]:
        """Return the ends of the axis of gaps: from the best seed on, worse ones may be far off."""
        begun = [gap for gap, point in zip(gaps, self.points, strict=True) if point.candidates >= self.seeds]
        planted = [gap for gap, point in zip(gaps, self.points, strict=True) if point.candidates <= self.seeds]
        shown = [*begun, *planted[-1:], *([] if self.baseline is None else [100 * self.baseline[1]])]
        room = 0.05 * (max(shown) - min(shown)) or 1.0
        return min(shown) - room, max(shown) + room


def _archives(told: Contents) -> Iterator[Drawn]:
    for archive in told.archives:
        if archive.elites and archive.axes:
            held = len({elite.cell for elite in archive.elites})
            caption = f"{held} cells hold an elite; a number is its mean gap on train in %, brighter is better."
            if len(archive.axes) > 2:
                caption += " Of the further axes the best cell is shown."
            title = f"archive of island {archive.name}"
            yield Drawn(f"archive-{archive.island}", title, caption, partial(heatmap, archive))


def _families(found: Found | None) -> Iterator[Drawn]:
    if found is not None and found.families:
        caption = f"Mean gap on {found.split} by family of instances, with 95 % bootstrap intervals."
        draw = partial(family_gaps, found.families, found.split)
        yield Drawn("gap-by-family", "gap by family", caption, draw)


def family_gaps(rows: Sequence[Group], split: Split) -> Figure:
    """Draw a line for each family: the found candidate and its rivals with their intervals."""
    figure, axes = panel(1.2 + 0.26 * len(rows))
    names = ["found", *rows[0].rivals]
    for place, name in enumerate(names):
        shift = 0.5 * (place / max(1, len(names) - 1) - 0.5)
        intervals = [row.rivals.get(name, row.gap) for row in rows]
        axes.errorbar(
            [100 * one.estimate for one in intervals],
            [number + shift for number in range(len(rows))],
            xerr=[
                [100 * (one.estimate - one.low) for one in intervals],
                [100 * (one.high - one.estimate) for one in intervals],
            ],
            fmt=MARKS[place],
            color=COLOURS[place],
            markersize=3.5,
            linewidth=0.8,
            label=shortened(name),
        )
    axes.set_yticks(range(len(rows)), [shortened(row.name) for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlabel(f"mean gap on {split}, %")
    axes.grid(axis="y", color=INK, alpha=0.15, linewidth=0.5)
    figure.legend(loc="outside upper center", ncols=2)
    return figure


def shortened(words: str) -> str:
    """Return words cut to the room that there is."""
    return words if len(words) <= 28 else words[:27] + "…"
