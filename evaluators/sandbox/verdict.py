"""What a job came to: the kernel's account of the child first, then what the child wrote."""

import signal
from collections.abc import Sequence

from evaluators.outcome import Failure, FailureKind, Seconds
from evaluators.sandbox.contract import Limits
from evaluators.sandbox.layout import Answer, State
from evaluators.sandbox.watch import Ending, Killer


def seconds(ending: Ending, answer: Answer) -> Seconds:
    """Return what the job took."""
    return Seconds(answer.compile_seconds, answer.run_seconds, ending.cpu_seconds)


def failure(ending: Ending, answer: Answer, limits: Limits, names: Sequence[str]) -> Failure | None:
    """Return why there is no result, or None when the child finished."""
    instance = None if answer.instance is None else names[answer.instance]
    spent = seconds(ending, answer)
    if ending.killer is not Killer.NOBODY or ending.code < 0:
        kind, message = _killed(ending, limits)
        return Failure(kind, message, instance, seconds=spent)
    if answer.failure is not None:
        return Failure(answer.failure.kind, answer.failure.message, instance, seconds=spent)
    if answer.state is not State.DONE:
        message = "the process ended without a result"
        return Failure(FailureKind.RUNTIME_ERROR, message, instance, seconds=spent)
    return None


def _killed(ending: Ending, limits: Limits) -> tuple[FailureKind, str]:
    if ending.killer is Killer.WALL:
        return FailureKind.TIMEOUT, f"took more than {limits.wall_seconds:g} s of wall time"
    if ending.killer is Killer.CPU or ending.code == -signal.SIGXCPU:
        return FailureKind.TIMEOUT, f"took more than {limits.cpu_seconds:g} s of CPU time"
    if ending.code == -signal.SIGSYS:
        return FailureKind.VIOLATION, "made a forbidden system call: there are no files, processes or network here"
    # glibc and LLVM abort when they cannot allocate; the size tells that from other aborts.
    starved = ending.code == -signal.SIGABRT and ending.peak_kib > limits.memory_mib * 1000
    if ending.code == -signal.SIGKILL or starved:
        return FailureKind.MEMORY, f"needed more than {limits.memory_mib} MiB of memory"
    return FailureKind.RUNTIME_ERROR, f"crashed: {signal.strsignal(-ending.code)} (signal {-ending.code})"
