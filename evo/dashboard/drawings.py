"""Drawings of solutions, which the run has left beside its record: a candidate's, and a baseline's beside it."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from evo.dashboard.components import picture, section
from evo.dashboard.run_folder import RunFolder
from evo.runs.drawings import Drawing, kept_drawings

MOST = 4


def drawings(folder: RunFolder, run: str, ordinal: int) -> Component | None:
    """Return the drawings of a candidate, and those of baselines on the same instances; None where it has none.

    Raises:
        StoreError: no run is called so.
    """
    shown = [_figure(one) for one in _of(kept_drawings(folder.path(run).parent), ordinal)]
    return section("Drawn solutions", html.Div(shown, className="drawings")) if shown else None


def _figure(drawing: Drawing) -> Component:
    words = f"{drawing.name} on {drawing.instance} of {drawing.split}: objective {drawing.objective:,.6g}"
    return html.Figure([picture(drawing.svg.encode(), words), html.Figcaption(words)])


def _of(known: Sequence[Drawing], ordinal: int) -> list[Drawing]:
    own = [one for one in known if one.candidate == ordinal]
    instances = {(one.split, one.position) for one in own}
    rivals = [one for one in known if one.candidate is None and (one.split, one.position) in instances]
    return sorted([*own, *rivals], key=lambda one: (one.split, one.position, one.candidate is None))[:MOST]
