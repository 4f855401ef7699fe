"""A candidate's gap on each instance: drawn family by family, the worst as a table."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import plotly.graph_objects as go
from dash import html
from dash.development.base_component import Component

from evaluators import Evaluation
from evo.analysis.rivals import Baseline
from evo.core.format import percent
from evo.dashboard.components import PALETTE, choices, cut, graph, href, plain, section, table
from evo.store import InstanceRow
from problems import Reference, Split

WORST = 20
MOST_FAMILIES = 15
"""Families whose names have room below a figure."""
MOST_DRAWN = 2_000
"""Instances of a family that are drawn."""
MOST_LETTERS = 24
HEADINGS = ("instance", "family", "gap", "value", "reference", "reference is")


@dataclass(frozen=True, slots=True)
class InstanceGap:
    """What a candidate reached on one instance."""

    instance: InstanceRow
    value: float
    gap: float


def instance_gaps(
    run: str,
    ordinal: int,
    scored: Mapping[Split, Evaluation],
    instances: Mapping[Split, Sequence[InstanceRow]],
    wanted: str,
    baselines: Mapping[Split, Baseline],
) -> Component:
    """Return gaps on the split that is asked for, the first that has any where there are none on it."""
    split = next((split for split in scored if split == wanted), next(iter(scored)))
    triples = zip(instances[split], scored[split].values.tolist(), scored[split].gaps.tolist(), strict=True)
    by_family = gaps_by_family([InstanceGap(*triple) for triple in triples])
    worst = sorted((score for of in by_family.values() for score in of), key=lambda score: -score.gap)[:WORST]
    offered = {str(one): href("/candidate", run=run, id=ordinal, split=one) for one in scored}
    baseline = baselines.get(split)
    return section(
        "Gaps by instance",
        choices("Instances", offered, str(split)),
        html.Div(
            [
                _against(baseline, scored[split].gaps.tolist(), instances[split]),
                graph("gaps", _figure(by_family), _caption(split, len(instances[split]), len(by_family))),
            ],
            className="graphs",
        ),
        table(f"The {len(worst)} worst instances of {split}", HEADINGS, [_row(score) for score in worst], "nnrrrn"),
    )


def _against(baseline: Baseline | None, gaps: Sequence[float], instances: Sequence[InstanceRow]) -> Component | None:
    """Return the gaps drawn against those of a baseline, None where that was scored on other instances."""
    if baseline is None or len(baseline.each) != len(gaps):
        return None
    caption = (
        f"A point for each instance: below the line its gap is smaller than that of the best baseline, "
        f"{baseline.name}; on the line they are equal."
    )
    return graph("against", scatter(baseline, gaps, instances), caption)


def scatter(baseline: Baseline, gaps: Sequence[float], instances: Sequence[InstanceRow]) -> go.Figure:
    """Draw gaps (up) against those of a baseline (across) on the same instances, with the line of equal ones."""
    shown = list(zip(baseline.each, gaps, instances, strict=True))[:MOST_DRAWN]
    ends = [100 * min(0.0, *baseline.each, *gaps), 100 * max(*baseline.each, *gaps)]
    name = plain(baseline.name)
    points = go.Scatter(
        x=[100 * other for other, _, _ in shown],
        y=[100 * own for _, own, _ in shown],
        mode="markers",
        marker={
            "color": [
                PALETTE[2] if own < other else PALETTE[1] if own > other else PALETTE[7] for other, own, _ in shown
            ],
            "size": 7,
            "opacity": 0.7,
        },
        hovertext=[
            f"{plain(cut(instance.name, 80))}: {percent(own)}, {name} {percent(other)}"
            for other, own, instance in shown
        ],
        hoverinfo="text",
    )
    equal = go.Scatter(
        x=ends, y=ends, mode="lines", line={"dash": "dot", "width": 1, "color": PALETTE[7]}, hoverinfo="skip"
    )
    figure = go.Figure([equal, points])
    figure.update_layout(
        xaxis={"title": {"text": f"gap of {name}, %"}}, yaxis={"title": {"text": "its gap, %"}}, showlegend=False
    )
    return figure


def _caption(split: Split, instances: int, families: int) -> str:
    described = (
        f"the {MOST_FAMILIES} of the largest mean gaps of {families:,}" if families > MOST_FAMILIES else f"{families}"
    )
    return (
        f"A point for each of {instances:,} instances of {split}, by family ({described}); a dash is the family's mean."
    )


def gaps_by_family(scores: Sequence[InstanceGap]) -> dict[str, list[InstanceGap]]:
    """Return the scores by family, the family of the largest mean gap first, and in it the largest gap."""
    gaps: defaultdict[str, list[InstanceGap]] = defaultdict(list)
    for score in scores:
        gaps[score.instance.family].append(score)
    means = {family: fmean(score.gap for score in of) for family, of in gaps.items()}
    worst_first = sorted(gaps, key=lambda family: (-means[family], family))
    return {family: sorted(gaps[family], key=lambda score: -score.gap) for family in worst_first}


def _figure(by_family: Mapping[str, Sequence[InstanceGap]]) -> go.Figure:
    shown = list(by_family.items())[:MOST_FAMILIES]
    scores = [(place, score) for place, (_, of) in enumerate(shown) for score in of[:MOST_DRAWN]]
    points = go.Scatter(
        x=[place for place, _ in scores],
        y=[100 * score.gap for _, score in scores],
        mode="markers",
        marker={"color": PALETTE[0], "size": 8, "opacity": 0.6},
        hovertext=[_hover(score) for _, score in scores],
        hoverinfo="text",
        showlegend=False,
    )
    means = go.Scatter(
        x=list(range(len(shown))),
        y=[100 * fmean(score.gap for score in of) for _, of in shown],
        mode="markers",
        marker={"symbol": "line-ew", "size": 18, "line": {"width": 3, "color": PALETTE[1]}},
        hovertemplate="mean %{y:.3f}%<extra></extra>",
        showlegend=False,
    )
    figure = go.Figure([points, means])
    names = [plain(cut(family, MOST_LETTERS)) for family, _ in shown]
    figure.update_layout(
        yaxis={"title": {"text": "gap, %"}},
        xaxis={"tickvals": list(range(len(shown))), "ticktext": names, "automargin": True, "zeroline": False},
    )
    return figure


def _hover(score: InstanceGap) -> str:
    names = f"{plain(cut(score.instance.name, 80))}, {plain(cut(score.instance.family, 80))}"
    return f"{names}: {percent(score.gap)}"


def _row(score: InstanceGap) -> tuple[str, ...]:
    reference = score.instance.reference
    figures = percent(score.gap), f"{score.value:.12g}", f"{reference.value:.12g}"
    return cut(score.instance.name, 200), cut(score.instance.family, 200), *figures, _proof(reference)


def _proof(reference: Reference) -> str:
    if reference.proven:
        return "proven optimal"
    return "best known" if reference.bound is None else f"best known; bound {reference.bound:.12g}"
