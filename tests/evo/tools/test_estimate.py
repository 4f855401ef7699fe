"""What a run would cost is told beforehand: by operator and model, as expected and at worst, and what the caps cut."""

import io
import json
import re
from pathlib import Path

import pytest
from rich.console import Console

from evo.authors.llm import Conditions, LLMAuthor
from evo.authors.mixed import MixedAuthor
from evo.cli.app import status
from evo.config.compose import compose
from evo.core.errors import UserError
from evo.core.records import Usage
from evo.runs.build import check_room, instance_sets, make_author
from evo.tools.estimate import Asking, Estimate, estimate

PAID = ["problem=toy", "llm=vllm", "llm.model=m", "llm.price_in=1.0", "llm.price_out=4.0", "budget.candidates=100"]
TWO = [*PAID[:1], "llm=several", *PAID[5:]]


def estimated(*overrides: str) -> Estimate:
    settings = compose(overrides)
    author = make_author(settings, {"OPENROUTER_API_KEY": "none"})
    assert isinstance(author, MixedAuthor)
    return estimate(settings, author.models)


def test_every_operator_and_model_has_its_share() -> None:
    found = estimated(*TWO)
    operators = {operator.name for operator in compose(TWO).asked_of_models if operator.weight > 0}
    assert {(asking.operator, asking.model) for asking in found.askings} == {
        (operator, model) for operator in operators for model in ("cheap", "strong")
    }
    assert sum(asking.share for asking in found.askings) == pytest.approx(1.0)


def test_what_is_expected_is_below_the_worst_case_which_no_request_exceeds() -> None:
    author = make_author(compose([*PAID, "polish.per_reply=0"]), {})
    assert isinstance(author, LLMAuthor)
    for asking in estimated(*PAID).askings:
        assert 0 < (asking.expected.dollars or 0) < (asking.worst.dollars or 0)
        assert asking.worst == author.worst_at(4000, "m", mend=1)


def test_insights_are_an_operator_of_their_own() -> None:
    analyses = [asking for asking in estimated(*TWO, "insights=true").askings if asking.operator == "(analysis)"]
    assert sum(asking.share for asking in analyses) == pytest.approx(1.0)


def test_an_operators_own_model_is_counted_for_it_alone() -> None:
    askings = estimated("problem=toy", "llm=several", "llm.policy=compete", "operator.rewrite.model=strong").askings
    strong = [asking for asking in askings if asking.model == "strong"]
    assert [(asking.operator, asking.always) for asking in strong] == [("rewrite", True)]
    assert sum(asking.share for asking in askings) == pytest.approx(1.0)
    assert "rewrite" not in {asking.operator for asking in askings if asking.model == "cheap"}


@pytest.mark.parametrize("replies", [0, 60, 100])
def test_an_operators_own_model_is_asked_before_a_handover_and_after(replies: int) -> None:
    found = estimated(
        "problem=toy", "llm=several", "budget.replies=100", f"llm.handover_replies={replies}", "insights=true",
        "operator.rewrite.model=strong",
    )  # fmt: skip
    whole = sum(phase.replies * (phase.expected.dollars or 0) for phase in found.phases())
    assert whole == pytest.approx(100 * (found.expected().dollars or 0), rel=1e-3)


class TestHandover:
    """The cheap model writes the first replies, the strong one the rest: costs are counted in this order."""

    HUNDRED = ("problem=toy", "llm=several", "budget.replies=100")

    def test_each_model_has_the_share_that_it_writes(self) -> None:
        for settings, strong in ((self.HUNDRED, 0.25), ((*self.HUNDRED, "llm.policy=compete"), 0.5)):
            found = estimated(*settings)
            shares = {
                name: sum(one.share for one in found.askings if one.model == name) for name in ("cheap", "strong")
            }
            assert shares == pytest.approx({"cheap": 1 - strong, "strong": strong})

    @pytest.mark.parametrize(("replies", "cheap", "strong"), [(0, 0, 100), (60, 60, 40), (100, 100, 0), (500, 100, 0)])
    def test_the_phases_follow_each_other(self, replies: int, cheap: int, strong: int) -> None:
        found = estimated(*self.HUNDRED, f"llm.handover_replies={replies}", "insights=true")
        lengths = [length for length in (cheap, strong) if length]
        assert [phase.replies for phase in found.phases()] == lengths
        whole = sum(phase.replies * (phase.expected.dollars or 0) for phase in found.phases())
        assert whole == pytest.approx(100 * (found.expected().dollars or 0), rel=1e-3)

    def test_a_cap_pays_for_the_cheap_replies_first(self) -> None:
        first, _ = estimated(*self.HUNDRED).phases()
        (told,) = estimated(*self.HUNDRED, f"budget.dollars={50.5 * (first.expected.dollars or 0)}").cuts()
        assert "pays for about 50 of 100 replies" in told


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ("budget.dollars=1000", "is never reached"),
        ("budget.dollars=0.001", "of 10 replies"),
        ("budget.tokens=9000", "budget.tokens = 9000 pays for about"),
    ],
)
def test_what_a_cap_cuts_is_told(limits: str, expected: str) -> None:
    (told,) = estimated(*PAID, limits).cuts()
    assert expected in told


