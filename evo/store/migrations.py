"""The tables of a run's file, made by small named migrations that are applied in order and recorded.

The tables are public: read them with sqlite3 or Datasette. Times are UTC, ISO 8601; seconds are seconds, dollars US
dollars; a column that is not known is NULL, never NaN; JSON numbers are Python's repr and come back bit for bit.

| table | one row for |
|---|---|
| `run` | the run: `config` as JSON, seed, environment, status, best candidate, result; `overrides`: what was typed, \
`folders`: the user's own and `code`: the sha256 of the code there, `origin`: a signature of the user who made it, \
`signatures`: what the functions of a candidate take, return and decide, as JSON |
| `islands` | an axis of an island's archive: the measure and its `edges`, JSON, one more than bins |
| `instances` | an instance of a split at its `position`, with the reference that the run compares with |
| `candidates` | a candidate, `ordinal` its id in the run; `repeat_of` is the one of equal syntax that was evaluated; \
`instruction` the hint that its author got; `target` the cell it was to fill and `odds` the operators', as JSON; \
`fingerprint` its decisions on the probe instances; `emitter` the policy that drew its parents |
| `parents` | a parent of a candidate, in the order of the prompt; a failed one that was to be mended is the last |
| `calls` | a request to a model: what it is charged (its reservation until the reply comes) and what was said |
| `insights` | what an analysis said of a candidate: it `helps` or hurts; `families`: JSON, changes of mean gaps |
| `evaluations` | the score on a split; `objectives` and `gaps` are JSON arrays in the order of `instances.position`; \
`lower_fitness` and `lower_objectives` are those of the levels below the first, JSON; `repeats` is 0 where a program \
answered its first instance differently when asked again |
| `failures` | why a candidate has no score on a split |
| `baselines` | what came of a baseline on a split, scored before the search, with columns of both |
| `placements` | what an archive answered, in order; `source_island` is set for a migrant; `step` is whose turn it was |
| `test_looks` | a look at the test instances, `scored_by` the end of a `run` or `resume`, or by `evaluate`; \
`candidate` is NULL for code that is not of this run |
| `blobs` | a source, prompt or reply, once, by its sha256 |
| `schema_changes` | a migration of these tables and when it was applied |
| `candidate_fitness` | (a view) the fitness of a candidate on a split, repeats included |
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from evo.store.connection import StoreError

Migration = Callable[[Connection], None]
yaml = import_module("yaml")  # its package states no types

APPLICATION_ID = 0x45564F31
"""What `PRAGMA application_id` says of our files ("EVO1"), so that a foreign database is known at once."""

FIRST_TABLES = """
CREATE TABLE blobs (sha256 TEXT PRIMARY KEY, content TEXT NOT NULL);
CREATE TABLE run (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    uid TEXT NOT NULL,
    problem TEXT NOT NULL,
    seed INTEGER NOT NULL,
    config TEXT NOT NULL,
    config_sha256 TEXT NOT NULL,
    version TEXT NOT NULL,
    environment TEXT NOT NULL,
    isolation TEXT NOT NULL CHECK (isolation IN ('A', 'B', 'C', 'none')),
    status TEXT NOT NULL CHECK (status IN ('running', 'finished', 'interrupted')),
    started TEXT NOT NULL,
    ended TEXT,
    best INTEGER REFERENCES candidates (ordinal),
    result TEXT
);
CREATE TABLE instances (
    split TEXT NOT NULL CHECK (split IN ('train', 'validation', 'test')),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    family TEXT NOT NULL,
    digest TEXT NOT NULL,
    scale REAL NOT NULL,
    reference REAL NOT NULL,
    bound REAL,
    proven INTEGER NOT NULL CHECK (proven IN (0, 1)),
    method TEXT NOT NULL,
    PRIMARY KEY (split, position)
);
CREATE TABLE candidates (
    ordinal INTEGER PRIMARY KEY,
    island INTEGER NOT NULL,
    operator TEXT NOT NULL,
    model TEXT NOT NULL,
    entropy TEXT NOT NULL, -- up to 128 bits
    source TEXT REFERENCES blobs (sha256),
    reason TEXT NOT NULL DEFAULT '', -- why there is no source
    digest TEXT, -- of the normalised syntax
    size INTEGER, -- syntax nodes
    repeat_of INTEGER REFERENCES candidates (ordinal),
    state TEXT NOT NULL CHECK (state IN ('proposed', 'drafted', 'evaluated', 'placed')),
    created TEXT NOT NULL,
    elapsed REAL -- wall seconds of the run when it was placed, earlier sessions included
);
CREATE INDEX candidates_repeat_of ON candidates (repeat_of) WHERE repeat_of IS NOT NULL;
CREATE TABLE parents (
    child INTEGER NOT NULL REFERENCES candidates (ordinal),
    position INTEGER NOT NULL,
    parent INTEGER NOT NULL REFERENCES candidates (ordinal),
    PRIMARY KEY (child, position)
) WITHOUT ROWID;
CREATE INDEX parents_parent ON parents (parent);
CREATE TABLE calls (
    id INTEGER PRIMARY KEY,
    ordinal INTEGER NOT NULL REFERENCES candidates (ordinal),
    attempt INTEGER NOT NULL,
    operator TEXT NOT NULL,
    model TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('intent', 'ok', 'failed', 'unknown')),
    prompt TEXT REFERENCES blobs (sha256),
    reply TEXT REFERENCES blobs (sha256),
    prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    dollars REAL, -- NULL: the price is not known
    reserved_tokens INTEGER NOT NULL,
    reserved_dollars REAL,
    seconds REAL NOT NULL,
    error TEXT,
    raw_usage TEXT NOT NULL DEFAULT '',
    created TEXT NOT NULL,
    UNIQUE (ordinal, attempt)
);
CREATE TABLE evaluations (
    candidate INTEGER NOT NULL REFERENCES candidates (ordinal),
    split TEXT NOT NULL CHECK (split IN ('train', 'validation', 'test')),
    fitness REAL NOT NULL,
    gap_scaled REAL NOT NULL,
    gap_ratio REAL,
    gap_mean REAL,
    measures TEXT NOT NULL,
    objectives TEXT NOT NULL,
    gaps TEXT NOT NULL,
    compile_seconds REAL NOT NULL,
    run_seconds REAL NOT NULL,
    cpu_seconds REAL NOT NULL,
    UNIQUE (candidate, split)
);
CREATE INDEX evaluations_fitness ON evaluations (split, fitness);
CREATE TABLE failures (
    candidate INTEGER NOT NULL REFERENCES candidates (ordinal),
    split TEXT NOT NULL CHECK (split IN ('train', 'validation', 'test')),
    kind TEXT NOT NULL,
    message TEXT NOT NULL,
    instance TEXT,
    compile_seconds REAL NOT NULL,
    run_seconds REAL NOT NULL,
    cpu_seconds REAL NOT NULL,
    UNIQUE (candidate, split)
);
CREATE TABLE placements (
    seq INTEGER PRIMARY KEY,
    step INTEGER NOT NULL REFERENCES candidates (ordinal),
    candidate INTEGER NOT NULL REFERENCES candidates (ordinal),
    island INTEGER NOT NULL,
    cell TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('new', 'improved', 'rejected')),
    displaced INTEGER REFERENCES candidates (ordinal),
    source_island INTEGER
);
CREATE INDEX placements_step ON placements (step);
CREATE INDEX placements_candidate ON placements (candidate);
CREATE VIEW candidate_fitness AS
    SELECT c.ordinal, e.split, e.fitness
    FROM candidates c JOIN evaluations e ON e.candidate = coalesce(c.repeat_of, c.ordinal)
