"""The typed errors of the openai library, and of litellm which derives its own from them, to `LLMError`."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite

import openai

from evo.authors.llm.contract import ErrorKind, LLMError
from evo.authors.llm.redaction import one_line

TRACEBACK = "Traceback (most recent call last)"
TOO_LONG = (
    *("context_length", "context length", "context window", "context size", "contextwindowexceeded", "maximum context"),
    *("is too long", "are too long", "too many tokens", "too many input tokens", "input token count"),
    *("request too large", "request entity too large", "payload too large", "body too large", "reduce the length"),
    *("number of input tokens", "input length", "prompt length", "maximum model length", "exceeds max length"),
    *("model token limit", "tokens_limit_reached", "max_new_tokens` must be", "`inputs` must have less"),
)
REFUSED = ("content_filter", "content_policy", "contentpolicyviolation", "content management policy", "flagged")
NO_ACCESS = ("insufficient_quota", "insufficient balance", "credit balance", "invalid_api_key", "authentication_error")
BUSY = ("rate_limit", "rate limit", "overloaded", "server_error", "unavailable", "timeout", "timed out")
LIMITS = ("max_tokens", "max_completion_tokens")
OPTIONAL = ("top_p", "temperature", "stream_options", *LIMITS)
"""Of two that a model does not take together the first one is left out."""
NOT_TAKEN = (
    *("not support", "unsupported", "only be set", "cannot both", "not permitted", "not allowed", "deprecated"),
    *("unrecognized", "unknown", "unexpected", "extra inputs", "extra fields"),
)
TELLING = ("type", "code", "status", "message")
"""What an error in a body is read by."""
NOT_SENT = ("ConnectError", "ConnectTimeout", "PoolTimeout")
"""The names of httpx's errors before anything was sent."""
NOWHERE = ("TooManyRedirects", "UnsupportedProtocol", "InvalidURL")
"""The names of those where a server sends us in circles, or to no server."""
MAYBE_SERVED = (408, 504, 524)
"""A gateway or a server gave up waiting; the model behind it may have gone on."""


