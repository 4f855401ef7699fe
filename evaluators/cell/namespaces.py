"""Own namespaces with an empty root, and no privileges left: entered once by the zygote, shared by its children."""

import contextlib
import ctypes
import os
import struct
from pathlib import Path

from .libc import (
    MACHINE,
    detach,
    die_with_parent,
    forget_privileges,
    mount,
    prctl,
    syscall,
    unshare,
)

NEW_MOUNT, NEW_UTS, NEW_IPC, NEW_USER, NEW_PID, NEW_NET = (
    0x00020000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000,
)  # fmt: skip
ALL_BUT_PROCESSES = NEW_MOUNT | NEW_UTS | NEW_IPC | NEW_NET
READ_ONLY, NO_SUID, NO_DEVICES, NO_EXEC, REMOUNT, BIND, RECURSIVE, PRIVATE = 1, 2, 4, 8, 32, 4096, 1 << 14, 1 << 18
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
CAPSET = {"x86_64": 126, "aarch64": 91}
CAPABILITY_VERSION_3 = 0x20080522
PR_CAPBSET_DROP = 24
NOBODY = 65534


def own_processes() -> None:
    """Enter a namespace of processes; root needs no user namespace (it becomes nobody later), others get one first.

    Raises:
        OSError: the kernel or the container refuses it, and this process goes on among all others.
    """
    try:
        unshare(NEW_PID)
    except PermissionError:
        own_user_namespace()
        unshare(NEW_PID)
    become_process_1()


def own_user_namespace() -> None:
    """Enter a user namespace as nobody; raises OSError where this user may not be mapped, as root without SETFCAP."""
    user, group = os.geteuid(), os.getegid()
    unshare(NEW_USER)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{NOBODY} {user} 1"),
        ("gid_map", f"{NOBODY} {group} 1"),
    ):
        try:
            Path("/proc/self", name).write_text(text)
        except OSError as error:
            raise OSError(error.errno, f"user {user} may not be mapped to nobody: {error.strerror}") from error


def become_process_1() -> None:
    """Fork: the child goes on as process 1 of the new namespace, this process only waits for it."""
    pid = os.fork()
    if pid:
        die_with_parent()  # again: a new user namespace made the kernel forget it
        os.closerange(0, 256)
        _, status = os.waitpid(pid, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    die_with_parent()


def empty_root() -> None:
    """Replace the whole file system by an empty read-only one."""
    mount("none", "/", "", RECURSIVE | PRIVATE)
    mount("none", "/proc", "tmpfs", NO_SUID | NO_DEVICES | NO_EXEC, "size=4k,mode=555")
    os.chdir("/proc")
    here = ctypes.create_string_buffer(b".")
    syscall("pivot_root", PIVOT_ROOT[MACHINE], ctypes.addressof(here), ctypes.addressof(here))
    detach(".")
    os.chdir("/")
    mount("none", "/", "", REMOUNT | BIND | READ_ONLY | NO_SUID | NO_DEVICES | NO_EXEC)


def own_rest() -> None:
    """Enter all other namespaces, with an empty root; raises OSError naming what is refused."""
    unshare(ALL_BUT_PROCESSES)
    empty_root()


def drop_privileges() -> None:
    """Become nobody where we are root, and give up every capability."""
    with contextlib.suppress(OSError):  # ends with EINVAL after the last capability that the kernel knows
        for capability in range(64):
            prctl("capbset", PR_CAPBSET_DROP, capability)
    if os.geteuid() == 0:
        with contextlib.suppress(PermissionError):  # a root without CAP_SETUID is powerless already
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
    header = ctypes.create_string_buffer(struct.pack("<Ii", CAPABILITY_VERSION_3, 0))
    nothing = ctypes.create_string_buffer(24)
    syscall("capset", CAPSET[MACHINE], ctypes.addressof(header), ctypes.addressof(nothing))
    forget_privileges()
    die_with_parent()
