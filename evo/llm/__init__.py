"""The author that asks a language model. Importing this package imports neither openai nor litellm."""

from evo.llm.analyst import LLMAnalyst
from evo.llm.author import LLMAuthor
from evo.llm.contract import LLM, Completion, ErrorKind, LLMError, Price, Sampling
from evo.llm.extract import Extraction, extract
from evo.llm.insights import insight_prompt, read_insights
from evo.llm.models import Model, make_models
from evo.llm.pace import Clock, PacedLLM
from evo.llm.prompt import Prompt, render
from evo.llm.recording import Recording, RecordingError, RecordingLLM, ReplayLLM
from evo.llm.retry import Answer, Retry
from evo.llm.scripted import ScriptedLLM
from evo.llm.settings import Calls, LLMConfigError, LLMSettings, make_llm, reachable
from evo.llm.templates import check_operator, hints_of

__all__ = [
    "LLM",
    "Answer",
    "Calls",
    "Clock",
    "Completion",
    "ErrorKind",
    "Extraction",
    "LLMAnalyst",
    "LLMAuthor",
    "LLMConfigError",
    "LLMError",
    "LLMSettings",
    "Model",
    "PacedLLM",
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
    "hints_of",
    "insight_prompt",
    "make_llm",
    "make_models",
    "reachable",
    "read_insights",
    "render",
]
