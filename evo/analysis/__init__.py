"""Questions about a run, answered by tables: from what, by whom, at what cost, how sure (docs/lineage.md)."""

from evo.analysis.candidates import find_candidate
from evo.analysis.table import FORMATS, Column, DataTable, Unit, format_value

__all__ = ["FORMATS", "Column", "DataTable", "Unit", "find_candidate", "format_value"]
