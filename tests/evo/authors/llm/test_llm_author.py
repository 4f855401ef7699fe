"""The author from proposal to draft, with scripted models and with a real endpoint."""

import asyncio
import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from evaluators import Facts, FailureKind
from evo.authors.llm import (
    Calls,
    ErrorKind,
    LLMAuthor,
    LLMError,
    LLMSettings,
    Model,
    PacedLLM,
    Price,
    Retry,
    Sampling,
    ScriptedLLM,
    make_llm,
    make_models,
    render,
)
from evo.core.errors import UserError
from evo.core.records import Broken, Candidate, Message, Operator, Proposal, Usage, total
from problems.toy import Toy

RULE = "def priority(p, w):\n    return p / w\n"
FENCED = f"```python\n{RULE}```"
SPT = Candidate(4, "def priority(p, w):\n    return p\n", Facts("a", 5), fitness=-0.25)
OPERATOR = Operator("hint", "llm", 1, template="{parents}\n{hint}\n{header}", hints=("Add.", "Multiply.", "Divide."))
CONFIGS = Path(__file__).parents[4] / "configs"
AT_ONCE = Retry(retries=2, first=0.0, longest=0.0)
LOST = LLMError(ErrorKind.RETRYABLE, "too slow", lost=True)
AWAY = LLMError(ErrorKind.RETRYABLE, "connection refused")


def proposal(ordinal=7, **changes):
    return Proposal(ordinal, 0, OPERATOR, (SPT,), entropy=3, **changes)


def model(llm, retry=AT_ONCE, **changes):
    return Model(llm.model, llm, Sampling(max_tokens=100), retry, **changes)


def author(*llms, retry=AT_ONCE, **changes):
    return LLMAuthor(Toy(), [model(llm, retry) for llm in llms], [OPERATOR], **changes)


def written(*llms, ordinal=7, retry=AT_ONCE, **changes):
    writer = author(*llms, retry=retry, **changes)
    return asyncio.run(writer.write(writer.prepare(proposal(ordinal))))


class TestAuthor:
    def test_a_reply_becomes_source_and_the_attempt_keeps_it(self):
        llm = ScriptedLLM([FENCED])
        draft = written(llm)
        assert (draft.source, draft.reason, draft.unreachable) == (RULE, "", False)
        assert [(attempt.reply, attempt.messages) for attempt in draft.attempts] == [(FENCED, ())]
        assert llm.asked[0].messages == render(proposal(), Toy()).messages
        assert llm.asked[0].sampling.max_tokens == 100

    def test_every_try_becomes_an_attempt(self):
        draft = written(ScriptedLLM([AWAY, "", RULE]))
        assert draft.source == RULE
        assert [attempt.error for attempt in draft.attempts] == ["retryable: connection refused", "empty reply", None]

    def test_a_refusal_is_the_models_fault_and_a_wrong_key_is_not_tried_again(self):
        refused = written(ScriptedLLM([LLMError(ErrorKind.REFUSED, "no")]))
        wrong = written(ScriptedLLM([LLMError(ErrorKind.AUTH, "no")]))
        assert (refused.unreachable, len(refused.attempts)) == (False, 1)
        assert (wrong.unreachable, len(wrong.attempts)) == (True, 1)

    def test_a_wrong_template_is_told_at_the_start(self):
        with pytest.raises(ValueError, match="Operator mine"):
            LLMAuthor(Toy(), [model(ScriptedLLM([]))], [Operator("mine", "llm", 1, template="{speed}")])

    def test_an_instruction_is_part_of_the_request(self):
        assert author(ScriptedLLM([])).prepare(proposal()).instruction in OPERATOR.hints

    def test_a_draft_comes_over_a_real_connection(self, endpoints):
        endpoint = endpoints.open(endpoints.said("No idea."), endpoints.said(FENCED))
        settings = LLMSettings(provider="openai", model="coder", base_url=endpoint.url, local=True)

        async def once():
            writer = LLMAuthor(Toy(), make_models(settings, {}), [OPERATOR])
            try:
                return await writer.write(writer.prepare(proposal()))
            finally:
                await writer.close()

        draft = asyncio.run(once())
        assert draft.source == RULE
        assert [attempt.usage.tokens for attempt in draft.attempts] == [150, 150]
        roles = [[message["role"] for message in body["messages"]] for body in endpoint.bodies]
        assert roles == [["user"], ["user", "assistant", "user"]]


