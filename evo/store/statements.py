"""The statements that write a run, in the driver's own words: SQLAlchemy's compiler would cost a third more."""


def insert_into(table: str, *columns: str) -> str:
    """Return the statement that inserts these columns from parameters of the same names."""
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(':' + name for name in columns)})"


INSERT_RUN = insert_into(
    "run",
    *("uid", "problem", "seed", "config", "config_sha256", "version", "environment", "isolation", "status"),
    *("started", "ended", "best", "result"),
)
INSERT_INSTANCE = insert_into(
    "instances",
    *("split", "position", "name", "family", "digest", "scale", "reference", "bound", "proven", "method"),
    *("reference_seconds", "versions", "lower_references"),
)
INSERT_BLOB = "INSERT INTO blobs VALUES (:sha256, :content) ON CONFLICT DO NOTHING"
# A candidate whose draft never came is proposed again when the run is resumed.
INSERT_CANDIDATE = (
    "INSERT INTO candidates (ordinal, island, operator, model, entropy, instruction, target, odds, state, created)"
    " VALUES (:ordinal, :island, :operator, :model, :entropy, :instruction, :target, :odds, 'proposed', :created)"
    " ON CONFLICT (ordinal) DO UPDATE SET model = excluded.model WHERE state = 'proposed'"
)
INSERT_PARENT = (
    "INSERT INTO parents (child, position, parent) VALUES (:child, :position, :parent) ON CONFLICT DO NOTHING"
)
INSERT_CALL = (
    "INSERT INTO calls (ordinal, attempt, operator, model, purpose, sample, status, prompt, reply,"
    " prompt_tokens, completion_tokens, dollars, reserved_tokens, reserved_dollars, seconds, error, raw_usage, created)"
    " SELECT :ordinal, coalesce(max(attempt), 0) + 1, :operator, :model, :purpose, :sample, :status, :prompt, :reply,"
    " :prompt_tokens, :completion_tokens, :dollars, :reserved_tokens, :reserved_dollars, :seconds, :error, :raw_usage,"
    " :created"
    " FROM calls WHERE ordinal = :ordinal"
)
ANSWER_CALL = (
    "UPDATE calls SET model = :model, status = :status, reply = :reply, prompt_tokens = :prompt_tokens,"
    " completion_tokens = :completion_tokens, dollars = :dollars, seconds = :seconds, error = :error,"
    " raw_usage = :raw_usage WHERE ordinal = :ordinal AND status = 'intent'"
)
FORGET_INTENT = "UPDATE calls SET status = 'unknown' WHERE ordinal = :ordinal AND status = 'intent'"
FORGET_INTENTS = "UPDATE calls SET status = 'unknown' WHERE status = 'intent'"
SET_DRAFTED = (
    "UPDATE candidates SET state = 'drafted', source = :source, reason = :reason"
    " WHERE ordinal = :ordinal AND state = 'proposed'"
)
SET_SOURCE = "UPDATE candidates SET source = :source WHERE ordinal = :ordinal AND state = 'drafted'"
# A repeat may have been recorded while the original's outcome was lost: then it is evaluated after all.
SET_EVALUATED = (
    "UPDATE candidates SET state = 'evaluated', digest = :digest, size = :size, fingerprint = :fingerprint,"
    " repeat_of = coalesce((SELECT repeat_of FROM candidates WHERE ordinal = :repeat_of), :repeat_of)"
    " WHERE ordinal = :ordinal AND (state = 'drafted' OR (state = 'evaluated' AND repeat_of IS NOT NULL))"
)
SET_PLACED = (
    "UPDATE candidates SET state = 'placed', elapsed = :elapsed WHERE ordinal = :ordinal AND state = 'evaluated'"
)
INSERT_EVALUATION = insert_into(
    "evaluations",
    *("candidate", "split", "fitness", "gap_scaled", "gap_ratio", "gap_mean", "measures", "objectives", "gaps"),
    *("lower_fitness", "lower_objectives"),
    *("bound_gap_scaled", "bound_gap_ratio", "bound_gap_mean", "compile_seconds", "run_seconds", "cpu_seconds"),
)
INSERT_FAILURE = insert_into(
    "failures",
    *("candidate", "split", "kind", "message", "instance", "compile_seconds", "run_seconds", "cpu_seconds"),
)
INSERT_PLACEMENT = insert_into(
    "placements", "step", "candidate", "island", "cell", "status", "displaced", "source_island"
)
INSERT_INSIGHT = insert_into("insights", "candidate", "position", "helps", "text", "families")
ORIGINAL = "SELECT coalesce(repeat_of, ordinal) FROM candidates WHERE ordinal = :ordinal"
FORGET_EVALUATION = "DELETE FROM evaluations WHERE candidate = :candidate AND split = :split"
FORGET_FAILURE = "DELETE FROM failures WHERE candidate = :candidate AND split = :split"
SET_STATUS = "UPDATE run SET status = :status, ended = :ended"
SET_SELECTED = "UPDATE run SET best = :best, result = :result"
