import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from evaluators import Isolation
from evaluators.cell.proof import pack_probe, unpack_probe
from evaluators.sandbox import Probe, probe
from evaluators.sandbox.process import environment

# Refuses some system calls the way a container does, then probes.
WITHOUT = """
import ctypes, struct, sys
from evaluators.sandbox import probe
from evaluators.cell.seccomp import ALLOW, ERRNO, LOAD, RETURN, instruction, when, when_argument, JUMP_EQUAL
from evaluators.cell.libc import forget_privileges, prctl
from evaluators.sandbox.process import environment
from evaluators.cell.proof import pack_probe
program = instruction(LOAD, 0)
for name in sys.argv[1:]:
    if name == "prctl":
        program += when(157, when_argument(0, JUMP_EQUAL, 22, ERRNO | 1, ALLOW))
    else:
        program += when({"unshare": 272, "landlock": 444}[name], instruction(RETURN, ERRNO | 1))
program += instruction(RETURN, ALLOW)
buffer = ctypes.create_string_buffer(program)
header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer)))
forget_privileges()
prctl("seccomp", 22, 2, ctypes.addressof(header))
"""
PROBE = "sys.stdout.buffer.write(pack_probe(probe()))\n"
START = """
import asyncio
from evaluators import Isolation
from evaluators.sandbox import IsolationError, Limits, Worker
from problems.toy import Toy
try:
    asyncio.run(Worker(Toy(), {}, Limits(), required=Isolation.A).start())
except IsolationError as error:
    print(error)
"""


def output(code: str, *arguments: str) -> bytes:
    paths = os.pathsep.join([str(Path.cwd()), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        check=True,
        env={**environment(), "PYTHONPATH": paths},
    )
    return done.stdout


@pytest.fixture(scope="module")
def found() -> Probe:
    return probe()


def test_every_layer_of_this_machine_is_told_apart(found: Probe) -> None:
    assert [layer.name for layer in found.layers] == ["seccomp", "Landlock", "namespaces"]
    assert [attempt.name for attempt in found.attempts] == ["open", "socket", "fork", "kill", "memory", "loop"]
    works = [layer.works for layer in found.layers]
    assert (found.level is Isolation.A) == all(works)
    assert (found.missing == "") == all(works)
    assert unpack_probe(pack_probe(found)) == found


x86_only = pytest.mark.skipif(platform.machine() != "x86_64", reason="the test's own filter knows x86_64")


@x86_only
@pytest.mark.parametrize(
    ("refused", "level"),
    [
        (("unshare",), Isolation.B),
        (("landlock",), Isolation.B),
        (("unshare", "landlock"), Isolation.C),
        (("prctl",), Isolation.NONE),
    ],
)
def test_a_refused_layer_lowers_the_level_and_is_named(
    refused: tuple[str, ...], level: Isolation, found: Probe
) -> None:
    if found.level is not Isolation.A:
        pytest.skip("needs a machine with every layer")
    lowered = unpack_probe(output(WITHOUT + PROBE, *refused))
    assert lowered.level is level
    for name in refused:
        layer = {"unshare": "namespaces", "landlock": "Landlock", "prctl": "seccomp"}[name]
        assert f"{layer}: " in lowered.missing


@x86_only
def test_a_worker_refuses_to_start_below_the_required_level() -> None:
    said = output(WITHOUT + START, "unshare").decode()
    assert "A is required; namespaces: " in said
    assert said.count("\n") == 1


# Becomes nobody, who needs a user namespace; dumpable again, else /proc/self would stay root's.
AS_NOBODY = """
import os, sys
from evaluators.cell.proof import lock_and_prove
from evaluators.cell.libc import prctl
from evaluators.sandbox.process import environment
from evaluators.cell.proof import pack_probe
os.setgroups([])
os.setresgid(65534, 65534, 65534)
os.setresuid(65534, 65534, 65534)
prctl("dumpable", 4, 1)
found, _ = lock_and_prove()
os.write(1, pack_probe(found))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_somebody_who_is_not_root_gets_the_same_level(found: Probe) -> None:
    nobody = unpack_probe(output(AS_NOBODY))
    assert (nobody.level, nobody.missing) == (found.level, found.missing)


# A program that tries to import, to find and to read what is ours, in a worker of that level.
PROGRAM_BELOW = """
import asyncio
from evaluators import Isolation
from evaluators.sandbox import Limits, Worker
from problems import Split
from problems.toy import ToyProgram
REACH = '''
import random
def solve(p, w):
    modules = random._os.sys.modules
    modules['cell.program'].FORBIDDEN = ('nothing',)  # so that the kernel alone is left to refuse
    found = [name for name in modules if name.split('.')[0] in ('evo', 'evaluators', 'problems')]
    for reach in (lambda: modules['importlib'].import_module('evaluators'), lambda: modules['io'].FileIO(PATH)):
        try:
            found.append(reach())
        except (ImportError, OSError):
            pass
    raise ValueError(repr(found))
'''
async def main():
    import evaluators
    problem = ToyProgram(train=1)
    worker = Worker(problem, {Split.TRAIN: problem.instances(Split.TRAIN)}, Limits(), required=Isolation.C)
    level = await worker.start()
    failure = (await worker.run(REACH.replace('PATH', repr(evaluators.__file__)), Split.TRAIN)).failure
    await worker.close()
    print(level, failure.kind, failure.message)
asyncio.run(main())
"""


@x86_only
@pytest.mark.parametrize(("refused", "level"), [((), "A"), (("unshare",), "B"), (("unshare", "landlock"), "C")])
def test_at_every_level_a_program_finds_nothing_of_ours(refused: tuple[str, ...], level: str, found: Probe) -> None:
    if found.level is not Isolation.A:
        pytest.skip("needs a machine with every layer")
    said = output(WITHOUT + PROGRAM_BELOW, *refused).decode().strip()
    assert said == f"{level} runtime_error line 12: ValueError: []"


# Loses capabilities the way `--cap-drop` of a container takes them: root's next program does not have them.
WITHOUT_CAPABILITIES = """
import contextlib, sys
from evaluators.sandbox import probe
from evaluators.cell.libc import prctl
from evaluators.cell.proof import pack_probe
with contextlib.suppress(OSError):
    for capability in map(int, sys.argv[1:]) if sys.argv[1:] else range(64):
        prctl("capbset", 24, capability)
"""
SYS_ADMIN, SETFCAP = "21", "31"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has capabilities to lose")
@pytest.mark.parametrize("dropped", [(), (SYS_ADMIN, SETFCAP)])
def test_root_without_capabilities_gets_the_next_level_with_its_reason(dropped: tuple[str, ...], found: Probe) -> None:
    if found.level is not Isolation.A:
        pytest.skip("needs a machine with every layer")
    weak = unpack_probe(output(WITHOUT_CAPABILITIES + PROBE, *dropped))
    assert weak.level is Isolation.B
    assert "namespaces: " in weak.missing
    assert "user 0 may not be mapped" in weak.missing


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has capabilities to lose")
@pytest.mark.parametrize(("dropped", "level"), [((SYS_ADMIN,), "A"), ((SYS_ADMIN, SETFCAP), "B")])
def test_programs_get_the_level_of_who_needs_a_user_namespace(
    dropped: tuple[str, ...], level: str, found: Probe
) -> None:
    if found.level is not Isolation.A:
        pytest.skip("needs a machine with every layer")
    said = output(WITHOUT_CAPABILITIES + PROGRAM_BELOW, *dropped).decode().strip()
    assert said == f"{level} runtime_error line 12: ValueError: []"
