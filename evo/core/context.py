"""What is known of a proposal's parents when it is made: evidence for the prompt, from the training split alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from evaluators import FailureKind
from evo.core.records import Candidate
from problems import Instance


@dataclass(frozen=True, slots=True)
class Insight:
    """What an analysis says of a candidate: something that `helps` or hurts, with the families where the gap changed.

    `families` maps a family of instances to the change of its mean gap against the first parent, as a fraction:
    negative is better.
    """

    candidate: int
    helps: bool
    text: str
    families: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Relative:
    """An ancestor or a descendant as a prompt tells it: how it was made and what came of it.

    `change` is its mean gap less that of its first parent, as a fraction, negative is better; None where it failed, and
    `failure` and `message` then say why. `instruction` is the hint that its author was given, `added` the lines of its
    code that its first parent lacks, joined to one.
    """

    ordinal: int
    operator: str
    instruction: str
    change: float | None
    failure: FailureKind | None = None
    message: str = ""
    added: str = ""


@dataclass(frozen=True, slots=True)
class WorstInstance:
    """The instance of the largest gap among those small enough to be shown, with the objective that was reached."""

    instance: Instance
    value: float
    reference: float
    gap: float


@dataclass(frozen=True, slots=True)
class ParentContext:
    """What is known of one parent on the training instances.

    `families` maps a family to its mean gap, `best` to that of the fittest candidate, both as fractions. `ancestors`
    are the steps that led here, nearest first; `descendants` what was tried from here, by models, then by edits, newest
    first, failures included; `insights` are of this candidate, its ancestors and its descendants, nearest first.
    """

    families: Mapping[str, float] = field(default_factory=dict)
    best: Mapping[str, float] = field(default_factory=dict)
    worst: WorstInstance | None = None
    ancestors: tuple[Relative, ...] = ()
    descendants: tuple[Relative, ...] = ()
    insights: tuple[Insight, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of each parent of a proposal, in their order; empty where nothing is known.

    `best` are the fittest candidates beside the parents, the fittest first, no two of them equal but for numbers.
    """

    parents: tuple[ParentContext, ...] = ()
    best: tuple[Candidate, ...] = ()
