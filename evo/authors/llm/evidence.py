"""What is known of a proposal's parents, in words: gaps by family, the worst instance, lineage, failures, insights.

A context holds nothing but the training instances, so nothing else can be told here.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from evo.authors.llm.quoting import fenced, fenced_code, one_line
from evo.core.context import Context, Insight, ParentContext, Relative, WorstInstance
from evo.core.records import Candidate
from problems import Array, Kind, Problem


@dataclass(frozen=True, slots=True)
class Part:
    """What a template's field becomes; without entries it is empty, heading included.

    `name` says what is missing when entries were left out, and `left_out` how many; `quoted` puts them between fences.
    """

    name: str
    heading: str
    entries: tuple[str, ...]
    quoted: bool = False
    left_out: int = 0

    @property
    def text(self) -> str:
        """The heading and the entries that are left."""
        if not self.entries:
            return ""
        body = "\n".join(self.entries)
        return f"{self.heading}\n{fenced(body) if self.quoted else body}"

    @property
    def missing(self) -> str:
        """What was left out, in a few words."""
        if not self.left_out:
            return ""
        return f"{self.name} ({self.left_out} of {self.left_out + len(self.entries)})" if self.entries else self.name

    def shorter(self) -> "Part":
        """Return the part without its last entry."""
        return replace(self, entries=self.entries[:-1], left_out=self.left_out + 1)


def in_turn(versions: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the lines of each parent in turn, their first ones first; with several parents each line names its own."""
    if len(versions) < 2:
        return tuple(line for lines in versions for line in lines)
    named = [[f"version {number}: {line}" for line in lines] for number, lines in enumerate(versions, 1)]
    return tuple(line for row in zip_longest(*named) for line in row if line is not None)


FEW = 3  # kinds of instances that are told of a parent, the worst and the most improvable ones
NEAR = 5e-6  # gaps as fractions that read the same in a prompt
ENTRIES = 200  # of an array
MESSAGE = 160  # characters of a failure's message or an instruction
TEXT = 200  # characters of an insight
CODE = 160  # characters of the lines that a step added
PROGRAM = 6000  # characters of one of the best programs
MOST = {"insights": 6, "tried": 8, "path": 6, "failures": 4}  # per parent
POINTS = "change of the mean gap in percentage points, negative is better"


def evidence_parts(problem: Problem, context: Context) -> dict[str, Part]:
    """Return the parts of the context by their fields, those first that a prompt can best do without."""

    def part(name: str, heading: str, lines: Callable[[ParentContext], Sequence[str]], quoted: bool = False) -> Part:
        told = [lines(parent)[: MOST.get(name)] for parent in context.parents]
        return Part(NAMES[name], heading, in_turn(told), quoted)

    return {
        "insights": part("insights", "Notes on this code and its relatives:", _insights, quoted=True),
        "tried": part("tried", f"What was tried from here ({POINTS}):", _tried, quoted=True),
        "path": part("path", f"How it came about, last step first ({POINTS}):", _path, quoted=True),
        "failures": part("failures", "Attempts from here that failed, and why:", _failures, quoted=True),
        "worst": part("worst", "An instance on which it does badly:", lambda parent: _worst(problem, parent.worst)),
        "evidence": part("evidence", "Where its gap is large, mean by kind of instance:", _gaps),
        "best": Part(NAMES["best"], "# Best programs so far", tuple(map(_program, context.best))),
    }


NAMES = {
    "insights": "notes",
    "tried": "what was tried",
    "path": "how it came about",
    "failures": "failed attempts",
    "worst": "the bad instance",
    "evidence": "gaps by kind of instance",
    "best": "best programs",
}


def grouped(families: Mapping[str, float]) -> dict[str, float]:
    """Return the mean over the families that share a word of their names, such as `tf=0.6`, for each that tells.

    A word that all families have in common tells nothing.
    """
    sharing: defaultdict[str, list[float]] = defaultdict(list)
    for family, value in families.items():
        for word in family.split():
            sharing[word].append(value)
    return {word: sum(values) / len(values) for word, values in sharing.items() if len(values) < len(families)}


