"""The groups of settings and their options: files of `configs/`, and of folders of the user's own."""

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

GROUPS: Mapping[str, str] = {
    "problem": "What is to be solved.",
    "llm": "Who writes: the embedded author, or models of a provider.",
    "budget": "When the run ends.",
    "experiment": "A whole job: several settings by one name.",
    "islands": "The archives: how many, and by which measures each keeps the fittest apart.",
    "evaluator": "Limits of one candidate, and the least isolation.",
    "callbacks": "Who hears of the run beside its record; of several a list: callbacks=[jsonl,tensorboard].",
}
"""What each group chooses; operators and axes are groups of which a run takes all or none."""


def group_options(group: str, folders: Sequence[str] = ()) -> list[str]:
    """Return the names of a group's options, ours and the user's own; none where it is no group."""
    return sorted({file.stem for root in _roots(folders) if group for file in (root / group).glob("*.yaml")})


def default_choices() -> dict[str, str]:
    """Return the option that each group has by default, `null` for none."""
    text = (files("configs") / "config.yaml").read_text(encoding="utf-8")
    return dict(re.findall(r"^  - (\w+): (\w+)", text, re.MULTILINE))


def option_comment(group: str, option: str, folders: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the comment lines of an option's file, what names a package of hydra left out; the user's file wins."""
    for root in reversed(_roots(folders)):
        file = root / group / f"{option}.yaml"
        if file.is_file():
            lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
            return tuple(line[1:].strip() for line in lines if line.startswith("#") and "@package" not in line)
    return ()


def option_meaning(group: str, option: str, folders: Sequence[str] = ()) -> str:
    """Return the first sentence of the comment of an option's file; nothing where it has none."""
    first = re.match(r".*?[.?](?= |$)|.*", " ".join(option_comment(group, option, folders)))
    return first[0] if first else ""


def _roots(folders: Sequence[str]) -> tuple[Path, ...]:
    return (Path(str(files("configs"))), *map(Path, folders))
