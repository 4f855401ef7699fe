import struct

import pytest

from evaluators.cell.seccomp import ALLOW, ARCHITECTURES, ERRNO, KILL, Filter

X86, ARM = ARCHITECTURES["x86_64"], ARCHITECTURES["aarch64"]
PID = 4321


def verdict(program: bytes, number: int, architecture: int = X86, *arguments: int) -> int:
    """Interpret the program as the kernel does; returns the action."""
    seen = struct.pack("<IIQ6Q", number, architecture, 0, *(*arguments, 0, 0, 0, 0, 0, 0)[:6])
    instructions = list(struct.iter_unpack("<HBBI", program))
    at = accumulator = 0
    while True:
        code, if_true, if_false, value = instructions[at]
        at += 1
        if code == 0x20:
            (accumulator,) = struct.unpack_from("<I", seen, value)
        elif code == 0x06:
            return value
        else:
            holds = {0x15: accumulator == value, 0x35: accumulator >= value, 0x45: bool(accumulator & value)}[code]
            at += if_true if holds else if_false


@pytest.fixture(scope="module")
def program() -> bytes:
    return Filter(executable=False, machine="x86_64").program(PID)


def test_time_and_memory_are_allowed(program: bytes) -> None:
    for number in (9, 10, 11, 12, 228, 230, 231):
        assert verdict(program, number) == ALLOW


def test_processes_network_and_new_descriptors_kill(program: bytes) -> None:
    for number in (56, 57, 58, 59, 322, 435, 41, 42, 53, 22, 32, 101, 319, 425, 321, 165, 272, 298, 310, 311, 9999):
        assert verdict(program, number) == KILL


def test_files_are_refused_gently(program: bytes) -> None:
    for number in (0, 1, 2, 3, 4, 257, 262):
        assert verdict(program, number) & 0xFFFF0000 == ERRNO


def test_executable_memory_is_for_compilers(program: bytes) -> None:
    compiler = Filter(executable=True, machine="x86_64").program(PID)
    for number in (9, 10):
        assert verdict(program, number, X86, 0, 4096, 7) == KILL
        assert verdict(program, number, X86, 0, 4096, 3) == ALLOW
        assert verdict(compiler, number, X86, 0, 4096, 5) == ALLOW


def test_signals_reach_the_process_itself_alone(program: bytes) -> None:
    for number in (62, 200, 234):
        assert verdict(program, number, X86, PID) == ALLOW
        for other in (0, 1, PID - 1, 2**32 - 1):
            assert verdict(program, number, X86, other) == KILL


def test_another_architecture_kills(program: bytes) -> None:
    assert verdict(program, 39, ARM) == KILL
    assert verdict(program, 39, 0x40000003) == KILL  # i386 on the same machine


def test_x32_kills(program: bytes) -> None:
    assert verdict(program, 39 | 0x40000000) == KILL


def test_aarch64_has_its_own_numbers() -> None:
    program = Filter(executable=False, machine="aarch64").program(PID)
    assert verdict(program, 172, ARM) == ALLOW  # getpid
    assert verdict(program, 220, ARM) == KILL  # clone
    assert verdict(program, 221, ARM) == KILL  # execve
    assert verdict(program, 56, ARM) & 0xFFFF0000 == ERRNO  # openat
    assert verdict(program, 39, X86) == KILL


def test_an_unknown_machine_has_no_filter() -> None:
    with pytest.raises(OSError, match="no filter for riscv64"):
        Filter(executable=False, machine="riscv64")


def test_the_program_is_within_the_kernels_bound(program: bytes) -> None:
    assert len(program) // 8 <= 4096
