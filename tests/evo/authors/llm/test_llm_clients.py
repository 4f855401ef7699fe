"""Both clients against a real server on the loopback: what is sent, what comes back, what is tried again."""

import asyncio
import gzip
import json
import os
import tracemalloc
import warnings

import pytest

from evo.authors.llm import (
    LLM,
    Completion,
    ErrorKind,
    LLMConfigError,
    LLMError,
    LLMSettings,
    Price,
    Retry,
    make_llm,
    reachable,
)
from evo.authors.llm.openai_chat import OpenAIChat
from evo.authors.llm.retry import Contact, ModelAnswer, ModelCall, RetryAllowance, ask
from evo.core.records import Message, Usage

PROMPT = (Message("user", "Write a rule."),)
PROVIDERS = ("openai", "litellm")
DEEP = "[" * 200_000 + "]" * 200_000
CHOICE = '{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "hello"%s}}'
WORST = Usage(100, 50, 0.5)


def client(provider, url, key, **changes) -> LLM:
    model = "coder" if provider == "openai" else "openai/coder"
    fields = {"price_in": 1.0, "price_out": 2.0, "timeout": 10.0, "max_tokens": 77, **changes}
    settings = LLMSettings(provider=provider, model=model, base_url=url, api_key_env="A_KEY", **fields)
    return make_llm(settings, {"A_KEY": key})


def complete(llm) -> Completion:
    async def once():
        try:
            return await llm.complete(PROMPT, LLMSettings(max_tokens=77).sampling())
        finally:
            await llm.close()

    return asyncio.run(once())


class Waits(list[float]):
    """A clock that jumps over what is waited for, and keeps it."""

    def now(self) -> float:
        return sum(self)

    async def sleep(self, seconds: float) -> None:
        self.append(seconds)


def asked(llm, retries=2, patience=8.0) -> tuple[ModelAnswer, list[float]]:
    waits = Waits()
    call = ModelCall("coder", llm, PROMPT, LLMSettings().sampling(), WORST)

    async def all_tries():
        try:
            return await ask(call, Retry(retries, patience), RetryAllowance(retries), waits)
        finally:
            await llm.close()

    return asyncio.run(all_tries()), waits


@pytest.fixture(params=PROVIDERS)
def provider(request):
    return request.param


def test_a_reply_brings_text_tokens_dollars_and_raw_usage(provider, endpoints):
    endpoint = endpoints.open(endpoints.said("hello"))
    completion = complete(client(provider, endpoint.url, endpoints.KEY))
    assert completion.text == "hello"
    assert completion.usage == Usage(120, 30, pytest.approx(180e-6))
    assert '"prompt_tokens": 120' in completion.raw_usage
    assert endpoint.keys == [f"Bearer {endpoints.KEY}"]
    sent = endpoint.bodies[0]
    assert (sent["model"], sent["max_tokens"], sent["temperature"], sent["top_p"]) == ("coder", 77, 0.9, 0.95)
    assert sent["messages"] == [{"role": "user", "content": "Write a rule."}]


def test_dollars_are_unknown_without_a_price_and_zero_for_a_local_model(provider, endpoints):
    endpoint = endpoints.open(endpoints.said("hello"))
    unknown = client(provider, endpoint.url, endpoints.KEY, price_in=None, price_out=None)
    local = client(provider, endpoint.url, endpoints.KEY, price_in=None, price_out=None, local=True)
    assert complete(unknown).usage.dollars is None
    assert complete(local).usage.dollars == 0.0


def test_a_busy_server_is_asked_again_after_the_time_it_names(provider, endpoints):
    busy = endpoints.failed(429, "slow down", retry_after="90")
    endpoint = endpoints.open(busy, busy, endpoints.said("done"))
    answer, waits = asked(client(provider, endpoint.url, endpoints.KEY), patience=200.0)
    assert (answer.text, len(answer.attempts), len(endpoint.bodies)) == ("done", 3, 3)
    assert waits == [90.0, 90.0]
    assert [attempt.usage.tokens for attempt in answer.attempts] == [0, 0, 150]


@pytest.mark.parametrize("status", [500, 503])
def test_a_broken_server_is_asked_until_the_patience_ends_and_each_try_is_one_request(provider, status, endpoints):
    endpoint = endpoints.open(endpoints.failed(status, "oops"))
    answer, waits = asked(client(provider, endpoint.url, endpoints.KEY))
    assert (answer.text, answer.unreachable, len(answer.attempts), len(endpoint.bodies)) == (None, True, 5, 5)
    assert waits == [1.0, 2.0, 4.0, 1.0]
    assert all(attempt.usage.tokens == 0 for attempt in answer.attempts)


def test_a_rest_beyond_the_patience_is_out_of_reach_at_once(provider, endpoints):
    endpoint = endpoints.open(endpoints.failed(429, "slow down", retry_after="90"))
    answer, waits = asked(client(provider, endpoint.url, endpoints.KEY))
    assert (answer.unreachable, waits) == (True, [])


@pytest.mark.parametrize("status", [408, 504, 524])
def test_a_gateway_that_gave_up_may_have_been_served(provider, status, endpoints):
    endpoint = endpoints.open(endpoints.failed(status, "the model took too long"))
    answer, _ = asked(client(provider, endpoint.url, endpoints.KEY))
    assert [attempt.usage.dollars for attempt in answer.attempts] == [0.5] * 3


def test_a_connection_that_ends_without_an_answer_may_have_been_served(provider, endpoints):
    endpoint = endpoints.open(endpoints.Reply("", dropped=True))
    answer, _ = asked(client(provider, endpoint.url, endpoints.KEY))
    assert [attempt.usage.dollars for attempt in answer.attempts] == [0.5] * 3
    assert (answer.unreachable, len(endpoint.bodies)) == (True, 3)


