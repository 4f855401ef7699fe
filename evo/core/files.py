"""Files that are written whole or not at all, and files that anybody may have put there, read without harm."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

RUNS = Path("runs")
"""The folder of all runs where nothing else is said."""


def open_plain(path: Path) -> BinaryIO:
    """Open a plain file to read its bytes; where there is something else, such as a pipe, nothing is waited for.

    Raises:
        OSError: there is no plain file, or it cannot be read.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "is no plain file", str(path))
        return os.fdopen(descriptor, "rb")
    except OSError:
        os.close(descriptor)
        raise


def read_plain(path: Path, most: int) -> str:
    """Return the text of a plain file of at most so many bytes.

    Raises:
        OSError: there is no plain file, it is larger, or it cannot be read.
        UnicodeDecodeError: it is not UTF-8.
    """
    with open_plain(path) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"has more than {most:,} bytes", str(path))
    return content.decode("utf-8")


def write_whole(path: Path, text: str) -> None:
    """Write a text file; when that fails (the disk is full), what stood there before still stands there.

    Raises:
        OSError: it cannot be written; the error names `path`.
    """
    if path.exists() and not path.is_file():  # such as /dev/stdout: written to, never replaced
        path.write_text(text, encoding="utf-8")
        return
    target = path.resolve()  # through a link, not over it
    draft = target.with_name(f".{target.name}.part")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from error
