"""The body of a chat completion, as any server may send it, to a `Completion`: nothing in it is trusted."""

import json
from collections.abc import Mapping, Sequence

from evo.authors.llm.contract import Completion, Price, cost, prompt_tokens_at_most, tokens_at_most
from evo.authors.llm.errors import malformed, told_in_body
from evo.authors.llm.redaction import blotted
from evo.core.records import Message

RAW_CHARACTERS = 4096


def parsed(content: bytes, secrets: tuple[str, ...]) -> Mapping[str, object]:
    """Return the JSON object that a body holds.

    Raises:
        LLMError: it holds something else, is no UTF-8, or is nested too deep for the parser.
    """
    try:
        body = json.loads(content.decode("utf-8-sig"))
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
        raise malformed("no choice with a message", secrets)
    text = blotted(_text(message.get("content")), secrets)
    finish = choice.get("finish_reason")
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
        finish=blotted(finish, secrets) if isinstance(finish, str) else "",
    )


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
