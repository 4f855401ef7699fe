"""The problems of the runs: which instances, and how good the references are that gaps are measured from."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace

from dash import html
from dash.development.base_component import Component

from evo.analysis.candidates import header
from evo.analysis.instance_sets import (
    FamilyCount,
    ReferenceSummary,
    family_counts,
    instance_digests,
    reference_summaries,
)
from evo.core.format import percent
from evo.dashboard.components import Child, cut, details, href, link, message, section, table
from evo.dashboard.run_folder import RunFolder
from evo.store import RunStore, StoreError

PATH = "/problems"
TITLE = "Problems"
LIVE = False

MOST_RUNS = 8
"""Runs of equal instance sets that are named."""
MOST_FAMILIES = 200
MOST_LETTERS = 1_000
SET_HEADINGS = (
    "set", "instances", "families", "proven optimal", "with a bound", "best known alone", "widest bound gap",
    "CPU s", "slowest, s",
)  # fmt: skip
FAMILY_HEADINGS = ("family", "train", "validation", "test", "proven optimal", "instances")


@dataclass(frozen=True, slots=True)
class InstanceSets:
    """The instance sets of a problem as some runs have them, the newest first; references are those of the newest."""

    problem: str
    sets: tuple[ReferenceSummary, ...]
    families: tuple[FamilyCount, ...]
    runs: tuple[str, ...]


def view(folder: RunFolder, query: Mapping[str, str]) -> Component:
    """List the problems of all runs, each once for every choice of instances."""
    runs = (query["run"],) if query.get("run") else folder.runs()
    sets, unread = instance_sets(folder, runs)
    messages = [message(error) for error in unread]
    others = html.P(link("Problems of all runs", href(PATH))) if query.get("run") else None
    return html.Div([others, *messages, *(_problem(one) for one in sets)] if runs else html.P("No run yet."))


def instance_sets(folder: RunFolder, runs: Sequence[str]) -> tuple[tuple[InstanceSets, ...], tuple[str, ...]]:
    """Return the instance sets of runs, those of equal instances together, and why some runs cannot be read."""
    sets: dict[tuple[str, tuple[tuple[str, str], ...]], InstanceSets] = {}
    unread = []
    for run in runs:
        try:
            with folder.opened(run) as store:
                problem = header(store).problem
                key = (problem, instance_digests(store))
                of_run = sets.get(key) or _read(store, problem)
        except StoreError as error:
            unread.append(str(error))
        else:
            sets[key] = replace(of_run, runs=(*of_run.runs, run))
    return tuple(sorted(sets.values(), key=lambda one: one.problem)), tuple(unread)


def _read(store: RunStore, problem: str) -> InstanceSets:
    return InstanceSets(problem, reference_summaries(store), family_counts(store, MOST_FAMILIES), ())


def _problem(group: InstanceSets) -> Component:
    links: list[Component | str] = []
    for run in group.runs[:MOST_RUNS]:
        links += [link(run, href("/run", run=run)), ", "]
    more = len(group.runs) - MOST_RUNS
    ran = ["Runs: ", *links, f"and {more:,} more"] if more > 0 else ["Runs: ", *links[:-1]]
    return section(
        group.problem,
        html.P(ran),
        table(
            f"Instances and references of {group.problem}",
            SET_HEADINGS,
            [_set(one) for one in group.sets],
            "lrrrrrrrr",
        ),
        *_made(group),
        details(
            "Families of instances",
            table(f"Families of {group.problem}", FAMILY_HEADINGS, [astuple(one) for one in group.families], "lrrrrr"),
            *([html.P(f"The first {MOST_FAMILIES}.")] if len(group.families) == MOST_FAMILIES else []),
        ),
    )


def _set(one: ReferenceSummary) -> tuple[Child, ...]:
    name = html.Span(one.split, style={"whiteSpace": "nowrap"})
    counts = (one.instances, one.families, one.proven, one.bounded, one.best_known)
    widest = "" if one.widest is None else percent(one.widest)
    return name, *counts, widest, f"{one.seconds:.1f}", f"{one.slowest:.2f}"


def _made(group: InstanceSets) -> list[Component]:
    """Return how the references were obtained, and by which versions of what."""
    methods = {method for one in group.sets for method in one.methods}
    versions = {version for one in group.sets for version in one.versions}
    return [
        html.P(f"{name}: {cut('; '.join(sorted(texts)), MOST_LETTERS)}")
        for name, texts in (("References by", methods), ("Versions", versions))
        if texts
    ]
