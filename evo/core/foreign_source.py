"""The source of a candidate as it is written to a file: a program that does the same and cannot command a terminal."""

import ast
import warnings

from evaluators.syntax import Refused, parse
from evo.core.foreign_text import visible


def visible_source(source: str) -> str:
    """Return a program that does the same and holds no character that does not print.

    Comments are written anew. Where escapes would change what the program does (in raw strings, or where a form feed
    stands between statements), it is written anew as a whole, without comments.
    """
    shown = visible(source)
    return shown if shown == source or _does_the_same(shown, source) else visible(_unparsed(source))


def _does_the_same(shown: str, source: str) -> bool:
    try:
        return ast.dump(_parsed(shown)) == ast.dump(_parsed(source))
    except Refused:
        return False


def _parsed(source: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # it would quote the source
        warnings.simplefilter("ignore", DeprecationWarning)
        return parse(source)


def _unparsed(source: str) -> str:
    try:
        return ast.unparse(_parsed(source))
    except (Refused, ValueError):  # no Python, or an f-string that cannot be written without the character
        return source
