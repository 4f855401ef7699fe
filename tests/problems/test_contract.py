"""What every problem promises, asked of each of them."""

import ast
import pickle
import re
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import yaml
from hydra.utils import instantiate

from evo.core.svg import check_drawing
from problems import (
    Counted,
    Drawable,
    Infeasible,
    Instance,
    Kind,
    Lexicographic,
    Problem,
    Reference,
    ReferenceMethod,
    Rule,
    Sense,
    Signature,
    Solution,
    Split,
    Tabulated,
)

CONFIGS = Path(__file__).parents[2] / "configs" / "problem"
SMTT = {"train": ((20, 1),), "validation": ((21, 1),), "test": ((22, 1),)}
CIRCLES = {"train": (22,), "instance_seconds": 0.1}
HEILBRONN = {"train": (8,), "instance_seconds": 0.1}
OBP = {"train": (("weibull", 100, 60, 4), ("uniform", 150, 60, 4))}
PODS = {"train": ((4, 4, 1), (8, 4, 1)), "search_rounds": 500}
SMALL: dict[str, dict[str, object]] = {
    **dict.fromkeys(("smtt", "smtt_b", "smtt_c", "smtt_d", "smtt_program"), SMTT),
    **dict.fromkeys(("circles", "circles_construction"), CIRCLES),
    **dict.fromkeys(("heilbronn", "heilbronn_construction"), HEILBRONN),
    **dict.fromkeys(("obp", "obp_vector"), OBP),
    "jobshop": {"train": ((6, 5, 4), (10, 10, 3)), "search_steps": 2000},
    **dict.fromkeys(("pods", "pods_order"), PODS),
}
"""Settings under which a problem is quick to solve; what is not named here is tried as it is configured."""
ASKED = 10
"""So many instances of train are solved."""


def small(name: str) -> Problem:
    problem: Problem = instantiate({**yaml.safe_load((CONFIGS / f"{name}.yaml").read_text()), **SMALL.get(name, {})})
    return problem


PROBLEMS = {file.stem: small(file.stem) for file in sorted(CONFIGS.glob("*.yaml"))}
MakeRule = Callable[[str, Signature], Rule]


@pytest.fixture(params=PROBLEMS)
def problem(request: pytest.FixtureRequest) -> Problem:
    return PROBLEMS[request.param]


def solve(problem: Problem, source: str, plain: MakeRule, instance: Instance) -> Solution:
    return problem.construct([plain(source, signature) for signature in problem.signatures], instance)


