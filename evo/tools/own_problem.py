"""A problem made in a script or a notebook, from one function that scores solutions: `evo.problem`."""

import hashlib
import inspect
import json
import keyword
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evo.tools.written_code import function_source, module_text
from problems import Split
from problems.plain import as_words

Program = Callable[[Any], Any] | str
"""A program as source text, or as a function of which the source is taken."""
SHOWN = 300
"""Letters of an instance that a prompt shows."""
TEMPLATE = '''"""The problem {name}, written by evo.problem: the record of a run needs its code."""

import json as json_of_evo

from problems import Parameter, Sense, Signature, Split
from problems.scored import ScoredProblem

{code}

class Problem(ScoredProblem):
    """Its statement."""

    score = staticmethod({score})
    best_known = {best_known}
    name = {name!r}
    sense = Sense.{sense}
    description = {description!r}
    baselines = {baselines!r}
    seeds = {seeds!r}
    reference_method = {method!r}
    values = json_of_evo.loads({instances!r})
    scale = {scale!r}
    result_bytes = {result_bytes!r}
    signatures = (Signature("solve", (Parameter("instance", {meaning!r}),), {returns!r}),)
'''


@dataclass(frozen=True)
class OwnProblem:
    """A problem made by `evo.problem`; called, it scores a solution of an instance as `score` does."""

    name: str
    score: Callable[[Any, Any], float]
    instances: Mapping[Split, Sequence[Any]]
    minimise: bool
    baselines: Mapping[str, str]
    seeds: tuple[str, ...]
    solution: str
    best_known: Callable[[Any], float] | None = None
    scale: float = 1.0
    result_bytes: int = 65_536

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.name) or keyword.iskeyword(self.name):
            raise ValueError(f"Expected a name of small letters, digits and _, got {self.name!r}.")
        if not self.scale > 0:
            raise ValueError(f"Expected scale > 0, got {self.scale}.")
        if self.result_bytes < 1:
            raise ValueError(f"Expected result_bytes >= 1, got {self.result_bytes}.")
        for split in Split:
            if not self.instances.get(split):
                raise ValueError(f"Expected instances of {split}, got none.")
            for instance in self.instances[split]:
                as_words(instance)

    def __call__(self, solution: Any, instance: Any) -> float:
        """Return the score of a solution."""
        return self.score(solution, instance)

    def write(self, folder: Path) -> str:
        """Write its module, which holds the instances, and its YAML; return the name that `problem=` takes.

        Raises:
            UserError: its functions need what cannot be written.
        """
        text = self._text()
        module = f"evo_{self.name}_{_digest(text)}"
        (folder / "problem").mkdir(parents=True, exist_ok=True)
        (folder / f"{module}.py").write_text(text, encoding="utf-8")
        yaml = f"# The problem {self.name}, written by evo.problem.\n_target_: {module}.Problem\n"
        (folder / "problem" / f"{self.name}.yaml").write_text(yaml, encoding="utf-8")
        return self.name

    def _text(self) -> str:
        code = module_text(self.score) if self.best_known is None else module_text(self.score, self.best_known)
        better = "smaller" if self.minimise else "larger"
        told = inspect.getdoc(self.score) or f"Solve an instance of {self.name.replace('_', ' ')}."
        description = f"{told} The {better} its score, the better a solution:\n\n{function_source(self.score)}\n"
        example = json.dumps(self.instances[Split.TRAIN][0])
        shown = example if len(example) <= SHOWN else f"{example[:SHOWN]}…"
        return TEMPLATE.format(
            name=self.name,
            code=code,
            sense="MINIMISE" if self.minimise else "MAXIMISE",
            description=description,
            baselines=dict(self.baselines),
            seeds=self.seeds,
            method=f"{self.name} {_digest(code, repr(self.baselines))}",
            score=self.score.__name__,
            best_known="None" if self.best_known is None else f"staticmethod({self.best_known.__name__})",
            instances=json.dumps({str(split): list(self.instances[split]) for split in Split}),
            scale=float(self.scale),
            result_bytes=self.result_bytes,
            meaning=f"one instance, plain values such as {shown}",
            returns=self.solution,
        )


def problem(
    *,
    instances: Sequence[Any] | Mapping[str, Sequence[Any]],
    start: Program | Mapping[str, Program],
    minimise: bool = True,
    name: str | None = None,
    solution: str = "a solution of plain values: numbers, texts, lists, dicts",
    best_known: Callable[[Any], float] | None = None,
    scale: float = 1.0,
    result_bytes: int = 65_536,
) -> Callable[[Callable[[Any, Any], float]], OwnProblem]:
    """Make a problem of the function below: it returns the score of a program's solution of an instance.

    A candidate is a program with a function `solve(instance)`, which runs in the sandbox; the score is computed here,
    outside of its process. Where a solution breaks a constraint, `score` raises ValueError, or any assertion fails.
    `instances` are plain values (numbers, texts, lists, dicts), at least four, of which every second is for train and
    every fourth for validation and test, or a dict of three lists; `start` is the program that a search starts from, as
    a function or as text, or several by name. Gaps are relative to the best of these, or to `best_known(instance)`;
    they are below zero where a program is better. `scale` is the least denominator of a gap. `solution` tells models
    what to return.

    Raises:
        ValueError: a value is no plain one, or a split is empty.
        UserError: the source of a function is not to be had.
    """

    def made(score: Callable[[Any, Any], float]) -> OwnProblem:
        starts = start if isinstance(start, Mapping) else {"start": start}
        sources = {key: _program(one) for key, one in starts.items()}
        own = name or score.__name__
        return OwnProblem(
            name=own,
            score=score,
            instances=_by_split(instances),
            minimise=minimise,
            baselines=sources,
            seeds=tuple(sources),
            solution=solution,
            best_known=best_known,
            scale=scale,
            result_bytes=result_bytes,
        )

    return made


def _by_split(instances: Sequence[Any] | Mapping[str, Sequence[Any]]) -> dict[Split, Sequence[Any]]:
    if isinstance(instances, Mapping):
        if unknown := [key for key in instances if key not in tuple(Split)]:
            raise ValueError(f"Expected instances of {', '.join(Split)}, got {unknown[0]!r}.")
        return {Split(key): list(values) for key, values in instances.items()}
    if len(instances) < 4:
        raise ValueError(f"Expected at least 4 instances, or a dict of three lists, got {len(instances)}.")
    every = list(instances)
    return {Split.TRAIN: every[::2], Split.VALIDATION: every[1::4], Split.TEST: every[3::4]}


def _program(given: Program) -> str:
    """Return the source of a program; a function of another name is called by `solve`."""
    if isinstance(given, str):
        return given
    text = module_text(given)
    name = given.__name__
    return text if name == "solve" else f"{text}\n\ndef solve(instance):\n    return {name}(instance)\n"


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:8]
