import ast
import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from evaluators import Facts
from evo.authors.embedded import EmbeddedAuthor
from evo.authors.embedded.author import normalised
from evo.authors.embedded.decisions import Decisions
from evo.authors.embedded.growth import Material
from evo.authors.embedded.moves import MOVES
from evo.authors.embedded.reading import read
from evo.authors.embedded.rules import MAX_DEPTH, MAX_NODES, RuleVariation
from evo.authors.embedded.tree import constant, depth_of, name_of, op_of, size_of, walk
from evo.core.records import Candidate, Draft, Operator, Proposal
from problems import (
    Array,
    Instance,
    Kind,
    Parameter,
    Problem,
    Reference,
    Rule,
    Sense,
    Signature,
    Solution,
    SolutionShape,
    Split,
)
from problems.smtt import Smtt

FEATURES = tuple(Parameter(name, "a number") for name in ("p", "d", "t", "n", "m"))
PRIORITY = Signature("priority", FEATURES, "a number")
SECOND = Signature("second", FEATURES[:2], "a number")


@dataclass(frozen=True)
class Bare:
    """A problem of which the author needs the kind and the signatures alone."""

    kind: Kind = Kind.RULE
    signatures: tuple[Signature, ...] = (PRIORITY,)
    name: str = "bare"
    sense: Sense = Sense.MINIMISE
    description: str = ""
    baselines: Mapping[str, str] = field(default_factory=dict)
    seeds: tuple[str, ...] = ()
    measures: Mapping[str, str] = field(default_factory=dict)

    def instances(self, split: Split) -> Sequence[Instance]:
        raise NotImplementedError(split)

    def solution_shape(self, instance: Instance) -> SolutionShape:
        raise NotImplementedError(instance)

    def construct(self, functions: Sequence[Rule], instance: Instance) -> Solution:
        raise NotImplementedError(functions, instance)

    def objective(self, instance: Instance, solution: Array) -> float:
        raise NotImplementedError(instance, solution)

    def behaviour(self, instance: Instance, solution: Array) -> Mapping[str, float]:
        raise NotImplementedError(instance, solution)

    def reference(self, instance: Instance) -> Reference:
        raise NotImplementedError(instance)


def rule(expression: str, signature: Signature = PRIORITY) -> str:
    return f"{signature.header()}\n    return {expression}\n"


EDD, MDD = rule("d"), rule("max(t + p, d)")
RICH = rule("max(d - t, p * p / max(m, 1.0)) + (0.3 * p if d < t else -0.25 * abs(d - n)) ** 2")
LOOP = f"{PRIORITY.header()}\n    x = 0.0\n    for i in range(3):\n        x += 0.5 * p\n    return x\n"


def draft(move: str, parents: Sequence[str], ordinal: int, problem: Bare | None = None) -> Draft:
    author = EmbeddedAuthor(problem or Bare())
    candidates = tuple(Candidate(i, source, Facts(str(i), 1), -float(i)) for i, source in enumerate(parents))
    proposal = Proposal(ordinal, 0, Operator(move, "embedded", len(parents), move=move), candidates, entropy=7)
    return asyncio.run(author.write(author.prepare(proposal)))


def source_of(move: str, parents: Sequence[str], ordinal: int, problem: Bare | None = None) -> str:
    source = draft(move, parents, ordinal, problem).source
    assert source is not None
    return source


@pytest.mark.parametrize("move", MOVES)
@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10**6), st.permutations([EDD, MDD, RICH]))
def test_drafts_keep_the_signature_and_the_bounds_and_differ_from_their_parents(
    move: str, ordinal: int, parents: list[str]
) -> None:
    source = source_of(move, parents, ordinal)
    tree = read(source, [PRIORITY])["priority"]
    assert source.startswith(PRIORITY.header())
    assert size_of(tree) <= MAX_NODES
    assert depth_of(tree) <= MAX_DEPTH
    assert normalised(source) not in {normalised(parent) for parent in parents}


@pytest.mark.parametrize("move", MOVES)
def test_the_same_proposal_gives_the_same_draft(move: str) -> None:
    drafts = [[source_of(move, [RICH, MDD], ordinal) for ordinal in range(20)] for _ in range(2)]
    assert drafts[0] == drafts[1]
    assert len(set(drafts[0])) > 10


def values(source: str, points: NDArray[np.float64]) -> list[float]:
    scope: dict[str, object] = {}
    exec(source, scope)
    priority = scope["priority"]
    assert callable(priority)
    return [float(priority(*point)) for point in points.tolist()]


