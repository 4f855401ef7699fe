"""How a whole Python program is run inside the confined child: its imports, its output, its forbidden requests.

None of this is a barrier, the kernel is: it only makes refusals readable.
"""

import builtins
import io
import random
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from importlib.machinery import ModuleSpec
from types import CodeType, FrameType, ModuleType, TracebackType
from typing import NoReturn

import numpy as np

from evaluators.outcome import FailureKind
from evaluators.source import parse, without_docstrings
from evaluators.syntax import FILE, Refused
from problems import Rule

FORBIDDEN = (
    "open", "os.", "socket.", "subprocess.", "ctypes.", "signal.", "shutil.", "tempfile.", "glob.", "pty.", "fcntl.",
    "mmap.", "resource.", "syslog.", "gc.", "cpython.", "webbrowser.", "urllib.", "http.", "ftplib.", "smtplib.",
    "sqlite3.", "marshal.", "pickle.", "_thread.", "sys.settrace", "sys.setprofile", "sys.addaudithook",
)  # fmt: skip
"""Audit events, by their beginnings, that no honest heuristic causes (docs.python.org/3/library/audit_events.html)."""

OnViolation = Callable[[str], NoReturn]


class CountingSink(io.TextIOBase):
    """Discards what is printed, and counts it."""

    def __init__(self, most: int, violated: OnViolation) -> None:
        self.left = self.most = most
        self.violated = violated

    def write(self, text: str) -> int:
        """Count the text's bytes (as UTF-8 would take at least); over the limit is a violation."""
        size = str.__len__(text)
        self.left -= size
        if self.left < 0:
            self.violated(f"printed more than {self.most} bytes")
        return size


class ImportRefuser:
    """The last import finder: what is not imported yet does not exist."""

    def __init__(self, modules: Sequence[str]) -> None:
        self.modules = modules

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:  # noqa: ARG002
        """Refuse, and say what there is."""
        raise ImportError(f"cannot import {name}; importable: {', '.join(self.modules)}")


def prepare(modules: Sequence[str], output_bytes: int, violated: OnViolation) -> None:
    """Make this process ready for one program: no import system, counted output, forbidden events reported."""
    sys.meta_path[:] = [ImportRefuser(modules)]
    sys.path_hooks.clear()
    sys.path_importer_cache.clear()
    sys.path.clear()
    warnings.simplefilter("ignore")  # showing one would look for the source line in a file
    sys.stdin = io.StringIO()
    sys.stdout = sys.stderr = CountingSink(output_bytes, violated)
    sys.addaudithook(_listener(violated))


def reseed(seed: int) -> None:
    """Set the two global random states, so that no instance depends on those before it."""
    random.seed(seed)
    np.random.seed(seed % 2**32)


def compiled(source: str) -> CodeType:
    """Compile the text without docstrings, which nothing has looked at; raises Refused where Python would not."""
    return compile(without_docstrings(parse(source)), FILE, "exec", dont_inherit=True)


def load(code: CodeType, name: str, modules: Sequence[str]) -> Rule:
    """Execute the program in a fresh module and return its function `name`; raises Refused when there is none."""
    module = ModuleType("candidate")
    own_builtins = dict(vars(builtins))
    own_builtins["__import__"] = _importer(modules)
    vars(module)["__builtins__"] = own_builtins
    sys.modules["candidate"] = module  # dataclasses look their module up
    exec(code, vars(module))
    function: object = vars(module).get(name)
    if not callable(function):
        message = f"line 1: the program defines no function {name} once its top level has run"
        raise Refused(FailureKind.COMPILE_ERROR, message)
    return function


def is_candidate_frame(frame: FrameType) -> bool:
    """Say whether a frame runs the candidate's code, even if it gave its file name an equality of its own."""
    return str.__eq__(frame.f_code.co_filename, FILE)


def candidate_line(traceback: TracebackType | None) -> int | None:
    """Return the deepest line of the candidate in a traceback."""
    line = None
    while traceback is not None:
        if is_candidate_frame(traceback.tb_frame):
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _importer(modules: Sequence[str]) -> Callable[..., ModuleType]:
    allowed, real = frozenset(modules), builtins.__import__

    def guarded(
        name: str,
        global_names: Mapping[str, object] | None = None,
        local_names: Mapping[str, object] | None = None,
        names: Sequence[str] = (),
        level: int = 0,
    ) -> ModuleType:
        if level or not any(name == module or name.startswith(module + ".") for module in allowed):
            raise ImportError(f"cannot import {name}; importable: {', '.join(modules)}")
        return real(name, global_names, local_names, names, level)

    return guarded


def is_pseudo(path: object) -> bool:
    """Say whether a path is what Python calls a text without a file, such as "<string>"."""
    return type(path) is str and path.startswith("<")


def _listener(violated: OnViolation) -> Callable[[str, tuple[object, ...]], None]:
    # Python's own parser looks for the file of a syntax error, such as "<string>": the kernel's refusal is enough.
    current = sys._getframe

    def listen(event: str, arguments: tuple[object, ...]) -> None:
        if event.startswith(FORBIDDEN) and not (event == "open" and is_pseudo(arguments[0])):
            frame: FrameType | None = current()
            while frame is not None and not is_candidate_frame(frame):
                frame = frame.f_back
            where = f"line {frame.f_lineno}: " if frame else ""
            violated(f"{where}{event} is forbidden: there are no files, processes, network or system calls here")

    return listen
