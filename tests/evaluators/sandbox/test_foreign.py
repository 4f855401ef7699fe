"""A program's process holds nothing but its task, and its time is measured from outside."""

import asyncio
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from evaluators import FailureKind
from evaluators.cell.page import FunctionCall, Promise, pack_call, unpack_call
from evaluators.sandbox import Limits, Report, Worker
from problems import Split
from problems.smtt.program import SmttProgram

PROBLEM = SmttProgram(train=((20, 1),), validation=((30, 1),), test=((30, 1),), instance_seconds=0.5)
INSTANCES = {split: tuple(PROBLEM.instances(split)) for split in Split}
LIMITS = Limits(cpu_seconds=2, wall_seconds=4, memory_mib=256)
HONEST = "sorted(range(len(d)), key=lambda j: max(d[j], 1))"
HEAD = "import random\nmodules = random._os.sys.modules\nsys = modules['sys']\n"


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    made = Worker(PROBLEM, INSTANCES, LIMITS)
    asyncio.run(made.start())
    yield made
    asyncio.run(made.close())


def solving(body: str, top: str = "") -> str:
    """Return a program whose function runs some statements and then answers well."""
    indented = "\n".join("    " + line for line in body.splitlines())
    return f"{top}\ndef solve(p, d):\n{indented}\n    return {HONEST}\n"


def run(worker: Worker, source: str, split: Split = Split.TRAIN) -> Report:
    return asyncio.run(worker.run(source, split))


def said(worker: Worker, expression: str, top: str = "") -> str:
    """Return what an expression is worth in a program's process."""
    failure = run(worker, solving(f"raise ValueError({expression})", HEAD + top)).failure
    assert failure is not None
    assert "ValueError: " in failure.message, failure.message
    return failure.message.partition("ValueError: ")[2]


def test_no_module_of_ours_is_loaded_nor_can_be(worker: Worker) -> None:
    ours = "[name for name in modules if name.split('.')[0] in ('evo', 'evaluators', 'problems', 'numba')]"
    assert said(worker, f"repr({ours})") == "[]"
    for name in ("evaluators", "problems.smtt", "evo"):
        assert importlib.util.find_spec(name) is not None
        body = f"import importlib\nimportlib.import_module({name!r})"
        for source in (f"__import__({name!r})", body):
            failure = run(worker, solving(source)).failure
            assert failure is not None
            assert "cannot import" in failure.message
    assert said(worker, "repr(sys.path)") == "[]"


FRAMES = '''
def frames():
    found = sys._getframe()
    while found is not None:
        yield found
        found = found.f_back

def held():
    """Return every text and array that is reachable from frames and modules, some levels deep."""
    import numpy as np
    seen = set()
    level = [value for frame in frames() for value in (*frame.f_locals.values(), *frame.f_globals.values())]
    level += [value for name, module in list(modules.items())
              if name.split('.')[0] not in ('numpy', 'scipy') for value in vars(module).values()]
    texts, arrays = [], []
    for _ in range(5):
        after = []
        for value in level:
            if id(value) in seen:
                continue
            seen.add(id(value))
            if isinstance(value, (str, bytes)):
                texts.append(value if isinstance(value, str) else value.decode('latin-1'))
            elif isinstance(value, np.ndarray):
                arrays.append(value)
            elif isinstance(value, dict):
                after += [*value.keys(), *value.values()]
            elif type(value) in (list, tuple, set, frozenset):
                after += value
            elif type(value).__module__ in ('cell.main', 'cell.page', 'cell.lockdown', 'cell.watch'):
                names = (*getattr(type(value), '__slots__', ()), *getattr(value, '__dict__', ()))
                after += [getattr(value, name, None) for name in names]
        level = after
    return texts, arrays
'''


def test_no_name_split_baseline_or_other_instance_is_in_its_memory(worker: Worker) -> None:
    """Searched from every frame and module; what is searched for is put together there, so that it is not found."""
    names = [f"{name[:6]}|{name[6:]}" for split in Split for name in (INSTANCES[split][0].name,)]
    words = [*names, "MDD|+insertion", "smtt_|program", "refer|ence_method"]
    wanted = f"(lambda told: [w for w in {words!r} if any(w.replace('|', '') in text for text in told)])(held()[0])"
    assert said(worker, f"repr({wanted})", FRAMES) == "[]"
    sizes = "sorted({a.size for a in held()[1] if a.dtype == 'int64' and a.size > 9})"
    assert said(worker, f"repr({sizes})", FRAMES) == "[20]"


def test_the_top_level_runs_before_an_instance_is_there(worker: Worker) -> None:
    top = "f = sys._getframe()\nwhile 'page' not in f.f_locals: f = f.f_back\npage = f.f_locals['page']\n"
    top += "before = any(page.memory[page.layout.call_at:])\n"
    assert said(worker, "repr(before)", top) == "False"


def test_the_program_is_killed_when_its_instance_has_had_its_time_whatever_it_tells(worker: Worker) -> None:
    liar = "import time\nf = sys._getframe()\nwhile 'page' not in f.f_locals: f = f.f_back\n"
    liar += "time.process_time = lambda: 0.0\nf.f_locals['page'].memory[8:16] = b'x' * 8\nwhile True: pass"
    report = run(worker, solving(liar, HEAD))
    assert report.failure is not None
    assert report.failure.kind is FailureKind.TIMEOUT
    assert "0.5 s of CPU time" in report.failure.message
    assert 0.45 < report.seconds.cpu < 1.0