@pytest.mark.parametrize(
    ("status", "message", "code", "kind"),
    [
        (401, "bad key", "invalid_api_key", ErrorKind.AUTH),
        (403, "not yours", "", ErrorKind.AUTH),
        (402, "pay first", "", ErrorKind.AUTH),
        (400, "insufficient balance", "", ErrorKind.AUTH),
        (400, "This model's maximum context length is 4096 tokens", "context_length_exceeded", ErrorKind.CONTEXT),
        (400, "the request exceeds the available context size", "", ErrorKind.CONTEXT),
        (400, "The response was filtered", "content_filter", ErrorKind.REFUSED),
        (404, "model coder not found", "", ErrorKind.OTHER),
        (413, "Payload", "", ErrorKind.CONTEXT),
        (413, "Request too large for model on tokens per minute", "rate_limit_exceeded", ErrorKind.CONTEXT),
        (422, "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000", "", ErrorKind.CONTEXT),
        (400, "prompt is too long: 210000 tokens > 200000 maximum", "", ErrorKind.CONTEXT),
        (400, "Please reduce the length of the messages.", "", ErrorKind.CONTEXT),
        (400, "The input token count (120) exceeds the maximum number of tokens allowed (100).", "", ErrorKind.CONTEXT),
        (400, "The decoder prompt (length 50) is longer than the maximum model length of 40.", "", ErrorKind.CONTEXT),
        (400, "This model's maximum prompt length is 100 but the request contains 120.", "", ErrorKind.CONTEXT),
        (422, "Input validation error: `inputs` must have less than 1024 tokens. Given: 2000", "", ErrorKind.CONTEXT),
        (400, "Invalid request: Your request exceeded model token limit: 8192", "", ErrorKind.CONTEXT),
        (400, "Prompt exceeds max length", "1261", ErrorKind.CONTEXT),
        (
            413,
            "Request body too large. Max size: 8000 tokens.",
            "tokens_limit_reached",
            ErrorKind.CONTEXT,
        ),
        (422, "messages: field required", "", ErrorKind.OTHER),
        (403, "Your input was flagged by the moderation", "", ErrorKind.REFUSED),
    ],
)
def test_an_error_that_time_does_not_mend_is_not_tried_again(provider, status, message, code, kind, endpoints):
    endpoint = endpoints.open(endpoints.failed(status, message, code))
    answer, waits = asked(client(provider, endpoint.url, endpoints.KEY))
    assert answer.reason.startswith(kind)
    assert (len(answer.attempts), len(endpoint.bodies), waits) == (1, 1, [])
    assert answer.unreachable == (kind in (ErrorKind.AUTH, ErrorKind.OTHER))


def test_an_account_without_money_is_not_asked_again(endpoints):
    endpoint = endpoints.open(endpoints.failed(429, "You exceeded your current quota", "insufficient_quota"))
    answer, _ = asked(client("openai", endpoint.url, endpoints.KEY))  # litellm drops the code
    assert (answer.reason[:4], len(endpoint.bodies)) == ("auth", 1)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ('{"choices": [', "application/json"),
        ("<html>busy</html>", "text/html"),
        ("[1, 2]", "application/json"),
        ("null", "application/json"),
        ("5", "application/json"),
        ("", "application/json"),
        (b'{"choices": "\xff\xfe\xe9"}', "application/json"),
        (b'\xff\xfe{"choices": []}', "application/json"),
        (DEEP, "application/json"),
        ('{"a":' * 200_000, "application/json"),
        (f'{{"choices": {DEEP}}}', "application/json"),
        (f'{{"choices": [{CHOICE % ""}], "created": {"9" * 5000}}}', "application/json"),
        ("{}", "application/json"),
        ('{"choices": null}', "application/json"),
        ('{"choices": "hello"}', "application/json"),
        ('{"choices": {"0": {"message": {"content": "hello"}}}}', "application/json"),
        ('{"choices": ["hello"]}', "application/json"),
        ('{"choices": [null]}', "application/json"),
        ('{"choices": [{"message": "hello"}]}', "application/json"),
        ('{"choices": [{"message": null}]}', "application/json"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_malformed_body_is_tried_again_and_counted_at_its_worst(provider, body, content_type, endpoints):
    broken = endpoints.Reply(body, content_type=content_type)
    endpoint = endpoints.open(broken, endpoints.said("done"))
    answer, _ = asked(client(provider, endpoint.url, endpoints.KEY))
    assert (answer.text, len(endpoint.bodies)) == ("done", 2)
    assert answer.attempts[0].reply is None
    assert answer.attempts[0].usage.dollars == WORST.dollars
    assert answer.attempts[0].error is not None
    assert answer.attempts[0].error.isprintable()
    assert "Traceback" not in answer.attempts[0].error


def test_a_model_that_answers_nothing_else_is_out_of_reach(provider, endpoints):
    answer, _ = asked(client(provider, endpoints.open(endpoints.Reply(b"\xff")).url, endpoints.KEY))
    assert (answer.text, answer.unreachable, len(answer.attempts)) == (None, True, 3)


@pytest.mark.parametrize("status", [400, 500])
@pytest.mark.parametrize(
    "body", [b"\xff\xfe\xe9", DEEP.encode(), b"", f'{{"error": {"[" * 500 + "]" * 500}}}'.encode()]
)
def test_so_is_the_malformed_body_of_an_error(provider, body, status, endpoints):
    with pytest.raises(LLMError) as caught:
        complete(client(provider, endpoints.open(endpoints.Reply(body, status)).url, endpoints.KEY))
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "body",
    [
        f'{{"choices": [{CHOICE % ""}], "more": {"[" * 800 + "]" * 800}}}',
        f'{{"choices": [{CHOICE % (", " + json.dumps("more") + ": " + "[" * 800 + "]" * 800)}]}}',
        f'{{"choices": [{CHOICE % ""}], "usage": {{"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3, '
        f'"more": {"[" * 800 + "]" * 800}}}}}',
    ],
    ids=["body", "message", "usage"],
)
def test_what_is_nested_beside_the_reply_does_not_matter(provider, body, endpoints):
    assert complete(client(provider, endpoints.open(endpoints.Reply(body)).url, endpoints.KEY)).text == "hello"