"""


def first_tables(connection: Connection) -> None:
    """Make the tables of version 1."""
    for statement in FIRST_TABLES.split(";\n"):
        connection.exec_driver_sql(statement)


def bounds_and_provenance(connection: Connection) -> None:
    """Keep how references were obtained, and gaps measured from their bounds where they are not proven."""
    for column in ("reference_seconds REAL NOT NULL DEFAULT 0.0", "versions TEXT NOT NULL DEFAULT ''"):
        connection.exec_driver_sql(f"ALTER TABLE instances ADD COLUMN {column}")
    for column in ("bound_gap_scaled", "bound_gap_ratio", "bound_gap_mean"):
        connection.exec_driver_sql(f"ALTER TABLE evaluations ADD COLUMN {column} REAL")


INSIGHTS = """
CREATE TABLE insights (
    candidate INTEGER NOT NULL REFERENCES candidates (ordinal), position INTEGER NOT NULL,
    helps INTEGER NOT NULL CHECK (helps IN (0, 1)), text TEXT NOT NULL, families TEXT NOT NULL,
    PRIMARY KEY (candidate, position)
) WITHOUT ROWID
"""


def what_models_were_asked(connection: Connection) -> None:
    """Keep instructions, targets, odds, fingerprints and insights, and what a call was for."""
    for name in ("instruction", "target", "odds", "fingerprint"):
        connection.exec_driver_sql(f"ALTER TABLE candidates ADD COLUMN {name} TEXT NOT NULL DEFAULT ''")
    for column in ("purpose TEXT NOT NULL DEFAULT 'draft'", "sample INTEGER NOT NULL DEFAULT 0"):
        connection.exec_driver_sql(f"ALTER TABLE calls ADD COLUMN {column}")
    connection.exec_driver_sql(INSIGHTS)


def lower_levels(connection: Connection) -> None:
    """Keep what the levels below the first of a lexicographic objective are."""
    connection.exec_driver_sql("ALTER TABLE instances ADD COLUMN lower_references TEXT NOT NULL DEFAULT '[]'")
    for name in ("lower_fitness", "lower_objectives"):
        connection.exec_driver_sql(f"ALTER TABLE evaluations ADD COLUMN {name} TEXT NOT NULL DEFAULT '[]'")
    connection.exec_driver_sql("DROP VIEW candidate_fitness")
    connection.exec_driver_sql(
        "CREATE VIEW candidate_fitness AS SELECT c.ordinal, e.split, e.fitness, e.lower_fitness"
        " FROM candidates c JOIN evaluations e ON e.candidate = coalesce(c.repeat_of, c.ordinal)"
    )


ISLANDS = """
CREATE TABLE islands (
    island INTEGER NOT NULL, name TEXT NOT NULL, axis INTEGER NOT NULL, measure TEXT NOT NULL, edges TEXT NOT NULL,
    PRIMARY KEY (island, axis)
) WITHOUT ROWID
"""


def islands_and_own_code(connection: Connection) -> None:
    """Keep what resuming needs beside the archives: islands, what was typed, the user's own code.

    The configuration was JSON in JSON: it becomes JSON. Islands are made of it by the rules of that time; what hydra
    left beside the file tells the rest, where it is still there.
    """
    connection.exec_driver_sql(ISLANDS)
    for column in ("overrides TEXT", *(f"{name} TEXT NOT NULL DEFAULT ''" for name in ("code", "origin"))):
        connection.exec_driver_sql(f"ALTER TABLE run ADD COLUMN {column}")
    connection.exec_driver_sql("ALTER TABLE run ADD COLUMN folders TEXT NOT NULL DEFAULT '[]'")
    config = connection.exec_driver_sql("SELECT config FROM run").scalar()
    if config is None:
        return
    values = json.loads(config)
    if isinstance(values, str):
        config, values = values or "{}", json.loads(values or "{}")
        digest = hashlib.sha256(config.encode()).hexdigest()
        connection.exec_driver_sql("UPDATE run SET config = ?, config_sha256 = ?", (config, digest))
    overrides, folders = _left_by_hydra(connection)
    if overrides is not None:
        given = (json.dumps(overrides), json.dumps(folders))
        connection.exec_driver_sql("UPDATE run SET overrides = ?, folders = ?", given)
    measures = connection.exec_driver_sql(
        "SELECT measures FROM evaluations WHERE split = 'train' ORDER BY candidate LIMIT 1"
    ).scalar()
    if measures is not None and isinstance(values, dict):
        for axis in _recorded_axes(values, list(json.loads(measures))):
            connection.exec_driver_sql("INSERT INTO islands VALUES (?, ?, ?, ?, ?)", axis)


def _left_by_hydra(connection: Connection) -> tuple[list[str] | None, list[str]]:
    """Return the overrides as typed and the folders of own code, from the files of that time; None without them."""
    file = connection.exec_driver_sql("PRAGMA database_list").all()[0][2]
    beside = Path(file).parent / ".hydra"
    try:
        typed = yaml.safe_load((beside / "overrides.yaml").read_text(encoding="utf-8"))
        sources = yaml.safe_load((beside / "hydra.yaml").read_text(encoding="utf-8"))["hydra"]["runtime"]
        folders = [source["path"] for source in sources["config_sources"] if source["schema"] == "file"]
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError):
        return None, []
    # `evo run` itself put these signs before settings of some groups.
    extended = re.compile(r"^\+\+(?=(problem|axes|operator|llm\.models|callbacks)\.)")
    return [extended.sub("", str(one)) for one in typed or ()], folders


def _recorded_axes(config: dict[str, Any], names: list[str]) -> Iterator[tuple[int, str, int, str, str]]:
    """Yield the rows of the islands that a configuration means, where the measures have these names."""
    ranges = config.get("axes") or {}
    own = [name for name in names if name not in ("size", "work")] or ["size"]
    archives = (config.get("islands") or {}).get("archives") or {}
    for island, (name, wanted) in enumerate(archives.items()):
        measures = dict.fromkeys(own[(one - 1) % len(own)] if isinstance(one, int) else str(one) for one in wanted)
        for place, measure in enumerate(measures):
            yield island, str(name), place, measure, json.dumps(_edges(measure, ranges.get(measure) or {}))


def _edges(measure: str, given: dict[str, Any]) -> list[float]:
    usual = {"size": (3.0, 128.0, "log"), "work": (0.5, 50.0, "log")}.get(measure, (0.0, 1.0, "linear"))
    low, high, scale = (given.get(name, value) for name, value in zip(("low", "high", "scale"), usual, strict=True))
    bins = given.get("bins", 10)
    if scale == "log":
        return [float(low * (high / low) ** (place / bins)) for place in range(bins + 1)]
    return [float(low + place / bins * (high - low)) for place in range(bins + 1)]


def emitters(connection: Connection) -> None:
    """Keep which policy drew a candidate's parents."""
    connection.exec_driver_sql("ALTER TABLE candidates ADD COLUMN emitter TEXT NOT NULL DEFAULT ''")


