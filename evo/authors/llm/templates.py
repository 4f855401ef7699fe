"""The texts of operators: which fields they may have, what hints fill them, and how they are filled in."""

from collections.abc import Mapping
from string import Formatter

from evo.authors.llm.evidence import NAMES
from evo.core.checked_values import near
from evo.core.records import Operator, Task
from problems import Instructed, Problem

FIELDS = ("parents", "hint", "header", "size", "target", "broken", "constants", *NAMES)
NEEDED = {Task.REPAIR: "broken", Task.EXPLORE: "target"}


def check_operator(operator: Operator) -> None:
    """See to it that an operator's template can be rendered.

    Raises:
        ValueError: one line that names the operator and what is wrong.
    """
    if fault := _fault_of_fields(operator) or _fault_of_hints(operator):
        raise ValueError(f"Operator {operator.name}: {fault}.")


def fields_of(template: str) -> set[str]:
    """Return the names of a template's fields; raises ValueError for a stray brace."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def hints_of(operator: Operator, problem: Problem) -> tuple[str, ...]:
    """Return what its hint is drawn from: its own hints, or with `knowledge` the problem's instructions, if any."""
    if operator.knowledge:
        return problem.instructions if isinstance(problem, Instructed) else ()
    return operator.hints


def filled(template: str, texts: Mapping[str, str]) -> str:
    """Fill a template in; a line of which nothing is left goes, and so does a paragraph."""
    paragraphs = [
        "\n".join(text for line in paragraph.splitlines() if (text := line.format(**texts)).strip())
        for paragraph in template.split("\n\n")
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph).strip()


def _fault_of_fields(operator: Operator) -> str:
    try:
        fields = fields_of(operator.template)
    except ValueError as error:
        return f"its template has a stray brace ({error}); a brace that is text is written twice"
    needed = NEEDED.get(Task(operator.task))
    if unknown := sorted(fields - set(FIELDS)):
        return f"unknown field {unknown[0]!r} in its template{near(unknown[0], FIELDS)}"
    if formatted := _formatted(operator.template):
        return f"the field {{{formatted}}} in its template has a format: fields are texts, filled in as they are"
    if not fields:
        return f"its template uses none of the fields {', '.join(FIELDS)}"
    return f"its task {operator.task} needs the field {{{needed}}}" if needed and needed not in fields else ""


def _formatted(template: str) -> str:
    """Return the first field that has a conversion or a format, empty where there is none: `a` of `{a!r}`, `{a:>9}`."""
    pieces = Formatter().parse(template)
    return next((name for _, name, form, conversion in pieces if name and (form or conversion)), "")


def _fault_of_hints(operator: Operator) -> str:
    if operator.knowledge and operator.hints:
        return "with knowledge its hints are the problem's: leave its own out"
    hinted = operator.knowledge or bool(operator.hints)
    return (
        ""
        if hinted == ("hint" in fields_of(operator.template))
        else "it needs both hints and a field {hint}, or neither"
    )