def test_parts_of_a_reply_that_hold_parts_are_no_text(endpoints):
    content = '[{"text":' * 400 + '"deep"' + "}]" * 400
    whole = f'{{"choices": [{{"message": {{"content": {content}}}}}]}}'
    flat = whole.replace(content, '[{"type": "text", "text": "hel"}, {"text": "lo"}, {"text": 5}, 6]')
    assert complete(client("openai", endpoints.open(endpoints.Reply(whole)).url, endpoints.KEY)).text == ""
    assert complete(client("openai", endpoints.open(endpoints.Reply(flat)).url, endpoints.KEY)).text == "hello"


@pytest.mark.parametrize("content", ["", None, " \n"])
def test_an_empty_reply_is_tried_again_and_paid_for(provider, content, endpoints):
    endpoint = endpoints.open(endpoints.said(content), endpoints.said("done"))
    answer, _ = asked(client(provider, endpoint.url, endpoints.KEY))
    assert (answer.text, len(endpoint.bodies)) == ("done", 2)
    assert [attempt.usage.tokens for attempt in answer.attempts] == [150, 150]
    assert answer.attempts[0].error == "empty reply"


def test_a_reply_without_choices_is_tried_again(provider, endpoints):
    nothing = endpoints.Reply('{"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": []}')
    endpoint = endpoints.open(nothing, endpoints.said("done"))
    answer, _ = asked(client(provider, endpoint.url, endpoints.KEY))
    assert (answer.text, len(endpoint.bodies)) == ("done", 2)


def told(code=None, message="oops", **more):
    """Return an error in a body of status 200."""
    return json.dumps({"error": {"message": message, "code": code, **more}})


@pytest.mark.parametrize(
    ("body", "kind", "requests"),
    [
        (told(401, "User not found."), ErrorKind.AUTH, 1),
        (told(402), ErrorKind.AUTH, 1),
        (told("403"), ErrorKind.AUTH, 1),
        (told("insufficient_quota"), ErrorKind.AUTH, 1),
        (told("invalid_api_key"), ErrorKind.AUTH, 1),
        (told(message="rate limit: insufficient balance"), ErrorKind.AUTH, 1),
        (told(400, "the maximum context length is 4096"), ErrorKind.CONTEXT, 1),
        (told(400, "blocked", type="content_filter"), ErrorKind.REFUSED, 1),
        (told(404, "no such model"), ErrorKind.OTHER, 1),
        (told(), ErrorKind.OTHER, 1),
        (told(message=None), ErrorKind.OTHER, 1),
        (told(message=[[]]), ErrorKind.OTHER, 1),
        ('{"error": "oops"}', ErrorKind.OTHER, 1),
        ('{"error": true, "choices": []}', ErrorKind.OTHER, 1),
        (told(502), ErrorKind.RETRYABLE, 3),
        (told(type="server_error"), ErrorKind.RETRYABLE, 3),
        ('{"choices": [{"error": {"code": 502}, "message": {"content": ""}}]}', ErrorKind.RETRYABLE, 3),
    ],
)
def test_an_error_in_a_body_of_status_200_is_one_of_the_kind_that_it_names(body, kind, requests, endpoints):
    endpoint = endpoints.open(endpoints.Reply(body))
    answer, _ = asked(client("openai", endpoint.url, endpoints.KEY))
    assert answer.reason.startswith(f"{kind}: status 200 with an error: ")
    assert (answer.text, len(endpoint.bodies)) == (None, requests)
    assert answer.unreachable == (kind not in (ErrorKind.CONTEXT, ErrorKind.REFUSED))
    assert answer.attempts[0].usage.dollars == (
        0.0 if kind is ErrorKind.AUTH or "400" in body or "404" in body else 0.5
    )


@pytest.mark.parametrize("code", [401, "insufficient_quota", 404, None])
def test_so_it_is_through_litellm(code, endpoints):
    endpoint = endpoints.open(endpoints.Reply(told(code, "no more")))
    answer, _ = asked(client("litellm", endpoint.url, endpoints.KEY))
    assert "no more" in answer.reason
    assert (answer.text, answer.unreachable, len(endpoint.bodies)) == (None, True, 1)


def test_a_rate_limit_in_a_body_of_status_200_costs_nothing_and_is_waited_for(endpoints):
    busy = endpoints.Reply(told(429, "slow down"))
    endpoint = endpoints.open(busy, busy, busy, busy, endpoints.said("done"))
    answer, waits = asked(client("openai", endpoint.url, endpoints.KEY), patience=60.0)
    assert (answer.text, waits) == ("done", [1.0, 2.0, 4.0, 8.0])
    assert [attempt.usage.tokens for attempt in answer.attempts] == [0, 0, 0, 0, 150]


def test_an_error_that_is_null_is_none(provider, endpoints):
    body = f'{{"error": null, "choices": [{CHOICE % ""}]}}'
    assert complete(client(provider, endpoints.open(endpoints.Reply(body)).url, endpoints.KEY)).text == "hello"


def test_a_key_that_is_quoted_in_such_an_error_is_not_told(provider, endpoints):
    endpoint = endpoints.open(endpoints.Reply(told(401, f"wrong key {endpoints.KEY} given")))
    with pytest.raises(LLMError) as caught:
        complete(client(provider, endpoint.url, endpoints.KEY))
    assert "wrong key *** given" in str(caught.value)


def test_a_model_that_used_up_its_tokens_before_it_spoke_is_not_asked_again(endpoints):
    endpoint = endpoints.open(endpoints.said("", finish="length"))
    answer, _ = asked(client("openai", endpoint.url, endpoints.KEY))
    assert "llm.max_tokens" in answer.reason
    assert (len(endpoint.bodies), answer.unreachable) == (1, False)


def test_a_slow_reply_is_given_up_in_time_and_counted_at_its_worst(provider, endpoints):
    endpoint = endpoints.open(endpoints.Reply("{}", held=True))
    answer, _ = asked(client(provider, endpoint.url, endpoints.KEY, timeout=1.0), retries=1)
    assert (answer.text, answer.unreachable, len(answer.attempts)) == (None, True, 2)
    assert len(endpoint.bodies) == 2
    assert [attempt.usage.dollars for attempt in answer.attempts] == [0.5, 0.5]


