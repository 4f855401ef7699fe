"""Text to syntax tree under bounds: the first thing that hostile text meets, in the confined child."""

import ast

from evaluators.outcome import FailureKind

SOURCE_CHARACTERS = 65_536
SYNTAX_NODES = 20_000
NESTING = 100
FILE = "<candidate>"


class Refused(Exception):  # noqa: N818 - the source is refused; nothing of ours is in error
    """The source cannot be a candidate; the message names the line and says what to do instead, fit for a model."""

    def __init__(self, kind: FailureKind, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


def rejected(line: int, message: str) -> Refused:
    """Return the refusal of what stands on a line."""
    return Refused(FailureKind.REJECTED, f"line {line}: {message}")


def parse(source: str) -> ast.Module:
    """Parse source of at most 65,536 characters, 20,000 syntax nodes and 100 levels of nesting.

    Raises:
        Refused: the text is no Python (COMPILE_ERROR) or exceeds a bound (REJECTED).
    """
    if len(source) > SOURCE_CHARACTERS:
        raise Refused(FailureKind.REJECTED, f"line 1: more than {SOURCE_CHARACTERS:,} characters: write less.")
    try:
        tree = ast.parse(source)
        check_bounds(tree)
        compile(tree, FILE, "exec", dont_inherit=True)  # finds what grammar alone does not: a `break` outside a loop
    except SyntaxError as error:
        raise no_python(error) from None
    except (RecursionError, MemoryError):
        raise rejected(1, "nested too deeply for the parser: split it into steps.") from None
    except ValueError as error:  # null bytes and lone surrogates
        raise Refused(FailureKind.COMPILE_ERROR, f"line 1: {error}") from None
    return tree


def no_python(error: SyntaxError) -> Refused:
    """Return the refusal of what Python's own compiler does not take."""
    return Refused(FailureKind.COMPILE_ERROR, f"line {error.lineno or 1}: {error.msg}")


def check_bounds(tree: ast.Module) -> None:
    """Walk the tree without recursion and refuse what is too large for those that recurse."""
    level: list[tuple[ast.AST, int]] = [(tree, 1)]
    nodes = depth = 0
    while level:
        nodes += len(level)
        depth += 1
        if nodes > SYNTAX_NODES:
            raise rejected(level[0][1], f"more than {SYNTAX_NODES:,} syntax nodes: write less.")
        if depth > NESTING:
            raise rejected(level[0][1], f"more than {NESTING} levels of nesting: split it into steps.")
        level = [(child, line_of(child, line)) for node, line in level for child in ast.iter_child_nodes(node)]


def line_of(node: ast.AST, otherwise: int = 1) -> int:
    """Return the node's line, or another for the few nodes that have none."""
    line = getattr(node, "lineno", otherwise)
    return line if isinstance(line, int) else otherwise
