"""Any server that speaks OpenAI's chat completions: OpenAI, OpenRouter, Ollama, vLLM, llama.cpp, LM Studio."""

from collections.abc import Sequence

import openai
from openai.types.chat import (
    ChatCompletionAssistantMessageParam,
    ChatCompletionMessageParam,
    ChatCompletionSystemMessageParam,
    ChatCompletionUserMessageParam,
)

from evo.authors.llm.completion_body import model_names, parsed, read_completion
from evo.authors.llm.contract import CallOptions, Completion, Price, Sampling
from evo.authors.llm.errors import LIMITS, calling, told_in_body, translate
from evo.authors.llm.http_client import endpoint, make_client
from evo.core.records import Message

CONNECT_SECONDS = 10.0


class OpenAIChat:
    """A model behind `base_url`; `timeout` is seconds for the whole answer, which httpx's own timeout is not.

    A field that the model refuses is left out from then on; the limit of the answer is first called by its other name.
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
        self.price = price
        self._secrets = (key, *secrets)
        self._timeout = timeout
        self._options = options
        self._limit_name = options.limit_name
        self._refused: set[str] = set()
        # A host that is down may never refuse: seconds of trying to connect surely were not served, those after may be.
        patience = openai.Timeout(timeout, connect=min(timeout, CONNECT_SECONDS))
        address, query = endpoint(base_url)
        self._client = openai.AsyncOpenAI(
            base_url=address,
            api_key=key,
            max_retries=0,
            timeout=patience,
            default_headers=options.headers,
            default_query=query,
            http_client=make_client(address, patience, self._secrets),
        )

    async def complete(self, messages: Sequence[Message], sampling: Sampling) -> Completion:
        """Ask once."""
        body = self._body(sampling)
        async with calling(self._timeout, body, self._secrets, self._leave_out):
            reply = await self._client.chat.completions.with_raw_response.create(
                model=self.model,
                messages=[_parameter(message) for message in messages],
                extra_body=body,
            )
        return read_completion(parsed(reply.content, self._secrets), messages, self.price, self._secrets)

    async def ping(self) -> tuple[str, ...]:
        """Ask for the list of models, which costs nothing; an endpoint without one has answered too."""
        try:
            reply = await self._client.models.with_raw_response.list()
        except openai.NotFoundError:
            return ()
        except openai.APIError as error:
            raise translate(error, self._secrets) from None
        body = parsed(reply.content, self._secrets)
        if told := body.get("error"):
            raise told_in_body(told, self._secrets)
        return model_names(body, self._secrets)

    async def close(self) -> None:
        """Release connections."""
        await self._client.close()

    def _leave_out(self, name: str) -> None:
        self._refused.add(name)
        if name in LIMITS:
            self._limit_name = next((each for each in LIMITS if each not in self._refused), name)

    def _body(self, sampling: Sampling) -> dict[str, object]:
        wanted: dict[str, object] = {
            self._limit_name: sampling.max_tokens,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "reasoning_effort": self._options.reasoning_effort or None,
            "stream": self._options.stream or None,
            "stream_options": {"include_usage": True} if self._options.stream else None,
            **self._options.body,
        }
        return {name: value for name, value in wanted.items() if value is not None and name not in self._refused}


def _parameter(message: Message) -> ChatCompletionMessageParam:
    if message.role == "system":
        return ChatCompletionSystemMessageParam(role="system", content=message.content)
    if message.role == "assistant":
        return ChatCompletionAssistantMessageParam(role="assistant", content=message.content)
    return ChatCompletionUserMessageParam(role="user", content=message.content)
