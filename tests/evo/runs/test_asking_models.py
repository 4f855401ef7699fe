"""Runs that ask a language model, whole: every operator takes part, insights travel, a resumed run asks the same."""

import io
import json
import sqlite3
from collections import Counter
from pathlib import Path

import pytest
from rich.console import Console

from evo.analysis.operators import improvements_by
from evo.config.compose import compose
from evo.config.recorded import load
from evo.core.errors import UserError
from evo.runs.replay import replay
from evo.runs.resume import resume
from evo.runs.run import DATABASE, run
from evo.store import RunStore

OPERATORS = ("rewrite", "hint", "edit", "combine", "combine_islands", "repair", "shorten", "set_constants", "explore",
             "reflect")  # fmt: skip
SMALL = ("problem=toy", "problem.train=3", "problem.validation=2", "problem.test=2", "evaluator.workers=1",
         "islands.migration.every=10", "polish.per_reply=0", "operator.hint.weight=2", "operator.edit.weight=0.7",
         "operator.explore.weight=0.5")  # fmt: skip


def made_by(folder: Path, oracle, *overrides: str) -> list[str]:
    """Make a run and return the overrides it was made with."""
    folder.mkdir()
    every = [*SMALL, *oracle.overrides, *overrides]
    run(compose(every), folder, Console(file=io.StringIO()))
    return every


def rows(folder: Path, query: str) -> list[tuple]:
    with sqlite3.connect(folder / DATABASE) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture
def made(tmp_path, oracle) -> tuple[Path, list[str]]:
    folder = tmp_path / "run"
    return folder, made_by(folder, oracle, "budget.candidates=100", "insights=true", "operator.repair.weight=3")


class TestARunWithInsights:
    def test_operators_insights_twins_and_odds_are_on_record_and_the_run_replays(self, made):
        folder, overrides = made
        by_operator = Counter(dict(rows(folder, "SELECT operator, count(*) FROM candidates GROUP BY operator")))
        assert {name for name in OPERATORS if not by_operator[name]} <= {"shorten", "repair"}, by_operator
        calls = Counter(dict(rows(folder, "SELECT purpose, count(*) FROM calls GROUP BY purpose")))
        assert calls["analysis"] > 10
        assert calls["draft"] >= 100
        insights = rows(folder, "SELECT candidate, helps, text, families FROM insights")
        assert {(helps, text) for _, helps, text, _ in insights} == {(1, "the weight of w")}
        assert all(json.loads(families) for *_, families in insights)
        odds = [json.loads(told) for (told,) in rows(folder, "SELECT odds FROM candidates WHERE odds <> ''")]
        assert len(odds) == 100
        assert odds[0]["rewrite"] != odds[-1]["rewrite"], "they follow what was placed"
        assert rows(folder, "SELECT count(*) FROM candidates WHERE instruction <> ''")[0][0] > 5
        assert replay(compose(overrides), folder).identical

    def test_what_came_of_asking_is_told_by_operator_and_model(self, made):
        folder, _ = made
        with RunStore.open_folder(folder) as store:
            told, models = improvements_by(store, "operator"), improvements_by(store, "model")
        place = {column.name: index for index, column in enumerate(told.columns)}
        seeds = sum(row[place["candidates"]] for row in told.rows if row[0] == "seed")
        assert sum(row[place["candidates"]] for row in told.rows) == 100 + seeds
        assert [row[0] for row in models.rows if not row[0].startswith("seed")] == ["oracle"]
        spent = rows(folder, "SELECT sum(prompt_tokens + completion_tokens), sum(dollars) FROM calls")[0]
        assert sum(row[place["tokens"]] for row in told.rows) == spent[0]
        assert sum(row[place["dollars"]] for row in told.rows) == pytest.approx(spent[1])
        assert len(told.rows) > 6

    def test_prompts_carry_the_insights_of_relatives(self, made):
        folder, _ = made
        prompts = rows(
            folder,
            "SELECT b.content FROM calls k JOIN blobs b ON b.sha256 = k.prompt"
            " WHERE k.operator = 'reflect' AND k.purpose = 'draft'",
        )
        assert any("the weight of w" in prompt for (prompt,) in prompts)

    def test_what_was_asked_depends_on_nothing_but_the_seed(self, made, tmp_path, oracle):
        folder, overrides = made
        made_by(tmp_path / "again", oracle, *overrides[len(SMALL) + len(oracle.overrides) :])
        query = "SELECT ordinal, purpose, prompt, reply FROM calls ORDER BY ordinal, attempt"
        assert rows(folder, query) == rows(tmp_path / "again", query)

    def test_a_larger_budget_goes_on_as_one_run_would_have(self, tmp_path, oracle):
        parts, whole = tmp_path / "parts", tmp_path / "whole"
        overrides = made_by(parts, oracle, "budget.candidates=40", "insights=true")
        resume(compose([*overrides, "budget.candidates=80"]), parts, Console(file=io.StringIO()))
        made_by(whole, oracle, "budget.candidates=80", "insights=true")
        query = "SELECT ordinal, operator, model, instruction, target, fingerprint, source FROM candidates"
        assert rows(parts, query) == rows(whole, query)
        assert rows(parts, "SELECT * FROM insights") == rows(whole, "SELECT * FROM insights")


