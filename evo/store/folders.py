"""The folders of runs, and what they hold under which name."""

from pathlib import Path

DATABASE = "run.sqlite"
"""The record of a run."""


def run_folders(runs: Path) -> tuple[Path, ...]:
    """Return the folders of all runs in a folder, the first begun first."""
    found = [file.parent for file in runs.glob(f"*/{DATABASE}") if file.is_file()]
    return tuple(sorted(found, key=_begun))


def _begun(folder: Path) -> tuple[int, str]:
    """Order runs by their start: the configuration is written once, then."""
    written = folder / ".hydra" / "config.yaml"
    return (written.stat().st_mtime_ns if written.is_file() else 0, folder.name)
