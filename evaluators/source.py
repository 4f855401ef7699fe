"""Reading a candidate's source: imports, literals, digest and size, without running any of it."""

import ast
import hashlib

from evaluators.cell.program import without_docstrings
from evaluators.language.facts import facts_of_algorithm, facts_of_rules
from evaluators.language.reading import read_algorithm, read_rules
from evaluators.outcome import Facts
from evaluators.syntax import Refused, parse, rejected
from problems import Kind, LiteralLimits, Signature

__all__ = ["PROGRAM_MODULES", "Refused", "parse", "read"]

LITERAL_BITS = 14_000
SEARCH_INSTEAD = "this problem wants programs that search, not stored solutions; compute what you need"

PROGRAM_MODULES: tuple[str, ...] = (
    "abc",
    "array",
    "bisect",
    "cmath",
    "collections",
    "collections.abc",
    "copy",
    "dataclasses",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "heapq",
    "itertools",
    "math",
    "numpy",
    "numpy.linalg",
    "numpy.random",
    "numpy.typing",
    "operator",
    "random",
    "scipy",
    "scipy.optimize",
    "scipy.sparse",
    "scipy.sparse.csgraph",
    "scipy.spatial",
    "scipy.spatial.distance",
    "scipy.special",
    "statistics",
    "string",
    "time",
    "typing",
    "__future__",
)


def read(source: str, kind: Kind, signatures: tuple[Signature, ...], literals: LiteralLimits | None = None) -> Facts:
    """Parse and check a candidate's source, and return the facts about its normalised syntax.

    The literals of programs are limited where the problem limits them.

    Raises:
        Refused: the source cannot be a candidate of this kind.
    """
    if kind is Kind.RULE:
        return facts_of_rules(read_rules(source, signatures))
    if kind is Kind.ALGORITHM:
        return facts_of_algorithm(read_algorithm(source, signatures[0]))
    return read_program(source, signatures[0], literals)


def read_program(source: str, signature: Signature, literals: LiteralLimits | None = None) -> Facts:
    """Check a program: it parses, imports available modules and defines its function; the sandbox does the rest."""
    tree = parse(source)
    for node in ast.walk(tree):
        check_import(node)
        check_number(node)
    check_defined(tree, signature)
    bare = without_docstrings(tree)
    if literals is not None:
        check_literals(bare, literals)
    counted = sum(isinstance(node, ast.stmt | ast.expr) for node in ast.walk(bare))
    return Facts(hashlib.sha256(ast.dump(bare).encode("utf-8", "surrogatepass")).hexdigest(), counted)


def check_import(node: ast.AST) -> None:
    """Refuse an import of a module that the sandbox has not loaded: it could not be found there."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            check_module(alias.name, node.lineno)
    elif isinstance(node, ast.ImportFrom):
        if node.level:
            raise rejected(node.lineno, "relative imports have no meaning here: import a module by its full name.")
        if any(alias.name == "*" for alias in node.names):
            raise rejected(node.lineno, "`import *` is refused: name what you import.")
        check_module(node.module or "", node.lineno)


def check_number(node: ast.AST) -> None:
    """Refuse a literal of more digits than Python itself would write out again (4,300)."""
    match node:
        case ast.Constant(value=int() as value) if value.bit_length() > LITERAL_BITS:
            raise rejected(node.lineno, f"a whole number of more than {LITERAL_BITS:,} bits: compute it instead.")


def check_module(name: str, line: int) -> None:
    """Refuse a module that is not available."""
    if name not in PROGRAM_MODULES:
        raise rejected(line, f"module '{name}' cannot be imported; available: {', '.join(PROGRAM_MODULES)}.")


def check_defined(tree: ast.Module, signature: Signature) -> None:
    """Refuse a program without the promised function at top level, or which cannot take the promised arguments."""
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    if signature.name not in functions:
        only = next(iter(functions), None) if len(functions) == 1 else None
        advice = f"rename '{only}' to '{signature.name}'" if only else "define it at the top level"
        raise rejected(1, f"the function `{signature.header()}` is missing: {advice}.")
    node = functions[signature.name]
    parameters, promised = node.args, len(signature.parameters)
    most = len(parameters.posonlyargs) + len(parameters.args)
    least = most - len(parameters.defaults)
    required = any(default is None for default in parameters.kw_defaults)
    if required or promised < least or (promised > most and parameters.vararg is None):
        raise rejected(node.lineno, f"`{signature.name}` is called as `{signature.header()}`: take these arguments.")


def check_literals(tree: ast.Module, limits: LiteralLimits) -> None:
    """Refuse a tree, without its docstrings, whose literals hold more than the limits, at the line that is too much."""
    numbers = digits = letters = 0
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant):
            continue
        match node.value:
            case bool() | int() | float() | complex() as value:
                numbers += 1
                digits += max(0, significant_digits(value) - 1)
            case str() | bytes() as text:
                letters += len(text)
        for name, counted in (("numbers", numbers), ("digits", digits), ("letters", letters)):
            if counted > getattr(limits, name):
                raise rejected(node.lineno, f"{limit_message(name, getattr(limits, name))}: {SEARCH_INSTEAD}.")


def significant_digits(value: complex) -> int:
    """Return the significant digits of a number as Python writes it: 1 for 0.5, 100 and 1e-9, 3 for 1.25, 0 for 0."""
    if isinstance(value, complex):
        return significant_digits(value.real) + significant_digits(value.imag)
    mantissa = repr(abs(value)).partition("e")[0]
    return len("".join(filter(str.isdigit, mantissa)).strip("0"))


def limit_message(name: str, most: int) -> str:
    """Return which limit is exceeded, in words."""
    return {
        "numbers": f"more than {most:,} numeric literals",
        "digits": f"numeric literals with more than {most:,} significant digits in all, the first of each not counted",
        "letters": f"more than {most:,} letters in strings",
    }[name]
