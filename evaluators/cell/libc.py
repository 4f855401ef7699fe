"""The few Linux calls that Python 3.11 does not offer, made through libc; each raises OSError with its name."""

import ctypes
import os
import platform
import signal
import struct

MACHINE = platform.machine()

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_libc.syscall.argtypes = [ctypes.c_long] * 7


def _checked(result: int, call: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{call}: {os.strerror(code)}")
    return result


def syscall(call: str, number: int, *arguments: int) -> int:
    """Make a raw system call of at most six integer arguments; `call` names it in errors."""
    padded = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    return _checked(int(_libc.syscall(number, *padded)), call)


def prctl(call: str, option: int, *arguments: int) -> int:
    """Change one property of this process."""
    padded = [ctypes.c_ulong(value) for value in (*arguments, 0, 0, 0, 0)[:4]]
    return _checked(_libc.prctl(option, *padded), call)


def unshare(flags: int) -> None:
    """Leave the namespaces that `flags` names."""
    _checked(_libc.unshare(flags), "unshare")


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """Mount a filesystem or change a mount."""
    texts = [text.encode() for text in (source, target, kind)]
    _checked(_libc.mount(*texts, ctypes.c_ulong(flags), options.encode()), f"mount {target}")


def detach(target: str) -> None:
    """Unmount lazily (MNT_DETACH): the tree is gone at once, whoever still holds files in it."""
    _checked(_libc.umount2(target.encode(), 2), f"umount {target}")


def forget_privileges() -> None:
    """Promise the kernel that no later call gains privileges: needed by Landlock and seccomp."""
    prctl("no_new_privs", PR_SET_NO_NEW_PRIVS, 1)


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent ends; a change of user id forgets it."""
    prctl("pdeathsig", PR_SET_PDEATHSIG, signal.SIGKILL)


FUTEX = {"x86_64": 202, "aarch64": 98}
FUTEX_WAIT, FUTEX_WAKE = 0, 1
ALL = 2**31 - 1
TIMESPEC = struct.Struct("<qq")


class Futex:
    """A word of shared memory on which processes wait for each other (futex(2)).

    What it needs of ctypes is made here: an audit hook may forbid ctypes later.
    """

    def __init__(self, word: ctypes.c_uint32) -> None:
        self._number, self._address = FUTEX[MACHINE], ctypes.addressof(word)
        self._timeout = ctypes.create_string_buffer(TIMESPEC.size)
        self._timeout_address = ctypes.addressof(self._timeout)
        self._call = _libc.syscall

    def wait(self, expected: int, seconds: float) -> None:
        """Wait until woken while the word is as expected, so many seconds at most; it may end early."""
        TIMESPEC.pack_into(self._timeout, 0, int(seconds), int(seconds % 1 * 1e9))
        self._call(self._number, self._address, FUTEX_WAIT, expected, self._timeout_address, 0, 0)

    def wake(self) -> None:
        """Wake all that wait for the word."""
        self._call(self._number, self._address, FUTEX_WAKE, ALL, 0, 0, 0)
