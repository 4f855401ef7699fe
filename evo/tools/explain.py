"""What each part of a candidate is worth: its parts knocked out one by one, and the smallest source that is as good."""

import asyncio
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from evaluators import Evaluation, Evaluator, Failure, InstanceSet, Outcome
from evaluators.sandbox.contract import MOST_SECONDS
from evaluators.source import Refused
from evaluators.statistics import FEWEST, Certainty, Interval, mean_interval, without_rounding
from evo.analysis.candidates import find_candidate, show
from evo.analysis.explanation import Explanation, PartFinding, PartWorth, Smallest, keep, knocked_out
from evo.analysis.instance_sets import instances_by_split
from evo.analysis.rivals import is_finished, ranked_baselines
from evo.authors.embedded.reading import UnreadableError
from evo.authors.embedded.reading import read as read_formulas
from evo.authors.embedded.simplify import simplified
from evo.authors.embedded.writing import write
from evo.config.settings import Settings
from evo.core.baselines import best_first
from evo.core.errors import UserError
from evo.core.event_loop import run_interruptible
from evo.runs.build import make_evaluator
from evo.runs.recorded_steps import recorded_sets
from evo.search.population import SEED
from evo.store import InstanceRow, RunStore
from evo.tools.fresh_instances import FreshInstances, fresh_instances
from evo.tools.knockouts import Key, Knockout, bare_source, knockouts, nodes_of, roundings
from problems import Instance, Kind, Lexicographic, Problem, Reference, Sense, Split, Timed

CHOOSING_SEED, CHECKING_SEED = 900_000_001, 900_001_001
"""Of the generator: the first ones of the instances that tell what parts are worth, and of those that check."""
FRESH: Mapping[Kind, int] = {Kind.RULE: 1000, Kind.ALGORITHM: 500, Kind.PROGRAM: 200}
"""So many instances are drawn at least, unless something else is said."""
FEW = 2 * FEWEST
"""Where programs have a time budget, which each instance costs, none are drawn if validation has so many."""
BUDGET: Mapping[Kind, int] = {Kind.RULE: 1000, Kind.ALGORITHM: 150, Kind.PROGRAM: 60}
SECONDS = 120.0
SHARE, LEAST_MARGIN, OTHER_MARGIN = 0.1, 0.0001, 0.0005
"""The margin: this share of the gain over the best baseline, at least this; and where there is no gain."""

CHOOSE, CHECK, RATE = Split.TRAIN, Split.TEST, Split.VALIDATION
"""The evaluator knows instances by their split alone: those that choose and check take the places of train and test."""


@dataclass(frozen=True, slots=True)
class Effort:
    """What an explanation may cost, and the margin as a fraction of gap; None: what suits the kind of candidate.

    `budget` counts sources that are evaluated, `seconds` end what has not begun; `fresh` is how many instances are
    drawn at least.
    """

    margin: float | None = None
    budget: int | None = None
    seconds: float = SECONDS
    fresh: int | None = None

    def __post_init__(self) -> None:
        if self.margin is not None and not 0 < self.margin < 1:
            raise UserError(f"Expected a margin above 0 and below 100 points, got {100 * self.margin:g}.")


@dataclass(frozen=True, slots=True)
class _Subject:
    """The candidate without docstrings, the run's best baseline (empty before its end), the run's instances."""

    ordinal: int
    source: str
    digest: str
    seed: str
    gap: float
    rival: str
    recorded: Mapping[Split, tuple[InstanceRow, ...]]


@dataclass(frozen=True, slots=True)
class _Yardstick:
    """What differences of values are divided by, shape (levels, instances)."""

    sense: Sense
    lengths: NDArray[np.float64]

    def differences(self, one: Evaluation, other: Evaluation) -> NDArray[np.float64]:
        """Return the gaps of one less those of the other, shape (levels, instances)."""
        sign = 1.0 if self.sense is Sense.MINIMISE else -1.0
        return without_rounding(sign * (_levels(one) - _levels(other)) / self.lengths)


def explain(folder: Path, identity: str, settings: Settings, effort: Effort, console: Console) -> Explanation:
    """Find out what the parts of a candidate of a run are worth, and keep it in the run's folder.

    Instances of test are never looked at. Gaps of drawn instances, which have no references, differ relative to the
    best value at hand there.

    Raises:
        UserError: the candidate has no source or no score, or the problem's code makes other instances now.
        SandboxError: the sandbox does not work.
    """
    subject = _subject(folder, identity, settings.problem)
    found = run_interruptible(_explained(subject, settings, effort, console))
    keep(found, folder)
    return found


