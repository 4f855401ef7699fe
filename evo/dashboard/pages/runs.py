"""All runs in one table, and the gap curves of those that are ticked, together."""

from collections.abc import Callable, Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from evo.analysis.progress import progress
from evo.analysis.rivals import best_baseline
from evo.analysis.verdict import Finding
from evo.core.format import by_level, points
from evo.dashboard.components import (
    Child,
    Heading,
    address_with,
    choices,
    graph,
    href,
    link,
    message,
    section,
    shown_time,
    table,
    tick_box,
)
from evo.dashboard.paging import last_page, nearest_page, page_links
from evo.dashboard.plots import SPANS, Curve, cut_of, gap_curves, spans_of
from evo.dashboard.rivalry_table import told
from evo.dashboard.run_folder import RunFolder
from evo.dashboard.run_summaries import RunSummary, summary
from problems import Split

PATH = "/"
TITLE = "Runs"
LIVE = True
MOST_PICKED = 8
ROWS = 100
"""Runs on a page."""
NEWEST = "-started"

Key = Callable[[RunSummary], str | int | float | tuple[float, ...] | None]
COLUMNS: Mapping[str, tuple[str, str, Key]] = {
    "run": ("run", "n", lambda run: run.name),
    "status": ("status", "n", lambda run: run.status),
    "problem": ("problem", "n", lambda run: run.problem),
    "seed": ("seed", "r", lambda run: run.seed),
    "difference": (
        "against the best baseline, points",
        "n",
        lambda run: None if run.difference is None else run.difference.estimate,
    ),
    **{
        str(split): (f"gap, {split}", "r", lambda run, split=split: run.gap(split) or None)  # type: ignore[misc]
        for split in (Split.TEST, Split.VALIDATION, Split.TRAIN)
    },
    "candidates": ("candidates", "r", lambda run: run.placed),
    "cost": ("cost", "r", lambda run: run.dollars),
    "started": ("started, UTC", "n", lambda run: run.started),
}
"""By its name in an address: the heading of a column, its side, and what it is sorted by."""


def view(folder: RunFolder, query: Mapping[str, str]) -> Component:
    """List the runs; `compare` names those whose curves are drawn, `over` is what they are drawn over.

    `problem` keeps to one problem, `sort` names a column, with a minus for the largest first.
    """
    names = folder.runs()
    if not names:
        return message(f"No run in {folder.folder}; `evo run` makes one.")
    every = [summary(folder, name) for name in names]
    wanted = query.get("problem", "")
    shown = sort_runs([run for run in every if wanted in ("", run.problem)], query.get("sort", NEWEST))
    picked = [name for name in query.get("compare", "").split("\n") if name in names][:MOST_PICKED]
    return html.Div(
        [
            _comparison(folder, query, picked) if picked else None,
            _problems(every, query),
            *_list(shown, query, picked),
        ]
    )


def sort_runs(runs: Sequence[RunSummary], by: str) -> list[RunSummary]:
    """Return runs in the order of a column; those without a value come last, and an unknown column changes nothing."""
    _, _, key = COLUMNS.get(by.removeprefix("-"), COLUMNS["started"])
    with_value = [run for run in runs if not run.error and key(run) is not None]
    ordered = sorted(with_value, key=key, reverse=by.startswith("-"))  # type: ignore[arg-type]
    return [*ordered, *(run for run in runs if run not in with_value)]


def _problems(runs: Sequence[RunSummary], query: Mapping[str, str]) -> Component | None:
    problems = sorted({run.problem for run in runs if not run.error})
    if len(problems) < 2:
        return None
    offered = {"all": address_with(PATH, query, problem=None, page=None)}
    offered |= {name: address_with(PATH, query, problem=name, page=None) for name in problems}
    return choices("Problem", offered, query.get("problem") or "all")


def _list(runs: Sequence[RunSummary], query: Mapping[str, str], picked: Sequence[str]) -> list[Component | None]:
    last = last_page(len(runs), ROWS)
    page = nearest_page(query.get("page", ""), last)
    rows = [_row(run, query, picked) for run in runs[ROWS * (page - 1) : ROWS * page]]
    caption = (
        "Gaps: mean gap of the candidate that validation picked, of the fittest on train while a run goes on. "
        "Against the best baseline: on test, below zero is better. Tick runs to compare their curves."
    )
    run, *others = (_heading(name, query) for name in COLUMNS)
    headings: list[str | Heading] = [run, "compare", *others]
    sides = "nn" + "".join(side for _, side, _ in COLUMNS.values())[1:]
    return [table(caption, headings, rows, sides, "runs"), page_links(PATH, query, page, last)]


def _heading(name: str, query: Mapping[str, str]) -> Heading:
    sort = query.get("sort", NEWEST)
    order = "none" if sort.removeprefix("-") != name else "descending" if sort.startswith("-") else "ascending"
    return Heading(COLUMNS[name][0], address_with(PATH, query, sort=f"-{name}" if sort == name else name), order)


def _comparison(folder: RunFolder, query: Mapping[str, str], picked: Sequence[str]) -> Component:
    curves = []
    for name in picked:
        with folder.opened(name) as store:
            curves.append(Curve(name, progress(store), best_baseline(store, Split.TRAIN)))
    spans = spans_of(curves)
    over = query["over"] if query.get("over") in spans else spans[0]
    offered = {unit: address_with(PATH, query, over=unit) for unit in spans}
    caption = f"The best mean gap on train so far, over {SPANS[over]}; dashed: the best baseline of each run."
    if any(point.gap > cut_of(curves) for curve in curves for point in curve.best):
        caption += f" Cut at {cut_of(curves):.2%}."
    if over == "dollars":
        caption += " Runs whose prices are not known have no curve here."
    more = html.P("Tick a second run below to compare it with.") if len(picked) < 2 else None
    return section(
        "Comparison", choices("over", offered, over), graph("curves", gap_curves(curves, over), caption), more
    )


def _row(run: RunSummary, query: Mapping[str, str], picked: Sequence[str]) -> list[Child]:
    to = link(run.name, href("/run", run=run.name))
    if run.error:
        return [to, None, html.Span(run.error, className="bad"), *([None] * (len(COLUMNS) - 2))]
    gaps = [by_level(run.gap(split)) for split in (Split.TEST, Split.VALIDATION, Split.TRAIN)]
    cost = "nothing" if run.calls == 0 else "unknown" if run.dollars is None else f"${run.dollars:.4f}"
    return [
        to,
        _tick(run.name, query, picked),
        run.status,
        run.problem,
        str(run.seed),
        _against(run),
        *gaps,
        f"{run.placed:,}",
        cost,
        shown_time(run.started),
    ]


def _against(run: RunSummary) -> Child:
    """Return the difference to the best baseline, and whether it is certain."""
    if run.difference is None:
        return str(run.finding) if run.finding is not Finding.NOT_YET else html.Span("not yet", className="soft")
    differs = run.finding is not Finding.ALIKE
    title = f"against {run.rival}{f', in {run.counts}' if run.counts else ''}"
    return html.Span([f"{points(run.difference.estimate)} ", told(run.difference, differs)], title=title)


def _tick(name: str, query: Mapping[str, str], picked: Sequence[str]) -> Component | None:
    ticked = name in picked
    if not ticked and len(picked) == MOST_PICKED:
        return None
    others = [other for other in picked if other != name]
    compared = others if ticked else [*others, name]
    return tick_box(f"compare {name}", ticked, address_with(PATH, query, compare=compared))
