"""A report's files: the page or the text, and the figures."""

from enum import StrEnum
from pathlib import Path

from evo.core.files import write_whole
from evo.report.contents import Contents
from evo.report.drawing import png
from evo.report.figures import drawn
from evo.report.page import markdown, page


class Format(StrEnum):
    """How a report is written."""

    HTML = "html"
    MD = "md"
    PDF_READY = "pdf-ready"

    @property
    def file(self) -> str:
        """What the file is called where nobody gave it a name."""
        return {"html": "report.html", "md": "report.md", "pdf-ready": "report-print.html"}[self]


def write_report(told: Contents, path: Path, form: Format) -> tuple[Path, ...]:
    """Write a report; Markdown has its figures in a folder beside it. Returns the files, the report first.

    Raises:
        OSError: a file cannot be written.
    """
    if form is not Format.MD:
        write_whole(path, page(told, paged=form is Format.PDF_READY))
        return (path,)
    folder = path.with_name(f"{path.stem}-figures")
    written = write_figures(told, folder)
    write_whole(path, markdown(told, {f"{folder.name}/{one.name}.png": one for one in drawn(told)}))
    return (path, *written)


def write_figures(told: Contents, folder: Path) -> tuple[Path, ...]:
    """Write each figure as PNG, of a column's width and 300 dots an inch.

    Raises:
        OSError: a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    figures = {folder / f"{one.name}.png": one for one in drawn(told)}
    for path, one in figures.items():
        path.write_bytes(png(one.draw))
    return tuple(figures)
