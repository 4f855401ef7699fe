import ast
from collections.abc import Sequence

import numpy as np

from evo.authors.embedded.algorithms.edits import Edit
from evo.authors.embedded.algorithms.modules import adopt, bare, definitions, tidied
from evo.authors.embedded.algorithms.pipelines import contests, steps
from evo.authors.embedded.algorithms.pipelines import exchanges as swaps
from evo.authors.embedded.algorithms.subject import Subject

HELPER = "def start(p, d, out):\n    out[:] = np.argsort(p, kind='mergesort')\n"
SPT = f"import numpy as np\n\nLEAST = 3\n\n{HELPER}\ndef solve(p, d, out):\n    start(p, d, out)\n"


def sequence(subject: Subject) -> list[int]:
    """Return what the algorithm makes of three jobs for which EDD and SPT differ."""
    scope: dict[str, object] = {}
    exec(ast.unparse(ast.fix_missing_locations(tidied(subject.module, "solve"))), scope)
    solve, out = scope["solve"], np.zeros(3, dtype=np.int64)
    assert callable(solve)
    solve(np.array([3, 2, 1]), np.array([3, 4, 9]), out)
    return [int(job) for job in out]


def drafts(one: str, other: str, subject: Subject, kind: object) -> list[Subject]:
    found = []
    assert callable(kind)
    count = len(kind(Subject(one, subject.entry), Subject(other, subject.entry)))
    for chosen in range(count):
        fresh = Subject(one, subject.entry)
        edits: Sequence[Edit] = kind(fresh, Subject(other, subject.entry))
        edits[chosen].apply(np.random.default_rng(2))
        found.append(fresh)
    return found


def test_a_helper_of_the_same_text_is_shared_and_another_of_the_same_name_renamed(exchanges: Subject) -> None:
    lent = definitions(ast.parse(SPT))
    (call,) = adopt(exchanges.module, lent, ast.parse("start(p, d, out)").body)
    assert ast.unparse(call) == "start_2(p, d, out)"
    (again,) = adopt(exchanges.module, lent, ast.parse("start(p, d, out)").body)
    assert ast.unparse(again) == "start_2(p, d, out)"
    own = definitions(ast.parse(ast.unparse(exchanges.module)))
    (known,) = adopt(exchanges.module, own, ast.parse("late(1, 2)").body)
    assert ast.unparse(known) == "late(1, 2)"


def test_what_is_not_needed_goes(exchanges: Subject) -> None:
    kept = definitions(tidied(ast.parse(SPT), "solve"))
    assert list(kept) == ["start", "solve"]
    assert list(definitions(tidied(exchanges.module, "solve"))) == ["start", "late", "total", "descend", "solve"]


def test_layout_and_docstrings_compute_nothing() -> None:
    assert bare(f'"""Shortest first."""\n{SPT}  # sorted') == bare(SPT)
    assert bare(SPT.replace("3", "4")) != bare(SPT)


def test_steps_of_another_pipeline_are_taken_over(exchanges: Subject) -> None:
    source = ast.unparse(exchanges.module)
    found = {bare(ast.unparse(each.module)) for each in drafts(SPT, source, exchanges, steps)}
    assert any("descend(p, d, out)" in each.partition("def solve")[2] for each in found)
    assert len(found) > 1


def test_a_helper_gives_way_to_one_that_takes_and_gives_the_same(exchanges: Subject) -> None:
    source = ast.unparse(exchanges.module)
    found = [each for each in drafts(source, SPT, exchanges, swaps) if "start_2(p" in ast.unparse(each.module)]
    assert found
    assert any(sequence(each) == [2, 1, 0] for each in found)  # no exchange of neighbours improves it


def test_of_two_algorithms_the_better_solution_is_kept(exchanges: Subject) -> None:
    source = ast.unparse(exchanges.module)
    for one, other in ((SPT, source), (source, SPT)):
        (draft,) = drafts(one, other, exchanges, contests)
        assert "rival(p, d, other)" in ast.unparse(draft.module)
        assert sequence(draft) == [0, 1, 2]
