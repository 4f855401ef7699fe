"""`evo explain`: what each part of a rule or program is worth, and the smallest one that is as good."""

from typing import TYPE_CHECKING, Annotated

import typer

from evo.cli.json_output import print_json
from evo.cli.naming import Named, of_candidate
from evo.cli.options import AsJson, ConfigDir, Trust

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from evo.analysis.explanation import Explanation, PartWorth

app = typer.Typer()


@app.command(epilog="Example: evo explain toy_s0 best --margin 0.05")
@of_candidate
def explain(
    chosen: Named,
    margin: Annotated[
        float | None,
        typer.Option(
            help="How much worse the smallest equivalent may be, in points of gap; default: a tenth of the gain over "
            "the best baseline, 0.05 where there is none.",
            show_default=False,
        ),
    ] = None,
    budget: Annotated[
        int | None,
        typer.Option(
            min=1, help="Sources to evaluate at most; default: 1000 for rules, 150 for algorithms, 60 for programs."
        ),
    ] = None,
    seconds: Annotated[float, typer.Option(min=1.0, help="After so many seconds nothing more is begun.")] = 120.0,
    fresh: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Instances to draw at least, by the problem's generator; 0: those of validation. Default: "
            "1000 for rules, 500 for algorithms, 200 for programs, few for programs with a time budget.",
        ),
    ] = None,
    config_dir: ConfigDir = None,
    trust: Trust = False,
    as_json: AsJson = False,
) -> None:
    """Knock a rule's parts out one by one: what each is worth, and the smallest rule that is as good.

    Instances of test are not looked at. The answer is kept in the run's folder, as explain.json, and in its report.
    """
    from rich.console import Console

    from evo.cli.views import show_view
    from evo.config.recorded import load
    from evo.tools.explain import Effort
    from evo.tools.explain import explain as explained

    effort = Effort(None if margin is None else margin / 100, budget, seconds, fresh)
    settings = load(chosen.folder, config_dir, trust=trust)
    found = explained(chosen.folder, chosen.candidate, settings, effort, Console(stderr=True))
    if as_json:
        print_json({"run": str(chosen.folder), "sentences": found.sentences, **_finite(found)})
    else:
        for view in views(found):
            show_view(view)


def _finite(found: "Explanation") -> dict[str, object]:
    """Return its figures; ends of intervals that are not known are None."""
    from dataclasses import asdict

    from evo.analysis.explanation import finite

    plain = finite(asdict(found))
    assert isinstance(plain, dict), "a dataclass is a dict as plain values"
    return plain


def views(found: "Explanation") -> "Iterator[RenderableType]":
    """Yield the sentences, the smallest source, whose lines stay whole, and the parts."""
    from rich.console import Group
    from rich.text import Text

    from evo.cli.results_table import highlighted
    from evo.core.foreign_text import visible

    yield Group(*(Text(visible(sentence)) for sentence in found.sentences))
    if found.smallest is not None:
        yield highlighted(found.smallest.source)
    if found.parts:
        yield Group(_table(found), Text(visible(found.basis), style="dim"))


def _table(found: "Explanation") -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    from evo.core.foreign_text import visible
    from evo.core.format import percent

    table = Table(title=f"candidate {found.candidate}, gap {percent(found.gap)}: its parts", title_justify="left")
    table.add_column("changed", overflow="fold", min_width=20)
    for heading in ("gap", "difference\n[interval]"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("", min_width=7)
    for part in found.parts:
        changed = "\nor ".join((part.knocked_out, *part.alike))
        table.add_row(Text(visible(changed)), percent(part.gap), _difference(part), part.finding)
    return table


def _difference(part: "PartWorth") -> str:
    from evo.core.format import points

    if part.difference is None:
        return ""
    level = "" if part.level == 1 else f" (level {part.level})"
    ends = f"\n[{points(part.difference.low)}, {points(part.difference.high)}]" if part.difference.known else ""
    return f"{points(part.difference.estimate)}{level}{ends}"