class TestMending:
    def test_a_reply_without_code_is_answered_with_the_reason_in_the_same_conversation(self):
        llm = ScriptedLLM(["I would rather not.", RULE])
        draft = written(llm)
        assert draft.source == RULE
        first, again = (asked.messages for asked in llm.asked)
        assert again[: len(first)] == first
        assert [message.role for message in again[len(first) :]] == ["assistant", "user"]
        assert again[-2].content == "I would rather not."
        assert "no function" in again[-1].content
        assert [attempt.messages for attempt in draft.attempts] == [(), again]

    def test_it_is_done_as_often_as_asked_and_the_last_reason_counts(self):
        assert [len(written(ScriptedLLM(["No."] * 4), mend=mend).attempts) for mend in (0, 1, 2)] == [1, 2, 3]
        draft = written(ScriptedLLM(["No."] * 2))
        assert (draft.source, draft.unreachable) == (None, False)
        assert "no function" in draft.reason

    def test_a_code_that_is_the_parents_own_is_mended_too(self):
        llm = ScriptedLLM([SPT.source, RULE])
        assert written(llm).source == RULE
        assert "unchanged" in llm.asked[1].messages[-1].content

    def test_a_model_that_is_gone_meanwhile_leaves_the_first_reason(self):
        draft = written(ScriptedLLM(["No.", LLMError(ErrorKind.AUTH, "no")]))
        assert (draft.unreachable, len(draft.attempts)) == (False, 2)
        assert "no function" in draft.reason

    def test_a_long_reply_goes_back_shortened(self):
        llm = ScriptedLLM(["na " * 3000, RULE])
        assert written(llm).source == RULE
        assert 100 < len(llm.asked[1].messages[1].content) <= 400

    def test_a_repair_is_compared_with_the_broken_code(self):
        broken = Broken(3, RULE, FailureKind.RUNTIME_ERROR, "division by zero")
        llm = ScriptedLLM([RULE, SPT.source])
        writer = author(llm)
        draft = asyncio.run(writer.write(writer.prepare(proposal(broken=broken))))
        assert (draft.source, len(llm.asked)) == (SPT.source, 2)


class Cut(ScriptedLLM):
    """Every reply ends at the limit of its length."""

    async def complete(self, messages, sampling):
        return replace(await super().complete(messages, sampling), finish="length")


class TestCutReplies:
    def test_code_that_was_cut_is_told_as_such_and_asked_for_again(self):
        llm = Cut([FENCED.rstrip("`\n"), FENCED])
        assert written(llm).source == RULE
        told = "the reply was cut at its limit of 100 tokens (llm.max_tokens) within the code"
        assert told in llm.asked[1].messages[-1].content

    def test_words_that_were_cut_name_the_cause_first(self):
        draft = written(Cut(["First I think about", "it"]))
        assert (
            draft.reason == "the reply was cut at its limit of 100 tokens (llm.max_tokens): the reply has no function"
        )

    def test_code_that_is_whole_counts(self):
        assert written(Cut([f"{FENCED}\nIt is better, for"])).source == RULE


class TestTooLongPrompts:
    """The provider takes fewer tokens than we thought."""

    TOO_LONG = LLMError(ErrorKind.CONTEXT, "too long")
    LONG = Candidate(4, RULE + "# a line\n" * 2000, Facts("a", 5), fitness=-0.25)

    def test_a_shorter_one_is_sent_and_recorded_with_its_attempt(self):
        llm = ScriptedLLM([self.TOO_LONG, self.TOO_LONG, FENCED.replace("/", "-")])
        writer = author(llm)
        draft = asyncio.run(writer.write(writer.prepare(replace(proposal(), parents=(self.LONG,)))))
        lengths = [len(asked.messages[0].content) for asked in llm.asked]
        assert draft.source == RULE.replace("/", "-")
        assert lengths[0] > 1.5 * lengths[1] > 2 * lengths[2]
        assert [attempt.messages for attempt in draft.attempts] == [(), *(asked.messages for asked in llm.asked[1:])]

    def test_where_none_is_short_enough_the_run_goes_on(self):
        draft = written(ScriptedLLM([self.TOO_LONG] * 4))
        assert (draft.source, draft.unreachable) == (None, False)
        assert "too long" in draft.reason

    def test_of_a_request_from_the_record_there_is_no_shorter_one(self):
        llm = ScriptedLLM([self.TOO_LONG])
        request = author(ScriptedLLM([])).prepare(proposal())
        draft = asyncio.run(author(llm).write(request))
        assert (draft.source, len(llm.asked)) == (None, 1)


