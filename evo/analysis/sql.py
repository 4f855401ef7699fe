"""A user's own question to a run's file: one SELECT that can neither write, reach another file nor take forever."""

import math
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from evo.analysis.select import Value
from evo.analysis.table import Column, DataTable
from evo.store import RunStore
from evo.store.connection import REASONS, StoreError

MOST_BYTES = 64 * 2**20
"""An answer may be so large."""
MOST_HEAP = 512 * 2**20
"""Bytes that SQLite may have in use in this process, sorting and the row at hand included."""
CHECK_EVERY = 1_000
"""Steps of SQLite's machine between two looks at the clock."""
PATIENCE = 10.0
"""Seconds to wait for another program's lock."""
READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})
# One step of SQLite's machine may work on a whole value, unseen by the clock: hence no large ones.
LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 4 * 2**20,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 200,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1_000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
}
# Each can work for minutes in one step, unseen by the clock: printf('%.*c', 1000000000, 'a') counts to a billion.
SLOW = ("printf", "format", "instr", "replace", "trim", "ltrim", "rtrim")
FORBIDDEN = frozenset({"load_extension", *SLOW})
DENIED = ("not authorized", "authorization denied", "prohibited")
"""SQLite's words where its authorizer says no."""
ONE_SELECT = "expected one SELECT (or WITH … SELECT)"
REFUSED = f"only reading is allowed: no writing, ATTACH, PRAGMA or extension, nor {', '.join(SLOW)}"
EXAMPLES = {
    "the fittest": """SELECT c.ordinal, e.gap_scaled, c.size, c.operator, c.model
FROM evaluations e JOIN candidates c ON c.ordinal = e.candidate
WHERE e.split = 'train' ORDER BY e.fitness DESC LIMIT 20""",
    "operators": """SELECT c.operator, c.model, count(*) AS candidates, min(-f.fitness) AS best_gap
FROM candidates c LEFT JOIN candidate_fitness f ON f.ordinal = c.ordinal AND f.split = 'train'
GROUP BY c.operator, c.model ORDER BY best_gap""",
    "failures": """SELECT kind, count(*) AS candidates, min(candidate) AS example, message
FROM failures GROUP BY kind, message ORDER BY candidates DESC LIMIT 50""",
    "children of the fittest": """WITH RECURSIVE line (ordinal) AS (
    SELECT candidate FROM (SELECT candidate FROM evaluations WHERE split = 'train' ORDER BY fitness DESC LIMIT 1)
    UNION SELECT p.child FROM line JOIN parents p ON p.parent = line.ordinal
)
SELECT ordinal FROM line ORDER BY ordinal""",
    "what models were charged": """SELECT model, operator, count(*) AS calls, sum(prompt_tokens) AS prompt_tokens,
       sum(completion_tokens) AS completion_tokens, sum(dollars) AS dollars
FROM calls GROUP BY model, operator ORDER BY dollars DESC""",
    "tables and columns": "SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name",
}
"""Questions to begin with, by what they ask for."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows with a value for each column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def run_query(path: Path, sql: str, most: int = 1000, seconds: float = 10.0) -> Selection:
    """Return at most the first `most` rows of a SELECT, also while the run goes on; columns of equal name are numbered.

    Blobs come as hexadecimal digits, what is no number of JSON as text.

    Raises:
        StoreError: in one line: no such file, a mistake in the SQL, not one SELECT, too slow or too large, refused.
    """
    if not path.is_file():
        raise StoreError(f"{path}: no such file.")
    with _errors_in_one_line(path, seconds), closing(_connect(path)) as connection:
        _confine(connection, seconds)
        cursor = connection.execute(sql)
        if cursor.description is None:
            raise StoreError(f"sql: {ONE_SELECT}, got nothing that gives rows.")
        return Selection(_distinct([str(column[0]) for column in cursor.description]), tuple(_rows(cursor, most)))


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, isolation_level=None, timeout=PATIENCE)


def _confine(connection: sqlite3.Connection, seconds: float) -> None:
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    # Table-valued functions are declared at their first use, for which SQLite asks to write a schema.
    connection.execute("SELECT 1 FROM json_each('[]'), json_tree('[]')")
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA temp_store = MEMORY")  # a sort fills no disk
    connection.execute(f"PRAGMA hard_heap_limit = {MOST_HEAP}")
    for limit, value in LIMITS.items():
        connection.setlimit(limit, value)
    until = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > until, CHECK_EVERY)
    connection.set_authorizer(_authorized)


def _authorized(action: int, _first: str | None, second: str | None, *_place: str | None) -> int:
    """Allow what a SELECT needs; `second` is the name of a function."""
    forbidden = action == sqlite3.SQLITE_FUNCTION and second in FORBIDDEN
    return sqlite3.SQLITE_OK if action in READING and not forbidden else sqlite3.SQLITE_DENY


def _rows(cursor: sqlite3.Cursor, most: int) -> Iterator[tuple[Value, ...]]:
    size = 0
    for _ in range(most):
        row = cursor.fetchone()
        if row is None:
            return
        size += sum(len(value) for value in row if isinstance(value, str | bytes))
        if size > MOST_BYTES:
            raise StoreError(f"sql: the answer is larger than {MOST_BYTES >> 20} MiB; ask for less, or for parts.")
        yield tuple(_plain(value) for value in row)


def _plain(value: int | float | str | bytes | None) -> Value:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    counts: Counter[str] = Counter()
    distinct = []
    for name in names:
        counts[name] += 1
        distinct.append(name if counts[name] == 1 else f"{name}:{counts[name]}")
    return tuple(distinct)


@contextmanager
def _errors_in_one_line(path: Path, seconds: float) -> Iterator[None]:
    try:
        yield
    except sqlite3.Warning as error:  # what Python 3.11 says of several statements
        raise StoreError(f"sql: {ONE_SELECT}, got several statements.") from error
    except sqlite3.Error as error:
        raise StoreError(_explain(error, path, seconds)) from error
    except MemoryError as error:
        raise StoreError(
            f"sql: takes more than {MOST_HEAP >> 20} MiB of memory; ask for less, or for parts."
        ) from error
    except (UnicodeEncodeError, ValueError) as error:
        raise StoreError(f"sql: {' '.join(str(error).split())}.") from error


def _explain(error: sqlite3.Error, path: Path, seconds: float) -> str:
    name = getattr(error, "sqlite_errorname", "")
    for code, reason in REASONS.items():
        if name == code or name.startswith(f"{code}_"):
            return f"{path}: {reason}."
    message = " ".join(str(error).split())
    if any(words in message for words in DENIED):
        return f"sql: {REFUSED}."
    match name:
        case "SQLITE_INTERRUPT":
            return f"sql: took more than {seconds:g} s; ask for less, or use an index: see docs/lineage.md."
        case "SQLITE_TOOBIG":
            return f"sql: a value is larger than {LIMITS[sqlite3.SQLITE_LIMIT_LENGTH] >> 20} MiB; use substr()."
        case _ if "one statement at a time" in message:
            return f"sql: {ONE_SELECT}, got several statements."
        case _:
            return f"sql: {message}."


def query_table(store: RunStore, statement: str, count: int, seconds: float) -> DataTable:
    """Return the first `count` rows of a SELECT on a run, and say whether there are more.

    Raises:
        StoreError: it is not one SELECT, has a mistake or takes longer than `seconds`.
    """
    selection = run_query(store.path, statement, most=count + 1, seconds=seconds)
    notes = (f"only the first {count} rows; --count gives more",) if len(selection.rows) > count else ()
    return DataTable("sql", tuple(map(Column, selection.columns)), selection.rows[:count], notes=notes)
