"""The steps from a seed to the best candidate that beat all of their parents, and itself, with what each changed."""

from dataclasses import dataclass

from evo.analysis.candidates import show
from evo.analysis.lineage import Improvement, LineageCandidate, improving_path, read_ancestors
from evo.core.format import by_level
from evo.report.markup import TextChange, changes
from evo.search.population import SEED
from evo.store import RunStore


@dataclass(frozen=True, slots=True)
class DescentStep:
    """A step with its gaps as people read them; `changed` is empty for a candidate without parents, `source` is not.

    Where it does not improve, `parent` is the last ancestor that did.
    """

    ordinal: int
    parent: int | None
    gap: str
    before: str
    author: str
    island: int
    instruction: str
    source: str
    changed: tuple[TextChange, ...]
    improves: bool = True


@dataclass(frozen=True, slots=True)
class Descent:
    """Improving steps, the first one first, and how many ancestors there are in all."""

    steps: tuple[DescentStep, ...] = ()
    ancestors: int = 0


def descent(store: RunStore, ordinal: int) -> Descent:
    """Return where a candidate comes from."""
    lineage = read_ancestors(store, ordinal)
    steps = [_step(store, step) for step in improving_path(store, ordinal)]
    own = next(relative for relative in lineage.relatives if relative.ordinal == ordinal)
    if steps and steps[-1].ordinal != ordinal:
        steps.append(_last(store, own, steps[-1]))
    return Descent(tuple(steps), len(lineage.relatives) - 1)


def _step(store: RunStore, step: Improvement) -> DescentStep:
    record = show(store, step.ordinal).step
    source = record.source or ""
    parent = "" if step.parent is None else show(store, step.parent).step.source or ""
    return DescentStep(
        ordinal=step.ordinal,
        parent=step.parent,
        gap=by_level(step.gaps),
        before=by_level(step.before),
        author=author(step.operator, step.model),
        island=step.island,
        instruction=record.instruction,
        source=source,
        changed=() if step.parent is None else changes(parent, source),
    )


def _last(store: RunStore, own: LineageCandidate, before: DescentStep) -> DescentStep:
    """Return the candidate itself, which was not better on train than the last one that improved, beside that one."""
    record = show(store, own.ordinal).step
    return DescentStep(
        ordinal=own.ordinal,
        parent=before.ordinal,
        gap=by_level(own.gaps),
        before=before.gap,
        author=author(own.operator, own.model),
        island=own.island,
        instruction=record.instruction,
        source=record.source or "",
        changed=changes(before.source, record.source or ""),
        improves=False,
    )


def author(operator: str, model: str) -> str:
    """Return who wrote a candidate and by which operator, as a sentence calls it."""
    if operator == SEED.name:
        return f"the problem's authors ({model})"
    return f"{'the embedded author' if model == 'embedded' else model} ({operator})"
