"""Hostile candidates: what each tries, and which failures are an acceptable answer."""

from dataclasses import dataclass

from evaluators import FailureKind
from evaluators.sandbox import Job
from problems import Kind

REJECTED, COMPILE_ERROR, RUNTIME_ERROR, TIMEOUT, MEMORY, VIOLATION, INVALID, OVER_BUDGET, _ = FailureKind
CRASH = frozenset({RUNTIME_ERROR, VIOLATION})
REFUSED = frozenset({REJECTED, COMPILE_ERROR})
DROWNED = frozenset({MEMORY, TIMEOUT, RUNTIME_ERROR})
EMPTY = frozenset({None})
"""The attempt may end in a result: it changed nothing outside, and the parent verifies what came."""


@dataclass(frozen=True, slots=True)
class Hostile:
    name: str
    source: str
    expected: frozenset[FailureKind | None]
    kind: Kind = Kind.PROGRAM
    job: Job = Job.RUN


def body(name: str, code: str, *expected: FailureKind | None) -> Hostile:
    """A program whose `solve` runs `code` and then answers honestly."""
    lines = "\n".join("    " + line for line in code.splitlines())
    return Hostile(name, f"def solve(p, w):\n{lines}\n    return list(range(len(p)))\n", frozenset(expected))


def outside(name: str, code: str, *expected: FailureKind | None) -> Hostile:
    """The same with `sys` at hand, by the way that every full Python leaves open: the kernel must hold alone."""
    reach = "import random\nsys = random._os.sys\nos = random._os\nmodules = sys.modules\n"
    return body(name, reach + code, *expected)


def answer(name: str, expression: str, *expected: FailureKind | None) -> Hostile:
    """A program that answers with an expression."""
    head = "import math\nimport numpy as np\n\n\nclass Fake(list):\n    def __len__(self):\n        return 5\n\n\n"
    classes = "class Whole(int):\n    def __index__(self):\n        return 2**70\n\n\n"
    return Hostile(
        name, f"{head}{classes}def solve(p, w):\n    n = len(p)\n    return {expression}\n", frozenset(expected)
    )


def rule(name: str, code: str, *expected: FailureKind, job: Job = Job.RUN) -> Hostile:
    """A rule with a body."""
    lines = "\n".join("    " + line for line in code.splitlines())
    return Hostile(name, f"def priority(p, w):\n{lines}\n", frozenset(expected), Kind.RULE, job)


def text(name: str, source: str, kind: Kind, job: Job, *expected: FailureKind) -> Hostile:
    """Any text."""
    return Hostile(name, source, frozenset(expected), kind, job)


TIME = (
    body("loops for ever", "while True:\n    pass", TIMEOUT),
    body("sleeps", "import time\ntime.sleep(60)", TIMEOUT, RUNTIME_ERROR),
    outside("sleeps by the clock", "modules['time'].sleep(60)", TIMEOUT),
    outside("stops itself", "modules['_signal'].raise_signal(19)", TIMEOUT, VIOLATION),
    body("matches an exponential pattern", "import re\nre.match('(a+)+$', 'a' * 60 + 'b')", TIMEOUT, RUNTIME_ERROR),
    outside("matches an exponential pattern by force", "modules['re'].match('(a+)+$', 'a' * 60 + 'b')", TIMEOUT),
    body("computes a huge power", "10 ** 10 ** 9", *DROWNED),
    body("multiplies huge matrices", "import numpy as np\na = np.ones((1500, 1500))\nwhile True:\n    a @ a", TIMEOUT),
    body("swallows interrupts", "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
         TIMEOUT),
    body("sorts with a comparison that hangs",
         "class K:\n    def __lt__(s, o):\n        while True: pass\nsorted([K(), K()])",
         TIMEOUT),
    rule("loops in compiled code", "x = 1\nwhile x > 0:\n    x = x + 1\nreturn x", TIMEOUT),
    rule("counts for ever", "s = 0\nfor i in range(10**15):\n    s = s + p\nreturn s", TIMEOUT),
)  # fmt: skip