def test_a_refused_connection_costs_nothing_and_is_unreachable(provider, endpoints):
    answer, _ = asked(client(provider, endpoints.refused_url(), endpoints.KEY), patience=3.0)
    assert (answer.text, answer.unreachable, len(answer.attempts)) == (None, True, 3)
    assert all(attempt.usage.tokens == 0 for attempt in answer.attempts)


@pytest.mark.parametrize("status", [200, 401, 500])
def test_a_key_in_the_words_of_a_status_is_in_no_log(provider, status, endpoints, caplog):
    caplog.set_level("INFO")
    endpoint = endpoints.open(endpoints.Reply(endpoints.said("done").body, status, phrase=f"OK {endpoints.KEY}"))
    answer, _ = asked(client(provider, endpoint.url, endpoints.KEY), patience=0.0)
    assert (answer.text == "done") == (status == 200)
    assert endpoints.KEY not in caplog.text + answer.reason


@pytest.mark.parametrize("status", [400, 401, 429, 500])
def test_a_key_that_the_server_quotes_is_in_no_error(provider, status, endpoints):
    endpoint = endpoints.open(endpoints.failed(status, f"wrong key {endpoints.KEY} given"))
    with pytest.raises(LLMError) as caught:
        complete(client(provider, endpoint.url, endpoints.KEY))
    assert "***" in str(caught.value)
    assert endpoints.KEY not in repr(caught.getrepr(chain=True, style="short"))


@pytest.mark.parametrize("key", ["sk-first-part\nsk-second-part", "sk-f\u00e9rst-part-0123456", "sk-\x00-part-0123456"])
def test_no_part_of_a_key_that_cannot_be_sent_is_shown(provider, key, endpoints):
    endpoint = endpoints.open(endpoints.said("hello"))
    with pytest.raises(LLMConfigError, match="environment variable A_KEY to the key alone") as caught:
        client(provider, endpoint.url, key)
    assert not any(part in str(caught.value) for part in ("first", "second", "rst", "part", "0123", "sk-"))
    assert "\n" not in str(caught.value)
    assert endpoint.paths == []


@pytest.mark.parametrize("pasted", ["{}\n", " {}\r\n", "\t{} "])
def test_blanks_and_line_breaks_around_a_key_are_not_sent(provider, pasted, endpoints):
    endpoint = endpoints.open(endpoints.said("hello"))
    complete(client(provider, endpoint.url, pasted.format(endpoints.KEY)))
    assert endpoint.keys == [f"Bearer {endpoints.KEY}"]


def test_a_client_that_is_given_such_a_key_all_the_same_shows_none_of_it(endpoints):
    key = "sk-first-part\nsk-second-part"
    with pytest.raises(LLMError) as caught:
        complete(OpenAIChat("coder", endpoints.open(endpoints.said("hello")).url, key, None, 10.0))
    assert not any(part in str(caught.value) for part in ("first", "second", "sk-"))


def test_a_key_that_litellm_found_itself_is_in_no_error(endpoints, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", endpoints.KEY)
    endpoint = endpoints.open(endpoints.failed(400, f"wrong key {endpoints.KEY} given"))
    settings = LLMSettings(provider="litellm", model="openai/coder", base_url=endpoint.url)
    with pytest.raises(LLMError) as caught:
        complete(make_llm(settings, {}))
    assert endpoint.keys == [f"Bearer {endpoints.KEY}"]
    assert "wrong key *** given" in str(caught.value)


def test_a_lone_surrogate_in_a_reply_does_not_survive(endpoints):
    endpoint = endpoints.open(endpoints.said("a\ud800b"))
    assert complete(client("openai", endpoint.url, endpoints.KEY)).text == "a?b"


def test_a_server_without_usage_is_charged_an_upper_estimate(endpoints):
    body = '{"choices": [{"message": {"content": "def priority(p, w): return p"}}]}'
    completion = complete(client("openai", endpoints.open(endpoints.Reply(body)).url, endpoints.KEY))
    assert 5 < completion.usage.prompt_tokens < 60
    assert 10 <= completion.usage.completion_tokens < 30
    assert completion.raw_usage == ""


def test_a_key_that_the_server_quotes_is_in_no_reply(provider, endpoints):
    endpoint = endpoints.open(endpoints.said(f"your key is {endpoints.KEY}", finish=endpoints.KEY))
    completion = complete(client(provider, endpoint.url, endpoints.KEY))
    assert "***" in completion.text
    assert endpoints.KEY not in repr(completion)


def test_the_field_that_bounds_the_answer_can_be_named(endpoints):
    endpoint = endpoints.open(endpoints.said("hello"))
    complete(client("openai", endpoint.url, endpoints.KEY, limit_name="max_completion_tokens"))
    assert endpoint.bodies[0]["max_completion_tokens"] == 77
    assert "max_tokens" not in endpoint.bodies[0]


class TestSilence:
    def answer(self, endpoints, message, finish="stop"):
        body = {"choices": [{"index": 0, "finish_reason": finish, "message": {"role": "assistant", **message}}]}
        endpoint = endpoints.open(endpoints.Reply(json.dumps(body)))
        return asked(client("openai", endpoint.url, endpoints.KEY))[0], len(endpoint.bodies)

    def test_a_refusal_is_told_in_the_models_words_and_not_asked_again(self, endpoints):
        answer, requests = self.answer(endpoints, {"content": None, "refusal": "I can't help\nwith that."})
        assert (answer.reason, requests) == ("refused: refusal: I can't help with that.", 1)
        assert not answer.unreachable

    @pytest.mark.parametrize("name", ["reasoning", "reasoning_content"])
    def test_thoughts_alone_are_told_as_such_and_not_asked_for_again(self, name, endpoints):
        answer, requests = self.answer(endpoints, {"content": "", name: "I may halve it."})
        assert answer.reason.startswith("empty reply: the model thought and gave no answer; llm.extra_body")
        assert requests == 1

    def test_thoughts_that_were_cut_name_the_limit(self, endpoints):
        answer, requests = self.answer(endpoints, {"content": "", "reasoning": "I may"}, "length")
        assert "raise llm.max_tokens" in answer.reason
        assert requests == 1


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        ('{"detail": "Rate limit exceeded"}', ErrorKind.RETRYABLE, "Rate limit exceeded"),
        ('{"detail": [{"msg": "field required"}]}', ErrorKind.OTHER, "field required"),
        ('{"object": "error", "message": "no credits", "code": 402}', ErrorKind.AUTH, "no credits"),
        ('{"message": "the maximum context length is 4096"}', ErrorKind.CONTEXT, "maximum context"),
    ],
)
def test_a_body_without_a_reply_is_what_it_says_is_wrong(body, kind, words, endpoints):
    answer, _ = asked(client("openai", endpoints.open(endpoints.Reply(body)).url, endpoints.KEY))
    assert answer.reason.startswith(kind)
    assert words in answer.reason


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_redirect_that_would_drop_the_question_says_where_the_server_is(status, endpoints):
    there = endpoints.open(endpoints.Reply('{"object": "list", "data": []}'))
    moved = endpoints.Reply("", status, {"location": f"{there.url}/chat/completions"})
    answer, _ = asked(client("openai", endpoints.open(moved).url, endpoints.KEY))
    assert answer.reason == f"other: moved to {there.url}: set llm.base_url to where it is"
    assert (answer.unreachable, len(answer.attempts), there.paths) == (True, 1, [])