def changes(families: Mapping[str, float], most: int) -> list[str]:
    """Return the kinds of instances on which the gap changed most, with the change in percentage points."""
    means = sorted(grouped(families).items(), key=lambda item: -abs(item[1]))
    return [f"{word} {_points(change)}" for word, change in means[:most] if abs(change) > NEAR]


def _gaps(parent: ParentContext) -> list[str]:
    """Name the kinds on which the gap is largest, then those on which the best candidate is furthest ahead."""
    gaps, best = grouped(parent.families), grouped(parent.best)
    ahead = {word: gap - best.get(word, gap) for word, gap in gaps.items()}
    worst = sorted(gaps, key=lambda word: -gaps[word])[:FEW]
    improvable = sorted((word for word in gaps if ahead[word] > NEAR), key=lambda word: -ahead[word])[:FEW]
    return [_gap(word, gaps[word], ahead[word]) for word in dict.fromkeys([*worst, *improvable])]


def _gap(word: str, gap: float, ahead: float) -> str:
    best = f", the best candidate {100 * (gap - ahead):.3f} %" if ahead > NEAR else ""
    return f"{word}: {100 * gap:.3f} %{best}"


def _worst(problem: Problem, worst: WorstInstance | None) -> list[str]:
    if worst is None:
        return []
    names = _names(problem, len(worst.instance.arrays))
    arrays = [f"{name} = {_array(array)}" for name, array in zip(names, worst.instance.arrays, strict=True)]
    value = f"value {worst.value:.6g}, best known {worst.reference:.6g}, gap {100 * worst.gap:.3f} %"
    return ["\n".join([*arrays, value])]


def _names(problem: Problem, count: int) -> list[str]:
    """Name an instance's arrays: as the arguments of a whole procedure, or as the description indexes them."""
    names = [parameter.name for parameter in problem.signatures[0].parameters[:count]]
    known = problem.kind is not Kind.RULE or all(f"{name}[" in problem.description for name in names)
    return names if known and len(names) == count else [f"array {number}" for number in range(1, count + 1)]


def _array(array: Array) -> str:
    shown = ", ".join(f"{number:.6g}" for number in array.ravel()[:ENTRIES].tolist())
    shape = f" of shape {array.shape}" if array.ndim > 1 else ""
    return f"[{shown}{', …' if array.size > ENTRIES else ''}]{shape}"


def _path(parent: ParentContext) -> list[str]:
    return [_step(relative) for relative in parent.ancestors]


def _tried(parent: ParentContext) -> list[str]:
    return list(dict.fromkeys(_step(relative) for relative in parent.descendants if relative.change is not None))


def _step(relative: Relative) -> str:
    asked = f' "{one_line(relative.instruction, MESSAGE)}"' if relative.instruction else ""
    change = "" if relative.change is None else f": {_points(relative.change)}"
    added = f" by {one_line(relative.added, CODE)}" if relative.added and not asked else ""
    return f"{relative.operator}{asked}{change}{added}"


def told_gap(candidate: Candidate) -> str:
    """Return the gap, or those of all levels with what they mean to each other."""
    first, *below = (f"{100 * gap:.3f} %" for gap in candidate.gaps)
    return f"{first}, then in falling order of importance {', '.join(below)}" if below else first


def _program(candidate: Candidate) -> str:
    return f"Gap {told_gap(candidate)}:\n{fenced_code(candidate.source, PROGRAM)}"


def _failures(parent: ParentContext) -> list[str]:
    failed = [relative for relative in parent.descendants if relative.failure is not None]
    return list(dict.fromkeys(f"{each.failure}: {one_line(each.message, MESSAGE)}" for each in failed))


def _insights(parent: ParentContext) -> list[str]:
    return list(dict.fromkeys(_insight(insight) for insight in parent.insights))


def _insight(insight: Insight) -> str:
    where = ", ".join(changes(insight.families, 2))
    return f"{'HELPS' if insight.helps else 'HURTS'}: {one_line(insight.text, TEXT)}{f' ({where})' if where else ''}"


def _points(change: float) -> str:
    return f"{100 * change:+.3f}"