def test_all_of_a_long_lineage_evaluates_to_finite_numbers() -> None:
    rng = np.random.default_rng(0)
    sources = [EDD, MDD, rule("p"), "import math\n\n\n" + rule("math.exp(-p / m) / p")]
    points = rng.integers(1, 100, (20, 5)).astype(np.float64)
    moves = sorted(MOVES)
    for ordinal in range(200):
        parents = [sources[int(index)] for index in rng.choice(len(sources), 2, replace=False)]
        sources.append(source_of(moves[ordinal % len(moves)], parents, ordinal))
        assert np.isfinite(values(sources[-1], points)).all(), sources[-1]
    assert len({normalised(source) for source in sources}) > 180


def test_without_trusted_divisors_any_features_will_do() -> None:
    points = np.random.default_rng(1).integers(-3, 4, (20, 5)).astype(np.float64)
    for ordinal in range(100):
        source = source_of("grow", [source_of("grow", [MDD], ordinal)], ordinal)
        assert np.isfinite(values(source, points)).all(), source


def test_crossing_joins_material_of_both_parents() -> None:
    one, other = rule("p + d * 2.0"), rule("max(n, m) - 3.0")
    joined = 0
    for ordinal in range(100):
        tree = read(source_of("cross", [one, other], ordinal), [PRIORITY])["priority"]
        names = {name_of(node) for _, node in walk(tree) if op_of(node) == "feature"}
        joined += bool(names & {"p", "d"}) and bool(names & {"n", "m"})
    assert joined > 70


def test_the_fittest_parent_is_varied() -> None:
    tuned = [source_of("tune", [MDD, rule("1.0 * n"), EDD], ordinal) for ordinal in range(30)]
    assert all("max(" in source for source in tuned)


def test_simplifying_shrinks() -> None:
    size = size_of(read(RICH, [PRIORITY])["priority"])
    made = (read(source_of("simplify", [RICH], ordinal), [PRIORITY])["priority"] for ordinal in range(50))
    assert all(size_of(tree) <= size + 2 for tree in made)


def changed(source: str, parents: Sequence[str], problem: Bare) -> dict[str, bool]:
    """Say of each function whether it is another than in the first parent."""
    before, after = (read(each, problem.signatures) for each in (parents[0], source))
    return {name: before[name] != after[name] for name in before}


@pytest.mark.parametrize("move", MOVES)
def test_of_several_functions_each_is_varied_mostly_alone_sometimes_both(move: str) -> None:
    problem = Bare(signatures=(PRIORITY, SECOND))
    parents = [RICH + "\n\n" + rule("p - 0.5 * d", SECOND), MDD + "\n\n" + rule("max(d, 2.0 * p)", SECOND)]
    found = [changed(source_of(move, parents, ordinal, problem), parents, problem) for ordinal in range(60)]
    alone = [sum(each.values()) == 1 for each in found]
    assert sum(alone) > 30
    assert not all(alone)
    assert {name for each, one in zip(found, alone, strict=True) if one for name in each if each[name]} == {
        "priority",
        "second",
    }


def test_crossing_takes_whole_functions_over() -> None:
    problem = Bare(signatures=(PRIORITY, SECOND))
    parents = ["\n\n".join(pair) for pair in ((MDD, rule("p - d", SECOND)), (RICH, rule("d", SECOND)))]
    one, other = (read(parent, problem.signatures) for parent in parents)
    drafts = [read(source_of("cross", parents, ordinal, problem), problem.signatures) for ordinal in range(100)]
    for name in one:
        assert drafts.count({**one, name: other[name]}) > 5


def test_of_a_source_with_loops_a_constant_is_tuned_in_place() -> None:
    source = source_of("grow", [LOOP], 3)
    assert ast.dump(ast.parse(source)) != ast.dump(ast.parse(LOOP))
    assert source.count("for i in range(3)") == 1
    assert "x = 0.0" in source


def test_there_is_no_draft_of_what_cannot_be_varied() -> None:
    result = draft("grow", [LOOP.replace("0.5", "2")], 3)
    assert result.source is None
    assert "differs" in result.reason


def test_readable_parents_stand_in_for_unreadable_ones() -> None:
    assert "for" not in source_of("cross", [LOOP, MDD, EDD], 5)