class TestSeveralModels:
    def two(self, first, second):
        return ScriptedLLM(first, "cheap", Price(1.0, 2.0)), ScriptedLLM(second, "dear", Price(3.0, 9.0))

    def test_the_proposal_says_whom_to_ask_and_the_first_is_asked_otherwise(self):
        cheap, dear = self.two([RULE], [RULE])
        writer = author(cheap, dear)
        for name, asked in (("dear", (0, 1)), ("", (1, 1))):
            request = writer.prepare(proposal(model=name))
            asyncio.run(writer.write(request))
            assert request.model == (name or "cheap")
            assert (len(cheap.asked), len(dear.asked)) == asked

    def test_one_out_of_reach_is_replaced_and_each_attempt_has_its_own_model_and_cost(self):
        cheap, dear = self.two([LOST, LOST, LOST], [RULE])
        draft = written(cheap, dear, fallback=["cheap", "dear"])
        assert draft.source == RULE
        assert [attempt.model for attempt in draft.attempts] == ["cheap"] * 3 + ["dear"]
        assert draft.attempts[0].usage.dollars == pytest.approx((draft.attempts[0].usage.prompt_tokens + 2 * 100) / 1e6)

    def test_none_in_reach_is_unreachable(self):
        cheap, dear = self.two([LLMError(ErrorKind.AUTH, "no")], [LLMError(ErrorKind.AUTH, "no")])
        draft = written(cheap, dear, fallback=["dear"])
        assert (draft.unreachable, len(draft.attempts)) == (True, 2)

    def test_a_refusal_is_an_answer_nobody_else_is_asked(self):
        cheap, dear = self.two([LLMError(ErrorKind.REFUSED, "no")], [RULE])
        assert written(cheap, dear, fallback=["dear"]).source is None
        assert dear.asked == []

    def test_an_unknown_model_is_refused(self):
        with pytest.raises(ValueError, match="Expected a model of cheap, dear, got 'best'"):
            author(*self.two([], [])).prepare(proposal(model="best"))

    def test_prices_are_told_by_name(self):
        assert author(*self.two([], [])).prices() == {"cheap": Price(1.0, 2.0), "dear": Price(3.0, 9.0)}


class TestWorstCase:
    @pytest.mark.parametrize(
        "replies",
        [
            [LOST, "", "word " * 60, LOST, LOST],
            [LOST, LOST, LOST],
            ["1 2 3 4 5 6 " * 30, "", LOST, "word " * 60],
            ["word " * 60, "word " * 60],
        ],
    )
    def test_no_draft_costs_more_than_its_request_reserved(self, replies):
        cheap, dear = ScriptedLLM(replies, "cheap", Price(3.0, 9.0)), ScriptedLLM(replies, "dear", Price(5.0, 8.0))
        writer = author(cheap, dear, fallback=["dear"])
        request = writer.prepare(proposal())
        draft = asyncio.run(writer.write(request))
        spent = total([attempt.usage for attempt in draft.attempts])
        assert 0 < spent.tokens <= request.worst.tokens
        assert 0 < (spent.dollars or 0) <= (request.worst.dollars or 0)

    def test_thinking_beyond_the_answers_bound_is_counted(self):
        plain, thinking = (
            LLMAuthor(Toy(), [model(ScriptedLLM([]), reasoning_tokens=more)], [OPERATOR]).prepare(proposal()).worst
            for more in (0, 1000)
        )
        assert thinking.completion_tokens - plain.completion_tokens == 4 * 1000  # one, a turn, two retries

    def test_it_is_unknown_where_one_price_is(self):
        class Unpriced(ScriptedLLM):
            price = None

            def __init__(self, name):
                super().__init__([], name)
                self.price = None

        writer = author(ScriptedLLM([], "cheap"), Unpriced("dear"), fallback=["dear"])
        assert writer.prepare(proposal()).worst.dollars is None
        assert author(ScriptedLLM([])).prepare(proposal()).worst.dollars == 0.0

    def test_an_analysis_has_one_of_its_own_and_comes_with_its_attempts(self):
        writer = author(ScriptedLLM([LOST, "HELPS: p"], price=Price(1.0, 1.0)))
        messages = render(proposal(), Toy()).messages
        answer = asyncio.run(writer.ask_about(messages))
        assert (answer.text, len(answer.attempts)) == ("HELPS: p", 2)
        worst, spent = writer.worst_of(messages, ""), total([attempt.usage for attempt in answer.attempts])
        assert spent.tokens <= worst.tokens < writer.prepare(proposal()).worst.tokens


