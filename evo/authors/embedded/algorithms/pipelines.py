"""Crossings of algorithms: steps, starts and helpers of one are put into another."""

import ast
from collections.abc import Sequence
from functools import partial

import numpy as np

from evo.authors.embedded.algorithms.edits import Edit
from evo.authors.embedded.algorithms.inference import Types
from evo.authors.embedded.algorithms.modules import adopt, definitions, is_docstring
from evo.authors.embedded.algorithms.subject import Subject, is_array, stores
from evo.authors.embedded.algorithms.types import INT, Scalar


def steps(subject: Subject, donor: Subject) -> list[Edit]:
    """Put a step of the donor's into the pipeline, or end it as the donor ends, or start it as the donor starts."""
    found = [
        Edit(1.0, partial(_step, subject, donor, statement))
        for statement in donor.solver.body
        if stores([statement], donor.types)
    ]
    cuts = range(1, len(donor.solver.body))
    found += [Edit(1.0 / len(cuts), partial(_end, subject, donor, cut)) for cut in cuts]
    return found


def _step(subject: Subject, donor: Subject, statement: ast.stmt, rng: np.random.Generator) -> None:
    body = subject.solver.body
    where = int(rng.integers(_opening(subject), len(body) + 1))
    new = _taken(subject, donor, [statement])
    if rng.random() < 0.3 and where < len(body) and stores([body[where]], subject.types):
        body[where : where + 1] = new
    else:
        body[where:where] = new


def _end(subject: Subject, donor: Subject, cut: int, rng: np.random.Generator) -> None:
    body = subject.solver.body
    own_cut = int(rng.integers(_opening(subject), len(body) + 1))
    if rng.random() < 0.5:
        body[own_cut:] = _taken(subject, donor, donor.solver.body[cut:])
    else:
        body[:own_cut] = _taken(subject, donor, donor.solver.body[:cut])


def _opening(subject: Subject) -> int:
    """Return where the pipeline begins: after the docstring."""
    return int(is_docstring(subject.solver.body[0]))


def _taken(subject: Subject, donor: Subject, statements: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Return statements of the donor's pipeline as steps of this one, arguments by place."""
    lent = definitions(donor.module)
    kept = [each for each in statements if not is_docstring(each)]
    names = zip(donor.solver.args.args, subject.solver.args.args, strict=True)
    changed = {its.arg: own.arg for its, own in names if its.arg != own.arg}
    taken = adopt(subject.module, lent, kept)
    for node in (each for statement in taken for each in ast.walk(statement)):
        if isinstance(node, ast.Name):
            node.id = changed.get(node.id, node.id)
    return taken


def exchanges(subject: Subject, donor: Subject) -> list[Edit]:
    """Call a helper of the donor's in place of one whose arguments have the same names and types, and its result."""
    return [
        Edit(1.0, partial(_exchange, subject, donor, own, other))
        for own in subject.types.functions
        for other in donor.types.functions
        if own != subject.entry.name != other and _alike(subject, donor, own, other)
    ]


def _alike(subject: Subject, donor: Subject, own: str, other: str) -> bool:
    one, two = subject.types, donor.types
    if _named(one, own) != _named(two, other) or None in one.parameters(own):
        return False
    if one.parameters(own) != two.parameters(other) or one.result(own) != two.result(other):
        return False
    return ast.dump(one.functions[own]) != ast.dump(two.functions[other])


def _named(types: Types, function: str) -> list[str]:
    return [each.arg for each in types.functions[function].args.args]


def _exchange(subject: Subject, donor: Subject, own: str, other: str, rng: np.random.Generator) -> None:
    probe = ast.parse(f"{other}()").body
    (taken,) = adopt(subject.module, definitions(donor.module), probe)
    new = next(node.id for node in ast.walk(taken) if isinstance(node, ast.Name))
    calls = [
        node
        for name, function in subject.types.functions.items()
        if name != own
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == own
    ]
    if calls:
        chosen = calls[int(rng.integers(len(calls)))]
        chosen.func = ast.Name(new)


def contests(subject: Subject, donor: Subject) -> list[Edit]:
    """Run both algorithms and keep the better solution, where one of them can value a solution."""
    return [
        Edit(0.5, partial(_contest, subject, donor, source, name))
        for source in (subject, donor)
        for name in source.types.functions
        if _values(source, name)
    ]


def _values(subject: Subject, name: str) -> bool:
    """Whether a helper values a solution: it takes the arguments of the pipeline by name, and one number comes out."""
    types, own = subject.types, [each.arg for each in subject.solver.args.args]
    result = types.result(name)
    if not isinstance(result, Scalar) or result < INT or stores([types.functions[name]], types):
        return False
    parameters = [each.arg for each in types.functions[name].args.args]
    if len(parameters) != len(own) or not all(map(is_array, types.parameters(name))):
        return False
    return len(set(parameters) - set(own)) <= 1 and set(own[:-1]) <= set(parameters)


def _contest(subject: Subject, donor: Subject, source: Subject, name: str, _: np.random.Generator) -> None:
    solver = subject.solver
    arguments = [each.arg for each in solver.args.args]
    rival = ast.parse(ast.unparse(donor.solver)).body[0]
    assert isinstance(rival, ast.FunctionDef)
    rival.name = "rival"
    run = (
        f"other = np.zeros({arguments[-1]}.size, dtype=np.int64)",
        f"rival({', '.join((*arguments[:-1], 'other'))})",
    )
    parameters = [each.arg for each in source.types.functions[name].args.args]
    other, own = (_valued(name, parameters, arguments, each) for each in ("other", arguments[-1]))
    sign = "<" if subject.entry.minimised else ">"
    keep = f"if {other} {sign} {own}:\n    {arguments[-1]}[:] = other"
    solver.body += adopt(subject.module, {**definitions(donor.module), "rival": rival}, ast.parse("\n".join(run)).body)
    solver.body += adopt(subject.module, definitions(source.module), ast.parse(keep).body)


def _valued(name: str, parameters: Sequence[str], arguments: Sequence[str], solution: str) -> str:
    given = (each if each in arguments[:-1] else solution for each in parameters)
    return f"{name}({', '.join(given)})"
