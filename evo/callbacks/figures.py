"""What trackers draw: figures by name."""

from evo.callbacks.events import Ended, Placed


def figures_of(event: Placed) -> dict[str, float]:
    """Return what is known when a candidate was placed; an unknown price is left out."""
    known = {
        "best_gap": event.best_gap,
        "gap": event.gap,
        "seconds": event.seconds,
        "tokens": event.spent.tokens,
        "dollars": event.spent.dollars,
        **{f"elites/{island}": count for island, count in event.elites.items()},
    }
    return {name: float(value) for name, value in known.items() if value is not None}


def gaps_of(event: Ended) -> dict[str, float]:
    """Return the gaps of what the run found, by split; none when it was broken off."""
    return {f"found_gap/{split}": gap for split, gap in (event.gaps or {}).items()}
