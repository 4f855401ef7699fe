"""What is said at the end of a run, and the file that it leaves."""

import shlex
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from evo.analysis.failures import failures
from evo.analysis.looks import LooksAtTest, looks_at_test
from evo.analysis.operators import OperatorCost, operator_costs
from evo.analysis.verdict import verdict
from evo.authors.llm.quoting import one_line
from evo.cli import results_table
from evo.cli.json_output import print_json
from evo.core.errors import ForeignCodeError
from evo.core.files import write_whole
from evo.core.foreign_text import visible
from evo.core.format import refutation
from evo.runs.finish import Conclusion
from evo.store import RunStore
from evo.tools.export import export

REASON = 300  # characters
NEXT = (
    ("evo show best --run", "the best candidate with everything known of it"),
    ("evo lineage path best --run", "where it came from: the steps that improved"),
    ("evo lineage cost --run", "what it cost: candidates, time, tokens, dollars until each gap"),
    ("evo lineage generalise --run", "train against validation against test"),
    ("evo report", "all of it in one HTML file"),
    ("evo top", "the fittest candidates"),
    ("evo export", "the rule as a plain Python file"),
    ("evo replay", "the recorded run again, compared bit for bit"),
)
"""Commands to try after a run, to be followed by its folder, and what each is for."""


def show_conclusion(conclusion: Conclusion, folder: Path, console: Console, as_json: bool) -> None:
    """Write `best.py` and say how the run ended.

    Raises:
        ForeignCodeError: all candidates that were asked for failed.
    """
    best = folder / "best.py"
    write_whole(best, export(folder).text)
    if as_json:
        print_json(_plain(conclusion, folder, best))
    else:
        _show(conclusion, folder, best, console)
    if conclusion.failed >= max(conclusion.asked, 1):
        raise ForeignCodeError(_why_all_failed(conclusion, folder))


def _why_all_failed(conclusion: Conclusion, folder: Path) -> str:
    """Say in one line that all that was asked for failed, and why most often."""
    with RunStore.open_folder(folder) as store:
        example, kind, count, _, message, *_ = failures(store, 1).rows[0]
    why = f"{count} times: {kind}: {one_line(str(message), REASON)} (as candidate {example})"
    more = f"`evo lineage failures --run {shlex.quote(str(folder))}` has all"
    return f"No candidate that was asked for has a score: all {conclusion.failed} failed, {why}; {more}."


def _show(conclusion: Conclusion, folder: Path, best: Path, console: Console) -> None:
    """Print the table, the source, the folder and the commands to try next."""
    console.print(
        f"stopped: {conclusion.stopped}; isolation {conclusion.isolation}",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    console.print(results_table.table(conclusion.baselines, conclusion.found, conclusion.sets))
    for sentence in _looks(conclusion, folder).sentences:
        console.print(sentence, highlight=False, soft_wrap=True, markup=False)
    if conclusion.refuted:
        console.print(Text(visible(refutation(conclusion.refuted)), style="bold"), soft_wrap=True)
    with RunStore.open_folder(folder) as store:
        rows, told = operator_costs(store), verdict(store)
    console.print(Text(" ".join(told.sentences[:2]), style="bold"), soft_wrap=True)
    if rows:
        console.print(operator_costs_table(rows))
    console.print(results_table.source(conclusion.best.source))
    console.print(f"run: {folder}   rule: {best}", highlight=False, soft_wrap=True, markup=False)
    lines = [(f"{command} {shlex.quote(str(folder))}", purpose) for command, purpose in NEXT]
    width = max(len(command) for command, _ in lines)
    for command, purpose in lines:
        console.print(f"  {command:<{width}}  {purpose}", highlight=False, soft_wrap=True, markup=False)


def _plain(conclusion: Conclusion, folder: Path, best: Path) -> dict[str, object]:
    return {
        "run": str(folder),
        "stopped": conclusion.stopped,
        "isolation": conclusion.isolation,
        "best": conclusion.best.ordinal,
        "file": str(best),
        "source": conclusion.best.source,
        "found": conclusion.found,
        "baselines": conclusion.baselines,
        "refuted": conclusion.refuted,
        "verdict": _verdict(folder),
        "looks_at_test": _looks(conclusion, folder),
    }


def _verdict(folder: Path) -> dict[str, str]:
    with RunStore.open_folder(folder) as store:
        told = verdict(store)
    return {"finding": told.finding.value, "text": str(told)}


def _looks(conclusion: Conclusion, folder: Path) -> LooksAtTest:
    with RunStore.open_folder(folder) as store:
        return looks_at_test(store, conclusion.best.ordinal)


def operator_costs_table(rows: tuple[OperatorCost, ...]) -> Table:
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
        names = (f"{record.operator}{' *' if row.knowledge else ''}", record.model)
        table.add_row(*(Text(visible(name)) for name in names), *map(str, counts), *spent)
    return table
