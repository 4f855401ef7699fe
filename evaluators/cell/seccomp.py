"""The system calls that confined code may make: an allow-list as a classic BPF program; anything else kills.

Linux, Documentation/userspace-api/seccomp_filter.rst. The filter sees struct seccomp_data: number at byte 0,
architecture at 4, arguments of 8 bytes from 16 on (little-endian on both machines that are known here).
"""

import ctypes
import errno
import struct

from .libc import MACHINE, prctl

LOAD, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
KILL, ERRNO, ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
X32_BIT = 0x40000000
PROT_EXEC = 4
PR_SET_SECCOMP, FILTER_MODE = 22, 2

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
COLUMN = {"x86_64": 0, "aarch64": 1}

# name: numbers on x86_64 and aarch64 (None: the call does not exist there)
ALLOWED: dict[str, tuple[int | None, int | None]] = {
    "munmap": (11, 215), "brk": (12, 214), "mremap": (25, 216), "madvise": (28, 233), "futex": (202, 98),
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "sigaltstack": (131, 132),
    "restart_syscall": (219, 128), "exit": (60, 93), "exit_group": (231, 94), "sched_yield": (24, 124),
    "nanosleep": (35, 101), "clock_nanosleep": (230, 115), "clock_gettime": (228, 113), "clock_getres": (229, 114),
    "gettimeofday": (96, 169), "time": (201, None), "times": (100, 153), "getrusage": (98, 165),
    "getpid": (39, 172), "gettid": (186, 178), "getppid": (110, 173), "getuid": (102, 174), "getgid": (104, 176),
    "geteuid": (107, 175), "getegid": (108, 177), "uname": (63, 160), "sysinfo": (99, 179), "getcpu": (309, 168),
    "sched_getaffinity": (204, 123), "getrandom": (318, 278),
}  # fmt: skip

# Honest libraries probe these and go on when they fail; there is neither a file nor a descriptor to be had.
REFUSED_GENTLY: dict[str, tuple[int | None, int | None, int]] = {
    "read": (0, 63, errno.EBADF), "write": (1, 64, errno.EBADF), "close": (3, 57, errno.EBADF),
    "fstat": (5, 80, errno.EBADF), "lseek": (8, 62, errno.EBADF), "ioctl": (16, 29, errno.EBADF),
    "fcntl": (72, 25, errno.EBADF), "pread64": (17, 67, errno.EBADF), "getdents64": (217, 61, errno.EBADF),
    "open": (2, None, errno.EACCES), "openat": (257, 56, errno.EACCES), "stat": (4, None, errno.EACCES),
    "lstat": (6, None, errno.EACCES), "newfstatat": (262, 79, errno.EACCES), "statx": (332, 291, errno.EACCES),
    "access": (21, None, errno.EACCES), "faccessat": (269, 48, errno.EACCES), "faccessat2": (439, 439, errno.EACCES),
    "readlink": (89, None, errno.EACCES), "readlinkat": (267, 78, errno.EACCES), "getcwd": (79, 17, errno.ENOENT),
    "prlimit64": (302, 261, errno.EPERM), "getrlimit": (97, 163, errno.EPERM), "prctl": (157, 167, errno.EPERM),
    "membarrier": (324, 283, errno.ENOSYS), "rseq": (334, 293, errno.ENOSYS),
    "set_robust_list": (273, 99, errno.ENOSYS),
}  # fmt: skip

MEMORY_PROTECTION = {"mmap": (9, 222), "mprotect": (10, 226)}
SIGNALS = {"kill": (62, 129), "tkill": (200, 130), "tgkill": (234, 131)}


def instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """Return one struct sock_filter; jumps are relative to the next instruction."""
    return struct.pack("<HBBI", code, if_true, if_false, value)


def when(number: int | None, body: bytes) -> bytes:
    """Run `body`, which must return, when the loaded call number is `number`; nothing for a call that is not there."""
    if number is None:
        return b""
    return instruction(JUMP_EQUAL, number, 0, len(body) // 8) + body


def when_argument(index: int, jump: int, value: int, then: int, otherwise: int) -> bytes:
    """Return a decision on the low half of an argument: `then` when the comparison holds, else `otherwise`."""
    return (
        instruction(LOAD, FIRST_ARGUMENT + 8 * index)
        + instruction(jump, value, 0, 1)
        + instruction(RETURN, then)
        + instruction(RETURN, otherwise)
    )


def prologue(machine: str) -> bytes:
    """Return the check of the architecture and, on x86_64, the refusal of x32's numbers; loads the call number."""
    checked = (
        instruction(LOAD, ARCHITECTURE)
        + instruction(JUMP_EQUAL, ARCHITECTURES[machine], 1, 0)
        + instruction(RETURN, KILL)
        + instruction(LOAD, NUMBER)
    )
    if machine != "x86_64":
        return checked
    return checked + instruction(JUMP_AT_LEAST, X32_BIT, 0, 1) + instruction(RETURN, KILL)


def signals_to(pid: int, machine: str) -> bytes:
    """Allow signals to this process alone: abort() needs one, so that a crash is seen as a crash."""
    decision = when_argument(0, JUMP_EQUAL, pid, ALLOW, KILL)
    return b"".join(when(numbers[COLUMN[machine]], decision) for numbers in SIGNALS.values())


def table(executable: bool, machine: str) -> bytes:
    """Return the part that is the same for all processes; `executable` memory is what a compiler needs."""
    column = COLUMN[machine]
    memory = instruction(RETURN, ALLOW) if executable else when_argument(2, JUMP_ANY_BIT, PROT_EXEC, KILL, ALLOW)
    parts = [when(numbers[column], memory) for numbers in MEMORY_PROTECTION.values()]
    parts += [when(numbers[column], instruction(RETURN, ALLOW)) for numbers in ALLOWED.values()]
    parts += [when(row[column], instruction(RETURN, ERRNO | row[2])) for row in REFUSED_GENTLY.values()]
    return b"".join(parts) + instruction(RETURN, KILL)


class Filter:
    """The allow-list, prepared so that installing it in a fresh process is one system call."""

    def __init__(self, executable: bool = False, machine: str = MACHINE) -> None:
        if machine not in ARCHITECTURES:
            raise OSError(errno.ENOSYS, f"seccomp: no filter for {machine}")
        self.machine = machine
        self.prologue = prologue(machine)
        self.table = table(executable, machine)
        length = len(self.program(0))
        self._buffer = ctypes.create_string_buffer(length)
        self._header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", length // 8, ctypes.addressof(self._buffer)))

    def program(self, pid: int) -> bytes:
        """Return the instructions for the process `pid`."""
        return self.prologue + signals_to(pid, self.machine) + self.table

    def install(self, pid: int) -> None:
        """Confine this process, whose id is `pid`, for ever."""
        self._buffer.raw = self.program(pid)
        prctl("seccomp", PR_SET_SECCOMP, FILTER_MODE, ctypes.addressof(self._header))
