"""The table that ends a run: baselines and the best found candidate, their gaps on every split, each figure named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from evaluators import Gap, InstanceSet
from evo.core.foreign_text import one_line, visible
from evo.core.format import AGGREGATES, spread
from evo.runs.finish import Row
from problems import Reference, Split

UNBOUNDED = 10_000
COSTS = "work: counted operations in the problem's unit; ms: of one instance; both on test"
LEVELS = "a / b: the levels of the objective, the first decides; a gap below is negative where more was given up above"
GAP = "gap of one instance = (value − reference) / max(reference, scale of the instance)"
UNPROVEN = "best known: the gap to the optimum is that or more, up to the second figure where bounds give one"


FULLNESS = ((3, True, False), (2, True, False), (2, False, False), (1, False, False), (1, False, True))
"""Aggregates, whether with costs, whether a level of the objective stands below the other."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """Layouts of the same figures, the fullest first: the first that is no wider than the console is shown."""

    layouts: Sequence[Table]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Choose."""
        unbounded = options.update(max_width=UNBOUNDED)
        fitting = [each for each in self.layouts if console.measure(each, options=unbounded).maximum <= console.width]
        yield fitting[0] if fitting else self.layouts[-1]


def table(rows: Sequence[Row], found: Row, sets: Mapping[Split, InstanceSet]) -> RenderableType:
    """Lay out the baselines by test gap and the best found candidate beside them; say what the figures are.

    On a narrow console the first aggregate stands alone, and its levels one below the other: a figure is never broken.
    """
    lines = sorted([*rows, found], key=_order)
    drawn = Fitting([_drawn(lines, found, *fullness) for fullness in FULLNESS])
    notes = [LEVELS] if any(gap.lower for gap in found.gaps.values()) else []
    failures = [Text(one_line(f"{line.name}: {line.failure}")) for line in rows if line.failure]
    return Group(drawn, Text(visible("\n".join([describe_sets(sets), *notes])), style="dim"), *failures)


def _drawn(lines: Sequence[Row], found: Row, shown: int, with_cost: bool, stacked: bool) -> Table:
    others = ", ".join(AGGREGATES[1:shown])
    title = f"gap to the reference: {AGGREGATES[0]}{f' ({others})' if others else ''}"
    drawn = Table(title=title, title_justify="left", caption=COSTS if with_cost else None, caption_justify="left")
    drawn.add_column("heuristic", overflow="fold")
    for split in Split:
        drawn.add_column(split, justify="right", no_wrap=True)
    for heading in ("work", "ms") if with_cost else ():
        drawn.add_column(heading, justify="right", no_wrap=True)
    for line in lines:
        cells = (*(_cell(line.gaps.get(split), shown, stacked) for split in Split), *(_cost(line) if with_cost else ()))
        drawn.add_row(Text(visible(line.name)), *cells, style="bold green" if line is found else "")
    return drawn


def describe_sets(sets: Mapping[Split, InstanceSet]) -> str:
    """Say what every figure was measured on, and what its references are."""
    lines = [f"{split}: {describe_set(known)}" for split, known in sets.items()]
    proven = all(known.proven == len(known.references) for known in sets.values())
    return "\n".join([*lines, GAP, *(() if proven else (UNPROVEN,))])


def describe_set(known: InstanceSet) -> str:
    """Say how many instances there are and how their references were obtained."""
    return f"{len(known.instances)} instances; {_methods(known)}"


def source(text: str) -> RenderableType:
    """Show a candidate's source."""
    return Syntax(visible(text.strip()), "python", background_color="default", word_wrap=True)


def _order(line: Row) -> tuple[float, ...]:
    gap = line.gaps.get(Split.TEST)
    return (float("inf"),) if gap is None else (gap.scaled, *gap.lower)


def _cell(gap: Gap | None, shown: int, stacked: bool) -> str:
    if gap is None:
        return "failed"
    first, *others = spread(gap)[:shown]
    first = first.replace(" / ", "\n/ ") if stacked else first
    return f"{first} ({', '.join(figure or '–' for figure in others)})" if others else first


def _cost(line: Row) -> list[str]:
    return ["" if figure is None else f"{figure:.2f}" for figure in (line.work, line.milliseconds)]


def _methods(instances: InstanceSet) -> str:
    parts = (_counted(instances.references, proven=True), _counted(instances.references, proven=False))
    return ", ".join(filter(None, parts))


def _counted(references: Sequence[Reference], proven: bool) -> str:
    chosen = [reference for reference in references if reference.proven is proven]
    if not chosen:
        return ""
    methods = "; ".join(sorted({reference.method for reference in chosen}))
    return f"{len(chosen)} {'proven optimal' if proven else 'best known'} ({methods})"
