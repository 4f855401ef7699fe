"""A user's own instances: what is read, and what is refused in one line that says where."""

from pathlib import Path

import numpy as np
import pytest

from problems import UnreadableInstance
from problems.smtt.files import read_instances

JOBS = np.array([[3, 1, 2], [4, 4, 4]])


def archive(file: Path, **arrays: np.ndarray) -> Path:
    np.savez(file, **arrays)
    return file


def refused(file: Path) -> str:
    with pytest.raises(UnreadableInstance) as caught:
        read_instances(file)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_an_archive_holds_several_instances(tmp_path: Path) -> None:
    first, second = read_instances(archive(tmp_path / "a.npz", processing_times=JOBS, due_dates=JOBS - 3))
    assert [array.tolist() for array in first.arrays] == [[3, 1, 2], [0, -2, -1]]
    assert second.arrays[0].tolist() == [4, 4, 4]


def test_an_archive_holds_instances_of_different_sizes(tmp_path: Path) -> None:
    numbers = {f"p_{k}": np.arange(k + 1) for k in range(12)} | {f"d_{k}": np.arange(k + 1) - 3 for k in range(12)}
    found = read_instances(archive(tmp_path / "a.npz", **numbers, note=np.array("any")))
    assert [instance.arrays[0].size for instance in found] == list(range(1, 13))
    assert [array.tolist() for array in found[1].arrays] == [[0, 1], [-3, -2]]
    assert found[11].name == "a[11]"


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"p_0": JOBS[0]}, "d_0"),
        ({"p_0": JOBS[0], "d_0": JOBS[0], "p_2": JOBS[0], "d_2": JOBS[0]}, "p_1"),
        ({"p_1": JOBS[0], "d_1": JOBS[0]}, "p_0"),
        ({"p_0": JOBS, "d_0": JOBS}, "p_0: Expected an array (jobs,), got (2, 3)"),
        ({"p_0": JOBS[0], "d_0": JOBS[0][:2]}, "p_0 and d_0: Expected as many numbers, got 3 and 2"),
        ({"p_0": JOBS[0] + 0.5, "d_0": JOBS[0]}, "p_0: Expected whole numbers"),
        ({"p_0": JOBS[0] - 2, "d_0": JOBS[0]}, "a.npz: Expected processing times >= 0"),
    ],
)
def test_numbered_arrays_that_do_not_fit_are_named(arrays: dict[str, np.ndarray], said: str, tmp_path: Path) -> None:
    assert said in refused(archive(tmp_path / "a.npz", **arrays))


def test_a_text_holds_a_job_per_line(tmp_path: Path) -> None:
    (tmp_path / "jobs.txt").write_text("# p d\n3 5\n\n0 -2  # no work\n")
    (instance,) = read_instances(tmp_path / "jobs.txt")
    assert [array.tolist() for array in instance.arrays] == [[3, 0], [5, -2]]


def test_no_jobs_are_an_instance_too(tmp_path: Path) -> None:
    (tmp_path / "jobs.txt").write_text("")
    assert read_instances(tmp_path / "jobs.txt")[0].arrays[0].size == 0
    empty = np.zeros((2, 0), dtype=np.int64)
    assert len(read_instances(archive(tmp_path / "a.npz", processing_times=empty, due_dates=empty))) == 2


def test_fractions_are_scaled_and_gaps_stay_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "jobs.txt").write_text("1.5 2\n3 0.25\n")
    (instance,) = read_instances(tmp_path / "jobs.txt")
    assert [array.tolist() for array in instance.arrays] == [[150, 300], [200, 25]]
    assert instance.family.endswith("n=2 (unit 1/100)")
    assert (instance.name, instance.scale) == ("jobs", 200.0)


DATA = Path(__file__).parents[4] / "shared" / "data" / "wt"


@pytest.mark.skipif(not DATA.is_dir(), reason="OR-Library's instances are not in ../shared/data/wt")
def test_or_library_is_read_as_published() -> None:
    found = read_instances(DATA / "wt40.txt")
    assert (len(found), found[0].name, found[124].family) == (125, "wt40[0]", "wt40 n=40")
    assert found[0].arrays[0][:3].tolist() == [26, 24, 79]
    assert found[0].arrays[1][:3].tolist() == [1588, 1620, 1731]


def test_whole_numbers_may_be_written_as_reals(tmp_path: Path) -> None:
    (first, _) = read_instances(archive(tmp_path / "a.npz", processing_times=JOBS * 1.0, due_dates=JOBS))
    assert first.arrays[0].dtype == np.int64


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("3", "line 2: Expected two numbers"),
        ("3 4 5", "line 2: Expected two numbers"),
        ("3.1234567 4", "at most 6 decimals"),
        ("three 4", "line 2: Expected two numbers"),
        ("-3 4", "Expected processing times >= 0, got -3"),
        ("3 4294967296", "up to 2**31"),
        ("1000000000000 4", "up to 2**31"),
        ("2147483648 1\n1 1", "sum to at most 2**31, got 2147483650"),
    ],
)
def test_a_line_that_is_no_job_is_named(line: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "jobs.txt").write_text(f"1 1\n{line}\n")
    assert said in refused(tmp_path / "jobs.txt")


@pytest.mark.parametrize(
    ("p", "d", "said"),
    [
        (JOBS + 0.5, JOBS, "processing_times: Expected whole numbers"),
        (JOBS, JOBS * np.nan, "due_dates: Expected whole numbers"),
        (JOBS.astype(str), JOBS, "processing_times: Expected whole numbers"),
        (JOBS, JOBS[:, :2], "(instances, jobs) alike"),
        (JOBS[0], JOBS[0], "(instances, jobs) alike"),
        (JOBS[:0], JOBS[:0], "at least one instance"),
        (JOBS - 2, JOBS, "instance 0: Expected processing times >= 0, got -1"),
        (JOBS + 2**62, JOBS, "up to 2**31"),
    ],
)
def test_an_archive_with_other_numbers_is_refused(p: np.ndarray, d: np.ndarray, said: str, tmp_path: Path) -> None:
    assert said in refused(archive(tmp_path / "a.npz", processing_times=p, due_dates=d))


def test_an_archive_without_the_arrays_is_refused(tmp_path: Path) -> None:
    assert "processing_times" in refused(archive(tmp_path / "a.npz", p=JOBS, d=JOBS))


@pytest.mark.parametrize("content", [b"PK\x03\x04 no archive", b"\xff\xfe", b""])
def test_a_damaged_archive_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.npz").write_bytes(content)
    assert "a.npz" in refused(tmp_path / "a.npz")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "jobs.txt").write_bytes(b"\xff\xfe 3")
    assert "a line `p d` per job" in refused(tmp_path / "jobs.txt")


def test_objects_in_an_archive_are_never_unpickled(tmp_path: Path) -> None:
    objects = np.array([[{}]], dtype=object)
    assert "Expected arrays" in refused(archive(tmp_path / "a.npz", processing_times=objects, due_dates=objects))
