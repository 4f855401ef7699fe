"""The text of a reply without what the model thought, and the other ways in which a reply may spell its code."""

import html
import json
import re
from collections.abc import Iterator

from evo.authors.llm.code_characters import with_plain_blanks

BREAKS = dict.fromkeys(map(ord, "\v\f\x85\u2028\u2029"), "\n")
THOUGHT = re.compile(
    r"<(/?)(?:seed:)?(?:think(?:ing)?|thoughts?|reasoning|reflection|scratchpad)>"
    r"|[\[◁](/?)think[\]▷]|<\|channel>thought|<(channel)\|>",
    re.IGNORECASE,
)
CHANNEL = re.compile(r"<\|channel\|>[ \t]*(\w+)[^<\n]*(?:<\|message\|>)?")
RUN_TOGETHER = ("analysis", "assistantfinal")
"""What is left of the marks of channels where a server took their brackets away."""
SPECIAL = re.compile(r"<\|[a-z_]{1,30}\|>|</?s>")
ESCAPED_LINE = re.compile(r"def \w+\([^\n]*\\n")
ESCAPES = (("\\r", ""), ("\\n", "\n"), ("\\t", "\t"), ('\\"', '"'), ("\\'", "'"))
JSON_TEXT = re.compile(r'\\.|("(?:[^"\\]|\\.)*+")', re.DOTALL)
QUOTED = re.compile(r"^[ \t]*>", re.MULTILINE)
NUMBERED = re.compile(r"^[ \t]*\d+(?:[ \t]?[:|.)])? ?", re.MULTILINE)
TAG = re.compile(r"</?(?:answer|code|pre|python|solution|output|response|result)\b[^<>\n]{0,80}>", re.IGNORECASE)


def plain(reply: str) -> str:
    """Return a reply with line feeds and plain blanks, without what the model thought before its answer."""
    text = with_plain_blanks(reply.replace("\r\n", "\n").replace("\r", "\n").translate(BREAKS))
    return SPECIAL.sub("\n", _without_thoughts(_answered(text)))


def readings(text: str) -> Iterator[str]:
    """Yield the ways to read a plain text, the likeliest first: the later ones take quoting or escapes away."""
    lowered = text.lower()
    answer = text[lowered.rfind("<answer>") :] if "<answer>" in lowered else ""
    if answer:
        yield TAG.sub("\n```\n", answer[: answer.lower().find("</answer>") if "</answer>" in answer.lower() else None])
    if ESCAPED_LINE.search(text):
        yield _json_texts(text)
        yield _unescaped(text)
    yield text
    yield QUOTED.sub("", text)
    yield html.unescape(TAG.sub("\n```\n", text))
    yield NUMBERED.sub("", text)
    yield _json_texts(text)


def _answered(text: str) -> str:
    """Return what is said in the last channel named final, else in all but those of analysis."""
    first, last = RUN_TOGETHER
    if text.lstrip().startswith(first) and last in text:
        return text.rpartition(last)[2]
    before, *parts = CHANNEL.split(text)
    channels = list(zip(parts[::2], parts[1::2], strict=True))
    final = [said for name, said in channels if name == "final"]
    return final[-1] if final else "\n".join([before, *(said for name, said in channels if name != "analysis")])


def _without_thoughts(text: str) -> str:
    """Leave out what stands between marks of thinking, before one that only closes, and after one that only opens."""
    kept: list[str] = []
    start, inside = 0, False
    for mark in THOUGHT.finditer(text):
        closes = any(mark.groups())
        if closes and not inside:
            kept.clear()
        elif not closes and not inside:
            kept.append(text[start : mark.start()])
        start, inside = mark.end(), not closes
    return "".join(kept if inside else [*kept, text[start:]])


def _unescaped(text: str) -> str:
    for escape, letter in ESCAPES:
        text = text.replace(escape, letter)
    return text


def _json_texts(text: str) -> str:
    """Return the texts of JSON in a text, each of several lines between fences: only single texts are parsed."""
    found = [_parsed(match[1]) for match in JSON_TEXT.finditer(text) if match[1]]
    return "\n".join(f"```\n{each}\n```" if "\n" in each else each for each in found)


def _parsed(text: str) -> str:
    try:
        return str(json.loads(text, strict=False))
    except ValueError:
        return ""
