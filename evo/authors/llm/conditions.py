"""What holds in a run beside its problem: how candidates are judged and limited, and who sets their constants."""

from collections.abc import Sequence
from dataclasses import dataclass

from evaluators.sandbox import Limits
from problems import Instance, Kind, Problem, Timed

MOST_KINDS = 12


@dataclass(frozen=True, slots=True)
class Conditions:
    """What prompts say of a run: `judged` in words; with `tunes_constants` a search sets the numbers of new bests."""

    judged: str = ""
    tunes_constants: bool = False


def make_conditions(
    problem: Problem, train: Sequence[Instance], limits: Limits, tunes_constants: bool = False
) -> Conditions:
    """Return the conditions of a run on these training instances."""
    sentences = [_measure(train), _time(problem, train, limits) if problem.kind is Kind.PROGRAM else ""]
    return Conditions(" ".join(sentence for sentence in sentences if sentence), tunes_constants)


def _measure(train: Sequence[Instance]) -> str:
    """Say what a gap is, and name the kinds of instances: the words of their families, unless there are too many."""
    words = dict.fromkeys(word for instance in train for word in instance.family.split())
    kinds = f" ({', '.join(words)})" if len(words) <= MOST_KINDS else ""
    return (
        f"A candidate is judged by its gap: how far its objective is from the best known one, in the mean over "
        f"{len(train)} instances{kinds}. In the end instances that nobody saw decide."
    )


def _time(problem: Problem, train: Sequence[Instance], limits: Limits) -> str:
    """Say what a program may take, in CPU seconds and memory."""
    if isinstance(problem, Timed):
        seconds = sorted({problem.seconds(instance) for instance in train})
        between = f"{seconds[0]:g}" if len(seconds) == 1 else f"{seconds[0]:g} to {seconds[-1]:g}"
        budget = f"{between} s of CPU time on each instance"
        use = " To search until shortly before the end costs nothing."
    else:
        budget, use = f"{limits.cpu_seconds:g} s of CPU time on all of these instances together", ""
    memory = f"{limits.memory_mib} MiB of memory"
    return f"A program may take {budget}, on one thread, and {memory}; one that takes more fails.{use}"
