"""What people wrote about a run and its candidates."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from evo.core.foreign_text import visible
from evo.dashboard.components import candidate_link, section, shown_time
from evo.store.notes import Note


def shown_notes(run: str, notes: Sequence[Note]) -> Component | None:
    """Return the notes, the earliest first, each with its candidate if it is about one; None where there is none."""
    if not notes:
        return None
    lines = [html.Li([shown_time(note.created), *_about(run, note), ": ", visible(note.text)]) for note in notes]
    return section("Notes", html.Ul(lines, className="notes"))


def _about(run: str, note: Note) -> list[Component | str]:
    return [] if note.candidate is None else [", ", candidate_link(run, note.candidate)]
