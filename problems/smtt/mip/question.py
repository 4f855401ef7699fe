"""What the solving process is asked and what it answers: plain values that JSON carries."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Model(StrEnum):
    """The models by name."""

    KEHA = "keha"
    KEHA_VI = "keha+vi"
    POSITIONAL = "positional"
    ORDERED = "positional+order"
    PRICED = "positional+prices"
    ARC_FLOW = "arcflow"


@dataclass(frozen=True, slots=True)
class Question:
    """An instance (time units), a sequence that is known, the model, and the seconds to build and solve it.

    `start` says whether HiGHS gets the known sequence as its first solution.
    """

    p: Sequence[int]
    d: Sequence[int]
    known: Sequence[int]
    model: Model
    time_limit: float
    start: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What HiGHS says of its model: status, objective of its best solution, dual bound, nodes; and that sequence.

    Without a solution the objective is infinite and the sequence is empty. `seconds` are of processor time, for
    building and solving.
    """

    status: str
    objective: float
    bound: float
    sequence: Sequence[int]
    nodes: int
    seconds: float
    versions: str
