"""More hostile candidates: false classes and names, libraries that open files, odd texts, traps of rules."""

from hostile import (
    CRASH,
    DROWNED,
    INVALID,
    MEMORY,
    REFUSED,
    REJECTED,
    RUNTIME_ERROR,
    TIMEOUT,
    VIOLATION,
    Hostile,
    body,
    outside,
    rule,
    text,
)

from evaluators import FailureKind
from evaluators.sandbox import Job
from problems import Kind

COMPILE_ERROR = FailureKind.COMPILE_ERROR
HONEST = "def solve(p, w):\n    return list(range(len(p)))\n"


def raising(name: str, members: str, *expected: FailureKind, base: str = "Exception") -> Hostile:
    """A program that raises an error of a class with these members."""
    indented = "\n".join("    " + line for line in members.splitlines())
    return outside(name, f"class E({base}):\n{indented}\nraise E('said')", *expected)


def returning(name: str, classes: str, expression: str, *expected: FailureKind | None) -> Hostile:
    """A program that defines classes and answers with an expression."""
    return program(name, f"{classes}\ndef solve(p, w):\n    n = len(p)\n    return {expression}\n", *expected)


def program(name: str, source: str, *expected: FailureKind | None, job: Job = Job.RUN) -> Hostile:
    """A whole program."""
    return Hostile(name, "import numpy as np\n" + source, frozenset(expected), Kind.PROGRAM, job)


def by_numpy(call: str, *expected: FailureKind) -> Hostile:
    """A program that makes one call and swallows no error."""
    return body(f"calls {call}", f"import numpy as np\n{call}", *expected)


def at_the_page(name: str, code: str, *expected: FailureKind | None) -> Hostile:
    """A program that has found the page which it shares with the parent."""
    find = "f = sys._getframe()\nwhile 'page' not in f.f_locals: f = f.f_back\npage = f.f_locals['page']\n"
    return outside(name, find + code, *expected)


FALSE_ERRORS = (
    raising("raises with a class that hangs", "@property\ndef __class__(s):\n    while True: pass", RUNTIME_ERROR),
    raising("raises with a class that raises", "__class__ = property(lambda s: 1 / 0)", RUNTIME_ERROR),
    raising("raises in the class of a refusal",
            "__class__ = modules['cell.program'].NoProgram", RUNTIME_ERROR),
    raising("raises in the class of lacking memory", "__class__ = MemoryError", RUNTIME_ERROR),
    raising("raises a refusal of its own", "pass", RUNTIME_ERROR, base="modules['cell.program'].NoProgram"),
    raising("raises a wrong result of its own", "pass", RUNTIME_ERROR,
            base="modules['cell.solutions'].InvalidResult"),
    raising("raises with an endless traceback",
            "class T: pass\nt = T()\nt.tb_next = t.tb_frame = t.f_code = t\nt.co_filename = ''\n"
            "__traceback__ = property(lambda s: s.t)", RUNTIME_ERROR),
    body("raises with a name that is no text",
         "class T(str):\n    def __getitem__(s, i): return 7\n    def __bool__(s): raise ValueError\n"
         "class E(Exception): pass\nE.__name__ = T('E')\nraise E", RUNTIME_ERROR),
    body("raises in a file with an equality of its own",
         "class T(str):\n    def __eq__(s, o): raise ValueError\n    __hash__ = str.__hash__\n"
         "exec(compile('1 / 0', 'x', 'exec').replace(co_filename=T('x')))", RUNTIME_ERROR),
    body("raises with its memory full",
         "global kept\nkept = []\ntry:\n    while True: kept.append(bytearray(5000))\n"
         "except MemoryError: pass\nraise ValueError('full')", RUNTIME_ERROR, MEMORY, TIMEOUT),
    body("raises terminal codes and half characters",
         "raise ValueError('\\x1b]0;x\\x07\\x9b31m\\u2066\\ud800\\udfff\\ufeff\\u2028[/red]' * 500)", RUNTIME_ERROR),
    body("raises deep groups", "e = ValueError('x')\nfor _ in range(10**4): e = ExceptionGroup('g', [e])\nraise e",
         RUNTIME_ERROR),
    body("reads its input", "input()", RUNTIME_ERROR),
    outside("catches signals", "s = modules['_signal']\ns.signal(14, lambda *a: None)\ns.setitimer(0, 0.01)",
            VIOLATION),
    outside("catches forbidden calls", "modules['_signal'].signal(31, lambda *a: None)\nos.setsid()", VIOLATION),
    outside("waits for itself", "l = modules['_thread'].allocate_lock()\nl.acquire()\nl.acquire()", TIMEOUT),
)  # fmt: skip

