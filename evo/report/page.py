"""A report as one HTML page, or as a Markdown text with plots beside it, and its files."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from evo.core.files import write_whole
from evo.core.foreign_text import visible
from evo.core.format import INTERVALS, percent, points, spread
from evo.report.contents import Contents
from evo.report.markup import (
    changes_as_html,
    changes_as_text,
    code_as_html,
    fenced_block,
    plain_words,
)
from evo.report.plots import ReportPlot, png, report_plots, svg
from evo.report.summary import p_value, shown, spent, summary
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


def markdown(contents: Contents, figures: Mapping[str, ReportPlot]) -> str:
    """Return a text in which each figure is called by its path."""
    shown_figures = [PlacedPlot(one.name, one.title, one.caption, path) for path, one in figures.items()]
    environment = _environment()
    environment.filters.update(fenced=fenced_block, w=plain_words, signed=changes_as_text)
    return visible(environment.get_template("report.md.jinja").render(_variables(contents, shown_figures)))


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
        "commands": _commands(contents),
        "intervals": INTERVALS,
    }


def _commands(contents: Contents) -> str:
    """Return what to type to have the run, or to look further into it."""
    finished = contents.run.status is RunStatus.FINISHED
    lines = (
        (
            contents.command,
            "how it began, before it was resumed" if contents.resumed else "the same run, the same archives",
        ),
        ("" if finished else f"evo resume {contents.name}", "go on with this one"),
        (
            f"evo replay {contents.name} --evaluate",
            "the record gone through again, every candidate scored again, compared",
        ),
        (f"evo export {contents.name} --to rule.py", "the rule as a plain Python file"),
        (f"evo lineage best --run {contents.name}", "the fittest; more questions: evo lineage --help"),
    )
    return "\n".join(f"{command}  # {purpose}" for command, purpose in lines if command)


def write_report(contents: Contents, path: Path, form: ReportFormat) -> tuple[Path, ...]:
    """Write a report; Markdown has its figures in a folder beside it. Returns the files, the report first.

    Raises:
        OSError: a file cannot be written.
    """
    if form is not ReportFormat.MD:
        write_whole(path, page(contents, paged=form is ReportFormat.PDF_READY))
        return (path,)
    folder = path.with_name(f"{path.stem}-figures")
    written = write_figures(contents, folder)
    write_whole(path, markdown(contents, {f"{folder.name}/{one.name}.png": one for one in report_plots(contents)}))
    return (path, *written)


def write_figures(contents: Contents, folder: Path) -> tuple[Path, ...]:
    """Write each figure as PNG, of a column's width and 300 dots an inch.

    Raises:
        OSError: a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    figures = {folder / f"{one.name}.png": one for one in report_plots(contents)}
    for path, one in figures.items():
        path.write_bytes(png(one.draw))
    return tuple(figures)
