"""What 1,000 replies of a language model cost, by model: the table of docs/models.md.

Prices are those of the list that is bundled with the installed litellm; no provider is asked. Replies are taken to have
the tokens below, and what a provider saves by caching the same beginning of prompts is left out.

    python benchmarks/llm/model_costs.py
"""

from collections.abc import Iterator
from dataclasses import dataclass

from evo.authors.llm.listed_prices import listed_price, source

REPLIES = 1000
PROMPT_TOKENS = 1100
"""Of a prompt for rules of `smtt`: 100 of a run (`llm=command`, seed 1) had 1,062 in the mean, by characters / 4."""
ANSWER_TOKENS = 350
"""Of a rule's reply without thought: what `evo run llm=openai --estimate` expects for `smtt`, rounded."""
THOUGHT_TOKENS = 10_000
"""Of a reply with much thought: what `--estimate` expects of `llm=openai_reasoning`, 40 % of 25,000."""
OPENAI, DEEPSEEK = "https://api.openai.com/v1", "https://api.deepseek.com/v1"


@dataclass(frozen=True, slots=True)
class Row:
    """A model as `llm.model` names it, the preset that asks it, and whether it is able to think before it answers."""

    preset: str
    model: str
    thinks: bool = True
    base_url: str = ""


ROWS = (
    Row("openai", "gpt-4.1-nano", thinks=False, base_url=OPENAI),
    Row("openai", "gpt-4.1-mini", thinks=False, base_url=OPENAI),
    Row("openai", "gpt-4.1", thinks=False, base_url=OPENAI),
    Row("openai_reasoning", "gpt-5-mini", base_url=OPENAI),
    Row("openai_reasoning", "gpt-5.6-terra", base_url=OPENAI),
    Row("openai_reasoning", "gpt-5.6", base_url=OPENAI),
    Row("anthropic", "anthropic/claude-haiku-4-5"),
    Row("anthropic", "anthropic/claude-sonnet-5-5"),
    Row("anthropic", "anthropic/claude-opus-5-5"),
    Row("gemini", "gemini/gemini-2.5-flash"),
    Row("gemini", "gemini/gemini-3.1-pro-preview"),
    Row("deepseek", "deepseek-chat", thinks=False, base_url=DEEPSEEK),
    Row("deepseek", "deepseek-reasoner", base_url=DEEPSEEK),
    Row("litellm", "mistral/codestral-latest", thinks=False),
    Row("litellm", "xai/grok-code-fast-1"),
)

HEADING = (
    "| `llm=` | `llm.model=` | USD per million tokens, in and out | 1,000 short replies, USD | with thought, USD |",
    "|---|---|---|---|---|",
)


def table() -> Iterator[str]:
    """Yield the lines of the table in Markdown, the cheapest reply first.

    Raises:
        SystemExit: the list does not know one of the models.
    """
    yield from HEADING
    yield from (line for _, line in sorted(_line(row) for row in ROWS))


def _line(row: Row) -> tuple[float, str]:
    price = listed_price(row.model, row.base_url)
    if price is None:
        raise SystemExit(f"{source()} has no price of {row.model}: take another model, or another version.")
    short = REPLIES * price.dollars(PROMPT_TOKENS, ANSWER_TOKENS)
    thought = f"{REPLIES * price.dollars(PROMPT_TOKENS, THOUGHT_TOKENS):.0f}" if row.thinks else "–"
    prices = f"{price.prompt:g} and {price.completion:g}"
    return short, f"| `{row.preset}` | `{row.model}` | {prices} | {short:.2f} | {thought} |"


if __name__ == "__main__":
    print("\n".join(table()))
    print(f"Prices: {source()}.")
