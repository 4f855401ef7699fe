"""What the functions of a candidate mean, for people: the parameters that it uses, and how its values decide."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from evaluators.source import Refused, parse
from problems import Parameter, Signature


@dataclass(frozen=True, slots=True)
class FunctionMeaning:
    """One function: the parameters that a source uses and the names of the others, in the order of the signature."""

    signature: Signature
    used: tuple[Parameter, ...]
    unused: tuple[str, ...]

    @property
    def call(self) -> str:
        """The function with all its parameters, such as priority(p, d)."""
        return self.signature.header().removeprefix("def ").removesuffix(":")

    @property
    def lines(self) -> tuple[str, ...]:
        """The meaning as lines of text, the parameters below each other."""
        width = max((len(parameter.name) for parameter in self.used), default=0)
        return (
            f"{self.call}: {self.signature.ranking}" if self.signature.ranking else self.call,
            *(f"    {parameter.name:{width}}  {parameter.explanation}" for parameter in self.used),
            *([f"    not used: {', '.join(self.unused)}"] if self.unused else []),
            f"    returns {self.signature.returns}",
        )


def function_meanings(signatures: Sequence[Signature], source: str | None) -> tuple[FunctionMeaning, ...]:
    """Return the meaning of each function; without a source that can be read, all parameters count as used."""
    functions = _functions(source or "")
    return tuple(_meaning(signature, functions.get(signature.name)) for signature in signatures)


def _functions(source: str) -> dict[str, ast.FunctionDef]:
    try:
        tree = parse(source)
    except Refused:
        return {}
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def _meaning(signature: Signature, function: ast.FunctionDef | None) -> FunctionMeaning:
    parameters = signature.parameters
    given = [] if function is None else [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    if function is None or len(given) != len(parameters):
        return FunctionMeaning(signature, parameters, ())
    read = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    used = tuple(one for one, name in zip(parameters, given, strict=True) if name in read)
    return FunctionMeaning(signature, used, tuple(one.name for one in parameters if one not in used))