class TestEveryProblem:
    def test_is_named_like_its_configuration(self, problem: Problem) -> None:
        target = yaml.safe_load((CONFIGS / f"{problem.name}.yaml").read_text())["_target_"]
        module, _, name = target.rpartition(".")
        assert type(problem) is getattr(import_module(module), name)

    def test_has_the_same_instances_when_built_again(self, problem: Problem) -> None:
        again = pickle.loads(pickle.dumps(problem))
        assert again == problem
        for split in Split:
            mine, others = problem.instances(split), again.instances(split)
            assert [i.digest() for i in mine] == [i.digest() for i in others]
            assert [i.name for i in mine] == [i.name for i in others]

    def test_has_distinct_instances_within_and_across_splits(self, problem: Problem) -> None:
        every = [instance for split in Split for instance in problem.instances(split)]
        assert len({instance.digest() for instance in every}) == len(every)
        assert len({instance.name for instance in every}) == len(every)

    def test_has_other_instances_under_another_seed(self, problem: Problem) -> None:
        digests = {i.digest() for i in problem.instances(Split.TRAIN)}
        other = type(problem)(seed=2)
        assert digests.isdisjoint(i.digest() for i in other.instances(Split.TRAIN))

    def test_hands_out_arrays_that_cannot_be_changed(self, problem: Problem) -> None:
        for array in problem.instances(Split.TRAIN)[0].arrays:
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 1

    def test_describes_itself_for_prompts(self, problem: Problem) -> None:
        assert len(problem.description) > 100
        assert sense_word(problem.sense) in problem.description
        parameters = [parameter for signature in problem.signatures for parameter in signature.parameters]
        assert all(parameter.meaning and parameter.unit for parameter in parameters)
        named_once = ("time unit", "millicores", "mebibytes", "seconds")
        assert not any(word in parameter.meaning for parameter in parameters for word in named_once)
        assert problem.kind is Kind.RULE or len(problem.signatures) == 1

    def test_says_which_value_of_a_rule_is_chosen_and_what_becomes_of_ties(self, problem: Problem) -> None:
        if problem.kind is Kind.RULE:
            assert all(signature.direction is not None and signature.ties for signature in problem.signatures)
            assert "ies go to" in problem.description

    def test_starts_from_some_of_its_baselines_but_not_from_all(self, problem: Problem) -> None:
        assert 0 < len(problem.seeds) < len(problem.baselines)
        assert set(problem.seeds) < set(problem.baselines)

    def test_writes_baselines_with_the_header_and_a_docstring(self, problem: Problem, plain: MakeRule) -> None:
        for source in problem.baselines.values():
            for signature in problem.signatures:
                assert signature.header() in source
                names = [parameter.name for parameter in signature.parameters]
                function = plain(source, signature)
                assert list(function.__code__.co_varnames[: len(names)]) == names
                assert function.__doc__ or ast.get_docstring(ast.parse(source))

    def test_lays_its_solutions_out_as_tables(self, problem: Problem, plain: MakeRule) -> None:
        assert isinstance(problem, Tabulated)
        rows = []
        for instance in problem.instances(Split.TRAIN)[-2:]:
            solution = solve(problem, problem.baselines[problem.seeds[-1]], plain, instance)
            table = problem.solution_table(instance, solution)
            assert len(set(table.columns)) == len(table.columns) > 1
            rows += table.rows
            assert all(len(row) == len(table.columns) for row in table.rows)
        assert rows
        assert all(type(value) in (int, float, str) for row in rows for value in row), "no numpy types"

    def test_draws_its_solutions_as_pictures_that_may_be_shown(self, problem: Problem, plain: MakeRule) -> None:
        assert isinstance(problem, Drawable)
        for instance in problem.instances(Split.TRAIN)[-2:]:
            solution = solve(problem, problem.baselines[problem.seeds[-1]], plain, instance)
            text = check_drawing(problem.draw(replace(instance, name="</text><script>a & b"), solution))
            root = ElementTree.fromstring(text)
            assert [str(element.tag).rpartition("}")[2] for element in root][:3] == ["title", "desc", "rect"]
            assert root.get("viewBox")
            assert problem.draw(instance, solution) == problem.draw(instance, solution)
            assert len(text) < 300_000

    def test_builds_feasible_solutions_that_no_reference_contradicts(self, problem: Problem, plain: MakeRule) -> None:
        for instance, reference in referenced(problem):
            for source in problem.baselines.values():
                solution = solve(problem, source, plain, instance)
                shape = problem.solution_shape(instance)
                assert solution.shape == shape.shape
                assert solution.dtype == shape.dtype
                value = problem.objective(instance, solution)
                best = reference.bound if reference.bound is not None else -np.inf
                assert better_or_equal(problem.sense, best, value)
                assert better_or_equal(problem.sense, reference.value, value)

    def test_gives_the_same_reference_twice(self, problem: Problem) -> None:
        instance, reference = referenced(problem)[0]
        assert problem.reference(instance) == reference

    def test_states_the_name_and_the_version_of_the_method_of_its_references(self, problem: Problem) -> None:
        assert isinstance(problem, ReferenceMethod)
        assert re.fullmatch(r"\S.* [1-9]\d*", problem.reference_method)
        for other in PROBLEMS.values():
            assert isinstance(other, ReferenceMethod)
            same = type(other).reference is type(problem).reference
            assert (other.reference_method == problem.reference_method) is same

    def test_measures_what_it_documents_within_the_range(self, problem: Problem, plain: MakeRule) -> None:
        for instance in problem.instances(Split.TRAIN)[:ASKED]:
            for source in problem.baselines.values():
                measures = problem.behaviour(instance, solve(problem, source, plain, instance))
                assert list(measures) == list(problem.measures)
                assert all(0 <= value <= 1 for value in measures.values())
        assert all("0 to 1" in meaning for meaning in problem.measures.values())

    @pytest.mark.parametrize("entry", [-2, 2**62, -(2**63), 10**6])
    def test_refuses_entries_that_mean_nothing(self, problem: Problem, plain: MakeRule, entry: int) -> None:
        instance = problem.instances(Split.TRAIN)[0]
        solution = solve(problem, next(iter(problem.baselines.values())), plain, instance).copy()
        if problem.solution_shape(instance).integral:
            solution.flat[solution.size // 2] = entry
            with pytest.raises(Infeasible, match=str(entry)):
                problem.objective(instance, solution)

    @pytest.mark.parametrize("entry", [np.nan, np.inf, -np.inf, 1e300])
    def test_refuses_numbers_that_are_none(self, problem: Problem, plain: MakeRule, entry: float) -> None:
        instance = problem.instances(Split.TRAIN)[0]
        solution = solve(problem, next(iter(problem.baselines.values())), plain, instance).copy()
        if not problem.solution_shape(instance).integral:
            solution.flat[solution.size // 2] = entry
            with pytest.raises(Infeasible):
                problem.objective(instance, solution)

    def test_refuses_wrong_shapes_and_types(self, problem: Problem) -> None:
        instance = problem.instances(Split.TRAIN)[0]
        shape = problem.solution_shape(instance)
        other = np.dtype(np.float64) if shape.integral else np.dtype(np.int64)
        first, *rest = shape.shape
        for lengths in ((first - 1, *rest), (first + 1, *rest), (0, *rest), (1, *shape.shape)):
            with pytest.raises(Infeasible, match="Expected"):
                problem.objective(instance, np.zeros(lengths, shape.dtype))
        with pytest.raises(Infeasible, match="Expected"):
            problem.objective(instance, np.zeros(shape.shape, other))

    def test_has_as_many_lower_objectives_as_lower_levels(self, problem: Problem, plain: MakeRule) -> None:
        instance, reference = referenced(problem)[0]
        if not isinstance(problem, Lexicographic):
            assert reference.lower == ()
            return
        solution = solve(problem, next(iter(problem.baselines.values())), plain, instance)
        assert len(problem.lower_objectives(instance, solution)) == len(reference.lower) == len(problem.levels) - 1

    def test_counts_the_work_of_rules_and_algorithms_and_of_nothing_else(self, problem: Problem) -> None:
        assert isinstance(problem, Counted) or problem.kind is not Kind.ALGORITHM
        if isinstance(problem, Counted):
            assert problem.kind is not Kind.PROGRAM
            for instance in problem.instances(Split.TRAIN):
                allowed = problem.allowance(instance)
                assert allowed.most is None or allowed.most > allowed.base
                assert allowed == problem.allowance(instance)

    def test_gives_every_instance_a_family_and_a_positive_scale(self, problem: Problem) -> None:
        for split in Split:
            assert all(instance.family and instance.scale > 0 for instance in problem.instances(split))


def sense_word(sense: Sense) -> str:
    return {Sense.MINIMISE: "Minimise", Sense.MAXIMISE: "Maximise"}[sense]


def better_or_equal(sense: Sense, value: float, other: float) -> bool:
    return value <= other if sense is Sense.MINIMISE else value >= other


def referenced(problem: Problem) -> list[tuple[Instance, Reference]]:
    return [(instance, problem.reference(instance)) for instance in problem.instances(Split.TRAIN)[:ASKED]]


@pytest.mark.parametrize("file", sorted(CONFIGS.glob("*.yaml")), ids=lambda file: file.stem)
class TestEveryConfiguration:
    def test_builds_its_problem_with_the_defaults(self, file: Path) -> None:
        config = yaml.safe_load(file.read_text())
        problem = instantiate(config)
        assert problem == type(problem)(**{name: value for name, value in config.items() if name != "_target_"})

    def test_shows_settings_that_equal_the_defaults(self, file: Path) -> None:
        shown = "\n".join(re.findall(r"^# ([a-z_]+: .*)$", file.read_text(), re.MULTILINE))
        config = yaml.safe_load(file.read_text())
        assert instantiate({**config, **yaml.safe_load(shown)}) == instantiate(config)
