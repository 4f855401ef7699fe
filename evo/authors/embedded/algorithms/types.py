"""The types of an algorithm's values, and of the calls that its language knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum


class Scalar(IntEnum):
    """One number; where two meet, the larger wins."""

    BOOL = 0
    INT = 1
    FLOAT = 2


@dataclass(frozen=True, slots=True)
class ArrayOf:
    """An array of one dimension."""

    entry: Scalar


@dataclass(frozen=True, slots=True)
class TupleOf:
    """Several values, as a function returns them."""

    parts: tuple["Type | None", ...]


Type = Scalar | ArrayOf | TupleOf
NOTHING = TupleOf(())

BOOL, INT, FLOAT = Scalar.BOOL, Scalar.INT, Scalar.FLOAT
DTYPES = {"int64": INT, "float64": FLOAT, "bool_": BOOL}
WHOLE = ("floor", "ceil")  # functions of math that give integers
INDICES = ("argsort", "flatnonzero")
PLACES = ("argmin", "argmax", "searchsorted")
SAME = ("sort", "copy", "abs", "ascontiguousarray")
ENTRY = ("min", "max")
TOTAL = ("sum", "dot")


class MistypedError(Exception):
    """The types do not fit together; the message says where."""


def join(one: Type | None, other: Type | None) -> Type | None:
    """Return the type that holds both; None is not known yet.

    Raises:
        MistypedError: nothing holds both.
    """
    if one is None or other is None or one == other:
        return one if other is None else other
    if isinstance(one, Scalar) and isinstance(other, Scalar):
        return max(one, other)
    if isinstance(one, TupleOf) and isinstance(other, TupleOf) and len(one.parts) == len(other.parts):
        return TupleOf(tuple(join(each, its) for each, its in zip(one.parts, other.parts, strict=True)))
    raise MistypedError(f"{one} meets {other}")


def entry(kind: Type) -> Scalar:
    """Return the scalar itself, or the type of an array's entries."""
    if isinstance(kind, TupleOf):
        raise MistypedError("a tuple stands for a number")
    return kind.entry if isinstance(kind, ArrayOf) else kind


def elementwise(kinds: Sequence[Type], least: Scalar = BOOL) -> Type:
    """Return the type of an operation on scalars and arrays alike."""
    widest = max(least, *(entry(kind) for kind in kinds))
    return ArrayOf(widest) if any(isinstance(kind, ArrayOf) for kind in kinds) else widest


def plain_call(name: str, kinds: Sequence[Type]) -> Type:
    """Return what `len`, `int`, `max` and the like give."""
    match name:
        case "len" | "int" | "round":
            return INT
        case "float":
            return FLOAT
        case "bool":
            return BOOL
        case "abs" | "min" | "max" if kinds:
            return entry(kinds[0]) if len(kinds) == 1 and name != "abs" else elementwise(kinds)
        case _:
            raise MistypedError(f"{name} is not known")


def array_call(name: str, kinds: Sequence[Type], dtype: Scalar | None) -> Type:
    """Return what a function of numpy, or a method whose array comes first, gives."""
    if name in ("zeros", "ones"):
        return ArrayOf(FLOAT if dtype is None else dtype)
    if name == "full":
        return ArrayOf(entry(kinds[1]) if dtype is None else dtype)
    if name == "astype" and dtype is not None:
        return ArrayOf(dtype)
    if name == "arange":
        return ArrayOf(max(map(entry, kinds)) if dtype is None else dtype)
    return _reduced(name, kinds)


def _reduced(name: str, kinds: Sequence[Type]) -> Type:
    if name in INDICES:
        return ArrayOf(INT)
    if name in PLACES:
        return ArrayOf(INT) if name == "searchsorted" and isinstance(kinds[1], ArrayOf) else INT
    if name in SAME or name in ("maximum", "minimum"):
        return elementwise(kinds)
    if name in ENTRY:
        return entry(kinds[0])
    if name in TOTAL:
        return max(INT, *map(entry, kinds))
    match name:
        case "cumsum":
            return ArrayOf(max(INT, entry(kinds[0])))
        case "mean":
            return FLOAT
        case "any" | "all":
            return BOOL
        case "where" if len(kinds) == 3:
            return elementwise(kinds[1:])
    raise MistypedError(f"{name} is not known")
