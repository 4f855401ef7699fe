"""Which answer formats and operators work with a model? Each operator is asked for replies on a few parents.

The parents are two seeds (MDD, EDD) and two evolved rules of docs/smtt.md and the README. Prompt, client, reading of
the reply and evaluation are the engine's. A reply counts as *code* when source was taken out of it, as *read* when the
confined reader accepts that (constants left open are set first), as *valid* when it has a score on train, as *differs*
when that score differs from those of its parents on some instance, as *better* when its mean gap is below theirs;
*mended* ones were asked for again. A repair is of a fixed broken rule, and its parent is what that was made from; an
exploration asks for the low end of each measure's range in turn.

    python benchmarks/llm/formats.py --base-url http://127.0.0.1:8089/v1 --model q05 [--replies 10]
        [--operators hint edit …] [--parents MDD EDD …] [--overrides llm.max_tokens=400 …] [--json FILE]
"""

import argparse
import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import fmean

import numpy as np
from rich.console import Console
from rich.table import Table

from evaluators import Evaluation, Evaluator, Failure, InstanceSet, Outcome
from evo.config.compose import compose
from evo.config.settings import Settings
from evo.core.context import Context, ParentContext
from evo.core.protocols import Author
from evo.core.records import (
    AnswerFormat,
    Broken,
    Candidate,
    Operator,
    Proposal,
    Request,
    Task,
    Wanted,
    total,
)
from evo.runs.build import instance_sets, make_author, make_evaluator
from problems import Split
from problems.smtt.baselines import PRIORITY, RULES

HEADER = PRIORITY.header()
PARENTS = {
    "MDD": RULES["MDD"],
    "EDD": RULES["EDD"],
    "evolved 1": f"""{HEADER}
    return (
        max(t + p + -0.02127 * (0.9779 * w_late - p_mean), d) + 0.07333 * (late_share * w_late)
        if n_left < 0.8128 * (p_mean + t)
        else max(t + p, d)
    )
""",
    "evolved 2": f"""{HEADER}
    left = min(max(t + p + 0.04064 * (w_late - p) + 0.03016 * p, d), 1.058 * max(t + p, d))
    right = min(1.256 * max(t + 1.025 * p, d), max(t + p + -0.01772 * (w_late * late_share / p), d))
    return left + 1.118 * right
""",
}
BROKEN = {
    "MDD": f"{HEADER}\n    return np.max(t + p, d) + weight * p\n",
    "EDD": f"{HEADER}\n    return d + p / (t - d_mean) ** 0.5\n",
    "evolved 1": f"{HEADER}\n    return max(t + p, d) + p / (late_share - late_share)\n",
    "evolved 2": f"{HEADER[:-2]}, k):\n    return k * max(t + p, d)\n",
}


@dataclass(frozen=True, slots=True)
class Tried:
    """One draft and what became of it; `gap` is its mean gap less that of its best parent, in per cent.

    `replies` are several where the author asked again; tokens and seconds are those of all.
    """

    operator: str
    parents: tuple[str, ...]
    replies: tuple[str, ...]
    source: str | None
    fault: str
    read: bool
    differs: bool
    gap: float | None
    prompt_tokens: int
    completion_tokens: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Parent:
    """A parent with its score, and the broken rule that was made from it."""

    name: str
    candidate: Candidate
    score: Evaluation
    broken: Broken | None


async def scored(evaluator: Evaluator, name: str, ordinal: int) -> Parent:
    """Evaluate a parent and its broken rule."""
    outcome, broken = await evaluator.evaluate(PARENTS[name]), await evaluator.evaluate(BROKEN[name])
    assert isinstance(outcome, Evaluation), f"{name} has a score"
    assert isinstance(broken, Failure), f"the broken rule of {name} has none"
    return Parent(
        name,
        Candidate(ordinal, PARENTS[name], outcome.facts, outcome.fitness),
        outcome,
        Broken(ordinal, BROKEN[name], broken.kind, broken.message),
    )


def proposals(
    settings: Settings, operators: Sequence[Operator], parents: Sequence[Parent], replies: int
) -> list[tuple[Proposal, tuple[Parent, ...]]]:
    """Return what is asked: for each operator as many proposals, of the parents in turn."""
    axes = cycle([axis for island in settings.islands for axis in island.axes])
    asked: list[tuple[Proposal, tuple[Parent, ...]]] = []
    for operator in operators:
        for number in range(replies):
            chosen = tuple(islice(cycle(parents), number, number + operator.parents))
            axis = next(axes)
            low_end = (Wanted(axis.measure, axis.low, axis.low + (axis.high - axis.low) / axis.bins),)
            proposal = Proposal(
                ordinal=len(asked),
                island=0,
                operator=operator,
                parents=tuple(parent.candidate for parent in chosen),
                entropy=settings.seed,
                broken=chosen[0].broken if operator.task == Task.REPAIR else None,
                target=low_end if operator.task == Task.EXPLORE else (),
            )
            asked.append((proposal, chosen))
    return asked


async def evaluated(evaluator: Evaluator, source: str, operator: Operator) -> Outcome:
    """Return the outcome of a source, once a search has set the constants that it leaves open."""
    if operator.answer == AnswerFormat.TUNE:
        settled = await evaluator.tune(source)
        if isinstance(settled, Failure):
            return settled
        source = settled
    return await evaluator.evaluate(source)


