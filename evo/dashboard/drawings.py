"""Drawings of solutions, which the run has left beside its record."""

from dash import html
from dash.development.base_component import Component

from evo.dashboard.components import picture, section
from evo.dashboard.run_folder import RunFolder


def drawings(folder: RunFolder, run: str) -> Component | None:
    """Return the drawings of a run as images, None where it has none."""
    shown: list[Component] = []
    for file in folder.drawings(run):
        name = file.stem.replace("_", " ").replace("-", " ")
        shown.append(html.Figure([picture(file.read_bytes(), name), html.Figcaption(name)]))
    return section("Drawn solutions", html.Div(shown, className="drawings")) if shown else None
