"""The expected errors, each one line on stderr and an exit status; anything else is a bug and keeps its traceback.

Expected is, besides our own kinds, whatever the code of the user's own problem raises.
"""

import sys

UNREACHABLE = (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError)


def usage_errors() -> tuple[type[Exception], ...]:
    """Return the errors of settings; imported only once an error is there, so that light verbs stay light."""
    from hydra.errors import HydraException
    from omegaconf.errors import OmegaConfBaseException

    from evo.config.compose import YAMLError
    from evo.core.validation import ConfigError

    return (ConfigError, HydraException, OmegaConfBaseException, YAMLError)


def expected_errors() -> tuple[type[Exception], ...]:
    """Return all errors whose message says what to do."""
    import sqlite3

    from evaluators.sandbox import SandboxError
    from evo.core.step import SearchError
    from evo.store import StoreError
    from problems import SolverError, UnreadableInstance

    own = (SearchError, StoreError, SandboxError, UnreadableInstance, SolverError)
    return (*usage_errors(), *own, OSError, sqlite3.Error)


def is_expected(error: Exception) -> bool:
    """Say whether an error is told in one line."""
    from evo.cli.own_code import own_place

    return isinstance(error, expected_errors()) or own_place(error) is not None


def line_of(error: Exception) -> tuple[str, int]:
    """Return what an expected error says and the exit status: 2 for wrong settings, else 1."""
    from evo.cli.own_code import own_place, told
    from evo.config.compose import one_line

    if not isinstance(error, expected_errors()):
        return told(error, own_place(error) or "?"), 1
    if isinstance(error, UNREACHABLE):
        return f"{one_line(error)}; name a file in a folder that is there and that you may use", 1
    return one_line(error), 2 if isinstance(error, usage_errors()) else 1


def complain(error: Exception) -> int:
    """Print an expected error and return the exit status."""
    return say(*line_of(error))


def say(message: str, status: int) -> int:
    """Print one line on stderr and return the exit status."""
    print(f"evo: {' '.join(message.split())}", file=sys.stderr)
    return status
