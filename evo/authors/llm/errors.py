"""The typed errors of the openai library, and of litellm which derives its own from them, to `LLMError`."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite

import openai

from evo.authors.llm.contract import ErrorKind, LLMError
from evo.authors.llm.redaction import blotted

MESSAGE_CHARACTERS = 300
TRACEBACK = "Traceback (most recent call last)"
TOO_LONG = ("context_length_exceeded", "context length", "context window", "context size", "contextwindowexceeded")
REFUSED = ("content_filter", "content_policy", "contentpolicyviolation", "content management policy")
NO_MONEY = ("insufficient_quota", "insufficient balance", "credit balance")
NOT_SENT = ("ConnectError", "ConnectTimeout", "PoolTimeout")
"""The names of httpx's errors before anything was sent."""
MAYBE_SERVED = (408, 504, 524)
"""A gateway or a server gave up waiting; the model behind it may have gone on."""


def translate(error: openai.APIError, secrets: tuple[str, ...]) -> LLMError:
    """Return our error: its kind, one short line without secrets, and how long the server asks to wait."""
    cause = f" ({type(error.__cause__).__name__}: {error.__cause__})" if error.__cause__ is not None else ""
    message = error.message.partition(TRACEBACK)[0]  # litellm quotes its own
    line = one_line(f"{message}{cause}", secrets)
    return LLMError(_kind(error), line, _retry_after(_headers(error).get("retry-after", "")), _lost(error))


def malformed(detail: str, secrets: tuple[str, ...]) -> LLMError:
    """Return the error of an answer that is no chat completion: it was sent, so it may be charged for."""
    return LLMError(ErrorKind.RETRYABLE, one_line(f"malformed reply: {detail}", secrets), lost=True)


def too_slow(seconds: float) -> LLMError:
    """Return the error of an answer that did not end in time, however lively it dripped."""
    message = f"no complete reply within {seconds:g} s; a slow model needs a larger llm.timeout"
    return LLMError(ErrorKind.RETRYABLE, message, lost=True)


def one_line(text: str, secrets: tuple[str, ...]) -> str:
    """Return printable text on one line with the secrets blotted out."""
    flat = " ".join("".join(c if c.isprintable() else " " for c in blotted(text, secrets)).split())
    return flat[:MESSAGE_CHARACTERS]


def _kind(error: openai.APIError) -> ErrorKind:
    if isinstance(error, openai.APIConnectionError | openai.APIResponseValidationError):
        return ErrorKind.RETRYABLE
    words = f"{type(error).__name__} {error.code} {error.message}".lower()
    status = getattr(error, "status_code", None)
    if status in (401, 402, 403) or any(word in words for word in NO_MONEY):
        return ErrorKind.AUTH
    if any(word in words for word in TOO_LONG):
        return ErrorKind.CONTEXT
    if any(word in words for word in REFUSED):
        return ErrorKind.REFUSED
    transient = isinstance(status, int) and (status in (408, 409, 425, 429) or status >= 500)
    return ErrorKind.RETRYABLE if transient else ErrorKind.OTHER


def _lost(error: openai.APIError) -> bool:
    """Say whether the request may have been served, and charged for, although no answer came.

    litellm calls a broken connection a status 500 that it makes up: there are no headers then, and a cause.
    """
    if any(type(cause).__name__ in NOT_SENT for cause in _causes(error)):
        return False
    if isinstance(error, openai.APIStatusError) and _headers(error):
        return error.status_code in MAYBE_SERVED
    return not isinstance(error, openai.APIStatusError) or error.status_code >= 500


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Walk from an error to what it was raised from."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _headers(error: openai.APIError) -> Mapping[str, str]:
    """Return the headers of an error's response; litellm puts them beside the response that it makes up."""
    if not isinstance(error, openai.APIStatusError):
        return {}
    beside = getattr(error, "litellm_response_headers", None)
    return beside if isinstance(beside, Mapping) else error.response.headers


def _retry_after(text: str) -> float | None:
    """Return the header Retry-After in seconds (RFC 9110, 10.2.3: a number, or a date)."""
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):  # no date, or one without a zone
            return None
    return max(seconds, 0.0) if isfinite(seconds) else None