class TestSamples:
    def test_equal_prompts_are_counted_in_the_order_of_their_ordinals(self):
        writer = author(ScriptedLLM([RULE] * 4))
        fixed = replace(OPERATOR, hints=(), template="{parents}")
        asked = [replace(proposal(ordinal), operator=fixed) for ordinal in (3, 5, 8)]
        assert [writer.prepare(each).sample for each in asked] == [0, 1, 2]
        assert writer.prepare(asked[1]).sample == 1, "asked again after a kill it is the same call"

    def test_a_resumed_author_goes_on_counting(self):
        fixed = replace(OPERATOR, hints=(), template="{parents}")
        first, again = author(ScriptedLLM([])), author(ScriptedLLM([]))
        requests = [first.prepare(replace(proposal(ordinal), operator=fixed)) for ordinal in (3, 5)]
        stored = [replace(request, sample=0, worst=Usage()) for request in requests]
        assert [again.remember(request) for request in stored] == requests
        assert again.prepare(replace(proposal(9), operator=fixed)).sample == 2

    def test_the_call_knows_its_sample(self):
        llm = ScriptedLLM([RULE] * 2)
        writer = author(llm)
        request = writer.prepare(proposal())
        asyncio.run(writer.write(replace(request, sample=4)))
        assert llm.asked[0].sampling.sample == 4