def test_a_model_that_thinks_is_expected_to_answer_at_greater_length() -> None:
    room = (*PAID, "llm.max_tokens=8000")
    plain, thinking = estimated(*room), estimated(*room, "llm.reasoning_effort=high")
    assert {asking.expected.completion_tokens for asking in thinking.askings} == {3200}
    assert all(200 < asking.expected.completion_tokens < 400 for asking in plain.askings)


def test_an_unknown_price_stays_unknown() -> None:
    unknown = Usage(10, 10, None)
    found = Estimate((Asking("o", "m", 1.0, unknown, unknown),), compose(PAID).budget)
    assert found.expected().dollars is None
    assert found.worst().dollars is None


class TestVerb:
    def told(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
        assert status(["run", *arguments, "--estimate"]) == 0
        return capsys.readouterr().out

    def test_it_needs_no_key_no_server_and_makes_no_folder(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("EVO_RUNS", f"{tmp_path}/runs")
        monkeypatch.chdir(tmp_path)
        told = self.told(capsys, *TWO, "budget.dollars=0.01", "llm.calls=record", "llm.recording=calls.jsonl")
        assert "cheap" in told
        assert "budget.dollars = 0.01 pays for about" in told
        assert list(tmp_path.iterdir()) == []

    def test_when_the_strong_model_takes_over_is_told(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert "strong takes over after 8 replies" in self.told(capsys, *TWO)

    def test_json_has_every_figure(self, capsys: pytest.CaptureFixture[str]) -> None:
        found = json.loads(self.told(capsys, *PAID, "--json"))
        assert (found["replies"], found["edits_per_reply"]) == (10, 10)
        assert found["askings"][0]["worst"]["dollars"] > 0

    def test_without_a_model_the_size_of_the_run_is_told_and_no_price(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("EVO_RUNS", f"{tmp_path}/runs")
        sizes = ["problem=toy", "problem.train=3", "problem.validation=2", "problem.test=2"]
        limits = ["budget.candidates=1500", "budget.seconds=600"]
        told = self.told(capsys, *sizes, *limits).splitlines()
        assert told[:2] == [
            "toy: no model is asked; the search ends after 1,500 candidates or 600 seconds of search",
            "instances: 3 of train, 2 of validation, 2 of test",
        ]
        assert re.fullmatch(r"references: 7 are computed first, once: about \d s \(measured on 5 of them\)", told[2])
        assert list(tmp_path.iterdir()) == []
        found = json.loads(self.told(capsys, *sizes, *limits, "--json"))
        assert (found["candidates"], found["seconds"], found["instances"]["train"]) == (1500, 600, 3)
        assert found["references"]["missing"] == 7

    def test_references_that_are_known_are_not_counted(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        sizes = ["problem=toy", "problem.train=3", "problem.validation=2", "problem.test=2"]
        instance_sets(compose(sizes), tmp_path, Console(file=io.StringIO()))
        told = self.told(capsys, *sizes, f"hydra.run.dir={tmp_path}/one")
        assert "references: all are known" in told

    def test_a_dollar_cap_with_an_unknown_price_is_refused_for_each_of_several_models(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        unknown = ["llm.models.strong.price_in=null", "llm.models.strong.price_out=null"]
        assert status(["run", *TWO, *unknown, "budget.dollars=1", "--estimate"]) == 2
        assert "llm.models.strong.price_in" in capsys.readouterr().err


@pytest.mark.parametrize("overrides", [["operator.rewrite.weight=0"], ["insights=true"], []])
def test_too_little_room_for_a_prompt_is_said_before_anything_is_asked(overrides: list[str]) -> None:
    settings = compose([*PAID, *overrides, "llm.prompt_tokens=60"])
    with pytest.raises(UserError, match="room"):
        make_author(settings, {})


def test_the_room_of_a_small_model_is_enough_for_the_longest_failure() -> None:
    check_room(compose(["problem=smtt", "experiment=small"]), Conditions())


class TestTemplate:
    """An operator whose template cannot be filled in is told before anything is run."""

    @pytest.mark.parametrize("verb", [["run"], ["run", "--estimate"]])
    @pytest.mark.parametrize("weight", ["operator.rewrite.weight=1", "operator.rewrite.weight=0"])
    def test_a_field_that_is_not_there_is_one_line_of_an_override(
        self, verb: list[str], weight: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        template = "operator.rewrite.template='{parents} {failure}'"
        assert status([*verb, *PAID, weight, template, f"hydra.run.dir={tmp_path}/run"]) == 2
        expected = "evo: Operator rewrite: unknown field 'failure' in its template; nearest: failures.\n"
        assert capsys.readouterr() == ("", expected)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("stray", ["{", "}", "{parents!x}", "{parents:>bad}", "{}", "{0}", "{parents.a}", "{x[0]}"])
    def test_so_is_a_brace_in_an_operator_of_the_users_own(
        self, stray: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        (tmp_path / "operator").mkdir()
        own = f"author: llm\nparents: 1\ntemplate: |\n  Look:\n\n  {{parents}}\n  {stray}\n"
        (tmp_path / "operator" / "mine.yaml").write_text(own, encoding="utf-8")
        chosen = ["--config-dir", str(tmp_path), "+operator@operator.mine=mine"]
        assert status(["run", *PAID, *chosen, f"hydra.run.dir={tmp_path}/run"]) == 2
        told = capsys.readouterr()
        assert told.err.startswith("evo: Operator mine: ")
        assert told.err.count("\n") == 1
        assert not (tmp_path / "run").exists()
