import ast
from types import ModuleType

import pytest

from problems.baseline_text import text_of_program
from problems.geometry.programs import circles_grid, circles_hopping, heilbronn_annealing


@pytest.mark.parametrize("module", [circles_grid, circles_hopping, heilbronn_annealing])
def test_the_text_of_a_module_has_its_statements_and_no_types(module: ModuleType) -> None:
    source = text_of_program(module)
    assert "def construct(n, seed, seconds):" in source
    assert not any(word in source for word in ("TypeAlias", "NDArray", "->", "typing", "Reals"))
    documented = ast.get_docstring(ast.parse(source))
    assert documented is not None
    assert module.__doc__ is not None
    assert documented.split() == module.__doc__.split()


def test_assignments_keep_their_values_when_they_lose_their_types() -> None:
    assert "spot = spots[rng.choice(np.argsort(-clear)[:10])]" in text_of_program(circles_hopping)
