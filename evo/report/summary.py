"""A run in three sentences: what was found, how far it is from the references and from the others, and how sure."""

from collections.abc import Iterator

from evaluators import Gap
from evo.core.format import by_level, interval
from evo.core.records import Usage, total
from evo.report.certificate import CONFINED
from evo.report.comparison import PairedComparison
from evo.report.contents import BestCandidate, Contents
from evo.report.results import Results
from evo.report.steps import author
from problems import Split


def summary(told: Contents) -> tuple[str, str, str]:
    """Return the sentences."""
    if told.found is None:
        most = f", most often by {told.failures[0].group.kind}" if told.failures else ""
        return (
            f"None of the {_made(told)} for {told.run.problem} has a score{most}.",
            "There is no gap to tell.",
            _proof(told),
        )
    return _what(told, told.found), " ".join(_gaps(told.found)), _proof(told)


def spent(told: Contents) -> Usage:
    """Return what all calls to models were charged."""
    return total([one.usage for one in told.calls])


def points(value: float, digits: int = 3) -> str:
    """Return a difference of gaps in percentage points, with its sign."""
    return f"{100 * value:+.{digits}f}".replace("-", "−")


def p_value(p: float) -> str:
    """Return a p-value as it is told."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def shown(gap: Gap) -> str:
    """Return the mean gap: of each level, as an interval where optima are not proven."""
    first = interval(gap.scaled, None if gap.upper is None else gap.upper.scaled)
    return " / ".join(part for part in (first, by_level(gap.lower)) if part)


def _made(told: Contents) -> str:
    seeds = f" and {told.seeds} seeds" if told.seeds else ""
    return f"{told.candidates:,} candidates{seeds}"


def _what(told: Contents, found: BestCandidate) -> str:
    step, usage = found.record.step, spent(told)
    picked = "" if told.run.best is None else ", picked by validation (test alone saw no choice),"
    cost = ""
    if usage.tokens:
        cost = f", {usage.tokens:,} tokens and " + (
            "an unknown price" if usage.dollars is None else f"${usage.dollars:.4f}"
        )
    return (
        f"Candidate {step.ordinal}{picked} is the best of {_made(told)} for {told.run.problem}, made in "
        f"{told.run.seconds:,.0f} seconds{cost}; it was written by {author(step.operator, step.model)}, has "
        f"{found.descent.ancestors} ancestors and {found.record.size or 0} nodes of syntax."
    )


def _gaps(found: BestCandidate) -> Iterator[str]:
    """Say the gap on each split beside the best other's; one sentence, its parts joined by semicolons."""
    parts = [_on_split(found.results, split, found.on_splits.get(split)) for split in found.results.found.gaps]
    yield f"Its mean gap to the references is {'; '.join(parts)}."


def _on_split(table: Results, split: Split, comparison: PairedComparison | None) -> str:
    own, best = table.found.gaps[split], table.best_other(split)
    told = f"{shown(own)} on {split}"
    if best is None:
        return told
    told += f" against {shown(best.gaps[split])} of {best.name}"
    if comparison is None:
        return told
    difference = comparison.difference
    level = " of the first level" if own.lower else ""
    return (
        f"{told} (difference{level} {points(difference.estimate)} points, 95 % interval {points(difference.low)} to "
        f"{points(difference.high)}, {p_value(comparison.p)})"
    )


def _proof(told: Contents) -> str:
    sets = told.certificate.sets
    every, proven = sum(known.instances for known in sets), sum(known.proven for known in sets)
    bounded = sum(known.bounded for known in sets)
    level = told.run.isolation
    rest = f", {bounded} of the others have a bound" if bounded else ""
    return (
        f"Of the {every:,} references {proven:,} are proven optimal{rest}; every solution was verified outside the "
        f"candidate's process, which was confined at isolation level {level} ({CONFINED[level]})."
    )
