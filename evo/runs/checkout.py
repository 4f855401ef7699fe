"""The commit of our own code where it runs from a git checkout: a version alone does not say which code made a run."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

SECONDS = 5.0
USER = re.compile(r"(?<=://)[^/@]*@")
"""What stands before the host in an address: a name, or a key that is nobody's business."""


def checkout(folder: Path) -> Mapping[str, str]:
    """Return `commit`, `origin` and `uncommitted` (yes or no) of the checkout whose top is `folder`.

    Nothing where it is none or git is missing; an origin that is not known is left out.
    """
    if not (folder / ".git").exists():
        return {}
    commit = _git(folder, "rev-parse", "HEAD")
    if not commit:
        return {}
    origin = USER.sub("", _git(folder, "remote", "get-url", "origin"))
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    return {"commit": commit, **({"origin": origin} if origin else {}), "uncommitted": "yes" if changed else "no"}


def _git(folder: Path, *arguments: str) -> str:
    """Return what git says, nothing where it fails."""
    command = ["git", "--no-optional-locks", "-C", str(folder), *arguments]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return said.stdout.strip()
