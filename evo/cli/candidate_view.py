"""One candidate with all that is recorded of it, laid out for people: what `evo show` prints."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from evaluators import Evaluation, Outcome
from evo.analysis.candidates import CandidateRecord
from evo.cli import results_table
from evo.core.format import named
from problems import Split

MOST_NAMED = 20


def candidate_view(record: CandidateRecord) -> RenderableType:
    """Lay out all that is known of a candidate."""
    step = record.step
    parents = ", ".join(map(str, step.parents)) or "none"
    lines = [
        f"candidate {step.ordinal}: {step.operator} by {step.model}, island {step.island}, {record.created}",
        f"parents {parents}; children {_some(record.children)}",
    ]
    if step.instruction:
        lines.append(f"instruction: {step.instruction}")
    if step.target:
        wanted = ", ".join(f"{one.measure} {one.low:g} to {one.high:g}" for one in step.target)
        lines.append(f"asked for: {wanted}")
    lines += [f"{'helps' if insight.helps else 'hurts'}: {insight.text}" for insight in step.insights or ()]
    if step.repeat_of is not None:
        lines.append(f"same syntax as candidate {step.repeat_of}")
    lines += [outcome_line(split, outcome) for split, outcome in record.outcomes.items()]
    for placed in record.placements:
        via = "" if placed.source_island is None else f", came from island {placed.source_island}"
        displaced = "" if placed.displaced is None else f", displaced {placed.displaced}"
        lines.append(f"island {placed.island}, cell {placed.cell}: {placed.status}{displaced}{via}")
    words = [Text(f"--- {m.role}\n{m.content}") for call in record.calls for m in call.messages]
    replies = [
        Text(f"--- reply of {call.model} ({call.status})\n{call.reply or call.error or ''}") for call in record.calls
    ]
    source = results_table.source(step.source) if step.source else Text(f"no source: {step.reason}")
    return Group(Text("\n".join(lines)), source, *words, *replies)


def _some(ordinals: Sequence[int]) -> str:
    """Name the first ones, and say how many more there are: --json has all."""
    more = f" and {len(ordinals) - MOST_NAMED} more" if len(ordinals) > MOST_NAMED else ""
    return f"{', '.join(map(str, ordinals[:MOST_NAMED])) or 'none'}{more}"


def outcome_line(split: Split, outcome: Outcome) -> str:
    """Say how a candidate did on one split."""
    if not isinstance(outcome, Evaluation):
        return f"{split}: {outcome.kind}: {outcome.message}"
    measures = ", ".join(f"{name} {value:.3g}" for name, value in outcome.measures.items())
    return f"{split}: {named(outcome.gap)}; {measures}"
