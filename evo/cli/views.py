"""Results laid out for people."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from evaluators import Evaluation, FailureKind, Isolation, Outcome, Seconds
from evaluators.statistics import PairedDifference, mean_interval
from evo.analysis.candidates import CandidateRecord, Ranked
from evo.cli import results_table
from evo.core.foreign_text import one_line, visible
from evo.core.format import INTERVALS, ends, named, percent, refutation, spread
from evo.core.records import Message
from problems import Split

if TYPE_CHECKING:  # for the verbs that look into a run: what makes and scores candidates costs them half of their time
    from evo.tools.check import CheckResult
    from evo.tools.evaluate import Trial
    from evo.tools.own_instances import Comparison
    from evo.tools.references import Coverage
    from evo.tools.solve import Answer

MOST_NAMED = 20
"""Ordinals of children: --json has all."""
PAIRED = "paired difference: gap of the file less gap of the baseline, below zero and a win where the file is better"
UNSTEADY = "asked again, it answered the first instance differently (a clock, entropy, or what it remembers, decides)"
COMPARED = ((True, True), (False, True), (False, False))
"""Whether mean gaps have their intervals, whether wins and losses are told: the fullest layout that fits is shown."""
MORE_TIME = "evaluator.cpu_seconds=60 evaluator.wall_seconds=120 allow more"


def show_view(view: RenderableType) -> None:
    """Print a view; lines of text are not broken."""
    Console().print(view, soft_wrap=isinstance(view, Text))


def ranking(candidates: Sequence[Ranked], title: str) -> RenderableType:
    """Lay out a ranking."""
    return results_table.Fitting([_ranking(candidates, title, ratio) for ratio in (True, False)])


def _ranking(candidates: Sequence[Ranked], title: str, ratio: bool) -> Table:
    sums = ("ratio\nof sums",) if ratio else ()
    table = _of_figures(title, "#", "gap", *sums, "validation", "size")
    for one in candidates:
        validation = "" if one.validation is None else f"{one.validation:.3%}"
        gaps = spread(one.gap)[: 2 if ratio else 1]
        who = (Text(visible(one.operator)), Text(visible(one.model)))
        table.add_row(str(one.ordinal), *gaps, validation, str(one.size), *who)
    return table


def candidate_view(record: CandidateRecord, islands: Mapping[int, str]) -> Text:
    """Lay out all that is known of a candidate; `islands` are names by number."""
    step = record.step
    parents = ", ".join(map(str, step.parents)) or "none"
    lines = [
        f"candidate {step.ordinal}: {step.operator} by {step.model}, island {_island(step.island, islands)}, "
        f"{record.created}",
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
    lines += [outcome_line(split, record.outcomes[split]) for split in Split if split in record.outcomes]
    lines += record.beside_test
    for placed in record.placements:
        via = "" if placed.source_island is None else f", came from island {_island(placed.source_island, islands)}"
        displaced = "" if placed.displaced is None else f", displaced {placed.displaced}"
        lines.append(f"island {_island(placed.island, islands)}, cell {placed.cell}: {placed.status}{displaced}{via}")
    lines += [f"note: {one_line(note.text)}" for note in record.notes]
    source = results_table.highlighted(step.source) if step.source else Text(f"no source: {one_line(step.reason)}")
    meanings = [visible("\n".join(function.lines)) for function in record.functions if step.source]
    return Text("\n").join([Text(visible("\n".join(lines))), source, *map(Text, (*meanings, *_conversation(record)))])


def _island(number: int, names: Mapping[int, str]) -> str:
    return f"{names[number]} ({number})" if number in names else str(number)


def _conversation(record: CandidateRecord) -> list[str]:
    """Return what was said to models and by them, each message once: a call goes on where the one before ended."""
    said: list[str] = []
    before: tuple[Message, ...] = ()
    for call in record.calls:
        known = len(before) if call.messages[: len(before)] == before else 0
        said += [visible(f"--- {message.role}\n{message.content}") for message in call.messages[known:]]
        said.append(visible(f"--- reply of {call.model} ({call.status})\n{call.reply or call.error or ''}"))
        before = call.messages
    return said


def _some(ordinals: Sequence[int]) -> str:
    """Name the first ones, and say how many more there are."""
    more = f" and {len(ordinals) - MOST_NAMED} more" if len(ordinals) > MOST_NAMED else ""
    return f"{', '.join(map(str, ordinals[:MOST_NAMED])) or 'none'}{more}"


def outcome_line(split: Split, outcome: Outcome) -> str:
    """Say how a candidate did on one split."""
    if not isinstance(outcome, Evaluation):
        return f"{split}: {outcome.kind}: {one_line(outcome.message)}"
    measures = ", ".join(f"{name} {value:.3g}" for name, value in outcome.measures.items())
    unsteady = "" if outcome.repeats else f"; {UNSTEADY}"
    return f"{split}: {named(outcome.gap)}; {measures}{unsteady}"


def check_results(results: Sequence["CheckResult"], title: str) -> RenderableType:
    """Lay out checks: what was looked at, whether it is sound, what was seen."""
    table = Table(title=title, title_justify="left")
    for heading in ("check", "", "found"):
        table.add_column(heading)
    for result in results:
        table.add_row(
            Text(visible(result.name)),
            Text("ok", "green") if result.sound else Text("NO", "bold red"),
            Text(one_line(result.detail)),
        )
    return table


def trial_view(trial: "Trial") -> RenderableType:
    """Lay out what became of one file."""
    lines = [outcome_line(split, outcome) for split, outcome in trial.outcomes.items()]
    lines += [refutation(trial.refuted)] if trial.refuted else []
    lines += trial.looks.sentences
    return Text(visible("\n".join([*lines, _cost_line(trial.isolation, trial.seconds)])))


def _cost_line(isolation: Isolation, seconds: Seconds) -> str:
    took = f"compile {seconds.compile:.3f} s, run {seconds.run:.3f} s, CPU {seconds.cpu:.3f} s"
    return f"isolation {isolation}; {took}"


def comparison_view(result: "Comparison", name: str) -> RenderableType:
    """Lay out what became of a source and the baselines; `name` is what the source is called."""
    described = f"{result.file or result.instances.split}: {results_table.describe_set(result.instances)}"
    cost = _cost_line(result.isolation, result.outcome.seconds)
    own = result.outcome
    if not isinstance(own, Evaluation):
        more = f"; {MORE_TIME}" if own.kind is FailureKind.TIMEOUT else ""
        failure = f"{own.kind}: {one_line(own.message)}{more}"
        return Text(visible("\n".join([described, failure, cost, *result.looks.sentences])))
    drawn = results_table.Fitting([_compared(result, own, name, *fullness) for fullness in COMPARED])
    proven = result.instances.proven == len(result.instances.references)
    unproven = [] if proven else [results_table.UNPROVEN]
    unsteady = [] if own.repeats else [f"{name}: {UNSTEADY}"]
    notes = [described, results_table.GAP, *unproven, PAIRED, INTERVALS, *unsteady, cost]
    failed = [f"{line}: {one.kind}: {one_line(one.message)}" for line, one in result.failed_baselines.items()]
    return Group(drawn, Text(visible("\n".join([*notes, *failed, *result.looks.sentences])), style="dim"))


def _compared(result: "Comparison", own: Evaluation, name: str, interval: bool, counts: bool) -> Table:
    """Lay out a row for each, with intervals of the mean gaps and with wins and losses, or without."""
    pairs = result.differences()
    table = Table(title=f"{name} and the baselines: mean gap to the reference", title_justify="left")
    table.add_column("heuristic", overflow="fold")
    gap = "mean gap\n[95 % interval]" if interval else "mean gap"
    for heading in (gap, "paired difference\n[95 % interval]", "", *(["wins/ties/\nlosses"] if counts else [])):
        table.add_column(heading, justify="right", no_wrap=True)
    lines = [(name, own, True), *((line, one, False) for line, one in result.scored_baselines.items())]
    for line, one, is_own in sorted(lines, key=lambda each: each[1].rank):
        cells = [spread(one.gap, 2)[0], *([ends(mean_interval(one.gaps))] if interval else [])]
        paired = [] if is_own else _paired_cells(pairs[line], counts)
        table.add_row(Text(visible(line)), " ".join(cells).rstrip(), *paired, style="bold green" if is_own else "")
    return table


def _paired_cells(pair: PairedDifference, counts: bool) -> list[str]:
    counted = [f"{pair.wins}/{pair.ties}/{pair.losses}"] if counts else []
    difference = pair.difference
    return [f"{difference.estimate:+.2%} {ends(difference)}".rstrip(), difference.certainty, *counted]


def instance_rows(rows: Sequence[Mapping[str, object]]) -> RenderableType:
    """Lay out a row per instance."""
    table = Table()
    for heading in rows[0] if rows else ():
        table.add_column(heading)
    for row in rows:
        table.add_row(*(f"{v:.6g}" if isinstance(v, float) else Text(visible(str(v))) for v in row.values()))
    return table


def covered(problem: str, splits: Sequence["Coverage"]) -> RenderableType:
    """Lay out how many instances have a reference, proven or not, and how these were obtained."""
    table = Table(title=f"{problem}: references", title_justify="left")
    for heading in ("split", "instances", "known", "proven", "widest bound gap", "CPU s", "slowest"):
        table.add_column(heading, justify="left" if heading == "split" else "right")
    for one in splits:
        widest = percent(one.widest) if one.bounded else ""
        counts = (str(one.instances), str(one.known), str(one.proven))
        table.add_row(one.split, *counts, widest, f"{one.seconds:.1f}", f"{one.slowest:.2f}")
    made = sorted({*(m for one in splits for m in one.methods), *(v for one in splits for v in one.versions)})
    missing = sum(one.instances - one.known for one in splits)
    hint = [f"{missing} missing: a run computes them first, or --compute now"] if missing else []
    return Group(table, Text(visible("\n".join([*made, *hint])), style="dim"))


def answer_line(answer: "Answer") -> str:
    """Say what was found for one instance of the user's."""
    reference = answer.reference
    proof = "proven optimal" if reference.proven else "not proven"
    if not reference.proven and reference.bound not in (None, reference.value):
        side = "most" if reference.bound > reference.value else "least"
        proof = f"not proven, at {side} {reference.bound:.15g}"
    made = f"{reference.method}, {reference.seconds:.3f} s of CPU"
    lower = f" (then {', '.join(f'{value:.15g}' for value in reference.lower)})" if reference.lower else ""
    return visible(f"{answer.instance.name}: {reference.value:.15g}{lower}, {proof} ({made})")


def _of_figures(title: str, *figures: str) -> Table:
    """Return a table of figures, never broken, and of two words that are: who wrote it."""
    table = Table(title=Text(visible(title)), title_justify="left")
    for heading in figures:
        table.add_column(heading, justify="right", no_wrap=True)
    for heading in ("operator", "model"):
        table.add_column(heading, overflow="fold", min_width=8)
    return table