class TestOutage:
    """Time jumps here: what is waited for takes none."""

    class Server:
        """Answers but in its first seconds; keeps the times at which it was asked."""

        def __init__(self, away, error=AWAY, model="scripted"):
            self.model, self.price = model, Price(0.0, 0.0)
            self.away, self.error = away, error
            self.asked = []

        async def complete(self, messages, sampling):
            now = asyncio.get_running_loop().time()
            self.asked.append(now)
            await asyncio.sleep(0.5)
            if now < self.away:
                raise self.error
            return await ScriptedLLM([RULE]).complete(messages, sampling)

        async def ping(self):
            """Be there."""

        async def close(self):
            """Hold nothing."""

    def drafts(self, at_once, server, count=16, patience=300.0, per_minute=None, concurrency=8, others=()):
        async def all_of_them():
            models = [
                Model(one.model, PacedLLM(one, concurrency, per_minute, patience), Sampling(), Retry(3, patience))
                for one in (server, *others)
            ]
            writer = LLMAuthor(Toy(), models, [OPERATOR], [one.model for one in others])
            requests = [writer.prepare(proposal(ordinal)) for ordinal in range(count)]
            return await asyncio.gather(*(writer.write(request) for request in requests))

        return at_once(all_of_them())

    def test_a_minute_without_a_server_costs_no_candidate_and_no_charge(self, at_once):
        server = self.Server(60.0)
        drafts = self.drafts(at_once, server)
        assert all(draft.source == RULE for draft in drafts)
        assert max(server.asked) < 120
        assert all(attempt.usage.tokens == 0 for draft in drafts for attempt in draft.attempts[:-1])

    def test_one_longer_than_the_patience_is_out_of_reach(self, at_once):
        server = self.Server(600.0)
        assert all(draft.unreachable for draft in self.drafts(at_once, server))
        assert 295 < max(server.asked) < 310

    def test_while_it_is_away_that_is_told_with_how_long_it_is_waited_for(self, at_once):
        server = self.Server(60.0)
        model = Model("coder", PacedLLM(server, 8, None, 300.0), Sampling(), Retry(3, 300.0))
        writer = LLMAuthor(Toy(), [model], [OPERATOR])

        async def told_meanwhile():
            task = asyncio.ensure_future(writer.write(writer.prepare(proposal())))
            await asyncio.sleep(10.0)
            meanwhile = writer.notices()
            await task
            return meanwhile, writer.notices()

        meanwhile, after = at_once(told_meanwhile())
        (text,) = meanwhile.now
        assert text == "coder is out of reach, asked again in 7 s, given up in 290 s (retryable: connection refused)"
        assert (after.now, after.lasting) == ((), ())

    def test_lost_calls_are_bounded_in_number_whatever_the_patience(self, at_once):
        server = self.Server(math.inf, LOST)
        (draft,) = self.drafts(at_once, server, count=1)
        assert (draft.unreachable, len(server.asked)) == (True, 4)

    def test_a_rest_that_the_server_asks_for_holds_every_call_back_in_full(self, at_once):
        busy = LLMError(ErrorKind.RETRYABLE, "slow down", retry_after=90.0)
        server = self.Server(1.0, busy)
        drafts = self.drafts(at_once, server, concurrency=2)
        assert all(draft.source == RULE for draft in drafts)
        assert [now for now in server.asked if 0.5 < now < 90.0] == []

    def test_a_rest_beyond_the_patience_sends_all_to_the_next_model(self, at_once):
        busy = LLMError(ErrorKind.RETRYABLE, "slow down", retry_after=900.0)
        server, other = self.Server(math.inf, busy), self.Server(0.0, model="other")
        drafts = self.drafts(at_once, server, concurrency=2, others=[other])
        assert all(draft.source == RULE for draft in drafts)
        assert len(server.asked) == 2
        assert "rests for" in (drafts[-1].attempts[0].error or "")

    def test_calls_a_minute_are_kept_also_after_a_rest(self, at_once):
        busy = LLMError(ErrorKind.RETRYABLE, "slow down", retry_after=30.0)
        server = self.Server(0.1, busy)
        self.drafts(at_once, server, per_minute=60.0)
        times = server.asked
        assert min(b - a for a, b in pairwise(times[1:])) > 0.99

    def test_no_more_calls_are_open_than_allowed(self, at_once):
        server = self.Server(0.0)
        self.drafts(at_once, server, concurrency=3)
        assert max(sum(now - 0.5 < other <= now for other in server.asked) for now in server.asked) == 3

    def test_seconds_are_those_of_the_call_and_not_of_its_turn(self, at_once):
        drafts = self.drafts(at_once, self.Server(3.0), concurrency=1)
        assert {attempt.usage.seconds for draft in drafts for attempt in draft.attempts} == {0.5}

    def test_a_server_that_comes_back_at_its_address_is_found_again(self, endpoints):
        url = endpoints.refused_url()
        settings = LLMSettings(provider="openai", model="coder", base_url=url, local=True)

        async def through():
            (one,) = make_models(settings, {})
            soon = replace(one, retry=Retry(first=0.1, longest=0.3))
            writer = LLMAuthor(Toy(), [soon], [OPERATOR])
            writing = [asyncio.create_task(writer.write(writer.prepare(proposal(ordinal)))) for ordinal in range(3)]
            await asyncio.sleep(0.1)
            with pytest.raises(LLMError, match="onnection"):  # so theirs, which came first, have been refused
                await one.llm.complete([Message("user", "there?")], Sampling())
            endpoints.open(endpoints.failed(503, "starting"), endpoints.said(FENCED), port=int(url.split(":")[2][:-3]))
            try:
                return await asyncio.gather(*writing)
            finally:
                await writer.close()

        drafts = asyncio.run(through())
        assert [draft.source for draft in drafts] == [RULE] * 3
        for draft in drafts:
            assert [attempt.reply for attempt in draft.attempts[:-1]] == [None] * (len(draft.attempts) - 1)
            assert "onnection" in draft.attempts[0].error
            assert draft.attempts[-1].reply == FENCED


