"""What travels through one step of the search: who is asked for what, what came, and what it cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from evaluators import Facts, FailureKind

CONSTANTS, OPENING = "constants", "opening"
"""The emitters of tries for the constants of new forms, and of a run's first drafts: variations of the fittest seed."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An accepted candidate: its ordinal is its id in the run, its facts were read in the confined child.

    `lower` is the fitness of the levels below the first of a lexicographic objective.
    """

    ordinal: int
    source: str
    facts: Facts
    fitness: float
    lower: tuple[float, ...] = ()

    @property
    def gaps(self) -> tuple[float, ...]:
        """The mean gap of each level on the training instances, the first one first."""
        return (-self.fitness, *(-level for level in self.lower))

    @property
    def rank(self) -> tuple[float, ...]:
        """Fitness of all levels, source length and ordinal: smaller is better, never equal."""
        return (*self.gaps, self.facts.size, self.ordinal)


class Task(StrEnum):
    """What an operator works on: its parents, a candidate that failed, or a cell that is still empty."""

    VARY = "vary"
    REPAIR = "repair"
    EXPLORE = "explore"


class AnswerFormat(StrEnum):
    """What a reply is: complete code, edits of the first parent, or complete code with constants left to a search."""

    CODE = "code"
    EDIT = "edit"
    TUNE = "tune"


@dataclass(frozen=True, slots=True)
class Operator:
    """One way to ask for a candidate: whom, with how many parents, how often, and in which words.

    The embedded author reads `move`, an LLM gets `template`. With `knowledge` a problem that has no instructions leaves
    the operator out. One that `refines` works on what is good already.
    """

    name: str
    author: str
    """Who is asked: embedded (edits of syntax trees) or llm."""
    parents: int
    """So many candidates it is given."""
    weight: float = 1.0
    """How often it is asked, beside the others of its author; 0: never."""
    move: str = ""
    """The edit that the embedded author makes."""
    template: str = ""
    """The prompt, with fields in braces such as {parents} and {hint}."""
    hints: tuple[str, ...] = ()
    """Changes to ask for, of which one is drawn at random."""
    knowledge: bool = False
    """Whether the hints are the problem's own instructions."""
    task: str = Task.VARY
    """What it works on: vary (parents), repair (a candidate that failed) or explore (an empty cell)."""
    answer: str = AnswerFormat.CODE
    """What a reply is: code, edit (of the first parent) or tune (constants are left to a search)."""
    across: bool = False
    """Whether each parent comes from another island."""
    twins: bool = False
    """Whether a candidate that decides like an earlier one is evaluated though it is not shorter."""
    refines: bool = False
    """Whether it is left out for seeds, where other parents are drawn as well."""
    model: str = ""
    """The model that is always asked; empty: whoever's turn it is."""

    def __post_init__(self) -> None:
        if self.author not in ("embedded", "llm"):
            raise ValueError(f"Expected author embedded or llm in operator {self.name}, got {self.author!r}.")
        if self.model and self.author != "llm":
            raise ValueError(f"Expected no model in operator {self.name}: {self.author} asks none, got {self.model!r}.")
        if self.parents < 1:
            raise ValueError(f"Expected parents >= 1 in operator {self.name}, got {self.parents}.")
        if not self.weight >= 0:
            raise ValueError(f"Expected weight >= 0 in operator {self.name}, got {self.weight}.")
        for name, value, words in (("task", self.task, Task), ("answer", self.answer, AnswerFormat)):
            if value not in tuple(words):
                raise ValueError(f"Expected {name} {', '.join(words)} in operator {self.name}, got {value!r}.")


@dataclass(frozen=True, slots=True)
class Broken:
    """A candidate without a score whose source is there to be mended, and why it has none."""

    ordinal: int
    source: str
    kind: FailureKind
    message: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A range of one measure, `low` to `high`, that a candidate shall fall into."""

    measure: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is asked: by which operator, of which model, for which island, from which parents.

    `entropy` seeds all its randomness. `broken` is set where the task is to repair, `target` where it is to explore.
    `odds` are those of the operators that it was drawn among, `emitter` is the policy that drew the parents, of which
    the embedded author heeds `CONSTANTS` and `OPENING`; neither is part of what is compared.
    """

    ordinal: int
    island: int
    operator: Operator
    parents: tuple[Candidate, ...]
    entropy: int
    model: str = ""
    broken: Broken | None = None
    target: tuple[Wanted, ...] = ()
    odds: Mapping[str, float] = field(default_factory=dict, compare=False)
    emitter: str = field(default="", compare=False)

    def rng(self) -> np.random.Generator:
        """Return the generator of this proposal: the same at every call, on every machine."""
        return np.random.default_rng(np.random.SeedSequence(self.entropy, spawn_key=(self.ordinal,)))


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat prompt."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What was spent: tokens, US dollars (None: the price is unknown) and wall seconds of waiting."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    dollars: float | None = 0.0
    seconds: float = 0.0

    @property
    def tokens(self) -> int:
        """Tokens in and out."""
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True, slots=True)
class Request:
    """A proposal made ready to send: the prompt (empty for the embedded author) and what it costs at worst.

    `instruction` is the hint that was drawn; `sample` counts the equal prompts that were asked before in this run.
    """

    proposal: Proposal
    model: str
    messages: tuple[Message, ...] = ()
    worst: Usage = Usage()
    instruction: str = ""
    sample: int = 0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call to a model: its reply or its error, its usage, and the provider's raw usage as JSON.

    `messages` is what was sent where that is more than the request's prompt: a conversation that went on.
    """

    model: str
    usage: Usage
    reply: str | None = None
    error: str | None = None
    raw_usage: str = ""
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What an author returns: source text, or None with the reason why there is none; and every attempt it took.

    `unreachable` says that no attempt got a reply: the fault is the connection's or the account's, not the model's.
    """

    source: str | None
    reason: str = ""
    attempts: tuple[Attempt, ...] = ()
    unreachable: bool = False

    @property
    def usage(self) -> Usage:
        """What it cost, the same live as from the record."""
        return total([attempt.usage for attempt in self.attempts])


@dataclass(frozen=True, slots=True)
class Notices:
    """What a spectator may want to know of who writes: for whom it waits `now`, and what holds from now on."""

    now: tuple[str, ...] = ()
    lasting: tuple[str, ...] = ()


def total(usages: Sequence[Usage]) -> Usage:
    """Add usages up; dollars are unknown when one of them is."""
    dollars = [usage.dollars for usage in usages]
    known = [amount for amount in dollars if amount is not None]
    return Usage(
        prompt_tokens=sum(usage.prompt_tokens for usage in usages),
        completion_tokens=sum(usage.completion_tokens for usage in usages),
        dollars=sum(known) if len(known) == len(dollars) else None,
        seconds=sum(usage.seconds for usage in usages),
    )
