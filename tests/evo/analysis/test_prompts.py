"""The exact words of a prompt and its replies."""

from evo.analysis.prompts import prompt
from evo.core.records import Attempt, Usage


def test_prompt_and_replies_are_told_exactly(run, values):
    words = "improve it:\n\n```python\n<b>x</b>\n```\n "
    attempts = [Attempt("m", Usage(1, 2, 0.5), error="time-out"), Attempt("m", Usage(1, 2, 0.5), "def g(): ...")]
    run.add(0, 0.5, model="m", prompt=words, asked=attempts)
    told = values(prompt(run.store, 0), "message", "call", "status", "role", "content")
    assert told == [
        (1, 1, "failed", "system", "You write rules."),
        (2, 1, "failed", "user", words),
        (3, 1, "failed", "error", "time-out"),
        (4, 2, "ok", "system", "You write rules."),
        (5, 2, "ok", "user", words),
        (6, 2, "ok", "reply", "def g(): ..."),
    ]


def test_a_candidate_that_no_model_wrote_has_no_prompt(run):
    run.add(0, 0.5)
    answer = prompt(run.store, 0)
    assert answer.rows == ()
    assert answer.notes == ("no model was asked for it",)
