"""Jobs with due dates: each form that is read, and what is refused in one line."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from problems import UnreadableInstance
from problems.files.job_lists import parse_job_lists

JOBS = [([3, 0, 2], [5, -2, 9])]


def parsed(text: str, stem: str = "jobs") -> list[tuple[list[int], list[int]]]:
    return [(one.p.tolist(), one.d.tolist()) for one in parse_job_lists(text, "jobs.txt", stem)]


@pytest.mark.parametrize(
    "text",
    [
        "3 5\n0 -2\n2 9\n",
        "p d\n3 5\n0 -2\n2 9\n",
        "3\n3 5\n0 -2\n2 9\n",
        "3 jobs\n3 5\n0 -2\n2 9\n".replace(" jobs", "  # jobs"),
        "Processing time;Due date\r\n3;5\r\n0;-2\r\n2;9\r\n",
        "due_date,job,p_j\n5,a,3\n-2,b,0\n9,c,2\n",
        "p,w,d\n3,1,5\n0,7,-2\n2,1,9\n",
        "3.0 5\n0 -2\n2 9.00\n",
    ],
)
def test_every_form_of_a_table_gives_the_same_jobs(text: str) -> None:
    assert parsed(text) == JOBS


def test_several_instances_follow_one_another_after_their_counts() -> None:
    assert parsed("2\n1 2\n3 4\n1\n5 6\n") == [([1, 3], [2, 4]), ([5], [6])]


def test_a_column_of_instances_tells_several_apart() -> None:
    assert parsed("instance,p,d\na,1,2\nb,5,6\na,3,4\n") == [([1, 3], [2, 4]), ([5], [6])]


def test_fractions_are_scaled_by_a_power_of_ten() -> None:
    (found,) = parse_job_lists("p;d\n1,5;2\n3;0,25\n", "jobs.csv", "jobs")
    assert (found.factor, found.p.tolist(), found.d.tolist()) == (100, [150, 300], [200, 25])


def test_or_library_has_all_times_then_all_weights_then_all_due_dates() -> None:
    numbers = [*range(1, 5), *[9] * 4, *range(11, 15), *range(21, 25), *[9] * 4, *range(31, 35)]
    text = "\n".join(" ".join(map(str, numbers[k : k + 6])) for k in range(0, 24, 6))
    expected = [([1, 2, 3, 4], [11, 12, 13, 14]), ([21, 22, 23, 24], [31, 32, 33, 34])]
    assert parsed(text, "wt4") == expected


def test_or_library_without_the_number_of_jobs_in_its_name_has_125_instances() -> None:
    text = "\n".join("1 2 3 4 5 6" for _ in range(125))
    assert parsed(text, "mine") == [([1, 2], [5, 6])] * 125
    with pytest.raises(UnreadableInstance, match=r"the file's name must say n, as wt40\.txt does, and 12 "):
        parsed("1 2 3 4 5 6\n1 2 3 4 5 6\n", "mine")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3 5\n4\n", "jobs.txt, line 2: Expected two numbers `p d`, got '4'."),
        ("3 5\nthree 4\n", "jobs.txt, line 2: Expected two numbers `p d`, got 'three 4'."),
        ("1 2 3\n4 5 6\n", "jobs.txt, line 1: Expected two numbers `p d`, got '1 2 3'."),
        ("3\n1 2\n", "jobs.txt, line 1: Expected 3 lines `p d` after the count, got 1."),
        ("1\n1 2\n3 4\n", "line 3: Expected the count of the next jobs, got '3 4'."),
        ("job,weight\n1,2\n", "Expected a header with columns p and d"),
        ("p,d\n1,2,3\n", "line 2: Expected two numbers"),
        ("p,d\n", "got 'p d'"),
        ("0.12345678 1\n", "at most 6 decimals"),
    ],
)
def test_what_is_no_job_is_named_with_its_line(text: str, said: str) -> None:
    with pytest.raises(UnreadableInstance, match=re.escape(said)):
        parsed(text)


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(-(10**6), 10**6)), min_size=1, max_size=12),
    st.sampled_from([" ", ",", ";", "\t", " ; "]),
    st.sampled_from(["", "p{0}d", "#"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_is_written_is_read_back(jobs: list[tuple[int, int]], separator: str, header: str, end: str) -> None:
    rows = [f"{p}{separator}{d}" for p, d in jobs]
    text = end.join([header.format(separator), *rows])
    assert parsed(text) == [([p for p, _ in jobs], [d for _, d in jobs])]


def test_columns_may_hold_the_separator_in_quotes() -> None:
    (jobs,) = parse_job_lists('job;p;d\n"Shaft; long";3;5\n', "jobs.csv", "jobs")
    assert jobs.p.tolist() == [3]


def test_instances_and_jobs_have_the_names_that_their_columns_give() -> None:
    found = parse_job_lists("Plan;Job;p;d\nplan01;J1;3;5\nplan02;J1;4;6\nplan02;J2;4;6\n", "jobs.csv", "jobs")
    assert [(jobs.name, jobs.labels) for jobs in found] == [("plan01", ("J1",)), ("plan02", ("J1", "J2"))]


@pytest.mark.parametrize("text", ["p;d\n1.200;1.600\n900;1.900\n", "p;d\n23,5;16\n1.200;120\n"])
def test_points_that_may_stand_between_thousands_are_refused(text: str) -> None:
    with pytest.raises(UnreadableInstance, match=r"line \d: 1.200 may be 1200 or a fraction"):
        parse_job_lists(text, "jobs.csv", "jobs")


def test_points_before_fractions_are_read_where_semicolons_separate() -> None:
    (jobs,) = parse_job_lists("p;d\n1.200;0.125\n2.5;3\n", "jobs.csv", "jobs")
    assert jobs.p.tolist() == [1200, 2500]
    assert jobs.factor == 1000
