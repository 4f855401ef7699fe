"""The author that asks a language model. Importing this package imports neither openai nor litellm."""

from evo.authors.llm.author import LLMAuthor
from evo.authors.llm.code_blocks import Extraction, extract
from evo.authors.llm.conditions import Conditions, make_conditions
from evo.authors.llm.contract import LLM, Completion, ErrorKind, LLMError, Price, Sampling
from evo.authors.llm.insights import LLMAnalyst, insight_prompt, read_insights
from evo.authors.llm.models import Model, make_models
from evo.authors.llm.pace import Clock, PacedLLM
from evo.authors.llm.prompt import Prompt, render
from evo.authors.llm.recording import Recording, RecordingError, RecordingLLM, ReplayLLM
from evo.authors.llm.retry import ModelAnswer, Retry
from evo.authors.llm.scripted import ScriptedLLM
from evo.authors.llm.settings import (
    Calls,
    LLMConfigError,
    LLMSettings,
    Policy,
    fault_of_key,
    make_llm,
    reachable,
)
from evo.authors.llm.templates import check_operator, hints_of

__all__ = [
    "LLM",
    "Calls",
    "Clock",
    "Completion",
    "Conditions",
    "ErrorKind",
    "Extraction",
    "LLMAnalyst",
    "LLMAuthor",
    "LLMConfigError",
    "LLMError",
    "LLMSettings",
    "Model",
    "ModelAnswer",
    "PacedLLM",
    "Policy",
    "Price",
    "Prompt",
    "Recording",
    "RecordingError",
    "RecordingLLM",
    "ReplayLLM",
    "Retry",
    "Sampling",
    "ScriptedLLM",
    "check_operator",
    "extract",
    "fault_of_key",
    "hints_of",
    "insight_prompt",
    "make_conditions",
    "make_llm",
    "make_models",
    "reachable",
    "read_insights",
    "render",
]