def _subject(folder: Path, identity: str, problem: Problem) -> _Subject:
    with RunStore.open_folder(folder) as store:
        ordinal = find_candidate(store, identity)
        record = show(store, ordinal)
        rival = next(iter(ranked_baselines(store)), "") if is_finished(store) else ""
        recorded = instances_by_split(store)
    step, outcome = record.step, record.outcomes.get(Split.TRAIN)
    if step.source is None:
        raise UserError(f"Candidate {ordinal} has no source: its author wrote none.")
    if not isinstance(outcome, Evaluation):
        why = f" ({outcome.kind})" if isinstance(outcome, Failure) else ""
        raise UserError(f"Candidate {ordinal} has no score{why}: choose one that has, such as best.")
    try:
        bare = bare_source(step.source, problem)
    except Refused as error:
        raise UserError(f"Candidate {ordinal} cannot be read: {error.message}") from error
    seed = step.model.removeprefix("seed ") if step.operator == SEED.name else ""
    validated = record.outcomes.get(Split.VALIDATION)
    gap = validated.gap.scaled if isinstance(validated, Evaluation) else outcome.gap.scaled
    return _Subject(ordinal, bare, outcome.facts.digest, seed, gap, rival, recorded)


class _Trials:
    """Evaluates sources within a budget; equal text costs once."""

    def __init__(
        self, evaluator: Evaluator, budget: int, seconds: float, workers: int, heard: Callable[[int], None]
    ) -> None:
        self._evaluator = evaluator
        self._budget = budget
        self._seconds = seconds
        self._until = math.inf
        self._paid: set[tuple[str, Split]] = set()
        self._gate = asyncio.Semaphore(workers)
        self._heard = heard
        self.stopped = False

    async def outcomes(self, sources: Sequence[str], split: Split) -> tuple[Outcome | None, ...]:
        """Return the outcomes in order; None for those beyond the budget, whose seconds begin with the first ones."""
        self._until = min(self._until, time.monotonic() + self._seconds)
        return tuple(await asyncio.gather(*(self._outcome(source, split) for source in sources)))

    async def baselines(self, sources: Sequence[str], split: Split) -> Sequence[Outcome]:
        """Return the outcomes of baselines; they count for no budget."""
        return await asyncio.gather(*(self._evaluator.evaluate(source, split) for source in sources))

    async def whole(self, source: str, split: Split, what: str) -> Evaluation:
        """Return the outcome of a source that everything is compared with; it counts for no budget.

        Raises:
            UserError: it fails.
        """
        outcome = await self._evaluator.evaluate(source, split)
        if isinstance(outcome, Failure):
            raise UserError(f"{what} fails on instances that are compared: {outcome.kind}: {outcome.message}.")
        return outcome

    async def _outcome(self, source: str, split: Split) -> Outcome | None:
        async with self._gate:
            if (source, split) not in self._paid:
                if len(self._paid) >= self._budget or time.monotonic() > self._until:
                    self.stopped = True
                    return None
                self._paid.add((source, split))
                self._heard(len(self._paid))
            return await self._evaluator.evaluate(source, split)


async def _explained(subject: _Subject, settings: Settings, effort: Effort, console: Console) -> Explanation:
    problem = settings.problem
    own = recorded_sets(subject.recorded, problem)
    drawn = _drawn(problem, own, effort)
    sets = {RATE: own[Split.VALIDATION], CHOOSE: own[Split.VALIDATION], CHECK: own[Split.TRAIN]}
    sets |= {split: _without_references(problem, one.instances, split) for split, one in drawn.items() if one.seeds}
    budget = BUDGET[problem.kind] if effort.budget is None else effort.budget
    stage = "starting the sandbox"
    with console.status(f"candidate {subject.ordinal}: {stage}") as status:

        def begin(what: str) -> None:
            nonlocal stage
            stage = what
            status.update(f"candidate {subject.ordinal}: {stage}")
            if not console.is_terminal:
                console.print(f"candidate {subject.ordinal}: {stage}", highlight=False)

        def count(evaluated: int) -> None:
            status.update(f"candidate {subject.ordinal}: {stage} ({evaluated} evaluated)")

        async with make_evaluator(_with_limits(settings, own, sets), sets) as evaluator:
            trials = _Trials(evaluator, budget, effort.seconds, settings.evaluator.processes, count)
            return await _Search(subject, problem, sets, drawn, effort, budget, trials, begin).explained()


