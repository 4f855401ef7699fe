"""The problems of the runs: which instances, and how good the references are that gaps are measured from."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dash import html
from dash.development.base_component import Component

from evo.analysis.candidates import header
from evo.analysis.select import Value, select
from evo.core.format import percent
from evo.dashboard.frame import Child, link, message, section, table
from evo.dashboard.links import href
from evo.dashboard.source import Source
from evo.dashboard.tables import cut, folded
from evo.store import RunStore, StoreError

PATH = "/problems"
TITLE = "Problems"
LIVE = False

MOST_RUNS = 8
"""Runs of equal instance sets that are named."""
MOST_FAMILIES = 200
MOST_LETTERS = 1_000
SETS = """
SELECT split, count(*) AS instances, count(DISTINCT family) AS families, sum(proven) AS proven,
       sum(proven = 0 AND bound IS NOT NULL) AS bounded, sum(proven = 0 AND bound IS NULL) AS best_known,
       max(CASE WHEN proven = 0 THEN abs(reference - bound) / max(abs(reference), 1.0) END) AS widest,
       sum(reference_seconds) AS seconds, max(reference_seconds) AS slowest,
       json_group_array(DISTINCT method) AS methods, json_group_array(DISTINCT versions) AS versions
FROM instances GROUP BY split
ORDER BY CASE split WHEN 'train' THEN 0 WHEN 'validation' THEN 1 ELSE 2 END
"""
SIGNATURE = "SELECT split, group_concat(digest) FROM (SELECT * FROM instances ORDER BY split, position) GROUP BY split"
FAMILIES = """
SELECT family, sum(split = 'train'), sum(split = 'validation'), sum(split = 'test'), sum(proven), count(*)
FROM instances GROUP BY family ORDER BY family LIMIT :most
"""
SET_HEADINGS = (
    "set", "instances", "families", "proven optimal", "with a bound", "best known alone", "widest bound gap",
    "CPU s", "slowest, s",
)  # fmt: skip
FAMILY_HEADINGS = ("family", "train", "validation", "test", "proven optimal", "instances")


@dataclass(frozen=True, slots=True)
class InstanceSets:
    """The instance sets of a problem as some runs have them, the newest first; references are those of the newest."""

    problem: str
    sets: tuple[tuple[Value, ...], ...]
    families: tuple[tuple[Value, ...], ...]
    runs: tuple[str, ...]


def view(source: Source, query: Mapping[str, str]) -> Component:
    """List the problems of all runs, each once for every choice of instances."""
    runs = (query["run"],) if query.get("run") else source.runs()
    found, unread = instance_sets(source, runs)
    told = [message(error) for error in unread]
    others = html.P(link("Problems of all runs", href(PATH))) if query.get("run") else None
    return html.Div([others, *told, *(_problem(one) for one in found)] if runs else html.P("No run yet."))


def instance_sets(source: Source, runs: Sequence[str]) -> tuple[tuple[InstanceSets, ...], tuple[str, ...]]:
    """Return the instance sets of runs, those of equal instances together, and why some runs cannot be read."""
    found: dict[tuple[str, tuple[tuple[Value, ...], ...]], InstanceSets] = {}
    unread = []
    for run in runs:
        try:
            with source.opened(run) as store:
                problem = header(store).problem
                key = (problem, select(store, SIGNATURE).rows)
                known = found.get(key) or _read(store, problem)
        except StoreError as error:
            unread.append(str(error))
        else:
            found[key] = replace(known, runs=(*known.runs, run))
    return tuple(sorted(found.values(), key=lambda one: one.problem)), tuple(unread)


def _read(store: RunStore, problem: str) -> InstanceSets:
    return InstanceSets(problem, select(store, SETS).rows, select(store, FAMILIES, most=MOST_FAMILIES).rows, ())


def _problem(found: InstanceSets) -> Component:
    links: list[Component | str] = []
    for run in found.runs[:MOST_RUNS]:
        links += [link(run, href("/run", run=run)), ", "]
    more = len(found.runs) - MOST_RUNS
    ran = ["Runs: ", *links, f"and {more:,} more"] if more > 0 else ["Runs: ", *links[:-1]]
    return section(
        found.problem,
        html.P(ran),
        table(
            f"Instances and references of {found.problem}",
            SET_HEADINGS,
            [_set(*row) for row in found.sets],
            "lrrrrrrrr",
        ),
        *_made(found),
        folded(
            "Families of instances",
            table(f"Families of {found.problem}", FAMILY_HEADINGS, found.families, "lrrrrr"),
            *([html.P(f"The first {MOST_FAMILIES}.")] if len(found.families) == MOST_FAMILIES else []),
        ),
    )


def _set(split: Value, *known: Value) -> tuple[Child, ...]:
    *counts, widest, seconds, slowest, _, _ = known
    wide = percent(widest) if isinstance(widest, float) else ""
    named = html.Span(split, style={"whiteSpace": "nowrap"})
    return named, *counts, wide, f"{float(seconds or 0):.1f}", f"{float(slowest or 0):.2f}"


def _made(found: InstanceSets) -> list[Component]:
    """Return how the references were obtained, and by which versions of what."""
    methods, versions = ({one for row in found.sets for one in json.loads(str(row[place]))} for place in (-2, -1))
    told = (("References by", methods), ("Versions", versions))
    return [
        html.P(f"{name}: {cut('; '.join(sorted(filter(None, every))), MOST_LETTERS)}")
        for name, every in told
        if any(every)
    ]
