"""One candidate: how it stands to its parents and to the baselines, its source, its scores, what was asked for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from evaluators import Evaluation, Failure
from evo.analysis import find_candidate
from evo.analysis.archives import island_names
from evo.analysis.candidates import CandidateRecord, RecordedCall, header, parent_sources, show
from evo.analysis.instance_sets import instances_by_split
from evo.analysis.rivals import Baseline, Rivalry, against_baselines, against_parents, best_baseline
from evo.core.foreign_text import visible
from evo.core.format import AGGREGATES, spread
from evo.dashboard.components import (
    Child,
    candidate_link,
    candidate_links,
    details,
    facts,
    href,
    link,
    section,
    shown_time,
    table,
    verbatim,
)
from evo.dashboard.drawings import drawings
from evo.dashboard.instance_gaps import instance_gaps
from evo.dashboard.notes import shown_notes
from evo.dashboard.rivalry_table import in_words, rivalry_table
from evo.dashboard.run_folder import RunFolder
from evo.dashboard.source_code import code_block, source_difference
from evo.store import InstanceRow, RunStore
from problems import Split

PATH = "/candidate"
TITLE = "Candidate"
LIVE = False


@dataclass(frozen=True, slots=True)
class CandidateView:
    """A candidate with the sources of its parents, as far as they have one, and the instances of the run.

    `rivalries` are against its parents and the best baseline, `baselines` has that baseline's score on each split.
    """

    run: str
    record: CandidateRecord
    parents: Mapping[int, str]
    instances: Mapping[Split, tuple[InstanceRow, ...]]
    islands: Mapping[int, str]
    rivalries: tuple[Rivalry, ...]
    baselines: Mapping[Split, Baseline]
    picked: bool


def view(folder: RunFolder, query: Mapping[str, str]) -> Component:
    """Show the best candidate, or the one that the address names by `id`; gaps per instance on a `split`."""
    run = folder.chosen(query)
    with folder.opened(run) as store:
        shown = _read(store, run, find_candidate(store, query.get("id", "best")))
    return html.Div(
        [
            *_heading(shown),
            *_rivalries(shown),
            *_source(shown),
            drawings(folder, run, shown.record.step.ordinal),
            shown_notes(run, shown.record.notes),
            *_scores(shown, query),
            *_origin(shown),
            *_placements(shown),
            *_calls(shown),
        ]
    )


def _read(store: RunStore, run: str, ordinal: int) -> CandidateView:
    baselines = {split: baseline for split in Split if (baseline := best_baseline(store, split)) is not None}
    best = {baseline.name for baseline in baselines.values()}
    against = [one for one in against_baselines(store, ordinal) if one.rival in best]
    return CandidateView(
        run,
        show(store, ordinal),
        parent_sources(store, ordinal),
        instances_by_split(store),
        island_names(store),
        (*against_parents(store, ordinal), *against),
        baselines,
        header(store).best == ordinal,
    )


def _heading(shown: CandidateView) -> Iterator[Component]:
    ordinal = shown.record.step.ordinal
    parts: list[Child] = [
        link(f"← #{ordinal - 1}", href(PATH, run=shown.run, id=ordinal - 1)) if ordinal else None,
        "  ",
        link("in the lineage", href("/lineage", run=shown.run, id=ordinal)),
        "  ",
        link("all candidates", href("/candidates", run=shown.run)),
        "  ",
        link(f"#{ordinal + 1} →", href(PATH, run=shown.run, id=ordinal + 1)),
    ]
    yield html.H2(f"Candidate #{ordinal}")
    yield html.P(parts, className="beside")
    words = ["Validation picked it: this is the rule that the run found."] if shown.picked else []
    words += [in_words(one) for one in _first_told(shown.rivalries)]
    if words:
        yield html.Div([html.P(one) for one in words], className="verdict open")


def _first_told(rivalries: Sequence[Rivalry]) -> Iterator[Rivalry]:
    """Yield the fittest parent and the best baseline, each on the split that says most."""
    parents = [one for one in rivalries if one.parent is not None]
    baselines = [one for one in rivalries if one.parent is None]
    if parents:
        yield min((one for one in parents if one.split is parents[0].split), key=lambda one: one.rival_gap)
    yield from baselines[:1]


def _rivalries(shown: CandidateView) -> Iterator[Component]:
    if shown.rivalries:
        yield section("Against its parents and the best baseline", rivalry_table(shown.run, shown.rivalries))


def _origin(shown: CandidateView) -> Iterator[Component]:
    step, record, run = shown.record.step, shown.record, shown.run
    wanted = ", ".join(f"{one.measure} {one.low:g} to {one.high:g}" for one in step.target)
    insights = "; ".join(f"{'helps' if one.helps else 'hurts'}: {one.text}" for one in step.insights or ())
    values: dict[str, Child] = {
        "digest": (record.digest or "")[:16],
        "same syntax as": None if step.repeat_of is None else candidate_link(run, step.repeat_of),
        "operator": step.operator,
        "model": step.model,
        "island": shown.islands.get(step.island, str(step.island)),
        "size": None if record.size is None else f"{record.size} syntax nodes",
        "created": f"{shown_time(record.created, seconds=True)} UTC",
        "parents": candidate_links(run, step.parents),
        "children": candidate_links(run, record.children),
        "repeats": candidate_links(run, record.repeats) if record.repeats else None,
        "instruction": step.instruction,
        "asked for": wanted,
        "insights": insights,
    }
    yield section("Where it comes from", facts(values))


def _source(shown: CandidateView) -> Iterator[Component]:
    step = shown.record.step
    if step.source is None:
        yield section("Source", html.P(visible(f"No source: {step.reason or step.state}.")))
        return
    name = f"#{step.ordinal}"
    file = f"{shown.run}_{step.ordinal}.py"
    yield section("Source", code_block(step.source, f"source of {name}", "candidate-source", file))
    parents = [parent for parent in dict.fromkeys(step.parents) if parent in shown.parents]
    differences = [
        details(
            f"from parent #{parent}",
            source_difference(shown.parents[parent], step.source, f"from parent #{parent} to {name}"),
            unfolded=position == 0,
        )
        for position, parent in enumerate(parents)
    ]
    if differences:
        yield section(
            "What differs from its parents",
            html.P([html.Del("struck out"), ": only in the parent; ", html.Ins("underlined"), ": only here."]),
            *differences,
        )


def _scores(shown: CandidateView, query: Mapping[str, str]) -> Iterator[Component]:
    outcomes = shown.record.outcomes
    scored = {split: outcome for split in Split if isinstance(outcome := outcomes.get(split), Evaluation)}
    failed = {split: outcome for split in Split if isinstance(outcome := outcomes.get(split), Failure)}
    if not outcomes:
        yield section("Scores", html.P("No score yet."))
    if failed:
        rows = [(split, one.kind, one.instance, one.message) for split, one in failed.items()]
        yield section("Failures", table("Why there is no score", ("set", "kind", "instance", "message"), rows))
    if scored:
        ordinal = shown.record.step.ordinal
        yield instance_gaps(shown.run, ordinal, scored, shown.instances, query.get("split", ""), shown.baselines)
        levels = "; levels of the objective beside each other" if any(one.lower for one in scored.values()) else ""
        headings = ("set", *AGGREGATES, "compile s", "run s", "CPU s")
        gaps = [(split, *spread(one.gap), *_seconds(one)) for split, one in scored.items()]
        caption = "; ".join([f"Gaps to the references{levels}", *shown.record.beside_test])
        yield section("Scores", table(caption, headings, gaps, "lrrrrrr"), _measures(scored))


def _seconds(evaluation: Evaluation) -> tuple[str, str, str]:
    seconds = evaluation.seconds
    return f"{seconds.compile:.3f}", f"{seconds.run:.3f}", f"{seconds.cpu:.3f}"


def _measures(scored: Mapping[Split, Evaluation]) -> Component:
    names = dict.fromkeys(name for one in scored.values() for name in one.measures)
    rows = [(name, *(_figure(one.measures.get(name)) for one in scored.values())) for name in names]
    return table("Measures", ("measure", *scored), rows, "l" + "r" * len(scored))


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _placements(shown: CandidateView) -> Iterator[Component]:
    names = shown.islands
    rows: list[tuple[Child, ...]] = [
        (
            names.get(one.island, str(one.island)),
            ", ".join(map(str, one.cell)),
            one.status,
            "" if one.displaced is None else candidate_link(shown.run, one.displaced),
            "" if one.source_island is None else names.get(one.source_island, str(one.source_island)),
        )
        for one in shown.record.placements
    ]
    headings = ("island", "cell", "answer", "displaced", "migrated from")
    if rows:
        yield section("Placements", table("What the archives answered, in order", headings, rows))


def _calls(shown: CandidateView) -> Iterator[Component]:
    calls = shown.record.calls
    if calls:
        yield section("Prompts and replies", *(_call(call) for call in calls))


def _call(call: RecordedCall) -> Component:
    usage = call.usage
    dollars = "price unknown" if usage.dollars is None else f"${usage.dollars:.6f}"
    charged = f"{usage.prompt_tokens:,} + {usage.completion_tokens:,} tokens, {dollars}, {usage.seconds:.2f} s"
    parts: list[Component] = []
    for message in call.messages:
        parts += [html.H3(visible(message.role)), verbatim(message.content, f"{message.role}'s message")]
    for name, text in (("reply", call.reply), ("error", call.error)):
        if text is not None:
            parts += [html.H3(name), verbatim(text, name)]
    return details(f"call {call.attempt}: {call.model}, {call.status}, {charged}", *parts)
