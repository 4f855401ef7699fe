"""Providers with a protocol of their own (Anthropic, Gemini, Bedrock, Vertex, …) through litellm."""

import importlib
import logging
import os
import warnings
from collections.abc import Sequence
from types import ModuleType

import openai

from evo.authors.llm.completion_body import read_completion
from evo.authors.llm.contract import PING, CallOptions, Completion, Price, Sampling
from evo.authors.llm.errors import calling, malformed
from evo.authors.llm.http_client import make_client, spare_loopback
from evo.authors.llm.redaction import secrets_of
from evo.authors.llm.settings import LLMConfigError
from evo.core.records import Message

QUIET = {
    "suppress_debug_info": True,
    "telemetry": False,
    "disable_aiohttp_transport": True,  # its sessions outlive their event loop and say so on stderr
}


class LiteLLMChat:
    """A model named the litellm way, `provider/model`; an empty `base_url` or `key` leaves the choice to litellm.

    `timeout` is seconds for the whole answer. `drop_params`
    lets litellm leave out what it knows a model to refuse, and name the limit of the answer as the model wants it;
    a sampling number that the model refuses all the same is left out from then on.
    """

    def __init__(
        self,
        model: str,
        base_url: str,
        key: str,
        price: Price | None,
        timeout: float,
        options: CallOptions = CallOptions(),  # noqa: B008 frozen
        secrets: tuple[str, ...] = (),
    ) -> None:
        self.model = model
        self._secrets = (key, *secrets, *secrets_of(os.environ))  # litellm looks for keys of its own there
        make_client(base_url, openai.Timeout(timeout), self._secrets)  # litellm's own would fail as late as a call
        spare_loopback(base_url)
        self._litellm = _load()
        if options.reasoning_effort and "reasoning_effort" not in (
            self._litellm.get_supported_openai_params(model=model) or ()
        ):
            raise LLMConfigError(f"Expected no llm.reasoning_effort: litellm does not know how to tell it {model}.")
        self._options = {
            "reasoning_effort": options.reasoning_effort,
            "extra_body": dict(options.body),
            "extra_headers": dict(options.headers),
            "stream": options.stream,
        }
        self._refused: set[str] = set()
        self.price = price
        self._base_url = base_url
        self._key = key
        self._timeout = timeout

    async def complete(self, messages: Sequence[Message], sampling: Sampling) -> Completion:
        """Ask once."""
        numbers = {"temperature": sampling.temperature, "top_p": sampling.top_p}
        sent = {name: value for name, value in numbers.items() if value is not None and name not in self._refused}
        async with calling(self._timeout, sent, self._secrets, self._refused.add):
            reply = await self._litellm.acompletion(
                model=self.model,
                messages=[{"role": message.role, "content": message.content} for message in messages],
                **sent,
                **{name: value for name, value in self._options.items() if value},
                max_tokens=sampling.max_tokens,
                api_base=self._base_url or None,
                api_key=self._key or None,
                timeout=self._timeout,
                num_retries=0,
                max_retries=0,
                drop_params=True,
            )
            if self._options["stream"]:
                reply = self._litellm.stream_chunk_builder([part async for part in reply])
        if not isinstance(reply, openai.BaseModel | self._litellm.ModelResponse):
            raise malformed("no JSON object", self._secrets)
        return read_completion(reply.model_dump(warnings=False), messages, self.price, self._secrets)

    async def ping(self) -> tuple[str, ...]:
        """Ask for one word: litellm knows no cheaper sign of life that every provider gives."""
        await self.complete(PING, Sampling(temperature=None, top_p=None, max_tokens=16))
        return ()

    async def close(self) -> None:
        """Close the clients that litellm keeps for all its models: one event loop per process."""
        await importlib.import_module("litellm.llms.custom_httpx.async_client_cleanup").close_litellm_async_clients()


def _load() -> ModuleType:
    """Import litellm: late, for it costs seconds, and quiet.

    It reads two variables while it is imported: no price list from the network, no .env file of the current folder.
    """
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    os.environ["LITELLM_MODE"] = "PRODUCTION"
    litellm = importlib.import_module("litellm")
    for name, value in QUIET.items():
        setattr(litellm, name, value)
    warnings.filterwarnings("ignore", "Pydantic serializer warnings", UserWarning)  # of replies of a wrong shape
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return litellm
