"""The author that asks a language model. Importing this package imports neither openai nor litellm."""

from evo.llm.author import LLMAuthor
from evo.llm.contract import LLM, Completion, ErrorKind, LLMError, Price, Sampling
from evo.llm.extract import Extraction, extract
from evo.llm.prompt import check_operator, render
from evo.llm.retry import Retry
from evo.llm.scripted import ScriptedLLM
from evo.llm.settings import LLMConfigError, LLMSettings, make_llm, reachable

__all__ = [
    "LLM",
    "Completion",
    "ErrorKind",
    "Extraction",
    "LLMAuthor",
    "LLMConfigError",
    "LLMError",
    "LLMSettings",
    "Price",
    "Retry",
    "Sampling",
    "ScriptedLLM",
    "check_operator",
    "extract",
    "make_llm",
    "reachable",
    "render",
]