def _drawn(problem: Problem, own: Mapping[Split, InstanceSet], effort: Effort) -> dict[Split, FreshInstances]:
    """Draw the instances that choose and those that check; none without a generator, or where they would cost much."""
    known = {instance.digest() for one in own.values() for instance in one.instances}
    least = effort.fresh
    if least is None:
        enough = isinstance(problem, Timed) and len(own[Split.VALIDATION].instances) >= FEW
        least = 0 if enough else FEW if isinstance(problem, Timed) else FRESH[problem.kind]
    chosen = fresh_instances(problem, least, CHOOSING_SEED, known)
    known |= {instance.digest() for instance in chosen.instances}
    return {CHOOSE: chosen, CHECK: fresh_instances(problem, max(1, least), CHECKING_SEED, known)}


def _without_references(problem: Problem, instances: Sequence[Instance], split: Split) -> InstanceSet:
    """Return a set of which values alone are wanted."""
    below = len(problem.levels) - 1 if isinstance(problem, Lexicographic) else 0
    none = Reference(0.0, None, False, "none is needed", lower=(0.0,) * below)
    return InstanceSet(split, tuple(instances), (none,) * len(instances))


def _with_limits(settings: Settings, own: Mapping[Split, InstanceSet], sets: Mapping[Split, InstanceSet]) -> Settings:
    """Return settings that give larger sets of instances as much more time."""
    usual, most = (max(len(one.instances) for one in every.values()) for every in (own, sets))
    limits, factor = settings.evaluator.limits, max(1.0, most / usual)
    longer = replace(
        limits,
        cpu_seconds=min(MOST_SECONDS, factor * limits.cpu_seconds),
        wall_seconds=min(MOST_SECONDS, factor * limits.wall_seconds),
    )
    return replace(settings, evaluator=replace(settings.evaluator, limits=longer))


def _levels(one: Evaluation) -> NDArray[np.float64]:
    """Return the values of all levels, shape (levels, instances)."""
    return np.vstack([one.values, one.lower_values.T]) if one.lower_values.size else one.values[np.newaxis]


