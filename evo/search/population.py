"""The islands of one run and what a step does to them: deterministic in the seed and the order of placements."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from operator import attrgetter

import numpy as np

from evaluators import Evaluation, Failure, FailureKind, Outcome
from evo.core.records import Broken, Candidate, Operator, Proposal, Task, Usage, Wanted
from evo.search.bandit import Bandit
from evo.store import RecordedPlacement
from islands import Cell, Elite, Island, Migration, Placement, Status, migrate_ring

Frontier = Sequence[tuple[Cell, Elite[Candidate]]]

SEED = Operator("seed", author="embedded", parents=1)
"""The operator of the seeds, which have no parents and go to every island."""

# Spawn keys of the run's entropy: (ordinal,) is the author's, these two are the search's own.
PROPOSING, MIGRATING = 1, 2

TOOK_A_CELL, BECAME_BEST = 1.0, 3.0
"""What operators and models are rewarded for."""

MENDABLE = tuple(
    FailureKind(kind)
    for kind in ("rejected", "compile_error", "runtime_error", "invalid_result", "timeout", "over_budget")
)
REMEMBERED = 16
"""How many of the latest failed candidates wait for somebody to mend them."""


class Strategy(StrEnum):
    """Where parents come from: the archives, or the seeds alone (the control: independent drafts, equal budget)."""

    EVOLVE = "evolve"
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class ParentSelection:
    """How proposals are drawn: for each parent `tournament` cells, of which the fittest counts; by which `strategy`.

    `models` are those that compete. With `adaptive` the odds of operators and models follow what they placed lately for
    what it cost.
    """

    tournament: int = 2
    models: tuple[str, ...] = ("",)
    adaptive: bool = False
    strategy: Strategy = Strategy.EVOLVE


class Population:
    """Draws parents for proposals and places candidates; `best` is the fittest candidate on train so far.

    Everything is deterministic in the seed and the order of placements.
    """

    def __init__(
        self,
        islands: Sequence[Island[Candidate]],
        migration: Migration,
        operators: Sequence[Operator],
        entropy: int,
        drawing: ParentSelection,
    ) -> None:
        sampling = drawing.strategy is Strategy.SAMPLE
        self._operators = tuple(o for o in operators if o.weight > 0 and not (sampling and o.task != Task.VARY))
        if not any(operator.task == Task.VARY for operator in self._operators):
            raise ValueError("Expected at least one operator that varies parents with weight > 0.")
        self.islands = tuple(islands)
        self.bests: list[Candidate] = []
        self._migration = migration
        self._entropy = entropy
        self._drawing = drawing
        self._asked = Bandit({operator.name: operator.weight for operator in self._operators}, drawing.adaptive)
        self._models = Bandit(dict.fromkeys(drawing.models, 1.0), drawing.adaptive)
        self._seeds: list[Candidate] | None = [] if sampling else None
        self._broken: list[tuple[Broken, tuple[Candidate, ...]]] = []

    @property
    def best(self) -> Candidate | None:
        """The fittest on train; ties go to the smaller, then to the earlier one."""
        return self.bests[-1] if self.bests else None

    def propose(self, ordinal: int) -> Proposal:
        """Draw island by turn, operator and model by their odds, parents by cell."""
        rng = self._rng(ordinal, PROPOSING)
        island = ordinal % len(self.islands)
        frontier = self._frontier(island)
        operators = [operator for operator in self._operators if self._possible(operator, frontier)]
        odds = self._asked.odds([operator.name for operator in operators])
        operator = operators[int(rng.choice(len(operators), p=list(odds.values())))]
        plain = Proposal(ordinal, island, operator, (), self._entropy, odds=odds)
        proposal = self._aimed(plain, frontier, rng)
        return replace(proposal, model=self._model(rng)) if operator.author == "llm" else proposal

    def _possible(self, operator: Operator, frontier: Frontier) -> bool:
        """Whether there is something for the operator to work on."""
        return {Task.REPAIR: bool(self._broken), Task.EXPLORE: bool(frontier)}.get(Task(operator.task), True)

    def _frontier(self, island: int) -> Frontier:
        explored = any(operator.task == Task.EXPLORE for operator in self._operators)
        return self.islands[island].archive.frontier() if explored else ()

    def _aimed(self, proposal: Proposal, frontier: Frontier, rng: np.random.Generator) -> Proposal:
        """Give a proposal its parents, and what its task needs beside them."""
        match proposal.operator.task:
            case Task.REPAIR:
                broken, parents = self._broken[int(rng.integers(len(self._broken)))]
                return replace(proposal, broken=broken, parents=parents)
            case Task.EXPLORE:
                cell, elite = frontier[int(rng.integers(len(frontier)))]
                ranges = self.islands[proposal.island].archive.ranges(cell)
                target = tuple(Wanted(measure, low, high) for measure, (low, high) in ranges.items())
                return replace(proposal, target=target, parents=(elite.candidate,))
        return replace(proposal, parents=self._parents(proposal, rng))

    def _parents(self, proposal: Proposal, rng: np.random.Generator) -> tuple[Candidate, ...]:
        count = proposal.operator.parents
        if self._seeds is not None:
            return tuple(self._seeds[int(rng.integers(len(self._seeds)))] for _ in range(count))
        if not proposal.operator.across:
            archive = self.islands[proposal.island].archive
            return tuple(elite.candidate for elite in archive.sample(rng, count, self._drawing.tournament))
        homes = [self.islands[(proposal.island + k) % len(self.islands)] for k in range(count)]
        return tuple(home.archive.sample(rng, 1, self._drawing.tournament)[0].candidate for home in homes)

    def _model(self, rng: np.random.Generator) -> str:
        names = self._drawing.models
        if len(names) == 1:
            return names[0]
        odds = self._models.odds(names)
        return names[int(rng.choice(len(odds), p=list(odds.values())))]

    def add(
        self, proposal: Proposal, source: str | None, outcome: Outcome, usage: Usage | None = None
    ) -> tuple[RecordedPlacement, ...]:
        """Offer an evaluated candidate to its island (a seed to all) and learn from it.

        `usage` is what its author charged. Returns every placement that was made, in order; a failure makes none.
        """
        placements: list[RecordedPlacement] = []
        bests = len(self.bests)
        if isinstance(outcome, Evaluation) and source is not None:
            candidate = Candidate(proposal.ordinal, source, outcome.facts, outcome.fitness, outcome.lower)
            elite = Elite(candidate, outcome.fitness, outcome.facts.size, outcome.measures, outcome.lower)
            for index in range(len(self.islands)) if proposal.operator == SEED else (proposal.island,):
                placement = self.islands[index].archive.add(elite)
                placements.append(_recorded(proposal.ordinal, index, placement))
            self._note_best(candidate)
            if proposal.operator == SEED and self._seeds is not None:
                self._seeds.append(candidate)
        reward = (improved(placements) * TOOK_A_CELL) + (len(self.bests) > bests) * BECAME_BEST
        self._learn(proposal, reward, usage or Usage())
        self._note_broken(proposal, source, outcome)
        return tuple(placements)

    def migrate(self, ordinal: int) -> tuple[RecordedPlacement, ...]:
        """Copy elites to the next island, every so many candidates; return what their archives answered."""
        if (ordinal + 1) % self._migration.every != 0:
            return ()
        rng = self._rng(ordinal, MIGRATING)
        migrants = migrate_ring(self.islands, self._migration.count, rng, self._drawing.tournament)
        return tuple(_recorded(m.elite.candidate.ordinal, m.target, m.placement, m.source) for m in migrants)

    def _learn(self, proposal: Proposal, reward: float, usage: Usage) -> None:
        self._asked.learn(proposal.operator.name, reward, usage)
        if proposal.operator.author == "llm":
            self._models.learn(proposal.model, reward, usage)

    def _note_broken(self, proposal: Proposal, source: str | None, outcome: Outcome) -> None:
        """Keep what may be mended; once somebody tried, that was its chance."""
        if proposal.broken is not None:
            self._broken = [kept for kept in self._broken if kept[0].ordinal != proposal.broken.ordinal]
        elif isinstance(outcome, Failure) and source is not None and outcome.kind in MENDABLE and proposal.parents:
            broken = Broken(proposal.ordinal, source, outcome.kind, outcome.message)
            self._broken = [*self._broken, (broken, proposal.parents[:1])][-REMEMBERED:]

    def finalists(self, count: int) -> list[Candidate]:
        """Return the `count` fittest elites of all islands, one per syntax, and every candidate that was a best."""
        elites = {elite.candidate.ordinal: elite.candidate for island in self.islands for elite in island.archive}
        fittest = {c.facts.digest: c for c in sorted(elites.values(), key=attrgetter("rank"), reverse=True)}
        chosen = sorted(fittest.values(), key=attrgetter("rank"))[:count] + self.bests
        return sorted({c.ordinal: c for c in chosen}.values(), key=attrgetter("rank"))

    def _note_best(self, candidate: Candidate) -> None:
        if self.best is None or candidate.rank < self.best.rank:
            self.bests.append(candidate)

    def _rng(self, ordinal: int, purpose: int) -> np.random.Generator:
        return np.random.default_rng(np.random.SeedSequence(self._entropy, spawn_key=(ordinal, purpose)))


def improved(placements: Sequence[RecordedPlacement]) -> bool:
    """Whether a candidate took a cell by its own placement."""
    return any(p.source_island is None and p.status != Status.REJECTED for p in placements)


def _recorded(
    candidate: int, island: int, placement: Placement[Candidate], source: int | None = None
) -> RecordedPlacement:
    displaced = placement.displaced.candidate.ordinal if placement.displaced else None
    return RecordedPlacement(candidate, island, placement.cell, placement.status, displaced, source)