@pytest.mark.parametrize(
    ("status", "place"),
    [(307, "/v1/chat/completions"), (308, "/v1/chat/completions"), (307, "file:///etc/passwd"), (302, "http://[::x")],
)
def test_a_redirect_that_leads_nowhere_is_not_followed_again_and_costs_nothing(provider, status, place, endpoints):
    endpoint = endpoints.open(endpoints.Reply("", status, {"location": place}))
    answer, waits = asked(client(provider, endpoint.url, endpoints.KEY))
    assert answer.reason.startswith("other: ")
    assert (answer.unreachable, len(answer.attempts), waits) == (True, 1, [])
    assert answer.attempts[0].usage.dollars == 0.0


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "packed"])
def test_a_body_without_an_end_is_not_read(status, pack, endpoints):
    body = f'{{"choices": [{CHOICE % ""}], "more": "'.encode() + b"a" * 100_000_000
    packed = {"content-encoding": "gzip"} if pack is gzip.compress else {}
    body = pack(body) + os.urandom(300_000) if packed else body
    endpoint = endpoints.open(endpoints.Reply(body, status, packed), endpoints.said("done"))
    tracemalloc.start()
    answer, _ = asked(client("openai", endpoint.url, endpoints.KEY))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert answer.text == "done"
    assert "its body is too long to be read" in (answer.attempts[0].error or "")
    assert most < 400_000_000


class TestFurtherFields:
    def test_any_field_and_header_is_sent(self, provider, endpoints):
        endpoint = endpoints.open(endpoints.said("hello"))
        body = {"chat_template_kwargs": {"enable_thinking": False}, "seed": 7}
        llm = client(provider, endpoint.url, endpoints.KEY, extra_body=body, extra_headers={"X-Title": "evo"})
        assert complete(llm).text == "hello"
        assert endpoint.bodies[0]["chat_template_kwargs"] == {"enable_thinking": False}
        assert endpoint.bodies[0]["seed"] == 7
        assert endpoint.headers[0]["x-title"] == "evo"

    def test_a_header_may_name_a_variable_whose_value_is_then_a_secret(self, provider, endpoints):
        endpoint = endpoints.open(endpoints.failed(400, "wrong key sk-other-0123456789 given"))
        settings = LLMSettings(
            provider=provider, model="openai/coder", base_url=endpoint.url, local=True,
            extra_headers={"api-key": "$OTHER_KEY"},
        )  # fmt: skip
        with pytest.raises(LLMError, match=r"wrong key \*\*\* given"):
            complete(make_llm(settings, {"OTHER_KEY": "sk-other-0123456789"}))
        assert endpoint.headers[0]["api-key"] == "sk-other-0123456789"
        with pytest.raises(LLMConfigError, match=r"variable OTHER_KEY of llm.extra_headers.api-key is not set"):
            make_llm(settings, {})

    @pytest.mark.parametrize(
        ("fields", "message"),
        [
            ({"extra_body": {"messages": []}}, "extra_body without 'messages'"),
            ({"extra_headers": {"Authorization": "Bearer sk-0123456789"}}, "Authorization to name a variable"),
            ({"extra_headers": {"x y": "1"}}, "got 'x y'"),
            ({"extra_headers": {"x": "a\nb"}}, "got 'x'"),
            ({"base_url": "http://h/v1?api_key=sk-0123456789"}, "without a key"),
            ({"base_url": "http://me:sk-0123456789@h/v1"}, r"http://\*\*\*@h/v1"),
        ],
    )
    def test_what_cannot_be_sent_or_must_not_be_recorded_is_refused(self, fields, message):
        given = {"provider": "openai", "model": "coder", "base_url": "http://h/v1", **fields}
        with pytest.raises(ValueError, match=message) as caught:
            LLMSettings(**given)
        assert "sk-" not in str(caught.value)

    @pytest.mark.parametrize(
        "ending", ["", "/", "/chat/completions", "/chat/completions?api-version=2", "?api-version=2"]
    )
    def test_an_address_may_be_that_of_the_call_and_may_have_a_query(self, ending, endpoints):
        endpoint = endpoints.open(endpoints.said("hello"))
        assert complete(client("openai", f"{endpoint.url}{ending}", endpoints.KEY)).text == "hello"
        assert endpoint.paths == ["/v1/chat/completions" + ("?api-version=2" if "?" in ending else "")]


