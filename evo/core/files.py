"""Files that are written whole or not at all."""

from pathlib import Path

RUNS = Path("runs")
"""The folder of all runs where nothing else is said."""


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
