"""The body of a chat completion, as any server may send it, to a `Completion`: nothing in it is trusted."""

import json
import re
from collections.abc import Mapping, Sequence

from evo.authors.llm.contract import (
    ONLY_THOUGHT,
    REFUSAL,
    Completion,
    Price,
    cost,
    prompt_tokens_at_most,
    tokens_at_most,
)
from evo.authors.llm.errors import malformed, told_in_body
from evo.authors.llm.redaction import blotted, one_line
from evo.core.records import Message

RAW_CHARACTERS = 4096
EVENT = re.compile(r"^data:", re.MULTILINE)
LINE_END = re.compile(r"\r\n?|\n")
"""What ends a line of a stream: texts of JSON may hold the other characters at which Python would split."""
THOUGHTS = ("reasoning_content", "reasoning")
COMPLAINTS = ("error", "errors", "detail", "message", "error_message", "msg")
"""Where servers say what is wrong, in a body without a reply."""


def parsed(content: bytes, secrets: tuple[str, ...]) -> Mapping[str, object]:
    """Return the JSON object that a body holds; the parts of a stream put together.

    Raises:
        LLMError: it holds something else, is no UTF-8, or is nested too deep for the parser.
    """
    try:
        text = content.decode("utf-8-sig").strip()
        body = _put_together(text) if EVENT.search(text) and text[:1] not in ("{", "[") else json.loads(text)
    except (ValueError, RecursionError) as error:
        raise malformed(str(error), secrets) from None
    if not isinstance(body, dict):
        raise malformed("no JSON object", secrets)
    return body


def read_completion(
    body: Mapping[str, object], messages: Sequence[Message], price: Price | None, secrets: tuple[str, ...]
) -> Completion:
    """Return text and usage of the first choice without secrets; a missing usage is replaced by our upper estimate.

    Raises:
        LLMError: it tells an error, or there is no choice with a message.
    """
    choice = _first(body.get("choices"))
    if told := body.get("error") or choice.get("error"):
        raise told_in_body(told, secrets)
    message = choice.get("message")
    if not isinstance(message, dict):
        if told := _complaint(body):
            raise told_in_body(told, secrets)
        raise malformed("no choice with a message", secrets)
    text = blotted(_text(message.get("content")), secrets)
    finish = choice.get("finish_reason") if text.strip() else _why_silent(message, choice.get("finish_reason"))
    usage = _mapping(body.get("usage"))
    prompt, completion = _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens"))
    given = prompt is not None and completion is not None
    return Completion(
        text=text,
        usage=cost(
            price,
            prompt_tokens_at_most(messages) if prompt is None else prompt,
            tokens_at_most(text) if completion is None else completion,
        ),
        raw_usage=blotted(_as_json(usage), secrets)[:RAW_CHARACTERS] if given else "",
        finish=one_line(finish, secrets) if isinstance(finish, str) else "",
    )


def model_names(body: Mapping[str, object], secrets: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names in a list of models."""
    listed = body.get("data")
    names = [_mapping(each).get("id") for each in listed] if isinstance(listed, list) else []
    return tuple(one_line(name, secrets) for name in names if isinstance(name, str))


def _put_together(text: str) -> dict[str, object]:
    """Return the parts of a stream of events as one body; the first error among them takes its place.

    Of several choices, which nobody asked for, the one that comes first counts.
    """
    texts: dict[str, list[str]] = {name: [] for name in ("content", "refusal", *THOUGHTS)}
    usage: object = None
    finish: object = None
    first: object = None
    for line in LINE_END.split(text):
        if not line.startswith("data:") or line.endswith("[DONE]"):
            continue
        part = _mapping(json.loads(line.removeprefix("data:")))
        if part.get("error"):
            return {"error": part["error"]}
        choice = _first(part.get("choices"))
        usage = part.get("usage") or usage
        first = choice.get("index") if first is None else first
        if choice.get("index", first) != first:
            continue
        delta = _mapping(choice.get("delta"))
        for name, said in texts.items():
            said.append(_text(delta.get(name)))
        finish = choice.get("finish_reason") or finish
    message = {name: "".join(said) for name, said in texts.items()}
    choices = [{"message": message, "finish_reason": finish}] if finish or any(message.values()) else []
    return {"choices": choices, "usage": usage}


def _complaint(body: Mapping[str, object]) -> object:
    """Return what a body without a reply says is wrong; nothing where it says nothing."""
    told = next((body[name] for name in COMPLAINTS if body.get(name)), None)
    if isinstance(told, str):
        return {**body, "message": told}
    return json.dumps(told)[:RAW_CHARACTERS] if isinstance(told, list) else told


def _why_silent(message: Mapping[str, object], finish: object) -> object:
    """Return why there is no text: the model's own words of a refusal, or that it did no more than think."""
    if refusal := _text(message.get("refusal")).strip():
        return f"{REFUSAL}{refusal}"
    thought = any(_text(message.get(name)).strip() for name in THOUGHTS)
    return ONLY_THOUGHT if thought and finish in (None, "stop") else finish


def _as_json(usage: Mapping[str, object]) -> str:
    """Return a usage as JSON; nothing where it was nested just so deep that it could be read but cannot be written."""
    try:
        return json.dumps(usage, sort_keys=True, default=str)
    except RecursionError:
        return ""


def _first(choices: object) -> Mapping[str, object]:
    return _mapping(choices[0]) if isinstance(choices, list) and choices else {}


def _mapping(value: object) -> Mapping[str, object]:
    return {str(key): item for key, item in value.items()} if isinstance(value, dict) else {}


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else None


def _text(content: object) -> str:
    """Return plain text; some servers send a list of parts. JSON can smuggle lone surrogates, which no file takes."""
    if isinstance(content, list):
        texts = [_mapping(part).get("text") for part in content]
        content = "".join(text for text in texts if isinstance(text, str))
    return content.encode("utf-8", "replace").decode("utf-8") if isinstance(content, str) else ""