SPACE = (
    body("allocates bytes", "bytearray(10**9)", MEMORY),
    body("allocates by numpy", "import numpy as np\nnp.ones(10**9)", MEMORY),
    body("allocates in small pieces", "a = []\nwhile True:\n    a.append([0] * 1000)", MEMORY, TIMEOUT),
    body("repeats a string", "'x' * 10**10", MEMORY),
    body("recurses", "def f(): return f()\nf()", RUNTIME_ERROR),
    body("recurses below the interpreter", "a = []\nfor _ in range(10**6):\n    a = [a]\nrepr(a)",
         RUNTIME_ERROR, TIMEOUT),
    outside("recurses without a limit",
         "sys.setrecursionlimit(10**9)\ndef f(n):\n    return sorted([n], key=f)\nf(1)", *DROWNED),
    body("prints without end", "while True:\n    print('x' * 100)", TIMEOUT),
    outside("prints to the old stream", "sys.__stdout__.write('x' * 10**6)\nsys.__stdout__.flush()",
         RUNTIME_ERROR, None),
    outside("writes to raw descriptors", "for fd in range(300):\n    os.write(fd, b'x' * 4096)",
         RUNTIME_ERROR, VIOLATION),
)  # fmt: skip

REACH = (
    body("opens a file", "open('/etc/passwd').read()", VIOLATION),
    body("writes a file", "open('/tmp/escaped', 'w').write('x')", VIOLATION),
    outside("opens by number", "os.open('/etc/passwd', 0)", VIOLATION),
    outside("lists the root", "os.listdir('/')", VIOLATION),
    outside("asks for a file", "os.stat('/etc/passwd')", VIOLATION),
    outside("reads its environment", "assert not os.environ, dict(os.environ)", None),
    outside("looks into /proc", "os.readlink('/proc/self/exe')", RUNTIME_ERROR, VIOLATION),
    outside("removes files", "os.unlink('/etc/passwd')", VIOLATION),
    outside("makes a socket", "modules['_socket'].socket()", VIOLATION),
    outside("forks", "os.fork()", VIOLATION),
    outside("runs a shell", "os.system('touch /tmp/escaped')", VIOLATION),
    outside("executes", "os.execv('/bin/sh', ['sh'])", VIOLATION),
    outside("spawns", "os.posix_spawn('/bin/sh', ['sh'], {})", VIOLATION),
    outside("starts a thread", "modules['_thread'].start_new_thread(print, ())", VIOLATION, RUNTIME_ERROR),
    outside("kills its parent", "os.kill(os.getppid(), 9)", VIOLATION),
    outside("kills the first process", "os.kill(1, 9)", VIOLATION),
    outside("kills everything", "os.kill(-1, 9)", VIOLATION),
    outside("kills its group", "os.killpg(0, 9)", VIOLATION),
    outside("kills itself", "os.kill(os.getpid(), 9)", MEMORY, VIOLATION),
    outside("aborts", "os.abort()", RUNTIME_ERROR, VIOLATION),
    outside("makes a pipe", "os.pipe()", VIOLATION),
    outside("makes a memory file", "os.memfd_create('x')", VIOLATION),
    outside("exhausts descriptors", "for _ in range(10**5):\n    os.dup(0)", RUNTIME_ERROR, VIOLATION),
    outside("raises its limits", "modules['resource'].setrlimit(7, (4096, 4096))", VIOLATION, RUNTIME_ERROR),
    outside("becomes root", "os.setuid(0)", VIOLATION, RUNTIME_ERROR),
    outside("changes the root", "os.chroot('/')", VIOLATION, RUNTIME_ERROR),
    outside("changes its priority", "os.nice(-10)", VIOLATION, RUNTIME_ERROR),
    outside("maps executable memory", "modules['mmap'].mmap(-1, 4096, prot=7)", VIOLATION),
    outside("calls C", "modules['ctypes'].CDLL(None).getpid()", VIOLATION),
    outside("reads by numpy", "modules['numpy'].fromfile('/etc/passwd')", *CRASH),
    outside("loads a library", "modules['_imp'].create_dynamic(modules['numpy'].random.mtrand.__spec__)", *CRASH, None),
    outside("searches the heap", "modules['gc'].get_objects()", VIOLATION),
    outside("traces", "sys.settrace(lambda *a: None)", VIOLATION),
    body("imports os", "import os", RUNTIME_ERROR),
    body("imports by name", "__import__('subprocess').run(['ls'])", RUNTIME_ERROR),
    body("imports relatively", "from . import x", RUNTIME_ERROR),
)  # fmt: skip

