"""Prices of models whose price nobody stated: from the list that is bundled with litellm, which is not imported."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from evo.authors.llm.contract import Price

FILE = "model_prices_and_context_window_backup.json"
PROVIDERS = {
    "api.openai.com": "",
    "openrouter.ai": "openrouter/",
    "api.deepseek.com": "deepseek/",
    "api.mistral.ai": "mistral/",
    "api.groq.com": "groq/",
    "api.x.ai": "xai/",
    "api.together.xyz": "together_ai/",
    "api.fireworks.ai": "fireworks_ai/",
    "generativelanguage.googleapis.com": "gemini/",
}
"""What the list puts before the names of a host's models: one name may cost another price elsewhere."""


def listed_price(model: str, base_url: str) -> Price | None:
    """Return the listed price of a model of litellm's (without a `base_url`), or of a host that is known; else None."""
    if not base_url:
        return _price(model) or _price(model.partition("/")[2])
    prefix = PROVIDERS.get(urlsplit(base_url).hostname or "")
    return None if prefix is None else _price(prefix + model)


def source() -> str:
    """Return where listed prices are from; a list is as old as its package."""
    return f"the list of litellm {version('litellm')}"


def _price(name: str) -> Price | None:
    entry = _listed().get(name, {})
    prompt, completion = entry.get("input_cost_per_token"), entry.get("output_cost_per_token")
    if isinstance(prompt, int | float) and isinstance(completion, int | float):
        return Price(prompt * 1e6, completion * 1e6)
    return None


@cache
def _listed() -> Mapping[str, Mapping[str, object]]:
    """Read the list; an empty one where the package has none."""
    package = find_spec("litellm")
    folders = list(package.submodule_search_locations or ()) if package else []
    file = next((path for folder in folders if (path := Path(folder) / FILE).is_file()), None)
    return {} if file is None else json.loads(file.read_text(encoding="utf-8"))
