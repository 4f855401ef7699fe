"""The code around a candidate that takes instances and returns solutions, with nothing but numpy."""

from collections.abc import Mapping
from dataclasses import dataclass

from evo.core.errors import UserError
from evo.tools.kernel_source import bundled
from problems import Construction, Exportable, Kind, Problem, Split

NAME = "solution"
WHOLE = '''\
def whole(name, value):
    """Return whole numbers as an array, or one of them as an integer."""
    given = np.asarray(value)
    if given.dtype.kind not in "iuf" or not np.array_equal(given, given.astype(np.int64)):
        raise ValueError(f"Expected whole numbers in {name}.")
    return given.astype(np.int64) if given.ndim else int(given)
'''
SOLUTION = '''\
def solution({names}):
    """Return {returns}."""
    {given} = {checked}
    return {call}
'''
MAIN = """\
if __name__ == "__main__":
    import json
    import sys

    instances = json.load(sys.stdin)
    print(json.dumps([np.asarray({call}).tolist() for given in instances]))
"""
PLAIN_MAIN = """\
if __name__ == "__main__":
    import json
    import sys

    answers = [{function}(**given) for given in json.load(sys.stdin)]
    print(json.dumps(answers, default=lambda value: value.tolist()))
"""
OF_PROGRAM = (
    "{function}(**{{name: np.asarray(each) if isinstance(each, list) else each for name, each in given.items()}})"
)


@dataclass(frozen=True, slots=True)
class SolvingCode:
    """Python source that follows a candidate's, the imports that it needs, and how it is used, line by line.

    `names` are those that it defines.
    """

    text: str
    imports: set[str]
    usage: tuple[str, ...]
    names: frozenset[str] = frozenset()


def solving_code(problem: Problem) -> SolvingCode:
    """Return the code that makes solutions of a problem by a candidate that stands before it.

    Raises:
        UserError: the problem has no `construction`.
    """
    if problem.kind is Kind.PROGRAM:
        (signature,) = problem.signatures
        meanings = {parameter.name: parameter.explanation for parameter in signature.parameters}
        usage = _usage(signature.name, meanings, signature.returns)
        if problem.solution_shape(problem.instances(Split.TRAIN)[0]).plain:
            return SolvingCode(PLAIN_MAIN.format(function=signature.name), set(), usage)
        main = MAIN.format(call=OF_PROGRAM.format(function=signature.name))
        return SolvingCode(main.replace("    import json", "    import json\n    import numpy as np"), set(), usage)
    if not isinstance(problem, Exportable):
        raise UserError(f"{problem.name} has no `construction`, so no kernel is exported: leave --with-kernel out.")
    construction = problem.construction
    bundle = bundled(construction.function)
    names = ", ".join(construction.arguments)
    wrapper = SOLUTION.format(
        names=names,
        returns=construction.returns,
        given=names,
        checked=", ".join(f'whole("{name}", {name})' for name in construction.arguments),
        call=_call(problem, construction),
    )
    parts = (bundle.text(), WHOLE, wrapper, MAIN.format(call=f"{NAME}(**given)"))
    usage = _usage(NAME, construction.arguments, construction.returns)
    defined = frozenset((*bundle.definitions, *bundle.constants, "whole", NAME))
    return SolvingCode("\n\n".join(parts), bundle.imports | {"import numpy as np"}, usage, defined)


def _call(problem: Problem, construction: Construction) -> str:
    candidate = [signature.name for signature in problem.signatures]
    settings = [f"{name}={value!r}" for name, value in construction.settings.items()]
    return f"{construction.function.__name__}({', '.join((*candidate, *construction.arguments, *settings))})"


def _usage(function: str, arguments: Mapping[str, str], returns: str) -> tuple[str, ...]:
    example = ", ".join(f'"{name}": …' for name in arguments)
    return (
        f"`{function}({', '.join(arguments)})` returns {returns}.",
        *(f"    {name}: {meaning}" for name, meaning in arguments.items()),
        f"`python FILE < instances.json` prints the solutions of a list of instances, [{{{example}}}, …], as JSON.",
    )