def test_nobody_is_asked_about_an_edit_that_no_model_wrote(tmp_path, oracle):
    folder = tmp_path / "run"
    made_by(folder, oracle, "budget.replies=6", "polish.per_reply=2", "insights=true")
    asked = rows(folder, "SELECT DISTINCT operator FROM calls WHERE purpose = 'analysis'")
    edited = rows(folder, "SELECT DISTINCT operator FROM candidates WHERE model = 'embedded' AND ordinal > 5")
    assert asked
    assert edited
    assert not set(asked) & set(edited)


def test_predicted_twins_are_recorded_as_such_and_not_evaluated(tmp_path, oracle):
    folder = tmp_path / "run"
    made_by(folder, oracle, "budget.candidates=60", "operator.shorten.weight=0", "novelty=true")
    twins = rows(folder, "SELECT candidate, message FROM failures WHERE kind = 'twin'")
    assert twins
    evaluated = {candidate for (candidate,) in rows(folder, "SELECT candidate FROM evaluations")}
    for candidate, message in twins:
        assert candidate not in evaluated
        assert "decides like candidate" in message


def test_by_default_every_reply_with_code_is_evaluated(tmp_path, oracle):
    folder = tmp_path / "run"
    made_by(folder, oracle, "budget.candidates=60")
    assert rows(folder, "SELECT count(*) FROM failures WHERE kind = 'twin'") == [(0,)]


def test_edits_follow_each_reply_and_both_are_counted(tmp_path, oracle):
    folder = tmp_path / "run"
    every = made_by(folder, oracle, "polish.per_reply=3", "budget.replies=10")
    made = rows(folder, "SELECT ordinal, model FROM candidates WHERE ordinal > 1 ORDER BY ordinal")
    replies = [ordinal for ordinal, model in made if model == "oracle"]
    assert len(replies) == 10
    assert all((ordinal - 2) % 4 == 0 for ordinal in replies)
    assert {model for ordinal, model in made if (ordinal - 2) % 4} == {"embedded"}
    assert rows(folder, "SELECT count(DISTINCT ordinal) FROM calls") == [(10,)]
    assert replay(compose(every), folder, evaluate=True).identical


def test_sampling_asks_about_the_seeds_alone(tmp_path, oracle):
    folder = tmp_path / "run"
    made_by(folder, oracle, "budget.candidates=30", "strategy=sample")
    seeds = len(compose(["problem=toy"]).problem.seeds)
    assert {parent for (parent,) in rows(folder, "SELECT DISTINCT parent FROM parents")} <= set(range(seeds))


def test_models_compete_in_one_run(tmp_path, oracle):
    folder = tmp_path / "run"
    prices = {"small": 1.0, "large": 9.0}
    each = (f"{name}: {{model: oracle, price_in: {price}, price_out: {price}}}" for name, price in prices.items())
    several = f"llm.models={{{', '.join(each)}}}"
    every = made_by(folder, oracle, "budget.candidates=200", several)
    counts = dict(rows(folder, "SELECT model, count(*) FROM candidates WHERE ordinal > 1 GROUP BY model"))
    assert counts["small"] > counts["large"] > 0
    assert replay(compose(every), folder).identical