class TestStreams:
    PARTS = (
        {"choices": [{"index": 0, "delta": {"role": "assistant", "content": "hel"}}]},
        {"choices": [{"index": 0, "delta": {"content": "lo"}, "finish_reason": "stop"}]},
        {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}},
    )

    def events(self, endpoints, parts=PARTS):
        shared = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m"}
        lines = [": WAITING", *(f"data: {json.dumps({**shared, **part})}" for part in parts), "data: [DONE]"]
        return endpoints.Reply("\n\n".join(lines) + "\n\n", content_type="text/event-stream")

    def test_parts_are_put_together(self, provider, endpoints):
        endpoint = endpoints.open(self.events(endpoints))
        completion = complete(client(provider, endpoint.url, endpoints.KEY, stream=True))
        assert (completion.text, completion.usage.prompt_tokens, completion.usage.completion_tokens) == ("hello", 7, 2)
        assert endpoint.bodies[0]["stream"] is True

    def test_an_error_among_them_is_one(self, endpoints):
        error = {"error": {"code": 429, "message": "slow down"}}
        endpoint = endpoints.open(self.events(endpoints, (self.PARTS[0], error)), endpoints.said("done"))
        answer, _ = asked(client("openai", endpoint.url, endpoints.KEY, stream=True))
        assert (answer.text, "slow down" in (answer.attempts[0].error or "")) == ("done", True)

    def test_an_end_that_is_not_told_is_one(self, provider, endpoints):
        whole = self.events(endpoints).body.replace("data: [DONE]", "")
        for body in (whole, whole.replace("\n", "\r\n")):
            endpoint = endpoints.open(endpoints.Reply(body, content_type="text/event-stream"))
            assert complete(client(provider, endpoint.url, endpoints.KEY, stream=True)).text == "hello"

    def test_thoughts_alone_are_told_as_such(self, provider, endpoints):
        thoughts = ({"choices": [{"index": 0, "delta": {"reasoning_content": "I may"}, "finish_reason": "stop"}]},)
        endpoint = endpoints.open(self.events(endpoints, thoughts))
        answer, _ = asked(client(provider, endpoint.url, endpoints.KEY, stream=True))
        assert answer.reason.startswith("empty reply: the model thought and gave no answer")

    def test_of_several_choices_the_first_one_counts(self, endpoints):
        other = {"choices": [{"index": 1, "delta": {"content": "bye"}, "finish_reason": "length"}]}
        endpoint = endpoints.open(self.events(endpoints, (self.PARTS[0], other, *self.PARTS[1:], other)))
        completion = complete(client("openai", endpoint.url, endpoints.KEY, stream=True))
        assert (completion.text, completion.finish) == ("hello", "stop")

    def test_a_text_may_hold_what_separates_lines_elsewhere(self, endpoints):
        deltas = (f'{{"choices": [{{"delta": {{"content": "a{mark}b"}}}}]}}' for mark in "\u2028\u2029\x85")
        body = "".join(f"data: {delta}\n\n" for delta in deltas)
        endpoint = endpoints.open(endpoints.Reply(body, content_type="text/event-stream"))
        completion = complete(client("openai", endpoint.url, endpoints.KEY, stream=True))
        assert completion.text == "a\u2028ba\u2029ba\x85b"

    @pytest.mark.parametrize("body", ["data: {", "data: [DONE]", "data: 5", "data: {}"])
    def test_what_is_no_stream_is_malformed(self, body, endpoints):
        endpoint = endpoints.open(endpoints.Reply(body), endpoints.said("done"))
        answer, _ = asked(client("openai", endpoint.url, endpoints.KEY, stream=True))
        assert "malformed" in (answer.attempts[0].error or "")


class TestEnvironment:
    """What httpx reads there, which is where it finds out too late what is wrong."""

    @pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"])
    def test_no_proxy_stands_between_us_and_this_machine(self, provider, name, endpoints, monkeypatch):
        for each in ("NO_PROXY", "no_proxy"):
            monkeypatch.setenv(each, "elsewhere.example")
        monkeypatch.setenv(name, endpoints.refused_url())
        endpoint = endpoints.open(endpoints.said("hello"))
        assert complete(client(provider, endpoint.url, endpoints.KEY)).text == "hello"
        settings = LLMSettings(provider=provider, model="openai/m", base_url=endpoint.url, local=True)
        assert asyncio.run(reachable(settings, {})) is None

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("ALL_PROXY", "socks5://me:sk-0123456789@127.0.0.1:1"),
            ("https_proxy", "ftp://me:sk-0123456789@h"),
            ("HTTPS_PROXY", "http://me:sk-0123456789@h:port"),
            ("SSL_CERT_FILE", "/nowhere/sk-0123456789.pem"),
        ],
    )
    def test_a_client_that_cannot_be_built_names_the_variable(self, provider, name, value, monkeypatch):
        monkeypatch.setenv(name, value)
        settings = LLMSettings(provider=provider, model="openai/m", base_url="https://h.example/v1", local=True)
        message = asyncio.run(reachable(settings, {}))
        assert message is not None
        assert message.startswith(f"The environment variable {name} names no usable ")
        assert "sk-" not in message

    def test_certificates_do_not_matter_without_encryption(self, endpoints, monkeypatch):
        monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
        endpoint = endpoints.open(endpoints.said("hello"))
        assert complete(client("openai", endpoint.url, endpoints.KEY)).text == "hello"


class TestPrices:
    @pytest.mark.parametrize(
        ("provider", "model", "url"),
        [
            ("openai", "gpt-4.1-mini", "https://api.openai.com/v1"),
            ("openai", "deepseek-chat", "https://api.deepseek.com/v1"),
            ("litellm", "anthropic/claude-haiku-4-5", ""),
        ],
    )
    def test_a_known_model_costs_what_the_list_says(self, provider, model, url):
        price = LLMSettings(provider=provider, model=model, base_url=url).price()
        assert price is not None
        assert 0 < price.prompt < price.completion

    def test_what_is_stated_counts_and_what_runs_here_is_free(self):
        fields = {"provider": "openai", "model": "gpt-4.1-mini", "base_url": "https://api.openai.com/v1"}
        assert LLMSettings(**fields, price_in=1.0, price_out=2.0).price() == Price(1.0, 2.0)
        assert LLMSettings(**fields, local=True).price() == Price(0.0, 0.0)

    @pytest.mark.parametrize(
        ("model", "url"), [("gpt-4.1-mini", "https://elsewhere.example/v1"), ("m", "https://api.openai.com/v1")]
    )
    def test_a_name_means_nothing_elsewhere(self, model, url):
        assert LLMSettings(provider="openai", model=model, base_url=url).price() is None


