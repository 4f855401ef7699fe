"""An LLM as the configuration names it, and how it is built from that."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from urllib.parse import urlsplit

from evo.llm.contract import LLM, LLMError, Price, Sampling
from evo.llm.retry import Retry

PROVIDERS = ("embedded", "openai", "litellm")
LIMIT_NAMES = ("max_tokens", "max_completion_tokens")
ANY_KEY = "none"


class LLMConfigError(ValueError):
    """What is missing before anything can be sent: one line that says what to set."""


@dataclass(frozen=True, slots=True)
class LLMSettings:
    """Which model to ask and how. `embedded` needs none of it; `openai` is any server with OpenAI's protocol.

    `api_key_env` names the environment variable with the key (empty: none is needed; a `local` server takes any).
    `timeout` is seconds for one whole answer, `retries` come on top of the first try, `price_in` and `price_out` are
    USD per million tokens (None: unknown, or litellm's list). `limit_name` is the field that bounds the answer.
    """

    provider: str = "embedded"
    model: str = "embedded"
    base_url: str = ""
    api_key_env: str = ""
    local: bool = False
    temperature: float | None = 0.9
    top_p: float | None = 0.95
    max_tokens: int = 1024
    limit_name: str = "max_tokens"
    timeout: float = 120.0
    retries: int = 3
    concurrency: int = 8
    price_in: float | None = None
    price_out: float | None = None

    def __post_init__(self) -> None:
        if self.provider not in PROVIDERS:
            raise ValueError(f"Expected llm.provider one of {', '.join(PROVIDERS)}, got {self.provider!r}.")
        if not self.model:
            raise ValueError("Expected a name in llm.model, got an empty text.")
        if self.provider == "openai" and not _is_address(self.base_url):
            raise ValueError(f"Expected llm.base_url like http://host:port/v1 or https://…, got {self.base_url!r}.")
        if self.limit_name not in LIMIT_NAMES:
            raise ValueError(f"Expected llm.limit_name one of {', '.join(LIMIT_NAMES)}, got {self.limit_name!r}.")
        if not (isfinite(self.timeout) and self.timeout > 0):
            raise ValueError(f"Expected llm.timeout > 0 seconds, got {self.timeout}.")
        if self.retries < 0:
            raise ValueError(f"Expected llm.retries >= 0, got {self.retries}.")
        if self.concurrency < 1:
            raise ValueError(f"Expected llm.concurrency >= 1, got {self.concurrency}.")
        if (self.price_in is None) != (self.price_out is None):
            raise ValueError("Expected both llm.price_in and llm.price_out, or neither.")
        self.sampling()
        self.price()

    def sampling(self) -> Sampling:
        """Return how replies are drawn."""
        return Sampling(self.temperature, self.top_p, self.max_tokens)

    def retry(self) -> Retry:
        """Return how often to ask."""
        return Retry(tries=self.retries + 1)

    def price(self) -> Price | None:
        """Return the stated price; what runs here costs nothing."""
        if self.price_in is not None and self.price_out is not None:
            return Price(self.price_in, self.price_out)
        return Price(0.0, 0.0) if self.local else None

    def key(self, environment: Mapping[str, str]) -> str:
        """Return the key, or a stand-in where none is needed.

        Raises:
            LLMConfigError: the variable is not set.
        """
        key = environment.get(self.api_key_env, "").strip() if self.api_key_env else ""
        if not key and self.api_key_env and not self.local:
            raise LLMConfigError(f"llm {self.model} needs a key: set the environment variable {self.api_key_env}.")
        return key


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # its port is no number
        return False


def make_llm(settings: LLMSettings, environment: Mapping[str, str] = os.environ) -> LLM:
    """Build the model's client; nothing is sent.

    Raises:
        LLMConfigError: the key is missing, or the embedded author, which is no LLM, was asked for.
    """
    key = settings.key(environment)
    if settings.provider == "openai":
        from evo.llm.openai_chat import OpenAIChat  # a second of import time

        return OpenAIChat(
            settings.model, settings.base_url, key or ANY_KEY, settings.price(), settings.timeout, settings.limit_name
        )
    if settings.provider == "litellm":
        from evo.llm.litellm_chat import LiteLLMChat  # likewise, and litellm itself costs four

        stand_in = key or (ANY_KEY if settings.local else "")
        return LiteLLMChat(settings.model, settings.base_url, stand_in, settings.price(), settings.timeout)
    raise LLMConfigError("The embedded author asks no LLM: choose another llm=…")


async def reachable(
    settings: LLMSettings, environment: Mapping[str, str] = os.environ, seconds: float = 10.0
) -> str | None:
    """Ask for a sign of life; return None, or one line that names the endpoint and what to check.

    With `openai` this lists the models; litellm has no such call for all providers and is asked for one word.
    """
    if settings.provider == "embedded":
        return None
    where = settings.base_url or f"the provider's own endpoint of {settings.model}"
    try:
        llm = make_llm(settings, environment)
    except LLMConfigError as error:
        return str(error)
    try:
        async with asyncio.timeout(seconds):
            await llm.ping()
    except TimeoutError:
        return f"No answer from {where} within {seconds:g} s: is the server running, and llm.base_url right?"
    except LLMError as error:
        return f"{where} does not serve {settings.model}: {error.kind}: {error}. Check {_advice(settings, error)}."
    finally:
        await llm.close()
    return None


def _advice(settings: LLMSettings, error: LLMError) -> str:
    if error.kind == "auth":
        return f"the key in {settings.api_key_env}" if settings.api_key_env else "llm.api_key_env: it wants a key"
    return "that the server runs, llm.base_url and llm.model"