class TestHandover:
    MODELS = "llm.models={cheap: {price_in: 1.0, price_out: 1.0}, strong: {price_in: 9.0, price_out: 9.0}}"
    SETTINGS = (MODELS, "llm.policy=handover", "llm.strong=strong", "polish.per_reply=2")

    def models(self, folder: Path) -> list[str]:
        asked = rows(folder, "SELECT model FROM candidates WHERE model IN ('cheap', 'strong') ORDER BY ordinal")
        return [model for (model,) in asked]

    def test_the_strong_model_writes_the_last_replies_and_the_run_replays(self, tmp_path, oracle):
        folder = tmp_path / "run"
        every = made_by(folder, oracle, *self.SETTINGS, "budget.replies=12")
        assert self.models(folder) == ["cheap"] * 9 + ["strong"] * 3
        assert replay(compose(every), folder).identical

    def test_a_run_with_a_larger_budget_keeps_the_moment_of_the_handover(self, tmp_path, oracle):
        folder = tmp_path / "run"
        made_by(folder, oracle, *self.SETTINGS, "budget.replies=8")
        resume(load(folder, None, ["budget.replies=14"], resumes=True), folder, Console(file=io.StringIO()))
        assert self.models(folder) == ["cheap"] * 6 + ["strong"] * 8
        assert replay(load(folder), folder).identical

    def test_it_needs_a_number_of_replies_and_a_strong_model(self, oracle):
        for wrong, expected in (
            ("budget.candidates=null", "budget.replies or budget.candidates"),
            ("llm.strong=srong", r"llm.strong to name one of several llm.models \(cheap, strong\)"),
            ("llm.handover=1", "0 < llm.handover < 1"),
            ("llm.handover_replies=-1", "llm.handover_replies >= 0"),
            ("llm.models=null", "one of several llm.models"),
        ):
            with pytest.raises(UserError, match=expected):
                compose([*SMALL, *oracle.overrides, *self.SETTINGS, "budget.seconds=9", wrong])


class TestModelOfAnOperator:
    MODELS = "llm.models={small: {model: oracle}, large: {model: oracle}}"

    def askers(self, folder: Path) -> set[tuple[str, str]]:
        query = "SELECT DISTINCT model, operator FROM candidates WHERE model NOT LIKE 'seed %'"
        return {(model, operator) for model, operator in rows(folder, query)}

    def test_it_is_asked_for_its_operators_and_the_others_for_theirs(self, tmp_path, oracle):
        folder = tmp_path / "run"
        named = ["operator.rewrite.model=large", "operator.hint.model=large"]
        every = made_by(folder, oracle, "budget.candidates=60", self.MODELS, *named)
        askers = self.askers(folder)
        assert {operator for model, operator in askers if model == "large"} == {"rewrite", "hint"}
        assert {model for model, operator in askers if operator not in ("rewrite", "hint")} == {"small"}
        assert replay(compose(every), folder).identical

    def test_one_endpoint_serves_it_beside_the_only_model(self, tmp_path, oracle):
        folder = tmp_path / "run"
        made_by(folder, oracle, "budget.candidates=30", "operator.rewrite.model=other")
        assert {model for model, operator in self.askers(folder) if operator == "rewrite"} == {"other"}
        assert {model for model, operator in self.askers(folder) if operator != "rewrite"} == {"oracle"}
        resume(
            load(folder, None, ["budget.candidates=40", "llm.model=new"], resumes=True),
            folder,
            Console(file=io.StringIO()),
        )
        assert {model for model, _ in self.askers(folder)} == {"oracle", "other"}
        assert replay(load(folder), folder).identical

    def test_where_all_are_named_all_compete_for_the_other_operators(self, oracle):
        named = [f"operator.{name}.model={model}" for name, model in (("rewrite", "small"), ("hint", "large"))]
        settings = compose([*SMALL, *oracle.overrides, self.MODELS, *named])
        assert settings.competing_models == ("small", "large")

    def test_before_a_handover_somebody_but_the_strong_model_is_there_to_ask(self, tmp_path, oracle):
        folder = tmp_path / "run"
        late = ["llm.policy=handover", "llm.strong=large", "budget.replies=12", "operator.rewrite.model=small"]
        every = made_by(folder, oracle, self.MODELS, *late)
        asked = rows(
            folder, "SELECT model, operator FROM candidates WHERE model IN ('small', 'large') ORDER BY ordinal"
        )
        assert {model for model, _ in asked[:9]} == {"small"}
        assert {model for model, operator in asked[9:] if operator != "rewrite"} <= {"large"}
        assert replay(compose(every), folder).identical

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            (["operator.rewrite.model=larg", MODELS], r"no model 'larg' .*expected one of small, large"),
            (["operator.vary.model=large", MODELS], "no model in operator vary"),
            (["operator.rewrite.model=large", "llm=command"], "expected one of oracle; llm.models"),
        ],
    )
    def test_one_that_is_not_there_is_told_with_those_that_are(self, changes, expected, oracle):
        with pytest.raises(UserError, match=expected):
            compose([*SMALL, *oracle.overrides, *changes])


def test_of_programs_the_edits_scale_numbers(tmp_path, oracle):
    folder = tmp_path / "run"
    made_by(folder, oracle, "problem=toy_program", "budget.replies=4", "polish.per_reply=1", "llm.mend=0")
    edits = rows(folder, "SELECT operator, reason, source FROM candidates WHERE ordinal > 1 AND model = 'embedded'")
    assert len(edits) == 4
    assert all(source or "No variation" in reason for _, reason, source in edits)
