"""Print the tables of docs/configuration.md: every setting with its default and what it means.

    python docs/scripts/settings.py

A test holds the page equal to this.
"""

from collections.abc import Iterator

from evo.config.setting_docs import SettingDoc, setting_docs

HEADINGS = {
    "": "The search",
    "budget": "When it ends",
    "problem": "The problem",
    "llm": "Who writes",
    "evaluator": "How candidates are run",
    "islands": "Islands",
    "axes": "Axes of the archives",
    "operator": "Operators",
    "polish": "Edits of evo's own",
    "emitters": "From where parents are drawn",
    "callbacks": "Callbacks",
}
"""What stands above the settings whose name begins so."""


def tables() -> str:
    """Return the tables as Markdown, a section for each group."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    for group, heading in HEADINGS.items():
        yield f"### {heading}\n"
        yield "| setting | default | |\n|---|---|---|"
        yield from (_row(one) for one in setting_docs() if _group(one) == group)
        yield ""


def _group(one: SettingDoc) -> str:
    return one.name.partition(".")[0] if "." in one.name else ""


def _row(one: SettingDoc) -> str:
    default = "" if one.default in (None, "") else f"`{_plain(one.default)}`"
    values = f" One of {', '.join(f'`{value}`' for value in one.values)}." if one.values else ""
    return f"| `{one.name}` | {default} | {one.meaning}{values} |".replace("||", "| |")


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


if __name__ == "__main__":
    print(tables())
