"""Unsound problems and what `evo check` says of them."""

from pathlib import Path

import pytest

from evo.checks import check_problem
from evo.composition import compose
from evo.skeleton import write_problem

SEEDS = ('seeds = ("shortest", "heaviest")', 'seeds = ("longest",)')
SHARED = ("key = (list(Split).index(split), index)", "key = (0, index)")
MOODY = ("default_rng(np.random.SeedSequence(self.seed, spawn_key=key))", "default_rng()")
CRASHING = ("return p\\n", "return 1 / 0\\n")
MISNAMED = ('"early_work": float(', '"late_work": float(')
ORDERED = ("np.cumsum(p[sequence]))", "np.cumsum(p[sequence]) + sequence[0])")
BEATEN = ("value = self.objective(instance, np.argsort(p / w))", "value = 1e9")


def faults(folder: Path, name: str, *changes: tuple[str, str]) -> list[str]:
    """Return the names of the checks that a skeleton with these changes fails."""
    module, _ = write_problem(name, "rule", folder)
    text = module.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    module.write_text(text, encoding="utf-8")
    found = check_problem(lambda: compose([f"problem={name}"], str(folder)))
    return [finding.name for finding in found if not finding.sound]


@pytest.mark.parametrize(
    ("name", "change", "check"),
    [
        ("unseeded", SEEDS, "statement"),
        ("shared", SHARED, "splits disjoint"),
        ("moody", MOODY, "same instances when built twice"),
    ],
)
def test_a_fault_of_the_statement_is_found_without_a_sandbox(
    name: str, change: tuple[str, str], check: str, tmp_path: Path
) -> None:
    assert faults(tmp_path, name, change) == [check]


def test_a_seed_that_fails_is_found(tmp_path: Path) -> None:
    assert faults(tmp_path, "crashing", CRASHING) == ["seed shortest feasible"]


def test_wrong_measures_order_and_references_are_found(tmp_path: Path) -> None:
    found = faults(tmp_path, "wrong", MISNAMED, ORDERED, BEATEN)
    assert found == ["independent of the instance's order", "measures", "references"]
