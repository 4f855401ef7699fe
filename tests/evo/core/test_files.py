"""Files that anybody may have put into a folder: only plain ones of bounded size are read, nothing is waited for."""

import os
from pathlib import Path

import pytest

from evo.core.files import read_plain


def test_a_plain_file_is_read_also_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("Größe 5")
    (tmp_path / "link").symlink_to(tmp_path / "text")
    assert read_plain(tmp_path / "link", 9) == "Größe 5"


def test_a_larger_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("Größe 5")
    with pytest.raises(OSError, match="has more than 8 bytes"):
        read_plain(tmp_path / "text", 8)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["a pipe that nobody writes", "a folder"])
def test_what_is_no_plain_file_is_refused_at_once(make, tmp_path: Path) -> None:
    make(tmp_path / "other")
    with pytest.raises(OSError, match="is no plain file"):
        read_plain(tmp_path / "other", 8)


def test_a_device_without_end_is_refused() -> None:
    with pytest.raises(OSError, match="is no plain file"):
        read_plain(Path("/dev/zero"), 8)