SAME = "    def __hash__(s): return hash(int)\n    def __eq__(s, o): return True\n"
FALSE_RESULTS = (
    returning("answers with classes that equal int",
              f"class M(type):\n{SAME}class X(metaclass=M):\n    __int__ = __index__ = lambda s: 0\n", "[X()] * n",
              INVALID),
    returning("answers with classes that cannot be hashed",
              "class M(type):\n    def __hash__(s): raise ValueError\nclass X(metaclass=M): pass\n", "[X()] * n",
              INVALID),
    returning("answers with a class whose name hangs",
              "class M(type):\n    @property\n    def __name__(s):\n        while True: pass\n"
              "class X(metaclass=M): pass\n", "X()", INVALID),
    returning("answers with a class whose name is terminal codes", "X = type('\\x1b[2J' * 9999, (), {})", "X()",
              INVALID),
    returning("answers with a foreign address",
              "class X:\n    __array_interface__ = {'data': (8, True), 'shape': (10,), 'typestr': '<i8', 'version': 3}",
              "X()", INVALID),
    returning("answers an array that holds itself", "a = np.empty(10, dtype=object)\na[:] = [a] * 10", "a", INVALID),
    returning("answers dates", "", "np.arange(n).astype('M8[s]')", INVALID),
    returning("answers without end", "import itertools", "itertools.count()", INVALID),
    returning("answers integers of another byte order", "", "np.arange(n).astype('>i8')", None),
    program("replaces its function by none", HONEST + "solve = None\n", COMPILE_ERROR),
    at_the_page("claims to be done with garbage",
                "page.memory[4112:] = b'\\xfe' * (len(page.memory) - 4112)\npage.state.set(3)\nos._exit(0)",
                RUNTIME_ERROR),
    at_the_page("claims to be done and crashes",
                "page.state.set(3)\nmodules['_signal'].raise_signal(11)", RUNTIME_ERROR),
    at_the_page("claims to be done and hangs", "page.state.set(3)\nwhile True: pass", TIMEOUT),
    at_the_page("claims a failure that does not exist",
                "page.memory[4:8] = b'\\x63\\0\\0\\0'\npage.state.set(4)\nos._exit(0)", RUNTIME_ERROR),
    at_the_page("claims a failure in terminal codes",
                "page.memory[4:12] = b'\\x03\\0\\0\\0\\x8c\\x0a\\0\\0'\npage.memory[16:2716] = b'\\x1b[2J\\xff' * 540\n"
                "page.state.set(4)\nos._exit(0)",
                VIOLATION),
)  # fmt: skip

FILES = (
    by_numpy("np.loadtxt('/etc/passwd', dtype=str)", VIOLATION),
    by_numpy("np.genfromtxt('/etc/passwd')", VIOLATION),
    by_numpy("np.memmap('/etc/passwd')", VIOLATION),
    by_numpy("np.load('/etc/passwd', allow_pickle=True)", VIOLATION),
    by_numpy("np.savez('/tmp/escaped', p)", VIOLATION),
    by_numpy("np.ctypeslib.load_library('libc', '/lib')", *CRASH),
    by_numpy("np.lib.stride_tricks.as_strided(p, (10**12,))[10**11]", RUNTIME_ERROR),
    by_numpy("np.ctypeslib.ctypes.string_at(0)", *CRASH),
    outside("opens a false name",
            "class P(str):\n    def startswith(s, *a): return True\n"
            "try:\n    open(P('/etc/passwd'))\nexcept OSError: pass",
            VIOLATION),
    outside("opens from code with a false name",
            "class T(str):\n    def __eq__(s, o): raise ValueError\n    __ne__ = __eq__\n    __hash__ = str.__hash__\n"
            "exec(compile('open(0)', 'x', 'exec').replace(co_filename=T('x')))", VIOLATION),
    outside("prints what has no length", "class S(str):\n    def __len__(s): return 0\nwhile True:\n"
            "    sys.stdout.write(S('x' * 999))", TIMEOUT),
)  # fmt: skip


