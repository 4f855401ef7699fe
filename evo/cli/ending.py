"""What a person sees at the end of a run, and the file that it leaves."""

from pathlib import Path

from rich.console import Console

from evo import report
from evo.conclusion import Conclusion
from evo.export import export


def conclude_for_people(conclusion: Conclusion, folder: Path, console: Console) -> None:
    """Write `best.py`, then print the table, the source, the folder and the commands to try next."""
    best = folder / "best.py"
    best.write_text(export(folder), encoding="utf-8")
    console.print(f"stopped: {conclusion.stopped}; isolation {conclusion.isolation}", highlight=False)
    console.print(report.table(conclusion.baselines, conclusion.found, conclusion.sets))
    console.print(report.source(conclusion.best.source))
    console.print(f"run: {folder}   rule: {best}", highlight=False, soft_wrap=True)
    report.next_commands(console, str(folder))
