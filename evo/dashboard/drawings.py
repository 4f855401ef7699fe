"""Drawings of solutions, which the run has left beside its record: a candidate's, and a baseline's beside it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dash import html
from dash.development.base_component import Component

from evo.dashboard.components import picture, section
from evo.dashboard.run_folder import RunFolder

NAMED = re.compile(r"(?P<who>candidate|baseline)-(?P<number>\d{1,18})-(?P<split>[a-z]+)-(?P<position>\d{1,9})")
MOST = 4


@dataclass(frozen=True, slots=True)
class DrawingFile:
    """A drawing: the ordinal whose solution it shows, None for a baseline's, and the instance by split and position."""

    file: Path
    candidate: int | None
    instance: tuple[str, int]

    @property
    def words(self) -> str:
        """What it shows."""
        split, position = self.instance
        who = "The best baseline" if self.candidate is None else f"Candidate #{self.candidate}"
        return f"{who} on instance {position} of {split}"


def drawings(folder: RunFolder, run: str, ordinal: int) -> Component | None:
    """Return the drawings of a candidate, and those of baselines on the same instances; None where it has none."""
    known = [one for one in map(_read, folder.drawings(run)) if one is not None]
    shown = [
        html.Figure([picture(one.file.read_bytes(), one.words), html.Figcaption(one.words)])
        for one in _of(known, ordinal)
    ]
    return section("Drawn solutions", html.Div(shown, className="drawings")) if shown else None


def _of(known: Sequence[DrawingFile], ordinal: int) -> list[DrawingFile]:
    own = [one for one in known if one.candidate == ordinal]
    instances = {one.instance for one in own}
    rivals = [one for one in known if one.candidate is None and one.instance in instances]
    return sorted([*own, *rivals], key=lambda one: (one.instance, one.candidate is None))[:MOST]


def _read(file: Path) -> DrawingFile | None:
    named = NAMED.fullmatch(file.stem)
    if named is None:
        return None
    candidate = int(named["number"]) if named["who"] == "candidate" else None
    return DrawingFile(file, candidate, (named["split"], int(named["position"])))
