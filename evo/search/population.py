"""The islands of one run and what a step does to them: deterministic in the seed and the order of placements."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from operator import attrgetter

import numpy as np

from evaluators import Evaluation, Failure, FailureKind, Outcome
from evo.core.records import CONSTANTS, OPENING, Broken, Candidate, Operator, Proposal, Task, Usage, Wanted
from evo.search.bandit import Bandit
from evo.search.constant_tries import ConstantTries
from evo.search.emitters import EmitterShares, SearchState, Strategy, make_emitters
from evo.store import RecordedPlacement
from islands import Cell, Elite, Island, Migration, Placement, Status, migrate_ring

Frontier = Sequence[tuple[Cell, Elite[Candidate]]]

SEED = Operator("seed", author="embedded", parents=1)
"""The operator of the seeds, which have no parents and go to every island."""

TUNE, GROW = "tune", "grow"
"""The moves of the operators that are asked where constants are tried, and in the opening."""

# Spawn keys of the run's entropy: (ordinal,) is the author's, these two are the search's own.
PROPOSING, MIGRATING = 1, 2

TOOK_A_CELL, BEAT_ITS_PARENT, BECAME_BEST = 1.0, 1.0, 3.0
"""What operators and models are rewarded for: a cell in strategy `evolve`, beating the first parent elsewhere."""

LEAST_SHARE = 0.6
"""So much of an emitter's share stays as configured: late in a run cells bring small steps, and seeds the new forms."""

MENDABLE = tuple(
    FailureKind(kind)
    for kind in ("rejected", "compile_error", "runtime_error", "invalid_result", "timeout", "over_budget")
)
REMEMBERED = 16
"""How many of the latest failed candidates wait for somebody to mend them."""


@dataclass(frozen=True, slots=True)
class Polish:
    """Edits of the embedded author: those that follow a model's replies, and those that open the search.

    Where there are fewer simple terms than `bounds`, the other drafts grow the seed.
    """

    per_reply: int | None = None
    """Edits without a model that follow each reply; null: 10 for rules, 3 for algorithms, 1 for programs."""
    constants: int = 12
    """Tries that each new best gets for its constants, of the next edits without a model."""
    forms: int = 3
    """Tries for constants of each other form that is better than its parent and all seeds."""
    opening: bool = True
    """Whether a search for rules begins with the fittest seed plus and minus each feature of its own."""
    bounds: int = 48
    """First drafts that bound the only seed by simple terms, where there is one seed alone."""

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if value is not None and value < 0:
                raise ValueError(f"Expected polish.{name} >= 0, got {value}.")


@dataclass(frozen=True, slots=True)
class Handover:
    """The other models write the first `replies` replies of a run, `strong` all later ones, from what these left."""

    strong: str
    replies: int

    def __post_init__(self) -> None:
        if self.replies < 0:
            raise ValueError(f"Expected replies >= 0 before the handover, got {self.replies}.")


