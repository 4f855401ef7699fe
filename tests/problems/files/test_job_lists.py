"""Jobs with due dates: each form that is read, and what is refused in one line."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from problems import InstanceWarning, UnreadableInstance
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
        "p,note,d\n3,1,5\n0,7,-2\n2,1,9\n",
        "p,d,remarks\n3,5,\n0,-2,late\n2,9,\n",
        ",p,d\n0,3,5\n1,0,-2\n2,2,9\n",
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
        ("job,weight\n1,2\n", "line 1: Expected a column of processing times (p, p_j, processing_time"),
        ("p,frist\n1,2\n", "line 1: Expected a column of due dates (d, d_j, due_date, due, deadline), or a line"),
        ("p,d\n1,2,3\n", "jobs.txt, line 2: Expected 2 columns as in the header, got 3: '1 2 3'."),
        ("p,d\n", "jobs.txt, line 1: Expected rows below the header 'p d', got none."),
        ("p,d\n1,2\n3,\n", "jobs.txt, line 3: Expected a number in column 'd', got an empty cell: '3 '."),
        ("p,d\n1,2\n,3\n", "jobs.txt, line 3: Expected a number in column 'p', got an empty cell: ' 3'."),
        ("instance,p,d\na,1,2\n,1,3\n", "jobs.txt, line 3: Expected a name in column 'instance', got an empty cell"),
        ("p,d\n1,2\n3,soon\n", "jobs.txt, line 3: Expected a number in column 'd', got 'soon'."),
        ("p,d\n1,2\n-2,3\n", "jobs.txt, line 3: Expected processing times >= 0, got -2."),
        ("1 2\n-2 3\n", "jobs.txt, line 2: Expected processing times >= 0, got -2."),
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


WEEKS = "week,p,d\n1,3,5\n1,2,4\n2,6,8\n2,1,9\n"


@pytest.mark.parametrize("column", ["week", "id"])
def test_a_column_that_may_tell_instances_apart_is_refused_by_its_name(column: str) -> None:
    text = WEEKS.replace("week", column)
    said = (
        f"jobs.txt, line 1: column '{column}' ('1', '2', …) may tell instances apart, and is not known: rename it to "
    )
    with pytest.raises(UnreadableInstance, match=re.escape(f"{said}`instance`, or to `note`")):
        parsed(text)
    assert len(parsed(text.replace(column, "instance"))) == 2
    assert len(parsed(text.replace(column, "note"))) == 1


def test_a_second_column_of_instances_is_refused_where_the_first_does_not_tell_them_apart() -> None:
    days = "plan,week,p,d\nmon,1,3,5\ntue,1,2,4\nmon,2,6,8\ntue,2,1,9\n"
    with pytest.raises(UnreadableInstance, match="column 'week'"):
        parsed(days)
    with pytest.warns(InstanceWarning, match=r"not used: column 'week'; rename it to `instance`"):
        assert len(parsed(WEEKS.replace("week", "week,plan").replace("\n1,", "\n1,a,").replace("\n2,", "\n2,b,"))) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("p,customer,d\n3,a,5\n2,b,4\n6,a,8\n", "jobs.txt, line 1: not used: column 'customer'; rename it"),
        ("p,wt,d,colour\n3,1,5,red\n2,3,4,blue\n", "not used: columns 'wt', 'colour'; rename one to `instance`"),
        ("w,p,d\n1,3,5\n1,2,4\n2,6,8\n2,1,9\n", "not used: column 'w'; total tardiness has neither weights"),
        ("job,p,d\n1,3,5\n2,2,4\n1,6,8\n2,1,9\n", r"2 of the names in column 'job' stand for several jobs \('1', …\)"),
    ],
)
def test_a_column_that_is_not_used_is_told_in_one_line(text: str, said: str) -> None:
    with pytest.warns(InstanceWarning, match=said) as caught:
        assert len(parsed(text)) == 1
    (warning,) = caught
    assert "\n" not in str(warning.message)


def test_a_column_name_names_jobs_where_its_values_differ_or_instances_have_their_own() -> None:
    (jobs,) = parse_job_lists("name,p,d\na,1,2\nb,3,4\n", "jobs.csv", "jobs")
    assert (jobs.name, jobs.labels) == ("", ("a", "b"))
    (jobs,) = parse_job_lists("name,instance,p,d\na,day,1,2\nb,day,3,4\n", "jobs.csv", "jobs")
    assert (jobs.name, jobs.labels) == ("day", ("a", "b"))
    assert [one.name for one in parse_job_lists("name,p,d\nx,1,2\nx,3,4\ny,5,6\n", "jobs.csv", "jobs")] == ["x", "y"]