RAW = "import random\nmodules = random._os.sys.modules\nc = modules['ctypes']\n"
"""Without an audit hook in the way: `quiet` makes the hook believe that every event is a harmless one."""
QUIET = (
    "child = modules['cell.program']\n"
    "for cell in child._listener.__code__.co_consts: pass\n"
    "child.FORBIDDEN = ('nothing forbidden',)\n"
)


def raw(name: str, number: int, *arguments: object) -> Hostile:
    """A program that turns the audit hook off and makes a system call: only the kernel is left to refuse."""
    listed = "".join(f", {argument!r}" for argument in arguments)
    call = f"libc = c.CDLL(None)\nlibc.syscall({number}{listed})"
    lines = "\n".join("    " + line for line in (RAW + QUIET + call).splitlines())
    return Hostile(name, f"def solve(p, w):\n{lines}\n    return list(range(len(p)))\n", frozenset({VIOLATION}))


KERNEL = (
    raw("calls fork", 57),
    raw("calls clone3", 435, 0, 0),
    raw("calls execve", 59, b"/bin/sh", 0, 0),
    raw("calls socket", 41, 2, 1, 0),
    raw("calls ptrace", 101, 0, 0, 0, 0),
    raw("calls io_uring_setup", 425, 8, 0),
    raw("calls memfd_create", 319, b"x", 0),
    raw("calls mount", 165, b"none", b"/", b"tmpfs", 0, 0),
    raw("calls unshare", 272, 0x10000000),
    raw("calls bpf", 321, 0, 0, 0),
    raw("calls process_vm_writev", 311, 1, 0, 0, 0, 0, 0),
    raw("calls pidfd_open", 434, 1, 0),
    raw("calls keyctl", 250, 0, 0, 0),
    raw("calls userfaultfd", 323, 0),
    raw("calls perf_event_open", 298, 0, 0, 0, 0, 0),
    raw("calls setrlimit", 160, 7, 0),
    raw("calls kill on its parent", 62, 1, 9),
    raw("calls tgkill on the first process", 234, 1, 1, 9),
    raw("calls x32 getpid", 0x40000000 + 39),
    raw("maps executable memory by C", 9, 0, 4096, 7, 0x22, -1, 0),
    raw("calls a number that does not exist", 9999),
)

ERRORS = (
    body("exits", "raise SystemExit(0)", RUNTIME_ERROR),
    body("interrupts", "raise KeyboardInterrupt", RUNTIME_ERROR),
    body("ends generators", "raise GeneratorExit", RUNTIME_ERROR),
    outside("leaves at once", "os._exit(0)", RUNTIME_ERROR, VIOLATION),
    outside("leaves by the C library", "modules['faulthandler']._sigsegv()", RUNTIME_ERROR, VIOLATION),
    body("raises what cannot be shown", "class E(Exception):\n    def __str__(s): raise ValueError\nraise E",
         RUNTIME_ERROR),
    body("raises what hangs when shown",
         "class E(BaseException):\n    def __str__(s):\n        while True: pass\nraise E",
         TIMEOUT),
    body("raises a huge message", "raise ValueError('x' * 10**8)", RUNTIME_ERROR, MEMORY),
    body("raises with a false text", "class T(str):\n    def __getitem__(s, i): return 7\n"
         "class E(Exception):\n    def __str__(s): return T('fake')\nraise E", RUNTIME_ERROR),
    body("raises with a false name", "class M(type):\n    __name__ = property(lambda s: 1 / 0)\n"
         "class E(Exception, metaclass=M): pass\nraise E", RUNTIME_ERROR),
    body("raises control characters", "raise ValueError('\\x1b[31m\\x00\\u202e')", RUNTIME_ERROR),
    body("chains errors for ever", "e = ValueError()\ne.__context__ = e\nraise e", RUNTIME_ERROR),
    body("pretends to be refused", "import random\nr = random._os.sys.modules['evaluators.source'].Refused\n"
         "raise r('nonsense', 'x')", *CRASH),
)  # fmt: skip

