"""What is said at the end of a run, and the file that it leaves."""

import shlex
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from evo.analysis.candidates import top
from evo.analysis.failures import failures
from evo.analysis.looks import LooksAtTest, looks_at_test
from evo.analysis.operators import call_charges
from evo.analysis.verdict import verdict
from evo.authors.llm.quoting import one_line
from evo.cli import results_table
from evo.cli.json_output import print_json
from evo.cli.program import as_typed, program
from evo.core.errors import ForeignCodeError
from evo.core.files import write_whole
from evo.core.foreign_text import visible
from evo.core.format import percent, refutation
from evo.runs.finish import Conclusion
from evo.store import RunStore
from evo.tools.export import export

REASON = 300  # characters
BASELINES = 3
"""So many of the best baselines stand beside the found candidate."""
PAGE_ROWS = 24
"""The end of a run takes so many rows of a terminal; of a long rule as many lines are shown as there is room for."""
RULE_ROWS = 6
"""A rule of so many rows is always shown whole."""
SHOW = "show", "the rule, its scores, where it comes from"
REPORT = "report", "all of it as a page: every baseline, operator, figure"
DESCENT = "lineage path", "the steps that improved, by whom"
MODELS = "lineage models", "what each model brought and cost"


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
    more = f"`evo lineage failures {shlex.quote(str(folder))}` has all"
    return f"No candidate that was asked for has a score: all {conclusion.failed} failed, {why}; {more}."


def _show(conclusion: Conclusion, folder: Path, best: Path, console: Console) -> None:
    """Print why it stopped, the verdict, the best baselines, the rule and commands to try next: on one page."""
    with RunStore.open_folder(folder) as store:
        told, asks_models, fittest = verdict(store), bool(call_charges(store)), top(store, 1)[0]
    with console.capture() as above:
        _say(console, Text(visible(f"stopped: {conclusion.stopped}; isolation {conclusion.isolation}"), style="dim"))
        _say(console, Text(visible(as_typed(str(told))), style="bold"))
        if conclusion.refuted:
            _say(console, Text(visible(refutation(conclusion.refuted)), style="bold red"))
        console.print(results_table.against_best(conclusion.baselines, conclusion.found, BASELINES))
        if fittest.ordinal != conclusion.best.ordinal:
            picked = f"validation picked {conclusion.best.ordinal}"
            words = f"best on train: candidate {fittest.ordinal}, gap {percent(fittest.gap.scaled)}; {picked}"
            _say(console, Text(words, style="dim"))
    below = [visible(f"file: {best}"), *_next_commands(folder, asks_models, console.width)]
    taken = _rows(above.get(), console.width) + sum(_rows(line, console.width) for line in below)
    with console.capture() as rule:
        console.print(_rule(conclusion.best.source, console.width, PAGE_ROWS - taken), soft_wrap=True)
    console.file.write(above.get() + rule.get())
    for line in below:
        console.print(Text(line, style="dim" if line is below[0] else ""), soft_wrap=True)


def _next_commands(folder: Path, asks_models: bool, width: int) -> list[str]:
    """Return a line for each command to try next, with its purpose where all of them have room for theirs."""
    next_ones = (SHOW, REPORT, MODELS if asks_models else DESCENT)
    commands = [f"{program()} {verb} {shlex.quote(str(folder))}" for verb, _ in next_ones]
    widest = max(map(len, commands))
    has_room = widest + max(len(purpose) for _, purpose in next_ones) + 4 <= width
    return [
        visible(f"  {command:<{widest}}  {purpose}" if has_room else f"  {command}")
        for command, (_, purpose) in zip(commands, next_ones, strict=True)
    ]


def _say(console: Console, text: Text) -> None:
    """Print sentences: broken at words on a terminal, each line whole in a file."""
    console.print(text, soft_wrap=not console.is_terminal)


def _rows(text: str, width: int) -> int:
    """Return how many rows of a terminal of `width` columns the lines of `text` take."""
    return sum(max(1, -(-cell_len(line) // width)) for line in Text.from_ansi(text).plain.splitlines())


def _rule(source: str, width: int, rows: int) -> Text:
    """Return the source, whose lines are left to the terminal to break; only whole lines, and as many as fit in `rows`.

    The first line is always there. Where lines are left out, the last line says how many.
    """
    whole = results_table.highlighted(source)
    lines = list(whole.split("\n"))
    heights = [_rows(line.plain, width) for line in lines]
    if sum(heights) <= max(rows, RULE_ROWS):
        return whole
    shown = 1
    while sum(heights[: shown + 1]) < rows:
        shown += 1
    more = Text(f"… and {len(lines) - shown} lines more", style="dim")
    return Text("\n").join([*lines[:shown], more])


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
