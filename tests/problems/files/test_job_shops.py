"""Job shops as text: each form that is read, and what is refused in one line."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from problems import UnreadableInstance
from problems.files.job_shops import Shop, parse_job_shops

ROUTES = [[1, 0], [0, 1]]
DURATIONS = [[3, 5], [0, 7]]
STANDARD = "2 2\n1 3 0 5\n0 0 1 7\n"
TAILLARD = "Nb of jobs, Nb of Machines, Time seed, Machine seed, Upper bound, Lower bound\n2 2 84 39 10 9\nTimes\n 3 5\n 0 7\nMachines\n 2 1\n 1 2\n"  # noqa: E501 - as published


def parsed(text: str) -> tuple[Shop, ...]:
    return parse_job_shops(text, "shops.txt")


@pytest.mark.parametrize(
    "text",
    [
        STANDARD,
        STANDARD.replace("\n", "\r\n"),
        "# of mine\n\n" + STANDARD,
        "2 2\n2 3 1 5\n1 0 2 7\n",
        "2;2\n1;3;0;5\n0;0;1;7;\n",
        " instance mine\n +++++++\n Of mine, alternate name (10 x 10)\n" + STANDARD + " +++++++\n",
        TAILLARD,
        "2 2\nTimes\n3 5\n0 7\nMachines\n2 1\n1 2\n",
    ],
)
def test_every_form_gives_the_same_shop(text: str) -> None:
    (found,) = parsed(text)
    assert (found.durations.tolist(), found.routes.tolist(), found.factor) == (DURATIONS, ROUTES, 1)


@pytest.mark.parametrize(
    "text", [STANDARD * 3, TAILLARD * 3, f"instance a\n{STANDARD}instance b\n{STANDARD}{TAILLARD}"]
)
def test_several_instances_stand_in_one_file(text: str) -> None:
    assert [shop.routes.tolist() for shop in parsed(text)] == [ROUTES] * 3


def test_fractions_are_scaled() -> None:
    (found,) = parsed("1 2\n0 1.5 1 2.25\n")
    assert (found.factor, found.durations.tolist()) == (100, [[150, 225]])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "shops.txt: Expected a line `jobs machines`"),
        ("hello\n", "line 1: Expected a line `jobs machines`"),
        ("3 2\n0 1 1 2\n0 1 1 2\n", "after line 1: Expected 3 lines of pairs `machine duration`, one per job, got 2"),
        ("1 2\n0 1 1\n", "line 2: Expected 4 numbers, pairs `machine duration`, got 3"),
        (
            "1 2\n0 1 0 2\n",
            "shops.txt, line 2: Expected each job to visit each of the 2 machines once, but job 0 visits [0, 0]",
        ),
        (TAILLARD.replace(" 1 2\n", " 2 2\n"), "line 8: Expected each job to visit"),
        ("1 2\n0 1 5 2\n", "visit each of the 2 machines once"),
        ("1 2\n0 1 1 -2\n", "line 2: Expected numbers >= 0, pairs `machine duration`, got -2"),
        (TAILLARD.replace(" 0 7", " 0 -7"), "line 5: Expected numbers >= 0, durations, got -7"),
        ("1 2\n0 1 1 x\n", "line 2: Expected 4 numbers"),
        ("2 2\nTimes\n3 5\n0 7\n", "Expected a line `Machines`"),
        ("0 2\n", "at least 1 job"),
        (STANDARD + "7\n", "line 4: Expected a line `jobs machines`"),
        (STANDARD + "1 3 0 4\n", "line 4: Expected a line `jobs machines`"),
        ("2 2 1.5\n1 0 1 1\n", "flexible job shops are not read"),
    ],
)
def test_what_is_no_shop_is_named_with_its_line(text: str, said: str) -> None:
    with pytest.raises(UnreadableInstance, match=re.escape(said)):
        parsed(text)


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 2**32 - 1), st.booleans(), st.integers(0, 1))
def test_what_is_written_is_read_back(jobs: int, machines: int, seed: int, taillard: bool, first: int) -> None:
    rng = np.random.default_rng(seed)
    durations = rng.integers(0, 99, (jobs, machines))
    routes = np.array([rng.permutation(machines) for _ in range(jobs)])

    def rows(values: np.ndarray) -> str:
        return "\n".join(" ".join(map(str, row)) for row in values.tolist())

    pairs = np.stack((routes + first, durations), axis=2).reshape(jobs, -1)
    body = f"Times\n{rows(durations)}\nMachines\n{rows(routes + first)}" if taillard else rows(pairs)
    (found,) = parsed(f"{jobs} {machines}\n{body}\n")
    assert (found.durations == durations).all()
    assert (found.routes == routes).all()
