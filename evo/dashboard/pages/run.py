"""One run, as it goes on: how far, how good, at what cost, what happened last."""

import json
import math
from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from evo.analysis.archives import archives
from evo.analysis.overview import (
    Glance,
    candidates_by_island,
    candidates_over_time,
    glance,
    limits,
    newest_candidates,
    source_of,
)
from evo.analysis.progress import progress
from evo.core.format import by_level, percent
from evo.dashboard.components import (
    Child,
    aria,
    candidate_link,
    choices,
    facts,
    graph,
    href,
    link,
    section,
    shown_time,
    table,
    verbatim,
)
from evo.dashboard.plots import SPANS, bars, curve
from evo.dashboard.run_folder import RunFolder
from evo.store import RunStatus, RunStore
from problems import Split

PATH = "/run"
TITLE = "Run"
LIVE = True

STRETCHES = 40
"""So many bars at most for the rate."""
LAST = 15
"""So many candidates are listed, the newest ones."""


def view(folder: RunFolder, query: Mapping[str, str]) -> Component:
    """Show the run that the address names; `over` is what the gap curve is drawn over."""
    name = folder.chosen(query)
    over = query["over"] if query.get("over") in SPANS else "candidates"
    with folder.opened(name) as store:
        overview = glance(store, name, folder.running(name))
        return html.Div(
            [
                _facts(overview),
                _spending(overview, limits(store)),
                _curve(store, name, over),
                _rate(store, overview.spent.seconds),
                _islands(store, name),
                _events(store, name),
                _best(store, overview),
            ]
        )


def _facts(overview: Glance) -> Component:
    header, spent = overview.header, overview.spent
    stopped = json.loads(header.result or "{}").get("stopped") if header.status is RunStatus.FINISHED else None
    return facts(
        {
            "status": f"{overview.status}: {stopped}" if stopped else overview.status,
            "problem": header.problem,
            "seed": str(header.seed),
            **{f"best gap on {split}": by_level(overview.gaps[split]) for split in Split if split in overview.gaps},
            "test": "; ".join(overview.looks_at_test.sentences),
            "placed": f"{overview.placed:,} candidates ({overview.repeats:,} repeats)",
            "failed on train": f"{overview.failed:,}",
            "time": f"{spent.seconds:,.1f} s",
            "isolation": header.isolation,
            "started, UTC": shown_time(header.started),
            "ended, UTC": header.ended and shown_time(header.ended),
            "evo": header.version,
        },
        identity="facts",
    )


def _spending(overview: Glance, limit: Mapping[str, float]) -> Component:
    spent = overview.spent
    used = {"candidates": spent.candidates, "seconds": spent.seconds, "tokens": spent.tokens, "dollars": spent.dollars}
    rows = [_spent(unit, amount, limit.get(unit)) for unit, amount in used.items()]
    caption = "What is used up; calls in flight count at their worst. A resumed run may have had a larger budget."
    return section("Spend against budget", table(caption, ("", "used", "budget", "share"), rows, "lrrl", "spend"))


def _spent(unit: str, amount: float | None, limit: float | None) -> list[Child]:
    used = "price unknown" if amount is None else _amount(unit, amount)
    if limit is None or amount is None:
        return [unit, used, "" if limit is None else _amount(unit, limit), None]
    bar = aria(html.Progress(value=str(min(amount, limit)), max=str(limit)), label=f"{unit}, share of the budget")
    return [unit, used, _amount(unit, limit), html.Span([bar, f"{amount / limit:.0%}"])]


def _amount(unit: str, amount: float) -> str:
    return {"dollars": f"{amount:,.4f}", "seconds": f"{amount:,.1f}"}.get(unit, f"{amount:,.0f}")


def _curve(store: RunStore, name: str, over: str) -> Component:
    points = progress(store)
    if not points:
        return section("Gap", html.P("No candidate has a score yet."))
    offered = {unit: href(PATH, run=name, over=unit) for unit in SPANS}
    caption = f"From {percent(points[0].gap)} to {percent(points[-1].gap)} after {points[-1].candidates:,} candidates."
    return section("Gap", choices("over", offered, over), graph("gap", curve({name: points}, over), caption))


def _rate(store: RunStore, seconds: float) -> Component | None:
    if not seconds:
        return None
    width = max(1.0, seconds / STRETCHES)
    counts = candidates_over_time(store, width)
    heights = {width * at: 60 / width * counts.get(at, 0) for at in range(int(seconds / width) + 1)}
    caption = f"{60 * sum(counts.values()) / seconds:,.0f} a minute over the whole run."
    figure = bars(heights, width, "seconds of the run", "candidates a minute")
    return section("Candidates a minute", graph("rate", figure, caption))


def _islands(store: RunStore, name: str) -> Component:
    made = candidates_by_island(store)
    rows: list[list[Child]] = []
    for island in archives(store):
        best = min(island.elites, key=lambda elite: (elite.gaps, elite.ordinal), default=None)
        axes = " × ".join(axis.measure for axis in island.axes)
        cells = math.prod(len(axis.edges) - 1 for axis in island.axes)
        archive = link(island.name, href("/archive", run=name, island=island.island))
        counts = (f"{made.get(island.island, 0):,}", f"{len(island.elites):,}", f"{len(island.elites) / cells:.0%}")
        rows.append(
            [
                archive,
                axes,
                *counts,
                by_level(best.gaps) if best else "",
                candidate_link(name, best.ordinal) if best else None,
            ]
        )
    headings = ("island", "axes", "candidates", "elites", "coverage", "best gap", "of")
    return section("Islands", table("What the islands' archives hold now", headings, rows, "llrrrrr", "islands"))


def _events(store: RunStore, name: str) -> Component:
    rows: list[list[Child]] = []
    for one in newest_candidates(store, LAST):
        outcome = one.placement or one.failure or one.reason or one.state
        if one.repeat_of is not None:
            outcome = f"{outcome}, as #{one.repeat_of}"
        seconds = "" if one.elapsed is None else f"{one.elapsed:,.1f}"
        gap = "" if one.gap is None else percent(one.gap)
        about = (str(one.island), one.operator, one.model)
        rows.append([candidate_link(name, one.ordinal), seconds, *about, outcome, gap])
    headings = ("candidate", "s", "island", "operator", "model", "became", "gap")
    return section(
        "Last candidates", table("The newest first; gap: mean gap on train", headings, rows, "lrllllr", "events")
    )


def _best(store: RunStore, overview: Glance) -> Component | None:
    if overview.best is None:
        return None
    source = source_of(store, overview.best)
    shown = html.Div(
        [html.P(candidate_link(overview.name, overview.best)), verbatim(source, "Source of the best")], id="best"
    )
    return section("Best rule", shown)