class TestRetry:
    def test_the_wait_doubles_up_to_its_limit(self):
        retry = Retry(first=1.0, longest=10.0)
        assert [retry.backoff(failures) for failures in range(1, 7)] == [1.0, 2.0, 4.0, 8.0, 10.0, 10.0]
        assert retry.backoff(2000) == 10.0

    @pytest.mark.parametrize("changes", [{"retries": -1}, {"patience": -1.0}, {"first": 3.0, "longest": 2.0}])
    def test_what_is_out_of_range_is_refused(self, changes):
        with pytest.raises(ValueError, match="Expected"):
            Retry(**changes)


class TestSettings:
    @pytest.mark.parametrize("path", sorted((CONFIGS / "llm").glob("*.yaml")), ids=lambda path: path.stem)
    def test_each_shipped_configuration_is_valid_and_builds(self, path):
        settings = LLMSettings(**yaml.safe_load(path.read_text(encoding="utf-8")))
        for name, each in settings.each().items():
            if each.local:
                assert each.price() == Price(0.0, 0.0)
            if each.provider == "openai":
                assert make_llm(each, {each.api_key_env: "key"}).model == each.model
            assert name in settings.names()

    @pytest.mark.parametrize(
        "changes",
        [
            {"provider": "smoke"},
            {"model": ""},
            {"provider": "openai", "base_url": "localhost:80"},
            {"provider": "openai", "base_url": "http://me:secret@localhost/v1"},
            {"temperature": 2.1},
            {"top_p": 0.0},
            {"max_tokens": 0},
            {"reasoning_tokens": -1},
            {"timeout": 0.0},
            {"timeout": float("nan")},
            {"retries": -1},
            {"patience": -1.0},
            {"concurrency": 0},
            {"requests_per_minute": 0.0},
            {"price_in": 1.0},
            {"price_in": -1.0, "price_out": 1.0},
            {"limit_name": "length"},
            {"fallback": ("nobody",)},
            {"mend": -1},
            {"prompt_tokens": 0},
            {"calls": Calls.RECORD},
        ],
    )
    def test_what_is_out_of_range_is_refused(self, changes):
        with pytest.raises(ValueError, match="Expected"):
            LLMSettings(**changes)

    def test_the_edges_of_the_ranges_are_accepted(self):
        edges = {"temperature": 2.0, "top_p": 1.0, "max_tokens": 1, "retries": 0, "concurrency": 1, "patience": 0.0}
        settings = LLMSettings(**edges, price_in=0, price_out=0, mend=0, reasoning_tokens=0, prompt_tokens=1)
        assert settings.retry() == Retry(retries=0, patience=0.0)

    def test_a_key_in_the_place_of_its_variable_is_refused_and_not_repeated(self):
        with pytest.raises(ValueError, match="not the key itself") as caught:
            LLMSettings(api_key_env="sk-0123456789abcdef")
        assert "0123" not in str(caught.value)

    def test_a_model_of_several_has_what_all_have_but_for_its_own(self):
        shared = {"provider": "openai", "base_url": "http://h/v1", "max_tokens": 99, "price_in": 1.0, "price_out": 2.0}
        settings = LLMSettings(**shared, models={"a": {"model": "m/a"}, "b": {"model": "m/b", "price_out": 5.0}})
        assert settings.names() == ("a", "b")
        each = settings.each()
        assert [(one.model, one.max_tokens, one.price()) for one in each.values()] == [
            ("m/a", 99, Price(1.0, 2.0)),
            ("m/b", 99, Price(1.0, 5.0)),
        ]

    @pytest.mark.parametrize(
        ("models", "expected"),
        [
            ({"a": {"modle": "x"}}, "llm.models.a.modle"),
            ({"a": {"mend": 2}}, "llm.mend"),
            ({"a": {"max_tokens": "many"}}, "llm.models.a.max_tokens"),
            ({"a": {"provider": "embedded"}}, "llm.models.a.provider"),
            ({"a": 3}, "llm.models.a"),
        ],
    )
    def test_what_is_wrong_with_one_of_several_is_told_with_its_path(self, models, expected):
        with pytest.raises(UserError, match=expected):
            LLMSettings(provider="openai", model="m", base_url="http://h/v1", models=models)
