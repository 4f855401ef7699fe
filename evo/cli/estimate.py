"""`evo run … --estimate`: what the run would ask and cost, or how large it is; nothing is sent, no folder is made."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from evo.authors.llm import Calls, LLMAuthor
from evo.authors.mixed import MixedAuthor
from evo.cli.json_output import print_json
from evo.config.compose import compose
from evo.core.foreign_text import visible
from evo.core.records import Usage
from evo.runs.build import make_author
from evo.runs.progress import duration
from evo.tools.estimate import ANSWER_SHARE, Estimate, estimate
from evo.tools.run_size import RunSize, run_size

COLUMNS = ("operator", "model", "share", "calls", "prompt", "answer", "USD", "USD at worst")
NOTE = (
    "Expected: one call a candidate, prompts as rendered from the seeds (they grow with what is known), answers of "
    "twice the longest seed and some words, of models that think {share:.0%} of what they may have. "
    "At worst: prompts as long as llm.prompt_tokens allows, full answers, every retry, turn and fallback charged."
)


def show_estimate(settings: Sequence[str], config_dir: str | None, runs: Path, as_json: bool) -> int:
    """Print the estimate of a run in a folder of runs; return the exit status.

    Raises:
        UserError: the settings do not fit, or a dollar cap meets an unknown price.
    """
    composed = compose(settings, config_dir)
    llm = replace(composed.llm, calls=Calls.LIVE)  # no recording is looked for, or begun
    author = make_author(replace(composed, llm=llm), {each.api_key_env: "none" for each in llm.each().values()})
    asked = author.models if isinstance(author, MixedAuthor) else author
    if not isinstance(asked, LLMAuthor):
        size = run_size(composed, runs, Console(stderr=True))
        print_json(_plain(size)) if as_json else print(visible("\n".join(_told(size, composed.problem.name))))
        return 0
    estimated = estimate(composed, asked)
    if as_json:
        print_json(
            {
                "replies": estimated.replies,
                "edits_per_reply": estimated.edits_per_reply,
                "askings": estimated.askings,
                "handover": estimated.handover,
                "cuts": estimated.cuts(),
            }
        )
    else:
        _show(estimated, Console())
    return 0


def _plain(size: RunSize) -> dict[str, object]:
    return {
        "calls": 0,
        "candidates": size.budget.candidates,
        "seconds": size.budget.seconds,
        "plateau": size.budget.plateau,
        "instances": size.instances,
        "references": {"missing": size.missing, "measured": size.measured, "seconds": size.seconds},
    }


def _told(size: RunSize, problem: str) -> list[str]:
    """Say how large a run is that asks no model: its limits, its instances, its references."""
    limits = {
        "candidates": size.budget.candidates,
        "seconds of search": size.budget.seconds,
        "candidates in a row without a new best": size.budget.plateau,
    }
    most = " or ".join(f"{limit:,.12g} {what}" for what, limit in limits.items() if limit is not None)
    counts = ", ".join(f"{count:,} of {split}" for split, count in size.instances.items())
    measured = f"measured on {size.measured} of them"
    took = f"{size.missing:,} are computed first, once: about {duration(size.seconds)} ({measured})"
    return [
        f"{problem}: no model is asked; the search ends after {most}",
        f"instances: {counts}",
        f"references: {took if size.missing else 'all are known'}",
    ]


def _show(estimated: Estimate, console: Console) -> None:
    count = estimated.replies
    edits = f" (and {estimated.edits_per_reply} edits without a model after each)" if estimated.edits_per_reply else ""
    ahead = f"{'a reply' if count is None else f'{count} replies'}{edits}"
    table = Table(title=f"{ahead}: calls, tokens a call, dollars in all", title_justify="left")
    for place, heading in enumerate(COLUMNS):
        table.add_column(heading, justify="left" if place < 2 else "right", overflow="fold")
    for asking in estimated.askings:
        calls = asking.share * (count or 1)
        figures = (f"{asking.share:.0%}", f"{calls:.1f}", *_cells(asking.expected, calls), _money(asking.worst, calls))
        table.add_row(Text(visible(asking.operator)), Text(visible(asking.model)), *figures)
    whole = (estimated.expected(), estimated.worst())
    table.add_row("all", "", "", "", "", "", *(_money(usage, count or 1) for usage in whole), style="bold")
    console.print(table)
    handover = estimated.handover
    told = () if handover is None else (f"{handover.strong} takes over after {handover.replies} replies",)
    for line in (*told, *estimated.cuts(), NOTE.format(share=ANSWER_SHARE)):
        console.print(visible(line), highlight=False, markup=False)


def _cells(usage: Usage, calls: float) -> tuple[str, str, str]:
    return str(usage.prompt_tokens), str(usage.completion_tokens), _money(usage, calls)


def _money(usage: Usage, times: float) -> str:
    return "unknown" if usage.dollars is None else f"{usage.dollars * times:.4g}"
