"""Emitters (pyribs' word): policies that draw the parents of proposals; all of them fill the same archives.

Each is deterministic in the generator that it is given and in what was placed, in order, so that a replay draws alike.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Protocol

import numpy as np

from evo.core.records import Candidate
from islands import Elite, Island

PRESSURE = 3.0
"""The elite of rank m * u ** PRESSURE is drawn of m, u uniform: the best eighth gets half of the draws, at any size."""

POOL = 10
"""How many candidates the pool holds, as that of the control in `benchmarks/search/controls.py`."""


class Strategy(StrEnum):
    """Where parents come from.

    MAP is the default: cells drawn by rank, with shares of the other emitters beside them. Any other name is that
    emitter alone: CHAMPION the best with earlier bests, CHAINS short chains from the seeds of which the weak are
    stopped, SAMPLE the seeds (independent drafts, the control), BEST_OF_N the best of every n drafts of one program,
    POOL the ten best of all islands (the control without cells).
    EVOLVE is the rule of earlier versions: tournaments of uniform cells.
    """

    MAP = "map"
    CHAMPION = "champion"
    CHAINS = "chains"
    SAMPLE = "sample"
    BEST_OF_N = "best_of_n"
    POOL = "pool"
    EVOLVE = "evolve"


@dataclass(frozen=True, slots=True)
class EmitterShares:
    """How often each emitter draws the parents in strategy `map`, before anything is known of what it brings.

    The shares then follow how far each lowered the best gap lately; most of them stays as it is here.
    """

    map: float = 0.4
    """Share of parents drawn from the cells of the archives, by rank."""
    sample: float = 0.2
    """Share of parents that are seeds."""
    champion: float = 0.4
    """Share of parents that are the best, with earlier bests."""
    chains: float = 0.0
    """Share of parents from short chains from the seeds, of which the weak are stopped."""
    best_of_n: float = 0.0
    """Share of parents that are the best of every n drafts of one program."""
    pool: float = 0.0
    """Share of parents from the ten best of all islands."""

    def __post_init__(self) -> None:
        for name, share in asdict(self).items():
            if not share >= 0:
                raise ValueError(f"Expected emitters.{name} >= 0, got {share}.")
        if not sum(asdict(self).values()) > 0:
            raise ValueError("Expected at least one share of emitters > 0.")


@dataclass(slots=True)
class SearchState:
    """What the search has so far: the islands, the seeds, and every candidate that became the best, in order.

    `pool` are the fittest of all islands, of distinct behaviour, the fittest first.
    """

    islands: Sequence[Island[Candidate]]
    seeds: list[Candidate] = field(default_factory=list)
    bests: list[Candidate] = field(default_factory=list)
    pool: list[Elite[Candidate]] = field(default_factory=list)

    def note(self, elite: Elite[Candidate]) -> None:
        """Take an evaluated candidate into the pool where it belongs there."""
        twins = [one for one in self.pool if one.behaviour == elite.behaviour]
        if all(elite.candidate.rank < one.candidate.rank for one in twins):
            rest = [one for one in self.pool if one not in twins]
            self.pool = sorted((*rest, elite), key=lambda one: one.candidate.rank)[:POOL]


class Emitter(Protocol):
    """Draws parents, and hears what became of its proposals when they are placed."""

    def parents(self, ordinal: int, island: int, count: int, rng: np.random.Generator) -> tuple[Candidate, ...]:
        """Return so many parents for proposal `ordinal`; the first one is to be changed."""

    def placed(self, ordinal: int, candidate: Candidate | None) -> None:
        """Take note of what came of proposal `ordinal`, None where it has no score."""


class CellsByRank:
    """Elites of an island's cells, drawn by rank; twins count once, and those worse than every seed are left out."""

    def __init__(self, state: SearchState) -> None:
        self._state = state

    def parents(self, ordinal: int, island: int, count: int, rng: np.random.Generator) -> tuple[Candidate, ...]:  # noqa: ARG002
        """Draw elites of distinct behaviour while there are enough."""
        ranked = [elite.candidate for elite in self._state.islands[island].archive.ranked()]
        worst = max((seed.gaps for seed in self._state.seeds), default=None)
        eligible = [one for one in ranked if worst is None or one.gaps <= worst] or ranked
        chosen: list[Candidate] = []
        for _ in range(count):
            rest = [one for one in eligible if one not in chosen] or eligible
            chosen.append(rest[int(len(rest) * rng.random() ** PRESSURE)])
        return tuple(chosen)

    def placed(self, ordinal: int, candidate: Candidate | None) -> None:
        """Keep nothing: the archives hold it all."""


class CellsByTournament:
    """Elites of an island's cells, each the fittest of some uniform draws."""

    def __init__(self, state: SearchState, tournament: int) -> None:
        self._state = state
        self._tournament = tournament

    def parents(self, ordinal: int, island: int, count: int, rng: np.random.Generator) -> tuple[Candidate, ...]:  # noqa: ARG002
        """Draw elites of distinct cells while there are enough."""
        archive = self._state.islands[island].archive
        return tuple(elite.candidate for elite in archive.sample(rng, count, self._tournament))

    def placed(self, ordinal: int, candidate: Candidate | None) -> None:
        """Keep nothing: the archives hold it all."""


class Seeds:
    """The seeds: drafts that are independent of all that was found; `by_rank` draws the fitter ones more often."""

    def __init__(self, state: SearchState, by_rank: bool = False) -> None:
        self._state = state
        self._by_rank = by_rank

    def parents(self, ordinal: int, island: int, count: int, rng: np.random.Generator) -> tuple[Candidate, ...]:  # noqa: ARG002
        """Draw seeds, each by itself."""
        seeds = self._state.seeds
        if self._by_rank:
            ranked = sorted(seeds, key=lambda seed: seed.rank)
            return tuple(ranked[int(len(ranked) * rng.random() ** PRESSURE)] for _ in range(count))
        return tuple(seeds[int(rng.integers(len(seeds)))] for _ in range(count))

    def placed(self, ordinal: int, candidate: Candidate | None) -> None:
        """Keep nothing: the seeds stay."""


