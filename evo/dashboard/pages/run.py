"""One run, as it goes on: what it found, by how much, how far it is, at what cost, what happened last."""

import json
import math
import re
from collections.abc import Mapping, Sequence

from dash import Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component

from evo.analysis.archives import archives, island_names
from evo.analysis.overview import (
    Glance,
    candidates_by_island,
    candidates_over_time,
    glance,
    limits,
    newest_candidates,
    source_of,
)
from evo.analysis.progress import trajectory
from evo.analysis.rivals import Rivalry, against_baselines, best_baseline, is_finished
from evo.analysis.verdict import Finding, Verdict, verdict
from evo.core.format import by_level, percent
from evo.dashboard.components import (
    Child,
    address_with,
    aria,
    candidate_link,
    choices,
    details,
    facts,
    graph,
    href,
    link,
    query_of,
    section,
    shown_time,
    table,
    with_id,
)
from evo.dashboard.drawings import drawings
from evo.dashboard.notes import shown_notes
from evo.dashboard.plots import CUT, Curve, bars, cut_of, gap_curves, spans_of, words_of
from evo.dashboard.rivalry_table import difference_cells
from evo.dashboard.run_folder import RunFolder
from evo.dashboard.source_code import code_block
from evo.store import RunStatus, RunStore
from evo.store.notes import notes
from problems import Split

PATH = "/run"
TITLE = "Run"
LIVE = True

GAP = "gap"
STRETCHES = 40
"""So many bars at most for the rate."""
LAST = 15
"""So many candidates are listed, the newest ones."""
FIRST_BASELINES = 3
"""So many are shown at once, the best ones."""
TONES = {Finding.BETTER: "good", Finding.WORSE: "bad"}


def view(folder: RunFolder, query: Mapping[str, str]) -> Component:
    """Show the run that the address names; `over` is what the gap curve is drawn over."""
    name = folder.chosen(query)
    with folder.opened(name) as store:
        overview, limit = glance(store, name, folder.running(name)), limits(store)
        return html.Div(
            [
                _verdict(verdict(store), phase(overview, limit) if overview.status == RunStatus.RUNNING else ""),
                _best(store, overview),
                None if overview.best is None else drawings(folder, name, overview.best),
                shown_notes(name, notes(store)),
                _baselines(store, overview),
                _curve(store, name, query),
                _facts(overview),
                _spending(overview, limit),
                _islands(store, name),
                _events(store, name),
                _rate(store, overview.spent.seconds),
            ]
        )


def register(app: Dash) -> None:
    """Let a click on a dot of the gap curve lead to its candidate."""
    app.callback(
        Output("address", "href", allow_duplicate=True),
        Input(GAP, "clickData"),
        State("address", "search"),
        prevent_initial_call=True,
    )(leads_to)


def leads_to(click: Mapping[str, Sequence[Mapping[str, object]]] | None, search: str | None) -> object:
    """Return the address of the candidate that was clicked on; lines of baselines have none."""
    ordinal = click["points"][0].get("customdata") if click else None
    return href("/candidate", run=query_of(search).get("run"), id=ordinal) if isinstance(ordinal, int) else no_update


def _verdict(found: Verdict, now: str) -> Component:
    """Return the verdict as it is told everywhere, and what a run that goes on is at."""
    sentences = [html.P(in_words(sentence)) for sentence in found.sentences]
    sentences += [html.P(f"Now: {now}.")] if now else []
    tone = TONES.get(found.finding, "open")
    return with_id(html.Section([html.H2("Verdict"), *sentences], className=f"verdict {tone}"), "verdict")


def in_words(sentence: str) -> list[Child]:
    """Return a sentence in parts: every second one, which stands between backticks, as code."""
    parts = re.split(r"`([^`]+)`", sentence)
    return [html.Code(part) if place % 2 else part for place, part in enumerate(parts)]


def phase(overview: Glance, limit: Mapping[str, float]) -> str:
    """Return what a run that goes on is at, and about how long the search will still take."""
    shares = _shares(overview, limit)
    if overview.best is None:
        return "references and first candidates"
    if not shares:
        return "search, without a limit of its budget"
    unit, share = max(shares.items(), key=lambda pair: pair[1])
    if share >= 1:
        return "search done; validation and test of the best"
    left = overview.spent.seconds * (1 - share) / share if share else math.inf
    told = "not known yet" if not math.isfinite(left) else f"about {duration(left)}, by its {unit}"
    return f"search, {share:.0%}; left: {told}"