def context(sets: Mapping[Split, InstanceSet], parents: Sequence[Parent]) -> Context:
    """Return the parents' mean gaps by family: the evidence that a first generation has."""
    instances = sets[Split.TRAIN].instances
    families = tuple(dict.fromkeys(instance.family for instance in instances))
    own = {name: np.array([instance.family == name for instance in instances]) for name in families}
    return Context(
        tuple(
            ParentContext({name: float(parent.score.gaps[own[name]].mean()) for name in families}) for parent in parents
        )
    )


async def tried(author: Author, evaluator: Evaluator, request: Request, parents: Sequence[Parent]) -> Tried:
    """Ask, read and evaluate."""
    draft = await author.write(request)
    outcome = None if draft.source is None else await evaluated(evaluator, draft.source, request.proposal.operator)
    score = outcome if isinstance(outcome, Evaluation) else None
    used = total([attempt.usage for attempt in draft.attempts])
    return Tried(
        operator=request.proposal.operator.name,
        parents=tuple(parent.name for parent in parents),
        replies=tuple(attempt.reply or attempt.error or "" for attempt in draft.attempts),
        source=draft.source,
        fault=outcome.message if isinstance(outcome, Failure) else draft.reason,
        read=outcome is not None and outcome.facts is not None,
        differs=score is not None and not any(np.array_equal(score.values, parent.score.values) for parent in parents),
        gap=None if score is None else 100 * (max(parent.score.fitness for parent in parents) - score.fitness),
        prompt_tokens=used.prompt_tokens,
        completion_tokens=used.completion_tokens,
        seconds=used.seconds,
    )


async def measured(settings: Settings, options: argparse.Namespace, console: Console) -> list[Tried]:
    """Ask for all replies, as many at once as the settings allow."""
    sets = instance_sets(settings, options.references, console, [Split.TRAIN])
    known = {operator.name: operator for operator in settings.operators}
    author = make_author(settings)
    async with make_evaluator(settings, sets) as evaluator:
        parents = [await scored(evaluator, name, number) for number, name in enumerate(options.parents)]
        asked = proposals(settings, [known[name] for name in options.operators or known], parents, options.replies)
        requests = [author.prepare(proposal, context(sets, own)) for proposal, own in asked]
        asking = [
            asyncio.ensure_future(tried(author, evaluator, request, own))
            for request, (_, own) in zip(requests, asked, strict=True)
        ]
        found: list[Tried] = []
        for done in asyncio.as_completed(asking):
            found.append(await done)
            report(found, options.json, console)
    await author.close()
    return found


def report(found: Sequence[Tried], file: Path | None, console: Console) -> None:
    """Print what came last in a line, and write all that came: asking a slow server takes long."""
    last = found[-1]
    said = last.fault if last.gap is None else f"gap {last.gap:+.3f} %"
    console.print(f"{len(found)} {last.operator} of {', '.join(last.parents)}: {said}", soft_wrap=True, markup=False)
    if file:
        file.write_text(json.dumps([asdict(one) for one in found], indent=1) + "\n")


def table(model: str, found: Sequence[Tried]) -> Table:
    """Return counts and means by operator, and what went wrong most often."""
    columns = ("operator", "replies", "mended", "code", "read", "valid", "differs", "better", "tokens in", "out", "s")
    made = Table(*columns, "most frequent fault", title=model)
    for name in dict.fromkeys(one.operator for one in found):
        own = [one for one in found if one.operator == name]
        faults = Counter(one.fault[:60] for one in own if one.fault)
        counts = (
            len(own),
            sum(len(one.replies) > 1 for one in own),
            sum(one.source is not None for one in own),
            sum(one.read for one in own),
            sum(one.gap is not None for one in own),
            sum(one.differs for one in own),
            sum(one.gap is not None and one.gap < 0 for one in own),
        )
        means = (fmean(one.prompt_tokens for one in own), fmean(one.completion_tokens for one in own))
        seconds = fmean(one.seconds for one in own)
        fault = "; ".join(f"{count} × {text}" for text, count in faults.most_common(1))
        made.add_row(name, *map(str, counts), *(f"{mean:.0f}" for mean in means), f"{seconds:.1f}", fault)
    return made


def main() -> None:
    """Ask, print a table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base-url", default="http://127.0.0.1:8089/v1")
    parser.add_argument("--model", default="q05")
    parser.add_argument("--replies", type=int, default=10, help="of each operator")
    parser.add_argument("--operators", nargs="*", default=[])
    parser.add_argument("--parents", nargs="*", choices=list(PARENTS), default=list(PARENTS))
    parser.add_argument("--references", type=Path, default=Path("runs"), help="folder of the instances' references")
    parser.add_argument("--overrides", nargs="*", default=[])
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    console = Console()
    server = [f"llm.base_url={options.base_url}", f"llm.model={options.model}"]
    settings = compose(["problem=smtt", "llm=llamacpp", *server, *options.overrides])
    found = asyncio.run(measured(settings, options, console))
    console.print(table(options.model, found))


if __name__ == "__main__":
    main()
