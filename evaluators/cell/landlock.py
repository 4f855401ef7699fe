"""Landlock with zero grants: no file opened, no port used, no signal or abstract socket out of the domain.

Linux, Documentation/userspace-api/landlock.rst; access rights grew with the ABI version.
"""

import ctypes
import os
import struct

from .libc import syscall

CREATE_RULESET, RESTRICT_SELF = 444, 446
VERSION_FLAG = 1


def version() -> int:
    """Return the ABI version; raises OSError where the kernel has no Landlock."""
    return syscall("landlock", CREATE_RULESET, 0, 0, VERSION_FLAG)


def ruleset_attributes(abi: int) -> bytes:
    """Return struct landlock_ruleset_attr with every right that this ABI knows: what is handled is refused."""
    files = 13 + (abi >= 2) + (abi >= 3) + (abi >= 5)
    fields = [(1 << files) - 1]
    if abi >= 4:
        fields.append(0b11)  # bind and connect of TCP
    if abi >= 6:
        fields.append(0b11)  # abstract unix sockets, signals
    return struct.pack(f"<{len(fields)}Q", *fields)


def restrict(attributes: bytes) -> None:
    """Refuse all that `attributes` handles to this process, for ever; needs no_new_privs and one free descriptor."""
    buffer = ctypes.create_string_buffer(attributes, len(attributes))
    ruleset = syscall("landlock", CREATE_RULESET, ctypes.addressof(buffer), len(attributes), 0)
    syscall("landlock", RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)