def repeated_answers(connection: Connection) -> None:
    """Keep whether a program answered its first instance twice alike; nobody asked before."""
    connection.exec_driver_sql(
        "ALTER TABLE evaluations ADD COLUMN repeats INTEGER NOT NULL DEFAULT 1 CHECK (repeats IN (0, 1))"
    )


LOOKS = """
CREATE TABLE test_looks (
    id INTEGER PRIMARY KEY,
    scored_by TEXT NOT NULL CHECK (scored_by IN ('run', 'resume', 'evaluate')),
    candidate INTEGER REFERENCES candidates (ordinal),
    digest TEXT,
    created TEXT
)
"""
EARLIER_LOOKS = """
INSERT INTO test_looks (scored_by, candidate, digest)
SELECT 'run', s.candidate, c.digest
FROM (
    SELECT rowid AS place, candidate FROM evaluations WHERE split = 'test'
    UNION ALL SELECT rowid, candidate FROM failures WHERE split = 'test'
) s JOIN candidates c ON c.ordinal = s.candidate
ORDER BY s.place
"""


def looks_at_test(connection: Connection) -> None:
    """Keep every look at the test instances; of earlier ones those are known that left a score."""
    connection.exec_driver_sql(LOOKS)
    connection.exec_driver_sql(EARLIER_LOOKS)


