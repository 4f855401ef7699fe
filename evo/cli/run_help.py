"""The help of `evo run`: the settings that people use, or all of them, each with its default and what it means."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.text import Text

from evo.cli.program import program
from evo.config.groups import GROUPS, default_choices, group_options, option_comment, option_meaning
from evo.config.setting_docs import setting_docs
from evo.core.foreign_text import visible

MOST_USED = (
    *("problem", "problem.train", "budget.candidates", "budget.seconds", "llm"),
    *("llm.model", "budget.dollars", "seed", "evaluator.workers", "experiment"),
)
ABOUT = (
    "Evolve a heuristic: the embedded author or a language model varies the fittest rules, algorithms or programs, a "
    "sandbox scores them on train instances, validation picks the winner, and test is scored once, at the end."
)
EXAMPLES = (
    "experiment=quick",
    "problem=jobshop problem.train=shops.txt budget.seconds=600",
    "-m problem=toy seed=1,2,3",
    "llm=openai budget.dollars=2 --estimate",
    "problem=mine --config-dir my_problems",
)
OPTIONS = (
    ("-m", "A run for each of several values, then sweep-report."),
    ("--estimate", "What models would cost, or how large the run is; nothing is sent."),
    ("--config-dir DIR", "Your folder of problems, operators and other YAML."),
    ("--json", "The result as JSON; progress goes to standard error."),
    ("--cfg job", "Show the settings that come together; start nothing."),
    ("--help-all", "All settings and groups; --hydra-help: of hydra."),
)
NARROW, WIDE = 26, 34
"""The width of the first column, in characters, of the short help and of the long one; a longer name has a line."""
WIDEST = 120
MOST_NAMES = 4
LONGEST = 40

Line = str | tuple[str, str]
"""A heading or a paragraph; or a name and what it means."""


def show_run_help() -> int:
    """Print the help of `evo run` with the settings that people use; return the exit status."""
    return _show(_short(), NARROW)


def show_all_settings(settings: Sequence[str], folders: Sequence[str]) -> int:
    """Print all settings, with the values that these ones and the user's folders give; return the exit status."""
    return _show(_all_settings(settings, folders), WIDE)


def _show(lines: Iterable[Line], first: int) -> int:
    console = Console(highlight=False)
    for line in lines:
        for text in _laid_out(line, first, min(console.width, WIDEST)):
            console.print(text, soft_wrap=True)
    return 0


def _short() -> Iterator[Line]:
    run = f"{program()} run"
    yield f"Usage: {run} [KEY=VALUE]... [OPTIONS]"
    yield from ("", ABOUT, "", "Settings and their defaults; all by --help-all:")
    docs = {doc.name: doc for doc in setting_docs()}
    chosen = default_choices()
    for name in MOST_USED:
        if name in GROUPS:
            yield f"{name}={chosen[name]}", f"{GROUPS[name][:-1]}: {_first_names(name)}"
        else:
            yield f"{name}={_value(docs[name].default)}", docs[name].meaning
    yield from ("", *OPTIONS, "", "Examples:")
    yield from ((f"{run} {arguments}", "") for arguments in EXAMPLES)


def _all_settings(settings: Sequence[str], folders: Sequence[str]) -> Iterator[Line]:
    from omegaconf import OmegaConf  # the short help does without what takes seconds

    from evo.config.compose import composed

    config = composed(settings, folders, with_hydra=True)
    chosen = config.hydra.runtime.choices
    yield f"Usage: {program()} run [KEY=VALUE]... [OPTIONS]"
    yield from ("", *OPTIONS, "")
    yield "Groups: GROUP=NAME takes the file configs/GROUP/NAME.yaml, of --config-dir first."
    for group, meaning in GROUPS.items():
        yield from ("", f"{group}={_value(chosen.get(group))}  {meaning}")
        for option in group_options(group, folders):
            yield f"  {group}={option}", option_meaning(group, option, folders)
    yield from ("", f"Settings, with the values of a run{''.join(f' {one}' for one in settings)}:")
    for doc in setting_docs():
        yield f"{doc.name}={_value(OmegaConf.select(config, doc.name, default=doc.default))}", doc.meaning
    yield from ("", f"operator.NAME is one of {', '.join(group_options('operator', folders))}.")
    yield from ("", f"problem={chosen.problem} has further settings; its file says of them:")
    yield from ((line, "") for line in option_comment("problem", chosen.problem, folders)[1:])


def _first_names(group: str) -> str:
    names = group_options(group)
    return f"{', '.join(names[:MOST_NAMES])}{', …' if len(names) > MOST_NAMES else ''}"


def _value(value: object) -> str:
    """Write a value as it would be typed, a long one cut."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _laid_out(line: Line, first: int, width: int) -> Iterator[Text]:
    """Yield the lines of the console: paragraphs wrapped, what a name means in a column beside or below it."""
    if isinstance(line, str):
        yield from (Text(visible(part), style="bold" if line.endswith(":") else "") for part in _wrapped(line, width))
        return
    name, meaning = line
    beside = _wrapped(meaning, width - first)
    if len(name) > first - 4:  # two blanks stand on either side
        yield Text(f"  {name}", "cyan")
    else:
        yield Text.assemble("  ", (f"{name:<{first - 2}}", "cyan"), beside.pop(0))
    yield from (Text(" " * first + more) for more in beside if more)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width) or [""]
