"""The table that ends a run: the best found candidate beside the best baselines; and candidates' sources."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from evaluators import Gap, InstanceSet
from evo.core.foreign_text import visible
from evo.core.format import spread
from evo.runs.finish import Row, best_rows_first
from problems import Reference, Split

UNBOUNDED = 10_000
LEVELS = "a / b: the levels of the objective, the first decides; a gap below is negative where more was given up above"
GAP = "gap of one instance = (value − reference) / max(reference, scale of the instance)"
UNPROVEN = "best known: the gap to the optimum is that or more, up to the second figure where bounds give one"


@dataclass(frozen=True, slots=True)
class Fitting:
    """Layouts of the same figures, the fullest first: the first that is no wider than the console is shown."""

    layouts: Sequence[Table]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Choose."""
        unbounded = options.update(max_width=UNBOUNDED)
        fitting = [each for each in self.layouts if console.measure(each, options=unbounded).maximum <= console.width]
        yield fitting[0] if fitting else self.layouts[-1]


def against_best(rows: Sequence[Row], found: Row, count: int) -> RenderableType:
    """Lay out the found candidate among the `count` best baselines, by their gaps on test; no figure is broken.

    On a narrow console the first level of an objective stands alone.
    """
    lines = sorted([*best_rows_first(rows)[:count], found], key=_order)
    several = any(gap.lower for gap in found.gaps.values())
    drawn = Fitting([_drawn(lines, found, levels) for levels in ((True, False) if several else (False,))])
    return Group(drawn, *([Text(LEVELS, style="dim")] if several else []))


def _drawn(lines: Sequence[Row], found: Row, levels: bool) -> Table:
    drawn = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    drawn.add_column("mean gap to the reference", overflow="fold")
    for split in Split:
        drawn.add_column(split, justify="right", no_wrap=True)
    for line in lines:
        cells = (_cell(line.gaps.get(split), levels) for split in Split)
        drawn.add_row(Text(visible(line.name)), *cells, style="bold green" if line is found else "")
    return drawn


def describe_set(known: InstanceSet) -> str:
    """Say how many instances there are and how their references were obtained."""
    return f"{len(known.instances)} instances; {_methods(known)}"


def highlighted(text: str) -> Text:
    """Return a candidate's source in colours, its lines whole: a terminal breaks them so that they can be copied."""
    coloured = Syntax("", "python", background_color="default").highlight(visible(text.strip()))
    coloured.rstrip()
    return coloured


def _order(line: Row) -> tuple[float, ...]:
    gap = line.gaps.get(Split.TEST)
    return (float("inf"),) if gap is None else (gap.scaled, *gap.lower)


def _cell(gap: Gap | None, levels: bool) -> str:
    if gap is None:
        return "failed"
    first, *_ = spread(gap)
    return first if levels else first.partition(" / ")[0]


def _methods(instances: InstanceSet) -> str:
    parts = (_counted(instances.references, proven=True), _counted(instances.references, proven=False))
    return ", ".join(filter(None, parts))


def _counted(references: Sequence[Reference], proven: bool) -> str:
    chosen = [reference for reference in references if reference.proven is proven]
    if not chosen:
        return ""
    methods = "; ".join(sorted({reference.method for reference in chosen}))
    return f"{len(chosen)} {'proven optimal' if proven else 'best known'} ({methods})"
