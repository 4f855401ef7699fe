"""The islands of one run and what a step does to them: deterministic in the seed and the order of placements."""

from collections.abc import Sequence

import numpy as np

from evaluators import Evaluation, Outcome
from evo.candidate import Candidate, Operator, Proposal
from evo.store import RecordedPlacement
from islands import Elite, Island, Migration, Placement, Status, migrate_ring

SEED = Operator("seed", author="embedded", parents=1)
"""The operator of the seeds, which have no parents and go to every island."""

# Spawn keys of the run's entropy: (ordinal,) is the author's, these two are the search's own.
PROPOSING, MIGRATING = 1, 2


class Population:
    """Draws parents for proposals and places candidates; `best` is the fittest candidate on train so far."""

    def __init__(
        self,
        islands: Sequence[Island[Candidate]],
        migration: Migration,
        operators: Sequence[Operator],
        entropy: int,
        tournament: int,
    ) -> None:
        if sum(operator.weight for operator in operators) <= 0:
            raise ValueError("Expected at least one operator with weight > 0.")
        self.islands = tuple(islands)
        self.bests: list[Candidate] = []
        self._migration = migration
        self._operators = tuple(operators)
        self._entropy = entropy
        self._tournament = tournament
        weights = np.array([operator.weight for operator in operators])
        self._odds = weights / weights.sum()

    @property
    def best(self) -> Candidate | None:
        """The fittest on train; ties go to the smaller, then to the earlier one."""
        return self.bests[-1] if self.bests else None

    def propose(self, ordinal: int) -> Proposal:
        """Draw island by turn, operator by weight, parents by cell."""
        rng = self._rng(ordinal, PROPOSING)
        index = ordinal % len(self.islands)
        operator = self._operators[int(rng.choice(len(self._operators), p=self._odds))]
        elites = self.islands[index].archive.sample(rng, operator.parents, self._tournament)
        return Proposal(ordinal, index, operator, tuple(elite.candidate for elite in elites), self._entropy)

    def place(self, proposal: Proposal, source: str | None, outcome: Outcome) -> tuple[RecordedPlacement, ...]:
        """Offer a scored candidate to its island (a seed to all), then migrate when it is time.

        Returns every placement that was made, in order; a failure makes none of its own.
        """
        ordinal = proposal.ordinal
        placements: list[RecordedPlacement] = []
        if isinstance(outcome, Evaluation) and source is not None:
            candidate = Candidate(ordinal, source, outcome.facts, outcome.fitness)
            elite = Elite(candidate, outcome.fitness, outcome.facts.size, outcome.measures)
            for index in range(len(self.islands)) if proposal.operator == SEED else (proposal.island,):
                placement = self.islands[index].archive.add(elite)
                placements.append(_recorded(ordinal, index, placement))
            self._note_best(candidate)
        if (ordinal + 1) % self._migration.every == 0:
            placements += self._migrate(ordinal)
        return tuple(placements)

    def finalists(self, count: int) -> list[Candidate]:
        """Return the `count` fittest elites of all islands, one per syntax, and every candidate that was a best."""
        elites = {elite.candidate.ordinal: elite.candidate for island in self.islands for elite in island.archive}
        fittest = {c.facts.digest: c for c in sorted(elites.values(), key=_rank, reverse=True)}
        chosen = sorted(fittest.values(), key=_rank)[:count] + self.bests
        return sorted({c.ordinal: c for c in chosen}.values(), key=_rank)

    def _migrate(self, ordinal: int) -> list[RecordedPlacement]:
        migrants = migrate_ring(self.islands, self._migration.count, self._rng(ordinal, MIGRATING), self._tournament)
        return [_recorded(m.elite.candidate.ordinal, m.target, m.placement, m.source) for m in migrants]

    def _note_best(self, candidate: Candidate) -> None:
        if self.best is None or _rank(candidate) < _rank(self.best):
            self.bests.append(candidate)

    def _rng(self, ordinal: int, purpose: int) -> np.random.Generator:
        return np.random.default_rng(np.random.SeedSequence(self._entropy, spawn_key=(ordinal, purpose)))


def improved(placements: Sequence[RecordedPlacement]) -> bool:
    """Whether a candidate took a cell by its own placement."""
    return any(p.source_island is None and p.status != Status.REJECTED for p in placements)


def _rank(candidate: Candidate) -> tuple[float, int, int]:
    return (-candidate.fitness, candidate.facts.size, candidate.ordinal)


def _recorded(
    candidate: int, island: int, placement: Placement[Candidate], source: int | None = None
) -> RecordedPlacement:
    displaced = placement.displaced.candidate.ordinal if placement.displaced else None
    return RecordedPlacement(candidate, island, placement.cell, placement.status, displaced, source)
