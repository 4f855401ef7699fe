"""A report as one HTML page, or as a Markdown text with plots beside it, and its files."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from evo.core.files import write_whole
from evo.core.foreign_text import visible
from evo.core.format import INTERVALS, percent, points, spread
from evo.report.contents import Contents
from evo.report.latex import latex_tables
from evo.report.markup import (
    changes_as_html,
    changes_as_text,
    code_as_html,
    fenced_block,
    plain_words,
)
from evo.report.parts import part_rows
from evo.report.plots import FigureFormat, report_plots, saved, svg
from evo.report.summary import p_value, shown, spent, summary
from evo.runs.drawings import Drawing
from evo.store import RunStatus
from problems import Split


@dataclass(frozen=True, slots=True)
class PlacedPlot:
    """A figure as it stands in a text: `mark` is an SVG element in a page, a path in Markdown."""

    name: str
    title: str
    caption: str
    mark: str


class ReportFormat(StrEnum):
    """How a report is written."""

    HTML = "html"
    MD = "md"
    PDF_READY = "pdf-ready"

    @property
    def file(self) -> str:
        """What the file is called where nobody gave it a name."""
        return {"html": "report.html", "md": "report.md", "pdf-ready": "report-print.html"}[self]


def page(contents: Contents, paged: bool = False) -> str:
    """Return a page that needs nothing but itself; `paged` lays it out for A4 paper, with everything open."""
    figures = [
        PlacedPlot(one.name, one.title, one.caption, Markup(svg(one.draw, one.name))) for one in report_plots(contents)
    ]
    environment = _environment()
    environment.filters.update(coloured=code_as_html, changed=changes_as_html)
    return visible(environment.get_template("report.html.jinja").render(_variables(contents, figures), paged=paged))


def markdown(contents: Contents, folder: str) -> str:
    """Return a text in which each figure is called by its path in a folder beside it."""
    figures = [
        PlacedPlot(one.name, one.title, one.caption, f"{folder}/{one.name}.png") for one in report_plots(contents)
    ]
    environment = _environment()
    environment.filters.update(fenced=fenced_block, w=plain_words, signed=changes_as_text)
    variables = {**_variables(contents, figures), "folder": folder}
    return visible(environment.get_template("report.md.jinja").render(variables))


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("evo.report"),
        autoescape=True,  # code, replies, messages and names are hostile text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(percent=percent, points=points, p_value=p_value, spread=spread, shown=shown)
    return made


def _variables(contents: Contents, figures: list[PlacedPlot]) -> dict[str, object]:
    return {
        "run": contents,
        "figures": figures,
        "sentences": summary(contents),
        "spent": spent(contents),
        "splits": tuple(Split),
        "finished": contents.run.status is RunStatus.FINISHED,
        "unproven": any(one.proven < one.instances for one in contents.certificate.sets),
        "drawings": [placed_drawing(one) for one in contents.drawings],
        "intervals": INTERVALS,
        "parts": () if contents.explained is None else part_rows(contents.explained),
    }


def write_report(contents: Contents, path: Path, form: ReportFormat) -> tuple[Path, ...]:
    """Write a report; Markdown has its figures in a folder beside it. Returns the files, the report first.

    Raises:
        OSError: a file cannot be written.
    """
    if form is not ReportFormat.MD:
        write_whole(path, page(contents, paged=form is ReportFormat.PDF_READY))
        return (path,)
    folder = path.with_name(f"{path.stem}-figures")
    written = write_figures(contents, folder, (FigureFormat.PNG,))
    write_whole(path, markdown(contents, folder.name))
    return (path, *written)


def write_figures(contents: Contents, folder: Path, formats: Sequence[FigureFormat]) -> tuple[Path, ...]:
    """Write each figure in each format, of a column's width, PNG of 300 dots an inch; drawings of solutions as SVG.

    Raises:
        OSError: a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    figures = {
        folder / f"{one.name}.{form}": saved(one.draw, form) for one in report_plots(contents) for form in formats
    }
    files = {**figures, **{folder / drawing_file(one): one.svg.encode() for one in contents.drawings}}
    for path, content in files.items():
        path.write_bytes(content)
    return tuple(files)


def write_tables(contents: Contents, folder: Path) -> tuple[Path, ...]:
    """Write the tables as LaTeX, each into a file of its own.

    Raises:
        OSError: a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = {folder / f"{name}.tex": text for name, text in latex_tables(contents).items()}
    for path, text in tables.items():
        write_whole(path, text)
    return tuple(tables)


def drawing_file(drawing: Drawing) -> str:
    """Return the name of a drawing's file beside a report."""
    return f"solution-{'baseline' if drawing.candidate is None else 'found'}.svg"


def placed_drawing(drawing: Drawing) -> PlacedPlot:
    """Return a drawing as a page shows it: an image, in which nothing can run."""
    content = base64.b64encode(drawing.svg.encode()).decode()
    title = f"{drawing.name} on {drawing.instance}"
    caption = f"Objective {drawing.objective:,.6g}."
    return PlacedPlot(drawing_file(drawing), title, caption, f"data:image/svg+xml;base64,{content}")
