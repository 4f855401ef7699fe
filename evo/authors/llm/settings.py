"""An LLM as the configuration names it, and how it is built from that."""

import asyncio
import os
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from enum import StrEnum
from math import isfinite
from pathlib import Path
from urllib.parse import urlsplit

from evo.authors.llm.command import CommandLLM, fault_of_command
from evo.authors.llm.contract import LLM, PING, CallOptions, ErrorKind, LLMError, Price, Sampling
from evo.authors.llm.listed_prices import listed_price
from evo.authors.llm.prompt_files import PromptFilesLLM
from evo.authors.llm.redaction import BLOT, secrets_of
from evo.authors.llm.retry import Retry
from evo.core.checked_values import build
from evo.core.errors import UserError

PROVIDERS = ("embedded", "openai", "litellm", "command", "human", "python")
OF_MODELS = f"{', '.join(PROVIDERS[1:-1])} or {PROVIDERS[-1]}"
SERVERS = ("openai", "litellm")
"""Providers whose endpoint may serve several models."""
OF_TEXTS = ("command", "human", "python")
"""Providers that know texts alone: they count no tokens and serve no list of models."""
LIMIT_NAMES = ("max_tokens", "max_completion_tokens")
OF_THE_RUN = ("models", "fallback", "policy", "strong", "handover", "handover_replies", "mend", "prompt_tokens",
              "give_up_after", "calls", "recording")  # fmt: skip
EFFORTS = ("", "none", "minimal", "low", "medium", "high", "xhigh", "max")
VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*|")
ANY_KEY = "none"
LOADING_SECONDS = 60.0
"""What a server of this machine may take until a model that it was not asked for yet says its first word."""
TRIES = 4
"""So often one token is asked for: each field that a model refuses takes one."""
SHOWN_MODELS = 5
OWN_FIELDS = ("model", "messages", "stream", "stream_options")
HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
NAMED = re.compile(r"\$[A-Z][A-Z0-9_]*")
SECRET = re.compile(r"(?:key|token|secret|password|authorization|cookie|signature)=", re.IGNORECASE)


class Calls(StrEnum):
    """Where replies come from: the model; the model, and a file keeps them; the file."""

    LIVE = "live"
    RECORD = "record"
    REPLAY = "replay"


class Policy(StrEnum):
    """Who of several models is asked: COMPETE, who lately brought more for its cost; HANDOVER, the strong one late."""

    COMPETE = "compete"
    HANDOVER = "handover"


class LLMConfigError(ValueError):
    """What is missing before anything can be sent: one line that says what to set."""