def test_what_it_took_is_measured_from_outside(worker: Worker) -> None:
    busy = "import time\nuntil = time.process_time() + 0.02\nwhile time.process_time() < until: pass"
    report = run(worker, solving(busy, "import time\nwhile time.process_time() < 0.05: pass\n"))
    assert report.failure is None
    n = len(INSTANCES[Split.TRAIN])
    assert 0.02 * n <= report.seconds.run <= 0.1 * n
    assert 0.03 < report.seconds.compile < 0.5
    assert report.seconds.cpu == pytest.approx(report.seconds.run + report.seconds.compile)


def test_random_numbers_differ_from_instance_to_instance_and_not_from_run_to_run(worker: Worker) -> None:
    shuffled = solving("return list(np.random.permutation(len(d)))", "import numpy as np\n")
    one, again = (run(worker, shuffled).solutions for _ in range(2))
    assert np.array_equal(one, again)
    assert len({solution.tobytes() for solution in one}) == len(INSTANCES[Split.TRAIN])


AT_START = """
import random, time
drawn = random.Random(time.time_ns())
KEYS = [drawn.random() for _ in range(1000)]
"""
"""The first lines of a program that draws by the clock."""


@pytest.mark.parametrize(
    ("body", "repeats"),
    [
        ("pass", True),
        ("return list(random.sample(range(len(d)), len(d)))", True),  # of the seed
        ("calls.append(1)\nif len(calls) > 1: return list(range(len(d)))", False),
        ("if len(calls) == n: raise ValueError\ncalls.append(1)", False),
        ("return sorted(range(len(d)), key=KEYS.__getitem__)", False),  # of a clock, when its process was started
    ],
)
def test_a_program_that_answers_the_first_instance_differently_the_second_time_is_found(
    body: str, repeats: bool, worker: Worker
) -> None:
    count = len(INSTANCES[Split.VALIDATION])
    report = run(worker, solving(body, f"{AT_START}calls, n = [], {count}\n"), Split.VALIDATION)
    assert report.failure is None
    assert report.repeats is repeats


def test_a_sleeper_is_ended_and_one_that_waits_for_its_turn_is_not(worker: Worker) -> None:
    asleep = run(worker, solving("import time\ntime.sleep(60)"))
    assert asleep.failure is not None
    assert asleep.failure.kind is FailureKind.TIMEOUT
    assert "slept" in asleep.failure.message
    naps = run(worker, solving("import time\ntime.sleep(0.5)"))  # none of which is too long
    assert naps.failure is not None
    assert "slept" in naps.failure.message
    assert naps.failure.instance in {instance.name for instance in INSTANCES[Split.TRAIN]}


def test_what_it_does_after_its_answer_is_part_of_the_next_one(worker: Worker) -> None:
    after = "f = sys._getframe()\nwhile 'page' not in f.f_locals: f = f.f_back\nstate = f.f_locals['page'].state\n"
    after += "clock = time.process_time\nbefore = clock()\nstate.set(3)\nwhile state.value != 2: pass\n"
    after += "free.append(clock() - before)\nif len(free) > 5: raise ValueError(sum(free))"
    report = run(worker, solving(after, HEAD + "import time\nfree = []\n"))
    assert report.failure is not None
    assert report.seconds.run >= 0.9 * float(report.failure.message.rpartition(" ")[2])


def test_a_call_comes_through_as_it_was() -> None:
    arrays = (np.arange(3), np.arange(6, dtype=np.float32).reshape(2, 3), np.zeros((0, 2), bool), np.int16(7))
    call = FunctionCall(9, Promise((2, 3), False), (*arrays, 1, 2.5, "a", None, True))
    back = unpack_call(pack_call(call))
    assert (back.seed, back.promise) == (9, call.promise)
    for one, other in zip(call.arguments, back.arguments, strict=True):
        assert type(one) is type(other)
        assert np.array_equal(one, other)
        assert getattr(one, "dtype", None) == getattr(other, "dtype", None)
    assert not back.arguments[0].flags.writeable
    nested = FunctionCall(0, call.promise, ([arrays[0], (1, [2.5])],))
    ((first, rest),) = unpack_call(pack_call(nested)).arguments
    assert (first.tolist(), rest) == ([0, 1, 2], (1, [2.5]))
    assert all(array.flags.aligned for array in back.arguments[:3])
    plain = FunctionCall(0, Promise((4,), True, plain=True), ({"a": [1, {"b": (2,)}], 3: None},))
    assert unpack_call(pack_call(plain)) == FunctionCall(0, plain.promise, [*plain.arguments])
    with pytest.raises(TypeError, match="numbers, texts, or lists"):
        pack_call(FunctionCall(0, Promise((1,), True), ({1, 2},)))


def test_the_modules_of_the_cell_use_the_standard_library_and_numpy_alone() -> None:
    import ast

    for file in (Path(__file__).parents[3] / "evaluators" / "cell").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            else:
                continue
            roots = {name.partition(".")[0] for name in names}
            assert roots <= {*sys.stdlib_module_names, "numpy"}, file