def nested(levels: int) -> str:
    """A return behind so many `finally`, each of which the compiler writes twice."""
    lines = [f"{' ' * level}try:\n{' ' * level} return 1\n{' ' * level}finally:\n" for level in range(1, levels)]
    return "def f():\n" + "".join(lines) + " " * levels + "return 1\n"


ODD_TEXTS = (
    program("a number that cannot be written out", "x = 0x" + "f" * 60_000 + "\n" + HONEST, REJECTED, job=Job.READ),
    program("a compiler's bomb", nested(20) + HONEST, *REFUSED, *DROWNED, job=Job.READ),
    program("an annotation that fails", "x: (1 / 0) = 1\n" + HONEST, RUNTIME_ERROR),
    program("a default that allocates", "def g(a=bytearray(10**9)): pass\n" + HONEST, MEMORY),
    program("a decorator that hangs", "def d(f):\n    while True: pass\n@d\n" + HONEST, TIMEOUT),
    program("a class body that hangs", "class C:\n    while True: pass\n" + HONEST, TIMEOUT),
    program("a future that never comes", "from __future__ import braces\n" + HONEST, COMPILE_ERROR, job=Job.READ),
    program("a wide import", "import ｏs\n" + HONEST, REJECTED, job=Job.READ),
    program("an asynchronous function", "async " + HONEST, REJECTED, job=Job.READ),
    text("a wide function that opens", "def priority(p, w):\n    return ｏpen(p)\n", Kind.RULE, Job.READ, REJECTED),
    text("a letter that looks like another", "def priority(p, w):\n    return р\n", Kind.RULE, Job.READ, REJECTED),
    text("prose around code", "Here it is:\n```python\ndef priority(p, w):\n    return p\n```", Kind.RULE, Job.READ,
         COMPILE_ERROR),
    rule("breaks out of nothing", "x = p\nbreak\nreturn x", COMPILE_ERROR, job=Job.READ),
    rule("continues nothing", "for i in range(3):\n    p += i\nelse:\n    continue\nreturn p", COMPILE_ERROR,
         job=Job.READ),
    rule("assigns what Python keeps", "__debug__ = 1\nreturn p", COMPILE_ERROR, job=Job.READ),
    rule("nests more loops than Python", "".join(f"{'  ' * k}for i in range(1):\n" for k in range(25)) + "  " * 25
         + "p += 1\nreturn p", COMPILE_ERROR, job=Job.READ),
    rule("hides a builtin", "max = 3\nreturn p * max", REJECTED, job=Job.READ),
    rule("hides a parameter's value", "w: float\nx: float\nreturn x", RUNTIME_ERROR),
    rule("compares NaN", "x = float('inf') * 0\nreturn x if x != x else p", RUNTIME_ERROR),
    rule("counts to NaN", "for i in range(float('inf') * 0):\n    p += 1\nreturn p", RUNTIME_ERROR),
    rule("raises zero to a negative power", "return (p - p) ** -1", RUNTIME_ERROR),
    rule("raises to the largest power", "return p ** 1e308 * 2 ** p ** 99", RUNTIME_ERROR),
    text("helpers that double each other's time", "def h0(x):\n    return x + 1\n"
         + "".join(f"def h{k}(x):\n    return h{k - 1}(x) + h{k - 1}(x)\n" for k in range(1, 45))
         + "def priority(p, w):\n    return h44(p)\n", Kind.RULE, Job.RUN, TIMEOUT),
)  # fmt: skip

DISGUISED = (*FALSE_ERRORS, *FALSE_RESULTS, *FILES, *ODD_TEXTS)
