"""What goes into a run's file and what comes back: plain values, no database in them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from evaluators import Isolation, Outcome
from evo.core.context import Insight
from evo.core.records import Message, Usage, Wanted, total
from problems import Reference, Signature, Split


class RunStatus(StrEnum):
    """Whether the run goes on; a run that was killed still says running."""

    RUNNING = "running"
    FINISHED = "finished"
    INTERRUPTED = "interrupted"


class CallStatus(StrEnum):
    """What became of a request to a model; an intent that nobody waits for any more is unknown."""

    INTENT = "intent"
    OK = "ok"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Purpose(StrEnum):
    """What a call to a model is for: a candidate, or what is to be learnt of one."""

    DRAFT = "draft"
    ANALYSIS = "analysis"


class ScoredBy(StrEnum):
    """For whom test instances of a run were scored: the run's end, that of a resumed run, `evo evaluate`."""

    RUN = "run"
    RESUME = "resume"
    EVALUATE = "evaluate"


class State(StrEnum):
    """How far a candidate came."""

    PROPOSED = "proposed"
    DRAFTED = "drafted"
    EVALUATED = "evaluated"
    PLACED = "placed"


@dataclass(frozen=True, slots=True)
class RunHeader:
    """What is known of a run as a whole; `config`, `environment` and `result` are JSON texts, times UTC in ISO 8601.

    `overrides` are the settings as they were typed, None where that is not known. `folders` are those of the user's own
    code and `code` is its digest; `origin` is a signature by which its maker knows the record again.
    `signatures` are the functions that a candidate defines; none of runs that are older than this field.
    `seconds` is the wall time of the run up to its last placement, all sessions together.
    """

    uid: str
    problem: str
    seed: int
    config: str
    version: str
    environment: str
    isolation: Isolation
    started: str
    status: RunStatus = RunStatus.RUNNING
    ended: str | None = None
    best: int | None = None
    result: str | None = None
    seconds: float = 0.0
    overrides: tuple[str, ...] | None = None
    folders: tuple[str, ...] = ()
    code: str = ""
    origin: str = ""
    signatures: tuple[Signature, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.seed < 2**63:
            raise ValueError(f"Expected 0 <= seed < 2**63, got {self.seed}.")

    @property
    def config_sha256(self) -> str:
        """Equal for runs of equal configuration."""
        return hashlib.sha256(self.config.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """An instance by name and digest, with the reference that this run compares with."""

    name: str
    family: str
    digest: str
    scale: float
    reference: Reference


@dataclass(frozen=True, slots=True)
class RecordedPlacement:
    """What an archive answered, by ordinals; `source_island` is set for a migrant only."""

    candidate: int
    island: int
    cell: tuple[int, ...]
    status: str
    displaced: int | None
    source_island: int | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """A look at the run's test instances; `created` is None where the look is older than the count of looks.

    `candidate` is the one that was scored, of repeats the first, None where the source is not of this run; `digest` is
    that of its normalised syntax, None where that is not known.
    """

    scored_by: ScoredBy
    candidate: int | None
    digest: str | None
    created: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """All that was recorded of one candidate, as far as it came.

    `source` is None before `state` is drafted, and after it when the model gave no code (`reason` says why). A repeat
    has the outcome of `repeat_of`. `placements` is None before `state` is placed. `usage` is what its author charged,
    calls without an answer left out, and `messages` its prompt. `insights` is None where no analysis was answered.
    """

    ordinal: int
    island: int
    operator: str
    model: str
    parents: tuple[int, ...]
    entropy: int
    state: State
    source: str | None
    reason: str
    outcome: Outcome | None
    repeat_of: int | None
    placements: tuple[RecordedPlacement, ...] | None
    instruction: str = ""
    target: tuple[Wanted, ...] = ()
    emitter: str = ""
    fingerprint: str = ""
    usage: Usage = field(default_factory=Usage)
    messages: tuple[Message, ...] = ()
    insights: tuple[Insight, ...] | None = None


@dataclass(frozen=True, slots=True)
class History:
    """A run as recorded: steps in ordinal order, `scores` on validation and test by candidate, what the calls cost.

    `baselines` are the sources of the baselines that were scored on train, with the outcomes.
    """

    header: RunHeader
    instances: Mapping[Split, tuple[InstanceRow, ...]]
    steps: tuple[Step, ...]
    scores: Mapping[tuple[int, Split], Outcome]
    spent: Mapping[CallStatus, Usage]
    baselines: tuple[tuple[str, Outcome], ...] = ()

    @property
    def total_spent(self) -> Usage:
        """What all calls are charged, those without a reply at their reservation."""
        return total(tuple(self.spent.values()))
