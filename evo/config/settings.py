"""All settings of a run as checked values; `evo.config.compose` makes them from the configuration."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from evaluators import Isolation
from evaluators.sandbox import Limits
from evo.authors.embedded.opening import own_features
from evo.authors.llm.settings import LLMSettings, Policy
from evo.callbacks.events import Callback
from evo.core.records import Operator, Task
from evo.search.budget import Budget
from evo.search.emitters import EmitterShares, Strategy
from evo.search.population import TUNE, Handover, Polish
from islands import Axis, Migration
from problems import Kind, Problem

EDITS_PER_REPLY = {Kind.RULE: 10, Kind.ALGORITHM: 3, Kind.PROGRAM: 1}
"""What fits into a usual reply's latency: an edit of a rule costs 20 to 60 ms, a program seconds."""


@dataclass(frozen=True, slots=True)
class IslandSettings:
    """One island: its name and the axes of its archive."""

    name: str
    axes: tuple[Axis, ...]

    def __post_init__(self) -> None:
        if not self.axes:
            raise ValueError(f"Expected at least one axis in island {self.name}.")


@dataclass(frozen=True, slots=True)
class EvaluatorSettings:
    """Limits of one candidate, how many processes evaluate (0: one per core), the least isolation accepted."""

    limits: Limits
    workers: int = 0
    """Processes that evaluate; 0: one per core."""
    isolation: Isolation = Isolation.C
    """The least isolation of the sandbox that is accepted: A, B, C or none."""

    def __post_init__(self) -> None:
        if self.workers < 0:
            raise ValueError(f"Expected workers >= 0, got {self.workers}.")

    @property
    def processes(self) -> int:
        """The number of workers to start."""
        return self.workers or os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a run is made from.

    A proposal sees the placements up to its ordinal less `window`. `folders` are the user's own, where modules of
    problems are found; `overrides` are the settings that were typed, `config` is the composed configuration as JSON.
    `callbacks` make those who hear of the run, when it begins: what they import may be missing where a run is only
    looked into.
    """

    problem: Problem
    llm: LLMSettings
    operators: tuple[Operator, ...]
    islands: tuple[IslandSettings, ...]
    migration: Migration
    budget: Budget
    evaluator: EvaluatorSettings
    seed: int = 0
    """The root of all randomness: same settings, same seed, same run."""
    window: int = 8
    """So many candidates, or replies with their edits, are under way; a proposal sees what was placed before."""
    tournament: int = 2
    """Cells that strategy=evolve draws for each parent; it takes the fittest."""
    strategy: Strategy = Strategy.MAP
    """Where parents come from: map, champion, chains, sample, best_of_n, pool or evolve."""
    emitters: EmitterShares = field(default_factory=EmitterShares)
    polish: Polish = field(default_factory=Polish)
    adaptive: bool | None = None
    """Whether operators and models that brought more are asked more; null: where models are asked."""
    novelty: bool = False
    """Whether a draft that decides like an earlier one on probe instances is passed over."""
    insights: bool = False
    """Whether a model is asked after each change what helped and what hurt."""
    folders: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    config: str = "{}"
    callbacks: Mapping[str, Callable[[], Callback]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        taking_part = tuple(operator for operator in self.operators if operator.author in self.authors)
        object.__setattr__(self, "operators", taking_part)
        asked = [operator for operator in self.operators if operator.weight > 0]
        if not asked or {one.author for one in asked if one.task == Task.VARY} != {one.author for one in asked}:
            raise ValueError("Expected at least one operator that varies parents with weight > 0, of each author.")
        if not self.islands:
            raise ValueError("Expected at least one island.")
        if self.seed < 0:
            raise ValueError(f"Expected seed >= 0, got {self.seed}.")
        if self.seed >= 2**63:  # the record keeps it in 64 bits
            raise ValueError(f"Expected seed < 2**63, got {self.seed}.")
        for name, value in (("window", self.window), ("tournament", self.tournament)):
            if value < 1:
                raise ValueError(f"Expected {name} >= 1, got {value}.")
        if not (self.asks_models or self.budget.limits_edits):
            raise ValueError("Expected budget.candidates or budget.seconds: the embedded author has no replies.")
        if self.llm.policy is Policy.HANDOVER and self.replies is None:
            raise ValueError(
                "Expected budget.replies or budget.candidates for llm.policy=handover: it is a share of these."
            )
        names = self.llm.names()
        for operator in self.asked_of_models:
            if operator.model and operator.model not in names:
                known = f"expected one of {', '.join(names)}; llm.models configures more"
                raise ValueError(f"There is no model {operator.model!r} for operator.{operator.name}.model: {known}.")
        if self.insights and not self.asks_models:
            raise ValueError("Expected llm=... for insights: the embedded author analyses nothing.")

    @property
    def asks_models(self) -> bool:
        """Whether language models write the candidates."""
        return self.llm.provider != "embedded"

    @property
    def authors(self) -> tuple[str, ...]:
        """Who writes candidates; operators of others take no part."""
        if not self.asks_models:
            return ("embedded",)
        return ("llm", "embedded") if self.edits_per_reply else ("llm",)

    @property
    def asked_of_models(self) -> tuple[Operator, ...]:
        """The operators of models."""
        return tuple(operator for operator in self.operators if operator.author == "llm")

    @property
    def competing_models(self) -> tuple[str, ...]:
        """The models that are asked by those operators that name none: all that no operator names, if there are any."""
        named = {operator.model for operator in self.asked_of_models if operator.weight > 0}
        names = self.llm.names()
        free = tuple(name for name in names if name not in named)
        late = self.llm.strong if self.llm.policy is Policy.HANDOVER else None
        return free if any(name != late for name in free) else names

    @property
    def is_adaptive(self) -> bool:
        """Whether odds follow what was placed."""
        return self.asks_models if self.adaptive is None else self.adaptive

    @property
    def edits_per_reply(self) -> int:
        """How many candidates of the embedded author follow each reply of a model."""
        if not self.asks_models:
            return 0
        if self.polish.per_reply is not None:
            return self.polish.per_reply
        return EDITS_PER_REPLY[self.problem.kind] if self.strategy is Strategy.MAP else 0

    @property
    def replies(self) -> int | None:
        """How many replies of models the budget allows, None where it does not say."""
        return self.budget.most_replies(self.edits_per_reply) if self.asks_models else 0

    @property
    def handover(self) -> Handover | None:
        """When the strong model takes over, None where it does not."""
        llm, replies = self.llm, self.replies
        if llm.policy is not Policy.HANDOVER or replies is None:
            return None
        given = llm.handover_replies
        return Handover(llm.strong, round(llm.handover * replies) if given is None else given)

    @property
    def tries_for_constants(self) -> int:
        """How many edits of the constants each new best gets; the other strategies stand alone."""
        return self.polish.constants if self.strategy is Strategy.MAP else 0

    @property
    def tries_for_forms(self) -> int:
        """How many edits of the constants each other form gets that is better than its parent and all seeds."""
        return self.polish.forms if self.tries_for_constants else 0

    @property
    def drafts_of_opening(self) -> int:
        """How many first drafts are simple variations of the fittest seed, in a search for rules."""
        if not (self.polish.opening and self.strategy is Strategy.MAP and self.problem.kind is Kind.RULE):
            return 0
        own = len(own_features(self.problem.signatures))
        return 2 * own + (self.polish.bounds if own and len(self.problem.seeds) == 1 else 0)

    @property
    def tunes_constants(self) -> bool:
        """Whether a search sets the constants of what models write, once it is a new best."""
        tuned = any(one.author == "embedded" and one.move == TUNE and one.weight > 0 for one in self.operators)
        return tuned and self.edits_per_reply > 0 and self.tries_for_constants > 0

    @property
    def candidates_in_flight(self) -> int:
        """The size of the window in candidates."""
        return self.window * (1 + self.edits_per_reply)
