"""What is remembered of a run: one SQLite file, written in short transactions, read by queries."""

from evo.store.connection import StoreError
from evo.store.records import (
    CallStatus,
    History,
    InstanceRow,
    Purpose,
    RecordedPlacement,
    RunHeader,
    RunStatus,
    ScoredBy,
    State,
    Step,
)
from evo.store.run_store import RunStore

__all__ = [
    "CallStatus",
    "History",
    "InstanceRow",
    "Purpose",
    "RecordedPlacement",
    "RunHeader",
    "RunStatus",
    "RunStore",
    "ScoredBy",
    "State",
    "Step",
    "StoreError",
]
