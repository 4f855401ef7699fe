"""What pages about candidates share: links to them, sources and other long texts, levels of gaps."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from evo.dashboard.frame import aria, link
from evo.dashboard.links import href

MOST_LETTERS = 100_000
"""Longer texts are cut on a page; a browser gets slow on megabytes."""
MOST_LINKS = 30


def candidate_link(run: str, ordinal: int) -> Component:
    """Return a link to a candidate's page."""
    return link(f"#{ordinal}", href("/candidate", run=run, id=ordinal))


def candidate_links(run: str, ordinals: Sequence[int], most: int = MOST_LINKS) -> Component:
    """Return links to the first candidates, and how many more there are."""
    found: list[Component | str] = []
    for ordinal in ordinals[:most]:
        found += [candidate_link(run, ordinal), ", "]
    left_out = f"and {len(ordinals) - most:,} more"
    return html.Span([*found, left_out] if len(ordinals) > most else found[:-1] or "none")


def verbatim(text: str, label: str) -> Component:
    """Return a text in letters of equal width, its lines as they are; cut where it is very long."""
    return aria(html.Pre(html.Code(cut(text, MOST_LETTERS)), className="words", tabIndex=0, role="region"), label=label)


def cut(text: str, most: int) -> str:
    """Return the beginning of a long text and how much more there is."""
    return text if len(text) <= most else f"{text[:most]} … {len(text) - most:,} more letters"


def folded(summary: str, *children: Component | str, unfolded: bool = False) -> Component:
    """Return what is seen after a click or Enter on its summary, or at once."""
    return html.Details([html.Summary(summary), *children], open=unfolded)