@dataclass(frozen=True, slots=True)
class _Search:
    """One explanation under way."""

    subject: _Subject
    problem: Problem
    sets: Mapping[Split, InstanceSet]
    drawn: Mapping[Split, FreshInstances]
    effort: Effort
    budget: int
    trials: _Trials
    begin: Callable[[str], None]

    async def explained(self) -> Explanation:
        """Compare the whole with the best baseline, knock its parts out, then leave out what is not needed."""
        source, ordinal = self.subject.source, self.subject.ordinal
        self.begin("comparing it with the best baseline")
        whole = await self.trials.whole(source, CHOOSE, f"Candidate {ordinal}")
        name, rival = await self._rival()
        yardstick = self._yardstick(CHOOSE, whole, rival)
        gains = yardstick.differences(rival, whole)
        level = _first_level(gains)
        # Without fresh instances the rival is the best of all baselines on the very instances that are compared.
        gain = mean_interval(gains[level - 1], 1 if self.drawn[CHOOSE].seeds else len(self.problem.baselines))
        margin = self.effort.margin or (max(SHARE * gain.estimate, LEAST_MARGIN) if gain.above_zero else OTHER_MARGIN)
        self.begin("finding its parts")
        every = knockouts(source, self.problem, most=self.budget)
        self.begin(f"{len(every)} knock-outs on {whole.values.size} instances")
        parts = await self._parts(every, whole, yardstick)
        self.begin("leaving out what is not needed")
        smallest = await self._smallest(every, whole, yardstick, margin)
        complete = not self.trials.stopped and len(every) < self.budget
        checked = None
        if smallest is not None:
            self.begin("checking the smallest on other instances")
            checked = await self._checked(smallest, name)
        return Explanation(
            candidate=ordinal,
            digest=self.subject.digest,
            seed=self.subject.seed,
            gap=self.subject.gap,
            rival=name,
            gain=gain,
            instances=whole.values.size,
            generators=self.drawn[CHOOSE].seeds,
            margin=margin,
            size=nodes_of(source),
            parts=parts,
            smallest=checked,
            complete=complete,
            level=level,
            levels=tuple(self.problem.levels) if isinstance(self.problem, Lexicographic) else (),
        )

    async def _rival(self) -> tuple[str, Evaluation]:
        """Return the best baseline; before the run's end those that the verdict will choose from are scored for it.

        Of programs, which are dear, these are the seeds alone.
        """
        baselines, name = self.problem.baselines, self.subject.rival
        if name not in baselines:
            named = tuple(baselines) if self.problem.kind is not Kind.PROGRAM else self.problem.seeds
            outcomes = await self.trials.baselines([baselines[each] for each in named], RATE)
            scored = zip(named, outcomes, strict=True)
            ranks = {each: {RATE: one.rank} for each, one in scored if isinstance(one, Evaluation)}
            if not ranks:
                raise UserError("No baseline could be scored to compare with: all of them fail on validation.")
            name = best_first(ranks)[0]
        return name, await self.trials.whole(baselines[name], CHOOSE, f"The baseline {name}")

    def _yardstick(self, split: Split, whole: Evaluation, rival: Evaluation) -> _Yardstick:
        """Measure by the references of the record, or by the best value at hand."""
        levels = np.stack([_levels(whole), _levels(rival)])
        best = levels.min(axis=0) if self.problem.sense is Sense.MINIMISE else levels.max(axis=0)
        known = self.sets[split]
        if not self.drawn[split].seeds:
            best = np.array([(reference.value, *reference.lower) for reference in known.references]).T
        return _Yardstick(self.problem.sense, np.maximum(np.abs(best), known.scales()))

    async def _parts(
        self, every: Sequence[Knockout], whole: Evaluation, yardstick: _Yardstick
    ) -> tuple[PartWorth, ...]:
        """Return what the parts are worth, the most first; those beyond the budget are left out."""
        outcomes = await self.trials.outcomes([each.source for each in every], CHOOSE)
        differences = {
            place: yardstick.differences(outcome, whole)
            for place, outcome in enumerate(outcomes)
            if isinstance(outcome, Evaluation)
        }
        rated: dict[int, Outcome | None] = {}
        if self.drawn[CHOOSE].seeds:
            sources = [every[place].source for place in differences]
            rated = dict(zip(differences, await self.trials.outcomes(sources, RATE), strict=True))
        alike = _alike(differences)
        worths = []
        for place, (knockout, outcome) in enumerate(zip(every, outcomes, strict=True)):
            named = (knockout.kind.value, knockout.part, knockout.done, knockout.line)
            if isinstance(outcome, Failure):
                worths.append(PartWorth(*named, PartFinding.FAILS, failure=f"{outcome.kind}: {outcome.message}"))
            elif place in alike:
                on_validation = rated.get(place) if self.drawn[CHOOSE].seeds else outcome
                gap = on_validation.gap.scaled if isinstance(on_validation, Evaluation) else None
                level = _first_level(differences[place])
                difference = mean_interval(differences[place][level - 1], len(alike))
                finding = _finding(difference, not differences[place].any())
                others = (every[at] for at in alike[place])
                same = tuple(knocked_out(each.kind, each.part, each.done) for each in others)
                worths.append(PartWorth(*named, finding, gap, difference, "", level, same))
        return tuple(sorted(worths, key=_by_worth))

    async def _smallest(
        self, every: Sequence[Knockout], whole: Evaluation, yardstick: _Yardstick, margin: float
    ) -> str | None:
        """Leave out one part after the other, those first that cost least for their size; None: nothing can be.

        A part that costs more than the margin once is not tried again: with less around it, it seldom costs less.
        """
        current, size, needed = self.subject.source, nodes_of(self.subject.source), set[Key]()
        pool = list(every)
        while smaller := [each for each in pool if each.size < size and each.key not in needed]:
            outcomes = await self.trials.outcomes([each.source for each in smaller], CHOOSE)
            costs: dict[int, float] = {}
            for place, outcome in enumerate(outcomes):
                cost = _cost(outcome, whole, yardstick, margin)
                if cost is None:
                    needed.add(smaller[place].key)
                else:
                    costs[place] = cost
            if not costs:
                break
            each = min(costs, key=lambda at: (costs[at] / (size - smaller[at].size), smaller[at].size))
            current, size = smaller[each].source, smaller[each].size
            pool = list(knockouts(current, self.problem, needed, self.budget))
        for shorter in self._respelled(current):
            (outcome,) = await self.trials.outcomes([shorter], CHOOSE)
            if _cost(outcome, whole, yardstick, margin) is not None:
                current = shorter
        current = await self._rounded(current, whole, yardstick, margin)
        return None if current == self.subject.source else current

    def _respelled(self, source: str) -> Iterator[str]:
        """Yield the source of a rule as simplified expressions, where that is shorter."""
        if self.problem.kind is not Kind.RULE:
            return
        try:
            trees = read_formulas(source, self.problem.signatures)
        except UnreadableError:
            return
        shorter = write({name: simplified(tree) for name, tree in trees.items()}, self.problem.signatures)
        if nodes_of(shorter) < nodes_of(source):
            yield shorter

    async def _rounded(self, source: str, whole: Evaluation, yardstick: _Yardstick, margin: float) -> str:
        """Write numbers with as few digits as the margin allows, one after the other."""
        place = 0
        while self.problem.kind is not Kind.PROGRAM and (tries := roundings(source, place)) is not None:
            outcomes = await self.trials.outcomes(tries, CHOOSE)
            sound = (
                text
                for text, outcome in zip(tries, outcomes, strict=True)
                if _cost(outcome, whole, yardstick, margin) is not None
            )
            source, place = next(sound, source), place + 1
        return source

    async def _checked(self, source: str, rival: str) -> Smallest:
        """Compare the smallest with the whole on instances that did not choose it."""
        whole = await self.trials.whole(self.subject.source, CHECK, f"Candidate {self.subject.ordinal}")
        other = await self.trials.whole(self.problem.baselines[rival], CHECK, f"The baseline {rival}")
        small = await self.trials.whole(source, CHECK, "The smallest equivalent")
        first, *lower = map(mean_interval, self._yardstick(CHECK, whole, other).differences(small, whole))
        return Smallest(source, nodes_of(source), first, whole.values.size, self.drawn[CHECK].seeds, tuple(lower))


