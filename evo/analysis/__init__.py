"""Questions about a run, answered by tables: from what, by whom, at what cost, how sure (docs/lineage.md)."""

from evo.analysis.answer import Answer, Column, Unit
from evo.analysis.formats import FORMATS, written
from evo.analysis.names import candidate_of

__all__ = ["FORMATS", "Answer", "Column", "Unit", "candidate_of", "written"]