NOTES = """
CREATE TABLE notes (
    id INTEGER PRIMARY KEY,
    candidate INTEGER REFERENCES candidates (ordinal), -- NULL: of the run
    text TEXT NOT NULL,
    created TEXT NOT NULL
)
"""


def notes(connection: Connection) -> None:
    """Keep what people write about a run and its candidates."""
    connection.exec_driver_sql(NOTES)


def what_functions_mean(connection: Connection) -> None:
    """Keep the signatures of a candidate's functions; of earlier runs they are not known."""
    connection.exec_driver_sql("ALTER TABLE run ADD COLUMN signatures TEXT NOT NULL DEFAULT '[]'")


BASELINES = """
CREATE TABLE baselines (
    name TEXT NOT NULL,
    split TEXT NOT NULL CHECK (split IN ('train', 'validation', 'test')),
    source TEXT NOT NULL REFERENCES blobs (sha256),
    digest TEXT,
    size INTEGER,
    fitness REAL, gap_scaled REAL, gap_ratio REAL, gap_mean REAL,
    measures TEXT, objectives TEXT, gaps TEXT,
    compile_seconds REAL NOT NULL, run_seconds REAL NOT NULL, cpu_seconds REAL NOT NULL,
    bound_gap_scaled REAL, bound_gap_ratio REAL, bound_gap_mean REAL,
    lower_fitness TEXT, lower_objectives TEXT, repeats INTEGER CHECK (repeats IN (0, 1)),
    kind TEXT, message TEXT, instance TEXT,
    PRIMARY KEY (name, split)
) WITHOUT ROWID
"""


