"""Every setting by its name, with its default and one sentence of what it means, as its dataclass states them.

They are read from the source of the dataclasses: to import these takes seconds, which a shell that completes a word has
not.
"""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FURTHER: Mapping[str, str] = {
    "problem.train": "Your own instances: a file, a folder, a pattern, a list of them; or sizes of generated ones.",
    "problem.validation": "Likewise those that pick the winner; default: a part of train, where train is given.",
    "problem.test": "Likewise those that are scored once, at the end.",
    "islands.archives.NAME": "The axes of an island's archive: names of measures, or their places in the problem.",
    "callbacks.NAME._target_": "The class of a callback of your own.",
}
"""Settings that no dataclass holds."""
PLACES: Sequence[tuple[str, str, str]] = (
    ("", "evo/config/settings.py", "Settings"),
    ("budget.", "evo/search/budget.py", "Budget"),
    ("llm.", "evo/authors/llm/settings.py", "LLMSettings"),
    ("evaluator.", "evo/config/settings.py", "EvaluatorSettings"),
    ("evaluator.", "evaluators/sandbox/contract.py", "Limits"),
    ("islands.migration.", "islands/migration.py", "Migration"),
    ("axes.MEASURE.", "islands/axis.py", "Axis"),
    ("operator.NAME.", "evo/core/records.py", "Operator"),
    ("polish.", "evo/search/population.py", "Polish"),
    ("emitters.", "evo/search/emitters.py", "EmitterShares"),
)
"""The dataclasses of settings, each with what stands before their names; fields without a sentence are no settings."""
ENUMERATIONS = ("evo/authors/llm/settings.py", "evo/core/records.py", "evo/search/emitters.py",
                "evaluators/cell/lockdown.py")  # fmt: skip


@dataclass(frozen=True, slots=True)
class SettingDoc:
    """A setting: its dotted name, its default (None where it has none), what it means, and what values it may have.

    In `operator.NAME.weight` and `axes.MEASURE.low` the name in capitals is any name. `values` are those of an
    enumeration or of a truth; none where any number or text may stand.
    """

    name: str
    default: object
    meaning: str
    values: tuple[str, ...] = ()


@cache
def setting_docs() -> tuple[SettingDoc, ...]:
    """Return all settings in the order in which people need them."""
    docs = [doc for prefix, file, owner in PLACES for doc in _of(file, owner, prefix)]
    docs += [SettingDoc(name, None, meaning) for name, meaning in FURTHER.items()]
    order = {"": 0, "budget": 1, "problem": 2, "llm": 3, "evaluator": 4, "islands": 5}
    return tuple(sorted(docs, key=lambda doc: order.get(doc.name.rpartition(".")[0].partition(".")[0], 9)))


def _of(file: str, owner: str, prefix: str) -> list[SettingDoc]:
    """Return the fields of a class below which a sentence stands."""
    body = _class(file, owner).body
    return [
        SettingDoc(f"{prefix}{field.target.id}", _default(field.value), str(text.value.value), _values(field))
        for field, text in pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
    ]


def _default(value: ast.expr | None) -> object:
    match value:
        case None:
            return None
        case ast.Attribute(value=ast.Name(id=owner), attr=member):
            return _enumerations()[owner][member]
    found = ast.literal_eval(value)
    return list(found) if isinstance(found, tuple) else found


def _values(field: ast.AnnAssign) -> tuple[str, ...]:
    owner = [field.value.value] if isinstance(field.value, ast.Attribute) else []
    words = [word for node in (field.annotation, *owner) for word in ast.unparse(node).split(" | ")]
    known = {"bool": ("true", "false"), **{name: tuple(one.values()) for name, one in _enumerations().items()}}
    return next((known[word] for word in words if word in known), ())


@cache
def _enumerations() -> Mapping[str, Mapping[str, str]]:
    """Return the members of the classes of texts, by their names."""
    found: dict[str, dict[str, str]] = {}
    for file in ENUMERATIONS:
        for node in _parsed(file).body:
            if isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "StrEnum" for base in node.bases):
                found[node.name] = {
                    each.targets[0].id: str(each.value.value)
                    for each in node.body
                    if isinstance(each, ast.Assign)
                    and isinstance(each.targets[0], ast.Name)
                    and isinstance(each.value, ast.Constant)
                }
    return found


def _class(file: str, name: str) -> ast.ClassDef:
    return next(node for node in _parsed(file).body if isinstance(node, ast.ClassDef) and node.name == name)


@cache
def _parsed(file: str) -> ast.Module:
    return ast.parse((ROOT / file).read_text(encoding="utf-8"))
