"""A candidate from Python: its source, its gaps, and its functions to be called."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from evaluators.language import interpret_rules
from evaluators.one_call import call_once
from evo.config.settings import Settings
from evo.core.errors import UserError
from evo.core.event_loop import outside_loops
from evo.core.foreign_text import visible
from evo.core.format import percent
from evo.tools.rows import markdown_table
from problems import Kind, Signature, Split


@dataclass(frozen=True)
class Heuristic:
    """A candidate of a run; `gaps` are its mean gaps as fractions, on each split that it was scored on.

    `settings` makes the settings of its run when a function is called for the first time.
    """

    candidate: int
    source: str
    gaps: Mapping[Split, float]
    operator: str
    model: str
    size: int | None
    settings: Callable[[], Settings] = field(repr=False, compare=False)

    @property
    def split(self) -> Split | None:
        """The last split that it was scored on, None while there is none: test, before that validation, or train."""
        return next((split for split in reversed(Split) if split in self.gaps), None)

    @property
    def gap(self) -> float | None:
        """Its mean gap on `split`, as a fraction."""
        return None if self.split is None else self.gaps[self.split]

    @property
    def rules(self) -> Mapping[str, "Function"]:
        """Its functions by name, in the order of the problem's signatures.

        Raises:
            UserError: the code of the problem is not the one of the record.
        """
        settings = self.settings()
        return {signature.name: Function(self.source, signature, settings) for signature in settings.problem.signatures}

    @property
    def rule(self) -> "Function":
        """Its function, where the problem asks for one.

        Raises:
            UserError: it has several: `rules` has them by name.
        """
        every = self.rules
        if len(every) > 1:
            raise UserError(f"This candidate has {len(every)} functions: rules[NAME] is one of {', '.join(every)}.")
        return next(iter(every.values()))

    def _repr_markdown_(self) -> str:
        """Say what it is in a notebook: where it comes from, its gaps, its source."""
        shown = "  ".join(f"{split} {percent(gap)}" for split, gap in self.gaps.items()) or "no score yet"
        origin = visible(" by ".join(part for part in (self.operator, self.model) if part)).replace("`", "'")
        return f"**candidate {self.candidate}** ({origin}), mean gap: {shown}\n\n{fenced(self.source)}"


class Function:
    """A function of a candidate, called with the arguments of its signature, by place or by name.

    A rule runs here, from its checked syntax tree, with the meaning that it has in Python and as slowly. An algorithm
    and a program run in the sandbox, each call in a process of its own (about a second). An algorithm returns its last
    argument as it filled it; a program's result comes back as plain values: arrays and tuples are lists.
    """

    def __init__(self, source: str, signature: Signature, settings: Settings) -> None:
        self.source = source
        self.signature = signature
        self.__name__ = signature.name
        self.__doc__ = described(signature)
        self.__signature__ = inspect.Signature(
            [
                inspect.Parameter(parameter.name, inspect.Parameter.POSITIONAL_OR_KEYWORD)
                for parameter in signature.parameters
            ]
        )
        self._settings = settings
        self._rule: Callable[..., float] | None = None

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Call it.

        Raises:
            TypeError: an argument is missing or not expected.
            RuleError, CallFailed: it fails; the message says where.
        """
        values = self.__signature__.bind(*arguments, **named).args
        problem, evaluator = self._settings.problem, self._settings.evaluator
        if problem.kind is Kind.RULE:
            if self._rule is None:
                functions = interpret_rules(self.source, problem.signatures)
                self._rule = functions[problem.signatures.index(self.signature)]
            return self._rule(*values)
        return outside_loops(
            lambda: call_once(problem.kind, self.signature, self.source, values, evaluator.limits, evaluator.isolation)
        )

    def __repr__(self) -> str:
        return f"<{self.signature.name}({', '.join(one.name for one in self.signature.parameters)})>"

    def _repr_markdown_(self) -> str:
        """Show its source and what its arguments mean in a notebook."""
        rows = [(f"`{one.name}`", one.meaning, one.unit) for one in self.signature.parameters]
        table = markdown_table(("argument", "meaning", "unit"), rows)
        ranking = f"; {self.signature.ranking}" if self.signature.ranking else ""
        return f"{fenced(self.source)}\n\n{table}\n\nreturns {self.signature.returns}{ranking}"


def described(signature: Signature) -> str:
    """Return what arguments and result mean, for `help`."""
    lines = [f"{one.name}: {one.explanation}" for one in signature.parameters]
    return "\n".join([*lines, f"returns {signature.returns}", *([signature.ranking] if signature.ranking else [])])


def fenced(source: str) -> str:
    """Return a source as a block of Markdown that no text in it can end."""
    ticks = "```"
    while ticks in source:
        ticks += "`"
    return f"{ticks}python\n{visible(source).strip()}\n{ticks}"
