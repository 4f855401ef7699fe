"""The messages between parent and zygote: one small message at a time over a SEQPACKET socket, bulk by memfd.

Parent: the setup (a memfd alone), then jobs (fixed fields and the page). Zygote: what was proved, or which baseline of
the problem fails, then endings. Both are ours; nothing that a candidate wrote travels here.
"""

import os
import pickle
import struct

from evaluators.sandbox.contract import Job, Setup
from problems import Split

JOB = struct.Struct("<BBq")  # job, split, seed
LONGEST = 65536
FAULT = b"!"
JOBS, SPLITS = tuple(Job), tuple(Split)


def pack_setup(setup: Setup) -> int:
    """Return a memfd that holds the setup."""
    descriptor = os.memfd_create("setup", os.MFD_CLOEXEC)
    with os.fdopen(os.dup(descriptor), "wb") as file:
        pickle.dump(setup, file)
    return descriptor


def unpack_setup(descriptor: int) -> Setup:
    """Read the setup back, its arrays read-only again (pickling forgets that), and close the descriptor."""
    with os.fdopen(descriptor, "rb") as file:
        file.seek(0)
        setup: Setup = pickle.load(file)
    for instance in (instance for split in setup.instances.values() for instance in split):
        for array in instance.arrays:
            array.flags.writeable = False
    return setup


def pack_fault(message: str) -> bytes:
    """Return the message that says, in the place of what was proved, why a baseline of the problem fails."""
    return FAULT + message.encode("utf-8", "replace")[: LONGEST - 1]


def unpack_fault(frame: bytes) -> str:
    """Return why a baseline fails; empty where the message says something else."""
    return frame.removeprefix(FAULT).decode("utf-8", "replace") if frame.startswith(FAULT) else ""


def pack_job(job: Job, split: Split, seed: int) -> bytes:
    """Return the message that asks for a job."""
    return JOB.pack(JOBS.index(job), SPLITS.index(split), seed)


def unpack_job(frame: bytes) -> tuple[Job, Split, int]:
    """Return job, split and seed."""
    job, split, seed = JOB.unpack(frame)
    return JOBS[job], SPLITS[split], seed
