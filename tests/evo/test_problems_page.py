"""docs/problems.md: its kernel, model and axes work in the problem that `evo new` writes; its faults are told so."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from evo.config.compose import compose
from evo.core.errors import EvoError
from evo.tools.check import check_problem
from evo.tools.new_problem import write_problem
from problems import Problem, Rule, Split

PAGE = (Path(__file__).parents[2] / "docs" / "problems.md").read_text(encoding="utf-8")
KERNEL, REFERENCE = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
(AXES,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fault:
    """One change of the example that makes it unsound, and what the page says of it, where its own name is `mine`."""

    old: str
    new: str
    told: str


FAULTS = {
    "random": Fault(
        "np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=key))",
        "np.random.default_rng()",
        "built twice, instances differ",
    ),
    "shared": Fault("(list(Split).index(split), index)", "(0, index)", "shared by train and validation; …"),
    "baseline": Fault(
        "return -w\\n'",
        "return None\\n'",
        "rejected: line 3: a NoneType constant is not in the rule language: only numbers are.",
    ),
    "infeasible": Fault(
        "return np.lexsort((-w, p, np.array(values)))",
        "return np.zeros(p.size, dtype=np.int64)",
        "Expected each of the jobs 0 to 11 once, got [0, 0, …",
    ),
    "ties": Fault(
        "np.lexsort((-w, p, np.array(values)))",
        "np.argsort(np.array(values))",
        "shortest on instance mine-train-0 changes with the order",
    ),
    "names": Fault('{"early_work":', '{"early":', "documented and returned names differ: early, early_work"),
    "outside": Fault("p[half].sum() / p.sum()", "p[half].sum()", "early_work is 51, documented is 0 to 1"),
    "no_optimum": Fault(
        "np.argsort(p / w))\n        return",
        "np.argsort(p))\n        return",
        "smith beats the proven optimum of mine-train-0",
    ),
    "misspelt": Fault("def reference(", "def refer(", "evo: problem: mine.Mine lacks reference: …"),
    "no_import": Fault(
        "import numpy as np\n",
        "import numpy as np\nimport not_installed\n",
        "evo: problem: cannot import mine.Mine: No module named …",
    ),
}


def written(name: str, folder: Path) -> Path:
    """Write the example under a name of its own, for Python imports a module of one name once; return its module."""
    module, _ = write_problem(name, "rule", folder)
    return module


def build(name: str, folder: Path) -> Problem:
    return compose([f"problem={name}"], str(folder)).problem


def unsound(name: str, folder: Path) -> str:
    """Return the first thing that `evo check` finds wrong, under the page's name of the problem."""
    try:
        results = check_problem(lambda: compose([f"problem={name}"], str(folder)))
        told = next(result.detail for result in results if not result.sound)
    except EvoError as error:
        told = f"evo: {error}"
    class_name = "".join(part.capitalize() for part in name.split("_"))
    return told.replace(class_name, "Mine").replace(name, "mine")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_in_the_words_of_the_page(fault: str, tmp_path: Path) -> None:
    name, change = f"paged_{fault}", FAULTS[fault]
    module = written(name, tmp_path)
    text = module.read_text(encoding="utf-8")
    assert change.old in text
    module.write_text(text.replace(change.old, change.new, 1), encoding="utf-8")
    assert f"| `{change.told}` |" in PAGE
    assert unsound(name, tmp_path).startswith(change.told.removesuffix("…"))


def test_a_field_that_the_class_lacks_is_told_in_the_words_of_the_page(tmp_path: Path) -> None:
    written("paged_field", tmp_path)
    with pytest.raises(EvoError) as error:
        compose(["problem=paged_field", "problem.job=3"], str(tmp_path))
    assert f"| `evo: {error.value}` |" in PAGE


def test_the_kernel_of_the_page_gives_the_solutions_of_the_example_and_so_does_its_slow_twin(tmp_path: Path) -> None:
    module = written("paged_kernel", tmp_path)
    with module.open("a", encoding="utf-8") as file:
        file.write(
            f"\n\n{KERNEL}\n\nPagedKernel.plain_construct = PagedKernel.construct\nPagedKernel.construct = construct\n"
        )
    problem = build("paged_kernel", tmp_path)
    plain_rules: list[Rule] = [lambda p, w: p / w]
    instance = problem.instances(Split.TRAIN)[0]
    expected = vars(type(problem))["plain_construct"](problem, plain_rules, instance)
    assert problem.construct(plain_rules, instance).tolist() == expected.tolist()
    assert all(result.sound for result in check_problem(lambda: compose(["problem=paged_kernel"], str(tmp_path))))


def test_the_model_of_the_page_proves_the_optimum_that_the_example_knows(tmp_path: Path) -> None:
    module = written("paged_model", tmp_path)
    known = build("paged_model", tmp_path)
    namespace: dict[str, object] = {}
    exec(compile(module.read_text(encoding="utf-8"), str(module), "exec"), namespace)
    exec(REFERENCE, namespace)
    prove = namespace["reference"]
    assert callable(prove)
    for instance in known.instances(Split.TRAIN)[:3]:
        proof, optimum = prove(known, instance), known.reference(instance)
        assert (proof.value, proof.proven) == (optimum.value, True)


def test_the_axes_of_the_page_are_those_of_a_problem_with_such_a_file(tmp_path: Path) -> None:
    written("paged_axes", tmp_path)
    (tmp_path / "axes").mkdir()
    (tmp_path / "axes" / "paged_axes.yaml").write_text(AXES, encoding="utf-8")
    islands = compose(["problem=paged_axes"], str(tmp_path)).islands
    axes = {axis.measure: axis for island in islands for axis in island.axes}
    assert (axes["early_work"].low, axes["early_work"].high, axes["early_work"].bins) == (0.2, 0.6, 12)