def duration(seconds: float) -> str:
    """Return a time as people say it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5_400 else f"{seconds / 3_600:.1f} h"


def _shares(overview: Glance, limit: Mapping[str, float]) -> dict[str, float]:
    """Return what share of each limit is used up."""
    used = _used(overview)
    return {unit: amount / limit[unit] for unit, amount in used.items() if amount is not None and limit.get(unit)}


def _used(overview: Glance) -> dict[str, float | None]:
    spent = overview.spent
    return {"candidates": spent.candidates, "seconds": spent.seconds, "tokens": spent.tokens, "dollars": spent.dollars}


def cost(overview: Glance) -> str:
    """Return what a run has cost."""
    spent = overview.spent
    if spent.calls == 0:
        return "nothing: no model was asked"
    dollars = "price unknown" if spent.dollars is None else f"${spent.dollars:,.4f}"
    return f"{dollars} for {spent.tokens:,} tokens in {spent.calls:,} calls"


def _facts(overview: Glance) -> Component:
    header, spent = overview.header, overview.spent
    stopped = json.loads(header.result or "{}").get("stopped") if header.status is RunStatus.FINISHED else None
    told = facts(
        {
            "status": f"{overview.status}: {stopped}" if stopped else overview.status,
            "problem": header.problem,
            "seed": str(header.seed),
            **{f"best gap on {split}": by_level(overview.gaps[split]) for split in Split if split in overview.gaps},
            "test": "; ".join(overview.looks_at_test.sentences),
            "placed": f"{overview.placed:,} candidates ({overview.repeats:,} repeats)",
            "failed on train": f"{overview.failed:,}",
            "time": duration(spent.seconds),
            "cost": cost(overview),
            "isolation": header.isolation,
            "started, UTC": shown_time(header.started),
            "ended, UTC": header.ended and shown_time(header.ended),
            "evo": header.version,
        },
        identity="facts",
    )
    return section("How it went" if header.ended else "How it goes", told)


def _spending(overview: Glance, limit: Mapping[str, float]) -> Component:
    used = {
        unit: amount
        for unit, amount in _used(overview).items()
        if unit in limit or unit in ("candidates", "seconds") or overview.spent.calls
    }
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


def _baselines(store: RunStore, overview: Glance) -> Component | None:
    """Return the best candidate beside the baselines: the three best ones, the others on request."""
    if overview.best is None:
        return None
    rivalries = against_baselines(store, overview.best)
    if not rivalries:
        return None
    split = rivalries[0].split
    splits = list(dict.fromkeys(one.split for one in rivalries))
    gaps = {(one.rival, one.split): one.rival_gap for one in rivalries}
    on_split = [one for one in rivalries if one.split is split]
    found: list[Child] = [html.Strong(["found: ", candidate_link(overview.name, overview.best)])]
    found += [by_level(overview.gaps[one]) if one in overview.gaps else "" for one in splits]
    rows = [[*found, "", "", "", ""], *(_baseline(one, gaps, splits) for one in on_split)]
    headings = ("heuristic", *(f"gap, {one}" for one in splits))
    headings += ("found less it, points", "95 % interval", "found is", "smaller / equal / larger on")
    sides = "n" + "r" * len(splits) + "rrnr"
    what = "baselines" if is_finished(store) else "seeds; the other baselines are scored when the run ends"
    first = rows[: FIRST_BASELINES + 1]
    caption = f"Against the {len(first) - 1} best of {len(on_split)} {what}, by {on_split[0].instances:,} instances of {split}"  # noqa: E501
    shown = [table(caption, headings, first, sides, "baselines")]
    if len(rows) > len(first):
        more = table("The others", headings, rows[len(first) :], sides, "more-baselines")
        shown.append(details(f"{len(rows) - len(first)} more {what.partition(';')[0]}", more))
    return section("Against the baselines", *shown)


def _baseline(one: Rivalry, gaps: Mapping[tuple[str, Split], float], splits: Sequence[Split]) -> list[Child]:
    each = [percent(gaps.get((one.rival, split))) for split in splits]
    return [one.rival, *each, *difference_cells(one.pair)]


def _curve(store: RunStore, name: str, query: Mapping[str, str]) -> Component:
    went = trajectory(store)
    if not went.best:
        return section("Gap", html.P("No candidate has a score yet."))
    curve = Curve("best so far", went.best, best_baseline(store, Split.TRAIN), went.scored)
    spans = spans_of([curve])
    over = query["over"] if query.get("over") in spans else spans[0]
    offered = {unit: address_with(PATH, {**query, "run": name}, over=unit) for unit in spans}
    first, last, cut = went.best[0], went.best[-1], cut_of([curve])
    caption = f"From {percent(first.gap)} to {percent(last.gap)} after {last.candidates:,} candidates; each dot is one."
    above = sum(point.gap > cut for point in went.scored)
    if above:
        caption += f" Cut at {percent(cut)}, {CUT:g} times the best baseline or the best: {above:,} are above."
    return section(
        "Gap", with_id(choices("over", offered, over), "over"), graph(GAP, gap_curves([curve], over), caption)
    )


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
    made, names = candidates_by_island(store), island_names(store)
    rows: list[list[Child]] = []
    for island in archives(store):
        best = min(island.elites, key=lambda elite: (elite.gaps, elite.ordinal), default=None)
        axes = " × ".join(words_of(axis.measure) for axis in island.axes)
        cells = math.prod(len(axis.edges) - 1 for axis in island.axes)
        called = names[island.island]
        archive = link(called, href("/archive", run=name, island=called))
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
    names = island_names(store)
    rows: list[list[Child]] = []
    for one in newest_candidates(store, LAST):
        outcome = one.placement or one.failure or one.reason or one.state
        if one.repeat_of is not None:
            outcome = f"{outcome}, as #{one.repeat_of}"
        seconds = "" if one.elapsed is None else f"{one.elapsed:,.1f}"
        gap = "" if one.gap is None else percent(one.gap)
        about = (names.get(one.island, str(one.island)), one.operator, one.model)
        rows.append([candidate_link(name, one.ordinal), seconds, *about, outcome, gap])
    headings = ("candidate", "s", "island", "operator", "model", "became", "gap")
    listed = table("The newest first; gap: mean gap on train", headings, rows, "lrllllr", "events")
    return section("Last candidates", listed, html.P(link("All candidates", href("/candidates", run=name))))


def _best(store: RunStore, overview: Glance) -> Component | None:
    if overview.best is None:
        return None
    source, picked = source_of(store, overview.best), overview.header.best is not None
    named = "The rule that was found" if picked else "The fittest on train so far"
    shown = html.Div(
        [
            code_block(
                source,
                "Source of the best",
                "best-source",
                f"{overview.name}_{overview.best}.py",
                candidate_link(overview.name, overview.best),
                ", ",
                link("where it comes from", href("/lineage", run=overview.name, id=overview.best)),
            )
        ],
        id="best",
    )
    return section(named, shown)
