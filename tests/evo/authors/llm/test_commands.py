"""Commands that ask a model behind a real endpoint: `evo resume` with other settings of it, `evo doctor`."""

import json

import pytest

from evo.cli.app import status

SMALL = ["problem=toy", "problem.train=3", "problem.validation=2", "problem.test=2", "islands=one"]
MODEL = ["llm=vllm", "llm.model=coder", "llm.mend=0", "llm.retries=0", "polish.per_reply=0", "evaluator.workers=1"]


def test_a_field_that_a_model_refuses_is_told_once(endpoints, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("EVO_RUNS", str(tmp_path))

    def answer(body):
        refused = endpoints.failed(400, "Unsupported value: 'temperature' does not support 0.9 with this model.")
        return refused if "temperature" in body else endpoints.said(f"```python\n{endpoints.RULE}```")

    url = f"llm.base_url={endpoints.open(answer).url}"
    assert status(["run", *SMALL, *MODEL, url, "budget.candidates=6", "llm.retries=1"]) == 0
    assert capsys.readouterr().out.count("coder refuses temperature and is asked without") == 1


class TestResume:
    @pytest.fixture
    def stopped(self, endpoints, tmp_path, monkeypatch, capsys):
        """Return the folder of a run whose model is out of reach."""
        monkeypatch.setenv("EVO_RUNS", str(tmp_path))
        endpoint = endpoints.open(
            *[endpoints.said(f"```python\n{endpoints.RULE.replace('p / w', f'p / w + {n}')}```") for n in (1, 2)],
            endpoints.failed(404, "no such model"),
        )
        folder = tmp_path / "run"
        made = [*SMALL, *MODEL, f"llm.base_url={endpoint.url}", "budget.candidates=12", f"hydra.run.dir={folder}"]
        assert status(["run", *made]) == 1
        assert "coder is out of reach" in capsys.readouterr().err
        return folder

    def test_another_model_elsewhere_goes_on_under_the_name_of_the_first(self, stopped, endpoints, capsys):
        endpoint = endpoints.open(endpoints.said(f"```python\n{endpoints.RULE}```"))
        other = ["llm.model=other", f"llm.base_url={endpoint.url}", "llm.extra_body.chat_template_kwargs.think=false"]
        assert status(["resume", str(stopped), *other, "llm.top_p=null"]) == 0
        assert {body["model"] for body in endpoint.bodies} == {"other"}
        assert endpoint.bodies[0]["chat_template_kwargs"] == {"think": False}
        assert "top_p" not in endpoint.bodies[0]
        capsys.readouterr()
        assert status(["replay", str(stopped)]) == 0

    @pytest.mark.parametrize(
        ("override", "told"),
        [
            ("llm.modle=x", "Unknown setting llm.modle"),
            ("llm.policy=handover", "how models are asked"),
            ("llm.provider=embedded", "who writes is part of a run"),
            ("llm.timeout=-1", "Expected llm.timeout > 0"),
        ],
    )
    def test_what_does_not_fit_is_one_line(self, override, told, stopped, capsys):
        assert status(["resume", str(stopped), override]) == 2
        printed = capsys.readouterr().err
        assert told in printed
        assert printed.count("\n") == 1


class TestDoctor:
    def rows(self, capsys, *overrides: str) -> tuple[int, dict[str, dict[str, object]]]:
        ended = status(["doctor", *overrides, "--json"])
        return ended, {row["name"]: row for row in json.loads(capsys.readouterr().out)["checks"]}

    def test_one_token_is_asked_of_the_chosen_model(self, endpoints, capsys):
        endpoint = endpoints.open(lambda _: endpoints.said("OK"))
        ended, rows = self.rows(capsys, *MODEL, f"llm.base_url={endpoint.url}")
        assert ended == 0
        assert rows["endpoint"]["detail"] == "coder answers; price of coder $0 in, $0 out per million tokens"
        assert [(body["model"], body["max_tokens"]) for body in endpoint.bodies] == [("coder", 1)]

    def test_a_model_that_is_not_there_is_named(self, endpoints, capsys):
        endpoint = endpoints.open(lambda _: endpoints.failed(404, "model not found"))
        endpoint.listed = endpoints.Reply('{"data": [{"id": "coder-7b"}]}')
        ended, rows = self.rows(capsys, *MODEL, f"llm.base_url={endpoint.url}")
        assert ended == 1
        assert "has no model coder: set llm.model to one that it lists, such as coder-7b" in rows["endpoint"]["detail"]

    @pytest.mark.parametrize(
        "wrong", ["llm=nobody", "llm.timeout=-1", "llm.base_url=here", "problem=nothing", "budget=100"]
    )
    def test_settings_that_do_not_fit_leave_all_other_rows(self, wrong, capsys):
        ended, rows = self.rows(capsys, "llm=vllm", wrong)
        assert ended == 2
        assert [name for name, row in rows.items() if not row["sound"]] == ["settings"]
        assert {"python", "packages", "numba", "solver", "isolation", "keys", "endpoint"} <= set(rows)
