"""A comparison as text to send: Markdown, or one HTML page with its curves in it."""

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from evo.analysis import DataTable, format_value
from evo.sweeps.comparing import Comparison
from evo.sweeps.drawing import as_svg
from evo.sweeps.runs import LeftOut
from evo.sweeps.tables import tables


def markdown(found: Comparison, left_out: Sequence[LeftOut], name: str) -> str:
    """Return headed tables with their notes."""
    return "\n".join([f"# {name}: arms compared\n", *(_section(table) for table in tables(found, left_out))])


def page(found: Comparison, left_out: Sequence[LeftOut], name: str) -> str:
    """Return a page that needs nothing but itself."""
    environment = Environment(
        loader=PackageLoader("evo.sweeps", ""), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["shown"] = format_value
    template = environment.get_template("page.html.jinja")
    return template.render(name=name, tables=tables(found, left_out), curves=Markup(as_svg(found))) + "\n"


def _section(table: DataTable) -> str:
    names = [column.name for column in table.columns]
    rows = [
        [format_value(value, column) for value, column in zip(row, table.columns, strict=True)] for row in table.rows
    ]
    lines = [f"## {table.title}\n", _line(names), _line(["---"] * len(names)), *map(_line, rows)]
    return "\n".join([*lines, "", *(f"- {_plain(note)}" for note in table.notes), ""])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_plain(cell) for cell in cells)} |"


def _plain(words: str) -> str:
    """Return words that Markdown shows as they are, in one line."""
    for mark in ("\\", "|", "<", "_", "*", "`"):
        words = words.replace(mark, f"\\{mark}")
    return " ".join(words.split())
