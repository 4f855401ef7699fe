"""The steps from a seed to the best candidate that beat all of their parents, and itself, with what each changed."""

from dataclasses import dataclass

from evo.analysis.candidates import show
from evo.analysis.lineage import LineageStep, count_ancestors, improving_path
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
    steps = tuple(_step(store, step) for step in improving_path(store, ordinal))
    return Descent(steps, count_ancestors(store, ordinal))


def _step(store: RunStore, step: LineageStep) -> DescentStep:
    own, parent = step.candidate, step.parent
    record = show(store, own.ordinal).step
    source = record.source or ""
    before = "" if parent is None else show(store, parent.ordinal).step.source or ""
    return DescentStep(
        ordinal=own.ordinal,
        parent=None if parent is None else parent.ordinal,
        gap=by_level(own.gaps),
        before="" if parent is None else by_level(parent.gaps),
        author=author(own.operator, own.model),
        island=own.island,
        instruction=record.instruction,
        source=source,
        changed=() if parent is None else changes(before, source),
        improves=step.improves,
    )


def author(operator: str, model: str) -> str:
    """Return who wrote a candidate and by which operator, as a sentence calls it."""
    if operator == SEED.name:
        return f"the problem's authors ({model})"
    return f"{'the embedded author' if model == 'embedded' else model} ({operator})"