def _first_level(differences: NDArray[np.float64]) -> int:
    """Return the first level, from 1 on, on which differences of shape (levels, instances) are not all zero; else 1."""
    return next((level for level, row in enumerate(differences, 1) if row.any()), 1)


def _alike(differences: Mapping[int, NDArray[np.float64]]) -> dict[int, list[int]]:
    """Return the places of changes that differ from all before, each with those that come to the same everywhere.

    Changes that alter nothing stay apart: each is a part that decides nothing.
    """
    first: dict[bytes, int] = {}
    found: dict[int, list[int]] = {}
    for place, each in differences.items():
        same = first.setdefault(each.tobytes(), place) if each.any() else place
        found.setdefault(same, []).extend([place] if same != place else [])
    return found


def _cost(outcome: Outcome | None, whole: Evaluation, yardstick: _Yardstick, margin: float) -> float | None:
    """Return how much larger the gap of a source is, at least 0; None where it may be more than the margin."""
    if not isinstance(outcome, Evaluation):
        return None
    intervals = [mean_interval(row) for row in yardstick.differences(outcome, whole)]
    if any(interval.high > margin for interval in intervals):
        return None
    return max(0.0, *(interval.estimate for interval in intervals))


def _finding(difference: Interval, idle: bool) -> PartFinding:
    if idle:
        return PartFinding.IDLE
    match difference.certainty:
        case Certainty.CERTAIN:
            return PartFinding.NEEDED if difference.above_zero else PartFinding.BETTER_WITHOUT
        case Certainty.OPEN:
            return PartFinding.OPEN
        case Certainty.TOO_FEW:
            return PartFinding.TOO_FEW


ORDER = (
    *(PartFinding.NEEDED, PartFinding.FAILS, PartFinding.TOO_FEW, PartFinding.OPEN),
    *(PartFinding.IDLE, PartFinding.BETTER_WITHOUT),
)


def _by_worth(part: PartWorth) -> tuple[int, float]:
    return ORDER.index(part.finding), 0.0 if part.difference is None else -part.difference.estimate
