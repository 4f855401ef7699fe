"""What is remembered of a run: one SQLite file, written in short transactions, read by queries."""

from evo.store.connection import StoreError
from evo.store.lineage import Edge, Improvement, Lineage, Relative, ancestors, descendants, improving_path, relative_of
from evo.store.queries import (
    Call,
    CandidateRecord,
    InstanceScore,
    Ranked,
    header,
    show,
    top,
    worst_instances,
)
from evo.store.rows import (
    CallStatus,
    History,
    InstanceRow,
    Purpose,
    RecordedPlacement,
    RunHeader,
    RunStatus,
    State,
    Step,
)
from evo.store.run_store import RunStore
from evo.store.summaries import FailureGroup, OperatorRecord, Spend, failures, operator_records, spend

__all__ = [
    "Call",
    "CallStatus",
    "CandidateRecord",
    "Edge",
    "FailureGroup",
    "History",
    "Improvement",
    "InstanceRow",
    "InstanceScore",
    "Lineage",
    "OperatorRecord",
    "Purpose",
    "Ranked",
    "RecordedPlacement",
    "Relative",
    "RunHeader",
    "RunStatus",
    "RunStore",
    "Spend",
    "State",
    "Step",
    "StoreError",
    "ancestors",
    "descendants",
    "failures",
    "header",
    "improving_path",
    "operator_records",
    "relative_of",
    "show",
    "spend",
    "top",
    "worst_instances",
]
