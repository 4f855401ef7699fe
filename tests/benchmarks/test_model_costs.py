"""docs/models.md has the costs that the script computes from the price list of the litellm that is pinned."""

import re
import runpy
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")
SCRIPT = runpy.run_path(str(ROOT / "benchmarks" / "llm" / "model_costs.py"))
(PINNED,) = re.findall(r"^litellm==(\S+)", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_page_names_the_pinned_list() -> None:
    assert f"litellm {PINNED};" in PAGE


@pytest.mark.skipif(version("litellm") != PINNED, reason="another litellm than the pinned one has other prices")
def test_the_table_of_the_page_is_what_the_script_prints() -> None:
    assert "\n".join(SCRIPT["table"]()) in PAGE


def test_the_page_states_the_tokens_that_the_script_takes() -> None:
    words = " ".join(PAGE.split())
    assert f"A prompt is taken to have {SCRIPT['PROMPT_TOKENS']:,} tokens" in words
    assert (
        f"A short reply has {SCRIPT['ANSWER_TOKENS']}; one with much thought has {SCRIPT['THOUGHT_TOKENS']:,}." in words
    )