LIES = (
    answer("answers nothing", "None", INVALID),
    answer("answers text", "'0' * n", INVALID),
    answer("answers booleans", "[True] * n", INVALID),
    answer("answers reals", "[float(j) for j in range(n)]", INVALID),
    answer("answers a real array", "np.arange(n) * 1.0", INVALID),
    answer("answers NaN", "[math.nan] * n", INVALID),
    answer("answers objects", "np.array([object()] * n)", INVALID),
    answer("answers boolean arrays", "np.ones(n, dtype=bool)", INVALID),
    answer("answers too few", "list(range(n - 1))", INVALID),
    answer("answers too many", "list(range(n + 1))", INVALID),
    answer("answers a matrix", "np.zeros((n, n), dtype=int)", INVALID),
    answer("answers huge integers", "[2**64 + j for j in range(n)]", INVALID),
    answer("answers unsigned integers", "np.full(n, 2**64 - 1, dtype=np.uint64)", INVALID),
    answer("answers subclassed integers", "[Whole(j) for j in range(n)]", INVALID),
    answer("answers with a false length", "Fake(range(n))", INVALID),
    answer("answers a subclassed array", "np.arange(n).view(np.recarray)", INVALID),
    answer("answers a generator", "(j for j in range(n))", INVALID),
    answer("answers a cycle", "(lambda a: (a.append(a), a)[1])([])", INVALID),
    answer("answers a dictionary", "dict.fromkeys(range(n))", INVALID),
    answer("answers repeated jobs, which the parent finds", "[0] * n", None),
    answer("answers jobs that do not exist, which the parent finds", "[10**6] * n", None),
)

HEADER = "import random\nmodules = random._os.sys.modules\nimport numpy\n"
SABOTAGE = (
    body("changes its instance", "p[0] = 0", RUNTIME_ERROR),
    body("changes its instance by force", "p.flags.writeable = True\np[:] = 0", None, RUNTIME_ERROR),
    body("empties the builtins", "b = __builtins__\nb.clear() if isinstance(b, dict) else vars(b).clear()",
         *CRASH, None),
    body("replaces numpy", HEADER + "numpy.array = numpy.isfinite = numpy.zeros = None", *CRASH, None),
    body("replaces struct and json", HEADER + "modules['struct'].Struct = modules['json'].dumps = None", *CRASH, None),
    body("replaces the writer", HEADER + "page = modules['cell.page'].Page\n"
         "page.store = page.fail = lambda *a, **k: None", *CRASH, None),
    body("replaces the converter",
         HEADER + "modules['cell.main'].as_solution = lambda a, s: numpy.ones(3)",
         *CRASH, None),
    body("writes garbage into the page", HEADER + "f = modules['sys']._getframe()\n"
         "while 'page' not in f.f_locals: f = f.f_back\n"
         "f.f_locals['page'].memory[:] = b'\\xff' * len(f.f_locals['page'].memory)\nmodules['os']._exit(0)", *CRASH),
    body("lies in the header", HEADER + "f = modules['sys']._getframe()\n"
         "while 'page' not in f.f_locals: f = f.f_back\n"
         "m = f.f_locals['page'].memory\nm[:16] = b'\\x04\\0\\0\\0' + b'\\x63\\0\\0\\0' + b'\\xff' * 8\n"
         "modules['os']._exit(0)",
         *CRASH),
    body("claims to be done", HEADER + "f = modules['sys']._getframe()\n"
         "while 'page' not in f.f_locals: f = f.f_back\n"
         "m = f.f_locals['page'].memory\nm[:4] = b'\\x03\\0\\0\\0'\nmodules['os']._exit(0)", *CRASH, None),
    body("shrinks the page", HEADER + "f = modules['sys']._getframe()\n"
         "while 'page' not in f.f_locals: f = f.f_back\nf.f_locals['page'].memory.resize(10)", *CRASH),
    body("stays behind", HEADER + "modules['cell.main'].leave = lambda code: None\n"
         "modules['os']._exit = lambda code: None", *CRASH, None),
    body("registers for the exit", HEADER + "modules['atexit'].register(lambda: open('/tmp/escaped', 'w'))",
         None, VIOLATION),
    body("waits for its deletion", "class D:\n    def __del__(s):\n        while True: pass\nglobal kept\nkept = D()",
         None, TIMEOUT),
    body("prints from a replaced stream", HEADER + "modules['sys'].stdout = None\nprint('x' * 10**6)", None),
)  # fmt: skip

