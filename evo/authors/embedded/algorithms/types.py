"""The types of an algorithm's values, and of the calls that its language knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from evaluators.language.functions import Charge, Entries, Gives, LibraryFunction


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
LEAST: Mapping[Entries, Scalar] = {
    Entries.TRUTH: BOOL,
    Entries.INTEGER: INT,
    Entries.REAL: FLOAT,
    Entries.WIDEST: BOOL,
    Entries.TOTAL: INT,
}


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


def call_type(function: LibraryFunction, kinds: Sequence[Type], dtype: Scalar | None) -> Type:
    """Return what a function of the language gives; the array of a method comes first.

    Raises:
        MistypedError: a function of numbers is given an array.
    """
    arrays = [isinstance(kind, ArrayOf) for kind in kinds]
    if function.gives is Gives.NUMBER and function.charge is Charge.RESULT and function.name != "len" and any(arrays):
        raise MistypedError(f"{function.name} takes numbers")
    widest = LEAST[function.entries]
    if function.entries in (Entries.WIDEST, Entries.TOTAL):
        valued = {"np.where": kinds[1:], "np.full": kinds[1:2]}.get(function.name, kinds)
        widest = max(widest, *map(entry, valued)) if valued else widest
    shaping = arrays[1:] if function.name == "np.searchsorted" else arrays
    is_array = function.gives is Gives.ARRAY or (function.gives is Gives.ALIKE and any(shaping))
    chosen = widest if dtype is None else dtype
    return ArrayOf(chosen) if is_array else chosen
