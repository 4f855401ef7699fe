"""A run in three sentences: what was found, how far it is from the references and from the others, and how sure."""

from collections.abc import Iterator

from evaluators import Evaluation, Gap
from evaluators.statistics import Certainty, Interval
from evo.core.format import by_level, interval
from evo.core.records import Usage, total
from evo.report.certificate import CONFINED
from evo.report.comparison import PairedComparison
from evo.report.contents import BestCandidate, Contents
from evo.report.results import Results
from evo.report.steps import author
from problems import Split


def summary(contents: Contents) -> tuple[str, str, str]:
    """Return the sentences."""
    if contents.best is None:
        most = f", most often by {contents.failures[0].group.kind}" if contents.failures else ""
        return (
            f"None of the {_made(contents)} for {contents.run.problem} has a score{most}.",
            "There is no gap to tell.",
            _proof(contents),
        )
    return _what(contents, contents.best), " ".join(_gaps(contents.best)), _proof(contents)


def spent(contents: Contents) -> Usage:
    """Return what all calls to models were charged."""
    return total([one.usage for one in contents.calls])


def p_value(p: float) -> str:
    """Return a p-value as it is told."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def shown(gap: Gap) -> str:
    """Return the mean gap: of each level, as an interval where optima are not proven."""
    first = interval(gap.scaled, None if gap.upper is None else gap.upper.scaled)
    return " / ".join(part for part in (first, by_level(gap.lower)) if part)


def _made(contents: Contents) -> str:
    seeds = f" and {contents.seeds} seeds" if contents.seeds else ""
    return f"{contents.candidates:,} candidates{seeds}"


def _what(contents: Contents, best: BestCandidate) -> str:
    step, usage = best.record.step, spent(contents)
    unseen = "" if best.record.looks_at_test.count > 1 else " (test was not looked at before)"
    picked = "" if contents.run.best is None else f", picked by validation{unseen},"
    cost = ""
    if usage.tokens:
        cost = f", {usage.tokens:,} tokens and " + (
            "an unknown price" if usage.dollars is None else f"${usage.dollars:.4f}"
        )
    return (
        f"Candidate {step.ordinal}{picked} is the best of {_made(contents)} for {contents.run.problem}, made in "
        f"{contents.run.seconds:,.0f} seconds{cost}; it was written by {author(step.operator, step.model)}, has "
        f"{best.descent.ancestors} ancestors and {best.record.size or 0} nodes of syntax."
    )


def _gaps(best: BestCandidate) -> Iterator[str]:
    """Say the gap on each split beside the best other's; one sentence, its parts joined by semicolons."""
    parts = [_on_split(best.results, split, best.on_splits.get(split)) for split in best.results.best.gaps]
    yield f"Its mean gap to the references is {'; '.join(parts)}."
    yield from (f"{one[0].upper()}{one[1:]}." for one in best.record.beside_test)
    outcomes = best.record.outcomes.values()
    if any(isinstance(one, Evaluation) and not one.repeats for one in outcomes):
        yield "Asked again with the same random seed, it answered the first instance differently."


def _on_split(table: Results, split: Split, comparison: PairedComparison | None) -> str:
    own, best = table.best.gaps[split], table.best_other
    text = f"{shown(own)} on {split}"
    if best is None or split not in best.gaps:
        return text
    text += f" against {shown(best.gaps[split])} of {best.name}"
    if comparison is None:
        return text
    level = "on the first level " if own.lower else ""
    return f"{text} ({level}{in_words(comparison.difference)}; {p_value(comparison.p)})"


def in_words(difference: Interval) -> str:
    """Say a difference of gaps in percentage points, and how far it may be another one, without signs."""
    told = _amount(difference.estimate)
    if not difference.known:
        return f"{told}; there are too few instances to say how sure that is"
    low, high = sorted((difference.low, difference.high))
    if low < 0 < high:
        return f"{told}; with 95 % confidence anything from {_amount(low)} to {_amount(high)}, so not certain"
    near, far = sorted((abs(low), abs(high)))
    side = "smaller" if difference.estimate < 0 else "larger"
    sure = ", so certain" if difference.certainty is Certainty.CERTAIN else ", so not certain"
    return f"{told}; with 95 % confidence {100 * near:.3f} to {100 * far:.3f} {side}{sure}"


def _amount(value: float) -> str:
    return f"{100 * abs(value):.3f} points {'smaller' if value < 0 else 'larger'}" if value else "no difference"


def _proof(contents: Contents) -> str:
    sets = contents.certificate.sets
    every, proven = sum(one.instances for one in sets), sum(one.proven for one in sets)
    bounded = sum(one.bounded for one in sets)
    level = contents.run.isolation
    rest = f", {bounded} of the others have a bound" if bounded else ""
    return (
        f"Of the {every:,} references {proven:,} are proven optimal{rest}; every solution was verified outside the "
        f"candidate's process, which was confined at isolation level {level} ({CONFINED[level]})."
    )
