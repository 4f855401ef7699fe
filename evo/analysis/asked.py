"""What came of asking language models: which operators and models paid, at what cost."""

from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from evo.analysis.archives import recorded_config
from evo.analysis.summaries import OperatorRecord, operator_records, spend
from evo.core.records import Usage
from evo.core.validation import mapping
from evo.store import RunStore


@dataclass(frozen=True, slots=True)
class Asked:
    """An operator and a model: its candidates, what its calls were charged, whether its hints know the problem."""

    record: OperatorRecord
    usage: Usage
    knowledge: bool


def asked(file: Path) -> tuple[Asked, ...]:
    """Return a row for each operator and model that was asked in a run; none where nobody was."""
    with RunStore.open(file, readonly=True) as store:
        charged = {(one.operator, one.model): one.usage for one in spend(store)}
        operators = mapping(recorded_config(store).get("operator", {}), "operator")
        records = operator_records(store)
    return tuple(
        Asked(record, charged[key], _knows(operators.get(record.operator)))
        for record in records
        if (key := (record.operator, record.model)) in charged
    )


def _knows(operator: object) -> bool:
    return isinstance(operator, dict) and bool(operator.get("knowledge"))


def asked_table(rows: tuple[Asked, ...]) -> Table:
    """Lay the rows out, those that carry knowledge of the problem marked."""
    table = Table(
        title="asked of models",
        title_justify="left",
        caption="took a cell: of the archive; better: than all parents, on train; * its instructions know the problem",
        caption_justify="left",
    )
    for heading in ("operator", "model"):
        table.add_column(heading, overflow="fold")
    for heading in ("candidates", "failed", "took a cell", "better", "tokens", "$", "s"):
        table.add_column(heading, justify="right")
    for row in rows:
        record, usage = row.record, row.usage
        dollars = "unknown" if usage.dollars is None else f"{usage.dollars:.4f}"
        counts = (record.candidates, record.failed, record.accepted, record.better)
        spent = (f"{usage.tokens:,}", dollars, f"{usage.seconds:.0f}")
        table.add_row(f"{record.operator}{' *' if row.knowledge else ''}", record.model, *map(str, counts), *spent)
    return table