def scores_of_baselines(connection: Connection) -> None:
    """Keep what the baselines scored before the search; earlier runs score them again when they go on."""
    connection.exec_driver_sql(BASELINES)


MIGRATIONS: tuple[Migration, ...] = (
    *(first_tables, bounds_and_provenance, what_models_were_asked, lower_levels),
    *(islands_and_own_code, emitters, repeated_answers, looks_at_test, notes, what_functions_mean),
    scores_of_baselines,
)
"""Applied in this order; a migration that was released is never edited, the next one is added behind it."""


def install(connection: Connection, path: Path, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Make the tables in a new file, in the caller's transaction."""
    if _version(connection, path) != 0:
        raise StoreError(f"{path}: holds a run already.")
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(
        "CREATE TABLE schema_changes (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied TEXT NOT NULL)"
    )
    _apply(connection, migrations, 0)


def upgrade(connection: Connection, path: Path, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring a run's file to the newest version, in the caller's transaction.

    Raises:
        StoreError: the file is not a run's, or newer than `migrations`.
    """
    _apply(connection, migrations, _known_version(connection, path, migrations))


def is_current(connection: Connection, path: Path, migrations: Sequence[Migration] = MIGRATIONS) -> bool:
    """Return whether a run's file has the newest tables.

    Raises:
        StoreError: the file is not a run's, or newer than `migrations`.
    """
    return _known_version(connection, path, migrations) == len(migrations)


def _apply(connection: Connection, migrations: Sequence[Migration], version: int) -> None:
    for number, migration in enumerate(migrations[version:], version + 1):
        migration(connection)
        connection.execute(
            text("INSERT INTO schema_changes VALUES (:version, :name, :applied)"),
            {"version": number, "name": migration.__name__, "applied": datetime.now(UTC).isoformat()},
        )


def _known_version(connection: Connection, path: Path, migrations: Sequence[Migration]) -> int:
    version = _version(connection, path)
    if version == 0:
        raise StoreError(f"{path}: holds no run.")
    if version > len(migrations):
        raise StoreError(
            f"{path}: written by a newer version (tables {version}, known here: {len(migrations)}); update evo."
        )
    return version


def _version(connection: Connection, path: Path) -> int:
    """Return the number of migrations applied: 0 for an empty file."""
    tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
    application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    if tables == 0 and application == 0:
        return 0
    if application != APPLICATION_ID:
        raise StoreError(f"{path}: is a database of another program, not a run.")
    return int(connection.exec_driver_sql("SELECT max(version) FROM schema_changes").scalar_one())