@dataclass(frozen=True, slots=True)
class LLMSettings:
    """Which model to ask and how. `embedded` needs none of it; `openai` is any server with OpenAI's protocol.

    `command` starts a program for each call, a list of words or one text that is split as a shell would. `human` writes
    prompts to files of the run's folder and waits for files with replies. `python` calls a function from a prompt to a
    reply; entry points of packages are of the group `evo.authors`.
    """

    provider: str = "embedded"
    """Who answers: embedded (no model), openai (any server of that protocol), litellm, command, human or python."""
    model: str = "embedded"
    """The model's name; of provider=python a function's place, module:name, or an entry point."""
    base_url: str = ""
    """The server's address, such as http://host:port/v1."""
    command: str | tuple[str, ...] = ()
    """The program that is started for each call; it reads the prompt and writes the reply."""
    api_key_env: str = ""
    """The environment variable that holds the key; empty: none is needed."""
    local: bool = False
    """Whether the server is yours: it takes any key and costs nothing."""
    temperature: float | None = 0.9
    """How freely replies are drawn; null: as the model does by itself."""
    top_p: float | None = 0.95
    """The share of probability that tokens are drawn from; null: as the model does by itself."""
    max_tokens: int = 1024
    """The longest answer in tokens, thinking included."""
    limit_name: str = "max_tokens"
    """The field of the request that bounds the answer: max_tokens or max_completion_tokens."""
    reasoning_tokens: int = 0
    """Tokens of thinking that a provider may bill beyond max_tokens."""
    reasoning_effort: str = ""
    """How long a model thinks: none, minimal, low, medium, high, xhigh, max; empty: as by itself."""
    extra_body: Mapping[str, object] | None = None
    """Further fields of each request, sent as they are."""
    extra_headers: Mapping[str, str] | None = None
    """Further headers of each request; $NAME stands for the value of that variable."""
    stream: bool = False
    """Whether replies come in parts."""
    timeout: float | None = 120.0
    """Seconds for one whole answer; null (a program or a person alone): no limit."""
    retries: int = 3
    """Tries on top of the first one, where a call may be charged for."""
    patience: float = 300.0
    """Seconds for which a call that surely costs nothing is repeated in an outage."""
    concurrency: int = 8
    """Calls that may be open at the same time."""
    requests_per_minute: float | None = None
    """Calls that may begin within a minute; null: no limit."""
    price_in: float | None = None
    """USD per million tokens of prompts; null: the price in litellm's list, if it is there."""
    price_out: float | None = None
    """USD per million tokens of answers; null: the price in litellm's list, if it is there."""
    price_per_call: float | None = None
    """USD for each call, on top of its tokens."""
    models: Mapping[str, Mapping[str, object]] | None = None
    """Several models by name, each with what differs from the values here."""
    fallback: tuple[str, ...] = ()
    """Models that are asked in turn where one is out of reach."""
    policy: Policy = Policy.COMPETE
    """Which model is asked: compete (who brought more for its cost) or handover (strong writes the last ones)."""
    strong: str = ""
    """The model that writes the last replies with policy=handover."""
    handover: float = 0.75
    """The share of the replies that the others write before strong takes over."""
    handover_replies: int | None = None
    """The number of these replies, in place of the share."""
    mend: int = 1
    """So often a reply without usable code is answered with the reason and asked again."""
    prompt_tokens: int = 4000
    """The longest prompt in tokens, estimated from above."""
    give_up_after: int = 60
    """The run stops when none of so many replies, or of the first 20, held usable code."""
    calls: Calls = Calls.LIVE
    """Where replies come from: live (the model), record (it, and a file keeps them), replay (the file)."""
    recording: str = ""
    """The file of recorded calls."""

    def __post_init__(self) -> None:
        self._check_run()
        if self.models:
            self.each()
        else:
            self._check_model()

    def _check_run(self) -> None:
        """Check what holds for all models alike."""
        if unknown := [name for name in self.fallback if name not in self.names()]:
            known = ", ".join(self.names())
            raise ValueError(f"Expected llm.fallback to name models of llm.models ({known}), got {unknown[0]!r}.")
        if self.models and self.provider == "embedded":
            raise ValueError(f"Expected llm.provider {OF_MODELS} beside llm.models, got embedded.")
        self._check_handover()
        if self.mend < 0:
            raise ValueError(f"Expected llm.mend >= 0, got {self.mend}.")
        if self.prompt_tokens < 1:
            raise ValueError(f"Expected llm.prompt_tokens >= 1, got {self.prompt_tokens}.")
        if self.give_up_after < 1:
            raise ValueError(f"Expected llm.give_up_after >= 1, got {self.give_up_after}.")
        if self.calls is not Calls.LIVE and not self.recording:
            raise ValueError(f"Expected a file in llm.recording for llm.calls={self.calls}, got an empty text.")

    def _check_handover(self) -> None:
        """Check when which model takes over."""
        others = [name for name in self.names() if name != self.strong]
        if self.policy is Policy.HANDOVER and (self.strong not in self.names() or not others):
            known = ", ".join(self.names())
            expected = f"Expected llm.strong to name one of several llm.models ({known}) for llm.policy=handover"
            raise ValueError(f"{expected}, got {self.strong!r}.")
        if not 0 < self.handover < 1:
            raise ValueError(f"Expected 0 < llm.handover < 1, got {self.handover}.")
        if self.handover_replies is not None and self.handover_replies < 0:
            raise ValueError(f"Expected llm.handover_replies >= 0, got {self.handover_replies}.")

    def _check_model(self) -> None:
        """Check what describes one model."""
        if self.provider not in PROVIDERS:
            raise ValueError(f"Expected llm.provider one of {', '.join(PROVIDERS)}, got {self.provider!r}.")
        if not self.model:
            raise ValueError("Expected a name in llm.model, got an empty text.")
        if self.provider == "openai" and not _is_address(self.base_url):
            shown = re.sub(r"//[^/]*@", f"//{BLOT}@", self.base_url)
            raise ValueError(f"Expected llm.base_url like http://host:port/v1 or https://…, got {shown!r}.")
        if SECRET.search(urlsplit(self.base_url).query):  # the record keeps the address
            raise ValueError("Expected llm.base_url without a key: llm.api_key_env names the variable that holds it.")
        if not VARIABLE.fullmatch(self.api_key_env):  # it may be the key itself: not quoted
            raise ValueError("Expected llm.api_key_env to be the name of a variable, in capitals: not the key itself.")
        if self.limit_name not in LIMIT_NAMES:
            raise ValueError(f"Expected llm.limit_name one of {', '.join(LIMIT_NAMES)}, got {self.limit_name!r}.")
        if self.provider == "command":
            self._check_command()
        if self.timeout is None and self.provider not in (*OF_TEXTS, "embedded"):
            raise ValueError(f"Expected llm.timeout > 0 seconds for llm.provider={self.provider}, got none.")
        if self.timeout is not None and not (isfinite(self.timeout) and self.timeout > 0):
            raise ValueError(f"Expected llm.timeout > 0 seconds, got {self.timeout}.")
        if self.reasoning_effort not in EFFORTS:
            known = ", ".join(EFFORTS[1:])
            raise ValueError(
                f"Expected llm.reasoning_effort one of {known}, or nothing, got {self.reasoning_effort!r}."
            )
        self._check_further_fields()
        if self.reasoning_tokens < 0:
            raise ValueError(f"Expected llm.reasoning_tokens >= 0, got {self.reasoning_tokens}.")
        if self.concurrency < 1:
            raise ValueError(f"Expected llm.concurrency >= 1, got {self.concurrency}.")
        if self.requests_per_minute is not None and not self.requests_per_minute > 0:
            raise ValueError(f"Expected llm.requests_per_minute > 0, got {self.requests_per_minute}.")
        if (self.price_in is None) != (self.price_out is None):
            raise ValueError("Expected both llm.price_in and llm.price_out, or neither.")
        self.sampling()
        self.retry()
        self.price()

    def _check_command(self) -> None:
        """Check that there is a program, and no key among its arguments: the record keeps settings."""
        try:
            words = self.words()
        except ValueError as error:
            raise ValueError(f"Expected llm.command to be split as a shell would: {error}.") from None
        if not words or not words[0]:
            raise ValueError("Expected a program in llm.command, such as llm.command='claude -p', got nothing.")
        if any("\0" in word for word in words):
            raise ValueError("Expected llm.command without a zero byte.")
        if any(SECRET.search(word) for word in words):
            raise ValueError("Expected llm.command without a key: the program may read it from a variable.")

    def _check_further_fields(self) -> None:
        """Check what is sent beside the fields that are settings here; values that may be keys are not quoted."""
        if taken := [name for name in self.extra_body or {} if name in OWN_FIELDS]:
            raise ValueError(f"Expected llm.extra_body without {taken[0]!r}, which is said by other settings.")
        for name, value in (self.extra_headers or {}).items():
            if not HEADER.fullmatch(name) or not isinstance(value, str) or fault_of_key(value):
                raise ValueError(f"Expected names and printable ASCII texts in llm.extra_headers, got {name!r}.")
            if SECRET.search(f"{name}=") and not NAMED.fullmatch(value):
                raise ValueError(
                    f"Expected llm.extra_headers.{name} to name a variable, like $NAME: the record keeps settings."
                )

    def words(self) -> tuple[str, ...]:
        """Return the program that is started for each call, and its arguments; no shell reads them.

        Raises:
            ValueError: a quotation does not end.
        """
        return tuple(shlex.split(self.command)) if isinstance(self.command, str) else self.command

    def names(self) -> tuple[str, ...]:
        """Return the names of the models: those of `models`, else the one model's own."""
        return tuple(self.models) if self.models else (self.model,)

    def each(self) -> dict[str, "LLMSettings"]:
        """Return every model's own settings by its name.

        Raises:
            UserError: one of them is wrong.
        """
        if not self.models:
            return {self.model: self}
        shared = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in OF_THE_RUN}
        return {name: _own(shared, changes, f"llm.models.{name}") for name, changes in self.models.items()}

    def sampling(self) -> Sampling:
        """Return how replies are drawn."""
        return Sampling(self.temperature, self.top_p, self.max_tokens)

    def retry(self) -> Retry:
        """Return how often to ask again, and for how long."""
        return Retry(self.retries, self.patience)

    def price(self) -> Price | None:
        """Return the stated price, else the listed one; what runs here costs nothing."""
        tokens = self._price_of_tokens()
        return tokens if tokens is None or self.price_per_call is None else replace(tokens, call=self.price_per_call)

    def _price_of_tokens(self) -> Price | None:
        if self.price_in is not None and self.price_out is not None:
            return Price(self.price_in, self.price_out)
        if self.local or (self.provider in OF_TEXTS and self.price_per_call is not None):
            return Price(0.0, 0.0)
        return None if self.provider in OF_TEXTS else listed_price(self.model, self.base_url)

    def headers(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Return the further headers with the values of the variables that they name.

        Raises:
            LLMConfigError: a variable is not set, or holds what no header can be.
        """
        found = dict(self.extra_headers or {})
        for name, value in found.items():
            if NAMED.fullmatch(value):
                found[name] = environment.get(value[1:], "").strip()
                if not found[name] or fault_of_key(found[name]):
                    fault = fault_of_key(found[name]) or "is not set"
                    raise LLMConfigError(f"The environment variable {value[1:]} of llm.extra_headers.{name} {fault}.")
        return found

    def key(self, environment: Mapping[str, str]) -> str:
        """Return the key without the blanks and line breaks around it; an empty one where none is needed.

        Raises:
            LLMConfigError: the variable is not set, or holds what no key can be.
        """
        key = environment.get(self.api_key_env, "").strip() if self.api_key_env else ""
        if not key and self.api_key_env and not self.local:
            raise LLMConfigError(f"llm {self.model} needs a key: set the environment variable {self.api_key_env}.")
        if fault := fault_of_key(key):
            variable = f"the environment variable {self.api_key_env}"
            raise LLMConfigError(f"The key of llm {self.model} {fault}: set {variable} to the key alone.")
        return key


def fault_of_key(key: str) -> str:
    """Say why a key cannot be sent in a header of HTTP, nothing where it can; no part of it is shown."""
    if any(char in key for char in "\r\n"):
        return "has a line break inside"
    if not key.isascii():
        return "has a character that is not ASCII"
    return "" if key.isprintable() else "has a control character inside"


def _own(shared: Mapping[str, object], changes: object, where: str) -> LLMSettings:
    if not isinstance(changes, Mapping):
        raise UserError(f"Expected {where} to hold names and values, got {changes!r}.")
    if misplaced := [name for name in changes if name in OF_THE_RUN]:
        raise UserError(f"Expected llm.{misplaced[0]} for all models, got {where}.{misplaced[0]}.")
    settings = build(LLMSettings, {**shared, **changes}, where)
    if settings.provider == "embedded":
        raise UserError(f"Expected {where}.provider {OF_MODELS}, got embedded.")
    return settings


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.port != 0 and parts.username is None
        return parts.scheme in ("http", "https") and named
    except ValueError:  # its port is no number
        return False


def make_llm(settings: LLMSettings, environment: Mapping[str, str] = os.environ, folder: Path = Path()) -> LLM:
    """Build the model's client; nothing is sent. `folder` is the run's, for prompts and replies in files.

    Raises:
        LLMConfigError: the key is missing, or the embedded author, which is no LLM, was asked for.
    """
    key, headers = settings.key(environment), settings.headers(environment)
    secrets = tuple(headers[name] for name, value in (settings.extra_headers or {}).items() if value != headers[name])
    body = settings.extra_body or {}
    options = CallOptions(settings.limit_name, settings.reasoning_effort, body, headers, settings.stream)
    if settings.provider == "openai":
        from evo.authors.llm.openai_chat import OpenAIChat  # a second of import time

        chat: Callable[..., LLM] = OpenAIChat
        key = key or ANY_KEY
    elif settings.provider == "command":
        return CommandLLM(settings.model, settings.words(), settings.price(), settings.timeout, secrets_of(environment))
    elif settings.provider == "human":
        return PromptFilesLLM(settings.model, folder, settings.price(), settings.timeout)
    elif settings.provider == "python":
        from evo.authors.llm.function import FunctionLLM, find_function

        return FunctionLLM(find_function(settings.model), settings.model, settings.price(), settings.timeout)
    elif settings.provider == "litellm":
        from evo.authors.llm.litellm_chat import LiteLLMChat  # likewise, and litellm itself costs four

        chat = LiteLLMChat
        key = key or (ANY_KEY if settings.local else "")
    else:
        raise LLMConfigError("The embedded author asks no LLM: choose another llm=…")
    return chat(settings.model, settings.base_url, key, settings.price(), settings.timeout, options, secrets)


def check_programs(settings: LLMSettings) -> None:
    """See to it that each program that would be started is there.

    Raises:
        UserError: one is not.
    """
    if settings.provider == "embedded" or settings.calls is Calls.REPLAY:
        return
    for model in settings.each().values():
        if model.provider == "command" and (fault := fault_of_command(model.words())):
            raise UserError(f"llm {model.model}: {fault}.")


async def reachable(
    settings: LLMSettings, environment: Mapping[str, str] = os.environ, seconds: float = 10.0, asks: bool = False
) -> str | None:
    """Ask every model for a sign of life; return None, or one line that names the endpoint and what to check.

    With `openai` this lists the models, and where it `asks`, has each say one token; litellm has no such list for all
    providers and is asked for one word; a program must be there, and where it `asks`, it is started once. A replay and
    a person are not asked.
    """
    if settings.provider == "embedded" or settings.calls is Calls.REPLAY:
        return None
    faults = await asyncio.gather(*(_fault(model, environment, seconds, asks) for model in settings.each().values()))
    return next((fault for fault in faults if fault is not None), None)


async def _fault(settings: LLMSettings, environment: Mapping[str, str], seconds: float, asks: bool) -> str | None:
    where = settings.base_url or f"the provider's own endpoint of {settings.model}"
    if settings.provider == "command":
        where = f"llm.command {shlex.join(settings.words())}"
    try:
        llm = make_llm(settings, environment)
    except LLMConfigError as error:
        return str(error)
    listed: tuple[str, ...] = ()
    try:
        async with asyncio.timeout(seconds):
            listed = await llm.ping()
        if asks and settings.provider in ("openai", "command"):
            async with asyncio.timeout(max(seconds, LOADING_SECONDS)):
                await _say_something(llm)
    except TimeoutError:
        if settings.provider == "command":
            return f"No answer from {where} within {LOADING_SECONDS:g} s: does it read its prompt from standard input?"
        return f"No answer from {where} within {seconds:g} s: is the server running, and llm.base_url right?"
    except LLMError as error:
        if listed and settings.model not in listed and error.kind is ErrorKind.OTHER:
            shown = ", ".join(get_close_matches(settings.model, listed, SHOWN_MODELS, 0.0))
            return f"{where} has no model {settings.model}: set llm.model to one that it lists, such as {shown}."
        if settings.provider == "command":
            return f"{where} does not answer: {error}."
        return f"{where} does not serve {settings.model}: {error.kind}: {error}. Check {_advice(settings, error)}."
    finally:
        await llm.close()
    return None


async def _say_something(llm: LLM) -> None:
    """Ask for one token; a model that thinks may say that this is too little, which is a sign of life too."""
    for _ in range(TRIES):
        try:
            await llm.complete(PING, Sampling(temperature=None, top_p=None, max_tokens=1))
        except LLMError as error:
            if "output limit was reached" in str(error):
                return
            if error.kind is not ErrorKind.RETRYABLE or error.lost:
                raise
            fault = error
        else:
            return
    raise fault


def _advice(settings: LLMSettings, error: LLMError) -> str:
    if error.kind == "auth":
        return f"the key in {settings.api_key_env}" if settings.api_key_env else "llm.api_key_env: it wants a key"
    return "that the server runs, llm.base_url and llm.model"
