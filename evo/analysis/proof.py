"""How sure gaps are: what is measured from a reference that is not proven may be farther from the optimum."""

from evo.analysis.select import select
from evo.store import RunStore
from problems import Split

UNPROVEN = "SELECT count(*) - sum(proven) AS unproven, count(*) AS instances FROM instances WHERE split = :split"


def reservation(store: RunStore, split: Split) -> tuple[str, ...]:
    """Return a sentence for people where not every reference of a split is proven; `evo show` has intervals."""
    unproven, instances = select(store, UNPROVEN, split=split).rows[0]
    if not unproven:
        return ()
    return (f"{unproven} of {instances} references on {split} are not proven: the gap to the optimum may be larger",)