@asynccontextmanager
async def calling(
    seconds: float, sent: Collection[str], secrets: tuple[str, ...], leave_out: Callable[[str], None]
) -> AsyncIterator[None]:
    """Bound a call in time and turn its errors into ours; `leave_out` is told which of the fields sent is refused."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except openai.APIError as error:
        if name := refused_field(error, sent):
            leave_out(name)
            raise field_refused(name, error, secrets) from None
        raise translate(error, secrets) from None  # the original may quote the key
    except TimeoutError:
        raise too_slow(seconds) from None


def translate(error: openai.APIError, secrets: tuple[str, ...]) -> LLMError:
    """Return our error: its kind, one short line without secrets, and how long the server asks to wait."""
    if isinstance(error.__cause__, LLMError):  # of our own HTTP client
        return error.__cause__
    cause = f" ({type(error.__cause__).__name__}: {error.__cause__})" if error.__cause__ is not None else ""
    message = error.message.partition(TRACEBACK)[0]  # litellm quotes its own
    line = one_line(f"{message}{cause}", secrets)
    return LLMError(_kind(error), line, _retry_after(_headers(error).get("retry-after", "")), _lost(error))


def refused_field(error: openai.APIError, sent: Collection[str]) -> str:
    """Return which of the fields that were sent the model does not take, empty where that is not the error.

    Only fields without which it can be asked as well. Reasoning models refuse a temperature, and `max_tokens` by name;
    older servers refuse the other name of it.
    """
    words = error.message.lower()
    if not isinstance(error, openai.BadRequestError | openai.UnprocessableEntityError):
        return ""
    if "max_tokens" in sent and "max_completion_tokens" in words:
        return "max_tokens"
    is_taken = not any(word in words for word in NOT_TAKEN)
    told = words if error.param is None else error.param
    name = next((name for name in OPTIONAL if name in sent and name in told), "")
    return "" if is_taken and (error.param is None or name in LIMITS) else name


def field_refused(name: str, error: openai.APIError, secrets: tuple[str, ...]) -> LLMError:
    """Return the error after which a model is asked again without a field: nothing was served, the record tells it."""
    told = one_line(f"it refuses {name} and is asked without: {error.message}", secrets)
    return LLMError(ErrorKind.RETRYABLE, told, without=name)


def told_in_body(told: object, secrets: tuple[str, ...]) -> LLMError:
    """Return the error that a body tells although its status is 200: of the kind of the status that it names, or words.

    It may be charged for, unless it names a status for which nobody charges.
    """
    fields = told if isinstance(told, dict) else {"message": told}
    texts = [str(value) for name in TELLING if isinstance(value := fields.get(name), str | int)]
    status = next((number for name in ("code", "status") if (number := _status(fields.get(name)))), None)
    words = " ".join(texts).lower()
    kind = _kind_of(status, words)
    if status is None and kind is ErrorKind.OTHER and any(word in words for word in BUSY):
        kind = ErrorKind.RETRYABLE
    lost = kind is not ErrorKind.AUTH and (status is None or status in MAYBE_SERVED or status >= 500)
    line = one_line(f"status 200 with an error: {' '.join(texts) or 'without a message'}", secrets)
    return LLMError(kind, line, lost=lost)


def malformed(detail: str, secrets: tuple[str, ...]) -> LLMError:
    """Return the error of an answer that is no chat completion: it was sent, so it may be charged for."""
    return LLMError(ErrorKind.RETRYABLE, one_line(f"malformed reply: {detail}", secrets), lost=True)


def too_slow(seconds: float) -> LLMError:
    """Return the error of an answer that did not end in time, however lively it dripped."""
    message = f"no complete reply within {seconds:g} s; a slow model needs a larger llm.timeout"
    return LLMError(ErrorKind.RETRYABLE, message, lost=True)


def _kind(error: openai.APIError) -> ErrorKind:
    if _was_caused_by(error, NOWHERE):
        return ErrorKind.OTHER
    if isinstance(error, openai.APIConnectionError | openai.APIResponseValidationError):
        return ErrorKind.RETRYABLE
    status = getattr(error, "status_code", None)  # of litellm it may be the word that stood in the place of a code
    words = f"{type(error).__name__} {error.code} {status} {error.message}".lower()
    return _kind_of(_status(status), words)


def _kind_of(status: int | None, words: str) -> ErrorKind:
    """Return what can be done about an error by its status, where it has one, and by what it says in small letters."""
    if status == 403 and any(word in words for word in REFUSED):
        return ErrorKind.REFUSED
    if status in (401, 402, 403) or any(word in words for word in NO_ACCESS):
        return ErrorKind.AUTH
    if status == 413 or any(word in words for word in TOO_LONG):
        return ErrorKind.CONTEXT
    if any(word in words for word in REFUSED):
        return ErrorKind.REFUSED
    transient = status is not None and (status in (408, 409, 425, 429) or status >= 500)
    return ErrorKind.RETRYABLE if transient else ErrorKind.OTHER


def _status(value: object) -> int | None:
    """Return a status of HTTP that stands for an error, be it a number or digits; None for anything else."""
    digits = str(value) if isinstance(value, int | str) else ""
    return int(digits) if re.fullmatch(r"[45]\d\d", digits) else None


def _lost(error: openai.APIError) -> bool:
    """Say whether the request may have been served, and charged for, although no answer came.

    litellm calls a broken connection a status 500 that it makes up: there are no headers then, and a cause.
    """
    if _was_caused_by(error, (*NOT_SENT, *NOWHERE)):
        return False
    if isinstance(error, openai.APIStatusError) and _headers(error):
        return error.status_code in MAYBE_SERVED
    return not isinstance(error, openai.APIStatusError) or error.status_code >= 500


def _was_caused_by(error: BaseException, names: Collection[str]) -> bool:
    """Say whether an error, or one that it was raised from, has one of these names."""
    cause: BaseException | None = error
    while cause is not None:
        if type(cause).__name__ in names:
            return True
        cause = cause.__cause__ or cause.__context__
    return False


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