def test_numbers_without_unit_multiply_times() -> None:
    counted = Signature("priority", (*FEATURES[:2], Parameter("n_left", "number of waiting jobs")), "a number")
    problem = Bare(signatures=(counted,))
    sources = [source_of("grow", [rule("p", counted)], ordinal, problem) for ordinal in range(200)]
    assert sum("n_left * " in source for source in sources) > 10


def test_a_request_holds_no_prompt_and_costs_nothing() -> None:
    proposal = Proposal(1, 0, Operator("tune", "embedded", 1, move="tune"), (), 7)
    request = EmbeddedAuthor(Bare()).prepare(proposal)
    assert (request.model, request.messages, request.worst.tokens) == ("embedded", (), 0)


def test_an_unknown_move_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"Expected move in .*tune.* in operator jump, got 'jump'"):
        EmbeddedAuthor(Bare()).prepare(Proposal(1, 0, Operator("jump", "embedded", 1, move="jump"), (), 7))


def test_an_algorithm_is_varied_in_place() -> None:
    solve = Signature("solve", tuple(Parameter(name, "int64 array of shape (n,)") for name in ("p", "out")), "nothing")
    parent = "def solve(p, out):\n    for i in range(p.size):\n        value = p[i] * 0.5\n        out[i] = value > 3\n"
    made = source_of("tune", [parent], 1, Bare(kind=Kind.ALGORITHM, signatures=(solve,)))
    assert made.startswith("def solve(p, out):\n    for i in range(p.size):\n")
    assert normalised(made) != normalised(parent)


def test_programs_need_a_language_model() -> None:
    with pytest.raises(ValueError, match=r"Expected llm=\.\.\. for bare"):
        EmbeddedAuthor(Bare(kind=Kind.PROGRAM))


def opened(problem: Problem, seed: str, ordinals: Iterable[int], entropy: int = 7) -> list[str]:
    variation = RuleVariation(problem)
    return [text for number in ordinals for text in variation.opening(problem.baselines[seed], number, entropy)]


def test_the_opening_adds_and_subtracts_each_feature_that_tells_jobs_apart() -> None:
    terms = [source.partition("max(t + p, d) + ")[2].split() for source in opened(Smtt(), "MDD", range(4, 10))]
    assert {(float(weight) > 0, name) for weight, _, name in terms} == {
        (sign, name) for name in ("p", "d", "w_late") for sign in (True, False)
    }


@dataclass(frozen=True, slots=True)
class FromEdd(Smtt):
    """The same from one seed."""

    seeds: ClassVar[tuple[str, ...]] = ("EDD",)


def test_the_opening_bounds_one_seed_by_each_simple_term_once() -> None:
    """Numbers of the opening beyond the terms; they end where no bound is left."""
    made = opened(FromEdd(train=((20, 1),)), "EDD", range(7, 400))
    rules = [source.partition("return ")[2].strip() for source in made]
    assert {"max(d, p + t)", "max(d, p)", "min(d, p + t)"} <= set(rules), "MDD is one step from EDD"
    assert len(set(rules)) == len(rules) < 80
    assert all(rule.startswith(("max(d, ", "min(d, ")) for rule in rules)
    assert opened(FromEdd(train=((20, 1),)), "EDD", range(7, 400), entropy=8) != made, "another order"
    assert "max(d, t)" not in rules, "a bound has one feature that tells jobs apart"


def test_modulating_bends_a_coefficient_and_leaves_the_rest() -> None:
    sources = [source_of("modulate", [rule("max(t + p, d) + 0.04 * n")], ordinal) for ordinal in range(50)]
    assert all("return max(t + p, d) + " in source for source in sources)
    terms = [source.partition("return max(t + p, d) + ")[2].strip() for source in sources]
    assert all(op_of(read(rule(term), [PRIORITY])["priority"]) in ("*", "/") for term in terms), "still one product"
    assert len(set(sources)) > 40


def test_modulating_keeps_a_typical_coefficient() -> None:
    problem = Smtt(train=((20, 1),))
    calls = Decisions(problem).calls("priority")
    assert calls is not None
    names = tuple(parameter.name for parameter in problem.signatures[0].parameters)
    material = Material((), names, calls=calls)
    drawn = [material.modulated(constant(0.04), np.random.default_rng(seed)) for seed in range(60)]
    values = [calls.values(tree) for tree in drawn]
    typical = np.array([abs(np.median(each)) for each in values if each is not None])
    assert typical.size == 60
    assert ((typical > 0.01) & (typical < 0.16)).mean() > 0.9
