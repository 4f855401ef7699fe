"""How a fresh interpreter of ours is started: its module path and its few environment variables."""

import os
import sys
from collections.abc import Sequence

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "BLIS_NUM_THREADS")
KEPT = ("HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "NUMBA_CACHE_DIR", "NUMBA_DISABLE_JIT", "TZ")


def command(code: str, folders: Sequence[str], *arguments: str) -> list[str]:
    """Return the command that runs `code` (sys.argv holds the arguments) with our module path behind `folders`."""
    path = [os.path.abspath(folder) for folder in (*folders, *sys.path)]  # noqa: PTH100
    start = f"import sys; sys.path[:0] = {path!r}; {code}"
    return [sys.executable, "-s", "-P", "-c", start, *arguments]


def environment() -> dict[str, str]:
    """Return the whole environment: one thread everywhere, a fixed hash seed, no secrets."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, **dict.fromkeys(THREADS, "1"), "PYTHONHASHSEED": "0"}