class Pool:
    """The ten best of all islands, whatever their cells: what an archive has to beat."""

    def __init__(self, state: SearchState) -> None:
        self._state = state

    def parents(self, ordinal: int, island: int, count: int, rng: np.random.Generator) -> tuple[Candidate, ...]:  # noqa: ARG002
        """Draw different ones, each alike; where there are too few, from the first again."""
        pool = [elite.candidate for elite in self._state.pool]
        order = rng.permutation(len(pool))
        return tuple(pool[order[place % len(pool)]] for place in range(count))

    def placed(self, ordinal: int, candidate: Candidate | None) -> None:
        """Keep nothing: the state holds the pool."""


class Champion:
    """The best so far, and as further parents the bests before it, the latest first."""

    def __init__(self, state: SearchState) -> None:
        self._state = state

    def parents(self, ordinal: int, island: int, count: int, rng: np.random.Generator) -> tuple[Candidate, ...]:  # noqa: ARG002
        """Return the latest bests; where there are too few, from the start again."""
        latest = self._state.bests[::-1]
        return tuple(latest[place % len(latest)] for place in range(count))

    def placed(self, ordinal: int, candidate: Candidate | None) -> None:
        """Keep nothing: the bests are kept."""


@dataclass(slots=True)
class Chain:
    """A line of improvements from a seed."""

    current: Candidate
    placed: int = 0


class Chains:
    """Short chains from the seeds; after `length` drafts each the weaker half stops: successive halving.

    Jamieson and Talwalkar (2016). The drafts that a chain gets double from round to round; after the last round new
    chains begin.
    """

    def __init__(self, state: SearchState, width: int = 8, length: int = 8) -> None:
        self._state = state
        self._width = width
        self._first_length = length
        self._length = length
        self._chains: list[Chain] = []
        self._asked: dict[int, Chain] = {}
        self._turn = 0

    def parents(self, ordinal: int, island: int, count: int, rng: np.random.Generator) -> tuple[Candidate, ...]:  # noqa: ARG002
        """Return the head of the chain whose turn it is; further parents are heads of other chains."""
        if not self._chains:
            seeds = self._state.seeds
            self._chains = [Chain(seeds[place % len(seeds)]) for place in range(self._width)]
            self._length = self._first_length
        self._turn += 1
        turns = [self._chains[(self._turn + place) % len(self._chains)] for place in range(count)]
        self._asked[ordinal] = turns[0]
        return tuple(chain.current for chain in turns)

    def placed(self, ordinal: int, candidate: Candidate | None) -> None:
        """Let a chain go on from an improvement; end a round when all its chains had their drafts."""
        chain = self._asked.pop(ordinal, None)
        if chain is None:
            return
        chain.placed += 1
        if candidate is not None and candidate.rank < chain.current.rank:
            chain.current = candidate
        if self._chains and all(each.placed >= self._length for each in self._chains):
            self._halve()

    def _halve(self) -> None:
        if len(self._chains) == 1:
            self._chains = []
            return
        fittest = sorted(self._chains, key=lambda chain: chain.current.rank)
        self._chains = [Chain(chain.current) for chain in fittest[: len(fittest) // 2]]
        self._length *= 2


class BestOfN:
    """One program for `n` drafts; then the best of these, if it is better, takes its place."""

    def __init__(self, state: SearchState, n: int = 8) -> None:
        self._state = state
        self._n = n
        self._base: Candidate | None = None
        self._drafts: list[Candidate | None] = []
        self._asked: set[int] = set()

    def parents(self, ordinal: int, island: int, count: int, rng: np.random.Generator) -> tuple[Candidate, ...]:  # noqa: ARG002
        """Return the program; further parents are the bests so far, the latest first."""
        base = self._base or min(self._state.seeds, key=lambda seed: seed.rank)
        self._base = base
        self._asked.add(ordinal)
        others = [best for best in self._state.bests[::-1] if best is not base] or [base]
        return (base, *(others[place % len(others)] for place in range(count - 1)))

    def placed(self, ordinal: int, candidate: Candidate | None) -> None:
        """Count a draft; after `n` of them go on from the best."""
        if ordinal not in self._asked or self._base is None:
            return
        self._asked.remove(ordinal)
        self._drafts.append(candidate)
        if len(self._drafts) >= self._n:
            self._base = min((one for one in (self._base, *self._drafts) if one is not None), key=lambda one: one.rank)
            self._drafts = []


def make_emitters(
    strategy: Strategy, shares: EmitterShares, state: SearchState, tournament: int
) -> dict[str, tuple[Emitter, float]]:
    """Return the emitters of a strategy by name, each with its share."""
    emitters: dict[str, Emitter] = {
        Strategy.MAP: CellsByRank(state),
        Strategy.SAMPLE: Seeds(state, by_rank=strategy is Strategy.MAP),
        Strategy.CHAMPION: Champion(state),
        Strategy.CHAINS: Chains(state),
        Strategy.BEST_OF_N: BestOfN(state),
        Strategy.POOL: Pool(state),
        Strategy.EVOLVE: CellsByTournament(state, tournament),
    }
    if strategy is not Strategy.MAP:
        return {strategy.value: (emitters[strategy], 1.0)}
    return {name: (emitters[name], share) for name, share in asdict(shares).items() if share > 0}