class TestReasoningModels:
    def refusing(self, endpoints, *fields: str):
        """Answer as OpenAI's reasoning models do: a field that they do not take is an error that names it."""

        def answer(body):
            for field in fields:
                if field in body:
                    return refusal(endpoints, f"Unsupported value: '{field}' does not support this.", field)
            return endpoints.said("done")

        return endpoints.open(answer)

    def test_a_sampling_number_that_is_refused_is_left_out_from_then_on(self, provider, endpoints):
        endpoint = self.refusing(endpoints, "temperature", "top_p")
        answer, waits = asked(client(provider, endpoint.url, endpoints.KEY))
        assert (answer.text, len(endpoint.bodies), len(waits)) == ("done", 3, 2)
        assert not {"temperature", "top_p"} & set(endpoint.bodies[-1])
        assert [attempt.usage.tokens for attempt in answer.attempts] == [0, 0, 150]
        assert "it refuses temperature and is asked without" in (answer.attempts[0].error or "")

    def test_what_is_left_out_is_told(self, endpoints):
        endpoint = self.refusing(endpoints, "temperature", "top_p")
        contact, waits = Contact(), Waits()
        llm = client("openai", endpoint.url, endpoints.KEY)
        call = ModelCall("coder", llm, PROMPT, LLMSettings().sampling(), WORST)
        asyncio.run(ask(call, Retry(2, 8.0), RetryAllowance(2), waits, contact))
        assert contact.notices("coder", waits).lasting == ("coder refuses temperature, top_p and is asked without",)

    def test_one_of_two_that_are_not_taken_together_is_left_out(self, provider, endpoints):
        def answer(body):
            both = {"temperature", "top_p"} <= set(body)
            told = refusal(endpoints, "`temperature` and `top_p` cannot both be specified for this model.", None)
            return told if both else endpoints.said("done")

        endpoint = endpoints.open(answer)
        assert asked(client(provider, endpoint.url, endpoints.KEY))[0].text == "done"
        assert "temperature" in endpoint.bodies[-1]

    def test_a_refused_name_of_the_limit_becomes_the_other_one(self, endpoints):
        def answer(body):
            told = "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead."
            return refusal(endpoints, told, "max_tokens") if "max_tokens" in body else endpoints.said("done")

        endpoint = endpoints.open(answer)
        assert asked(client("openai", endpoint.url, endpoints.KEY))[0].text == "done"
        assert endpoint.bodies[-1]["max_completion_tokens"] == 1024

    @pytest.mark.parametrize(
        ("refused", "sent"),
        [(("max_completion_tokens",), {"max_tokens"}), (("max_completion_tokens", "max_tokens"), set())],
    )
    def test_so_does_the_other_one_and_where_neither_is_taken_none_is_sent(self, refused, sent, endpoints):
        endpoint = self.refusing(endpoints, *refused)
        answer, _ = asked(client("openai", endpoint.url, endpoints.KEY, limit_name="max_completion_tokens"))
        assert answer.text == "done"
        assert {"max_tokens", "max_completion_tokens"} & set(endpoint.bodies[-1]) == sent

    def test_a_limit_that_is_too_large_is_no_limit_that_is_not_taken(self, endpoints):
        told = "max_tokens is too large: 25000. This model supports at most 16384 completion tokens."
        endpoint = endpoints.open(refusal(endpoints, told, "max_tokens", "invalid_value"))
        answer, _ = asked(client("openai", endpoint.url, endpoints.KEY))
        assert (answer.text, len(endpoint.bodies)) == (None, 1)

    @pytest.mark.parametrize("field", [None, "messages"])
    def test_what_is_refused_for_another_reason_is_not_asked_again(self, field, endpoints):
        endpoint = endpoints.open(refusal(endpoints, "the prompt speaks of the temperature", field, "invalid"))
        answer, _ = asked(client("openai", endpoint.url, endpoints.KEY))
        assert (answer.text, len(endpoint.bodies)) == (None, 1)

    def test_the_effort_is_sent_where_it_is_set_and_an_unknown_one_is_refused(self, provider, endpoints):
        endpoint = endpoints.open(endpoints.said("hello"))
        for effort in ("high", ""):
            complete(client(provider, endpoint.url, endpoints.KEY, reasoning_effort=effort))
        assert [body.get("reasoning_effort") for body in endpoint.bodies] == ["high", None]
        with pytest.raises(
            ValueError, match="one of none, minimal, low, medium, high, xhigh, max, or nothing, got 'hgh'"
        ):
            LLMSettings(reasoning_effort="hgh")

    def test_a_model_that_litellm_cannot_tell_it_is_named(self):
        settings = LLMSettings(provider="litellm", model="mistral/codestral-latest", reasoning_effort="low", local=True)
        with pytest.raises(LLMConfigError, match="does not know how to tell it mistral/codestral-latest"):
            make_llm(settings, {})

    def test_litellm_tells_openais_models_what_they_take(self, endpoints):
        endpoint = endpoints.open(endpoints.said("hello"))
        fields = {"price_in": 1.0, "price_out": 2.0, "reasoning_effort": "low", "local": True}
        complete(
            make_llm(LLMSettings(provider="litellm", model="openai/gpt-5-mini", base_url=endpoint.url, **fields), {})
        )
        (sent,) = endpoint.bodies
        assert (sent["max_completion_tokens"], sent["reasoning_effort"]) == (77, "low")
        assert not {"temperature", "top_p", "max_tokens"} & set(sent)


def refusal(endpoints, message: str, field: str | None, code: str = "unsupported_value"):
    error = {"message": message, "type": "invalid_request_error", "param": field, "code": code}
    return endpoints.Reply(json.dumps({"error": error}), 400)


def test_litellm_closes_what_it_opened_and_says_nothing(endpoints, capfd):
    endpoint = endpoints.open(endpoints.failed(500, "oops"), endpoints.said("done"))
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        answer, _ = asked(client("litellm", endpoint.url, endpoints.KEY))
    assert answer.text == "done"
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")


def test_litellm_knows_prices_of_its_own_list():
    settings = LLMSettings(provider="litellm", model="anthropic/claude-haiku-4-5", api_key_env="A_KEY")
    price = make_llm(settings, {"A_KEY": "key"}).price
    assert price is not None
    assert 0 < price.prompt < price.completion


