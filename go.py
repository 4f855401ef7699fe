#!/usr/bin/env python3
"""One command for a bare machine: set up the pinned environment once, then run, test, lint or any verb of `evo`.

Needs the standard library alone. Usage: python3 go.py run|test|lint|VERB [arguments]
"""

from __future__ import annotations  # an older Python must get as far as saying that it is too old

import ast
import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "go.stamp"
LOG = VENV / "go.log"
LOCK = ROOT / "requirements.lock"
USAGE = "usage: python3 go.py run [key=value ...] | test [pytest arguments] | lint | any verb of evo (try --help)"
SECONDS = 2.0
"""So often it is said that something still goes on."""
# uv reads no pip.conf: what the user told pip is passed on in the environment, and written nowhere.
PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "timeout": "UV_HTTP_TIMEOUT",
}


class SetupError(Exception):
    """The environment cannot be made; one line says why and what to do."""


def main(arguments: list[str]) -> int:
    """Set up what is missing and do what was asked."""
    if not arguments:
        print(USAGE, file=sys.stderr)
        return 2
    verb, rest = arguments[0], arguments[1:]
    try:
        set_up()
    except (SetupError, OSError) as error:
        print(f"go.py: {error}", file=sys.stderr)
        return 1
    if verb == "test":
        return become([str(PYTHON), "-m", "pytest", *(rest or ["-n", "auto", "--dist", "loadscope"])], ROOT)
    if verb == "lint":
        return lint()
    # Commands that evo prints begin as this one did; a shim names its program by a long path.
    name = Path(sys.orig_argv[0]).name
    os.environ["EVO_PROGRAM"] = shlex.join([name if shutil.which(name) else sys.orig_argv[0], sys.argv[0]])
    return become([str(BIN / "evo"), *arguments], Path.cwd())


def set_up() -> None:
    """Make the environment as the lock says, unless a stamp shows that it stands."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        found = ".".join(str(part) for part in sys.version_info[:2])
        raise SetupError(
            f"Python 3.11 to 3.13 is needed, this is {found}: try python3.12 go.py {' '.join(sys.argv[1:])}"
        )
    wanted = fingerprint()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted:
        return
    print("Setting up .venv from requirements.lock (once; seconds with uv) ...", file=sys.stderr, flush=True)
    make_venv()
    install()
    STAMP.write_text(wanted, encoding="utf-8")


def fingerprint() -> str:
    """Return what the environment is made from: the lock, the project file, the interpreter, the place."""
    made_from = [LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), sys.version.encode(), str(ROOT).encode()]
    return hashlib.sha256(b"\0".join(made_from)).hexdigest()


def make_venv() -> None:
    """Make the virtual environment anew unless a sound one of this Python is there."""
    if PYTHON.exists():
        version = subprocess.run(
            [str(PYTHON), "-c", "import pip, sys; print(sys.version)"], capture_output=True, text=True
        )
        if version.stdout.strip() == sys.version:
            return
    if importlib.util.find_spec("ensurepip") is None:
        raise SetupError("this Python cannot make virtual environments: apt-get install python3-venv, then try again.")
    shutil.rmtree(VENV, ignore_errors=True)
    code, printed = aloud([sys.executable, "-m", "venv", str(VENV)], "making .venv", dict(os.environ))
    if code != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        last = printed.strip().splitlines()[-1:]
        raise SetupError(f"python -m venv failed ({' '.join(last)}); on Debian: apt-get install python3-venv")


def install() -> None:
    """Install the locked packages and this project by uv, or by pip where uv cannot be had or cannot do it."""
    environment = {**pip_settings(), **os.environ}
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    uv = [str(PYTHON), "-m", "uv", "pip"]
    project = ["--no-deps", "--editable", str(ROOT)]
    by_uv = [
        ("getting uv", [*pip, "uv"]),
        ("installing packages by uv", [*uv, "sync", "--python", str(PYTHON), str(LOCK)]),
        ("installing evo", [*uv, "install", "--python", str(PYTHON), *project]),
    ]
    if all(call(step, doing, environment) for doing, step in by_uv):
        return
    print("uv cannot do it here; pip takes some minutes ...", file=sys.stderr)
    by_pip = [  # the lock names all that is needed
        ("installing packages by pip", [*pip, "--no-deps", "--requirement", str(LOCK)]),
        ("installing evo", [*pip, *project]),
    ]
    if not all(call(step, doing, environment) for doing, step in by_pip):
        last = LOG.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
        raise SetupError(f"installing failed: {' '.join(last)} (all of it in {LOG})")


def pip_settings() -> dict[str, str]:
    """Return pip's index, wheels and certificates as uv names them; later lines of `pip config list` weigh more."""
    listed = subprocess.run([str(PYTHON), "-m", "pip", "config", "list"], capture_output=True, text=True).stdout
    found: dict[str, str] = {}
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        section, _, key = name.rpartition(".")
        if section in ("global", "install", ":env:") and key in PIP_TO_UV:
            found[PIP_TO_UV[key]] = " ".join(str(ast.literal_eval(value)).split())
    if "UV_INDEX" in found:  # pip takes all its indexes for equals; the lock pins every version
        found["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return found


def call(command: list[str], doing: str, environment: dict[str, str]) -> bool:
    """Run a command with its output in the log, and say while it runs what it is doing; whether it succeeded."""
    code, printed = aloud(command, doing, environment)
    LOG.write_text(printed, encoding="utf-8")
    return code == 0


def aloud(command: list[str], doing: str, environment: dict[str, str]) -> tuple[int, str]:
    """Run a command; say every few seconds how long it takes. Return its exit status and what it printed."""
    began = time.monotonic()
    told = 0.0
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            while True:
                try:
                    printed = process.communicate(timeout=SECONDS)[0].decode("utf-8", "replace")
                    break
                except subprocess.TimeoutExpired:
                    elapsed = time.monotonic() - began
                    if sys.stderr.isatty() or elapsed - told >= max(SECONDS, elapsed / 6):
                        told = elapsed
                        tell(f"  {doing} ... {elapsed:.0f} s")
        except BaseException:
            process.kill()
            raise
    if told and sys.stderr.isatty():
        print(file=sys.stderr)
    return process.returncode, printed


def tell(line: str) -> None:
    """Print a line: over the one before on a terminal, below it elsewhere."""
    print(
        f"\r{line}" if sys.stderr.isatty() else line,
        end="" if sys.stderr.isatty() else "\n",
        file=sys.stderr,
        flush=True,
    )


def lint() -> int:
    """Check style, format and types; all three speak before the verdict."""
    checks = [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]]
    codes = [subprocess.run([str(PYTHON), "-m", *check], cwd=str(ROOT)).returncode for check in checks]
    return int(any(codes))


def become(command: list[str], folder: Path) -> int:
    """Run a command in this process's stead, so that signals reach it and its exit status is ours."""
    os.chdir(str(folder))
    if os.name == "nt":
        return subprocess.run(command).returncode
    sys.stdout.flush()
    os.execv(command[0], command)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
