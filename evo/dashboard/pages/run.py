"""One run, as it goes on: how far, how good, at what cost, what happened last."""

import json
import math
from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from evo.analysis.archives import archives
from evo.analysis.overview import Glance, glance, limits, source_of
from evo.analysis.progress import progress
from evo.analysis.select import select
from evo.core.format import by_level, percent
from evo.dashboard.figures import SPANS, bars, curve
from evo.dashboard.frame import Child, aria, choices, facts, graph, link, section, table
from evo.dashboard.links import href
from evo.dashboard.pages.runs import shown_time
from evo.dashboard.source import Source
from evo.dashboard.tables import candidate_link, verbatim
from evo.store import RunStatus, RunStore
from problems import Split

PATH = "/run"
TITLE = "Run"
LIVE = True

STRETCHES = 40
"""So many bars at most for the rate."""
RATE = """
SELECT cast(elapsed / :width AS INTEGER) AS stretch, count(*) FROM candidates
WHERE elapsed IS NOT NULL GROUP BY stretch ORDER BY stretch
"""
BY_ISLAND = "SELECT island, count(*) FROM candidates GROUP BY island ORDER BY island"
LAST = """
SELECT c.ordinal, c.island, c.operator, c.model, c.elapsed, c.state, c.repeat_of, c.reason, e.gap_scaled, f.kind,
       (SELECT p.status FROM placements p WHERE p.candidate = c.ordinal AND p.source_island IS NULL LIMIT 1) AS placed
FROM (SELECT * FROM candidates ORDER BY ordinal DESC LIMIT 15) c
LEFT JOIN evaluations e ON e.candidate = coalesce(c.repeat_of, c.ordinal) AND e.split = 'train'
LEFT JOIN failures f ON f.candidate = coalesce(c.repeat_of, c.ordinal) AND f.split = 'train'
ORDER BY c.ordinal DESC
"""


def view(source: Source, query: Mapping[str, str]) -> Component:
    """Show the run that the address names; `over` is what the gap curve is drawn over."""
    name = source.chosen(query)
    over = query["over"] if query.get("over") in SPANS else "candidates"
    with source.opened(name) as store:
        seen = glance(store, name, source.running(name))
        return html.Div(
            [
                _facts(seen),
                _spending(seen, limits(store)),
                _curve(store, name, over),
                _rate(store, seen.spent.seconds),
                _islands(store, name),
                _events(store, name),
                _best(store, seen),
            ]
        )


def _facts(seen: Glance) -> Component:
    known, spent = seen.header, seen.spent
    stopped = json.loads(known.result or "{}").get("stopped") if known.status is RunStatus.FINISHED else None
    return facts(
        {
            "status": f"{seen.status}: {stopped}" if stopped else seen.status,
            "problem": known.problem,
            "seed": str(known.seed),
            **{f"best gap on {split}": by_level(seen.gaps[split]) for split in Split if split in seen.gaps},
            "placed": f"{seen.placed:,} candidates ({seen.repeats:,} repeats)",
            "failed on train": f"{seen.failed:,}",
            "time": f"{spent.seconds:,.1f} s",
            "isolation": known.isolation,
            "started, UTC": shown_time(known.started),
            "ended, UTC": known.ended and shown_time(known.ended),
            "evo": known.version,
        },
        identity="facts",
    )


def _spending(seen: Glance, limit: Mapping[str, float]) -> Component:
    spent = seen.spent
    used = {"candidates": spent.candidates, "seconds": spent.seconds, "tokens": spent.tokens, "dollars": spent.dollars}
    rows = [_spent(unit, amount, limit.get(unit)) for unit, amount in used.items()]
    told = "What is used up; calls in flight count at their worst. A resumed run may have had a larger budget."
    return section("Spend against budget", table(told, ("", "used", "budget", "share"), rows, "lrrl", "spend"))


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
    told = f"From {percent(points[0].gap)} to {percent(points[-1].gap)} after {points[-1].candidates:,} candidates."
    return section("Gap", choices("over", offered, over), graph("gap", curve({name: points}, over), told))


def _rate(store: RunStore, seconds: float) -> Component | None:
    if not seconds:
        return None
    width = max(1.0, seconds / STRETCHES)
    counts = {int(stretch or 0): int(count or 0) for stretch, count in select(store, RATE, width=width).rows}
    heights = {width * at: 60 / width * counts.get(at, 0) for at in range(int(seconds / width) + 1)}
    told = f"{60 * sum(counts.values()) / seconds:,.0f} a minute over the whole run."
    drawn = bars(heights, width, "seconds of the run", "candidates a minute")
    return section("Candidates a minute", graph("rate", drawn, told))


def _islands(store: RunStore, name: str) -> Component:
    asked = {int(island or 0): int(count or 0) for island, count in select(store, BY_ISLAND).rows}
    rows: list[list[Child]] = []
    for island in archives(store):
        best = min(island.elites, key=lambda elite: (elite.gaps, elite.ordinal), default=None)
        axes = " × ".join(axis.measure for axis in island.axes)
        cells = math.prod(len(axis.edges) - 1 for axis in island.axes)
        archive = link(island.name, href("/archive", run=name, island=island.island))
        counts = (f"{asked.get(island.island, 0):,}", f"{len(island.elites):,}", f"{len(island.elites) / cells:.0%}")
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
    for ordinal, island, operator, model, elapsed, state, repeat_of, reason, gap, kind, placed in select(
        store, LAST
    ).rows:
        became = placed or kind or reason or state
        told = f"{became}, as #{repeat_of}" if repeat_of is not None else str(became)
        at = "" if elapsed is None else f"{float(elapsed):,.1f}"
        figure = "" if gap is None else percent(float(gap))
        rows.append([candidate_link(name, int(ordinal or 0)), at, str(island), str(operator), str(model), told, figure])
    headings = ("candidate", "s", "island", "operator", "model", "became", "gap")
    return section(
        "Last candidates", table("The newest first; gap: mean gap on train", headings, rows, "lrllllr", "events")
    )


def _best(store: RunStore, seen: Glance) -> Component | None:
    if seen.best is None:
        return None
    source = source_of(store, seen.best)
    shown = html.Div([html.P(candidate_link(seen.name, seen.best)), verbatim(source, "Source of the best")], id="best")
    return section("Best rule", shown)
