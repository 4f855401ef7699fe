"""How a whole Python program is run in its confined process: its imports, its output, its forbidden requests.

None of this is a barrier, the kernel is: it only makes refusals readable.
"""

import ast
import builtins
import io
import random
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from importlib.machinery import ModuleSpec
from types import CodeType, FrameType, ModuleType, TracebackType
from typing import Any, NoReturn

import numpy as np

from .page import ProgramFault
from .solutions import InvalidResult, class_name

FILE = "<candidate>"

FORBIDDEN = (
    "open", "os.", "socket.", "subprocess.", "ctypes.", "signal.", "shutil.", "tempfile.", "glob.", "pty.", "fcntl.",
    "mmap.", "resource.", "syslog.", "gc.", "cpython.", "webbrowser.", "urllib.", "http.", "ftplib.", "smtplib.",
    "sqlite3.", "marshal.", "pickle.", "_thread.", "sys.settrace", "sys.setprofile", "sys.addaudithook",
)  # fmt: skip
"""Audit events, by their beginnings, that no honest heuristic causes (docs.python.org/3/library/audit_events.html)."""

OnViolation = Callable[[str], NoReturn]


class Sink(io.TextIOBase):
    """Discards what is printed: it is nobody's fault, and endless printing takes CPU time."""

    def write(self, text: str) -> int:
        """Return the length of the text."""
        return str.__len__(text)


class ImportRefuser:
    """The last import finder: what is not imported yet does not exist."""

    def __init__(self, modules: Sequence[str]) -> None:
        self.modules = modules

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:  # noqa: ARG002
        """Refuse, and say what there is."""
        raise ImportError(f"cannot import {name}; importable: {', '.join(self.modules)}")


def prepare(modules: Sequence[str], violated: OnViolation) -> None:
    """Make this process ready for one program: no import system, no output, forbidden events reported."""
    sys.meta_path[:] = [ImportRefuser(modules)]
    sys.path_hooks.clear()
    sys.path_importer_cache.clear()
    sys.path.clear()
    warnings.simplefilter("ignore")  # showing one would look for the source line in a file
    sys.stdin = io.StringIO()
    sys.stdout = sys.stderr = Sink()
    sys.addaudithook(_listener(violated))


def reseed(seed: int) -> None:
    """Set the two global random states, so that no instance depends on those before it."""
    random.seed(seed)
    np.random.seed(seed % 2**32)


class NoProgram(Exception):  # noqa: N818 - the text is at fault
    """The text is no program of the promised kind; the message names the line."""


class WithoutDocstrings(ast.NodeTransformer):
    """Drops the docstrings of functions, classes and the module."""

    def visit(self, node: ast.AST) -> ast.AST:
        """Visit the parts, then drop the first statement when it is a string."""
        self.generic_visit(node)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module):
            match node.body:
                case [ast.Expr(value=ast.Constant(value=str())), *rest]:
                    node.body = rest or [ast.copy_location(ast.Pass(), node.body[0])]
        return node


def without_docstrings(tree: ast.Module) -> ast.Module:
    """Drop all docstrings of a tree in place: they change nothing, and no program shall read its own."""
    WithoutDocstrings().visit(tree)
    return tree


def compiled(source: str) -> CodeType:
    """Compile the text without docstrings; raises NoProgram where Python would not."""
    try:
        return compile(without_docstrings(ast.parse(source)), FILE, "exec", dont_inherit=True)
    except SyntaxError as error:
        raise NoProgram(f"line {error.lineno or 1}: {error.msg}") from None
    except (RecursionError, MemoryError):
        raise NoProgram("line 1: nested too deeply for the parser: split it into steps.") from None
    except ValueError as error:  # null bytes and lone surrogates
        raise NoProgram(f"line 1: {error}") from None


def load(code: CodeType, name: str, modules: Sequence[str]) -> Callable[..., Any]:  # it may return anything
    """Execute the program in a fresh module and return its function `name`; raises NoProgram when there is none."""
    module = ModuleType("candidate")
    own_builtins = dict(vars(builtins))
    own_builtins["__import__"] = _importer(modules)
    vars(module)["__builtins__"] = own_builtins
    sys.modules["candidate"] = module  # dataclasses look their module up
    exec(code, vars(module))
    function: object = vars(module).get(name)
    if not callable(function):
        raise NoProgram(f"line 1: the program defines no function {name} once its top level has run")
    return function


traceback_of = vars(BaseException)["__traceback__"].__get__  # past any property of the error's own class


def run_foreign(call: Callable[[], object]) -> BaseException | None:
    """Call foreign code and return what it raised: the one place that catches everything."""
    try:
        call()
    except BaseException as error:  # noqa: BLE001 - foreign code may raise anything, SystemExit included
        return error
    return None


def fault_and_message(error: BaseException, longest: int) -> tuple[ProgramFault, str]:
    """Return the kind and a message of any error, even of one that cannot be described."""
    descriptions = [(ProgramFault.RUNTIME_ERROR, "raised an error that cannot be shown")]
    run_foreign(lambda: descriptions.append(describe(error, longest)))
    return descriptions[-1]


def describe(error: BaseException, longest: int) -> tuple[ProgramFault, str]:
    """Return the kind and a message of an error that foreign code may have made up.

    An error that came through the candidate's code is the candidate's own, even if its class is one of ours.
    """
    line = candidate_line(traceback_of(error))
    if line is None and isinstance(error, NoProgram):
        return ProgramFault.COMPILE_ERROR, str(error)
    if line is None and isinstance(error, InvalidResult):
        return ProgramFault.INVALID_RESULT, str(error)
    where = "" if line is None else f"line {line}: "
    texts = [class_name(type(error))]
    run_foreign(lambda: texts.append(str.__getitem__(str(error), slice(longest))))
    return fault_of(type(error)), where + ": ".join(text for text in texts if text)


def fault_of(raised: type[BaseException]) -> ProgramFault:
    """Return the kind that an error of the candidate's own amounts to."""
    if issubclass(raised, MemoryError):
        return ProgramFault.MEMORY
    if issubclass(raised, FileNotFoundError | PermissionError):  # what libraries raise when the kernel refuses a file
        return ProgramFault.VIOLATION
    return ProgramFault.RUNTIME_ERROR


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
