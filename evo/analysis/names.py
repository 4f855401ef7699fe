"""What people call a candidate: its ordinal, the beginning of its syntax's digest, or `best`."""

import difflib

from evo.analysis.candidates import header, top
from evo.analysis.select import select
from evo.core.validation import ConfigError
from evo.store import RunStore, StoreError

FEWEST = 3
"""Letters of a digest that are needed at least."""
BEGINNING = """
SELECT ordinal, digest FROM candidates WHERE repeat_of IS NULL AND digest LIKE :beginning || '%' ORDER BY ordinal LIMIT 6
"""  # noqa: E501, the page docs/lineage.md has it in one line
DIGESTS = "SELECT ordinal, digest FROM candidates WHERE repeat_of IS NULL AND digest IS NOT NULL ORDER BY ordinal"


def candidate_of(store: RunStore, name: str) -> int:
    """Return the ordinal that is meant.

    Raises:
        ConfigError: no candidate is called so, or several are; the message names near ones.
        StoreError: `best` is asked for before any candidate has a score.
    """
    if name == "best":
        return best_ordinal(store)
    if name.isdecimal() and len(name) < 19 and _exists(store, int(name)):
        return int(name)
    found = select(store, BEGINNING, beginning=name.lower()).rows if len(name) >= FEWEST and name.isalnum() else ()
    if not found:
        raise ConfigError(_unknown(store, name))
    if len(found) > 1:
        fitting = ", ".join(f"{str(digest)[:12]} (#{ordinal})" for ordinal, digest in found[:5])
        raise ConfigError(f"Several candidates fit {name!r}: {fitting}{', …' if len(found) > 5 else ''}.")
    return int(str(found[0][0]))


def _exists(store: RunStore, ordinal: int) -> bool:
    return bool(select(store, "SELECT 1 FROM candidates WHERE ordinal = :ordinal", ordinal=ordinal).rows)


def _unknown(store: RunStore, name: str) -> str:
    """Say what there is: the range of ordinals, and digests that are nearly so."""
    first, last = select(store, "SELECT min(ordinal), max(ordinal) FROM candidates").rows[0]
    if last is None:
        return f"No candidate {name!r}: the run has none yet."
    expected = f"expected {first} to {last}, the beginning of a digest ({FEWEST} letters or more), or best"
    return f"No candidate {name!r}: {expected}{_nearest(store, name)}."


def _nearest(store: RunStore, name: str) -> str:
    """Name the digests that are most like what was asked for; an ordinal has none."""
    if name.isdecimal() or not name.isalnum() or len(name) < FEWEST:
        return ""
    length = max(len(name), 8)
    digests = {str(digest)[:length]: ordinal for ordinal, digest in select(store, DIGESTS).rows}
    close = difflib.get_close_matches(name.lower()[:length], digests, n=3, cutoff=0.5)
    return f"; nearest: {', '.join(f'{digest} (#{digests[digest]})' for digest in close)}" if close else ""


def best_ordinal(store: RunStore) -> int:
    """Return the candidate that validation picked, or the fittest on train while the run is not finished.

    Raises:
        StoreError: no candidate has a score yet.
    """
    picked = header(store).best
    if picked is not None:
        return picked
    fittest = top(store, 1)
    if not fittest:
        raise StoreError(f"{store.path}: no candidate has a score yet.")
    return fittest[0].ordinal