@dataclass(frozen=True, slots=True)
class ParentSelection:
    """How proposals are drawn: by which `strategy`, with which `shares` of the emitters where that is `map`.

    `models` are those that compete, all along or, with `handover`, until one takes over. With `adaptive` the odds of
    operators and models follow what they placed lately for what it cost. `tournament` cells are drawn for each parent
    by strategy `evolve`. Of `1 + per_reply` proposals one is a model's, where models are asked at all; `constants` is
    how many tries a new best gets for its constants, `forms` how many another new form gets. The first `opening`
    proposals are simple variations of the fittest seed.
    """

    tournament: int = 2
    models: tuple[str, ...] = ("",)
    adaptive: bool = False
    strategy: Strategy = Strategy.MAP
    shares: EmitterShares = field(default_factory=EmitterShares)
    per_reply: int = 0
    constants: int = 0
    forms: int = 0
    opening: int = 0
    handover: Handover | None = None


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
        varying = {operator.author for operator in self._operators if operator.task == Task.VARY}
        if not self._operators or varying != {operator.author for operator in self._operators}:
            raise ValueError("Expected at least one operator that varies parents with weight > 0, of each author.")
        self.islands = tuple(islands)
        self._state = SearchState(self.islands)
        self._migration = migration
        self._entropy = entropy
        self._drawing = drawing
        self._asked = Bandit({operator.name: operator.weight for operator in self._operators}, drawing.adaptive)
        self._models = Bandit(dict.fromkeys(drawing.models, 1.0), drawing.adaptive)
        emitters = make_emitters(drawing.strategy, drawing.shares, self._state, drawing.tournament)
        self._emitters = {name: emitter for name, (emitter, _) in emitters.items()}
        self._shares = Bandit({name: share for name, (_, share) in emitters.items()}, least=LEAST_SHARE)
        self._emitted: dict[int, str] = {}
        self._tries = ConstantTries(drawing.constants, drawing.forms)
        self._broken: list[tuple[Broken, tuple[Candidate, ...]]] = []

    @property
    def bests(self) -> list[Candidate]:
        """Every candidate that became the best, in order."""
        return self._state.bests

    @property
    def best(self) -> Candidate | None:
        """The fittest on train; ties go to the smaller, then to the earlier one."""
        return self.bests[-1] if self.bests else None

    def propose(self, ordinal: int) -> Proposal:
        """Draw island by turn, author by turn, emitter, operator and model by their odds, parents by the emitter."""
        rng = self._rng(ordinal, PROPOSING)
        island = ordinal % len(self.islands)
        frontier = self._frontier(island)
        mine = [operator for operator in self._operators if operator.author == self._author(ordinal)]
        growing = next((one for one in mine if one.author == "embedded" and one.move == GROW), None)
        if growing is not None and ordinal - len(self._state.seeds) < self._drawing.opening:
            fittest = min(self._state.seeds, key=attrgetter("rank"))
            return Proposal(ordinal, island, growing, (fittest,) * growing.parents, self._entropy, emitter=OPENING)
        tuning = next((one for one in mine if one.author == "embedded" and one.move == TUNE), None)
        if tuning is not None and self._tries.waits:
            self._emitted[ordinal] = CONSTANTS
            parents = (self._tries.take(ordinal),) * tuning.parents
            return Proposal(ordinal, island, tuning, parents, self._entropy, emitter=CONSTANTS)
        emitter = self._emitter(rng, ordinal)
        possible = [operator for operator in mine if self._possible(operator, frontier)]
        operators = [operator for operator in possible if self._suits(operator, emitter)] or possible
        odds = self._asked.odds([operator.name for operator in operators])
        operator = operators[int(rng.choice(len(operators), p=list(odds.values())))]
        plain = Proposal(ordinal, island, operator, (), self._entropy, odds=odds)
        proposal = self._aimed(plain, emitter, frontier, rng)
        return replace(proposal, model=self._model(rng, proposal)) if operator.author == "llm" else proposal

    def _author(self, ordinal: int) -> str:
        """Return whose turn it is: a model's, then that of the edits which follow each reply."""
        authors = {operator.author for operator in self._operators}
        if len(authors) == 1:
            return authors.pop()
        turn = ordinal - len(self._state.seeds)
        return "llm" if turn % (1 + self._drawing.per_reply) == 0 else "embedded"

    def _has_taken_over(self, ordinal: int) -> bool:
        """Whether the strong model writes from here on, by the number of replies before."""
        replies = (ordinal - len(self._state.seeds)) // (1 + self._drawing.per_reply)
        return self._drawing.handover is not None and replies >= self._drawing.handover.replies

    def _emitter(self, rng: np.random.Generator, ordinal: int) -> str:
        """Draw an emitter; who has taken over goes on from the population, not from the seeds."""
        names = list(self._emitters)
        if self._author(ordinal) == "llm" and self._has_taken_over(ordinal):
            names = [name for name in names if name != Strategy.SAMPLE] or names
        odds = self._shares.odds(names)
        return next(iter(odds)) if len(odds) == 1 else list(odds)[int(rng.choice(len(odds), p=list(odds.values())))]

    def _suits(self, operator: Operator, emitter: str) -> bool:
        """Whether an operator is asked of what an emitter draws: what refines is not asked of the seeds, but alone."""
        return not (operator.refines and emitter == Strategy.SAMPLE and len(self._emitters) > 1)

    def _possible(self, operator: Operator, frontier: Frontier) -> bool:
        """Whether there is something for the operator to work on."""
        return {Task.REPAIR: bool(self._broken), Task.EXPLORE: bool(frontier)}.get(Task(operator.task), True)

    def _frontier(self, island: int) -> Frontier:
        explored = any(operator.task == Task.EXPLORE for operator in self._operators)
        return self.islands[island].archive.frontier() if explored else ()

    def _aimed(self, proposal: Proposal, emitter: str, frontier: Frontier, rng: np.random.Generator) -> Proposal:
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
        self._emitted[proposal.ordinal] = emitter
        return replace(proposal, parents=self._parents(proposal, emitter, rng), emitter=emitter)

    def _parents(self, proposal: Proposal, emitter: str, rng: np.random.Generator) -> tuple[Candidate, ...]:
        count, draw = proposal.operator.parents, self._emitters[emitter].parents
        if not proposal.operator.across:
            return draw(proposal.ordinal, proposal.island, count, rng)
        homes = [(proposal.island + k) % len(self.islands) for k in range(count)]
        return tuple(draw(proposal.ordinal, home, 1, rng)[0] for home in homes)

    def _model(self, rng: np.random.Generator, proposal: Proposal) -> str:
        """Return the operator's own model, else the one whose turn it is."""
        names, handover = self._drawing.models, self._drawing.handover
        if proposal.operator.model:
            return proposal.operator.model
        if handover is not None:
            if self._has_taken_over(proposal.ordinal):
                return handover.strong
            names = tuple(name for name in names if name != handover.strong)
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
        candidate, bests = None, len(self.bests)
        if isinstance(outcome, Evaluation) and source is not None:
            candidate = Candidate(proposal.ordinal, source, outcome.facts, outcome.fitness, outcome.lower)
            behaviour = hashlib.sha256(outcome.values.tobytes()).hexdigest()
            elite = Elite(candidate, outcome.fitness, outcome.facts.size, outcome.measures, outcome.lower, behaviour)
            for index in range(len(self.islands)) if proposal.operator == SEED else (proposal.island,):
                placement = self.islands[index].archive.add(elite)
                placements.append(_recorded(proposal.ordinal, index, placement))
            self._state.note(elite)
            self._note_best(candidate)
            if proposal.operator == SEED:
                self._state.seeds.append(candidate)
        self._learn(proposal, candidate, placements, len(self.bests) > bests, usage or Usage())
        self._note_broken(proposal, source, outcome)
        return tuple(placements)

    def migrate(self, ordinal: int) -> tuple[RecordedPlacement, ...]:
        """Copy elites to the next island, every so many candidates; return what their archives answered."""
        if (ordinal + 1) % self._migration.every != 0:
            return ()
        rng = self._rng(ordinal, MIGRATING)
        migrants = migrate_ring(self.islands, self._migration.count, rng, self._drawing.tournament)
        return tuple(_recorded(m.elite.candidate.ordinal, m.target, m.placement, m.source) for m in migrants)

    def _learn(
        self,
        proposal: Proposal,
        candidate: Candidate | None,
        placements: Sequence[RecordedPlacement],
        became_best: bool,
        usage: Usage,
    ) -> None:
        """Let operators, models and emitters learn what came of a proposal, and give a new best its tries."""
        if self._drawing.strategy is Strategy.EVOLVE:
            reward = improved(placements) * TOOK_A_CELL
        else:
            parents = proposal.parents[:1]
            reward = any(candidate is not None and candidate.gaps < one.gaps for one in parents) * BEAT_ITS_PARENT
        reward += became_best * BECAME_BEST
        self._asked.learn(proposal.operator.name, reward, usage)
        if proposal.operator.author == "llm" and not proposal.operator.model:
            self._models.learn(proposal.model, reward, usage)
        emitted = self._emitted.pop(proposal.ordinal, "")
        if emitted in self._emitters:
            self._emitters[emitted].placed(proposal.ordinal, candidate)
            self._shares.learn(emitted, self._progress() if became_best else 0.0, Usage())
        self._tries.placed(proposal.ordinal, candidate)
        if candidate is not None and emitted != CONSTANTS and self._is_new_form(proposal, candidate, became_best):
            self._tries.add(candidate, became_best)

    def _is_new_form(self, proposal: Proposal, candidate: Candidate, became_best: bool) -> bool:
        """Whether a candidate is worth tries for its constants: the best, or better than its parent and all seeds."""
        if not proposal.parents:
            return False
        better = all(candidate.gaps < one.gaps for one in (proposal.parents[0], *self._state.seeds))
        return became_best or (better and proposal.operator.move != TUNE)

    def _progress(self) -> float:
        """Return by which share of its gap the latest best is below the one before."""
        if len(self.bests) < 2:
            return 0.0
        before, now = self.bests[-2].gaps[0], self.bests[-1].gaps[0]
        return (before - now) / before if before > 0 and now < before else 0.0

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
