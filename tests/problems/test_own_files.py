"""Files in place of generated instances: what names them, how one file is split, what is told of missing ones."""

import os
import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from problems import Instance, Split, UnreadableInstance
from problems.obp import Obp
from problems.own_files import OwnFiles, changed, check_files, read, recorded, resolved
from problems.settings import of_split
from problems.smtt import Smtt, SmttAlgorithm, SmttProgram


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder where the user stands, with a folder `jobs` of eleven instances in it."""
    (tmp_path / "jobs").mkdir()
    for k in range(11):
        (tmp_path / "jobs" / f"j{k}.txt").write_text(f"{k + 1} 2\n3 4\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def smtt(**settings: object) -> Smtt:
    return Smtt(**settings)  # type: ignore[arg-type]  # as a configuration gives them


def names(problem: Smtt | SmttProgram, split: Split) -> list[str]:
    return [instance.name for instance in problem.instances(split)]


@pytest.mark.usefixtures("folder")
def test_train_alone_is_split_by_position() -> None:
    problem = smtt(train="jobs")
    assert names(problem, Split.TRAIN) == ["j0", "j1", "j2", "j5", "j6", "j7", "j10"]
    assert names(problem, Split.VALIDATION) == ["j3", "j8"]
    assert names(problem, Split.TEST) == ["j4", "j9"]
    check_files(problem)


@pytest.mark.usefixtures("folder")
def test_a_split_that_is_given_takes_nothing_from_train() -> None:
    problem = smtt(train="jobs/j[0-7].txt", test=["jobs/j8.txt", "jobs/j9.txt"])
    assert names(problem, Split.TRAIN) == ["j0", "j1", "j2", "j4", "j5", "j6", "j7"]
    assert names(problem, Split.VALIDATION) == ["j3"]
    assert names(problem, Split.TEST) == ["j8", "j9"]


@pytest.mark.usefixtures("folder")
def test_where_test_alone_is_given_the_others_stay_generated() -> None:
    problem = smtt(test="jobs")
    assert len(problem.instances(Split.TEST)) == 11
    assert problem.train == Smtt().train
    assert problem.instances(Split.VALIDATION) == Smtt().instances(Split.VALIDATION)


@pytest.mark.usefixtures("folder")
def test_all_three_are_taken_whole() -> None:
    problem = smtt(train="jobs/j0.txt", validation="jobs/j1.txt", test="jobs/j2.txt")
    assert [names(problem, split) for split in Split] == [["j0"], ["j1"], ["j2"]]


def test_paths_are_absolute_and_go_to_the_record(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = smtt(train="jobs", seed=3)
    assert recorded(problem) == {"train": [str(folder / "jobs")]}
    monkeypatch.chdir("/")
    assert names(problem, Split.TEST) == ["j4", "j9"]
    again = pickle.loads(pickle.dumps(problem))
    assert again == problem
    assert replace(problem, seed=4).train == problem.train


@pytest.mark.parametrize(("text", "count"), [("jobs", 11), ("jobs/j1*.txt", 2), ("**/j7.txt", 1), ("jobs/j3.txt", 1)])
def test_files_folders_and_patterns_name_files_in_natural_order(folder: Path, text: str, count: int) -> None:
    files = resolved(str(folder / text), "problem.train")
    assert len(files) == count
    assert [int(file.stem[1:]) for file in files] == sorted(int(file.stem[1:]) for file in files)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"train": "none.txt"}, r"none\.txt: no such file, which problem\.train names"),
        ({"test": ["jobs", "none*"]}, r"none\*: no such file, which problem\.test names"),
        ({"train": "jobs/j1.txt"}, "problem.train holds 1 instance: .* at least 5 are needed"),
        ({"train": ["jobs/j1.txt", "jobs/j1*.txt"]}, r"problem\.train names .*j1\.txt twice"),
        ({"train": "jobs", "test": "jobs/j1.txt"}, r"j1 .* in train and j1 .* in test are the same instance"),
        ({"train": "empty.txt"}, "instance empty is empty"),
        ({"train": "wrong.txt"}, "line 1: Expected"),
    ],
)
def test_what_cannot_be_used_is_said(folder: Path, settings: dict[str, object], said: str) -> None:
    (folder / "empty.txt").write_text("")
    (folder / "wrong.txt").write_text("a b c\n")
    with pytest.raises(UnreadableInstance, match=said):
        check_files(smtt(**settings))


@pytest.mark.parametrize("given", [["jobs", [20, 1]], [""], [3]])
def test_entries_of_another_form_are_refused(given: object) -> None:
    with pytest.raises(ValueError, match=r"Expected .* train"):
        smtt(train=given)


def test_files_of_one_name_in_two_folders_give_distinct_names(folder: Path) -> None:
    (folder / "more").mkdir()
    (folder / "more" / "j0.txt").write_text("9 9\n")
    problem = smtt(train=["jobs/j0.txt", "more/j0.txt"], validation="jobs/j1.txt", test="jobs/j2.txt")
    assert names(problem, Split.TRAIN) == ["j0 of jobs/j0.txt", "j0 of more/j0.txt"]


def test_a_file_that_was_changed_added_or_taken_away_is_named(folder: Path) -> None:
    problem = smtt(test="jobs")
    held = problem.instances(Split.TEST)
    known = ([each.name for each in held], [each.digest() for each in held])
    file = folder / "jobs" / "j4.txt"
    file.write_text("8 8\n")
    os.utime(file, ns=(1, 1))
    assert changed(problem, Split.TEST, *known) == f"{file} has changed since the run began: instance j4 is another one"
    file.unlink()
    assert "instance j4 is missing from" in str(changed(problem, Split.TEST, *known))
    file.write_text("5 2\n3 4\n")
    (folder / "jobs" / "j99.txt").write_text("1 1\n")
    assert "j99.txt was not there" in str(changed(problem, Split.TEST, *known))
    assert changed(Smtt(), Split.TEST, *known) is None


def test_a_rule_is_not_searched_on_jobs_by_whose_time_it_would_divide(folder: Path) -> None:
    (folder / "none.txt").write_text("0 3\n2 2\n")
    assert len(Smtt().read_instances(folder / "none.txt")) == 1
    with pytest.raises(UnreadableInstance, match="Instance none of test has a job of processing time 0"):
        check_files(smtt(test="none.txt"))
    check_files(SmttProgram(test=OwnFiles((str(folder / "none.txt"),), Split.TEST)))


def test_a_problem_that_reads_no_files_is_left_alone() -> None:
    check_files(object())
    assert recorded(object()) == {}


@pytest.mark.parametrize("made", [Smtt, SmttAlgorithm, SmttProgram])
def test_of_own_instances_no_range_of_the_generated_ones_is_told(made: type, folder: Path) -> None:
    (known,), (own,) = made().signatures, made(train=str(folder / "jobs")).signatures
    assert "1 to 100" in known.parameters[0].meaning
    assert "at least 0" in own.parameters[0].meaning
    assert own.header() == known.header()


def test_every_kind_of_one_base_takes_files(folder: Path) -> None:
    problem = SmttProgram(test=OwnFiles((str(folder / "jobs"),), Split.TEST))
    assert isinstance(of_split(problem, Split.TEST), OwnFiles)
    assert isinstance(problem.instances(Split.TEST)[0], Instance)


def test_a_pattern_is_relative_to_a_folder_with_brackets_in_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "[x]").mkdir()
    monkeypatch.chdir(tmp_path / "[x]")
    for k in range(5):
        Path(f"j{k}.txt").write_text(f"{k + 1} 2\n")
    assert names(smtt(train="*.txt"), Split.TRAIN) == ["j0", "j1", "j2"]


def test_instances_of_one_name_in_one_file_are_told_apart(folder: Path) -> None:
    (folder / "binpack.txt").write_text("2\nu\n10 2 1\n5\n5\nu\n10 2 2\n6\n6\n")
    found = [each.instance.name for each in read(Obp(), [folder / "binpack.txt"])]
    assert len(set(found)) == 2