class TestReachable:
    def settings(self, url, provider="openai", **changes):
        model = "coder" if provider == "openai" else "openai/coder"
        return LLMSettings(provider=provider, model=model, base_url=url, api_key_env="A_KEY", **changes)

    def message(self, settings, key="", seconds=10.0):
        return asyncio.run(reachable(settings, {"A_KEY": key}, seconds))

    def test_a_list_of_models_is_a_sign_of_life(self, endpoints):
        endpoint = endpoints.open(endpoints.Reply('{"object": "list", "data": []}'))
        assert self.message(self.settings(endpoint.url), endpoints.KEY) is None
        assert endpoint.paths == ["/v1/models"]

    def test_a_model_that_is_not_there_is_named_with_those_that_are(self, endpoints):
        listed = endpoints.Reply('{"data": [{"id": "coder-7b"}, {"id": "other"}, {"id": 5}, 6]}')
        endpoint = endpoints.open(listed, endpoints.failed(404, "not found"))
        endpoint.replies[0] = lambda _: endpoints.failed(404, "not found")
        endpoint.listed = listed
        message = asyncio.run(reachable(self.settings(endpoint.url, local=True), {}, asks=True))
        expected = "has no model coder: set llm.model to one that it lists, such as coder-7b, other."
        assert message == f"{endpoint.url} {expected}"

    @pytest.mark.parametrize("finish", ["stop", "length"])
    def test_one_token_is_asked_for_and_fields_that_are_refused_are_left_out(self, finish, endpoints):
        def answer(body):
            return (
                refusal(endpoints, "Unsupported: use 'max_completion_tokens'", "max_tokens")
                if "max_tokens" in body
                else endpoints.said("", finish)
            )

        endpoint = endpoints.open(answer)
        assert asyncio.run(reachable(self.settings(endpoint.url, local=True), {}, asks=True)) is None
        assert [body.get("max_tokens", body.get("max_completion_tokens")) for body in endpoint.bodies] == [1, 1]

    def test_a_model_that_cannot_think_in_one_token_is_there(self, endpoints):
        said = "Could not finish the message because max_tokens or model output limit was reached."
        endpoint = endpoints.open(lambda _: endpoints.failed(400, said))
        assert asyncio.run(reachable(self.settings(endpoint.url, local=True), {}, asks=True)) is None

    def test_an_error_in_the_place_of_the_list_is_none(self, endpoints):
        endpoint = endpoints.open(endpoints.Reply(told(401, "who are you?")))
        message = self.message(self.settings(endpoint.url), endpoints.KEY)
        assert message is not None
        assert "who are you?" in message
        assert "Check the key in A_KEY." in message

    def test_a_server_without_such_a_list_has_answered_too(self, endpoints):
        endpoint = endpoints.open(endpoints.failed(404, "no such page"))
        assert self.message(self.settings(endpoint.url), endpoints.KEY) is None

    def test_a_page_for_people_is_no_list_of_models(self, endpoints):
        endpoint = endpoints.open(endpoints.Reply("<html>Welcome</html>", content_type="text/html"))
        message = self.message(self.settings(endpoint.url), endpoints.KEY)
        assert message is not None
        assert "malformed reply" in message

    @pytest.mark.parametrize("body", [b"\xff\xfe", DEEP.encode(), b"", b"[1]"])
    def test_nor_is_what_cannot_be_read(self, body, endpoints):
        message = self.message(self.settings(endpoints.open(endpoints.Reply(body)).url), endpoints.KEY)
        assert message is not None
        assert "malformed reply" in message
        assert message.isprintable()

    @pytest.mark.parametrize("url", ["http://a:b:c/", "http://", "ftp://host/v1", "localhost:8000"])
    def test_an_address_that_cannot_be_one_is_refused_at_once(self, url):
        with pytest.raises(ValueError, match=r"llm\.base_url"):
            self.settings(url)

    def test_litellm_is_asked_for_a_word(self, endpoints):
        endpoint = endpoints.open(endpoints.said("OK"))
        assert self.message(self.settings(endpoint.url, "litellm"), endpoints.KEY) is None
        assert len(endpoint.bodies) == 1

    def test_nobody_there_names_the_address(self, provider, endpoints):
        url = endpoints.refused_url()
        message = self.message(self.settings(url, provider), endpoints.KEY)
        assert message is not None
        assert url in message
        assert "llm.base_url" in message

    def test_a_silent_server_is_given_up_in_time(self, provider, endpoints):
        endpoint = endpoints.open(endpoints.Reply("{}", held=True))
        message = self.message(self.settings(endpoint.url, provider), endpoints.KEY, seconds=0.3)
        assert message is not None
        assert "within 0.3 s" in message

    def test_a_wrong_key_names_the_variable_and_not_the_key(self, provider, endpoints):
        endpoint = endpoints.open(endpoints.failed(401, f"bad {endpoints.KEY}"))
        message = self.message(self.settings(endpoint.url, provider), endpoints.KEY)
        assert message is not None
        assert "A_KEY" in message
        assert endpoints.KEY not in message

    def test_a_key_with_a_line_break_names_the_variable_and_not_the_key(self, provider, endpoints):
        message = self.message(self.settings(endpoints.open().url, provider), "sk-first-part\nsk-second-part")
        assert message is not None
        assert "A_KEY" in message
        assert "sk-" not in message

    def test_a_missing_key_is_told_before_anything_is_sent(self, provider, endpoints):
        endpoint = endpoints.open(endpoints.said("OK"))
        settings = self.settings(endpoint.url, provider)
        assert "A_KEY" in str(self.message(settings))
        with pytest.raises(LLMConfigError, match="set the environment variable A_KEY"):
            make_llm(settings, {})
        assert endpoint.paths == []

    def test_a_local_server_takes_any_key(self, endpoints):
        endpoint = endpoints.open(endpoints.Reply('{"object": "list", "data": []}'))
        assert self.message(self.settings(endpoint.url, local=True)) is None

    def test_the_embedded_author_is_always_there(self):
        assert self.message(LLMSettings()) is None
