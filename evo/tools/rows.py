"""Rows of a record for Python programs: a pandas frame where pandas is there, else a list of frozen dataclasses."""

from collections.abc import Sequence
from dataclasses import fields
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeVar

from evo.core.errors import UserError

if TYPE_CHECKING:
    import pandas

Row = TypeVar("Row")


def as_rows(rows: Sequence[Row], kind: type[Row], frame: bool | None) -> "list[Row] | pandas.DataFrame":
    """Return the rows as a frame, or as a list; `frame` None: a frame where pandas is installed.

    A field of a dict becomes a column for each of its keys, named `field key`.

    Raises:
        UserError: a frame is wanted, and there is no pandas.
    """
    if frame is False or (frame is None and find_spec("pandas") is None):
        return list(rows)
    try:
        import pandas
    except ImportError as error:
        raise UserError("Frames need pandas: install it, or say frame=False for a list.") from error
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type] # every row is a dataclass
    table = pandas.DataFrame([[getattr(row, name) for name in names] for row in rows], columns=names)
    for name in names:
        if len(table) and all(isinstance(value, dict) for value in table[name]):
            spread = pandas.DataFrame(list(table.pop(name))).add_prefix(f"{name} ")
            table = table.join(spread)
    return table


def markdown_table(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return a table of Markdown; texts of others cannot end a cell."""

    def line(cells: Sequence[Any]) -> str:
        return f"| {' | '.join(str(cell).replace('|', chr(92) + '|').replace(chr(10), ' ') for cell in cells)} |"

    return "\n".join([line(headings), line(["---"] * len(headings)), *map(line, rows)])
