"""A report as one HTML page, or as a Markdown text with figures beside it."""

from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from evo.core.format import percent, spread
from evo.report.contents import Contents
from evo.report.drawing import svg
from evo.report.figures import Drawn, drawn
from evo.report.marking import changed, coloured, fenced, plain_words, signed
from evo.report.summary import p_value, points, shown, spent, summary
from evo.store import RunStatus
from problems import Split


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as it stands in a text: `mark` is an SVG element in a page, a path in Markdown."""

    name: str
    title: str
    caption: str
    mark: str


def page(told: Contents, paged: bool = False) -> str:
    """Return a page that needs nothing but itself; `paged` lays it out for A4 paper, with everything open."""
    figures = [Shown(one.name, one.title, one.caption, Markup(svg(one.draw, one.name))) for one in drawn(told)]
    environment = _environment()
    environment.filters.update(coloured=coloured, changed=changed)
    return environment.get_template("report.html.jinja").render(_told(told, figures), paged=paged)


def markdown(told: Contents, figures: Mapping[str, Drawn]) -> str:
    """Return a text in which each figure is called by its path."""
    shown_figures = [Shown(one.name, one.title, one.caption, path) for path, one in figures.items()]
    environment = _environment()
    environment.filters.update(fenced=fenced, w=plain_words, signed=signed)
    return environment.get_template("report.md.jinja").render(_told(told, shown_figures))


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("evo.report"),
        autoescape=True,  # code, replies, messages and names are hostile text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(percent=percent, points=points, p_value=p_value, spread=spread, shown=shown)
    return made


def _told(told: Contents, figures: list[Shown]) -> dict[str, object]:
    return {
        "run": told,
        "figures": figures,
        "sentences": summary(told),
        "spent": spent(told),
        "splits": tuple(Split),
        "finished": told.run.status is RunStatus.FINISHED,
        "unproven": any(known.proven < known.instances for known in told.certificate.sets),
        "commands": _commands(told),
    }


def _commands(told: Contents) -> str:
    """Return what to type to have the run, or to look further into it."""
    finished = told.run.status is RunStatus.FINISHED
    lines = (
        (told.command, "the same run, the same archives"),
        ("" if finished else f"evo resume {told.name}", "go on with this one"),
        (f"evo replay {told.name} --evaluate", "the record gone through again, every candidate scored again, compared"),
        (f"evo export {told.name} --to rule.py", "the rule as a plain Python file"),
        (f"evo lineage best --run {told.name}", "the fittest; more questions: evo lineage --help"),
    )
    return "\n".join(f"{command}  # {purpose}" for command, purpose in lines if command)