TEXTS = (
    text("null bytes", "def priority(p, w):\n    return p\0\n", Kind.RULE, Job.READ, *REFUSED),
    text("a coding cookie", "# coding: utf-7\ndef priority(p, w):\n    return +AHA-\n", Kind.RULE, Job.READ, *REFUSED),
    text("60,000 unary minuses", f"def priority(p, w):\n    return {'-' * 60000}p\n", Kind.RULE, Job.READ, *REFUSED,
         MEMORY, RUNTIME_ERROR),
    text("60,000 unary minuses in a program", f"def solve(p, w):\n    return {'-' * 60000}p\n", Kind.PROGRAM, Job.RUN,
         *REFUSED, MEMORY, RUNTIME_ERROR),
    text("deep brackets", "x = " + "(" * 5000 + ")" * 5000, Kind.PROGRAM, Job.READ, *REFUSED, RUNTIME_ERROR),
    text("too long a text", "#" * 100_000, Kind.RULE, Job.READ, REJECTED),
    text("half a surrogate", "def priority(p, w):\n    return '\ud800'\n", Kind.RULE, Job.READ, *REFUSED),
    text("a huge literal", f"def priority(p, w):\n    return {'9' * 60000}\n", Kind.RULE, Job.READ, *REFUSED),
    text("no text", "", Kind.RULE, Job.READ, *REFUSED),
    text("no function", "x = 1\n", Kind.PROGRAM, Job.RUN, COMPILE_ERROR),
    text("no callable", "solve = 1\n", Kind.PROGRAM, Job.RUN, COMPILE_ERROR),
    text("top level that loops", "while True:\n    pass\n", Kind.PROGRAM, Job.RUN, TIMEOUT),
    text("constant folding", "x = ((1 << 60) ** 9) ** 9 ** 9 ** 9\ndef solve(p, w): pass\n", Kind.PROGRAM, Job.RUN,
         *DROWNED),
    rule("division by zero", "return p / (w - w)", RUNTIME_ERROR),
    rule("infinity", "return float('inf')", RUNTIME_ERROR, REJECTED),
    rule("imports", "import os\nreturn os.getpid()", *REFUSED, job=Job.READ),
    rule("attributes", "return p.__class__.__bases__", *REFUSED),
    rule("calls open", "return open('/etc/passwd')", *REFUSED),
    rule("evaluates", "return eval('1')", *REFUSED),
)  # fmt: skip

HOSTILE = (*TIME, *SPACE, *REACH, *KERNEL, *ERRORS, *LIES, *SABOTAGE, *TEXTS)
