"""The models of one run by their names: each with its client, its pace, its sampling and its patience."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf
from pathlib import Path

from evo.authors.llm.contract import LLM, Price, Sampling, cost, prompt_tokens_at_most
from evo.authors.llm.pace import Clock, LoopClock, PacedLLM
from evo.authors.llm.prompt_files import PromptFilesLLM
from evo.authors.llm.recording import Recording, RecordingLLM, ReplayLLM
from evo.authors.llm.retry import Contact, ModelAnswer, ModelCall, Retry, RetryAllowance, ask
from evo.authors.llm.settings import Calls, LLMSettings, make_llm
from evo.core.records import Message, Usage


@dataclass(frozen=True, slots=True)
class Model:
    """A model under the name that proposals and records use.

    `reasoning_tokens` may be billed on top of the answer's, by providers that do not count thinking in its bound.
    """

    name: str
    llm: LLM
    sampling: Sampling = field(default_factory=Sampling)
    retry: Retry = field(default_factory=Retry)
    reasoning_tokens: int = 0
    clock: Clock = field(default_factory=LoopClock)
    contact: Contact = field(default_factory=Contact)

    @property
    def price(self) -> Price | None:
        """What it costs; None where nobody said."""
        return self.llm.price

    @property
    def answer_tokens(self) -> int:
        """The most that one answer may be billed, thinking included."""
        return self.sampling.max_tokens + self.reasoning_tokens

    def worst(self, prompt_tokens: int) -> Usage:
        """Return the most that one call may cost."""
        return cost(self.price, prompt_tokens, self.answer_tokens)

    async def ask(self, messages: tuple[Message, ...], sample: int, allowance: RetryAllowance) -> ModelAnswer:
        """Ask until there is a text, or a reason why there is none."""
        sampling = replace(self.sampling, sample=sample)
        call = ModelCall(self.name, self.llm, messages, sampling, self.worst(prompt_tokens_at_most(messages)))
        return await ask(call, self.retry, allowance, self.clock, self.contact)


def make_models(
    settings: LLMSettings, environment: Mapping[str, str] = os.environ, folder: Path = Path()
) -> tuple[Model, ...]:
    """Build the clients of all models; nothing is sent. A replay needs no keys. `folder` as in `make_llm`.

    Raises:
        LLMConfigError: a key is missing.
        RecordingError: the recording cannot be read, or not be written.
    """
    each = settings.each()
    if settings.calls is Calls.REPLAY:
        recording = Recording.read(Path(settings.recording))
        return tuple(_replayed(name, model, recording) for name, model in each.items())
    models = tuple(_live(name, model, environment, folder) for name, model in each.items())
    if settings.calls is Calls.LIVE:
        return models
    file = Recording.begin(Path(settings.recording))
    return tuple(replace(model, llm=RecordingLLM(model.name, model.llm, file)) for model in models)


def _live(name: str, settings: LLMSettings, environment: Mapping[str, str], folder: Path) -> Model:
    llm = make_llm(settings, environment, folder)
    paced = PacedLLM(llm, settings.concurrency, settings.requests_per_minute, settings.patience)
    contact = Contact(llm.waits_for) if isinstance(llm, PromptFilesLLM) else Contact()
    return Model(name, paced, settings.sampling(), settings.retry(), settings.reasoning_tokens, contact=contact)


def _replayed(name: str, settings: LLMSettings, recording: Recording) -> Model:
    """Return a model that never waits: the recorded tries end where they ended."""
    at_once = Retry(settings.retries, patience=inf, first=0.0, longest=0.0)
    llm = ReplayLLM(name, settings.price(), recording)
    return Model(name, llm, settings.sampling(), at_once, settings.reasoning_tokens)
