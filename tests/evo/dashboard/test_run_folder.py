"""The runs of a folder."""

import subprocess
import sys
from pathlib import Path

import pytest

from evo.analysis.overview import glance
from evo.dashboard.run_folder import RunFolder
from evo.store import RunStore, StoreError

HOLD = """
import sys
from pathlib import Path
from evo.store import RunStore
with RunStore.open(Path(sys.argv[1])) as store:
    store.resume()
    print("open", flush=True)
    sys.stdin.read()
"""


class Unlisted(type(Path())):  # type: ignore[misc] # the class of this system's paths
    """A folder that is not to be listed."""

    def glob(self, pattern):
        raise AssertionError(f"{self} was searched for {pattern}.")


def test_runs_are_listed_the_newest_first(seen_runs: Path) -> None:
    assert RunFolder(seen_runs).runs() == ("toy_two", "toy_one")


def test_an_address_without_a_run_means_the_newest(seen_runs: Path) -> None:
    source = RunFolder(seen_runs)
    assert source.chosen({}) == "toy_two"
    assert source.chosen({"run": "toy_one"}) == "toy_one"


def test_a_folder_without_runs_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="`evo run` makes one"):
        RunFolder(tmp_path).chosen({})


@pytest.mark.parametrize(
    "name", ["..", ".", "../runs/toy_one", "./toy_one", "/etc", "*", "", "toy_one/", "a\0", "a" * 300, "\ud800"]
)
def test_nothing_outside_the_folder_is_opened(copied: Path, name: str) -> None:
    with pytest.raises(StoreError, match="No run"), RunFolder(copied / "toy_one").opened(name):
        pass
    with pytest.raises(StoreError, match="No run"), RunFolder(copied).opened(name):
        pass


def test_a_run_is_opened_without_a_look_at_the_others(copied: Path) -> None:
    source = RunFolder(Unlisted(copied))
    with source.opened("toy_one"):
        assert not source.running("toy_one")


def test_a_run_is_running_as_long_as_a_process_writes_it(copied: Path) -> None:
    source, path = RunFolder(copied), copied / "toy_one" / "run.sqlite"

    def status() -> str:
        with source.opened("toy_one") as store:
            return glance(store, "toy_one", source.running("toy_one")).status

    assert status() == "finished"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdin=-1, stdout=-1) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"open\n"
        assert status() == "running"
        writer.kill()
    assert status() == "broken off"


def test_asking_whether_a_run_goes_on_does_not_keep_others_from_writing(copied: Path) -> None:
    assert not RunFolder(copied).running("toy_one")
    with RunStore.open(copied / "toy_one" / "run.sqlite"):
        pass


def test_a_stamp_is_equal_until_something_is_written(copied: Path) -> None:
    folder = RunFolder(copied)
    before = folder.stamp("toy_one")
    assert folder.stamp("toy_one") == before
    with RunStore.open_folder(copied / "toy_one") as store:
        glance(store, "toy_one", alive=False)
    assert folder.stamp("toy_one") == before
    with RunStore.open(copied / "toy_one" / "run.sqlite") as store:
        store.resume()
        assert folder.stamp("toy_one") != before
