"""A user's own question in SQL."""

from evo.analysis.answer import Answer, Column
from evo.analysis.free_sql import ask
from evo.store import RunStore


def selected(store: RunStore, statement: str, count: int, seconds: float) -> Answer:
    """Return the first `count` rows of a SELECT on a run, and say whether there are more.

    Raises:
        StoreError: it is not one SELECT, has a mistake or takes longer than `seconds`.
    """
    found = ask(store.path, statement, most=count + 1, seconds=seconds)
    notes = (f"only the first {count} rows; --count gives more",) if len(found.rows) > count else ()
    return Answer("sql", tuple(map(Column, found.columns)), found.rows[:count], notes=notes)
